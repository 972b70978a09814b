"""The verdict of a soak: what grows fails, what is merely noisy does not; and a soak of a few seconds."""

import os
import random
import re
import signal
import subprocess
import sys
import unittest

from verdict import Bound, judge
from watched import PATIENCE

HERE = os.path.dirname(os.path.abspath(__file__))
BOUND = Bound(4.0)


def series(value, count=400, noise=1.0, seed=7):
    """So many samples, three seconds apart, of value(part of the run) with noise."""
    dice = random.Random(seed)
    return [(3.0 * index, value(index / count) + dice.uniform(-noise, noise)) for index in range(count)]


class VerdictTest(unittest.TestCase):
    def test_what_grows_all_the_time_fails(self):
        finding = judge("memory", series(lambda part: 30.0 + 8.0 * part), BOUND)
        self.assertFalse(finding.holds, finding)
        self.assertIn("TOO MUCH", str(finding))

    def test_what_is_flat_and_noisy_holds(self):
        for seed in range(20):
            finding = judge("memory", series(lambda _: 30.0, noise=6.0, seed=seed), BOUND)
            self.assertTrue(finding.holds, finding)

    def test_what_grows_while_it_warms_up_and_then_stays_holds(self):
        finding = judge("memory", series(lambda part: 30.0 + 80.0 * min(part, 0.2)), BOUND)
        self.assertTrue(finding.holds, finding)

    def test_what_begins_to_grow_late_fails(self):
        finding = judge("memory", series(lambda part: 30.0 + 40.0 * max(part - 0.7, 0.0)), BOUND)
        self.assertFalse(finding.holds, finding)

    def test_a_few_wild_samples_are_no_growth(self):
        points = series(lambda _: 30.0)
        for index in range(380, 390):
            points[index] = (points[index][0], 90.0)
        finding = judge("memory", points, BOUND)
        self.assertTrue(finding.holds, finding)

    def test_what_shrinks_holds(self):
        self.assertTrue(judge("memory", series(lambda part: 30.0 - 20.0 * part), BOUND).holds)

    def test_where_nothing_may_grow_one_more_fails(self):
        self.assertTrue(judge("threads", series(lambda _: 3.0, noise=0.0), Bound(0)).holds)
        self.assertFalse(judge("threads", series(lambda part: 3.0 + (part > 0.6), noise=0.0), Bound(0)).holds)

    def test_too_few_samples_are_no_verdict(self):
        with self.assertRaises(ValueError):
            judge("memory", series(lambda _: 30.0, count=5), BOUND)


class SoakTest(unittest.TestCase):
    def soak(self, *arguments):
        return [sys.executable, os.path.join(HERE, "soak.py"), "--program", os.environ["SALLYPORT_PROGRAM"],
                "--memory-bound", os.environ["SALLYPORT_MEMORY_BOUND"], *arguments]

    def test_a_soak_of_a_few_seconds(self):
        done = subprocess.run(self.soak("--seconds", "8"), capture_output=True, text=True, timeout=4 * PATIENCE, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("soak: nothing grew beyond its bound\n", done.stdout)

    def test_a_server_that_dies_fails_the_soak(self):
        with subprocess.Popen(self.soak("--seconds", "60"), stdout=subprocess.PIPE, text=True) as soak:
            server = int(re.match(r"server (\d+), ", soak.stdout.readline()).group(1))
            os.kill(server, signal.SIGKILL)
            out, _ = soak.communicate(timeout=4 * PATIENCE)
        self.assertEqual(soak.returncode, 1, out)
        self.assertIn("soak: ended too early: server", out)


if __name__ == "__main__":
    unittest.main()
