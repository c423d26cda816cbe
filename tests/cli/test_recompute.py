"""A project's scores can be recomputed from its own exports by code that shares nothing with the program."""

import sys
import unittest

from harness import ROOT, TestCase, copy_sample, sample_project

sys.path.insert(0, str(ROOT / "tests" / "golden"))
import recompute_scores  # noqa: E402

# Four cultures beside three models, of which one wrote in four roles too.
SCORES = 4 * (3 + 4)


class Recompute(TestCase):
    def export(self, project, what, *options):
        return self.ok("export", project, what, *options).json()

    def recompute(self, project, scores):
        settings = self.ok("info", project, "--json").json()["settings"]
        work = recompute_scores.Recomputation(
            self.export(project, "vectors"),
            self.export(project, "codebook"),
            self.export(project, "coding"),
            scores,
            settings,
        )
        return work, work.compare()

    def assert_agreement(self, differences):
        for name, difference in differences.items():
            self.assertLessEqual(difference, recompute_scores.TOLERANCE, name)

    def test_all_scores_of_the_sample(self):
        project = sample_project()
        work, differences = self.recompute(project, self.export(project, "scores", "--explain"))
        self.assert_agreement(differences)
        codes = len(work.ids)
        self.assertEqual(work.compared["score"], SCORES)
        self.assertEqual(work.compared["documents"], 2 * SCORES)
        self.assertEqual(work.compared["transported_to"], codes * SCORES)
        self.assertEqual(work.compared["q"], codes * 160)
        self.assertEqual(work.compared["sigma2 (relative)"], 1)

    def test_other_settings(self):
        project = copy_sample(self.path("other.dove"))
        for key, value in (("epsilon", "0.02"), ("tau", "0.3"), ("entropic", "kl"), ("bootstrap", "0")):
            self.ok("config", project, key, value)
        run = self.ok("score", project, "--model", "aster", "--culture", "US", "--json", "--explain")
        work, differences = self.recompute(project, run.json())
        self.assertEqual(work.compared["score"], 1)
        self.assert_agreement(differences)

    def test_the_comparison_can_fail(self):
        project = sample_project()
        scores = self.export(project, "scores")[:1]
        scores[0]["score"] += 1e-5
        _, differences = self.recompute(project, scores)
        self.assertGreater(differences["score"], recompute_scores.TOLERANCE)


if __name__ == "__main__":
    unittest.main()
