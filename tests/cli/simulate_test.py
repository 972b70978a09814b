import re

import harness
from harness import Case


class SimulateTest(Case):
    def simulate(self, *arguments):
        done = self.run_program("simulate", *arguments)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return re.sub(r"in [\d.]+ s of processor time: \d+ logins/s", "", done.stdout)

    def test_one_seed_is_one_run_and_another_seed_another_one(self):
        first = self.simulate("--seed", "3", "--logins", "200", "--hours", "0.5")
        self.assertEqual(first, self.simulate("--seed", "3", "--logins", "200", "--hours", "0.5"))
        self.assertNotEqual(first, self.simulate("--seed", "4", "--logins", "200", "--hours", "0.5"))

    def test_the_report_counts_every_login_once(self):
        report = self.simulate("--seed", "5", "--logins", "150", "--hours", "1")
        outcomes = report.split("outcomes\n", 1)[1].split("\nfaults", 1)[0]
        self.assertEqual(sum(int(line.split()[-1]) for line in outcomes.splitlines()), 150)
        self.assertRegex(report, r"(?m)^trace [0-9a-f]{16}$")
        self.assertIn("no law was broken", report)


if __name__ == "__main__":
    harness.main()
