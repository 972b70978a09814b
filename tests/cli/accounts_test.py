import fcntl
import json
import os
import signal
import stat

import harness
from harness import CODE, IDENTITY, PASSWORD, Case, Screen, environment, needs, sandbox_data
from scripted_api import Refusal, ScriptedApi

ANSWERS = {"Username": "Mesh", "Password": PASSWORD, "ChallengeCode": CODE, "MfaCode": CODE}
WAY_BACK = "https://example.invalid/back?state=7&code=" + CODE


class AccountsTest(Case):
    def log_in(self, broker, answers=None, *options):
        """Logs in and gives the file of the tokens."""
        file = self.write("answers.json", {**ANSWERS, **(answers or {})})
        tokens = self.path("tokens.json")
        done = self.run_program("login", "--broker", broker, "--answers", file, "--save-tokens", tokens, *options)
        self.assertEqual(done.returncode, 0, done.stderr)
        return tokens

    def tokens_in(self, file):
        with open(file, encoding="utf-8") as text:
            return json.load(text)

    def questions(self):
        return {door["reply"]["challengeText"]: door["accept"]["challengeAnswer"]
                for door in sandbox_data("scenarios/questions.json")["doors"] if "accept" in door}

    def test_tokens_are_saved_for_their_owner_alone_and_not_printed(self):
        file = self.write("answers.json", ANSWERS)
        tokens = self.path("tokens.json")
        done = self.run_program("login", "--broker", "robinhood", "--answers", file, "--save-tokens", tokens)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(stat.S_IMODE(os.stat(tokens).st_mode), 0o600)
        saved = self.tokens_in(tokens)
        self.assertEqual(saved["broker"], "robinhood")
        self.assertNotIn(saved["accounts"][0]["accessToken"], done.stdout + done.stderr)
        self.assertNotIn(saved["accounts"][0]["refreshToken"], done.stdout + done.stderr)

    def test_a_place_that_cannot_be_written_is_refused_before_the_login(self):
        file = self.write("answers.json", ANSWERS)
        pipe = self.path("pipe")
        os.mkfifo(pipe)
        for place in (self.directory, "/nowhere/tokens.json", pipe, ""):
            done = self.run_program("login", "--broker", "robinhood", "--answers", file, "--save-tokens", place)
            self.assertEqual((done.returncode, done.stdout), (2, ""))
            self.assertIn("--save-tokens", done.stderr)
        self.assertTrue(stat.S_ISFIFO(os.stat(pipe).st_mode))

    def test_what_is_no_regular_file_is_written_into_and_never_replaced(self):
        pipe = self.path("pipe")
        os.mkfifo(pipe)
        child = self.start("graph", "--output", pipe)
        with open(pipe, encoding="utf-8") as text:
            self.assertIn("stateDiagram", text.read())
        self.assertEqual(child.wait(timeout=harness.PATIENCE), 0)
        self.assertTrue(stat.S_ISFIFO(os.stat(pipe).st_mode))

    def test_a_removal_that_cannot_be_carried_out_to_the_end_is_not_begun(self):
        tokens = self.log_in("robinhood")
        saved = self.tokens_in(tokens)
        saved["accounts"].append({"accountId": "B", "refreshToken": "r"})
        tokens = self.write("tokens.json", saved)
        done = self.run_program("remove", "--tokens", tokens, "--yes")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("accounts[1].accessToken: missing", done.stderr)
        self.assertEqual(self.tokens_in(tokens), saved)

    def test_a_refresh_puts_new_tokens_into_the_file_and_prints_none(self):
        tokens = self.log_in("robinhood")
        before = self.tokens_in(tokens)["accounts"][0]
        done = self.run_program("refresh", "--tokens", tokens)
        self.assertEqual(done.returncode, 0, done.stderr)
        after = self.tokens_in(tokens)["accounts"][0]
        for name in ("accessToken", "refreshToken"):
            self.assertNotEqual(before[name], after[name])
            self.assertNotIn(after[name], done.stdout + done.stderr)
        self.assertEqual(before["accountId"], after["accountId"])
        self.assertEqual(stat.S_IMODE(os.stat(tokens).st_mode), 0o600)

    def test_two_processes_never_work_with_one_file(self):
        tokens = self.log_in("robinhood")
        before = self.tokens_in(tokens)
        with open(tokens + ".lock", "w", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            for command in (["refresh"], ["remove", "--yes"]):
                done = self.run_program(*command, "--tokens", tokens)
                self.assertEqual(done.returncode, 1)
                self.assertIn("in use by another process; it was left as it is", done.stderr)
        self.assertEqual(before, self.tokens_in(tokens))
        self.assertEqual(self.run_program("refresh", "--tokens", tokens).returncode, 0)
        self.assertNotEqual(before, self.tokens_in(tokens))

    def test_a_link_to_the_file_stays_a_link(self):
        tokens = self.log_in("robinhood")
        before = self.tokens_in(tokens)
        link = self.path("link.json")
        os.symlink(tokens, link)
        done = self.run_program("refresh", "--tokens", link)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue(os.path.islink(link))
        self.assertNotEqual(before, self.tokens_in(tokens))
        self.assertTrue(os.path.exists(tokens + ".lock"))

    def test_an_account_without_its_access_token_is_refreshed_and_then_removed(self):
        tokens = self.log_in("robinhood")
        saved = self.tokens_in(tokens)
        del saved["accounts"][0]["accessToken"]
        self.write(os.path.basename(tokens), saved)
        done = self.run_program("remove", "--tokens", tokens, "--yes")
        self.assertEqual(done.returncode, 2)
        self.assertIn("accounts[0].accessToken: missing; refresh it first", done.stderr)
        for command in (["refresh"], ["remove", "--yes"]):
            done = self.run_program(*command, "--tokens", tokens)
            self.assertEqual(done.returncode, 0, done.stderr)
        self.assertFalse(os.path.exists(tokens))

    def test_a_login_waits_for_the_file_of_others(self):
        tokens = self.log_in("robinhood")
        before = self.tokens_in(tokens)
        answers = self.write("again.json", {"Username": "Mesh", "Password": PASSWORD, "ChallengeCode": CODE})
        with open(tokens + ".lock", "w", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            done = self.run_program("login", "--broker", "robinhood", "--answers", answers, "--save-tokens", tokens,
                                    env=environment(TMPDIR=self.directory))
        self.assertEqual(done.returncode, 1)
        self.assertIn("Succeeded", done.stdout)
        self.assertIn("in use by another process; it was left as it is", " ".join(done.stdout.split()))
        self.assertEqual(before, self.tokens_in(tokens))

    def test_tokens_are_shown_to_who_asks(self):
        tokens = self.log_in("robinhood")
        done = self.run_program("refresh", "--tokens", tokens, "--json", "--show-tokens")
        self.assertEqual(done.returncode, 0, done.stderr)
        event = json.loads(done.stdout)
        self.assertEqual((event["event"], event["outcome"]), ("outcome", "succeeded"))
        self.assertEqual(event["accounts"][0]["accessToken"], self.tokens_in(tokens)["accounts"][0]["accessToken"])

    def test_each_account_of_a_login_is_refreshed_and_removed(self):
        tokens = self.log_in("robinhood", {"Username": "Mesh4"})
        before = self.tokens_in(tokens)["accounts"]
        self.assertEqual(len(before), 2)
        done = self.run_program("refresh", "--tokens", tokens, "--json")
        self.assertEqual(len(done.stdout.splitlines()), 2, done.stderr)
        for old, new in zip(before, self.tokens_in(tokens)["accounts"]):
            self.assertNotEqual(old["refreshToken"], new["refreshToken"])
        done = self.run_program("remove", "--tokens", tokens, "--yes")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stdout.count("Removed "), 2)

    def test_an_institution_that_wants_a_code_gets_it_from_the_answers(self):
        file = self.write("login.json", {**ANSWERS, "ChallengeAnswer": self.questions(), "Username": "Mesh+plain"})
        tokens = self.path("tokens.json")
        done = self.run_program("login", "--broker", "vanguard", "--answers", file, "--save-tokens", tokens)
        self.assertEqual(done.returncode, 0, done.stderr)
        before = self.tokens_in(tokens)
        done = self.run_program("refresh", "--tokens", tokens)
        self.assertEqual(done.returncode, 3)
        self.assertIn("MfaCode missing", done.stderr)
        self.assertEqual(self.tokens_in(tokens), before)
        wrong = self.write("wrong.json", {"MfaCode": "000000"})
        self.assertEqual(self.run_program("refresh", "--tokens", tokens, "--answers", wrong).returncode, 10)
        right = self.write("right.json", {"MfaCode": CODE})
        done = self.run_program("refresh", "--tokens", tokens, "--answers", right)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotEqual(self.tokens_in(tokens), before)

    def test_tokens_that_cannot_be_refreshed_are_not_sent(self):
        tokens = self.log_in("vanguard", {"ChallengeAnswer": self.questions()})
        self.assertTrue(self.tokens_in(tokens)["requiresReauthentication"])
        done = self.run_program("refresh", "--tokens", tokens, "--url", "https://localhost:1", "--json")
        self.assertEqual(done.returncode, 17, done.stderr)
        self.assertEqual(json.loads(done.stdout)["outcome"], "action_needed")

    def test_a_token_that_is_spent_is_refused(self):
        child, url, ca = self.start_server()
        server = ("--url", url, "--ca", ca)
        tokens = self.write("tokens.json", {"broker": "kraken", "accounts": [
            {"accessToken": "sandbox-access-kraken-0-0", "refreshToken": "sandbox-refresh-kraken-0-0"}]})
        env = environment(**IDENTITY)
        self.assertEqual(self.run_program("refresh", "--tokens", tokens, *server, env=env).returncode, 0)
        once = self.tokens_in(tokens)
        self.assertEqual(self.run_program("refresh", "--tokens", tokens, *server, env=env).returncode, 0)
        self.write("tokens.json", once)
        done = self.run_program("refresh", "--tokens", tokens, *server, env=env)
        self.assertEqual(done.returncode, 20, done.stderr)
        child.send_signal(signal.SIGTERM)
        child.communicate(timeout=harness.PATIENCE)

    def test_what_is_removed_leaves_the_file(self):
        tokens = self.log_in("robinhood")
        done = self.run_program("remove", "--tokens", tokens)
        self.assertEqual(done.returncode, 3)
        self.assertIn("--yes missing", done.stderr)
        self.assertTrue(os.path.exists(tokens))
        done = self.run_program("remove", "--tokens", tokens, "--yes", "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(done.stdout)["exitCode"], 0)
        self.assertFalse(os.path.exists(tokens))

    @needs("openssl")
    def test_an_account_that_is_gone_already_does_not_keep_the_others(self):
        api = ScriptedApi(self, lambda body: "notFound" if body["authToken"] == "a" else Refusal(204))
        tokens = self.write("tokens.json", {"broker": "kraken", "accounts": [
            {"accountId": "A", "accessToken": "a"}, {"accountId": "B", "accessToken": "b"},
            {"accountId": "C", "accessToken": "b"}, {"accountId": "D", "accessToken": "d"}]})
        done = self.run_program("remove", "--tokens", tokens, "--yes", *api.options(), env=environment(**IDENTITY))
        self.assertEqual(done.returncode, 20, done.stderr)
        self.assertEqual([body["authToken"] for body in api.asked], ["a", "b", "d"], "B and C share one")
        with open(tokens, encoding="utf-8") as text:
            self.assertEqual([one["accountId"] for one in json.load(text)["accounts"]], ["A"])

    def test_the_last_removal_takes_the_file_away_and_not_a_link_to_it_alone(self):
        tokens = self.log_in("robinhood")
        link = self.path("link.json")
        os.symlink(tokens, link)
        done = self.run_program("remove", "--tokens", link, "--yes")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertFalse(os.path.exists(tokens))
        self.assertFalse(os.path.lexists(link))

    def test_a_removal_that_is_refused_keeps_the_file(self):
        tokens = self.write("tokens.json", {"broker": "kraken", "accounts": [{"accessToken": "somebody-else-s"}]})
        done = self.run_program("remove", "--tokens", tokens, "--yes")
        self.assertEqual(done.returncode, 20)
        self.assertTrue(os.path.exists(tokens))
        self.assertNotIn("somebody-else-s", done.stdout + done.stderr)

    def test_what_is_wrong_with_a_file_of_tokens_is_said_in_one_line(self):
        good = {"broker": "kraken", "accounts": [{"accessToken": "a"}]}
        for text, wanted in (("{", "not JSON"), ("[]", "not a JSON object"), ({**good, "broker": "krakn"}, "broker"),
                             ({"broker": "kraken"}, "accounts: not a list"), ({**good, "accounts": []}, "empty"),
                             ({**good, "accounts": [{}]}, "accounts[0]: neither an accessToken nor a refreshToken")):
            with self.subTest(text=text):
                done = self.run_program("refresh", "--tokens", self.write("tokens.json", text))
                self.assertEqual((done.returncode, done.stdout), (2, ""))
                self.assertIn(wanted, done.stderr)
                self.assertEqual(done.stderr.count("\n"), 1)
        done = self.run_program("remove", "--tokens", self.write("open.json", good, mode=0o644))
        self.assertEqual(done.returncode, 2)
        self.assertIn("mode 0644", done.stderr)

    def test_every_integration_by_oauth_has_a_link_that_stands_alone(self):
        for scheme in sandbox_data("schemes.json"):
            if scheme["authenticationSchemeType"] == "oAuth":
                done = self.run_program("link", "--broker", scheme["brokerType"])
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                self.assertRegex(done.stdout, r"\Ahttps://\S+\n\Z")

    def test_an_integration_without_a_link_says_so_with_its_exit_code(self):
        for broker, code, word in (("robinhood", 10, "failed"), ("bybitDirectMobile", 18, "openInBrokerModule")):
            done = self.run_program("link", "--broker", broker)
            self.assertEqual((done.returncode, done.stdout), (code, ""))
            self.assertIn(word, done.stderr)

    def test_a_link_token_is_masked_unless_it_is_asked_for(self):
        for options, token in ((["--json"], "sand… (18 characters)"),
                               (["--json", "--show-tokens"], "sandbox-link-token")):
            event = json.loads(self.run_program("link", "--broker", "bybitDirectMobile", *options).stdout)
            self.assertEqual((event["event"], event["status"], event["linkToken"], event["exitCode"]),
                             ("link", "openInBrokerModule", token, 18))

    def test_a_login_by_oauth_takes_what_the_browser_came_back_with(self):
        file = self.write("answers.json", {"RedirectLink": WAY_BACK})
        done = self.run_program("login", "--broker", "eTrade", "--answers", file, "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn(WAY_BACK, done.stdout + done.stderr)
        done = self.run_program("login", "--broker", "eTrade")
        self.assertEqual(done.returncode, 3)
        self.assertIn("RedirectLink missing", done.stderr)

    @needs("tmux")
    def test_a_login_by_oauth_shows_the_link_and_waits_for_the_browser(self):
        screen = Screen(self)
        screen.run("login", "--broker", "eTrade")
        screen.expect("https://sandbox.invalid/oauth/eTrade?code=")
        screen.expect("The address that the browser came back to")
        screen.press("Enter")
        screen.expect("Succeeded")
        screen.expect("exit 0.")

    @needs("tmux")
    def test_a_removal_at_a_terminal_asks_first(self):
        tokens = self.log_in("robinhood")
        screen = Screen(self)
        screen.run("remove", "--tokens", tokens)
        screen.expect("Type yes:")
        screen.type("y")
        screen.expect("exit 25.")
        self.assertTrue(os.path.exists(tokens))
        screen.run("remove", "--tokens", tokens)
        screen.expect("Type yes:")
        screen.type("yes")
        screen.expect("exit 0.")
        self.assertFalse(os.path.exists(tokens))

    def test_the_status_has_a_line_for_every_integration(self):
        lines = self.run_program("status").stdout.splitlines()
        self.assertEqual(len(lines), len(sandbox_data("schemes.json")))
        self.assertTrue(all(line.endswith(" up") for line in lines))
        one = json.loads(self.run_program("status", "--broker", "kraken", "--json").stdout)
        self.assertEqual([(entry["type"], entry["isUp"]) for entry in one], [("kraken", True)])


if __name__ == "__main__":
    harness.main()
