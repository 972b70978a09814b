#!/usr/bin/env python3
"""Lets a server and its clients run for a long time, while logins fail, expire and are broken off, and asks at the end
whether anything has grown.

    soak.py --program build/release/bin/sallyport [--minutes 20] [--output DIR]

It exits with 1 where memory, descriptors, threads or sessions grew beyond their bound, or anything ended as it should
not. docs/testing.md says what is bounded.
"""

import argparse
import json
import os
import pathlib
import signal
import sys
import tempfile
import time

from idle import IdleConnections
from verdict import MEBIBYTE, Bound, judge
from watched import PATIENCE, Program, scrape

INTERRUPTED = 25  # How a load ends that was stopped.
LINGER = 60.0  # So long a server remembers a login that has ended.
ERRORS_MAX = 0.01  # Of all logins: on a machine that does other things at the time a handshake may come too late.
# Every door lives for ten seconds at most, so that what a client has given up is soon over at the server.
USUAL = ",".join("life(10s)+" + doors for doors in (
    "sms", "captcha+totp", "email-code+pin", "question(2)", "push+sms", "qr", "push(deny)", "push(never)+life(2s)",
    "sms+reply-lost", "totp+truncate", "captcha+429", "sms+503", "slow(1s)+sms", "totp+breaks-off",
    "sms+unknown-status", "sms+deny", "sms+locked")) + ",gate"
# Who thinks for longer than a code lives is too late.
TOO_LATE = "life(1s)+sms,life(1s)+captcha+sms,life(2s)+sms+totp"
WANTED_OUTCOMES = {"usual": {"succeeded", "denied", "user_absent", "outcome_unknown", "rate_limited", "unavailable",
                             "server_failure", "unsupported"},
                   "late": {"expired", "succeeded"}}
GATE = {"name": "gate", "description": "A code of an authenticator app.",
        "doors": [{"name": "code", "accept": {"mfaCode": "123456"},
                   "reply": {"status": "mfaRequired", "mfaType": "totp", "challengeExpiresInSeconds": 10}}]}


def write_scenario(directory, scenario):
    path = directory / "own" / "gate.json"
    new = path.with_suffix(".new")
    new.write_text(json.dumps(scenario), encoding="utf-8")
    new.replace(path)


def wait_for(condition, what, patience=PATIENCE):
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.1)
    raise RuntimeError(f"waited {patience:.0f} s for {what}")


