import os
import signal

import harness
from harness import CODE, IDENTITY, PASSWORD, Case, environment


class ExamplesTest(Case):
    def test_every_example_logs_in(self):
        child, url, ca = self.start_server()
        for example in harness.EXAMPLES.split(":"):
            with self.subTest(example=os.path.basename(example)):
                done = self.run_program(url, ca, "robinhood", program=example, env=environment(**IDENTITY),
                                        stdin=f"Mesh\n{PASSWORD}\n{CODE}\n")
                self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
                self.assertIn("succeeded, 1 account(s)", done.stdout)
        child.send_signal(signal.SIGTERM)


if __name__ == "__main__":
    harness.main()
