import json
import signal
import subprocess

import harness
from harness import Case


class LoadTest(Case):
    def load(self, *arguments):
        return self.run_program("load", *arguments)

    def test_every_login_of_the_mix_goes_through_its_doors(self):
        done = self.load("--logins", "60", "--concurrency", "7", "--mix", "sms=3,sms-pin,questions,captcha", "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        report = json.loads(done.stdout)
        self.assertEqual((report["logins"], report["outcomes"], report["errors"]), (60, {"succeeded": 60}, {}))
        self.assertEqual((report["mostAtATime"], report["withSandbox"]), (7, True))
        posts = {door: figures["posts"] for door, figures in report["latencyMilliseconds"].items()}
        self.assertEqual(posts, {
            "user name and password": 60, "challengeIssued · phone": 30, "mfaRequired · phone": 10,
            "mfaRequired · tradingPin": 10, "challengeIssued": 10, "captchaChallenge": 10,
            "challengeIssued · requireNextSecurityQuestion": 10})
        for figures in report["latencyMilliseconds"].values():
            self.assertLessEqual(figures["p50"], figures["p99"])
            self.assertLessEqual(figures["p99"], figures["max"])

    def test_a_load_tells_a_human_what_it_found(self):
        done = self.load("--logins", "5", "--broker", "robinhood")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertRegex(done.stdout, r"ended as succeeded +5\n")
        self.assertRegex(done.stdout, r"throughput +\d+\.\d logins a second")
        self.assertNotIn(harness.PASSWORD, done.stdout)

    def test_thinking_takes_its_time(self):
        done = self.load("--broker", "robinhood", "--logins", "2", "--think", "300", "--json")
        self.assertGreaterEqual(json.loads(done.stdout)["seconds"], 0.3)

    def test_logins_that_the_institution_refuses_are_outcomes(self):
        done = self.load("--logins", "4", "--mix", "locked", "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(done.stdout)["outcomes"], {"denied": 4})

    def test_a_server_that_is_not_there_is_an_error(self):
        server = ("--url", "https://127.0.0.1:1", "--logins", "2", "--json")
        done = self.run_program("load", *server, env=harness.environment(**harness.IDENTITY))
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertEqual(sum(json.loads(done.stdout)["errors"].values()), 2)

    def test_sigint_ends_a_load_and_shows_what_was_measured(self):
        child = self.start("load", "--broker", "robinhood", "--logins", "1000000", "--think", "20", "--json", stdin=subprocess.DEVNULL,
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.assertIn("at a time", child.stderr.readline())
        child.send_signal(signal.SIGINT)
        out, _ = child.communicate(timeout=harness.PATIENCE)
        self.assertEqual(child.returncode, 25)
        self.assertTrue(json.loads(out)["interrupted"])

    def test_options_that_cannot_be_are_named(self):
        for arguments, problem in (
                (("--logins", "0"), "--logins: \"0\" is not a number from 1 to 10000000"),
                (("--concurrency", "x"), "--concurrency: \"x\" is not a number from 1 to 9000"),
                (("--mix", "sms=0"), "--mix: \"0\" is not a number from 1 to 1000"),
                (("--mix", "=3"), "--mix: a scenario has no name; write NAME=WEIGHT,NAME=WEIGHT"),
                (("--ca", "ca.pem"), "--ca: goes with --url; the sandbox brings its own")):
            with self.subTest(arguments=arguments):
                done = self.load(*arguments)
                self.assertEqual((done.returncode, done.stderr), (2, f"sallyport: {problem}\n"))


if __name__ == "__main__":
    harness.main()
