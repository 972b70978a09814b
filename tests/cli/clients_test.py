"""Clients that nobody here wrote, each as it speaks by itself: all of them begin a login, and read its reply."""

import http.client
import json
import signal
import socket
import ssl
import subprocess

import harness
from harness import PASSWORD, Case, environment, needs

LOGIN = json.dumps({"type": "Sandbox", "authFlowStep": "LoginPassword", "username": "Mesh+totp", "password": PASSWORD})
HEADERS = {"Content-Type": "application/json", "X-Client-Id": "me", "X-Client-Secret": "a-client-secret"}

NODE = """
const https = require('node:https'), fs = require('node:fs')
const [url, ca, headers, body] = process.argv.slice(1)
const options = { method: 'POST', ca: fs.readFileSync(ca), headers: { ...JSON.parse(headers), Expect: '100-Continue' } }
const request = https.request(url, options, (reply) => {
  let text = ''
  reply.on('data', (part) => { text += part })
  reply.on('end', () => { process.stdout.write(JSON.stringify({ status: reply.statusCode, text })) })
})
request.on('continue', () => request.end(body))
request.flushHeaders()
"""

FETCH = """
const [url, headers, body] = process.argv.slice(1)
fetch(url, { method: 'POST', headers: JSON.parse(headers), body }).then(async (reply) => {
  process.stdout.write(JSON.stringify({ status: reply.status, text: await reply.text() }))
})
"""


class ClientsTest(Case):
    def setUp(self):
        super().setUp()
        self.child, self.url, self.ca = self.start_server()
        self.users = 0

    def tearDown(self):
        self.child.send_signal(signal.SIGTERM)
        self.child.communicate(timeout=harness.PATIENCE)
        self.assertEqual(self.child.returncode, 0)

    def target(self):
        self.users += 1
        return f"/api/v1/authenticate?userId=u{self.users}"

    def check(self, text):
        self.assertEqual(json.loads(text)["content"]["status"], "mfaRequired")

    def run_client(self, *command, **env):
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=harness.PATIENCE,
                              env={**environment(), **env}).stdout

    def curl(self, *arguments):
        headers = [part for name, value in HEADERS.items() for part in ("-H", f"{name}: {value}")]
        return self.run_client("curl", "-sS", "--max-time", "20", "--cacert", self.ca, *headers, *arguments)

    @needs("curl")
    def test_curl_in_its_ways(self):
        for way in ((), ("--http1.0",), ("--http1.1",), ("-H", "Transfer-Encoding: chunked"),
                    ("-H", "Expect: 100-continue"), ("-H", "Expect: 100-Continue"), ("--tls-max", "1.2")):
            with self.subTest(way=way):
                self.check(self.curl("-d", LOGIN, *way, self.url + self.target()))
        with self.subTest(way="the whole address as the target"):
            target = self.target()
            self.check(self.curl("-d", LOGIN, "--request-target", self.url + target, self.url + target))

    @needs("curl")
    def test_curl_keeps_a_connection_in_either_version(self):
        for version in ("--http1.0", "--http1.1"):
            with self.subTest(version=version):
                page = self.url + "/api/v1/authenticationSchemes"
                counts = self.curl(version, "-H", "Connection: keep-alive", "-o", "/dev/null", "-w", "%{num_connects} ",
                                   page, "-o", "/dev/null", page)
                self.assertEqual(counts, "1 0 ")

    @needs("curl")
    def test_curl_asks_for_the_head_alone(self):
        self.assertRegex(self.curl("--head", self.url + "/api/v1/authenticationSchemes"),
                         r"(?s)\AHTTP/1\.1 200 OK\nDate: .*\nContent-Length: [1-9]")

    @needs("node")
    def test_node_waits_to_be_told_to_go_on(self):
        said = json.loads(self.run_client("node", "-e", NODE, self.url + self.target(), self.ca, json.dumps(HEADERS),
                                          LOGIN))
        self.assertEqual(said["status"], 200)
        self.check(said["text"])

    @needs("node")
    def test_node_fetches(self):
        said = json.loads(self.run_client("node", "-e", FETCH, self.url + self.target(), json.dumps(HEADERS), LOGIN,
                                          NODE_EXTRA_CA_CERTS=self.ca))
        self.assertEqual(said["status"], 200)
        self.check(said["text"])

    def test_python_in_both_versions_on_one_connection(self):
        for version, text in ((11, "HTTP/1.1"), (10, "HTTP/1.0")):
            with self.subTest(version=text):
                connection = http.client.HTTPSConnection("localhost", int(self.url.rpartition(":")[2]),
                                                         timeout=harness.PATIENCE,
                                                         context=ssl.create_default_context(cafile=self.ca))
                self.addCleanup(connection.close)
                connection._http_vsn, connection._http_vsn_str = version, text
                connection.connect()
                kept = connection.sock
                for _ in range(2):
                    connection.request("POST", self.target(), LOGIN, {**HEADERS, "Connection": "keep-alive"})
                    reply = connection.getresponse()
                    self.check(reply.read())
                    self.assertIs(connection.sock, kept)

    def test_who_says_goodbye_in_tls_hears_it_back(self):
        with socket.create_connection(("127.0.0.1", int(self.url.rpartition(":")[2])),
                                      timeout=harness.PATIENCE) as raw:
            secure = ssl.create_default_context(cafile=self.ca).wrap_socket(raw, server_hostname="localhost")
            secure.sendall(b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
            self.assertTrue(secure.recv(1000).startswith(b"HTTP/1.1 200 OK\r\n"))
            secure.unwrap().close()


if __name__ == "__main__":
    harness.main()
