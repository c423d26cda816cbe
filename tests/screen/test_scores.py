"""The Scores pane; numbers are held against the project's file as Python reads it."""

import os
import re
import select
import sqlite3
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from cjk_project import cjk_project, empty_project  # noqa: E402
from explorer import Explorer  # noqa: E402
from sample_case import SampleCase  # noqa: E402
from sample_numbers import Numbers  # noqa: E402


class ScoresTest(SampleCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.numbers = Numbers(cls.project)
        cls.scores = cls.numbers.rows("SELECT id, model, culture, role, percent, low, high, ceiling, divergence,"
                                      " documents_human, documents_model FROM score WHERE score_run_id = 1"
                                      " ORDER BY model, role, culture")


class Results(ScoresTest):
    def test_matrix(self):
        with Explorer(self.project, size=(60, 200)) as explorer:
            explorer.keys("7")
            lines = explorer.lines()
            for _, model, culture, role, percent, low, high, ceiling, *_ in self.scores:
                name = model + (" · " + role if role else "")
                row = next(i for i, line in enumerate(lines) if "│%s " % name in line)
                self.assertIn(" %.2f" % percent, lines[row])
                self.assertIn("%.2f … %.2f ≤ %.2f" % (low * 100, high * 100, ceiling * 100), lines[row + 1])

    def test_overview(self):
        with Explorer(self.project, size=(60, 200)) as explorer, Explorer(self.project) as small:
            lines = explorer.lines()
            self.assertIn("Scores in %, run 1: score, 95 % interval ≤ ceiling", explorer.text())
            small.keys("Tab")
            self.assertIn("Scores in %, run 1 ", small.text())
            for _, model, culture, role, percent, low, high, ceiling, *_ in self.scores:
                name = model + (" · " + role if role else "")
                row = next(i for i, line in enumerate(lines) if "│ %s  " % name in line)
                self.assertIn(" %.2f" % percent, lines[row])
                self.assertIn("%.2f … %.2f ≤ %.2f" % (low * 100, high * 100, ceiling * 100), lines[row + 1])
                self.assertRegex(small.text(), r"│ %s.*%s" % (re.escape(name), re.escape(" %.2f" % percent)))

    def test_overview_shows_finished_runs_only(self):
        project = self.copy()
        base = sqlite3.connect(project)
        base.execute("UPDATE score_run SET status = 'failed'")
        base.commit()
        base.close()
        with Explorer(project, size=(60, 200)) as explorer:
            self.assertNotIn("Scores in %", explorer.text())
            self.assertIn("K, the number of codes", explorer.text())

    def test_list(self):
        with Explorer(self.project, size=(60, 200)) as explorer:
            explorer.keys("7", "Tab", "+")
            for at, (_, model, culture, role, percent, low, high, ceiling, r, human, machine) in enumerate(self.scores):
                line = explorer.lines()[5 + at]
                self.assertTrue(line[1:].startswith(model), line)
                self.assertRegex(line, r" %s +%s +%s +%s +%s +%d:%d +✓" % (
                    culture, re.escape("%.2f" % percent), re.escape("%.2f … %.2f" % (low * 100, high * 100)),
                    re.escape("%.2f" % (ceiling * 100)), re.escape("%.6f" % r), human, machine))

    def test_cell_and_row_go_together(self):
        with Explorer(self.project) as explorer:
            explorer.keys("7", "l", "j")
            model, culture, percent = "birch", "JP", next(
                score[4] for score in self.scores if score[1:4] == ("birch", "JP", ""))
            self.assertIn("%s × %s: %.2f %%" % (model, culture, percent), explorer.text())
            explorer.keys("Tab", "j", "S-Tab")
            self.assertIn("▸Score in %  birch × KR", explorer.text())

    def test_not_converged_is_said(self):
        project = self.copy()
        base = sqlite3.connect(project)
        base.execute("UPDATE score SET converged = 0 WHERE model = 'birch' AND culture = 'KR'")
        base.commit()
        base.close()
        with Explorer(project) as explorer:
            explorer.keys("7", "j", "l", "l")
            self.assertIn("NOT CON", explorer.text())
            self.assertRegex(explorer.text(), r"birch +KR +-\d+\.\d\d!")


class Explanation(ScoresTest):
    def open_flows(self, explorer):
        explorer.keys("7", "Enter")
        return self.numbers.rows("SELECT a.name, b.name, f.mass, f.cost FROM score_flow AS f"
                                 " JOIN code AS a ON a.id = f.from_id JOIN code AS b ON b.id = f.to_id"
                                 " WHERE f.score_id = ? ORDER BY f.cost DESC", self.scores[0][0])

    def test_flows(self):
        with Explorer(self.project) as explorer:
            flows = self.open_flows(explorer)
            at = next(i for i, line in enumerate(explorer.lines()) if "▸Flows" in line) + 2
            for line, (source, target, mass, cost) in zip(explorer.lines()[at:at + 6], flows):
                self.assertRegex(line, r"│%s.* [→=] %s.* %.5f +%.5f│" % (
                    re.escape(source[:14]), re.escape(target[:14]), mass, cost))

    def test_codes(self):
        code = self.numbers.one("SELECT k.name, c.human, c.model, c.transported_from, c.transported_to, c.code_id"
                                " FROM score_code AS c JOIN code AS k ON k.id = c.code_id WHERE c.score_id = ?"
                                " ORDER BY c.human DESC", self.scores[0][0])
        name, human, model, sent, received, _ = code
        with Explorer(self.project, size=(60, 240)) as explorer:
            explorer.keys("7", "Tab", "Tab", "+", "/")
            explorer.type(name)
            line = next(line for line in explorer.lines() if line[1:].startswith(name))
            self.assertRegex(line, " +".join(re.escape("%.4f" % value) for value in (
                human, model, sent, received, human - sent, model - received)))
            explorer.keys("Enter")
            self.assertIn("[4 Codes]", explorer.lines()[1])
            self.assertIn(name, explorer.text())

    def test_documents_behind_a_flow(self):
        with Explorer(self.project) as explorer:
            source, target, *_ = self.open_flows(explorer)[0]
            explorer.keys("Enter")
            self.assertIn("▸Documents behind the flow", explorer.text())
            best = self.numbers.one("SELECT d.external_id, g.q FROM recognised AS g JOIN document AS d"
                                    " ON d.id = g.document_id JOIN code AS k ON k.id = g.code_id"
                                    " JOIN culture AS c ON c.id = d.culture_id JOIN source AS s ON s.id = d.source_id"
                                    " WHERE g.iteration_id = ? AND k.name = ? AND c.name = ? AND s.name = 'human'"
                                    " ORDER BY g.q DESC, d.id", self.numbers.iteration, source, self.scores[0][2])
            self.assertRegex(explorer.text(), r"people +%s .* %.4f " % best)
            explorer.keys("Enter")
            self.assertIn("[5 Documents]", explorer.lines()[1])
            explorer.keys("q")
            if "[5 Documents]" in explorer.lines()[1]:
                explorer.keys("q")
            self.assertIn("▸Documents behind the flow", explorer.text())
            self.assertRegex(explorer.text(), r"people +%s .* %.4f " % best)
            explorer.keys("q")
            self.assertIn("▸Flows", explorer.text())


class Launching(ScoresTest):
    def test_a_part(self):
        project = self.copy()
        with Explorer(project, timeout=60) as explorer:
            explorer.keys("7", "r")
            self.assertIn("aster, birch, cedar", explorer.text())
            explorer.send("aster, zebra")
            explorer.keys("Enter")
            self.assertIn("models: the project has no 'zebra'; it has aster, birch, cedar", explorer.last_line())
            explorer.keys("C-u")
            explorer.send("birch")
            explorer.keys("Tab")
            explorer.send("JP, US")
            explorer.keys("Enter")
            self.assertIn("Scores: run 2, 1 × 2", explorer.lines()[2])
        base = sqlite3.connect(project)
        again = base.execute("SELECT model, culture, percent FROM score WHERE score_run_id = 2 ORDER BY 2").fetchall()
        self.assertEqual([row[:2] for row in again], [("birch", "JP"), ("birch", "US")])
        for model, culture, percent in again:
            first = next(score[4] for score in self.scores if score[1:4] == (model, culture, ""))
            self.assertAlmostEqual(percent, first, places=9)

    def stop(self, explorer):
        """Waits until the job is seen to run, which is no state to be idle in; stops it."""
        for _ in range(200):
            select.select([explorer.master], [], [], 0.1)
            explorer._drain()
            if "C-x stops it" in explorer.text():
                break
        explorer.keys("C-x")

    def test_cancel_and_retry(self):
        project = self.copy()
        with Explorer(project, timeout=120) as explorer:
            explorer.keys("7", "r", "Tab", "Tab", "Tab", "C-u")
            explorer.send("200000")
            os.write(explorer.master, b"\r")
            self.stop(explorer)
            self.assertIn("score was stopped · R tries again", explorer.text())
            os.write(explorer.master, b"R")
            self.stop(explorer)
            self.assertIn("score was stopped · R tries again", explorer.text())
        base = sqlite3.connect(project)
        states = [state for (state,) in base.execute("SELECT state FROM job WHERE kind = 'score' ORDER BY id")]
        self.assertEqual(states[-2:], ["cancelled", "cancelled"])


class Odd(ScoresTest):
    def test_empty_project(self):
        with tempfile.TemporaryDirectory() as folder:
            with Explorer(empty_project(folder)) as explorer:
                explorer.keys("7", "j", "l", "Enter", "Tab", "r", "R", "y", "e", "Esc")
                self.assertIn("no scores yet", explorer.text())

    def test_cjk(self):
        for size in ((24, 80), (50, 200)):
            with self.subTest(size=size), Explorer(cjk_project(), size=size) as explorer:
                explorer.keys("7")
                self.assertIn("模型乙 × 日本:", explorer.text())
                explorer.keys("j")
                self.assertIn("모델가 × 日本:", explorer.text())
                explorer.keys("Enter", "Enter")
                self.assertIn("문서-", explorer.text())

    def test_sizes(self):
        for size in ((10, 40), (5, 20), (1, 1), (36, 120)):
            with self.subTest(size=size), Explorer(self.project, size=size) as explorer:
                explorer.keys("7", "j", "l", *["Tab"] * 6, "+", "Tab", "Enter", "Tab", "G", "k", "r", "Esc")
                explorer.resize(24, 80)
                self.assertIn("[7 Scores]", explorer.lines()[1])


if __name__ == "__main__":
    unittest.main()
