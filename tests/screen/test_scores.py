"""The Scores pane; numbers are held against the project's file as Python reads it."""

import os
import re
import select
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

    def see(self, explorer, words):
        """Waits until they stand there while a job runs, which is no state to be idle in."""
        for _ in range(300):
            select.select([explorer.master], [], [], 0.1)
            explorer._drain()
            if words in explorer.text():
                return
        self.fail("no '%s' in\n%s" % (words, explorer.text()))

    def stop(self, explorer):
        self.see(explorer, "C-x stops it")
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


    def test_more_wait_in_the_queue(self):
        project = self.copy()
        with Explorer(project, timeout=120) as explorer:
            explorer.keys("7", "r", "Tab", "Tab", "Tab", "C-u")
            explorer.send("200000")
            os.write(explorer.master, b"\r")
            self.see(explorer, "C-x stops it")
            os.write(explorer.master, b"rbirch\r")
            self.see(explorer, "1 more waits (0 shows them)")
            os.write(explorer.master, b"raster\r")
            self.see(explorer, "2 more wait (0 shows them)")
            explorer.keys("C-x")
            self.assertIn("Scores: run 4, 1 × 4", explorer.lines()[2])
            explorer.keys("0")
            self.assertEqual([re.findall("✓ done|stopped", line) for line in explorer.lines()[4:7]],
                             [["✓ done"], ["✓ done"], ["stopped"]])


class History(ScoresTest):
    """Runs with their settings, and comparing one with another."""

    def two_runs(self):
        """A second run of two models beside two cultures, with another ε."""
        project = self.copy()
        environment = dict(os.environ, DOVE_SHARE=ROOT)
        subprocess.run([PROGRAM, "config", project, "epsilon", "0.2"], env=environment, check=True, capture_output=True)
        subprocess.run([PROGRAM, "score", project, "--model", "aster", "--model", "birch", "--culture", "KR", "--culture",
                        "US", "--bootstrap", "0"], env=environment, check=True, capture_output=True)
        return project

    def test_settings(self):
        for size in ((24, 80), (36, 120), (50, 200)):
            with self.subTest(size=size), Explorer(self.two_runs(), size=size) as explorer:
                explorer.keys("7", "S-Tab")
                text = re.sub(r"[│\n ]+", " ", explorer.text())
                self.assertIn("▸Score runs", text)
                for said in ("models aster, birch", "cultures KR, US", "ε 0.2", "bootstrap 0", "seed 1"):
                    self.assertIn(said, text)
                explorer.keys("j")
                text = re.sub(r"[│\n ]+", " ", explorer.text())
                self.assertIn("ε 0.05 τ 1 bootstrap 1000 entropic plain seed 1", text)

    def test_run_beside_run(self):
        project = self.two_runs()
        base = sqlite3.connect(project)
        percent = {(run, *key): value for run, *key, value in base.execute(
            "SELECT score_run_id, model, culture, role, percent FROM score")}
        with Explorer(project, size=(50, 200)) as explorer:
            explorer.keys("7", "S-Tab", "j", "d")
            self.assertIn("compared with run 1", explorer.lines()[2])
            self.assertIn("to be compared with run 1: choose another run", explorer.text())
            explorer.keys("k", "Tab")
            self.assertIn("Scores: run 2, 2 × 2 · compared with run 1", explorer.lines()[2])
            for model in ("aster", "birch"):
                row = next(line for line in explorer.lines() if "│%s " % model in line)
                for culture in ("KR", "US"):
                    key = (model, culture, "")
                    self.assertIn(" %+.2f" % (percent[2, *key] - percent[1, *key]), row)
            explorer.keys("d")
            self.assertIn("Score in %", explorer.text())


