import os

import harness
from harness import Case


class GraphTest(Case):
    def test_the_document_in_the_repository_is_fresh(self):
        done = self.run_program("graph", "--check", os.path.join(harness.SOURCE, "docs/state-machine.md"))
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_a_stale_document_is_noticed(self):
        stale = self.write("stale.md", self.run_program("graph").stdout + "\n")
        done = self.run_program("graph", "--check", stale)
        self.assertEqual(done.returncode, 1)
        self.assertIn("stale", done.stderr)

    def test_what_is_written_is_fresh(self):
        os.makedirs(self.path("docs"))
        os.makedirs(self.path(".git"))
        self.assertEqual(self.run_program("graph", "--write").returncode, 0)
        self.assertEqual(self.run_program("graph", "--check", self.path("docs/state-machine.md")).returncode, 0)

    def test_each_format_is_what_it_says(self):
        self.assertTrue(self.run_program("graph", "--format", "dot").stdout.startswith("digraph"))
        self.assertIn("stateDiagram", self.run_program("graph", "--format", "mermaid").stdout)

    def test_outside_of_a_repository_there_is_nothing_to_write(self):
        done = self.run_program("graph", "--write")
        self.assertEqual(done.returncode, 2)
        self.assertIn("--output", done.stderr)


if __name__ == "__main__":
    harness.main()
