"""The Agreement pane; coefficients are held against their definitions, worked out here from the answers."""

import os
import re
import shutil
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from annotated_project import annotate, cohen, dove, labels_of  # noqa: E402
from cjk_project import cjk_project, empty_project  # noqa: E402
from explorer import Explorer, sample_project  # noqa: E402

PEOPLE = ["ann", "ben", "cho"]


class AgreementTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.project = os.path.join(cls.folder.name, "judged.dove")
        shutil.copy(sample_project(), cls.project)
        cls.codes = annotate(cls.project, PEOPLE, "code", name="codes")
        dove("annotate", cls.project, "close", "--round", "codes")
        cls.answers = annotate(cls.project, PEOPLE, rule="sample:12:culture", name="first")
        dove("annotate", cls.project, "close", "--round", "first")

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def copy(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        path = os.path.join(folder.name, "copy.dove")
        shutil.copy(self.project, path)
        return path

    def labels(self, answers=None, question="present"):
        return [row for (_, asked), row in (answers or self.answers).items() if asked == question]


class Figures(AgreementTest):
    def test_pairs_and_their_tables(self):
        with Explorer(self.project, size=(50, 200)) as explorer:
            explorer.keys("A")
            self.assertIn("[A Agreement]", explorer.lines()[1])
            for first, second in (("ann", "ben"), ("ann", "cho"), ("ben", "cho")):
                pairs = labels_of(self.answers, "present", first, second)
                line = next(row for row in explorer.lines() if re.search("present +%s +%s " % (first, second), row))
                n = len(pairs)
                cells = [pairs.count(pair) for pair in (("yes", "yes"), ("yes", "no"), ("no", "yes"), ("no", "no"))]
                told = re.search(r"%s +(\d+) +(-?[\d.]+) +(\S+ … \S+) +([\d.]+) +(\d+) +(\d+) +(\d+) +(\d+) +(-?[\d.]+)" % second, line)
                self.assertEqual(int(told.group(1)), n)
                self.assertAlmostEqual(float(told.group(2)), cohen(pairs), delta=0.0006)
                self.assertAlmostEqual(float(told.group(4)), (cells[0] + cells[3]) / n, delta=0.0006)
                self.assertEqual([int(told.group(i)) for i in (5, 6, 7, 8)], cells)
                self.assertAlmostEqual(float(told.group(9)), (cells[0] - cells[3]) / n, delta=0.0006)
            explorer.keys("Tab")
            bias = (cells_of(self.answers, "ann", "ben")[1] - cells_of(self.answers, "ann", "ben")[2])
            n = len(labels_of(self.answers, "present", "ann", "ben"))
            self.assertIn("bias %.3f" % (bias / n), explorer.text())

    def test_mean_and_intervals_and_more_items(self):
        mean = sum(cohen(labels_of(self.answers, "present", a, b)) for a, b in (("ann", "ben"), ("ann", "cho"), ("ben", "cho"))) / 3
        with Explorer(self.project) as explorer:
            explorer.keys("A")
            line = next(row for row in explorer.lines() if "Cohen's κ, mean" in row)
            value, low, high, n = re.search(r"mean +([\d.]+) +(-?[\d.]+) … ([\d.]+) +(\d+)", line).groups()
            self.assertAlmostEqual(float(value), mean, delta=0.0006)
            self.assertLess(float(low), mean)
            self.assertGreater(float(high), mean)
            explorer.send(":width 0.05")
            explorer.keys("Enter")
            line = next(row for row in explorer.lines() if "Cohen's κ, mean" in row)
            more = int(re.search(r"\+(\d+)", line).group(1))
            # Widths fall with the root of n; the width is told to two digits only.
            for width, compare in ((float(high) - float(low) + 0.01, self.assertLessEqual),
                                   (float(high) - float(low) - 0.01, self.assertGreaterEqual)):
                compare(more, int(n) * ((width / 0.05) ** 2 - 1) + 1)
            explorer.send(":width 3")
            explorer.keys("Enter")
            self.assertIn("above 0 and at most 2", explorer.last_line())

    def test_quality_of_the_codebook(self):
        decided = [row for row in ([list(row.values()).count(word) for word in ("yes", "no")]
                                   for row in self.labels(self.codes, "redundant")) if row[0] != row[1]]
        share = sum(no > yes for yes, no in decided) / len(decided)
        with Explorer(self.project) as explorer:
            explorer.keys("A", "S-Tab", "S-Tab", "j", "Enter")
            self.assertIn("Agreement: codes", explorer.lines()[2])
            self.assertRegex(explorer.text(), r"conciseness +%.3f +\S+ … \S+ .*n %d" % (share, len(decided)))
            self.assertRegex(explorer.text(), r"mapping accuracy +– .*n 0")

    def test_skips_and_flags_are_told(self):
        flat = [answer for row in self.labels() for answer in row.values()]
        with Explorer(self.project) as explorer:
            explorer.keys("A")
            self.assertIn("3 annotators, %d skips, %d flags" % (flat.count("skip"), flat.count("flag")), explorer.text())


def cells_of(answers, first, second):
    pairs = labels_of(answers, "present", first, second)
    return [pairs.count(pair) for pair in (("yes", "yes"), ("yes", "no"), ("no", "yes"), ("no", "no"))]


class Items(AgreementTest):
    def split(self):
        return [row for row in self.labels() if {"yes", "no"} <= set(row.values())]

    def test_disagreements_and_where_they_lead(self):
        with Explorer(self.project, size=(50, 200)) as explorer:
            explorer.keys("A", "d", "+")
            self.assertIn("▸Disagreements  yes of some, no of others", explorer.text())
            rows = [line for line in explorer.lines() if re.search(r"ann \w+, ben \w+", line)]
            self.assertTrue(all("yes" in row and "no" in row for row in rows))
            # The last line is what the selected row says in full.
            code = re.match(r"│\S+ +(.*?) +present", rows[-2]).group(1)
            explorer.keys("G", "+", "Enter")
            self.assertIn("[5 Documents]", explorer.lines()[1])
            self.assertIn(code, explorer.text())
            explorer.keys("q")
            self.assertIn("▸Disagreements", explorer.text())
            explorer.keys("o")
            self.assertIn("[4 Codes]", explorer.lines()[1])

    def test_number_of_disagreements(self):
        with Explorer(self.project, size=(len(self.answers) + 20, 160)) as explorer:
            explorer.keys("A", "d", "+")
            shown = [line for line in explorer.lines() if re.search(r" present +\d+ +\d+ ", line)]
            self.assertEqual(len(shown), len(self.split()))
            explorer.keys("d")
            self.assertIn("▸To be discussed", explorer.text())
            talk = [row for row in self.labels() if "flag" in row.values() or
                    0 < list(row.values()).count("yes") == list(row.values()).count("no")]
            self.assertEqual(len([line for line in explorer.lines() if re.search(r" present +\d+ +\d+ ", line)]), len(talk))
            explorer.keys("d")
            self.assertEqual(len([line for line in explorer.lines() if re.search(r" present +\d+ +\d+ ", line)]), len(self.answers))

    def test_behind_a_group_and_a_pair(self):
        with Explorer(self.project, size=(60, 200)) as explorer:
            explorer.keys("A", "f")
            self.assertIn("▸By culture", explorer.text())
            explorer.keys("Enter")
            self.assertIn("of the culture CN, 'present'", explorer.text())
            explorer.keys("q")
            self.assertIn("▸By culture", explorer.text())
            explorer.keys("S-Tab", "Enter", "+")
            self.assertIn("Where they differ  ann and ben on present", explorer.text())
            differ = [pair for pair in labels_of(self.answers, "present", "ann", "ben") if pair[0] != pair[1]]
            explorer.keys("G")
            rows = [line for line in explorer.lines() if "ann yes, ben no" in line or "ann no, ben yes" in line]
            self.assertEqual(len(rows) - 1, len(differ))  # the selected row's answers stand below once more

    def test_groups_are_sorted(self):
        with Explorer(self.project, size=(60, 160)) as explorer:
            explorer.keys("A")
            explorer.send(":group document")
            explorer.keys("Enter", "+")
            explorer.send(":sort agree")
            explorer.keys("Enter")
            values = [float(line.split()[4]) for line in explorer.lines() if re.match(r"│present +document", line)]
            self.assertGreater(len(values), 8)
            self.assertEqual(values, sorted(values))
            explorer.keys("S")
            again = [float(line.split()[4]) for line in explorer.lines() if re.match(r"│present +document", line)]
            self.assertEqual(again, sorted(again, reverse=True))

    def test_second_round_and_consensus(self):
        project = self.copy()
        with Explorer(project, env={"DOVE_NAME": "ann"}) as explorer:
            explorer.keys("A", "d", "c")
            explorer.send("no we talked")
            explorer.keys("Enter")
            self.assertRegex(explorer.text(), r"│\S.* no +│|no │")
            explorer.keys("u")
            self.assertIn("undone: the consensus on 'present'", explorer.last_line())
            explorer.keys("C-r")
            self.assertIn("done again: the consensus on 'present'", explorer.last_line())
            explorer.keys("r", "C-u")
            explorer.send("Look again.")
            explorer.keys("Enter")
            self.assertIn("a round with %d disagreements has begun" % len(self.split()), explorer.last_line())
        rounds = dove("annotate", project, "rounds", "--json")
        self.assertIn("Look again.", rounds)
        settled = [line for line in dove("annotate", project, "export").splitlines() if '"consensus"' in line]
        self.assertEqual(len(settled), 3)
        for line, label in zip(settled, ("no", "withdrawn", "no")):
            self.assertIn('"answer":"%s"' % label, line)
            self.assertIn('"author":"ann"', line)
        self.assertIn('"note":"we talked"', settled[2])


class Blind(AgreementTest):
    """Of a blind round that runs nobody sees single answers who has not given all of theirs."""

    def look(self, project, name):
        with Explorer(project, size=(50, 200), env={"DOVE_NAME": name} if name else {}) as explorer:
            explorer.keys("A", "d")
            return explorer.text()

    def test_others_answers_are_hidden(self):
        project = self.copy()
        annotate(project, ["ann", "ben"], rule="sample:4", name="running", part=0.5)
        annotate(project, ["ann", "ben"], rule="sample:4", name="done")
        for name in (None, "ann", "newcomer"):
            with Explorer(project, size=(50, 200), env={"DOVE_NAME": name} if name else {}) as explorer:
                explorer.keys("A", "d")
                done = explorer.text()
                explorer.keys("Tab", "j", "Enter")
                running = explorer.text()
            self.assertNotRegex(running, "ann (yes|no), ben (yes|no)")
            self.assertNotRegex(running, "present +(code|document)")
            self.assertIn("The round is blind and runs", running)
            self.assertEqual("ann no, ben yes" in done or "ann yes, ben no" in done, name == "ann", name)
        dove("annotate", project, "close", "--round", "done")
        self.assertRegex(self.look(project, "newcomer"), "ann (yes|no), ben (yes|no)")


class Odd(AgreementTest):
    def test_nothing_to_compare(self):
        with tempfile.TemporaryDirectory() as folder:
            with Explorer(empty_project(folder)) as explorer:
                explorer.keys("A", "j", "Enter", "d", "r", "c", "f", "w", "Esc", "y", "e", "Esc", "Tab")
                self.assertIn("nothing was given to annotators yet", explorer.text())
                explorer.keys("g")
                self.assertIn("how far annotators agree", explorer.text())

    def test_nobody_answered(self):
        project = self.copy()
        dove("annotate", project, "start", "--rule", "sample:2", "--name", "open")
        with Explorer(project) as explorer:
            explorer.keys("A")
            self.assertRegex(explorer.text(), "mapping accuracy +–")
            self.assertIn("0 annotators", explorer.text())

    def test_one_annotator(self):
        project = self.copy()
        annotate(project, ["solo"], rule="sample:2", name="alone", start=["--open"])
        with Explorer(project) as explorer:
            explorer.keys("A")
            self.assertRegex(explorer.text(), "present +Fleiss' κ +– +– +0")

    def test_cjk(self):
        project = os.path.join(self.folder.name, "한국어.dove")
        shutil.copy(cjk_project(), project)
        annotate(project, ["지은", "花子", "小明"], rule="sample:6", name="첫 라운드")
        dove("annotate", project, "close")
        for size in ((24, 80), (50, 200)):
            with self.subTest(size=size), Explorer(project, size=size) as explorer:
                explorer.keys("A")
                self.assertIn("Agreement: 첫 라운드", explorer.lines()[2])
                explorer.keys("Tab")
                self.assertRegex(explorer.text(), "present +(小明|花子) +(花子|지은)")
                explorer.keys("Tab", "Tab", "d", "d", "d")
                self.assertIn("문서-", explorer.text())
                self.assertTrue(all(line.startswith("│") and line.endswith("│") for line in explorer.lines()[3:-2]))

    def test_sizes_and_state(self):
        for size in ((10, 40), (5, 20), (1, 1), (36, 120)):
            with self.subTest(size=size), Explorer(self.project, size=size) as explorer:
                explorer.keys("A", "j", *["Tab"] * 6, "+", "Tab", "Enter", "Tab", "G", "k", "s", "S", "f", "d", "d", "Esc")
                explorer.resize(24, 80)
                self.assertIn("[A Agreement]", explorer.lines()[1])

    def test_the_view_comes_back(self):
        with Explorer(self.project) as explorer:
            explorer.keys("A", "f", "f", "Enter", "j", "j")
            before = explorer.lines()[3:-1]
            self.assertIn("of the source aster, 'present'", explorer.text())
            explorer.keys("1", "A")
            self.assertEqual(explorer.lines()[3:-1], before)


if __name__ == "__main__":
    unittest.main()
