"""`dove usage`: held against the coding that `dove export coding` tells."""

import math
import tempfile
import unittest

from harness import FAILED, PROJECT, USAGE, TestCase, dove

T19 = 2.093024  # Student's t, 19 degrees of freedom, 0.975: the sample's 20 topics


class UsageOfCodes(TestCase):
    @classmethod
    def setUpClass(cls):
        cls.kept = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.kept.cleanup)
        dove("demo", "--no-ui", "--dir", cls.kept.name)
        cls.project = cls.kept.name + "/sample.dove"
        cls.documents = dove("export", cls.project, "coding").json()
        cls.names = [code["name"] for code in dove("export", cls.project, "codebook").json()["codes"]]

    def of(self, source, culture=None):
        """(topic, q) of the documents of people of a culture, or of a model in no role."""
        return [(d["topic"], d["q"]) for d in self.documents if d["source"] == source
                and (culture is None or d["culture"] == culture) and not d.get("role")]

    def contrast(self, first, second, code):
        """Difference of the means, and half of its interval."""
        means = [sum(q[code] for _, q in side) / len(side) for side in (first, second)]
        parts = {}
        for side, mean, sign in ((first, means[0], 1), (second, means[1], -1)):
            for topic, q in side:
                parts[topic] = parts.get(topic, 0) + sign * (q[code] - mean) / len(side)
        half = T19 * math.sqrt(20 / 19 * sum(part**2 for part in parts.values()))
        return means[0] - means[1], half

    def test_means(self):
        found = self.ok("usage", self.project, "--json").json()
        groups = [group["name"] for group in found["groups"]]
        self.assertEqual(groups[:7], ["KR", "JP", "CN", "US", "aster", "birch", "cedar"])
        self.assertEqual([code["name"] for code in found["codes"]], self.names)
        for name, side in (("JP", self.of("human", "JP")), ("birch", self.of("birch"))):
            for k, code in enumerate(found["codes"]):
                mean = sum(q[k] for _, q in side) / len(side)
                self.assertAlmostEqual(code["means"][groups.index(name)], mean, places=6)
        for code in found["codes"]:
            self.assertEqual(len(code["means"]), len(groups))

    def test_two_sides(self):
        found = self.ok("usage", self.project, "--first", "KR", "--second", "aster", "--json").json()
        self.assertEqual((found["documents_first"], found["documents_second"], found["topics"]), (20, 20, 20))
        for k, code in enumerate(found["codes"]):
            difference, half = self.contrast(self.of("human", "KR"), self.of("aster"), k)
            self.assertAlmostEqual(code["difference"], difference, places=6)
            self.assertAlmostEqual(code["low"], difference - half, places=6)
            self.assertAlmostEqual(code["high"], difference + half, places=6)
        table = self.ok("usage", self.project, "--first", "KR", "--second", "aster").out
        self.assertIn("%+.1f" % (100 * found["codes"][0]["difference"]), table)

    def test_one_side(self):
        found = self.ok("usage", self.project, "--first", "people", "--json").json()
        self.assertEqual((found["second"], found["documents_first"], found["documents_second"]), ("", 80, 0))
        for code in found["codes"]:
            self.assertLess(code["low"], code["first"])
            self.assertEqual(code["second"], 0)

    def test_another_iteration(self):
        now = self.ok("usage", self.project, "--json").json()
        then = self.ok("usage", self.project, "--run", 1, "--at", 0, "--json").json()
        self.assertGreater(len(then["codes"]), len(now["codes"]))

    def test_mistakes(self):
        for words, code, said in ((("--second", "KR"), USAGE, "--second goes with --first"),
                                  (("--at", 1), USAGE, "--at goes with --run"),
                                  (("--first", "nobody"), FAILED, "there are models, people, KR, JP"),
                                  (("--run", 9), FAILED, "9")):
            run = dove("usage", self.project, *words)
            self.assertEqual(run.code, code, run.err)
            self.assertIn(said, run.err)
        self.assertEqual(dove("usage", self.path("none.dove")).code, PROJECT)
        empty = self.path("empty.dove")
        self.ok("new", empty)
        run = dove("usage", empty)
        self.assertEqual(run.code, FAILED)
        self.assertIn("there is no codebook", run.err)


if __name__ == "__main__":
    unittest.main()
