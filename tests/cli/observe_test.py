import json
import os
import re
import signal
import socket
import ssl
import subprocess
import time

import harness
from harness import CODE, IDENTITY, PASSWORD, Case, environment, needs


class ObserveTest(Case):
    def log_in(self, *arguments, username="Mesh", password=PASSWORD, code=CODE, env=None):
        answers = self.write("answers.json", {"Username": username, "Password": password, "ChallengeCode": code})
        return self.run_program("login", "--broker", "robinhood", "--answers", answers, *arguments, env=env)

    def read(self, name):
        with open(self.path(name), encoding="utf-8") as file:
            return file.read()

    def test_the_events_of_a_login_are_lines_of_json(self):
        for _ in range(2):
            done = self.log_in("--events", "events.jsonl")
            self.assertEqual(done.returncode, 0, done.stderr)
        events = [json.loads(line) for line in self.read("events.jsonl").splitlines()]
        story = ["login_started", "login_posted", "reply_came", "door_opened", "prompt_raised", "answer_posted",
                 "reply_came", "door_left", "outcome"]
        self.assertEqual([event["event"] for event in events], story * 2)
        self.assertEqual({event["role"] for event in events}, {"claimant"})
        self.assertEqual(events[3]["status"], "challengeIssued")
        self.assertEqual(events[8]["outcome"], "succeeded")

    def test_events_may_go_to_stderr(self):
        done = self.log_in("--events", "-")
        self.assertEqual(done.returncode, 0)
        self.assertIn('"event":"outcome"', done.stderr)
        self.assertNotIn('"event"', done.stdout)

    def test_a_record_can_be_replayed(self):
        done = self.log_in("--record", "login.flight")
        self.assertEqual(done.returncode, 0, done.stderr)
        done = self.run_program("replay", "login.flight")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertRegex(done.stdout, r"\Aclaimant at robinhood, 4 steps after 0 that are gone, from the state idle on\n")
        self.assertRegex(done.stdout, r"(?m)^ +2 +\d+ ms  authenticating +challenge challengeIssued .*-> challenged +prompt")
        self.assertTrue(done.stdout.endswith("Every step was decided as it was recorded.\n"))

    def test_a_login_that_never_began_leaves_no_record(self):
        done = self.run_program("login", "--broker", "robinhood", "--url", "https://localhost:1", "--user-id", "u",
                                "--record", "login.flight", env=environment(**IDENTITY))
        self.assertEqual(done.returncode, 1)
        done = self.run_program("replay", "login.flight")
        self.assertEqual(done.returncode, 2)
        self.assertIn("this is no flight record", done.stderr)

    def test_a_record_that_says_otherwise_is_told_by_its_step(self):
        self.log_in("--record", "login.flight")
        record = self.read("login.flight").replace("does=prompt", "does=watch")
        done = self.run_program("replay", self.write("other.flight", record))
        self.assertEqual(done.returncode, 1)
        self.assertIn("step 2: the decision was watch, is prompt", done.stderr)

    def test_a_record_that_is_malformed_is_refused_with_line_and_field(self):
        self.log_in("--record", "login.flight")
        record = self.read("login.flight").replace("role=claimant", "role=nobody")
        done = self.run_program("replay", self.write("bad.flight", record))
        self.assertEqual(done.returncode, 2)
        self.assertIn("bad.flight: line 3, role: a value that this build does not know", done.stderr)

    def test_a_file_that_cannot_be_is_refused_before_the_login(self):
        for option in ("--events", "--record"):
            done = self.log_in(option, "nowhere/file")
            self.assertEqual((done.returncode, done.stdout), (2, ""))
            self.assertIn(f"{option}: nowhere/file", done.stderr)

    def start_metrics(self, *arguments):
        # Without a client it does not start, whatever else it lacks comes first.
        done = self.run_program("serve", "--self-signed", "--listen", "127.0.0.1:0", "--metrics", "0")
        if "without prometheus-cpp" in done.stderr:
            self.skipTest("built without prometheus-cpp")
        child, url, ca = self.start_server("--metrics", "0", *arguments)
        lines = [child.stdout.readline(), child.stdout.readline()]
        found = re.search(r"metrics on (http://127\.0\.0\.1:\d+/metrics)", lines[1])
        self.assertTrue(found, lines)
        return child, url, ca, found.group(1)

    @staticmethod
    def scrape(metrics, *options):
        return subprocess.run(["curl", "-s", "--max-time", "20", *options, metrics], capture_output=True, text=True,
                              check=True).stdout

    @needs("curl")
    def test_prometheus_reads_what_the_server_counts(self):
        self.check_metrics()

    @needs("curl")
    def test_prometheus_reads_what_all_shards_count(self):
        self.check_metrics("--shards", "2")

    def check_metrics(self, *arguments):
        child, url, ca, metrics = self.start_metrics(*arguments)
        remote = ("--url", url, "--ca", ca, "--user-id", "u1")
        self.assertEqual(self.log_in(*remote, env=environment(**IDENTITY)).returncode, 0)
        self.assertEqual(self.log_in(*remote, password="wrong", env=environment(**IDENTITY)).returncode, 10)
        text = self.scrape(metrics)
        for line in ("sallyport_logins_started_total 2",
                     'sallyport_logins_ended_total{outcome="succeeded"} 1',
                     'sallyport_logins_ended_total{outcome="denied"} 1',
                     'sallyport_posts_total{act="login"} 2',
                     'sallyport_posts_total{act="answer"} 1',
                     'sallyport_replies_total{status="challengeIssued",step="none"} 1',
                     'sallyport_door_seconds_count{status="challengeIssued"} 1',
                     "sallyport_reply_seconds_count 3",
                     "sallyport_sessions_open 0",
                     "sallyport_logins_kept 1",  # The newer one of the same user took the place of the first.
                     "sallyport_sessions_max 100000",
                     "sallyport_connections_max 10000"):
            self.assertIn(line + "\n", text)
        port = metrics.split(":")[2].split("/")[0]
        for path in ("", "etc/passwd", "../../../../etc/passwd", "authenticate?userId=u1"):
            code = self.scrape(f"http://127.0.0.1:{port}/{path}", "--path-as-is", "-o", os.devnull, "-w", "%{http_code}")
            self.assertEqual(code, "404", path)
        child.send_signal(signal.SIGTERM)
        child.communicate(timeout=harness.PATIENCE)
        self.assertEqual(child.returncode, 0)

    @needs("curl")
    def test_health_is_told_beside_the_metrics(self):
        child, url, ca, metrics = self.start_metrics("--drain", str(int(harness.PATIENCE)))
        base = metrics.removesuffix("/metrics")
        for path in ("/livez", "/readyz"):
            self.assertEqual(self.scrape(base + path), "ok\n")
            self.assertEqual(self.scrape(url + path, "--cacert", ca), "ok\n")
        head = self.scrape(base + "/livez", "--head")
        self.assertRegex(head, r"(?s)\AHTTP/1\.1 200 OK\n.*\nContent-Length: 3\n")
        self.assertEqual(self.scrape(base + "/livez", "-d", "x", "-o", os.devnull, "-w", "%{http_code}"), "405")
        port = int(url.rpartition(":")[2])
        held = ssl.create_default_context(cafile=ca).wrap_socket(
            socket.create_connection(("127.0.0.1", port), timeout=harness.PATIENCE), server_hostname="localhost")
        self.addCleanup(held.close)
        held.sendall(b"POST /api/v1/authenticate?userId=u1 HTTP/1.1\r\n")
        child.send_signal(signal.SIGTERM)
        harness.wait_for(lambda: self.scrape(base + "/readyz", "-w", "%{http_code}") == "draining\n503",
                         "the server to be no more ready")
        self.assertEqual(self.scrape(base + "/livez"), "ok\n")
        child.send_signal(signal.SIGTERM)
        child.wait(timeout=harness.PATIENCE)

    @needs("curl")
    def test_who_reads_no_metrics_stops_neither_the_others_nor_the_end(self):
        child, _, _, metrics = self.start_metrics()
        port = int(metrics.split(":")[2].split("/")[0])
        for _ in range(8):
            slow = socket.create_connection(("127.0.0.1", port), timeout=harness.PATIENCE)
            self.addCleanup(slow.close)
            slow.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\n" + b"X: y\r\n" * 20)
        self.assertIn("sallyport_sessions_open 0\n", self.scrape(metrics))
        child.send_signal(signal.SIGTERM)
        child.communicate(timeout=harness.PATIENCE)
        self.assertEqual(child.returncode, 0)

    @needs("curl")
    def test_silent_connections_keep_no_health_check_out(self):
        _, _, _, metrics = self.start_metrics()
        port = int(metrics.split(":")[2].split("/")[0])
        for _ in range(100):
            silent = socket.create_connection(("127.0.0.1", port), timeout=harness.PATIENCE)
            self.addCleanup(silent.close)
        began = time.monotonic()
        self.assertEqual(self.scrape(metrics.removesuffix("/metrics") + "/livez"), "ok\n")
        self.assertLess(time.monotonic() - began, 9, "it was answered because the others' time was over")

    @needs("curl")
    def test_no_canary_gets_out(self):
        canaries = ("canaryname", "canarypassword", "918273645", "canaryuser")
        child, url, ca, metrics = self.start_metrics("--events", "server.jsonl")
        for username, password in (("canaryname", "canarypassword"), ("Mesh", PASSWORD)):
            self.log_in("--url", url, "--ca", ca, "--user-id", "canaryuser", "--events", "client.jsonl",
                        "--record", f"{username}.flight", username=username, password=password, code="918273645",
                        env=environment(**IDENTITY))
        said = self.scrape(metrics)
        for name in ("server.jsonl", "client.jsonl", "canaryname.flight", "Mesh.flight"):
            said += self.read(name)
        self.assertIn("challengeFailed", said)
        for canary in canaries + (PASSWORD, "a-client-secret"):
            self.assertNotIn(canary, said)
        child.send_signal(signal.SIGTERM)
        child.communicate(timeout=harness.PATIENCE)

    def test_a_port_that_is_none_is_refused(self):
        for port, wanted in (("70000", "--metrics: not a port"), ("x", "--metrics: not a port")):
            done = self.run_program("serve", "--self-signed", "--listen", "127.0.0.1:0", "--metrics", port,
                                    env=environment(**IDENTITY))
            self.assertEqual(done.returncode, 2)
            self.assertIn(wanted, done.stderr)


if __name__ == "__main__":
    harness.main()
