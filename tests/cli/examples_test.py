import os
import signal
import subprocess

import harness
from harness import CODE, IDENTITY, PASSWORD, Case, environment

TWO_PROCESSES = "example_06_two_processes"


class ExamplesTest(Case):
    def test_every_example_logs_in(self):
        child, url, ca = self.start_server()
        for example in harness.EXAMPLES.split(":"):
            if example.endswith(TWO_PROCESSES):
                continue  # It logs in in two steps, below.
            with self.subTest(example=os.path.basename(example)):
                done = self.run_program(url, ca, "robinhood", program=example, env=environment(**IDENTITY),
                                        stdin=f"Mesh\n{PASSWORD}\n{CODE}\n")
                self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
                self.assertIn("succeeded, 1 account(s)", done.stdout)
        child.send_signal(signal.SIGTERM)

    @property
    def two_processes(self):
        return next(path for path in harness.EXAMPLES.split(":") if path.endswith(TWO_PROCESSES))

    def with_a_key(self):
        """The environment of processes that share a key."""
        with open(self.path("key"), "wb") as file:
            file.write(os.urandom(32))
        return environment(**IDENTITY, SALLYPORT_SNAPSHOT_KEY_FILE=self.path("key"))

    def begin_and_kill(self, url, ca, env):
        """Begins a login, and kills its process with no chance to tidy up once the login is saved."""
        child = self.start(url, ca, "robinhood", "start", self.path("login"), program=self.two_processes, env=env,
                           text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        child.stdin.write(f"Mesh\n{PASSWORD}\n")
        child.stdin.flush()
        while not (line := child.stdout.readline()).startswith("saved at "):
            self.assertNotEqual(line, "", "the login was not saved")
        child.kill()
        self.assertEqual(child.wait(timeout=harness.PATIENCE), -signal.SIGKILL)

    def finish(self, url, ca, env, path, code):
        return self.run_program(url, ca, "robinhood", "finish", path, code, program=self.two_processes, env=env)

    def test_a_login_survives_the_process_that_began_it(self):
        _, url, ca = self.start_server()
        env = self.with_a_key()
        self.begin_and_kill(url, ca, env)
        os.rename(self.path("login"), self.path("other"))
        done = self.finish(url, ca, env, self.path("other"), CODE)
        self.assertIn("belongs to another login", done.stderr)
        os.rename(self.path("other"), self.path("login"))
        done = self.finish(url, ca, env, self.path("login"), "111111")
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        self.assertIn("saved at ", done.stdout)
        done = self.finish(url, ca, env, self.path("login"), CODE)
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        self.assertIn("succeeded, 1 account(s)", done.stdout)

    def test_of_many_processes_that_resume_a_login_one_goes_on(self):
        _, url, ca = self.start_server()
        env = self.with_a_key()
        self.begin_and_kill(url, ca, env)
        racing = [self.start(url, ca, "robinhood", "finish", self.path("login"), CODE,
                             program=self.two_processes, env=env, text=True,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                  for _ in range(4)]
        outputs = [child.communicate(timeout=harness.PATIENCE)[0] for child in racing]
        self.assertEqual(sum("succeeded, 1 account(s)" in output for output in outputs), 1, outputs)


if __name__ == "__main__":
    harness.main()
