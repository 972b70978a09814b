import json
import os
import re

import harness
from harness import BROKER, Case

COMMANDS = ("demo", "login", "link", "refresh", "remove", "status", "serve", "schemes", "graph", "load", "replay", "simulate")


class OptionsTest(Case):
    def test_an_error_is_one_line_that_names_the_option(self):
        for arguments, wanted in (
                (["--nope"], "--nope: no such option"),
                (["logn"], "did you mean login?"),
                (["login"], "--broker: missing"),
                (["login", "--broker", "krakn"], "did you mean kraken?"),
                (["login", "--brokr", "kraken"], "did you mean --broker?"),
                (["login", "--broker"], "--broker: wants a value"),
                (["login", "--broker", "kraken", "more"], "takes no argument"),
                (["login", "--broker", "kraken", "--url", "http://localhost"], "--url: not https"),
                (["login", "--broker", "kraken", "--url", "https://localhost:1"], "--user-id: missing"),
                (["login", "--broker", "kraken", "--ca", "x.pem"], "--ca: goes with --url"),
                (["link"], "--broker: missing"),
                (["link", "--broker", "eTrade", "--url", "https://localhost:1"], "--user-id: missing"),
                (["refresh"], "--tokens: missing"),
                (["remove", "--tokens", "/nowhere"], "--tokens: /nowhere"),
                (["status", "--broker", "nope"], "--broker: no integration"),
                (["serve"], "--cert: missing"),
                (["serve", "--self-signed", "--listen", "8443"], "--listen: \"8443\""),
                (["serve", "--self-signed", "--listen", "nowhere:1"], "not an IP address"),
                (["serve", "--self-signed", "--shards", "-1"], "--shards: not a number of shards"),
                (["serve", "--self-signed", "--shards", "257"], "--shards: not a number of shards, 0 to 256"),
                (["serve", "--self-signed", "--listen", "127.0.0.1:70000"], "over 65535"),
                (["graph", "--format", "svg"], "--format: \"svg\""),
                (["replay"], "replay: wants the FILE"),
                (["replay", "nowhere.flight"], "replay: nowhere.flight"),
                (["simulate", "--logins", "0"], "--logins: not 1 to"),
                (["simulate", "--hours", "-1"], "--hours: not 0 to"),
                (["schemes", "--broker", "nope"], "--broker: no integration")):
            with self.subTest(arguments=arguments):
                done = self.run_program(*arguments)
                self.assertEqual((done.returncode, done.stdout), (2, ""))
                self.assertIn(wanted, done.stderr)
                self.assertRegex(done.stderr, r"\Asallyport: [^\n]+\n\Z")

    def test_an_error_is_an_event_too_where_events_are_wanted(self):
        tokens = self.write("tokens.json", "[]")
        for arguments, wanted in (
                (["login", "--json", "--broker", "kraken", "--cert", "x"], "--cert: goes with --url"),
                (["login", "--broker", "kraken", "--url", "https://localhost:1", "--user-id", "u", "--cert", "x", "--json"],
                 "--cert: goes with --key"),
                (["login", "--broker", "kraken", "--url", "https://localhost:1", "--no-proxy", "--proxy", "http://x",
                  "--json"], "--no-proxy: does not go with --proxy"),
                (["login", "--json", "--nope"], "--nope: no such option"),
                (["login", "--json", "--broker"], "--broker: wants a value"),
                (["login", "--json", "--broker", "kraken", "--answers", "nowhere"], "--answers: nowhere"),
                (["login", "--json", "--broker", "kraken", "--save-tokens", "no/where"], "--save-tokens: no/where"),
                (["link", "--json"], "--broker: missing"),
                (["link", "--json", "--broker", "kraken", "--ca", "x"], "--ca: goes with --url"),
                (["refresh", "--json"], "--tokens: missing"),
                (["refresh", "--json", "--tokens", tokens], "--tokens: " + tokens),
                (["remove", "--json", "--tokens", tokens], "--tokens: " + tokens)):
            with self.subTest(arguments=arguments):
                done = self.run_program(*arguments)
                self.assertEqual(done.returncode, 2, done.stderr)
                event = json.loads(done.stdout)
                self.assertEqual((event["event"], event["exitCode"]), ("error", 2))
                self.assertIn(wanted, event["message"])
                self.assertEqual(done.stderr, f"sallyport: {event['message']}\n")

    def test_a_login_that_ends_has_one_last_event(self):
        done = self.run_program("login", "--broker", BROKER, "--json")
        self.assertEqual(done.returncode, 3)
        self.assertEqual([json.loads(line)["event"] for line in done.stdout.splitlines()],
                         ["begin", "missing", "outcome"])
        server = ("--url", "https://localhost:1", "--user-id", "u", "--no-ledger", "--json")
        done = self.run_program("login", "--broker", BROKER, *server, env=harness.environment(**harness.IDENTITY))
        self.assertEqual(done.returncode, 1)
        self.assertEqual([json.loads(line)["event"] for line in done.stdout.splitlines()], ["error"])

    def test_a_password_on_the_command_line_is_refused_and_not_repeated(self):
        done = self.run_program("login", "--broker", BROKER, "--password=hunter2")
        self.assertEqual(done.returncode, 2)
        self.assertIn("--password: no such option", done.stderr)
        self.assertNotIn("hunter2", done.stderr)

    def test_a_token_on_the_command_line_is_refused_and_not_repeated(self):
        for option in ("--token", "--access-token", "--refresh-token"):
            done = self.run_program("refresh", f"{option}=hunter2")
            self.assertEqual(done.returncode, 2)
            self.assertIn(f"{option}: no such option", done.stderr)
            self.assertNotIn("hunter2", done.stderr)

    def test_a_broker_may_be_spelled_in_any_case(self):
        self.assertEqual(self.run_program("schemes", "--broker", BROKER.upper()).returncode, 0)

    def test_every_command_has_help(self):
        for command in ([], *([name] for name in COMMANDS)):
            with self.subTest(command=command):
                done = self.run_program(*command, "--help")
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                self.assertIn("Usage: sallyport", done.stdout)

    def test_the_version_is_that_of_the_project(self):
        done = self.run_program("--version")
        self.assertRegex(done.stdout, r"\Asallyport \d+\.\d+\.\d+\n\Z")

    def test_the_documented_exit_codes_are_those_of_the_program(self):
        help_text = self.run_program("--help").stdout
        shown = re.findall(r"(?m)^ {2,3}(\d+)  (\w+) +(.+)$", help_text)
        with open(os.path.join(harness.SOURCE, "docs/cli.md"), encoding="utf-8") as file:
            documented = re.findall(r"(?m)^\| (\d+) \| `(\w+)` \| (.+?) \|$", file.read())
        self.assertEqual(len(shown), 21)
        self.assertEqual(shown, documented)
        self.assertEqual(len({code for code, _, _ in shown}), len(shown))

    def test_every_option_is_documented(self):
        with open(os.path.join(harness.SOURCE, "docs/cli.md"), encoding="utf-8") as file:
            documentation = file.read()
        for command in COMMANDS:
            for option in re.findall(r"(?m)^  (--[\w-]+)", self.run_program(command, "--help").stdout):
                self.assertIn(f"`{option}", documentation, command)

    def test_a_client_file_that_others_can_read_is_refused(self):
        file = self.write("client", "me\nsecret\n", mode=0o644)
        done = self.run_program("schemes", "--url", "https://localhost:1", "--client-file", file)
        self.assertEqual(done.returncode, 2)
        self.assertIn("--client-file", done.stderr)
        self.assertNotIn("secret\n", done.stderr.replace("holds a secret", ""))

    def test_a_closed_pipe_ends_it_quietly(self):
        child = self.start("schemes", "--json", stdout=harness.subprocess.PIPE, stderr=harness.subprocess.PIPE)
        child.stdout.close()
        child.stdout = None
        self.assertEqual(child.communicate(timeout=harness.PATIENCE)[1], b"")
        self.assertIn(child.returncode, (0, 1))

    def test_a_pipe_serves_as_a_file_where_somebody_writes_into_it(self):
        pipe = self.path("client")
        os.mkfifo(pipe, 0o600)
        arguments = ("schemes", "--url", "https://localhost:1", "--client-file", pipe)
        done = self.run_program(*arguments)
        self.assertEqual(done.returncode, 2)
        self.assertIn(f"--client-file: {pipe}: is a pipe into which nobody writes", done.stderr)
        child = self.start(*arguments, text=True, stdout=harness.subprocess.PIPE, stderr=harness.subprocess.PIPE)
        with open(pipe, "w", encoding="utf-8") as writer:
            writer.write("me\nsecret\n")
        self.assertIn("localhost:1: ", child.communicate(timeout=harness.PATIENCE)[1])
        read, write = os.pipe()
        os.write(write, b"me\nsecret\n")
        os.close(write)
        child = self.start(*arguments[:-1], f"/dev/fd/{read}", text=True, pass_fds=(read,),
                           stdout=harness.subprocess.PIPE, stderr=harness.subprocess.PIPE)
        os.close(read)
        self.assertIn("localhost:1: ", child.communicate(timeout=harness.PATIENCE)[1])

    def test_a_pipe_that_nobody_reads_is_not_waited_for(self):
        pipe = self.path("record")
        os.mkfifo(pipe)
        done = self.run_program("login", "--broker", BROKER, "--record", pipe)
        self.assertEqual(done.returncode, 2)
        self.assertIn(f"--record: {pipe}: is a pipe that nobody reads", done.stderr)

    def test_a_device_is_no_file(self):
        done = self.run_program("schemes", "--url", "https://localhost:1", "--headers", "/dev/zero",
                                env=harness.environment(**harness.IDENTITY))
        self.assertEqual(done.returncode, 2)
        self.assertIn("--headers: /dev/zero: is a device, and no file", done.stderr)

    def test_a_full_disk_is_said(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            child = self.start("schemes", stdout=full, stderr=harness.subprocess.PIPE)
            error = child.communicate(timeout=harness.PATIENCE)[1]
        self.assertEqual(child.returncode, 1)
        self.assertIn(b"standard output", error)


if __name__ == "__main__":
    harness.main()
