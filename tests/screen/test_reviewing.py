"""Reviewing: what is entered in Decisions and Codes is in the project's file before the screen goes on, shows first what
it would do, can be taken back after a restart, and a run is built from it."""

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from cjk_project import cjk_project  # noqa: E402
from explorer import PROGRAM, ROOT, Explorer, sample_project  # noqa: E402
from sample_numbers import Numbers  # noqa: E402

ADA = {"DOVE_NAME": "Ada"}


class Reviewing(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.numbers = Numbers(sample_project())

    def copy(self, project=None):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        path = os.path.join(folder.name, "copy.dove")
        shutil.copy(project or sample_project(), path)
        return path

    def entered(self, project):
        with sqlite3.connect("file:%s?mode=ro" % project, uri=True) as base:
            return base.execute("SELECT kind, author, note, t, code_id, other_code_id, name, withdrawn IS NOT NULL"
                                " FROM reviewer_override ORDER BY id").fetchall()

    def standing(self, project):
        return [row[0] for row in self.entered(project) if not row[7]]

    def dove(self, *arguments):
        out = subprocess.run([PROGRAM, *arguments], env=dict(os.environ, DOVE_SHARE=ROOT), check=True,
                             stdout=subprocess.PIPE).stdout
        return json.loads(out)

    def first_split(self):
        """The id of the first decision, a split, and its code's id and name."""
        return self.numbers.one("SELECT x.id, c.code_id, c.name FROM decision AS x JOIN decision_code AS c"
                                " ON c.decision_id = x.id AND c.side = 'before'"
                                " WHERE x.kind = 'split' AND x.done = 1 ORDER BY x.t, x.ordinal LIMIT 1")

    def row(self, explorer, words):
        return next(line for line in explorer.lines() if words in line)


class Judging(Reviewing):
    def test_agree_disagree_comment(self):
        project = self.copy()
        name = self.first_split()[2]
        with Explorer(project, size=(36, 120), env=ADA) as explorer:
            explorer.keys("3", "a")
            self.assertEqual([row[:3] for row in self.entered(project)], [("agree", "Ada", "")])
            self.assertIn("agree Ada", self.row(explorer, "split       ✓ done " + name[:12]))
            explorer.keys("c")
            explorer.type("좋은 결정")
            self.assertIn("comment Ada +1", explorer.text())
            explorer.keys(":")
            explorer.type("disagree too coarse")
            self.assertEqual([row[:3] for row in self.entered(project)][1:],
                             [("comment", "Ada", "좋은 결정"), ("disagree", "Ada", "too coarse")])
            self.assertRegex(explorer.text(), r"\d\d:\d\d  Ada: comment – 좋은 결정")
            self.assertRegex(explorer.text(), r"\d\d:\d\d  Ada: disagree – too coarse")
            explorer.keys("W")
            self.assertIn("disagree – too coarse (withdrawn)", explorer.text())
            explorer.keys("W")
            self.assertNotIn("(withdrawn)", explorer.text())

    def test_the_name_is_asked_once(self):
        project = self.copy()
        with tempfile.TemporaryDirectory() as config:
            env = {"XDG_CONFIG_HOME": config}
            with Explorer(project, env=env) as explorer:
                explorer.keys("3", "a")
                self.assertEqual(self.entered(project), [])
                self.assertIn("your name:", explorer.last_line())
                explorer.type("김 하나")
                self.assertEqual(self.entered(project)[0][:2], ("agree", "김 하나"))
            with Explorer(project, env=env) as explorer:
                explorer.keys("3", "j", "d")
                self.assertEqual([row[:2] for row in self.entered(project)],
                                 [("agree", "김 하나"), ("disagree", "김 하나")])

    def test_undo_after_a_restart(self):
        project = self.copy()
        with Explorer(project, env=ADA) as explorer:
            explorer.keys("3", "a", "d")
            self.assertEqual(self.standing(project), ["agree", "disagree"])
        with Explorer(project, env=ADA) as explorer:
            explorer.keys("u")
            self.assertEqual(self.standing(project), ["agree"])
            self.assertIn("undone: the disagree", explorer.last_line())
            explorer.keys("u")
            self.assertEqual(self.standing(project), [])
        with Explorer(project, env=ADA) as explorer:
            explorer.keys("C-r", "C-r")
            self.assertEqual(self.standing(project), ["agree", "disagree"])


class Overriding(Reviewing):
    def preview(self, project, *arguments):
        return self.dove("review", project, *arguments, "--dry-run", "--json")

    def assert_preview(self, explorer, shown):
        for label, key in (("S", "S"), ("coverage, mean", "mean_cosine"), ("redundancy, mean", "mean_neighbour")):
            self.assertRegex(explorer.text(), r"│%s +%s +%s " % (
                label, re.escape("%.4f" % shown["before"][key]), re.escape("%.4f" % shown["after"][key])))
        self.assertRegex(explorer.text(), r"K, codes +%d +%d " % (shown["before"]["codes"], shown["after"]["codes"]))

    def test_veto_and_a_run(self):
        project = self.copy()
        decision, code, name = self.first_split()
        shown = self.preview(project, "veto", "--decision", str(decision))
        with Explorer(project, size=(50, 200), env=ADA) as explorer:
            explorer.keys("3", "v")
            self.assertIn("veto " + name, explorer.text())
            self.assert_preview(explorer, shown)
            self.assertEqual(self.entered(project), [])  # not before Enter
            explorer.keys("Esc")
            self.assertEqual(self.entered(project), [])
            explorer.keys("v", "Enter")
            self.assertEqual([(row[0], row[3], row[4]) for row in self.entered(project)], [("veto", 1, code)])
            self.assertIn("1 override stands", explorer.text())
            explorer.keys("b")
            self.assertIn("Refine on from run 1 at t 0, 1 override stands", explorer.text())
            self.assertIn("< with the rules >", explorer.text())
            explorer.keys("Enter")
            self.assertIn("run 2", explorer.text())
            explorer.keys("o", "o")
            self.assertIn("vetoed by a reviewer", explorer.text())
            self.assertIn("by Ada", explorer.text())
        rows = self.dove("export", project, "iterations", "--run", "2")
        self.assertEqual(rows[1]["S"], shown["after"]["S"])
        reviews = self.dove("review", project, "list", "--json")
        self.assertEqual([(row["kind"], row["last_run"], row["applied"]) for row in reviews], [("veto", 2, True)])

    def test_force_a_merge(self):
        project = self.copy()
        name = self.first_split()[2]
        with Explorer(project, env=ADA) as explorer:
            explorer.keys("3", "M")
            self.assertIn("merge %s into" % name, explorer.text())
            explorer.send("trust")
            other = self.row(explorer, "Mutual Trust")
            self.assertRegex(other, r"Mutual Trust +-?\d\.\d{4}")
            explorer.keys("Enter")
            self.assertIn("merge %s into Mutual Trust" % name, explorer.text())
            explorer.keys("r")
            self.assertIn("by itself on C^0", explorer.text())
            explorer.keys("Enter")
            ((kind, _, _, t, _, into, _, _),) = self.entered(project)
            self.assertEqual((kind, t), ("merge", 1))
            self.assertEqual(self.numbers.one("SELECT name FROM code WHERE id = ?", into)[0], "Mutual Trust")

    def test_by_command_with_completion(self):
        project = self.copy()
        with Explorer(project, size=(36, 120), env=ADA) as explorer:
            explorer.keys("4", ":")
            explorer.send("merge Achiev")
            explorer.keys("Tab")
            self.assertIn("merge Achievement", explorer.last_line())

    def test_rename_in_codes_and_a_run_alone(self):
        project = self.copy()
        name = self.numbers.one("SELECT k.name FROM code_usage AS u JOIN code AS k ON k.id = u.code_id"
                                " WHERE u.iteration_id = ? ORDER BY u.n DESC, k.id LIMIT 1", self.numbers.iteration)[0]
        with Explorer(project, size=(36, 120), env=ADA) as explorer:
            explorer.keys("4", "r")
            self.assertIn("new name: " + name, explorer.last_line())
            explorer.keys("C-u")
            explorer.type("새 이름")
            self.assertIn("rename %s as 새 이름" % name, explorer.text())
            self.assertIn("by itself on C^%d" % self.numbers.t, explorer.text())
            explorer.keys("Enter", "b")
            self.assertIn("< alone, and end there >", explorer.text())
            explorer.keys("Enter")
            self.assertIn("t %d/%d" % (self.numbers.t + 1, self.numbers.t + 1), explorer.lines()[0])
            explorer.keys("g", "g")
            self.assertIn("새 이름", explorer.text())
            self.assertTrue(all(line.endswith(("│", "┐", "┘")) for line in explorer.lines()[2:-1]), explorer.text())

    def test_a_taken_name(self):
        project = self.copy()
        with Explorer(project, size=(36, 120), env=ADA) as explorer:
            explorer.keys("4", ":")
            explorer.type("rename mutual trust")
            self.assertIn("another code has the name 'Mutual Trust'", explorer.last_line())
            self.assertEqual(self.entered(project), [])

    def test_split_what_came_of_it(self):
        """In the part After the next step is meant, by itself."""
        project = self.copy()
        with Explorer(project, size=(50, 200), env=ADA) as explorer:
            explorer.keys("3", "Tab", "Tab", "Tab", "X")
            self.assertIn("by itself on C^1", explorer.text())
            explorer.keys("Enter")
            self.assertEqual([(row[0], row[3]) for row in self.entered(project)], [("split", 2)])


class Comparing(Reviewing):
    def test_two_runs(self):
        project = self.copy()
        decision = str(self.first_split()[0])
        subprocess.run([PROGRAM, "review", project, "veto", "--decision", decision, "--as", "Ada", "--quiet"],
                       check=True)
        subprocess.run([PROGRAM, "build", project, "--with-overrides", "--quiet"], check=True,
                       env=dict(os.environ, DOVE_SHARE=ROOT))
        first = {row["t"]: row for row in self.dove("export", project, "iterations", "--run", "1")}
        second = {row["t"]: row for row in self.dove("export", project, "iterations", "--run", "2")}
        with Explorer(project, size=(50, 200)) as explorer:
            explorer.keys("2", ":")
            explorer.type("iteration 1")
            explorer.keys(":")
            explorer.type("difference 1:1")
            text = explorer.text()
            self.assertIn("run 1 t 1 → run 2 t 1", text)
            self.assertRegex(text, r"S +%s +%s" % (re.escape("%.4f" % first[1]["S"]), re.escape("%.4f" % second[1]["S"])))
            self.assertRegex(text, r"K +%d +%d" % (first[1]["codes"], second[1]["codes"]))
            gone = re.search(r"(\d+) new, (\d+) gone", text)
            names = [set(code["name"] for code in self.dove("export", project, "codebook", "--run", run, "--at", "1")
                         ["codes"]) for run in ("1", "2")]
            self.assertEqual(int(gone.group(2)), len(names[0] - names[1]))
            explorer.keys("d")
            self.assertNotIn("run 1 t 1 →", explorer.text())
            explorer.keys("S-Tab", "j", "d")  # among the runs: compare with the one that is selected
            self.assertRegex(explorer.text(), r"run 1 t \d → run 2 t 1")
            explorer.keys(":")
            explorer.type("difference 9:1")
            self.assertNotIn("run 9", explorer.text().split("\n", 3)[-1].rsplit("\n", 1)[0])


class Pictures(Reviewing):
    def test_marks_and_legend(self):
        decision, _, name = self.first_split()
        heirs = self.numbers.rows("SELECT name FROM decision_code WHERE decision_id = ? AND side = 'after'"
                                  " ORDER BY position", decision)
        with Explorer(sample_project(), size=(60, 200)) as explorer:
            explorer.keys("3")
            text = explorer.text()
            self.assertRegex(text, r"● %s \d+" % re.escape(heirs[0][0]))
            self.assertRegex(text, r"○ %s \d+" % re.escape(heirs[1][0]))
            self.assertRegex(text, r"Members  \d+, \d+ % of their variance")
            explorer.keys(":")
            explorer.type("ascii")
            self.assertRegex(explorer.text(), r"\* %s \d+" % re.escape(heirs[0][0]))
            self.assertRegex(explorer.text(), r"o %s \d+" % re.escape(heirs[1][0]))
            self.assertTrue(all(ord(c) < 128 for c in explorer.text()))


class Sizes(Reviewing):
    def test_small_and_cjk(self):
        project = self.copy(cjk_project())
        for size in ((10, 40), (5, 20), (1, 1), (24, 80), (50, 200)):
            with self.subTest(size=size), Explorer(project, size=size, env=ADA) as explorer:
                explorer.keys("4", "M", "Down", "Enter", "j", "Esc", "X", "k", "Esc", "r", "Esc")
                explorer.resize(24, 80)
                self.assertTrue(explorer.lines()[1].count("["), explorer.text())
                explorer.keys("M")
                self.assertTrue(all(line.endswith(("│", "┐", "┘")) for line in explorer.lines()[2:-1]), explorer.text())
                explorer.resize(24, 80)
                explorer.keys("Esc")


if __name__ == "__main__":
    unittest.main()