class Soak:
    def __init__(self, options, directory):
        self.seconds = options.seconds or options.minutes * 60.0
        self.program = os.path.abspath(options.program)
        self.directory = directory
        self.complaints = []
        self.series = {}
        self.memory = Bound(options.memory_bound * MEBIBYTE, unit="MiB", scale=MEBIBYTE)
        self.reloads = {"good": 0, "bad": 0}

    def complain(self, holds, what):
        if not holds:
            self.complaints.append(what)

    def start(self):
        (self.directory / "own").mkdir()
        write_scenario(self.directory, GATE)
        self.server = Program("server", self.program, "serve", "--self-signed", "--write-ca", "ca.pem", "--listen",
                              "127.0.0.1:0", "--port-file", "port", "--metrics", "0", "--scenarios", "own",
                              directory=self.directory)
        wait_for(lambda: self.server.count("out", "/metrics") or not self.server.is_running(), "the server to listen")
        if not self.server.is_running():
            raise RuntimeError("the server ended: " + " ".join(self.server.lines["err"]))
        self.metrics = self.server.lines["out"][-1].rsplit(" ", 1)[-1]
        self.port = int((self.directory / "port").read_text(encoding="ascii"))
        self.at_rest = self.server.usage()
        few = self.seconds < 60.0
        self.users = 24 if few else 192
        self.loads = [self.load("usual", "sandbox", USUAL, self.users, 50),
                      self.load("late", "robinhood", TOO_LATE, 12, 1500)]
        self.idle = IdleConnections(self.port, 8 if few else 24)
        self.idle.start()
        print(f"server {self.server.pid}, loads {' '.join(str(load.pid) for load in self.loads)}", flush=True)

    def load(self, name, broker, mix, concurrency, think):
        """Each has an integration of its own, because both have the same users."""
        return Program(name, self.program, "load", "--url", f"https://localhost:{self.port}", "--ca", "ca.pem",
                       "--broker", broker, "--logins", "10000000", "--concurrency", str(concurrency),
                       "--think", str(think), "--mix", mix, "--json", directory=self.directory)

    def sample(self, now):
        for program in (self.server, *self.loads):
            for name, value in program.usage().items():
                self.series.setdefault(f"{program.name} {name}", []).append((now, value))
        for name, value in scrape(self.metrics).items():
            self.series.setdefault(f"server {name}", []).append((now, value))

    def reload(self, turn):
        """Every third file is wrong: the server says so and goes on."""
        bad = turn % 3 == 2
        write_scenario(self.directory, {"name": "gate"} if bad else {**GATE, "description": f"Turn {turn}."})
        self.reloads["bad" if bad else "good"] += 1
        self.server.send(signal.SIGHUP)

    def watch(self):
        interval = min(3.0, self.seconds / 24.0)
        every = max(1, round(min(15.0, self.seconds / 6.0) / interval))
        begun = time.monotonic()
        turn = 0
        while time.monotonic() < begun + self.seconds:
            time.sleep(interval)
            ended = [program.name for program in (self.server, *self.loads) if not program.is_running()]
            if ended:
                raise RuntimeError("ended too early: " + ", ".join(ended))
            self.sample(time.monotonic() - begun)
            turn += 1
            if turn % every == 0:
                self.reload(turn // every)

    def wind_up(self):
        self.idle.stop()
        for load in self.loads:
            code = load.finish(signal.SIGINT)
            self.complain(code == INTERRUPTED, f"the load {load.name} ended with {code}")
            report = json.loads("".join(load.lines["out"]) or "{}")
            errors, outcomes = report.get("errors", {}), report.get("outcomes", {})
            self.complain(sum(errors.values()) <= ERRORS_MAX * report.get("logins", 0),
                          f"the load {load.name} could not: {errors}")
            missing = WANTED_OUTCOMES[load.name] - set(outcomes)
            self.complain(not missing, f"no login of the load {load.name} ended as {', '.join(sorted(missing))}")
            print(f"  {load.name}: {report.get('logins')} logins, {outcomes}, {errors or 'no errors'}")
        self.at_the_end()
        code = self.server.finish(signal.SIGTERM)
        self.complain(code == 0, f"the server ended with {code}: {self.server.lines['err'][-3:]}")
        good, bad = self.server.count("out", "anew"), self.server.count("err", "stay as they were")
        self.complain((good, bad) == (self.reloads["good"], self.reloads["bad"]) and good > 0,
                      f"{good} reloads and {bad} refusals of {self.reloads}")
        self.complain(len(self.server.lines["err"]) == bad, f"the server complained: {self.server.lines['err'][:3]}")
        print(f"  {self.idle.opened} idle connections, {good} reloads, {bad} refused ones")

    def at_the_end(self):
        """Nobody is there any more: neither is anything of them."""
        gauges = {}

        def is_empty():
            gauges.update(scrape(self.metrics))
            return gauges["sessions"] == 0 and gauges["connections"] == 0

        try:
            wait_for(is_empty, "the server to be empty")
        except RuntimeError:
            self.complaints.append(f"when all were gone the server had {gauges['sessions']:.0f} sessions and "
                                   f"{gauges['connections']:.0f} connections")

        self.forgets_in_time()

        # Whoever has just asked for the metrics may still be on the server's side of the line.
        def is_as_before():
            now = self.server.usage()
            return all(now[name] <= self.at_rest[name] for name in ("descriptors", "threads"))
        try:
            wait_for(is_as_before, "the server to be as it was before")
        except RuntimeError:
            now = self.server.usage()
            self.complaints.append(f"when all were gone the server had {now['descriptors']:.0f} descriptors and "
                                   f"{now['threads']:.0f} threads, {self.at_rest['descriptors']:.0f} and "
                                   f"{self.at_rest['threads']:.0f} before")

    def forgets_in_time(self):
        """Each login that is remembered has an alarm. A run that is over in seconds does not wait for that minute."""
        if self.seconds < 2 * LINGER:
            return
        try:
            wait_for(lambda: scrape(self.metrics)["alarms"] == 0, "the last alarm", patience=LINGER + PATIENCE)
        except RuntimeError:
            self.complaints.append(f"when all were forgotten {scrape(self.metrics)['alarms']:.0f} alarms were set")

    def judge(self):
        # How many of the users stand at a door and how many are on the wire depends on how busy the machine is.
        bounds = {"memory": self.memory, "descriptors": Bound(self.users), "threads": Bound(0),
                  "sessions": Bound(self.users), "connections": Bound(self.users)}
        for name, points in self.series.items():
            bound = bounds.get(name.split()[1])
            if bound is None:
                continue
            finding = judge(name, points, bound)
            print(finding)
            self.complain(finding.holds, f"{name} grew too much")

    def write(self, output):
        output.mkdir(parents=True, exist_ok=True)
        names = list(self.series)
        with open(output / "samples.csv", "w", encoding="ascii") as file:
            print("seconds", *names, sep=",", file=file)
            for row in zip(*self.series.values()):
                print(f"{row[0][0]:.1f}", *(f"{value:.0f}" for _, value in row), sep=",", file=file)

    def run(self, output):
        try:
            self.start()
            self.watch()
            self.wind_up()
            self.judge()
        except (RuntimeError, ValueError, OSError) as error:
            self.complaints.append(str(error))
        finally:
            for program in (getattr(self, "server", None), *getattr(self, "loads", ())):
                if program:
                    program.kill()
        if output and self.series:
            self.write(output)
        for complaint in self.complaints:
            print(f"soak: {complaint}")
        print("soak: failed" if self.complaints else "soak: nothing grew beyond its bound")
        return 1 if self.complaints else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True)
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--seconds", type=float, help="instead of --minutes")
    parser.add_argument("--memory-bound", type=float, default=8.0, metavar="MIB")
    parser.add_argument("--output", type=pathlib.Path, help="where samples.csv goes")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="sallyport-soak-") as directory:
        return Soak(options, pathlib.Path(directory)).run(options.output)


if __name__ == "__main__":
    sys.exit(main())
