"""The Decisions pane; evidence is held against the project's file as Python reads it."""

import os
import re
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from cjk_project import cjk_project, empty_project  # noqa: E402
from explorer import Explorer, sample_project  # noqa: E402
from sample_numbers import Numbers  # noqa: E402


class DecisionsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.project = sample_project()
        cls.numbers = Numbers(cls.project)

    def names(self, decision, side):
        return self.numbers.rows("SELECT name, size, code_id FROM decision_code WHERE decision_id = ? AND side = ?"
                                 " ORDER BY position", decision, side)

    def first(self, condition):
        return self.numbers.one("SELECT id, t, n, z, d, neighbour_cosine, reason, rule FROM decision WHERE " + condition
                                + " ORDER BY t, ordinal LIMIT 1")

    def count(self, condition="1"):
        return self.numbers.one("SELECT count(*) FROM decision WHERE " + condition)[0]


class Filters(DecisionsTest):
    def test_kinds(self):
        with Explorer(self.project) as explorer:
            explorer.keys("3")
            self.assertIn("▸%d decisions" % self.count(), explorer.text())
            for kind, shown in (("split", "split"), ("merge", "merge"), ("recreate", "re-creation")):
                explorer.keys("f")
                self.assertIn("%ss only" % shown, explorer.lines()[2])
                self.assertIn("▸%d decisions" % self.count("kind = '%s'" % kind), explorer.text())
            explorer.keys("f")
            self.assertIn("▸%d decisions" % self.count(), explorer.text())

    def test_iteration_outcome_and_clear(self):
        with Explorer(self.project) as explorer:
            explorer.keys("3", "i")
            self.assertIn("▸%d decisions" % self.count("t = %d" % self.numbers.t), explorer.text())
            explorer.keys("[")
            self.assertIn("▸%d decisions" % self.count("t = %d" % (self.numbers.t - 1)), explorer.text())
            explorer.keys(":")
            explorer.type("only-iteration 1")
            explorer.keys("o", "o")
            self.assertIn("▸%d decisions" % self.count("t = 1 AND done = 0"), explorer.text())
            self.assertIn("to t 1 only · left only", explorer.lines()[2])
            explorer.keys("Esc")
            self.assertIn("▸%d decisions" % self.count(), explorer.text())
            explorer.keys(":")
            explorer.type("kind bend")
            self.assertIn("not a kind of decision", explorer.last_line())

    def test_words(self):
        name = self.names(self.first("kind = 'merge'")[0], "before")[0][0]
        expected = self.numbers.one("SELECT count(DISTINCT decision_id) FROM decision_code WHERE name LIKE ?",
                                    "%" + name + "%")[0]
        with Explorer(self.project) as explorer:
            explorer.keys("3", "\\")
            explorer.type(name)
            self.assertIn("▸%d decisions" % expected, explorer.text())
            self.assertIn("filter: " + name, explorer.lines()[2])


