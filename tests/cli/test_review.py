"""`dove review`, and runs built with what reviewers want."""

import shutil
import sqlite3
import unittest

from harness import FAILED, INPUT, USAGE, TestCase, copy_sample


class Review(TestCase):
    def setUp(self):
        super().setUp()
        self.project = copy_sample(self.path("r.dove"))

    def review(self, *arguments):
        return self.ok("review", self.project, *arguments)

    def decisions(self, *arguments):
        return self.ok("export", self.project, "decisions", *arguments).json()

    def reviews(self, *arguments):
        return self.review("list", "--json", *arguments).json()

    def codes(self):
        return self.ok("export", self.project, "codebook").json()["codes"]


class Entering(Review):
    def test_on_a_decision(self):
        decision = next(row for row in self.decisions() if row["kind"] == "split")
        entered = self.review("disagree", "--decision", decision["id"], "--as", "Ada", "--note", "너무 넓다",
                              "--json").json()
        self.assertEqual((entered["kind"], entered["author"], entered["note"], entered["decision"]),
                         ("disagree", "Ada", "너무 넓다", decision["id"]))
        self.assertFalse(entered["withdrawn"])
        self.review("veto", "--decision", decision["id"], "--as", "Bo")
        (row,) = [row for row in self.decisions() if row["id"] == decision["id"]]
        self.assertEqual(row["reviews"], ["disagree by Ada: 너무 넓다", "veto by Bo"])
        veto = self.reviews()[-1]
        self.assertEqual((veto["code"], veto["t"]), (decision["before"][0], decision["t"]))

    def test_on_codes(self):
        first, second = (code["name"] for code in self.codes()[:2])
        merge = self.review("merge", "--code", first.upper(), "--into", second, "--as", "Ada", "--json").json()
        self.assertEqual((merge["code_name"], merge["into_name"]), (first, second))
        self.assertIn("rename %s as 세" % first,
                      self.review("rename", "--code", first, "--name", "세", "--as", "Ada").out)
        self.fails(INPUT, "review", self.project, "rename", "--code", first, "--name", second.lower(), "--as", "Ada",
                   says="has the name")
        self.fails(FAILED, "review", self.project, "split", "--code", "No Such Value", "--as", "Ada", says="no code")
        self.assertEqual(len(self.reviews()), 2)

    def test_withdrawn_and_restored(self):
        name = self.codes()[0]["name"]
        entered = self.review("split", "--code", name, "--as", "Ada", "--json").json()["review"]
        self.review("withdraw", "--review", entered, "--as", "Bo")
        self.assertEqual(self.reviews(), [])
        (row,) = self.reviews("--all")
        self.assertTrue(row["withdrawn"])
        self.fails(INPUT, "review", self.project, "withdraw", "--review", entered, "--as", "Bo", says="already")
        self.review("restore", "--review", entered, "--as", "Bo")
        self.assertEqual([row["review"] for row in self.reviews()], [entered])

    def test_misuse(self):
        decision = next(row for row in self.decisions() if row["kind"] == "recreate")
        self.fails(USAGE, "review", self.project, "veto", "--decision", decision["id"], "--as", "Ada",
                   says="split or a merge")
        self.fails(USAGE, "review", self.project, "praise", says="it has: list")
        code = self.codes()[0]["name"]
        for name in ("   ", "a\x1b[31m", "n" * 1001):
            self.fails(INPUT, "review", self.project, "rename", "--code", code, "--name", name, "--as", "Ada",
                       says="1000 bytes")
        self.fails(INPUT, "review", self.project, "split", "--code", code, "--as", "   ", says="1000 bytes")
        self.fails(USAGE, "review", self.project, "agree", "--as", "Ada", says="--decision")
        self.fails(USAGE, "review", self.project, "comment", "--decision", decision["id"], "--dry-run",
                   says="changes no codebook")
        nobody = {"XDG_CONFIG_HOME": str(self.folder), "DOVE_NAME": ""}
        self.fails(USAGE, "review", self.project, "agree", "--decision", decision["id"], environment=nobody,
                   says="--as")


