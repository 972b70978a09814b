import fcntl
import glob
import json
import os
import resource
import shutil
import subprocess
import time

import authenticator
import harness
from harness import CODE, IDENTITY, PASSWORD, Case, environment, needs
from scripted_api import Refusal, ScriptedApi




def account(name, generation=1, **more):
    """An account as it stands in a file of tokens."""
    return {"accountId": name, "accessToken": f"{name}-access-{generation}",
            "refreshToken": f"{name}-refresh-{generation}", **more}


def entry(name, generation=2, **ids):
    """The tokens of an account as they stand in a reply."""
    return {"account": {"accountId": name, **ids}, "accessToken": f"{name}-access-{generation}",
            "refreshToken": f"{name}-refresh-{generation}"}


def succeeded(*entries, **more):
    return {"status": "succeeded", "expiresInSeconds": 1800, "brokerAccountTokens": list(entries), **more}


@needs("openssl")
class RefreshTest(Case):
    def refresh(self, accounts, answer, *options, broker="kraken", **extra):
        """Refreshes a file of those accounts at a server that answers so; gives the run, the file and the server."""
        api = ScriptedApi(self, answer)
        self.tokens = self.write("tokens.json", {"broker": broker, "accounts": accounts})
        done = self.run_program("refresh", "--tokens", self.tokens, *api.options(), *options,
                                env=environment(**IDENTITY, TMPDIR=self.directory, **extra))
        return done, api

    def saved(self):
        with open(self.tokens, encoding="utf-8") as text:
            return {one["accountId"]: one for one in json.load(text)["accounts"]}

    def test_tokens_go_to_the_account_that_the_reply_names(self):
        replies = [succeeded(entry("B"), entry("A")), succeeded(entry("A", 3), entry("B", 3))]
        done, api = self.refresh([account("A"), account("B")], lambda body: replies.pop(0))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual([body["refreshToken"] for body in api.asked], ["A-refresh-1", "B-refresh-1"])
        saved = self.saved()
        self.assertEqual((saved["A"]["accessToken"], saved["A"]["refreshToken"]), ("A-access-2", "A-refresh-2"))
        self.assertEqual((saved["B"]["accessToken"], saved["B"]["refreshToken"]), ("B-access-3", "B-refresh-3"))

    def test_accounts_that_share_a_refresh_token_share_one_refresh(self):
        shared = [account("A", refreshToken="shared-1"), account("B", refreshToken="shared-1")]
        reply = succeeded({**entry("B"), "refreshToken": "shared-2"}, {**entry("A"), "refreshToken": "shared-2"})
        done, api = self.refresh(shared, lambda body: reply, "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(len(api.asked), 1)
        events = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual([event["accounts"][0]["accountId"] for event in events], ["A", "B"])
        for name, one in self.saved().items():
            self.assertEqual((one["accessToken"], one["refreshToken"]), (f"{name}-access-2", "shared-2"))

    def test_a_reply_without_a_name_serves_all_who_share_the_refresh_token(self):
        shared = [account("A", refreshToken="shared-1"), account("B", refreshToken="shared-1")]
        reply = succeeded({"accessToken": "common-2", "refreshToken": "shared-2"})
        done, _ = self.refresh(shared, lambda body: reply)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual([one["accessToken"] for one in self.saved().values()], ["common-2", "common-2"])

    def test_an_account_that_the_reply_leaves_out_keeps_its_tokens_and_is_named(self):
        done, api = self.refresh([account("A"), account("B")], lambda body: succeeded(entry("C"), entry("D")), "--json")
        self.assertEqual(done.returncode, 23)
        events = [json.loads(line) for line in done.stdout.splitlines()]
        for event, name in zip(events, ("A", "B"), strict=True):
            self.assertEqual((event["outcome"], event["accounts"][0]["accountId"]), ("protocol_violation", name))
            self.assertIn(f"no access token of {name}", event["reason"])
        self.assertEqual(len(api.asked), 2)
        self.assertEqual(self.saved(), {"A": account("A"), "B": account("B")})

    def beside(self):
        """The accounts of the one file of tokens that stands beside the file that was refreshed."""
        place, = glob.glob(self.tokens + ".??????")
        self.assertEqual(os.stat(place).st_mode & 0o777, 0o600)
        with open(place, encoding="utf-8") as text:
            kept = json.load(text)
        self.assertEqual(kept["broker"], "kraken")
        return place, kept["accounts"]

    def test_tokens_that_name_nobody_are_kept_beside_where_they_may_be_anybodys(self):
        shared = [account("A", refreshToken="shared-1"), account("B", refreshToken="shared-1")]
        reply = succeeded({"accessToken": "one-2", "refreshToken": "one-refresh-2"},
                          {"accessToken": "two-2", "refreshToken": "two-refresh-2"}, refreshTokenExpiresInSeconds=7200)
        done, _ = self.refresh(shared, lambda body: reply, "--json")
        self.assertEqual(done.returncode, 23, done.stderr)
        self.assertEqual(self.saved(), {"A": shared[0], "B": shared[1]})
        place, kept = self.beside()
        self.assertEqual([(one["accessToken"], one["refreshToken"], one["expiresInSeconds"]) for one in kept],
                         [("one-2", "one-refresh-2", 1800), ("two-2", "two-refresh-2", 1800)])
        self.assertIn("refreshTokenExpiresAt", kept[0])
        for line in done.stdout.splitlines():
            self.assertIn(f"no account's of the file stand in {place}", json.loads(line)["reason"])
        # It is a file of tokens like any other.
        api = ScriptedApi(self, lambda body: succeeded({"accessToken": body["refreshToken"], "refreshToken": "next"}))
        done = self.run_program("refresh", "--tokens", place, *api.options(), env=environment(**IDENTITY))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual([body["refreshToken"] for body in api.asked], ["one-refresh-2", "two-refresh-2"])

    def test_a_refresh_token_that_all_who_are_not_named_share_is_everybodys(self):
        shared = [account("A", refreshToken="shared-1"), account("B", refreshToken="shared-1")]
        reply = succeeded({"accessToken": "one-2", "refreshToken": "shared-2"},
                          {"accessToken": "two-2", "refreshToken": "shared-2"})
        done, _ = self.refresh(shared, lambda body: reply)
        self.assertEqual(done.returncode, 23, done.stderr)
        self.assertEqual([one["refreshToken"] for one in self.saved().values()], ["shared-2", "shared-2"])
        self.assertEqual([one["accessToken"] for one in self.saved().values()], ["A-access-1", "B-access-1"])
        self.assertEqual([one["accessToken"] for one in self.beside()[1]], ["one-2", "two-2"])

    def test_tokens_of_other_accounts_are_kept_beside_where_somebody_is_left_out(self):
        self.refresh([account("A")], lambda body: succeeded(entry("C")))
        self.assertEqual([one["accountId"] for one in self.beside()[1]], ["C"])
        for name in glob.glob(self.tokens + ".??????"):
            os.remove(name)
        done, _ = self.refresh([account("A")], lambda body: succeeded(entry("A"), entry("C")))
        self.assertEqual((done.returncode, glob.glob(self.tokens + ".??????")), (0, []), done.stderr)

    def test_a_new_refresh_token_is_in_the_file_before_a_code_is_asked_for(self):
        found = []

        def answer(body):
            if "mfaCode" not in body:
                return {"status": "mfaRequired", "brokerAccountTokens": [
                    {"accessToken": "for-the-code", "refreshToken": "A-refresh-2"}]}
            found.append((body["refreshToken"], body["accessToken"], self.saved()["A"]["refreshToken"]))
            return {"status": "failed"}

        answers = self.write("code.json", {"MfaCode": CODE})
        before = account("A", refreshTokenExpiresAt=int(time.time()) + 3600)
        done, _ = self.refresh([before], answer, "--answers", answers)
        self.assertEqual((done.returncode, found), (10, [("A-refresh-2", "for-the-code", "A-refresh-2")]), done.stderr)
        self.assertEqual(self.saved()["A"], account("A", refreshToken="A-refresh-2"))
        done, _ = self.refresh([account("A")], answer)  # Nobody to ask.
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertEqual(self.saved()["A"], account("A", refreshToken="A-refresh-2"))

    def test_an_authenticator_of_the_answers_gives_each_code_once(self):
        sent = []

        def answer(body):
            name = body["refreshToken"][0]
            if "mfaCode" not in body:
                return {"status": "mfaRequired"}
            sent.append(body["mfaCode"])
            return succeeded(entry(name))

        # Periods of two seconds: the second account waits for the next one.
        answers = self.write("code.json", {"MfaCode": authenticator.URI + "&period=2"})
        done, _ = self.refresh([account("A"), account("B")], answer, "--answers", answers)
        self.assertEqual(done.returncode, 0, done.stderr)
        now = int(time.time()) // 2
        codes = [authenticator.totp(window) for window in range(now - 200, now + 1)]
        self.assertLess(codes.index(sent[0]), codes.index(sent[1]))

    def test_a_member_that_the_file_has_twice_is_refused_and_named(self):
        text = ('{"broker": "kraken", "accounts": [{"accessToken": "a", "refreshToken": "one", "accountId": "A", '
                '"refresh\\u0054oken": "two"}]}')
        tokens = self.write("tokens.json", text)
        for command in (("refresh",), ("remove", "--yes")):
            done = self.run_program(*command, "--tokens", tokens)
            self.assertEqual(done.returncode, 2)
            self.assertIn("tokens.json: accounts[0].refreshToken: given twice", done.stderr)

    def test_what_could_drive_a_terminal_is_escaped_in_the_file(self):
        name = "Margin\x9b31m\u202e\x7f \u00e4"
        done, _ = self.refresh([account("A", accountName=name)], lambda body: succeeded(entry("A")))
        self.assertEqual(done.returncode, 0, done.stderr)
        with open(self.tokens, encoding="utf-8") as text:
            raw = text.read()
        self.assertIn("Margin\\u009b31m\\u202e\\u007f \u00e4", raw)
        self.assertEqual(self.saved()["A"]["accountName"], name)
        self.assertNotIn("\x9b", done.stdout + done.stderr)

    def test_who_is_left_out_takes_the_refresh_token_that_it_shares(self):
        shared = [account("A", refreshToken="shared-1"), account("B", refreshToken="shared-1")]
        done, _ = self.refresh(shared, lambda body: succeeded({**entry("A"), "refreshToken": "shared-2"}))
        self.assertEqual(done.returncode, 23)
        saved = self.saved()
        self.assertEqual([saved[name]["refreshToken"] for name in "AB"], ["shared-2", "shared-2"])
        self.assertEqual([saved[name]["accessToken"] for name in "AB"], ["A-access-2", "B-access-1"])

    def test_who_is_left_out_takes_no_refresh_token_where_each_account_has_its_own(self):
        shared = [account(name, refreshToken="shared-1") for name in "ABC"]
        done, _ = self.refresh(shared, lambda body: succeeded(entry("A"), entry("B")))
        self.assertEqual(done.returncode, 23)
        self.assertIn("no access token of C; its tokens were left as they were", " ".join(done.stdout.split()))
        saved = self.saved()
        self.assertEqual([saved[name]["refreshToken"] for name in "ABC"], ["A-refresh-2", "B-refresh-2", "shared-1"])
        self.assertEqual(saved["C"], shared[2])

    def assert_others_are_refreshed(self, first, answer, code, *options, broker="kraken"):
        """A fails with that code; B and C, behind it, are refreshed all the same. Gives the requests for A."""
        def reply(body):
            name = body["refreshToken"][0]
            return answer(body) if name == "A" else succeeded(entry(name))

        done, api = self.refresh([first, account("B"), account("C")], reply, "--json", *options, broker=broker)
        self.assertEqual(done.returncode, code, done.stderr)
        events = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual([event["exitCode"] for event in events], [code, 0, 0])
        self.assertEqual([event["accounts"][0]["accountId"] for event in events], ["A", "B", "C"])
        saved = self.saved()
        self.assertEqual([saved[name]["accessToken"] for name in "BC"], ["B-access-2", "C-access-2"])
        self.assertEqual(saved["A"], first)
        return [body for body in api.asked if body["refreshToken"][0] == "A"]

    def test_an_account_of_which_nothing_can_be_sent_does_not_keep_the_others_from_their_tokens(self):
        over = account("A", refreshTokenExpiresAt=int(time.time()) - 1)
        self.assertEqual(self.assert_others_are_refreshed(over, None, 17), [])
        without = {"accountId": "A", "accessToken": "A-access-1"}
        self.assertEqual(self.assert_others_are_refreshed(without, None, 17), [])
        without = {"accountId": "A", "refreshToken": "A-refresh-1"}
        self.assertEqual(self.assert_others_are_refreshed(without, None, 17, broker="weBull"), [])

    def test_what_became_of_one_account_says_nothing_about_the_others(self):
        for answer, code in (({"status": "failed"}, 10), ("badRequest", 20), ("lost", 24), (succeeded(entry("D")), 23)):
            self.assertEqual(len(self.assert_others_are_refreshed(account("A"), lambda body: answer, code)), 1)

    def test_the_first_failure_has_the_exit_code(self):
        replies = [{"status": "failed"}, "lost", succeeded(entry("C"))]
        done, _ = self.refresh([account(name) for name in "ABC"], lambda body: replies.pop(0))
        self.assertEqual((done.returncode, replies), (10, []), done.stderr)

    def test_a_server_that_asks_for_fewer_requests_is_asked_no_more(self):
        done, api = self.refresh([account("A"), account("B")], lambda body: "tooManyRequest")
        self.assertEqual((done.returncode, len(api.asked)), (16, 1), done.stderr)

    def test_a_reply_that_cannot_be_read_is_told_with_the_member(self):
        no_status = {"brokerAccountTokens": [entry("A")]}
        for reply, member in ((no_status, "$.content.status: "), ({"status": 5}, "$.content.status: "),
                              ("ok", "$.content: missing")):
            with self.subTest(reply=reply):
                done, _ = self.refresh([account("A")], lambda body, reply=reply: reply, "--json")
                event = json.loads(done.stdout)
                self.assertEqual((done.returncode, event["outcome"]), (24, "outcome_unknown"), done.stderr)
                self.assertIn("is not a message of the API: " + member, event["reason"])
                self.assertIn(member, " ".join(done.stderr.split()))

    def test_a_refusal_tells_its_status_and_when_to_try_again(self):
        for status, code, outcome in ((429, 16, "rate_limited"), (503, 21, "unavailable"), (403, 20, "rejected")):
            with self.subTest(status=status):
                def answer(body, status=status):
                    return Refusal(status, Retry_After="30")

                done, _ = self.refresh([account("A")], answer, "--json")
                event = json.loads(done.stdout)
                self.assertEqual((done.returncode, event["outcome"]), (code, outcome), done.stderr)
                self.assertEqual((event["httpStatus"], event["retryAfterSeconds"]), (status, 30))
                said = " ".join(done.stderr.split())
                self.assertIn(f"because HTTP status {status} ", said)
                self.assertIn("try again in 30", said)
        done, _ = self.refresh([account("A")], lambda body: "locked")
        self.assertEqual(done.returncode, 15, done.stderr)
        self.assertIn("because the API answered locked", " ".join(done.stdout.split()))

    def ask_all_for_codes(self, codes):
        """Three accounts, of which A and B are asked for a code; gives the run and the codes that were sent."""
        def answer(body):
            name = body["refreshToken"][0]
            return succeeded(entry(name)) if name == "C" or "mfaCode" in body else {"status": "mfaRequired"}

        answers = self.write("code.json", {"MfaCode": codes})
        done, api = self.refresh([account(name) for name in "ABC"], answer, "--answers", answers)
        self.assertEqual(self.saved()["C"]["accessToken"], "C-access-2", done.stderr)
        return done, [body["mfaCode"] for body in api.asked if "mfaCode" in body]

    def test_a_code_of_the_answers_is_said_once(self):
        done, sent = self.ask_all_for_codes(CODE)
        self.assertEqual((done.returncode, sent), (3, [CODE]))
        self.assertIn("MfaCode missing", done.stderr)
        self.assertEqual(self.saved()["B"], account("B"))
        done, sent = self.ask_all_for_codes(["111111", "222222"])
        self.assertEqual((done.returncode, sent), (0, ["111111", "222222"]), done.stderr)

    def test_what_is_known_of_an_account_stays_in_the_file(self):
        before = account("A", meshAccountId="m", frontAccountId="f", tokenId="t", accountName="Margin")
        began = int(time.time())
        done, _ = self.refresh([before], lambda body: succeeded(entry("A"), refreshTokenExpiresInSeconds=7200))
        self.assertEqual(done.returncode, 0, done.stderr)
        saved = self.saved()["A"]
        for name in ("meshAccountId", "frontAccountId", "tokenId", "accountName"):
            self.assertEqual(saved[name], before[name])
        self.assertEqual(saved["expiresInSeconds"], 1800)
        self.assertTrue(began <= saved["issuedAt"] <= time.time())
        self.assertEqual(saved["refreshTokenExpiresAt"], saved["issuedAt"] + 7200)

    def test_a_life_of_zero_or_less_is_unknown(self):
        for life in (0, -1):
            reply = succeeded(entry("A"), refreshTokenExpiresInSeconds=life)
            done, _ = self.refresh([account("A")], lambda body: {**reply, "expiresInSeconds": life})
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertNotIn("expires", done.stdout)
            self.assertNotIn("expiresInSeconds", self.saved()["A"])
            self.assertNotIn("refreshTokenExpiresAt", self.saved()["A"])

    def test_a_refresh_token_that_is_over_is_not_sent(self):
        over = account("A", refreshTokenExpiresAt=int(time.time()) - 1)
        done, api = self.refresh([over], lambda body: succeeded(entry("A")))
        self.assertEqual((done.returncode, api.asked), (17, []))
        self.assertIn("the refresh token is over", done.stdout)

    def test_an_access_token_that_got_a_401_is_refreshed_before_it_is_used(self):
        rejected = account("A", accessTokenRejected=True)
        tokens = self.write("tokens.json", {"broker": "kraken", "accounts": [rejected]})
        done = self.run_program("remove", "--tokens", tokens, "--yes")
        self.assertEqual(done.returncode, 2)
        self.assertIn("accounts[0].accessToken: rejected; refresh it first", done.stderr)
        done, _ = self.refresh([rejected], lambda body: succeeded(entry("A")))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn("accessTokenRejected", self.saved()["A"])

    def test_a_code_that_is_wrong_leaves_the_tokens_of_the_question_out_of_the_file(self):
        def answer(body):
            if "mfaCode" in body:
                return {"status": "failed"}
            return {"status": "mfaRequired", "brokerAccountTokens": [{"accessToken": "for-the-code"}]}

        answers = self.write("code.json", {"MfaCode": CODE})
        done, api = self.refresh([account("A")], answer, "--answers", answers)
        self.assertEqual(done.returncode, 10, done.stderr)
        self.assertEqual([body["accessToken"] for body in api.asked], ["A-access-1", "for-the-code"])
        self.assertEqual(self.saved(), {"A": account("A")})

    def test_a_place_that_cannot_take_the_new_tokens_is_noticed_before_a_token_is_spent(self):
        api = ScriptedApi(self, lambda body: succeeded(entry("A")))
        tokens = self.write("tokens.json", {"broker": "kraken", "accounts": [account("A")]})
        child = self.start("refresh", "--tokens", tokens, *api.options(), env=environment(**IDENTITY), text=True,
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                           preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)))
        _, err = child.communicate(timeout=harness.PATIENCE)
        self.assertEqual((child.returncode, api.asked), (2, []), err)
        self.assertIn("File too large", err)
        self.assertEqual(glob.glob(tokens + ".??????"), [])

    def tokens_in(self, pattern):
        """The account in the one file that the pattern stands for."""
        place, = glob.glob(self.path(pattern))
        self.assertEqual(os.stat(place).st_mode & 0o777, 0o600)
        with open(place, encoding="utf-8") as text:
            return place, json.load(text)["accounts"][0]

    def test_new_tokens_that_cannot_take_the_place_of_the_old_ones_are_kept_and_named(self):
        def answer(body):
            os.remove(self.path("tokens.json"))
            os.mkdir(self.path("tokens.json"))
            return succeeded(entry("A"))

        done, _ = self.refresh([account("A")], answer)
        self.assertEqual(done.returncode, 1)
        place, kept = self.tokens_in("tokens.json.??????")
        self.assertEqual(kept["refreshToken"], "A-refresh-2")
        self.assertIn(f"it stands in {place}, for you to put in its place", done.stderr)
        self.assertNotIn("lost", done.stderr)

    def test_new_tokens_whose_folder_is_gone_are_kept_elsewhere(self):
        os.mkdir(self.path("folder"))
        self.tokens = self.write("folder/tokens.json", {"broker": "kraken", "accounts": [account("A")]})

        def answer(body):
            shutil.rmtree(self.path("folder"))
            return succeeded(entry("A"))

        api = ScriptedApi(self, answer)
        done = self.run_program("refresh", "--tokens", self.tokens, *api.options(),
                                env=environment(**IDENTITY, TMPDIR=self.directory))
        self.assertEqual(done.returncode, 1)
        place, kept = self.tokens_in("sallyport-tokens-??????")
        self.assertEqual(kept["refreshToken"], "A-refresh-2")
        self.assertIn(f"the new tokens stand in {place}", done.stderr)

    def test_a_login_whose_file_others_hold_keeps_its_tokens_elsewhere(self):
        tokens = self.write("tokens.json", "{}")
        answers = self.write("answers.json", {"Username": "Mesh", "Password": PASSWORD, "ChallengeCode": CODE})
        with open(tokens + ".lock", "w", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            done = self.run_program("login", "--broker", "robinhood", "--answers", answers, "--save-tokens", tokens,
                                    env=environment(TMPDIR=self.directory))
        self.assertEqual(done.returncode, 1, done.stderr)
        place, kept = self.tokens_in("sallyport-tokens-??????")
        self.assertTrue(kept["refreshToken"])
        self.assertIn(place, "".join(done.stdout.split()))

    def test_a_file_with_several_names_is_not_replaced_under_one_of_them(self):
        tokens = self.write("tokens.json", {"broker": "kraken", "accounts": [account("A")]})
        os.link(tokens, self.path("backup.json"))
        api = ScriptedApi(self, lambda body: succeeded(entry("A")))
        done = self.run_program("refresh", "--tokens", tokens, *api.options(), env=environment(**IDENTITY))
        self.assertEqual((done.returncode, api.asked), (2, []))
        self.assertIn("--tokens: ", done.stderr)
        self.assertIn("has other names (hard links)", done.stderr)


if __name__ == "__main__":
    harness.main()
