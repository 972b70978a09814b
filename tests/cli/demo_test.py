import re
import signal
import subprocess

import harness
from harness import Case, Screen, environment, needs
from screenshot import BLACK, WHITE, picture, scan


class DemoTest(Case):
    def test_the_demo_succeeds_without_a_terminal_and_passes_every_door(self):
        done = self.run_program("demo", "--quick")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        doors = re.findall(r"^ \d  .*$", done.stdout, re.MULTILINE)
        self.assertEqual(len(doors), 4, done.stdout)
        self.assertIn("Succeeded", done.stdout)
        self.assertIn("123456, read from the sandbox's SMS", done.stdout)
        self.assertIn("mfaRequired · phoneAndEmail · mfaFlow", done.stdout)
        self.assertIn("createAPIKey", done.stdout)
        self.assertRegex(done.stdout, r"(?m)^ +all doors +\d")
        self.assertIn("./dev run login", done.stdout)

    def test_no_command_means_the_demo(self):
        child = self.start(stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        out, err = child.communicate(timeout=harness.PATIENCE)
        self.assertEqual((child.returncode, err), (0, ""))
        self.assertIn("countdown", out)
        self.assertIn("Succeeded", out)

    def test_sigint_gives_the_demo_up(self):
        child = self.start("demo", stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        while "countdown" not in child.stdout.readline():
            self.assertIsNone(child.poll())
        child.send_signal(signal.SIGINT)
        out, err = child.communicate(timeout=harness.PATIENCE)
        self.assertEqual((child.returncode, err), (25, ""))
        self.assertIn("cancelled", out)

    def test_a_pipe_gets_no_escape_sequences(self):
        done = self.run_program("demo", "--quick", env=environment(FORCE_COLOR="1"))
        self.assertNotIn("\x1b", done.stdout)

    def test_the_demo_shows_no_password_and_no_token(self):
        done = self.run_program("demo", "--quick")
        self.assertNotIn(harness.PASSWORD, done.stdout)
        self.assertRegex(done.stdout, r"access +\S{4}… \(\d+ characters\)")
        self.assertNotRegex(done.stdout, r"access +\S{12}")

    @needs("zbarimg")
    def test_the_printed_qr_code_says_what_the_link_says(self):
        done = self.run_program("demo", "--quick")
        link = re.search(r"link +(\S+)", done.stdout).group(1)
        image = picture(done.stdout, BLACK, WHITE, 100)
        self.assertEqual(scan(self.path("paper.pgm"), image), link)

    @needs("tmux")
    def test_no_color_is_heeded_but_for_the_picture(self):
        screen = Screen(self)
        screen.type("export NO_COLOR=1")
        screen.run("demo", "--quick")
        screen.expect("exit 0.")
        for line in screen.text(escapes=True).split("\n"):
            if not any(block in line for block in "█▀▄"):
                self.assertNotRegex(line, r"\x1b\[(1|2|3[0-7])m")

    @needs("tmux")
    def test_a_narrow_window_gets_lines_that_fit(self):
        screen = Screen(self, columns=50)
        screen.run("demo", "--quick")
        screen.expect("exit 0.")
        self.assertIn("Succeeded", screen.text())


if __name__ == "__main__":
    harness.main()