class Comparison(ScoresTest):
    """Model beside model."""

    def open(self, explorer, model):
        explorer.keys("7")
        while "▸Score in %  " + model + " ×" not in explorer.text():
            explorer.keys("j")
        explorer.keys("d")

    def percent(self, model, culture, role=""):
        return next(score[4] for score in self.scores if score[1:4] == (model, culture, role))

    def test_differences(self):
        for size in ((24, 80), (36, 120), (50, 200)):
            with self.subTest(size=size), Explorer(self.project, size=size) as explorer:
                self.open(explorer, "birch")
                self.assertIn("compared with birch", explorer.lines()[2])
                for model in ("aster", "cedar"):
                    row = next(line for line in explorer.lines() if re.search("│%s  " % model, line))
                    for culture in ("CN", "JP", "KR", "US"):
                        self.assertIn("%+.2f" % (self.percent(model, culture) - self.percent("birch", culture)), row)
                row = next(line for line in explorer.lines() if "│birch  " in line)
                self.assertEqual(row.count("–"), 4)
                at = next(i for i, line in enumerate(explorer.lines()) if "│aster  " in line)
                self.assertIn("│birch  ", explorer.lines()[at + 1])  # no empty lines where nothing is drawn yet
                explorer.keys("k")
                self.assertIn("aster × CN − birch: %+.2f points" % (
                    self.percent("aster", "CN") - self.percent("birch", "CN")), explorer.text())

    def test_intervals_are_drawn_as_a_job_and_kept(self):
        project = self.copy()
        with Explorer(project, size=(50, 200)) as explorer:
            self.open(explorer, "birch")
            explorer.keys("k", "i")
            rows = sqlite3.connect(project).execute(
                "SELECT a.model, a.culture, d.difference, d.low, d.high, d.replicates FROM score_difference AS d"
                " JOIN score AS a ON a.id = d.score_id JOIN score AS b ON b.id = d.against_id"
                " WHERE b.model = 'birch' AND a.role = '' ORDER BY 1, 2").fetchall()
            self.assertEqual([row[:2] for row in rows], [
                (model, culture) for model in ("aster", "cedar") for culture in ("CN", "JP", "KR", "US")])
            for model, culture, difference, low, high, replicates in rows:
                self.assertEqual(replicates, 1000)
                self.assertAlmostEqual(100 * difference, self.percent(model, culture) - self.percent("birch", culture), 9)
                shown = "%+.2f … %+.2f" % (100 * low, 100 * high)
                self.assertIn(shown, explorer.text())
            self.assertIn("95 % " + "%+.2f … %+.2f" % tuple(100 * x for x in rows[0][3:5]), explorer.text())
            explorer.keys("0")
            self.assertIn("24 differences of scores, 24 of them new", explorer.text())
            explorer.keys("7", "i", "0")
            self.assertIn("24 differences of scores, 0 of them new", explorer.text())

    def test_codes_and_flows_that_make_the_difference(self):
        ids = {(model, culture): score for score, model, culture, role, *_ in self.scores if role == ""}
        one, other = ids["aster", "CN"], ids["birch", "CN"]
        masses = {}
        for score in (one, other):
            for name, human, model in self.numbers.rows(
                    "SELECT k.name, c.human, c.model FROM score_code AS c JOIN code AS k ON k.id = c.code_id"
                    " WHERE c.score_id = ?", score):
                masses.setdefault(name, []).append((human, model))
        nearer = sorted(((abs(b[1] - b[0]) - abs(a[1] - a[0]), name) for name, (a, b) in masses.items()), reverse=True)
        costs = [dict(((a, b), cost) for a, b, cost in self.numbers.rows(
            "SELECT a.name, b.name, f.cost FROM score_flow AS f JOIN code AS a ON a.id = f.from_id JOIN code AS b"
            " ON b.id = f.to_id WHERE f.score_id = ?", score)) for score in (one, other)]
        dearer = sorted(((costs[0].get(flow, 0) - costs[1].get(flow, 0), flow)
                         for flow in costs[0].keys() | costs[1].keys()), reverse=True)
        terms = [self.numbers.one("SELECT value_ab, value_aa, value_bb FROM score WHERE id = ?", score)
                 for score in (one, other)]
        between, people, models = (factor * (a - b) for factor, a, b in zip((-1000, 500, 500), *terms))
        for size in ((24, 80), (50, 200)):
            with self.subTest(size=size), Explorer(self.project, size=size) as explorer:
                self.open(explorer, "birch")
                explorer.keys("k", "Enter")
                self.assertIn("points: %+.2f between" % between, explorer.text())
                self.assertAlmostEqual(between + people + models,
                                       self.percent("aster", "CN") - self.percent("birch", "CN"), places=6)
                at = next(i for i, line in enumerate(explorer.lines()) if "Δ cost▼" in line) + 1
                for line, (difference, flow) in zip(explorer.lines()[at:at + 5], dearer):
                    self.assertIn("▲%.5f" % difference, line)
                    self.assertIn(flow[0][:8], line)
                explorer.keys("S-Tab")
                at = next(i for i, line in enumerate(explorer.lines()) if "nearer▼" in line) + 1
                for line, (gain, name) in zip(explorer.lines()[at:at + 5], nearer):
                    self.assertIn(name[:12], line)
                    self.assertIn("▲%.4f" % gain, line)
                explorer.keys("s", "s")
                self.assertIn("people▲", explorer.text())

    def test_kept_at_the_next_start(self):
        with tempfile.TemporaryDirectory() as state:
            with Explorer(self.project, env={"XDG_STATE_HOME": state}) as explorer:
                self.open(explorer, "cedar · Korean")
                explorer.keys("Q")
                explorer.wait_end()
            with Explorer(self.project, env={"XDG_STATE_HOME": state}) as explorer:
                self.assertIn("compared with cedar · Korean", explorer.lines()[2])
                explorer.keys("d", "i")
                self.assertIn("nothing is compared: d on a score or a run says with what", explorer.last_line())

    def test_cjk(self):
        percent = {(model, culture): value for model, culture, value in Numbers(cjk_project()).rows(
            "SELECT model, culture, percent FROM score")}
        for size in ((24, 80), (36, 120), (50, 200)):
            with self.subTest(size=size), Explorer(cjk_project(), size=size) as explorer:
                self.open(explorer, "모델가")
                row = next(line for line in explorer.lines() if "│模型乙" in line)
                for culture in ("한국", "日本"):
                    self.assertIn("%+.2f" % (percent["模型乙", culture] - percent["모델가", culture]), row)


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
