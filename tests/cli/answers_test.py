import base64
import json
import os
import subprocess
import time

import authenticator
import harness
from harness import BROKER, CODE, IDENTITY, PASSWORD, Case, environment, needs, sandbox_data
from scripted_api import ScriptedApi

USER = {"Username": "Mesh", "Password": PASSWORD}
PNG = (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00:~\x9bU\x00\x00\x00\n"
       b"IDATx\x9cc`\x00\x00\x00\x02\x00\x01H\xaf\xa4q\x00\x00\x00\x00IEND\xaeB`\x82")
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9"


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

    def test_the_first_rule_that_fits_is_taken_also_where_a_later_one_says_an_act(self):
        rules = [{"mfaType": "phone", "ChallengeCode": CODE}, {"status": "challengeIssued", "cancel": True}]
        done = self.log_in("robinhood", {**USER, "on": rules})
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        done = self.log_in("robinhood", {**USER, "ChallengeCode": CODE, "on": list(reversed(rules))})
        self.assertEqual(done.returncode, 25, done.stdout + done.stderr)

    def test_a_token_that_only_some_have_is_left_out_of_the_first_post(self):
        done = self.log_in("binanceInternational", USER, "--json")
        self.assertEqual(self.events(done)[0]["fields"], ["Username", "Password"])
        self.assertNotIn("AuthToken missing", done.stderr)

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

    def log_in_at(self, answer, answers, *options, broker="robinhood"):
        """A login at a server that answers so; gives the run and the server."""
        api = ScriptedApi(self, answer)
        done = self.run_program("login", "--broker", broker, "--user-id", "u", "--no-ledger", "--answers",
                                self.write("answers.json", answers), *api.options(), *options,
                                env=environment(**IDENTITY, TMPDIR=self.directory))
        return done, api

    @needs("openssl")
    def test_a_login_that_brings_no_token_saves_none_and_says_so(self):
        named = {"account": {"accountId": "A"}}
        tokens = self.write("tokens.json", "what stood there")
        for accounts in ([], [named]):
            with self.subTest(accounts=accounts):
                done, _ = self.log_in_at(lambda body, accounts=accounts: {"status": "succeeded",
                                                                          "accountTokens": accounts},
                                         USER, "--save-tokens", tokens, "--json")
                self.assertEqual(done.returncode, 1, done.stderr)
                event = self.events(done)[-1]
                self.assertEqual((event["outcome"], event["exitCode"]), ("succeeded", 1))
                self.assertIn(f"sent no token; {tokens} was left as it was", event["notSaved"])
                self.assertIn("not saved the server let the user in and sent no token", " ".join(done.stderr.split()))
                with open(tokens, encoding="utf-8") as file:
                    self.assertEqual(file.read(), "what stood there")
        whole = {**named, "accessToken": "a", "refreshToken": "r"}
        done, _ = self.log_in_at(lambda body: {"status": "succeeded", "accountTokens": [whole, named]}, USER,
                                 "--save-tokens", tokens)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("1 account for which no token came", " ".join(done.stdout.split()))

    @needs("openssl")
    def test_a_door_whose_text_changes_at_each_poll_keeps_its_number(self):
        numbers = iter(("41", "17", "93"))

        def answer(body):
            number = next(numbers, None)
            if number is None:
                return {"status": "succeeded", "accountTokens": [{"accessToken": "a"}]}
            return {"status": "mfaRequired", "mfaType": "mobile", "challengeId": "one", "challengeExpiresInSeconds": 60,
                    "challengeText": "Tap " + number}

        done, api = self.log_in_at(answer, USER, "--json")
        self.assertEqual((done.returncode, len(api.asked)), (0, 4), done.stderr)
        prompts = [event for event in self.events(done) if event["event"] == "prompt"]
        self.assertEqual([(event["door"], event["again"], event["text"]) for event in prompts],
                         [(2, False, "Tap 41"), (2, True, "Tap 17"), (2, True, "Tap 93")])
        self.assertEqual(self.events(done)[-1]["doors"], 2)
        for number in ("41", "17", "93"):
            self.assertIn(f"Tap {number}", done.stderr)

    @needs("openssl")
    def test_another_challenge_at_a_poll_is_another_door(self):
        ids = iter(("one", "two"))

        def answer(body):
            number = next(ids, None)
            if number is None:
                return {"status": "succeeded", "accountTokens": [{"accessToken": "a"}]}
            return {"status": "mfaRequired", "mfaType": "mobile", "challengeId": number, "challengeText": "Tap",
                    "challengeExpiresInSeconds": 60}

        done, _ = self.log_in_at(answer, USER, "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual([event["door"] for event in self.events(done) if event["event"] == "prompt"], [2, 3])

    @needs("openssl")
    def test_a_qr_code_that_is_a_picture_is_put_into_a_file_while_the_login_lasts(self):
        seen = []
        plain = base64.b64encode(JPEG).decode()
        pictures = iter([("data:image/png;base64," + base64.b64encode(PNG).decode(), PNG, ".png"),
                         (plain, JPEG, ".jpg"), (plain.rstrip("="), JPEG, ".jpg")])
        others = [self.write("sallyport-abcdef.png", "somebody's")]

        def answer(body):
            found = [name for name in os.listdir(self.directory) if name.endswith((".png", ".jpg"))]
            for name in set(found) - {os.path.basename(name) for name in others}:
                with open(self.path(name), "rb") as file:
                    seen.append((self.path(name), file.read(), os.stat(self.path(name)).st_mode & 0o777))
            picture = next(pictures, None)
            if picture is None:
                return {"status": "succeeded", "accountTokens": [{"accessToken": "a"}]}
            return {"status": "qrCodeRequired", "mfaType": "qrCode", "challengeId": "one", "qrCode": picture[0],
                    "challengeExpiresInSeconds": 60}

        done, _ = self.log_in_at(answer, {}, "--json", "--qr", broker=BROKER)
        self.assertEqual(done.returncode, 0, done.stderr)
        prompts = [event for event in self.events(done) if event["event"] == "prompt"]
        files = [event["qrCodeFile"] for event in prompts]
        self.assertEqual([os.path.dirname(name) for name in files], [self.directory] * 3)
        self.assertEqual(seen, list(zip(files, (PNG, JPEG, JPEG), (0o600,) * 3, strict=True)))
        self.assertEqual([os.path.splitext(name)[1] for name in files], [".png", ".jpg", ".jpg"])
        for name in files:
            self.assertIn("open it and scan it: " + name, " ".join(done.stderr.split()))
            self.assertFalse(os.path.exists(name))
        self.assertTrue(os.path.exists(others[0]))

    @needs("openssl")
    def test_a_qr_code_that_is_no_picture_after_all_is_no_file(self):
        for code, told in (("data:image/svg+xml;base64," + base64.b64encode(b"<svg/>").decode(), True),
                           ("data:image/png;base64," + base64.b64encode(b"no picture").decode(), True),
                           ("data:image/png,%89PNG", True), ("/9j/ is how it begins", False),
                           ("iVBORw0KGgo", False)):
            with self.subTest(code=code):
                door = {"status": "qrCodeRequired", "mfaType": "qrCode", "challengeId": "one", "qrCode": code}
                done, _ = self.log_in_at(lambda body, door=door: door,
                                         {"on": [{"status": "qrCodeRequired", "cancel": True}]}, "--json", "--qr",
                                         broker=BROKER)
                self.assertEqual(done.returncode, 25, done.stderr)
                event = next(event for event in self.events(done) if event["event"] == "prompt")
                self.assertTrue(event["hasQrCode"])
                self.assertNotIn("qrCodeFile", event)
                self.assertEqual("no PNG, JPEG or GIF" in " ".join(done.stderr.split()), told, done.stderr)

    @needs("openssl")
    def test_an_authenticator_stands_where_a_code_is_wanted(self):
        def answer(body):
            if "mfaCode" not in body:
                return {"status": "mfaRequired", "mfaType": "totp", "challengeId": "one",
                        "challengeExpiresInSeconds": 120}
            now = int(time.time()) // 30
            good = body["mfaCode"] in [authenticator.totp(window) for window in range(now - 1, now + 1)]
            return {"status": "succeeded" if good else "failed", "accountTokens": [{"accessToken": "a"}]}

        for answers in ({**USER, "MfaCode": authenticator.URI},
                        {**USER, "MfaCode": "000000", "on": [{"mfaType": "totp", "MfaCode": authenticator.URI}]}):
            done, _ = self.log_in_at(answer, answers, "--json", broker="coinbase")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("by the authenticator of the answers file", " ".join(done.stderr.split()))
            self.assertNotIn(authenticator.ENCODED_KEY, done.stdout + done.stderr)

    @needs("openssl")
    def test_an_authenticator_gives_no_second_code_after_a_wrong_one(self):
        def answer(body):
            return {"status": "mfaRequired", "mfaType": "totp", "challengeId": "one", "challengeExpiresInSeconds": 120}

        done, api = self.log_in_at(answer, {**USER, "MfaCode": authenticator.URI}, broker="coinbase")
        self.assertEqual((done.returncode, len(api.asked)), (3, 2), done.stderr)
        self.assertIn("MfaCode missing (the value that was given is wrong)", done.stderr)

    def test_a_restart_before_its_time_is_told_as_what_it_is(self):
        rules = [{"status": "challengeIssued", "restart": True}]
        done = self.log_in("robinhood", {**USER, "on": rules}, "--json")
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertRegex(done.stderr, r"door 2, Code by SMS: restart missing \(its rule of \"on\" is too early, .* in \d")
        self.assertEqual([event["wanted"] for event in self.events(done) if event["event"] == "missing"], [["restart"]])

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
                             ({"on": [{"status": "nope", "restart": True}]}, "on[0].status"),
                             ('{"Password": "a", "Password": "b"}', "answers.json: Password: given twice"),
                             ('{"Password": "a", "password": "b"}', "assword: given twice"),
                             ('{"on": [{"mfaType": "totp", "MfaCode": "1"}, {"mfaType": "totp", "mfaType": "sms"}]}',
                              "on[1].mfaType: given twice"),
                             ('{"ChallengeAnswer": {"Pet?": "Rex", "Pet?": "Tom"}}', "ChallengeAnswer.Pet?: given twice"),
                             ({"ChallengeAnswer": {"Pet?": "Rex", " pet?": "Tom"}}, "pet?: the same question twice"),
                             ({"MfaCode": "otpauth://totp/x"}, "MfaCode: not otpauth://totp/"),
                             ({"MfaCode": [authenticator.URI]}, "MfaCode: an authenticator stands alone"),
                             ({"Password": authenticator.URI}, "Password: an authenticator gives codes alone")):
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