class PassedAround(Review):
    """What somebody reviewed in a copy comes back, on decisions and on codes."""

    def setUp(self):
        super().setUp()
        self.copy = self.path("copy.dove")
        shutil.copy(self.project, self.copy)
        decision = next(row for row in self.decisions() if row["kind"] == "split")
        first, second = (code["name"] for code in self.codes()[:2])
        for arguments in (["disagree", "--decision", decision["id"], "--note", "너무, \"넓다\"\n둘"],
                          ["veto", "--decision", decision["id"]], ["merge", "--code", first, "--into", second],
                          ["rename", "--code", first, "--name", "세"]):
            self.ok("review", self.copy, *arguments, "--as", "Ada")
        last = self.ok("review", self.copy, "list", "--json").json()[-1]["review"]
        self.ok("review", self.copy, "withdraw", "--review", last, "--as", "Bo")

    def told(self, project):
        keys = ("kind", "t", "decision", "code", "code_name", "into_name", "name", "note", "author", "withdrawn")
        return [{key: row.get(key) for key in keys}
                for row in self.ok("review", project, "list", "--all", "--json").json()]

    def test_in_a_file(self):
        expected, lines = self.told(self.copy), self.ok("annotate", self.copy, "export").out
        self.assertEqual([row["withdrawn"] for row in expected], [False, False, False, True])
        for form in ("json", "jsonl", "csv"):
            with self.subTest(form):
                path, other = self.path("reviews." + form), self.path(form + ".dove")
                shutil.copy(self.project, other)
                self.ok("export", self.copy, "annotations", "--format", form, "-o", path)
                report = self.ok("import", other, path, "--as", "annotations", "--json").json()[0]
                self.assertEqual((report["reviews"], report["unplaced"], report["conflicts"]), (4, 0, []))
                self.assertEqual(self.told(other), expected)
                self.assertEqual(self.ok("annotate", other, "export").out, lines)
        stranger = self.new_project("stranger.dove")
        self.assertIn("4 records were left out", self.ok("annotate", stranger, "import", path).err)
        self.assertEqual(self.told(stranger), [])

    def test_from_the_copy_itself_and_built_with(self):
        self.assertIn(" 4 reviews;", self.ok("annotate", self.project, "import", self.copy).out)
        self.ok("annotate", self.project, "start", "--rule", "sample:1")
        self.assertNotIn('"review"', self.ok("annotate", self.project, "export", "--round", "1").out)
        report = self.ok("build", self.project, "--with-overrides", "--json").json()
        self.assertEqual(report["overrides_applied"] + report["overrides_impossible"], 2)


class Previewing(Review):
    def test_nothing_is_entered(self):
        first, second = (code["name"] for code in self.codes()[:2])
        self.ok("score", self.project, "--bootstrap", "20", "--quiet")
        shown = self.review("merge", "--code", first, "--into", second, "--dry-run", "--json").json()
        self.assertEqual(self.reviews(), [])
        before, after = shown["before"], shown["after"]
        self.assertTrue(shown["possible"])
        self.assertEqual(after["codes"], before["codes"] - 1)
        self.assertAlmostEqual(shown["S_stored"], self.ok("info", self.project, "--json").json()["codebook"]["S"])
        for side in (before, after):  # S = -distortion + beta1 M E[H(z|x)] - beta2 M H(z), SPEC 4
            self.assertAlmostEqual(side["S"], -side["distortion"] + 0.3 * 5 * side["conditional_entropy"]
                                   - 0.08 * 5 * side["marginal_entropy"])
        stored = {(row["model"], row["culture"], row["role"]): row["percent"]
                  for row in self.ok("export", self.project, "scores").json()}
        self.assertEqual(len(shown["scores"]), len(stored))
        for row in shown["scores"]:
            self.assertAlmostEqual(row["before"], stored[row["model"], row["culture"], row["role"]], places=2)
        text = self.review("merge", "--code", first, "--into", second, "--dry-run").out
        self.assertIn("judgments would go stale", text)
        self.assertIn("gone: ", text)


class Building(Review):
    def test_by_the_overrides_alone(self):
        first, second = (code["name"] for code in self.codes()[:2])
        shown = self.review("merge", "--code", first, "--into", second, "--dry-run", "--json").json()
        self.review("merge", "--code", first, "--into", second, "--as", "Ada")
        before = self.ok("export", self.project, "iterations", "--run", "1").raw
        report = self.ok("build", self.project, "--with-overrides", "--overrides-only", "--json").json()
        self.assertEqual((report["overrides_applied"], report["overrides_impossible"]), (1, 0))
        self.assertEqual(report["stopped_by"], "overrides alone")
        (made,) = [row for row in self.ok("export", self.project, "iterations").json()
                   if row["t"] == report["last_iteration"]]
        self.assertEqual(made["S"], shown["after"]["S"])
        self.assertEqual(self.ok("export", self.project, "iterations", "--run", "1").raw, before)
        step = [row for row in self.decisions() if row["t"] == report["last_iteration"]]
        self.assertEqual({row["reviewer"] for row in step if row["kind"] == "merge"}, {"Ada"})
        (used,) = self.reviews()
        self.assertEqual((used["runs_built"], used["last_run"], used["applied"]), (1, report["run"], True))
        self.ok("check", self.project)

    def test_a_veto_with_the_rules(self):
        decision = next(row for row in self.decisions() if row["kind"] == "split")
        self.review("veto", "--decision", decision["id"], "--as", "Ada")
        report = self.ok("build", self.project, "--with-overrides", "--json").json()
        self.assertEqual(report["first_iteration"], decision["t"])
        rows = self.decisions("--run", report["run"])
        (left,) = [row for row in rows if not row["done"]]
        self.assertEqual((left["reviewer"], left["before"], left["after"]), ("Ada", decision["before"], []))
        with sqlite3.connect(self.project) as database:
            parent = database.execute("SELECT parent_id, parent_t FROM codebook_run WHERE id = ?",
                                      (report["run"],)).fetchone()
        self.assertEqual(parent, (1, decision["t"] - 1))

    def test_misuse(self):
        self.fails(FAILED, "build", self.project, "--with-overrides", says="no override stands")
        self.fails(USAGE, "build", self.project, "--overrides-only", says="--with-overrides")


if __name__ == "__main__":
    unittest.main()