class Detail(DecisionsTest):
    def test_split(self):
        decision, t, n, z, d, _, _, rule = self.first("kind = 'split' AND done = 1")
        ((name, size, _),) = self.names(decision, "before")
        with Explorer(self.project, size=(36, 120)) as explorer:
            explorer.keys("3", ":")
            explorer.type("kind split")
            text = explorer.text()
            self.assertIn("split on the way to t %d: ✓ done" % t, text)
            self.assertIn("before     %s (%d)" % (name, size), text)
            for heir, heirs_size, _ in self.names(decision, "after"):
                self.assertIn("%s (%d)" % (heir, heirs_size), text)
            self.assertIn(rule, text)
            for label, value in (("n", n), ("z", z), ("d", d)):
                self.assertRegex(text, r"│%s +%s " % (label, re.escape("%.4f" % value)))
            self.assertIn("no history", text)

    def test_merge_and_what_was_left(self):
        decision, _, _, _, _, cosine, _, _ = self.first("kind = 'merge'")
        neighbour = self.numbers.one("SELECT k.name FROM decision AS x JOIN code AS k ON k.id = x.neighbour_id"
                                     " WHERE x.id = ?", decision)[0]
        reason = self.first("done = 0")[6]
        with Explorer(self.project, size=(36, 120)) as explorer:
            explorer.keys("3", "f", "f")
            self.assertIn("neighbour  %s, cosine %.4f" % (neighbour, cosine), explorer.text())
            explorer.keys("f", "f", "o", "o", "g", "g")
            self.assertIn("left as    " + reason, explorer.text())
            explorer.keys("Tab", "Tab")
            self.assertIn("it was left: nothing changed", explorer.text())

    def test_members_side_by_side(self):
        decision = self.first("kind = 'split' AND done = 1")[0]
        with Explorer(self.project, size=(60, 200)) as explorer:
            explorer.keys("3")
            lines = explorer.lines()
            row = next(i for i, line in enumerate(lines) if "Before, t 0" in line and "After, t 1" in line)
            edge = lines[row].index("│", 1)
            left = [line[1:edge] for line in lines[row:]]
            right = [line[edge + 1:] for line in lines[row:]]
            (before,) = self.names(decision, "before")
            self.assertTrue(any("● %s (%d)" % before[:2] in line for line in left))
            heir = self.names(decision, "after")[0][0]
            self.assertTrue(any("● %s (" % heir in line for line in right))

    def test_member_opens_its_document(self):
        with Explorer(self.project) as explorer:
            explorer.keys("3", "Enter", "Enter", "j", "Enter")
            self.assertIn("[5 Documents]", explorer.lines()[1])
            explorer.keys("q", "q", "q")
            self.assertIn("[3 Decisions]", explorer.lines()[1])

    def test_code_of_another_iteration_opens_where_it_lives(self):
        with Explorer(self.project) as explorer:
            explorer.keys("3", "Enter", "Enter", "Enter")
            self.assertIn("[4 Codes]", explorer.lines()[1])
            self.assertIn("t 0/6*", explorer.lines()[0])

    def test_lineage(self):
        decision = self.first("kind = 'split' AND done = 1")[0]
        name = self.names(decision, "before")[0][0]
        with Explorer(self.project, size=(60, 200)) as explorer:
            explorer.keys("3", "S-Tab")
            tree = [line.split("│", 3)[-1] for line in explorer.lines()]
            top = next(i for i, line in enumerate(tree) if "▾ ● " + name in line)
            for heir, _, _ in self.names(decision, "after"):
                self.assertTrue(any("─ " in line and heir in line for line in tree[top:]), heir)
            explorer.keys("h")
            self.assertIn("▸ ● " + name, explorer.text())
            explorer.keys("l")
            self.assertIn("▾ ● " + name, explorer.text())


class Odd(DecisionsTest):
    def test_empty_project(self):
        with tempfile.TemporaryDirectory() as folder:
            with Explorer(empty_project(folder)) as explorer:
                explorer.keys("3", "f", "i", "o", "j", "Enter", "Tab", "y")
                self.assertIn("no codebook yet", explorer.text())

    def test_cjk(self):
        with Explorer(cjk_project(), size=(50, 200)) as explorer:
            explorer.keys("3")
            self.assertRegex(explorer.text(), "decisions")
            frame = [line for line in explorer.lines()[3:-2]]
            self.assertTrue(all(line.endswith("│") for line in frame), explorer.text())

    def test_sizes(self):
        for size in ((10, 40), (5, 20), (1, 1), (50, 200)):
            with self.subTest(size=size), Explorer(self.project, size=size) as explorer:
                explorer.keys("3", "j", "Tab", "j", "Tab", "j", "Tab", "j", "Tab", "h", "l", "+", "Tab", "G")
                explorer.resize(24, 80)
                self.assertIn("[3 Decisions]", explorer.lines()[1])


if __name__ == "__main__":
    unittest.main()
