"""The Iterations pane; numbers are held against the project's file as Python reads it, terms against SPEC 4."""

import math
import os
import re
import sqlite3
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from cjk_project import cjk_project, empty_project  # noqa: E402
from explorer import Explorer  # noqa: E402
from sample_case import SampleCase  # noqa: E402
from sample_numbers import Numbers  # noqa: E402

ITERATION = ("SELECT r.t, i.codes, i.s, i.distortion, i.conditional_entropy, i.marginal_entropy, i.beta1, i.beta2, i.m,"
             " i.splits, i.merges, i.stopped_by, i.sigma2, i.perplexity, i.renyi2, i.repeat_bound, i.id"
             " FROM run_iteration AS r JOIN iteration AS i ON i.id = r.iteration_id WHERE r.run_id = 1 ORDER BY r.t")


class IterationsTest(SampleCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.numbers = Numbers(cls.project)
        cls.iterations = cls.numbers.rows(ITERATION)


class List(IterationsTest):
    def test_terms(self):
        """S = -distortion + beta1 M E[H(z|x)] - beta2 M H(z); log K - H_2."""
        with Explorer(self.project, size=(50, 200)) as explorer:
            explorer.keys("2")
            for t, K, S, d, conditional, marginal, beta1, beta2, M, splits, merges, *rest in self.iterations:
                _, sigma2, perplexity, renyi2, repeat, _ = rest
                terms = (-d, beta1 * M * conditional, -beta2 * M * marginal)
                self.assertAlmostEqual(sum(terms), S, places=9)
                start = [str(t), str(K), "%.4f" % S, *("%.4f" % term for term in terms), str(splits), str(merges)]
                end = ["%.5f" % sigma2, "%.2f" % perplexity, "%.4f" % (math.log(K) - renyi2), "%.3f" % repeat]
                line = explorer.lines()[5 + t][1:explorer.lines()[3].index("│", 1)]
                self.assertEqual(line.split()[:8], start)
                self.assertEqual(line.split()[-4:], end)

    def test_narrow(self):
        with Explorer(self.project) as explorer:
            explorer.keys("2")
            for t, K, S, *_ in self.iterations:
                self.assertRegex(explorer.lines()[5 + t], r"^│ +%d +%d +%.4f " % (t, K, S))
            self.assertIn("● used, best", explorer.lines()[5 + self.numbers.t])
            self.assertIn("codes at t %d" % self.numbers.t, explorer.text())

    def test_moving_changes_what_is_looked_at(self):
        with Explorer(self.project) as explorer:
            explorer.keys("2", "g", "g")
            self.assertIn("t 0/6*", explorer.lines()[0])
            self.assertIn("%d codes at t 0" % self.iterations[0][1], explorer.text())
            explorer.keys("j", "j")
            self.assertIn("t 2/6*", explorer.lines()[0])
            explorer.send("jjk")  # faster than it can be drawn
            self.assertIn("t 3/6 ", explorer.lines()[0])
            explorer.send("[[[]")
            self.assertIn("t 1/6*", explorer.lines()[0])
            self.assertIn("%d codes at t 1" % self.iterations[1][1], explorer.text())

    def test_wheel_and_click(self):
        with Explorer(self.project) as explorer:
            explorer.keys("2")
            explorer.click(5, 10)
            self.assertIn("t 0/6*", explorer.lines()[0])
            explorer.click(14, 20)  # the header of the codes
            explorer.keys("q")
            self.assertIn("▸Run 1", explorer.text())


class Codes(IterationsTest):
    def test_numbers_and_what_was_done(self):
        iteration = self.iterations[1][16]
        codes = self.numbers.rows("SELECT k.name, u.n, u.z, u.d, u.members, u.action FROM code_usage AS u"
                                  " JOIN code AS k ON k.id = u.code_id WHERE u.iteration_id = ?"
                                  " ORDER BY u.n DESC, u.code_id", iteration)
        self.assertIn("split", {code[5] for code in codes})
        with Explorer(self.project, size=(60, 200)) as explorer:
            explorer.keys("2", ":")
            explorer.type("iteration 1")
            edge = explorer.lines()[3].index("│", 1)
            for at, (name, n, z, d, members, action) in enumerate(codes):
                line = explorer.lines()[5 + at][edge + 1:]
                self.assertTrue(line.startswith(name[:20]), line)
                self.assertRegex(line, r" %s +\S+ +%s +%s +%d +%s" % (
                    re.escape("%.2f" % n), re.escape("%.2f" % z), re.escape("%.4f" % d), members,
                    {"split": "split", "merge": "merged"}.get(action, "")))

    def test_enter_goes_to_the_code_and_back(self):
        with Explorer(self.project) as explorer:
            explorer.keys("2", "Enter", "j", "Enter")
            self.assertIn("[4 Codes]", explorer.lines()[1])
            explorer.keys("q")
            if "[4 Codes]" in explorer.lines()[1]:
                explorer.keys("q")
            self.assertIn("[2 Iterations]", explorer.lines()[1])
            self.assertIn("▸%d codes" % self.iterations[self.numbers.t][1], explorer.text())


class Difference(IterationsTest):
    def test_new_and_gone(self):
        def ids(t):
            return {code: n for code, n in self.numbers.rows(
                "SELECT code_id, n FROM code_usage WHERE iteration_id = ?", self.iterations[t][16])}
        before, after = ids(2), ids(3)
        grown = sum(1 for code in before.keys() & after.keys() if after[code] - before[code] > 0.01 * before[code])
        with Explorer(self.project, size=(60, 200)) as explorer:
            explorer.keys("2", "d")
            self.assertIn("t 2 → t 3", explorer.text())
            self.assertIn("%d new, %d gone, 0 renamed, %d grown" % (
                len(after.keys() - before.keys()), len(before.keys() - after.keys()), grown), explorer.text())
            explorer.keys(":")
            explorer.type("difference 0")
            self.assertIn("t 0 → t 3", explorer.text())
            explorer.keys(":")
            explorer.type("difference 3")
            self.assertIn("is not another iteration", explorer.last_line())
            explorer.keys("d")
            self.assertIn("codes at t 3", explorer.text())

    def test_what_became_of_a_split_code(self):
        decision, name = self.numbers.one("SELECT x.id, k.name FROM decision AS x JOIN decision_code AS k"
                                          " ON k.decision_id = x.id AND k.side = 'before'"
                                          " WHERE x.kind = 'split' AND x.done = 1 AND x.t = 3 ORDER BY x.ordinal")
        heirs = [heir for (heir,) in self.numbers.rows(
            "SELECT name FROM decision_code WHERE decision_id = ? AND side = 'after'", decision)]
        with Explorer(self.project, size=(120, 240)) as explorer:
            explorer.keys("2", "d", "Tab")
            line = next(line for line in explorer.lines() if "✗ gone    %s" % name[:20] in line)
            for heir in heirs:
                self.assertIn(heir[:6], line.split("into", 1)[1])


class Actions(IterationsTest):
    def test_use_an_iteration_and_take_it_back(self):
        with Explorer(self.copy()) as explorer:
            explorer.keys("2", "g", "g", "c")
            self.assertIn("now use run 1 at t 0", explorer.last_line())
            self.assertIn("● used", explorer.lines()[5])
            self.assertIn("t 0/6 ", explorer.lines()[0])
            explorer.keys("u")
            self.assertNotIn("● used", explorer.lines()[5])
            explorer.keys("C-r")
            self.assertIn("● used", explorer.lines()[5])

    def test_resume_makes_a_run(self):
        project = self.copy()
        with Explorer(project, size=(50, 200), timeout=60) as explorer:
            explorer.keys("2", ":")
            explorer.type("iteration 1")
            explorer.keys("r")
            self.assertIn("Refine on from run 1 at t 1", explorer.text())
            explorer.keys("C-u")
            explorer.send("99999999")
            explorer.keys("Enter")
            self.assertIn("must be a number from 0", explorer.last_line())
            explorer.keys("C-u")
            explorer.send("2")
            explorer.keys("Enter")
            self.assertRegex(explorer.text(), r"2 +\S+ +\S+ +finished +2 ")
            self.assertIn("1 at t 1", explorer.text())
        base = sqlite3.connect(project)
        self.assertEqual(base.execute("SELECT parent_id, parent_t FROM codebook_run WHERE id = 2").fetchone(), (1, 1))

    def test_form_is_left(self):
        with Explorer(self.project) as explorer:
            explorer.keys("2", "b")
            self.assertIn("Build a codebook", explorer.text())
            explorer.resize(10, 40)
            self.assertIn("iterations T", explorer.text())
            explorer.resize(1, 1)
            explorer.resize(24, 80)
            explorer.keys("Esc")
            self.assertNotIn("Build a codebook", explorer.text())


class Odd(IterationsTest):
    def test_empty_project(self):
        with tempfile.TemporaryDirectory() as folder:
            with Explorer(empty_project(folder)) as explorer:
                explorer.keys("2", "j", "Enter", "Tab", "d", "c", "r", "y", "e", "Esc")
                self.assertIn("no codebook yet: b builds one", explorer.text())

    def test_cjk(self):
        for size in ((24, 80), (50, 200)):
            with self.subTest(size=size), Explorer(cjk_project(), size=size) as explorer:
                explorer.keys("2", "Tab")
                self.assertRegex(explorer.text(), "효도|정직|自由|勤勉|自然保護")
                explorer.keys("\\")
                explorer.type("自")
                self.assertIn('codes with "自"', explorer.lines()[2])
                self.assertNotRegex(explorer.text(), "효도|정직")

    def test_sizes(self):
        for size in ((10, 40), (5, 20), (1, 1), (36, 120)):
            with self.subTest(size=size), Explorer(self.project, size=size) as explorer:
                explorer.keys("2", "j", "Tab", "Tab", "Tab", "+", "d", "Tab", "k")
                explorer.resize(24, 80)
                self.assertIn("[2 Iterations]", explorer.lines()[1])


if __name__ == "__main__":
    unittest.main()
