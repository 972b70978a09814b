"""The programs of a soak, and what they take of the machine."""

import os
import re
import signal
import subprocess
import sys
import threading
import urllib.request

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from time_scale import time_scale

IDENTITY = {"SALLYPORT_CLIENT_ID": "soak", "SALLYPORT_CLIENT_SECRET": "a-secret-of-the-soak"}
PATIENCE = 60.0 * time_scale()
GAUGES = {"sallyport_sessions_open": "sessions", "sallyport_connections_open": "connections",
          "sallyport_logins_kept": "alarms", "sallyport_logins_started_total": "logins"}


class Program:
    """One run of the executable; its lines are read as they come, so that no pipe fills."""

    def __init__(self, name, program, *arguments, directory):
        self.name = name
        self.child = subprocess.Popen([program, *arguments], cwd=directory, env={**os.environ, **IDENTITY}, text=True,
                                      stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.lines = {"out": [], "err": []}
        self.readers = [threading.Thread(target=self._read, args=(pipe, self.lines[which]), daemon=True)
                        for which, pipe in (("out", self.child.stdout), ("err", self.child.stderr))]
        for reader in self.readers:
            reader.start()

    @staticmethod
    def _read(pipe, lines):
        for line in pipe:
            if not line.startswith("sandbox -> "):  # The mail of thousands of users.
                lines.append(line.rstrip("\n"))

    @property
    def pid(self):
        return self.child.pid

    def is_running(self):
        return self.child.poll() is None

    def count(self, which, text):
        return sum(text in line for line in self.lines[which])

    def send(self, how):
        self.child.send_signal(how)

    def finish(self, how=None):
        """Sends the signal and gives the exit code."""
        if how is not None and self.is_running():
            self.send(how)
        code = self.child.wait(timeout=PATIENCE)
        for reader in self.readers:
            reader.join(timeout=PATIENCE)
        return code

    def kill(self):
        if self.is_running():
            self.send(signal.SIGKILL)
            self.child.wait()

    def usage(self):
        """Resident bytes, open descriptors and threads."""
        with open(f"/proc/{self.pid}/status", encoding="ascii") as file:
            status = dict(re.findall(r"(?m)^(\w+):\s+(\d+)", file.read()))
        return {"memory": int(status["VmRSS"]) * 1024.0, "descriptors": float(self._descriptors()),
                "threads": float(status["Threads"])}

    def _descriptors(self):
        folder = f"/proc/{self.pid}/fd"
        try:
            return len(os.listdir(folder))
        except PermissionError:  # Of a process that forbids dumps root alone may list them; Linux 6.2 tells how many.
            return os.stat(folder).st_size


def scrape(url):
    """What the server counts."""
    with urllib.request.urlopen(url, timeout=PATIENCE) as reply:
        text = reply.read().decode()
    return {GAUGES[name]: float(value) for name, value in re.findall(r"(?m)^(\w+) (\S+)$", text) if name in GAUGES}
