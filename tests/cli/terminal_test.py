import os
import pty
import re
import signal
import subprocess
import termios

import harness
from harness import BROKER, CODE, PASSWORD, Case, Screen, needs, wait_for
from screenshot import BLACK, WHITE, picture, scan


class StoppedTest(Case):
    def test_ctrl_z_gives_the_terminal_back_and_going_on_takes_it_again(self):
        ours, terminal = pty.openpty()
        self.addCleanup(os.close, ours)
        self.addCleanup(os.close, terminal)
        child = self.start("login", "--broker", BROKER, "--username", "Mesh", stdin=terminal, stdout=terminal,
                           stderr=terminal)
        seen = b""
        while b"Password:" not in seen:
            seen += os.read(ours, 65536)

        def echoes():
            return bool(termios.tcgetattr(terminal)[3] & termios.ECHO)

        wait_for(lambda: not echoes(), "the terminal to be quiet")
        # The terminal is not the child's controlling one here, so the signal of Ctrl-Z comes from us.
        os.kill(child.pid, signal.SIGTSTP)
        os.waitpid(child.pid, os.WUNTRACED)
        self.assertTrue(echoes(), "the terminal is not given back")
        os.kill(child.pid, signal.SIGCONT)
        wait_for(lambda: not echoes(), "the terminal to be quiet again")


@needs("tmux")
class TerminalTest(Case):
    def log_in(self, screen, broker=BROKER, username="Mesh"):
        screen.run("login", "--broker", broker)
        screen.expect("password is Pass123.")
        screen.expect("E-mail address" if broker != "vanguard" else "User name")
        screen.type(username)
        screen.expect("Password:")
        screen.type(PASSWORD)

    def type_codes(self, screen, door):
        screen.expect(f" {door}  Codes by SMS and e-mail")
        wait_for(lambda: screen.text().count("by SMS") > screen.text().count("by SMS:"), "the first field")
        screen.expect("sandbox → SMS: " + CODE)
        screen.type(CODE)
        wait_for(lambda: "by e-mail (" in screen.text() or "API key (" in screen.text(), "the second field")
        screen.type(CODE)

    def test_a_person_gets_in_by_typing(self):
        screen = Screen(self)
        self.log_in(screen)
        self.type_codes(screen, 2)
        screen.expect(" 3  Face verification")
        screen.expect(" 4  Codes by SMS and e-mail, for the API key")
        screen.expect("to create the API key (")
        screen.type(CODE)
        screen.expect("by e-mail to create the API key (")
        screen.type(CODE)
        screen.expect("Succeeded")
        screen.expect("exit 0.")

    def test_the_password_is_never_shown(self):
        screen = Screen(self)
        screen.run("login", "--broker", BROKER, "--username", "Mesh")
        screen.expect("Password:")
        # The introduction names the sandbox's password, so a wrong one is typed, with something to erase in it.
        screen.type("Hunter2x", enter=False)
        screen.press("BSpace")
        self.assertNotIn("Hunter2", screen.text())
        screen.press("Enter")
        screen.expect("exit 10.")
        self.assertNotIn("Hunter2", screen.text())
        self.assertIn("(not shown)", screen.text())

    @needs("zbarimg")
    def test_a_phone_can_scan_the_qr_code_on_any_theme(self):
        screen = Screen(self)
        screen.run("login", "--broker", BROKER, "--qr")
        screen.expect("on iOS")
        shot = screen.text(escapes=True)
        link = re.search(r"link +(\S+)", screen.text()).group(1)
        for theme, ink, paper in (("dark", WHITE, BLACK), ("light", BLACK, WHITE)):
            with self.subTest(theme=theme):
                image = picture(shot, ink, paper, screen.columns)
                self.assertEqual(scan(self.path(theme + ".pgm"), image), link)

    def test_the_countdown_leaves_typed_text_alone(self):
        screen = Screen(self)
        self.log_in(screen)
        screen.expect("by SMS (")
        screen.type("12", enter=False)
        first = wait_for(lambda: re.search(r"by SMS \((\S+) left\): 12", screen.text()), "the typed text").group(1)
        wait_for(lambda: re.search(r"by SMS \((?!" + first + r")\S+ left\): 12", screen.text()), "the next second")

    def test_ctrl_c_at_a_prompt_gives_up_and_restores_the_terminal(self):
        screen = Screen(self)
        self.log_in(screen)
        screen.expect("by SMS (")
        screen.press("C-c")
        screen.expect("exit 25.")
        screen.type("stty -a | tr ' ;' '\\n\\n' | grep -x -e echo -e icanon")
        wait_for(lambda: re.search(r"(?m)^icanon *$", screen.text()) and re.search(r"(?m)^echo *$", screen.text()),
                 "echo and line editing to be on")

    def test_ctrl_c_before_anything_was_sent_says_so(self):
        screen = Screen(self)
        screen.run("login", "--broker", BROKER, "--username", "Mesh")
        screen.expect("Password:")
        screen.press("C-c")
        screen.expect("Cancelled before anything was sent.")
        screen.expect("exit 25.")

    def test_ctrl_c_while_the_broker_is_silent_is_an_unknown_outcome(self):
        screen = Screen(self)
        self.log_in(screen, "robinhood", "Mesh+silent")
        screen.expect("the broker is being asked")
        screen.press("C-c")
        screen.expect("exit 24.")

    def test_sigterm_restores_the_terminal_too(self):
        screen = Screen(self)
        self.log_in(screen)
        screen.expect("by SMS (")
        pane = screen.tmux("display-message", "-p", "#{pane_pid}").strip()
        child = subprocess.run(["ps", "-o", "pid=", "--ppid", pane], text=True, capture_output=True, check=True,
                               timeout=harness.PATIENCE).stdout.split()
        self.assertEqual(len(child), 1)
        harness.os.kill(int(child[0]), signal.SIGTERM)
        screen.expect("exit 25.")
        screen.type("stty -a | tr ' ;' '\\n\\n' | grep -x -e -echo || echo echo-is-on")
        wait_for(lambda: re.search(r"(?m)^echo-is-on *$", screen.text()), "echo to be on")

    def test_another_way_leads_to_another_door(self):
        screen = Screen(self)
        self.log_in(screen, "robinhood", "Mesh+push")
        screen.expect("/another try another way")
        screen.type("/another")
        screen.expect(" 3  Code by SMS")
        screen.type(CODE)
        screen.expect("exit 0.")

    def test_a_mistyped_command_is_not_posted(self):
        screen = Screen(self)
        self.log_in(screen)
        screen.expect("by SMS (")
        screen.type("/anotehr")
        screen.expect("no such command")
        screen.type("/resend")
        screen.expect("not yet")
        screen.type("/cancel")
        screen.expect("exit 25.")
        self.assertNotIn("attempts left", screen.text())

    def test_wrong_answers_are_counted_until_none_is_left(self):
        screen = Screen(self)
        self.log_in(screen, "vanguard")
        screen.expect("security question (")
        screen.type("a guess")
        screen.expect("2 attempts left")
        screen.type("a guess again")
        screen.expect("1 attempt left")
        screen.type("the last guess")
        screen.expect("exit 11.")


if __name__ == "__main__":
    harness.main()
