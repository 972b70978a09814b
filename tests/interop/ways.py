#!/usr/bin/env python3
"""What does the way to a server cost, and is a login lost on it?

    ways.py --program build/release/bin/sallyport [--logins 2000] [--concurrency 32] [--rounds 3] [--only WAY,WAY]

`sallyport load` logs users in at `sallyport serve`: directly, through HTTP proxies (CONNECT), through reverse proxies that
end TLS or pass it on, and under a name with two addresses of which the first, an IPv6 one, swallows every packet. The
ways take turns round after round, so that a slow minute strikes all alike, and each figure is the median; only the ratios
of one run count. The exit code is 1 where a login did not succeed.
"""

import argparse
import contextlib
import json
import os
import socket
import statistics
import subprocess
import sys
from pathlib import Path

from parties import IDENTITY, SERVER_NAME, Absent, Parties, columns, program

MIX = "sms=2,sms-pin,totp"
LONE_LOGINS = 5  # Each round has so many that are alone, each in a process of its own: what a first login takes.
IN_ITS_OWN_MOUNTS = ("--map-root-user", "--mount", "sh", "-c", 'mount --bind "$0" /etc/hosts && exec "$@"')


@contextlib.contextmanager
def black_hole(port):
    """Swallows who connects to the port over IPv6: the queue of a socket at which nobody is let in is full."""
    try:
        listening = socket.socket(socket.AF_INET6)
        listening.bind(("::1", port))
    except OSError as error:
        raise Absent(f"IPv6 ({error.strerror})") from None
    callers = []
    with listening:
        listening.listen(0)
        for _ in range(8):
            caller = socket.socket(socket.AF_INET6)
            caller.setblocking(False)
            caller.connect_ex(("::1", port))
            callers.append(caller)
        with socket.socket(socket.AF_INET6) as last:
            last.settimeout(0.5)
            try:
                last.connect(("::1", port))
                raise RuntimeError("the black hole answers")
            except TimeoutError:
                pass
        try:
            yield
        finally:
            for caller in callers:
                caller.close()


def blackened(parties, port):
    """What a command has to begin with to find both addresses under the server's name: a hosts file of its own."""
    hosts = parties.directory / "hosts"
    hosts.write_text(f"127.0.0.1 localhost\n::1 {SERVER_NAME}\n127.0.0.1 {SERVER_NAME}\n")
    command = [program("unshare"), *IN_ITS_OWN_MOUNTS, str(hosts)]
    if subprocess.run([*command, "true"], capture_output=True, check=False).returncode != 0:
        raise Absent("a mount namespace (unshare)")
    return command, f"https://{SERVER_NAME}:{port}"


class Way:
    def __init__(self, name, port, *arguments, before=(), url=None):
        self.name = name
        self.command = [*before, "@", "load", "--url", url or f"https://localhost:{port}", *arguments]
        self.loads, self.alone, self.lost, self.errors = [], [], 0, set()

    def load(self, options, parties, logins, concurrency):
        command = [str(options.program) if word == "@" else word for word in self.command]
        done = subprocess.run([*command, "--ca", parties.ca, "--mix", MIX, "--logins", str(logins), "--concurrency",
                               str(concurrency), "--json"], capture_output=True, text=True, check=False,
                              env={"PATH": os.environ["PATH"], **IDENTITY}, timeout=600)
        try:
            report = json.loads(done.stdout)
        except json.JSONDecodeError:
            raise RuntimeError(f"{self.name}: {done.stderr}") from None
        self.lost += logins - report["outcomes"].get("succeeded", 0)
        self.errors |= {*report["errors"], *report["outcomes"]} - {"succeeded"}
        return report

    def measure(self, options, parties):
        self.loads.append(self.load(options, parties, options.logins, options.concurrency))
        self.alone += [1000 * self.load(options, parties, 1, 1)["seconds"] for _ in range(LONE_LOGINS)]

    def rate(self):
        return statistics.median(report["loginsPerSecond"] for report in self.loads)

    def post(self, part):
        return statistics.median(report["latencyMilliseconds"]["user name and password"][part] for report in self.loads)

    def row(self, options, direct):
        rounds = len(self.loads)
        return [self.name, f"{self.rate():,.0f}", f"{self.rate() / direct.rate():.2f} ×", f"{self.post('p50'):.1f}",
                f"{self.post('p99'):.1f}", f"{self.post('max'):.0f}", f"{statistics.median(self.alone):.0f}",
                f"{self.lost} of {rounds * (options.logins + LONE_LOGINS):,}", ", ".join(sorted(self.errors))]


def ways_to(options, parties, held):
    """Gives a way, or the name of one and why it is absent, each when it is asked for."""
    server = parties.sallyport(options.program)
    yield Way("direct", server)

    def through_proxy(port):
        return server, "--proxy", f"http://127.0.0.1:{port}"

    def passed_on():
        behind = parties.sallyport(options.program, "--proxy", "127.0.0.1", "--proxy-protocol")
        return (parties.haproxy(behind, passes_tls=True),)

    def swallowed():
        before, url = blackened(parties, server)
        held.enter_context(black_hole(server))
        return Way("an IPv6 address that swallows, then IPv4", server, before=before, url=url)

    kinds = {
        "tinyproxy, CONNECT": lambda: through_proxy(parties.tinyproxy()),
        "squid, CONNECT": lambda: through_proxy(parties.squid(server)),
        "nginx, ends TLS": lambda: (parties.nginx(server),),
        "haproxy, ends TLS": lambda: (parties.haproxy(server),),
        "apache, ends TLS": lambda: (parties.apache(server),),
        "haproxy, passes TLS with a PROXY header": passed_on,
        "an IPv6 address that swallows, then IPv4": swallowed,
    }
    for name, kind in kinds.items():
        if options.only and not any(name.startswith(wanted) for wanted in options.only.split(",")):
            continue
        try:
            made = kind()
            yield made if isinstance(made, Way) else Way(name, *made)
        except Absent as absent:
            yield name, f"{absent} is not there"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=Path, required=True)
    parser.add_argument("--logins", type=int, default=2000)
    parser.add_argument("--concurrency", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="", help="ways whose names begin so; direct is always there")
    options = parser.parse_args()
    options.program = options.program.resolve()
    with Parties() as parties, contextlib.ExitStack() as held:
        found = list(ways_to(options, parties, held))
        ways = [way for way in found if isinstance(way, Way)]
        for turn in range(options.rounds):
            for way in ways:
                way.measure(options, parties)
                print(f"round {turn + 1}, {way.name}: {way.rate():.0f} logins a second, {way.lost} lost", file=sys.stderr)
    table = [["way", "logins a second", "to direct", "first post, p50 ms", "p99 ms", "max ms", "one login alone, ms", "lost",
              "how"]]
    for way in found:
        table.append(way.row(options, ways[0]) if isinstance(way, Way) else [*way, *[""] * 7])
    print(columns(table))
    sys.exit(1 if any(way.lost for way in ways) else 0)


if __name__ == "__main__":
    main()
