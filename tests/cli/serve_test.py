import fcntl
import http.client
import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import threading

import harness
from harness import CODE, IDENTITY, PASSWORD, Case, environment, needs, sandbox_data


class ServeTest(Case):
    def stop(self, child, how):
        child.send_signal(how)
        out, err = child.communicate(timeout=harness.PATIENCE)
        self.assertEqual((child.returncode, err), (0, ""))
        return out

    def test_sigterm_and_sigint_stop_it_with_success(self):
        for how in (signal.SIGTERM, signal.SIGINT):
            child, _, _ = self.start_server()
            out = self.stop(child, how)
            self.assertRegex(out, r"\Asallyport: listening on https://127\.0\.0\.1:\d+\n\Z")
            os.remove(self.path("port"))

    @needs("curl")
    def test_curl_can_speak_to_it(self):
        child, url, ca = self.start_server()
        done = subprocess.run(
            ["curl", "-sS", "--max-time", "20", "--cacert", ca, "-H", "X-Client-Id: me", "-H",
             "X-Client-Secret: a-client-secret", url + "/api/v1/authenticationSchemes"],
            capture_output=True, text=True, timeout=harness.PATIENCE, check=True)
        self.assertEqual(len(json.loads(done.stdout)["content"]), len(sandbox_data("schemes.json")))
        self.stop(child, signal.SIGTERM)

    def test_a_login_from_another_process_gets_in(self):
        child, url, ca = self.start_server()
        answers = self.write("answers.json", {"Username": "Mesh", "Password": PASSWORD, "ChallengeCode": CODE})
        done = self.run_program("login", "--url", url, "--ca", ca, "--user-id", "u1", "--broker", "robinhood",
                                "--answers", answers, env=environment(**IDENTITY))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("sandbox -> SMS to u1: ", self.stop(child, signal.SIGTERM))

    def test_with_shards_it_is_one_server_on_several_threads(self):
        threads = {}
        for shards in (1, 3):
            child, url, ca = self.start_server("--shards", str(shards), "--events", "events.jsonl")
            child.stdout.readline()
            threads[shards] = len(os.listdir(f"/proc/{child.pid}/task"))
            if shards == 1:
                self.stop(child, signal.SIGTERM)
                os.remove(self.path("port"))
        self.assertIn(threads[3] - threads[1], (2, 3))  # ThreadSanitizer brings one along where there are several.
        server = ("--url", url, "--ca", ca)
        answers = self.write("answers.json", {"Username": "Mesh", "Password": PASSWORD, "ChallengeCode": CODE})
        done = self.run_program("login", *server, "--user-id", "u1", "--broker", "robinhood", "--answers", answers,
                                env=environment(**IDENTITY))
        self.assertEqual(done.returncode, 0, done.stderr)
        done = self.run_program("load", *server, "--logins", "120", "--concurrency", "24", "--mix", "sms=3,sms-pin",
                                "--json", env=environment(**IDENTITY))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(done.stdout)["outcomes"], {"succeeded": 120})
        out = self.stop(child, signal.SIGTERM)
        told = [json.loads(line) for line in self.read("events.jsonl").splitlines()]
        self.assertEqual(sum(one["event"] == "outcome" for one in told), 121)
        self.assertEqual(len({one["login"] for one in told}), 121)
        for line in out.splitlines():
            self.assertRegex(line, r"\Asandbox -> SMS to [^:]+: .+ 123456\Z")

    def test_sigterm_answers_what_is_under_way_at_any_shard(self):
        child, url, ca = self.start_server("--events", "events.jsonl", "--shards", "2", "--drain", "60")
        connections = [self.connect(url, ca) for _ in range(8)]
        slow = min(2 * harness.time_scale(), 20)  # Longer than it takes to have all eight under way.
        for user, connection in enumerate(connections):
            self.post(connection, f"u{user}", username=f"Mesh+slow({slow}s)+totp", password=PASSWORD)
        harness.wait_for(lambda: self.read("events.jsonl").count('"login_posted"') == len(connections),
                         "the institution to be asked")
        child.send_signal(signal.SIGTERM)
        for connection in connections:
            reply = connection.getresponse()
            self.assertEqual((reply.status, reply.getheader("Connection")), (200, "close"))
            self.assertIn("mfaRequired", reply.read().decode())
        _, err = child.communicate(timeout=harness.PATIENCE)  # A second signal would end it at once.
        self.assertEqual((child.returncode, err), (0, ""))

    def test_a_client_file_takes_the_place_of_the_environment(self):
        child, url, ca = self.start_server()
        for name, text in (("lines", "me\na-client-secret\n"),
                           ("json", {"clientId": "me", "clientSecret": "a-client-secret"})):
            file = self.write(name, text)
            done = self.run_program("schemes", "--url", url, "--ca", ca, "--client-file", file)
            self.assertEqual(done.returncode, 0, done.stderr)
        wrong = self.write("wrong", "me\nanother-secret\n")
        done = self.run_program("schemes", "--url", url, "--ca", ca, "--client-file", wrong)
        self.assertEqual(done.returncode, 1)
        self.assertIn("permissionDenied", done.stderr)
        self.stop(child, signal.SIGTERM)

    def test_an_authority_that_is_not_trusted_is_refused(self):
        child, url, _ = self.start_server()
        done = self.run_program("schemes", "--url", url, env=environment(**IDENTITY))
        self.assertEqual(done.returncode, 1)
        self.assertIn("certificate", done.stderr)
        self.stop(child, signal.SIGTERM)

    def test_without_a_client_it_does_not_start(self):
        done = self.run_program("serve", "--self-signed", "--listen", "127.0.0.1:0")
        self.assertEqual(done.returncode, 2)
        self.assertIn("SALLYPORT_CLIENT_ID", done.stderr)

    @needs("openssl")
    def test_a_key_of_its_own_must_be_private(self):
        self.make_certificate()
        arguments = ["serve", "--listen", "127.0.0.1:0", "--cert", "cert.pem", "--key", "key.pem", "--port-file",
                     "port"]
        os.chmod(self.path("key.pem"), 0o640)
        done = self.run_program(*arguments, env=environment(**IDENTITY))
        self.assertEqual(done.returncode, 2)
        self.assertIn("--key", done.stderr)
        os.chmod(self.path("key.pem"), 0o600)
        child = self.start(*arguments, env=environment(**IDENTITY), text=True, stdout=subprocess.PIPE,
                           stderr=subprocess.PIPE)
        harness.wait_for(lambda: os.path.exists(self.path("port")), "the server to listen")
        self.stop(child, signal.SIGTERM)

    @staticmethod
    def read_until(pipe, wanted):
        """Reads what has come through the pipe until the text is in it; what lies behind stays for the next reader."""
        os.set_blocking(pipe.fileno(), False)
        text = ""

        def there():
            nonlocal text
            try:
                text += os.read(pipe.fileno(), 65536).decode()
            except BlockingIOError:
                pass
            return wanted in text

        harness.wait_for(there, f"{wanted!r}")
        os.set_blocking(pipe.fileno(), True)
        return text

    def log_in_as(self, username, url, ca):
        answers = self.write("answers.json", {"Username": username, "Password": PASSWORD, "MfaCode": CODE})
        return self.run_program("login", "--url", url, "--ca", ca, "--user-id", "u1", "--broker", "sandbox",
                                "--no-ledger", "--answers", answers, env=environment(**IDENTITY)).returncode

    def test_scenarios_are_read_anew_at_sighup(self):
        denied = 10
        os.mkdir(self.path("own"))
        scenario = {"name": "gate", "description": "Shut.",
                    "doors": [{"name": "shut", "reply": {"status": "failed"}}]}
        self.write("own/gate.json", scenario)
        child, url, ca = self.start_server("--scenarios", "own")
        self.assertEqual(self.log_in_as("Mesh+gate", url, ca), denied)
        self.write("own/gate.json", {**scenario, "doors": []})
        child.send_signal(signal.SIGHUP)
        self.read_until(child.stdout, "sallyport: read the scenarios of own anew\n")
        self.assertEqual(self.log_in_as("Mesh+gate", url, ca), 0)

        for text, place in (({**scenario, "doors": [{}]}, "gate.json: $.doors[0].name: this member is missing"),
                            ("{\n  \"name\": gate\n}", "gate.json: $: not JSON at line 2, column 11: ")):
            self.write("own/gate.json", text)
            child.send_signal(signal.SIGHUP)
            line = self.read_until(child.stderr, "\n")
            self.assertIn(f"sallyport: --scenarios: own/{place}", line)
            self.assertTrue(line.endswith("; the scenarios stay as they were\n"), line)
            self.assertEqual(self.log_in_as("Mesh+gate", url, ca), 0)

        self.write("own/gate.json", {**scenario, "name": "portal", "doors": []})
        child.send_signal(signal.SIGHUP)
        self.read_until(child.stdout, "anew\n")
        self.assertEqual(self.log_in_as("Mesh+portal", url, ca), 0)
        self.assertEqual(self.log_in_as("Mesh+gate", url, ca), denied)
        self.stop(child, signal.SIGTERM)

    def make_certificate(self):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-keyout", self.path("key.pem"), "-out", self.path("cert.pem"), "-subj", "/CN=localhost",
                        "-addext", "subjectAltName=DNS:localhost", "-days", "2"],
                       capture_output=True, timeout=harness.PATIENCE, check=True)
        os.chmod(self.path("key.pem"), 0o600)

    @needs("openssl")
    def test_the_certificate_is_read_anew_at_sighup(self):
        self.make_certificate()
        child = self.start("serve", "--listen", "127.0.0.1:0", "--cert", "cert.pem", "--key", "key.pem", "--port-file",
                           "port", env=environment(**IDENTITY), text=True, stdout=subprocess.PIPE,
                           stderr=subprocess.PIPE)
        harness.wait_for(lambda: os.path.exists(self.path("port")) and self.read("port"), "the server to listen")
        url = f"https://localhost:{int(self.read('port'))}"
        old = self.connect(url, self.path("cert.pem"))
        self.get(old, "/livez")
        self.make_certificate()
        child.send_signal(signal.SIGHUP)
        self.read_until(child.stdout, "sallyport: read the certificate of cert.pem anew\n")
        self.get(self.connect(url, self.path("cert.pem")), "/livez")
        self.get(old, "/livez")
        for name, option in (("cert.pem", "--cert"), ("key.pem", "--key")):
            before = self.read(name)
            self.write(name, "none")
            child.send_signal(signal.SIGHUP)
            line = self.read_until(child.stderr, "\n")
            self.assertIn(f"sallyport: {option}: {name}: ", line)
            self.assertTrue(line.endswith("; the certificate stays as it was\n"), line)
            self.write(name, before)
            self.get(self.connect(url, self.path("cert.pem")), "/livez")
        self.stop(child, signal.SIGTERM)

    @needs("openssl")
    def test_what_is_read_anew_is_never_waited_for(self):
        self.make_certificate()
        os.mkdir(self.path("own"))
        child = self.start("serve", "--listen", "127.0.0.1:0", "--cert", "cert.pem", "--key", "key.pem", "--port-file",
                           "port", "--scenarios", "own", env=environment(**IDENTITY), text=True,
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        harness.wait_for(lambda: os.path.exists(self.path("port")) and self.read("port"), "the server to listen")
        url = f"https://localhost:{int(self.read('port'))}"
        shutil.copy(self.path("cert.pem"), self.path("ca.pem"))
        for name, told in (("cert.pem", "--cert: cert.pem: is a pipe"), ("key.pem", "--key: key.pem: is a pipe"),
                           ("own/gate.json", "--scenarios: own/gate.json: $: is no file")):
            before = self.read(name) if os.path.exists(self.path(name)) else None
            if before:
                os.remove(self.path(name))
            os.mkfifo(self.path(name), 0o600)
            child.send_signal(signal.SIGHUP)
            self.assertIn(told, self.read_until(child.stderr, "as it was\n" if before else "as they were\n"))
            self.get(self.connect(url, self.path("ca.pem")), "/livez")
            os.remove(self.path(name))
            if before:
                self.write(name, before)
        self.stop(child, signal.SIGTERM)

    @needs("openssl")
    def test_a_key_comes_through_a_pipe_of_the_shell(self):
        self.make_certificate()
        script = f'exec {harness.PROGRAM} serve --listen 127.0.0.1:0 --cert <(cat cert.pem) --key <(cat key.pem) ' \
                 "--port-file port"
        child = self.start("-c", script, program="bash", env=environment(**IDENTITY), text=True, stdout=subprocess.PIPE,
                           stderr=subprocess.PIPE)
        harness.wait_for(lambda: os.path.exists(self.path("port")) and self.read("port"), "the server to listen")
        child.send_signal(signal.SIGHUP)
        self.assertIn("is a pipe, and has to be a file here; the certificate stays as it was\n",
                      self.read_until(child.stderr, "\n"))
        self.get(self.connect(f"https://localhost:{int(self.read('port'))}", self.path("cert.pem")), "/livez")
        self.stop(child, signal.SIGTERM)

    def test_standard_descriptors_that_are_closed_are_nobody_elses(self):
        script = f'exec {harness.PROGRAM} serve --self-signed --write-ca ca.pem --listen 127.0.0.1:0 --port-file port ' \
                 "<&- >&- 2>&-"
        child = self.start("-c", script, program="bash", env=environment(**IDENTITY))
        harness.wait_for(lambda: os.path.exists(self.path("port")) and self.read("port"), "the server to listen")
        for descriptor in range(3):
            self.assertEqual(os.readlink(f"/proc/{child.pid}/fd/{descriptor}"), "/dev/null")
        url = f"https://localhost:{int(self.read('port'))}"
        self.assertEqual(self.log_in_as("Mesh", url, self.path("ca.pem")), 0)
        child.send_signal(signal.SIGTERM)
        self.assertEqual(child.wait(timeout=harness.PATIENCE), 0)
        done = self.start("-c", f"exec {harness.PROGRAM} schemes >&-", program="bash", text=True,
                          stderr=subprocess.PIPE)
        self.assertIn("standard output: ", done.communicate(timeout=harness.PATIENCE)[1])
        self.assertEqual(done.returncode, 1)

    def get(self, connection, path, status=200):
        connection.request("GET", path)
        reply = connection.getresponse()
        self.assertEqual(reply.status, status)
        return reply.read().decode()

    def fill(self, child, url, ca, pipe):
        """Has the server write more than the pipe takes."""
        fcntl.fcntl(pipe.fileno(), getattr(fcntl, "F_SETPIPE_SZ", 1031), 8192)
        connection = self.connect(url, ca)
        for user in range(150):
            self.post(connection, f"user-with-a-name-that-takes-some-room-{user:010}", username="Mesh+sms",
                      password=PASSWORD)
            reply = connection.getresponse()
            self.assertEqual((reply.status, json.loads(reply.read())["status"]), (200, "ok"))
        connection.close()
        child.send_signal(signal.SIGTERM)
        self.assertEqual(child.wait(timeout=harness.PATIENCE), 0)

    def test_who_stops_reading_its_lines_stops_no_server(self):
        child, url, ca = self.start_server()
        self.fill(child, url, ca, child.stdout)
        self.assertRegex(child.stdout.readline(), r"\Asallyport: listening on ")
        self.assertRegex(child.stdout.readline(), r"\Asandbox -> SMS to user-")

    def test_who_stops_reading_its_events_stops_no_server(self):
        child, url, ca = self.start_server("--events", "-")
        threading.Thread(target=child.stdout.read, daemon=True).start()
        self.fill(child, url, ca, child.stderr)
        self.assertEqual(json.loads(child.stderr.readline())["event"], "login_started")

    def test_named_proxies_tell_where_a_client_comes_from_and_nobody_else(self):
        for arguments, problem in ((("--proxy", "proxy.example"), '--proxy: "proxy.example" is neither an address nor a network'),
                                   (("--proxy", "10.0.0.7", "--proxy", "10.0.0.1/8"),
                                    '--proxy: "10.0.0.1/8" has bits beyond its prefix'),
                                   (("--proxy-protocol",), "--proxy-protocol: goes with --proxy")):
            done = self.run_program("serve", "--self-signed", "--listen", "127.0.0.1:0", *arguments,
                                    env=environment(**IDENTITY))
            self.assertEqual(done.returncode, 2)
            self.assertIn(problem, done.stderr)
        child, url, ca = self.start_server("--proxy", "127.0.0.1", "--proxy-protocol")
        header = (b"\r\n\r\n\x00\r\nQUIT\n" b"\x21\x11\x00\x0c" + socket.inet_aton("192.0.2.1") +
                  socket.inet_aton("127.0.0.1") + b"\x12\x34\x01\xbb")
        port = int(url.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), timeout=harness.PATIENCE) as raw:
            raw.sendall(header)
            with ssl.create_default_context(cafile=ca).wrap_socket(raw, server_hostname="localhost") as secure:
                secure.sendall(b"GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                self.assertTrue(secure.recv(100).startswith(b"HTTP/1.1 200 OK\r\n"))
        with self.assertRaises(OSError):
            self.get(self.connect(url, ca), "/livez")
        self.stop(child, signal.SIGTERM)

    def test_without_scenarios_of_its_own_sighup_stops_it(self):
        child, _, _ = self.start_server()
        self.stop(child, signal.SIGHUP)

    def connect(self, url, ca):
        connection = http.client.HTTPSConnection("localhost", int(url.rpartition(":")[2]), timeout=harness.PATIENCE,
                                                 context=ssl.create_default_context(cafile=ca))
        self.addCleanup(connection.close)
        return connection

    @staticmethod
    def post(connection, user, **body):
        """Posts a login of a user, whose id is already encoded."""
        connection.request("POST", f"/api/v1/authenticate?userId={user}", json.dumps({"type": "sandbox", **body}),
                           {"Content-Type": "application/json", "X-Client-Id": "me",
                            "X-Client-Secret": "a-client-secret"})

    def post_slowly(self, seconds, *arguments):
        """A server, and a connection to it on which a login is under way that takes so long."""
        child, url, ca = self.start_server("--events", "events.jsonl", *arguments)
        port = int(url.rpartition(":")[2])
        connection = self.connect(url, ca)
        self.post(connection, "u1", username=f"Mesh+slow({seconds}s)+totp", password=PASSWORD)
        harness.wait_for(lambda: '"login_posted"' in self.read("events.jsonl"), "the institution to be asked")
        return child, port, connection

    def read(self, name):
        with open(self.path(name), encoding="utf-8") as file:
            return file.read()

    @staticmethod
    def wait_until_nobody_listens(port):
        def refused():
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
            except ConnectionRefusedError:
                return True
            except ConnectionResetError:  # It stood in line when the listener closed.
                return False
            return False

        harness.wait_for(refused, "the server to take no more connections")

    def test_sigterm_lets_a_login_under_way_have_its_reply(self):
        child, port, connection = self.post_slowly(min(2 * harness.time_scale(), 20), "--drain", "60")
        child.send_signal(signal.SIGTERM)
        self.wait_until_nobody_listens(port)
        reply = connection.getresponse()
        self.assertEqual((reply.status, reply.getheader("Connection")), (200, "close"))
        self.assertEqual(json.loads(reply.read())["content"]["status"], "mfaRequired")
        connection.close()
        _, err = child.communicate(timeout=harness.PATIENCE)
        self.assertEqual((child.returncode, err), (0, ""))

    def test_a_drain_is_bounded(self):
        child, _, connection = self.post_slowly(60, "--drain", "1")
        child.send_signal(signal.SIGTERM)
        with self.assertRaises(OSError):
            connection.getresponse()
        _, err = child.communicate(timeout=harness.PATIENCE)
        self.assertEqual((child.returncode, err), (0, "sallyport: stopped before every request was answered\n"))

    def test_a_second_signal_ends_it_at_once(self):
        child, port, _ = self.post_slowly(60, "--drain", "3600")
        child.send_signal(signal.SIGTERM)
        self.wait_until_nobody_listens(port)
        child.send_signal(signal.SIGTERM)
        child.communicate(timeout=harness.PATIENCE)
        self.assertEqual(child.returncode, 128 + signal.SIGTERM)

    def test_a_drain_that_cannot_be_is_refused(self):
        for seconds in ("-1", "3601", "soon"):
            done = self.run_program("serve", "--self-signed", f"--drain={seconds}", env=environment(**IDENTITY))
            self.assertEqual(done.returncode, 2, seconds)
            self.assertIn("--drain", done.stderr)

    def test_nothing_that_a_client_writes_forges_a_line(self):
        child, url, ca = self.start_server("--events", "events.jsonl")
        hostile = "\x1b[31m\r\nsandbox -> SMS to root: \x9b31m\u2028\u202e"
        for user in ("u%0Asandbox", "u%1B%5B31m", "u%C2%9B31m", "u%9B31m", "u%E2%80%A8x", "u%E2%80%AEx", "u%00"):
            connection = self.connect(url, ca)
            self.post(connection, user, username="Mesh+sms", password=PASSWORD)
            self.assertEqual(connection.getresponse().status, 400, user)
        for body in ({"username": hostile, "password": hostile}, {"username": "Mesh+" + hostile, "password": PASSWORD},
                     {"type": hostile[:60], "username": "Mesh", "password": PASSWORD},
                     {"username": "Mesh+sms", "password": PASSWORD, "deviceInfo": hostile}):
            connection = self.connect(url, ca)
            self.post(connection, "u%C3%A4", **body)
            connection.getresponse().read()
        out = self.stop(child, signal.SIGTERM)
        self.assertRegex(out, "\\Asallyport: listening on [^\\n]*\\nsandbox -> SMS to u\u00e4: [ -~]+\\n\\Z")
        lines = self.read("events.jsonl").splitlines()
        self.assertGreater(len(lines), 4)
        for line in lines:
            self.assertRegex(line, r"\A[ -~]+\Z")
            self.assertIsInstance(json.loads(line), dict)
            self.assertNotIn("31m", line)

    def test_a_bad_scenario_is_refused_with_its_place(self):
        os.mkdir(self.path("scenarios"))
        self.write("scenarios/bad.json", {"name": "bad"})
        done = self.run_program("serve", "--self-signed", "--listen", "127.0.0.1:0", "--scenarios", "scenarios",
                                env=environment(**IDENTITY))
        self.assertEqual(done.returncode, 2)
        self.assertRegex(done.stderr, r"--scenarios: .*bad\.json: \$")


if __name__ == "__main__":
    harness.main()
