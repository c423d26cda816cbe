"""The Overview pane; numbers are held against the project's file as Python reads it."""

import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from cjk_project import cjk_project, empty_project  # noqa: E402
from explorer import PROGRAM, ROOT, Explorer  # noqa: E402
from sample_case import SampleCase  # noqa: E402
from sample_numbers import Numbers  # noqa: E402

SIZES = ((24, 80), (36, 120), (50, 200))


class Overview(SampleCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.numbers = Numbers(cls.project)

    def holdings(self, explorer):
        """The text on the left, scrolled through."""
        seen = explorer.text()
        explorer.keys("G")
        return seen + explorer.text()

    def test_holdings(self):
        count = self.numbers.one("SELECT count(*) FROM code_usage WHERE iteration_id = ?", self.numbers.iteration)[0]
        S, sigma2 = self.numbers.one("SELECT s, sigma2 FROM iteration WHERE id = ?", self.numbers.iteration)
        model, culture, role, percent = self.numbers.one(
            "SELECT model, culture, role, percent FROM score ORDER BY percent DESC")
        for size in SIZES:
            with self.subTest(size=size), Explorer(self.project, size=size) as explorer:
                text = self.holdings(explorer)
                self.assertIn("Next: every step has been done", text)
                for said in ("160  documents: 80 by people, 80 by models", "20  topics, 4 cultures, 4 sources",
                             "1028  value expressions, 1028 embedded", "100  dimensions",
                             "%d  codes (run 1, t %d of " % (count, self.numbers.t), "S %.3f, σ² %.4f" % (S, sigma2),
                             "28  scores (run 1, ",
                             "best: %s × %s, %.2f %%" % (model + (" · " + role if role else ""), culture, percent),
                             "20  KR", "40  cedar"):
                    self.assertIn(said, text)

    def test_scores_with_intervals(self):
        scores = self.numbers.rows("SELECT model, culture, role, percent, low, high, ceiling FROM score")
        for size in SIZES:
            with self.subTest(size=size), Explorer(self.project, size=size) as explorer:
                if size[1] == 80:
                    explorer.keys("Tab")
                lines = explorer.lines()
                self.assertIn("Scores in %, run 1: score, 95 % interval", explorer.text())
                for model, culture, role, percent, low, high, ceiling in scores:
                    name = model + (" · " + role if role else "")
                    row = next(i for i, line in enumerate(lines) if "│ %s  " % name in line)
                    self.assertIn(" %.2f" % percent, lines[row])
                    wide = "%.2f … %.2f ≤ %.2f" % (low * 100, high * 100, ceiling * 100)
                    self.assertIn(wide if size[1] == 200 else "%.0f … %.0f" % (low * 100, high * 100), lines[row + 1])

    def test_charts(self):
        S = [s for (s,) in self.numbers.rows("SELECT i.s FROM run_iteration AS r JOIN iteration AS i"
                                             " ON i.id = r.iteration_id ORDER BY r.t")]
        with Explorer(self.project) as explorer:
            explorer.keys("Tab")
            self.assertRegex(explorer.lines()[3], "S %s +[▁-█]{%d} %s" % (
                re.escape("%.4g" % S[0]), len(S), re.escape("%.4g  over t 0 … %d" % (S[-1], len(S) - 1))))
        with Explorer(self.project, size=(50, 200)) as explorer:
            self.assertIn("S over the iterations", explorer.text())
            self.assertIn("%.3f │" % max(S), explorer.text())

    def test_finished_runs_only(self):
        project = self.copy()
        base = sqlite3.connect(project)
        base.execute("UPDATE score_run SET status = 'failed'")
        base.commit()
        base.close()
        with Explorer(project, size=(60, 200)) as explorer:
            self.assertNotIn("Scores in %", explorer.text())
            self.assertIn("no  scores yet", explorer.text())
            self.assertIn("K, the number of codes", explorer.text())

    def test_other_iteration(self):
        with Explorer(self.project) as explorer:
            explorer.keys("[")
            self.assertIn("t %d of " % (self.numbers.t - 1), explorer.text())
            self.assertIn("not the one in use", explorer.text())


class Next(unittest.TestCase):
    """What to do next, and the key that starts it."""

    def test_from_nothing_to_scores(self):
        environment = dict(os.environ, DOVE_SHARE=ROOT)
        with tempfile.TemporaryDirectory() as folder:
            project = empty_project(folder)
            with Explorer(project) as explorer:
                self.assertIn("Next: import documents (i asks for the file)", explorer.text())
                self.assertIn("no  codebook yet", explorer.text())
                explorer.keys("i")
                explorer.type("/no/such/file.jsonl")
                self.assertIn("/no/such/file.jsonl", explorer.last_line())
                broken = os.path.join(folder, "bad.jsonl")
                with open(broken, "w", encoding="utf-8") as file:
                    file.write('{"id": 1\n')
                explorer.keys("i")
                explorer.type(broken)
                self.assertRegex(explorer.lines()[3], "import failed: .*bad.jsonl")
                explorer.keys("R")
                self.assertRegex(explorer.lines()[3], "import failed: .*bad.jsonl")
                for name in sorted(os.listdir(os.path.join(ROOT, "sample-data", "documents"))):
                    explorer.keys("i")
                    explorer.send(os.path.join(ROOT, "sample-data", "documents", name[:-2]))
                    explorer.keys("Tab", "Enter")
                self.assertIn("160  documents: 80 by people, 80 by models", explorer.text())
            source = os.path.join(ROOT, "sample-data", "expressions")
            subprocess.run([PROGRAM, "import", project, *(os.path.join(source, name) for name in os.listdir(source))],
                           env=environment, check=True, capture_output=True)
            with Explorer(project, timeout=60) as explorer:
                for said in ("embed the value expressions", "build the codebook", "score the models"):
                    self.assertIn("Next: %s (x starts it)" % said, explorer.text())
                    explorer.keys("x")
                self.assertIn("Next: every step has been done", explorer.text())

    def test_what_cannot_be_imported_is_said_at_once(self):
        """A pipe without a writer held the job, and all behind it, for ever."""
        with tempfile.TemporaryDirectory() as folder:
            pipe, codebook = os.path.join(folder, "pipe"), os.path.join(folder, "c.qdc")
            os.mkfifo(pipe)
            open(codebook, "w").close()
            with Explorer(empty_project(folder), size=(24, 200)) as explorer:
                for path, said in ((pipe, "neither a file nor a folder"), (codebook, "dove import PROJECT FILE"),
                                   (os.path.join(folder, "none"), "check the name")):
                    explorer.keys("i")
                    explorer.type(path)
                    self.assertIn(said, explorer.last_line())
                explorer.keys("0")
                self.assertNotIn("import  ", explorer.text())


class Cjk(unittest.TestCase):
    def test_scores(self):
        scores = Numbers(cjk_project()).rows("SELECT model, culture, percent, low, high FROM score")
        for size in SIZES:
            with self.subTest(size=size), Explorer(cjk_project(), size=size) as explorer:
                self.assertIn("10  한국", explorer.text())
                if size[1] == 80:
                    explorer.keys("Tab")
                lines = explorer.lines()
                for model, _, percent, low, high in scores:
                    row = next(i for i, line in enumerate(lines) if "│ %s  " % model in line)
                    self.assertIn(" %.2f" % percent, lines[row])
                    self.assertIn("%.2f … %.2f" % (low * 100, high * 100), lines[row + 1])

    def test_sizes(self):
        with Explorer(cjk_project(), size=(10, 40)) as explorer:
            for size in ((1, 1), (3, 9), (10, 40), (8, 120), (24, 80)):
                explorer.resize(*size)
                explorer.keys("Tab", "j", "Tab", "+", "G")
            self.assertIn("[1 Overview]", explorer.lines()[1])


if __name__ == "__main__":
    unittest.main()
