import json
import subprocess

import harness
from harness import BROKER, CODE, IDENTITY, PASSWORD, Case, environment, needs, sandbox_data
from scripted_api import ScriptedApi

USER = {"Username": "Mesh", "Password": PASSWORD}


class AnswersTest(Case):
    def log_in(self, broker, answers, *options):
        file = self.write("answers.json", answers)
        return self.run_program("login", "--broker", broker, "--answers", file, *options)

    def events(self, done):
        return [json.loads(line) for line in done.stdout.splitlines()]

    def test_without_a_terminal_it_says_what_the_first_door_misses(self):
        done = self.run_program("login", "--broker", BROKER)
        self.assertEqual(done.returncode, 3)
        self.assertIn("door 1, Credentials: Username, Password missing", done.stderr)

    def test_a_missing_field_is_named_with_its_door(self):
        done = self.log_in(BROKER, {**USER, "MfaCode": CODE})
        self.assertEqual(done.returncode, 3)
        self.assertIn("door 2, Codes by SMS and e-mail: ChallengeCode missing", done.stderr)

    def test_answers_in_json_out(self):
        done = self.log_in(BROKER, {**USER, "MfaCode": CODE, "ChallengeCode": CODE}, "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        events = self.events(done)
        self.assertEqual([event["event"] for event in events],
                         ["begin", "prompt", "answer", "prompt", "answer", "prompt", "answer", "outcome"])
        self.assertEqual(events[2]["fields"], ["MfaCode", "ChallengeCode"])
        self.assertEqual((events[-1]["outcome"], events[-1]["exitCode"]), ("succeeded", 0))

    def test_no_secret_is_in_any_stream(self):
        whole = self.events(self.log_in("robinhood", {**USER, "ChallengeCode": CODE}, "--json", "--show-tokens"))
        token = whole[-1]["accounts"][0]["accessToken"]
        done = self.log_in("robinhood", {**USER, "ChallengeCode": CODE}, "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        for secret in (PASSWORD, CODE, token):
            self.assertNotIn(secret, done.stdout + done.stderr)

    def test_a_list_is_consumed_in_order(self):
        done = self.log_in("robinhood", {**USER, "ChallengeCode": ["111111", CODE]}, "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual([event["answerWasWrong"] for event in self.events(done) if event["event"] == "prompt"],
                         [False, True])

    def test_a_value_that_was_wrong_is_never_given_again(self):
        done = self.log_in("robinhood", {**USER, "ChallengeCode": "111111"}, "--json")
        self.assertEqual(done.returncode, 3)
        self.assertIn("the value that was given is wrong", done.stderr)
        self.assertEqual(len([event for event in self.events(done) if event.get("act") == "fields"]), 1)

    def test_questions_are_answered_by_their_text(self):
        questions = {door["reply"]["challengeText"]: door["accept"]["challengeAnswer"]
                     for door in sandbox_data("scenarios/questions.json")["doors"] if "accept" in door}
        done = self.log_in("vanguard", {**USER, "ChallengeAnswer": questions})
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_a_rule_tries_another_way(self):
        rules = [{"mfaType": "passkey", "another_way": True}, {"mfaType": "totp", "MfaCode": CODE}]
        done = self.log_in("coinbase", {**USER, "Username": "Mesh+passkey", "on": rules})
        self.assertEqual(done.returncode, 0, done.stderr)

    @needs("openssl")
    def test_a_rule_starts_over_once_at_each_kind_of_door(self):
        again = {"status": "bindMfaRequired", "challengeText": "Set up two-factor authentication first."}
        api = ScriptedApi(self, lambda body: again)
        file = self.write("answers.json", {**USER, "on": [{"status": "bindMfaRequired", "restart": True}]})
        done = self.run_program("login", "--broker", "robinhood", "--answers", file, "--user-id", "u", "--no-ledger",
                                *api.options(), env=environment(**IDENTITY))
        self.assertEqual((done.returncode, len(api.asked)), (17, 2), done.stderr)

    @needs("openssl")
    def test_where_another_answer_could_lock_the_account_the_exit_code_says_so(self):
        doors = iter(range(100))
        api = ScriptedApi(self, lambda body: {"status": "challengeIssued", "mfaType": "phone",
                                              "challengeId": f"door-{next(doors)}"})
        codes = ["111111", "222222", "333333", "444444", "555555"]
        done = self.run_program("login", "--broker", "robinhood", "--user-id", "u", "--no-ledger", "--json", "--answers",
                                self.write("answers.json", {**USER, "ChallengeCode": codes}), *api.options(),
                                env=environment(**IDENTITY))
        self.assertEqual(done.returncode, 26, done.stderr)
        end = self.events(done)[-1]
        self.assertEqual(end["outcome"], "would_risk_lockout")
        self.assertGreater(end["retryAfterSeconds"], 0)

    def test_a_door_that_wants_an_act_says_which(self):
        done = self.log_in("coinbase", {**USER, "Username": "Mesh+passkey"})
        self.assertEqual(done.returncode, 3)
        self.assertIn("door 2, Passkey: another_way missing", done.stderr)

    def test_a_qr_login_starts_over_with_its_credentials(self):
        rules = [{"status": "deviceLoginVerified", "restart": True}]
        done = self.log_in(BROKER, {**USER, "MfaCode": CODE, "on": rules}, "--qr")
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_a_file_that_others_can_read_is_refused(self):
        file = self.write("open.json", USER, mode=0o640)
        done = self.run_program("login", "--broker", BROKER, "--answers", file)
        self.assertEqual(done.returncode, 2)
        self.assertIn("mode 0640", done.stderr)

    def test_what_is_wrong_with_the_file_is_said_in_one_line(self):
        for text, wanted in (("{", "not JSON"), ("[]", "not a JSON object"), ({"Pasword": "x"}, "Pasword"),
                             ({"Password": 1}, "Password: not a text"), ({"on": [{"status": "mfaRequired"}]}, "on[0]"),
                             ({"on": [{"status": "nope", "restart": True}]}, "on[0].status")):
            with self.subTest(text=text):
                done = self.log_in(BROKER, text)
                self.assertEqual(done.returncode, 2)
                self.assertIn(wanted, done.stderr)
                self.assertEqual(done.stderr.count("\n"), 1)

    def test_a_reader_that_goes_away_ends_the_login(self):
        file = self.write("answers.json", {**USER, "MfaCode": CODE, "ChallengeCode": CODE})
        child = self.start("login", "--broker", BROKER, "--answers", file, "--json", stdin=subprocess.DEVNULL,
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        child.stdout.close()
        child.stdout = None
        child.communicate(timeout=harness.PATIENCE)
        self.assertEqual(child.returncode, 25)


if __name__ == "__main__":
    harness.main()
