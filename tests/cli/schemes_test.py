import json

import harness
from harness import BROKER, Case, sandbox_data


class SchemesTest(Case):
    def test_the_table_has_a_line_for_every_integration(self):
        lines = self.run_program("schemes").stdout.splitlines()
        self.assertEqual(len(lines), 1 + len(sandbox_data("schemes.json")))
        self.assertTrue(any(line.startswith(BROKER) for line in lines))

    def test_json_is_what_the_api_says(self):
        schemes = json.loads(self.run_program("schemes", "--json").stdout)
        self.assertEqual(len(schemes), len(sandbox_data("schemes.json")))
        self.assertEqual(json.loads(self.run_program("schemes", "--json", "--broker", BROKER).stdout),
                         [scheme for scheme in schemes if scheme["brokerType"] == BROKER])

    def test_one_integration_is_shown_with_its_steps(self):
        text = self.run_program("schemes", "--broker", BROKER).stdout
        self.assertIn("after mfaRequired · phoneAndEmail · mfaFlow", text)
        self.assertIn("ChallengeCode", text)


if __name__ == "__main__":
    harness.main()
