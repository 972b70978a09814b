#!/usr/bin/env python3
"""The way to a server: over a proxy, below a path, with headers and a certificate of the client's."""

import base64
import socket
import threading

from harness import IDENTITY, Case, environment, main


class Proxy:
    """Takes CONNECT and tunnels to one port of loop-back, whatever the client named. Keeps the headers in `asked`."""

    def __init__(self, case, port):
        self.asked = []
        self.port = port
        self.listening = socket.create_server(("127.0.0.1", 0))
        case.addCleanup(self.listening.close)
        threading.Thread(target=self.accept, daemon=True).start()

    def address(self):
        return f"127.0.0.1:{self.listening.getsockname()[1]}"

    def accept(self):
        while True:
            try:
                near, _ = self.listening.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(near,), daemon=True).start()

    def serve(self, near):
        header = b""
        while not header.endswith(b"\r\n\r\n"):
            header += near.recv(4096)
        self.asked.append(header.decode())
        far = socket.create_connection(("127.0.0.1", self.port))
        near.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        threading.Thread(target=self.pass_on, args=(far, near), daemon=True).start()
        self.pass_on(near, far)

    @staticmethod
    def pass_on(source, sink):
        try:
            while data := source.recv(65536):
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass


class ProxyTest(Case):
    def setUp(self):
        super().setUp()
        _, url, self.ca = self.start_server()
        self.port = int(url.rsplit(":", 1)[1])
        self.proxy = Proxy(self, self.port)

    def status(self, *arguments, url=None, **env):
        """Asks for something; gives the exit code and what stderr said."""
        done = self.run_program("status", "--json", "--url", url or f"https://localhost:{self.port}", "--ca", self.ca,
                                *arguments, env=environment(**IDENTITY, **env))
        return done.returncode, done.stderr

    def test_environment_names_the_proxy(self):
        for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
            for scheme in ("http://", "HTTP://", ""):
                self.proxy.asked.clear()
                self.assertEqual(self.status(**{name: scheme + self.proxy.address()}), (0, ""))
                self.assertEqual(len(self.proxy.asked), 1)
        self.assertTrue(self.proxy.asked[0].startswith(f"CONNECT localhost:{self.port} HTTP/1.1\r\n"))

    def test_only_the_proxy_resolves_the_name_of_the_server(self):
        code, said = self.status(url="https://api.outside.test", HTTPS_PROXY=self.proxy.address())
        self.assertEqual(self.proxy.asked[0].split()[1], "api.outside.test:443")
        self.assertNotEqual(code, 0)
        self.assertIn("hostname mismatch", said)

    def test_no_proxy_exempts(self):
        for exempt in ("localhost", "*", "other.example, LOCALHOST.", f"localhost:{self.port}", ".localhost"):
            self.assertEqual(self.status(HTTPS_PROXY=self.proxy.address(), NO_PROXY=exempt), (0, ""))
        url = f"https://127.0.0.1:{self.port}"
        for exempt in ("127.0.0.1", "127.0.0.0/8", "10.0.0.0/8,127.0.0.1"):
            self.assertEqual(self.status(HTTPS_PROXY=self.proxy.address(), no_proxy=exempt, url=url), (0, ""))
        self.assertEqual(self.proxy.asked, [])
        for other in ("", "host", "calhost", "localhost:1", "127.0.0.1", "10.0.0.0/8", "localhost.example"):
            self.status(HTTPS_PROXY=self.proxy.address(), NO_PROXY=other)
        self.assertEqual(len(self.proxy.asked), 7)

    def test_option_outranks_the_environment(self):
        self.assertEqual(self.status("--proxy", f"http://{self.proxy.address()}", HTTPS_PROXY="127.0.0.1:1"), (0, ""))
        self.assertEqual(len(self.proxy.asked), 1)
        self.assertEqual(self.status("--no-proxy", HTTPS_PROXY="127.0.0.1:1"), (0, ""))
        self.assertEqual(len(self.proxy.asked), 1)

    def test_credentials_of_the_proxy_come_from_the_environment_alone(self):
        self.assertEqual(self.status(HTTPS_PROXY=f"http://me:p%40ss:w@{self.proxy.address()}"), (0, ""))
        wanted = base64.b64encode(b"me:p@ss:w").decode()
        self.assertIn(f"Proxy-Authorization: Basic {wanted}\r\n", self.proxy.asked[0])
        code, said = self.status("--proxy", "http://me:hidden@127.0.0.1:1")
        self.assertEqual(code, 2)
        self.assertNotIn("hidden", said)

    def test_other_kinds_of_proxies_are_refused_without_showing_them(self):
        for value in ("socks5://me:hidden@127.0.0.1:1", "https://me:hidden@127.0.0.1:1", "me:hidden@", "me:hidden@:1"):
            code, said = self.status(HTTPS_PROXY=value)
            self.assertEqual(code, 2, said)
            self.assertIn("HTTPS_PROXY: not http://host[:port]", said)
            self.assertNotIn("hidden", said)

    def test_what_is_wrong_with_the_credentials_of_a_proxy_is_told_without_showing_them(self):
        for pair, told in (("me:%zzhidden", "its credentials have a % without two hexadecimal digits"),
                           ("me%3Ahidden:x", "its user name is too long, or with a colon or a control character"),
                           ("me:hidden%0A", "its password is too long, or with a control character"),
                           (":hidden", "its user name is empty beside a password")):
            code, said = self.status(HTTPS_PROXY=f"http://{pair}@127.0.0.1:1")
            self.assertEqual(code, 2, said)
            self.assertIn("HTTPS_PROXY: " + told, said)
            self.assertNotIn("hidden", said)
            self.assertNotIn("http://host", said)

    def test_what_the_proxy_refuses_is_told(self):
        listening = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listening.close)

        def refuse():
            near, _ = listening.accept()
            near.recv(4096)
            near.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")
            near.close()

        threading.Thread(target=refuse, daemon=True).start()
        code, said = self.status(HTTPS_PROXY=f"127.0.0.1:{listening.getsockname()[1]}")
        self.assertNotEqual(code, 0)
        self.assertIn("407", said)

    def test_headers_come_from_a_file_of_the_owners(self):
        good = self.write("headers", "X-Gateway-Key: open sesame\n\nX-Other:a\n")
        self.assertEqual(self.status("--headers", good), (0, ""))
        code, said = self.status("--headers", self.write("open", "X-Key: a\n", mode=0o644))
        self.assertEqual(code, 2, said)
        code, said = self.status("--headers", self.write("bad", "X-Key: a\nContent-Length: 7\n"))
        self.assertEqual(code, 2)
        self.assertIn("line 2", said)
        for line, told in (("X-Key open sesame", "no colon between a name and a value"),
                           ("X Key: a", "the name is none that a header may have"),
                           ("X-Key: a\x01b", "the value cannot stand in a header")):
            code, said = self.status("--headers", self.write("bad", f"X-Other: a\n\n{line}\n"))
            self.assertEqual(code, 2, said)
            self.assertIn(f"bad, line 3: {told}", said)
            self.assertNotIn("sesame", said)

    def test_scheme_has_no_case(self):
        self.assertEqual(self.status(url=f"HTTPS://localhost:{self.port}/"), (0, ""))

    def test_certificate_and_key_go_together(self):
        code, said = self.status("--cert", self.ca)
        self.assertEqual(code, 2)
        self.assertIn("--key", said)


if __name__ == "__main__":
    main()
