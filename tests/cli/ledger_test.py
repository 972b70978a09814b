"""What `sallyport login --url` remembers of its attempts, over its runs: a loop in a shell locks nobody out."""

import os
import shutil
import sqlite3
import stat
import threading

import harness
from harness import IDENTITY, PASSWORD, environment

LOCKOUT = 26
DENIED = 10
BUDGET = 3  # In a row; the fourth must wait for a minute.


class Ledger(harness.Case):
    def setUp(self):
        super().setUp()
        # Of an account that the server itself counts nothing of.
        _, self.url, self.ca = self.start_server("--events", "server.jsonl")
        self.wrong = self.write("wrong.json", {"Username": "Mesh", "Password": "wrong"})

    def log_in(self, *more, answers=None, env=None):
        return self.run_program("login", "--url", self.url, "--ca", self.ca, "--user-id", "u1", "--broker", "robinhood",
                                "--answers", answers or self.wrong, *more,
                                env={**environment(**IDENTITY), **(env or {})})

    def posts(self):
        with open(self.path("server.jsonl"), encoding="utf-8") as file:
            return sum('"login_posted"' in line for line in file)

    def test_a_loop_of_wrong_passwords_posts_no_more_than_the_budget(self):
        codes = [self.log_in().returncode for _ in range(8)]
        self.assertEqual(codes, [DENIED] * BUDGET + [LOCKOUT] * 5)
        self.assertEqual(self.posts(), BUDGET)
        # Beside each other, too.
        self.assertEqual(self.log_in_at_once(4), [LOCKOUT] * 4)
        self.assertEqual(self.posts(), BUDGET)

    def log_in_at_once(self, runs):
        codes = []
        threads = [threading.Thread(target=lambda: codes.append(self.log_in().returncode)) for _ in range(runs)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return sorted(codes)

    def test_first_runs_beside_each_other_share_one_budget(self):
        for state in range(3):
            with self.subTest(state=state):
                shutil.rmtree(self.path("state"), ignore_errors=True)
                before = self.posts()
                self.assertEqual(self.log_in_at_once(12), [DENIED] * BUDGET + [LOCKOUT] * (12 - BUDGET))
                self.assertEqual(self.posts() - before, BUDGET)
        self.assertEqual([name for name in os.listdir(self.path("state/sallyport")) if name.endswith((".new", "-making"))],
                         [])

    def test_a_ledger_that_is_lost_is_no_fresh_budget_until_its_key_is_deleted_too(self):
        ledger = os.path.join(self.path("state"), "sallyport", "ledger.sqlite")
        for _ in range(BUDGET):
            self.log_in()
        os.remove(ledger)
        for _ in range(2):
            done = self.log_in()
            self.assertEqual((done.returncode, len(done.stderr.strip().splitlines())), (1, 1), done.stderr)
            self.assertIn(ledger + ": the ledger file was deleted", done.stderr)
            self.assertIn("to start anew with fresh budgets, delete what is left of ledger.sqlite, ", done.stderr)
            self.assertIn(" and ledger.sqlite.key;", done.stderr)
        self.assertEqual(self.posts(), BUDGET)
        os.remove(ledger + ".key")
        self.assertEqual(self.log_in().returncode, DENIED)

    def test_a_first_run_that_was_killed_is_finished_by_the_next(self):
        own = self.path("own.sqlite")
        # It had a key and no ledger; then both, and the key not yet its name.
        self.write("own.sqlite.key.new", "0123456789abcdef" * 4)
        self.assertEqual(self.log_in("--ledger", own).returncode, DENIED)
        os.rename(own + ".key", own + ".key.new")
        self.assertEqual([self.log_in("--ledger", own).returncode for _ in range(BUDGET)],
                         [DENIED] * (BUDGET - 1) + [LOCKOUT])
        self.assertFalse(os.path.exists(own + ".key.new"))

    def test_another_key_is_no_fresh_budget(self):
        own = self.path("own.sqlite")
        for _ in range(BUDGET):
            self.log_in("--ledger", own)
        before = self.posts()
        with open(own + ".key", encoding="utf-8") as file:
            key = file.read()
        self.write("own.sqlite.key", "0123456789abcdef" * 4)
        done = self.log_in("--ledger", own)
        self.assertEqual((done.returncode, self.posts()), (1, before), done.stderr)
        self.assertIn(f"the ledger {own}: the ledger was written with another key than {own}.key", done.stderr)
        self.write("own.sqlite.key", key)
        self.assertEqual(self.log_in("--ledger", own).returncode, LOCKOUT)
        # One of an earlier version has no word of its key, and takes the one with which it is opened next.
        with sqlite3.connect(own) as database:
            database.execute("DROP TABLE key_check")
        self.assertEqual(self.log_in("--ledger", own).returncode, LOCKOUT)
        self.write("own.sqlite.key", "0123456789abcdef" * 4)
        self.assertEqual((self.log_in("--ledger", own).returncode, self.posts()), (1, before))

    def test_a_key_that_is_a_pipe_is_not_waited_for(self):
        own = self.path("own.sqlite")
        self.log_in("--ledger", own)
        os.remove(own + ".key")
        os.mkfifo(own + ".key", 0o600)
        done = self.log_in("--ledger", own)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn(own + ".key: is a pipe, and has to be a file here", done.stderr)

    def test_the_refusal_says_when_it_is_safe_again_and_another_account_is_free(self):
        for _ in range(BUDGET):
            self.log_in()
        refused = self.log_in()
        self.assertEqual(refused.returncode, LOCKOUT)
        self.assertIn("try again   in ", refused.stdout)
        other = self.write("other.json", {"Username": "Mesh2", "Password": "wrong"})
        self.assertEqual(self.log_in(answers=other).returncode, DENIED)

    def test_the_ledger_lies_in_the_state_folder_and_is_the_owners_alone(self):
        self.log_in()
        folder = os.path.join(self.path("state"), "sallyport")
        self.assertEqual(stat.S_IMODE(os.stat(folder).st_mode), 0o700)
        for name in ("ledger.sqlite", "ledger.sqlite.key"):
            self.assertEqual(stat.S_IMODE(os.stat(os.path.join(folder, name)).st_mode), 0o600, name)
        with open(os.path.join(folder, "ledger.sqlite"), "rb") as file:
            self.assertNotIn(b"Mesh", file.read())

    def test_a_home_without_a_state_folder_gets_one(self):
        home = self.path("home")
        os.mkdir(home)
        self.log_in(env={"XDG_STATE_HOME": "relative/is/ignored", "HOME": home})
        self.assertTrue(os.path.exists(os.path.join(home, ".local/state/sallyport/ledger.sqlite")))

    def test_a_ledger_of_ones_own_is_counted_in_alone(self):
        own = self.path("own.sqlite")
        for _ in range(BUDGET):
            self.assertEqual(self.log_in("--ledger", own).returncode, DENIED)
        self.assertEqual(self.log_in("--ledger", own).returncode, LOCKOUT)
        self.assertEqual(self.log_in().returncode, DENIED)
        with sqlite3.connect(own) as database:
            self.assertEqual(database.execute("SELECT count(*) FROM accounts").fetchone(), (1,))

    def test_without_a_ledger_each_run_counts_for_itself(self):
        for _ in range(BUDGET + 2):
            self.assertEqual(self.log_in("--no-ledger").returncode, DENIED)
        self.assertFalse(os.path.exists(self.path("state")))

    def test_what_cannot_be_counted_is_not_sent(self):
        blocked = self.write("state", "a file where the folder should be")
        in_the_way = self.write("garbage.sqlite", "no ledger" * 1000)
        self.write("garbage.sqlite.key", "0" * 64)
        own = self.path("own.sqlite")
        self.log_in("--ledger", own)
        posts = self.posts()
        os.remove(own + ".key")
        for arguments, named in (((), blocked), (("--ledger", in_the_way), in_the_way), (("--ledger", own), own),
                                 (("--ledger", self.path("no/folder/here")), "no/folder/here")):
            done = self.log_in(*arguments)
            self.assertIn(done.returncode, (1, 2), done.stderr)
            self.assertIn(named, done.stderr)
            self.assertEqual(len(done.stderr.strip().splitlines()), 1, done.stderr)
        self.assertEqual(self.posts(), posts)

    def test_options_that_contradict_one_another_are_refused(self):
        done = self.log_in("--ledger", "x", "--no-ledger")
        self.assertEqual((done.returncode, done.stderr), (2, "sallyport: --no-ledger: does not go with --ledger\n"))
        done = self.run_program("login", "--broker", "robinhood", "--ledger", "x")
        self.assertEqual(done.returncode, 2)
        self.assertIn("--ledger: only with --url", done.stderr)

    def test_a_right_password_is_let_in_again_and_again_within_the_budget(self):
        right = self.write("right.json", {"Username": "Mesh", "Password": PASSWORD, "ChallengeCode": harness.CODE})
        self.assertEqual([self.log_in(answers=right).returncode for _ in range(BUDGET)], [0] * BUDGET)


if __name__ == "__main__":
    harness.main()
