"""What the tests of the executable have in common: they run the real program as a user would.

Each test has a directory of its own and a bound on every wait; whatever it started is gone when it ends.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from time_scale import time_scale

PROGRAM = os.environ["SALLYPORT_PROGRAM"]
EXAMPLES = os.environ.get("SALLYPORT_EXAMPLES", "")
SOURCE = os.environ["SALLYPORT_SOURCE"]
SKIPPED = 77
# A sanitizer build is slow; a hanging program is noticed all the same.
PATIENCE = 40.0 * time_scale()

PASSWORD = "Pass123"
CODE = "123456"
BROKER = "binanceInternationalDirect"
IDENTITY = {"SALLYPORT_CLIENT_ID": "me", "SALLYPORT_CLIENT_SECRET": "a-client-secret"}


def environment(**extra):
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS")
            if name in os.environ}
    return {**kept, "LANG": "C.UTF-8", "TERM": "xterm-256color", **extra}


def sandbox_data(name):
    """A data file of the sandbox."""
    with open(os.path.join(SOURCE, "sandbox", "data", name), encoding="utf-8") as file:
        return json.load(file)


def wait_for(condition, what, patience=PATIENCE):
    """Waits until the condition gives something true, and returns it."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"waited {patience} s for {what}")


class Case(unittest.TestCase):
    """A test with a directory that is removed, and children that are killed."""

    def setUp(self):
        self.directory = tempfile.mkdtemp(prefix="sallyport-cli-")
        self.addCleanup(shutil.rmtree, self.directory, ignore_errors=True)

    def path(self, name):
        return os.path.join(self.directory, name)

    def write(self, name, text, mode=0o600):
        path = self.path(name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text if isinstance(text, str) else json.dumps(text))
        os.chmod(path, mode)
        return path

    def start(self, *arguments, program=PROGRAM, env=None, **pipes):
        # What a login remembers of its attempts is the test's own.
        env = {"XDG_STATE_HOME": self.path("state"), **(env or environment())}
        child = subprocess.Popen([program, *arguments], env=env, cwd=self.directory,
                                 start_new_session=True, **pipes)
        self.addCleanup(self.end, child)
        return child

    @staticmethod
    def end(child):
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
        for pipe in (child.stdin, child.stdout, child.stderr):
            if pipe:
                pipe.close()

    def run_program(self, *arguments, program=PROGRAM, env=None, stdin=""):
        """Runs to the end without a terminal; the result has returncode, stdout and stderr."""
        child = self.start(*arguments, program=program, env=env, text=True, stdin=subprocess.PIPE,
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        out, err = child.communicate(stdin, timeout=PATIENCE)
        return subprocess.CompletedProcess(arguments, child.returncode, out, err)

    def start_server(self, *arguments):
        """A server with a throwaway authority; gives the child, its URL and the authority's file."""
        child = self.start("serve", "--self-signed", "--write-ca", "ca.pem", "--listen", "127.0.0.1:0",
                           "--port-file", "port", *arguments, env=environment(**IDENTITY), text=True,
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        wait_for(lambda: child.poll() is not None or os.path.exists(self.path("port")), "the server to listen")
        self.assertIsNone(child.poll(), "the server ended")
        with open(self.path("port"), encoding="utf-8") as file:
            return child, f"https://localhost:{int(file.read())}", self.path("ca.pem")


class Screen:
    """A terminal of a user, played by tmux: one window that runs a shell."""

    def __init__(self, case, columns=100, rows=48):
        self.socket = os.path.join(case.directory, "tmux")
        self.columns = columns
        self.tmux("-f", "/dev/null", "new-session", "-d", "-x", str(columns), "-y", str(rows),
                  "env", "PS1=$ ", f"XDG_STATE_HOME={case.path('state')}", "bash", "--norc", "--noprofile")
        case.addCleanup(self.tmux, "kill-server", check=False)

    def tmux(self, *arguments, check=True):
        done = subprocess.run(["tmux", "-u", "-S", self.socket, *arguments], env=environment(), text=True,
                              capture_output=True, timeout=PATIENCE, check=False)
        if check and done.returncode != 0:
            raise AssertionError(f"tmux {arguments}: {done.stderr}")
        return done.stdout

    def type(self, text, enter=True):
        self.tmux("send-keys", "-l", "--", text)
        if enter:
            self.press("Enter")

    def press(self, key):
        self.tmux("send-keys", key)

    def text(self, escapes=False):
        return self.tmux("capture-pane", "-p", "-N", "-S", "-500", *(["-e"] if escapes else []))

    def expect(self, wanted):
        """Waits until the text is on the screen, or in what has scrolled off it."""
        try:
            wait_for(lambda: wanted in self.text(), f"{wanted!r} on the screen")
        except AssertionError as late:
            raise AssertionError(f"{late}\n{self.text()}") from None

    def run(self, *arguments):
        """Starts the program; the shell shows its exit code afterwards as "exit <code>."."""
        self.type(" ".join(["clear;", PROGRAM, *arguments, "; echo exit $?."]))


def needs(*programs):
    missing = [program for program in programs if not shutil.which(program)]
    return unittest.skipIf(missing, f"not installed: {', '.join(missing)}")


def main():
    program = unittest.main(module="__main__", exit=False, verbosity=2)
    if not program.result.wasSuccessful():
        sys.exit(1)
    if program.result.testsRun == len(program.result.skipped):
        sys.exit(SKIPPED)
    sys.exit(0)
