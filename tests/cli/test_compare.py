"""`dove compare`: differences of scores with intervals."""

import shutil
import sqlite3
import statistics
import tempfile
import unittest

from harness import FAILED, INPUT, USAGE, TestCase, dove


class Compare(TestCase):
    @classmethod
    def setUpClass(cls):
        cls.kept = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.kept.cleanup)
        dove("demo", "--no-ui", "--dir", cls.kept.name)

    def project(self, name="p.dove"):
        return shutil.copy(self.kept.name + "/sample.dove", self.path(name))

    def scores(self, project):
        return {(row["model"], row["role"], row["culture"]): row["score"]
                for row in self.ok("export", project, "scores").json()}

    def test_models(self):
        project = self.project()
        scores = self.scores(project)
        found = self.ok("compare", project, "--model", "birch", "--bootstrap", 200, "--json").json()
        self.assertEqual(len(found), len(scores) - 4)
        for row in found:
            self.assertEqual((row["against_model"], row["against_role"]), ("birch", ""))
            expected = scores[row["model"], row["role"], row["culture"]] - scores["birch", "", row["culture"]]
            self.assertAlmostEqual(row["difference"], expected, places=12)
            self.assertLess(row["low"], row["high"])
            self.assertEqual((row["replicates"], row["seed"]), (200, 1))
        table = self.ok("compare", project, "--model", "birch", "--bootstrap", 200).out
        self.assertIn("%+.2f" % (100 * found[0]["difference"]), table)

    def test_in_a_role(self):
        project = self.project()
        found = self.ok("compare", project, "--model", "cedar", "--role", "Korean", "--bootstrap", 50, "--json").json()
        self.assertEqual({row["against_role"] for row in found}, {"Korean"})
        self.assertNotIn(("cedar", "Korean"), {(row["model"], row["role"]) for row in found})

    def test_runs(self):
        """Another ε: every model beside itself; the same one: no difference in any draw."""
        project = self.project()
        first = self.scores(project)
        self.ok("score", project, "--bootstrap", 0, "--anew")
        same = self.ok("compare", project, "--run", 1, "--against", 2, "--bootstrap", 30, "--json").json()
        self.assertEqual(len(same), 28)
        self.assertTrue(all(row["difference"] == row["low"] == row["high"] == 0 for row in same))
        self.ok("config", project, "epsilon", "0.2")
        self.ok("score", project, "--bootstrap", 0)
        other = self.ok("compare", project, "--against", 1, "--bootstrap", 30, "--json").json()
        self.assertTrue(all(row["score_run"] == 3 and row["against_run"] == 1 for row in other))
        for row in other:
            self.assertAlmostEqual(row["against_score"], first[row["model"], row["role"], row["culture"]], places=12)
        self.assertGreater(statistics.mean(abs(row["difference"]) for row in other), 0.001)

    def test_threads_and_seeds(self):
        words = ("--model", "birch", "--bootstrap", 100, "--json")
        one = self.ok("compare", self.project("a.dove"), *words, "--threads", 1).out
        self.assertEqual(one, self.ok("compare", self.project("b.dove"), *words, "--threads", 4).out)
        self.assertNotEqual(one, self.ok("compare", self.project("c.dove"), *words, "--seed", 7).out)

    def test_what_is_known_is_not_drawn_again(self):
        project = self.project()
        words = ("compare", project, "--model", "birch", "--bootstrap", 100)
        first = self.ok(*words).out
        with sqlite3.connect(project) as base:
            base.execute(
                "DELETE FROM score_difference WHERE score_id = (SELECT max(score_id) FROM score_difference)")
        self.assertEqual(self.ok(*words).out, first)
        with sqlite3.connect(project) as base:
            told = [text for (text,) in base.execute("SELECT message FROM job WHERE kind = 'compare' ORDER BY id")]
        self.assertEqual(told, ["24 differences of scores, 24 of them new", "24 differences of scores, 1 of them new"])

    def test_mistakes(self):
        project = self.project()
        for words, code, said in (((), USAGE, "says with what to compare"),
                                  (("--role", "Korean", "--against", 1), USAGE, "--role goes with --model"),
                                  (("--model", "nobody"), FAILED, "no score of run 1 has one to be compared with"),
                                  (("--against", 9), FAILED, "there is no score run 9")):
            run = dove("compare", project, *words)
            self.assertEqual(run.code, code, run.err)
            self.assertIn(said, run.err)

    def test_documents_that_came_since(self):
        project = self.project()
        new = self.write_lines("new.jsonl", [{"id": "new", "culture": "KR", "source": "human", "topic": "t", "lang": "en",
                                              "text": "We must honour our parents."}])
        said = self.write_lines("said.jsonl", [{"document_id": "new", "code_name": "Filial Devotion",
                                                "description": "The author values honouring parents."}])
        self.ok("import", project, new, said)
        self.ok("embed", project)
        self.ok("code", project)
        run = dove("compare", project, "--model", "birch")
        self.assertEqual(run.code, INPUT, run.err)
        self.assertIn("score again to compare it", run.err)


if __name__ == "__main__":
    unittest.main()
