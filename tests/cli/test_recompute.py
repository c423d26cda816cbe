"""A project's scores can be recomputed from its own exports by code that shares nothing with the program."""

import pathlib
import sys
import tempfile
import unittest

from harness import DONE, ROOT, dove

sys.path.insert(0, str(ROOT / "tests" / "golden"))
import recompute_scores  # noqa: E402


def run(*arguments):
    done = dove(*arguments)
    if done.code != DONE:
        raise AssertionError(f"dove {' '.join(arguments)}: exit {done.code}: {done.err}")
    return done


class Recompute(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        run("demo", "--dir", cls.folder.name, "--no-ui")
        cls.project = str(pathlib.Path(cls.folder.name) / "sample.dove")

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def export(self, what, *options):
        return run("export", self.project, what, *options).json()

    def recompute(self, scores):
        settings = run("info", self.project, "--json").json()["settings"]
        work = recompute_scores.Recomputation(
            self.export("vectors"), self.export("codebook"), self.export("coding"), scores, settings
        )
        return work, work.compare()

    def assert_agreement(self, differences):
        for name, difference in differences.items():
            self.assertLessEqual(difference, recompute_scores.TOLERANCE, name)

    def test_all_scores_of_the_sample(self):
        scores = self.export("scores", "--explain")
        work, differences = self.recompute(scores)
        self.assert_agreement(differences)
        # Four cultures beside three models, of which one wrote in four roles too.
        self.assertEqual(work.compared["score"], 4 * (3 + 4))
        self.assertEqual(work.compared["documents"], 2 * 4 * (3 + 4))
        codes = len(self.export("codebook")["codes"])
        self.assertEqual(work.compared["transported_to"], 4 * (3 + 4) * codes)
        self.assertEqual(work.compared["q"], codes * 160)
        self.assertEqual(work.compared["sigma2 (relative)"], 1)

    def test_other_settings(self):
        for key, value in (("epsilon", "0.02"), ("tau", "0.3"), ("entropic", "kl"), ("bootstrap", "0")):
            run("config", self.project, key, value)
        try:
            scores = run(
                "score", self.project, "--model", "aster", "--culture", "US", "--json", "--explain"
            ).json()
            _, differences = self.recompute(scores)
            self.assertEqual(len(scores), 1)
            self.assert_agreement(differences)
        finally:
            for key, value in (("epsilon", "0.05"), ("tau", "1"), ("entropic", "plain"), ("bootstrap", "1000")):
                run("config", self.project, key, value)

    def test_the_check_can_fail(self):
        scores = self.export("scores")[:1]
        scores[0]["score"] += 1e-5
        _, differences = self.recompute(scores)
        self.assertGreater(differences["score"], recompute_scores.TOLERANCE)


if __name__ == "__main__":
    unittest.main()
