"""The Codes pane on the sample project; numbers are held against the project's file as Python reads it."""

import os
import re
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from explorer import PROGRAM, ROOT, Explorer, sample_project  # noqa: E402
from sample_numbers import Numbers, squeeze  # noqa: E402


class CodesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.project = sample_project()
        cls.numbers = Numbers(cls.project)
        cls.codes = cls.numbers.rows(
            "SELECT k.name, u.n, u.z, u.d, u.members, (SELECT count(*) FROM recognised AS g"
            " WHERE g.iteration_id = u.iteration_id AND g.code_id = u.code_id), k.id"
            " FROM code_usage AS u JOIN code AS k ON k.id = u.code_id WHERE u.iteration_id = ?"
            " ORDER BY u.n DESC, u.code_id", cls.numbers.iteration)

    def open_code(self, explorer, name):
        explorer.keys("4", "\\")
        explorer.type(name)
        explorer.keys("Enter")


class List(CodesTest):
    def test_numbers(self):
        for size in ((24, 80), (50, 200)):
            with self.subTest(size=size), Explorer(self.project, size=size) as explorer:
                explorer.keys("4")
                self.assertIn("Codes · t %d/" % self.numbers.t, explorer.lines()[2])
                self.assertIn("by n ▼", explorer.lines()[2])
                shown = min(len(self.codes), size[0] - 6)
                for line, code in zip(explorer.lines()[4:4 + shown], self.codes):
                    name, n, z, d, members, documents, _ = code
                    cut = re.split("…|  ", line[1:])[0].strip()
                    self.assertTrue(name.startswith(cut), line)
                    numbers = ("%.2f" % n, "%+.2f" % z, "%.3f" % d, str(members), str(documents))
                    self.assertRegex(line, " +".join(map(re.escape, numbers)))

    def test_orders(self):
        with Explorer(self.project, size=(50, 200)) as explorer:
            explorer.keys("4", ":")
            for column, key in (("code", lambda c: c[0]), ("members", lambda c: c[4]), ("docs", lambda c: c[5])):
                explorer.type("sort " + column)
                self.assertIn("by %s ▲" % column, explorer.lines()[2])
                explorer.keys("g", "g")
                first = explorer.lines()[4]
                least = min(self.codes, key=lambda c: (key(c), c[6]))
                self.assertTrue(first[1:].startswith(least[0][:16]), (column, first))
                explorer.keys(":")
            explorer.keys("Esc")

    def test_filter_and_selection(self):
        name = self.codes[5][0]
        with Explorer(self.project) as explorer:
            explorer.keys("4", "/")
            explorer.type(name)
            explorer.keys("s", "S", "Enter")
            self.assertIn("› " + name, explorer.lines()[2])
            explorer.keys("q", "\\")
            explorer.type(name)
            self.assertIn("filter: " + name, explorer.lines()[2])
            self.assertEqual(explorer.lines()[5].strip("│ "), "")

    def test_other_iterations(self):
        first = {name for (name,) in self.numbers.rows(
            "SELECT k.name FROM run_iteration AS r JOIN code_usage AS u ON u.iteration_id = r.iteration_id"
            " JOIN code AS k ON k.id = u.code_id WHERE r.t = 0")}
        with Explorer(self.project, size=(len(first) + 8, 200)) as explorer:
            explorer.keys("4", ":")
            explorer.type("iteration 0")
            self.assertIn("Codes · t 0/", explorer.lines()[2])
            for name in first:
                self.assertIn(name[:16], explorer.text())

    def test_empty_project(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "empty.dove")
            subprocess.run([PROGRAM, "new", path], env=dict(os.environ, DOVE_SHARE=ROOT), check=True,
                           capture_output=True)
            for size in ((24, 80), (10, 40)):
                with self.subTest(size=size), Explorer(path, size=size) as explorer:
                    explorer.keys("4", "Enter", "j", "Tab", "s", "e", "Esc", "y")
                    self.assertIn("No codebook yet", explorer.text())


class Code(CodesTest):
    def test_usage_per_culture(self):
        name = self.codes[1][0]
        with Explorer(self.project) as explorer:
            self.open_code(explorer, name)
            for culture in ("KR", "JP", "CN", "US"):
                line = next(line for line in explorer.lines() if line.startswith("│%s people" % culture))
                self.assertIn(" %.3f " % self.numbers.usage(name, culture), line)
                self.assertRegex(line, "[▏▎▍▌▋▊▉█]")

    def test_nearest_codes(self):
        name = self.codes[1][0]
        with Explorer(self.project, size=(50, 200)) as explorer:
            self.open_code(explorer, name)
            shown = re.findall(r"≈ near +(.+?)(?:…|  ) *(-?\d\.\d\d)", explorer.text())
            expected = self.numbers.nearest(name)[:8]
            self.assertEqual([float(cosine) for _, cosine in shown], [round(cosine, 2) for cosine, _ in expected])
            for (cut, _), (_, near) in zip(shown, expected):
                self.assertTrue(near.startswith(cut), (near, cut))

    def test_members_and_their_documents(self):
        name = self.codes[1][0]
        blob = self.numbers.one("SELECT m.members FROM code_members AS m JOIN code_usage AS u"
                                " ON u.iteration_id = m.iteration_id AND u.ordinal = m.ordinal"
                                " WHERE u.iteration_id = ? AND u.code_id = ?", self.numbers.iteration,
                                self.codes[1][6])[0]
        first = int.from_bytes(blob[:4], "little")
        quote, document = self.numbers.one("SELECT v.evidence, d.external_id FROM value_expression AS v"
                                           " JOIN document AS d ON d.id = v.document_id WHERE v.id = ?", first)
        with Explorer(self.project, size=(50, 200)) as explorer:
            self.open_code(explorer, name)
            self.assertIn("“" + quote[:40], explorer.text())
            explorer.keys("Enter")
            self.assertIn("[5 Documents]", explorer.lines()[1])
            bold = squeeze("".join(explorer.styled(bold=True)))
            self.assertIn(squeeze("▌" + quote + "▐"), bold, document)
            explorer.keys("q")
            self.assertIn("[4 Codes]", explorer.lines()[1])
            self.assertIn(name, explorer.text())

    def test_documents_highest_q_first(self):
        name, code = self.codes[0][0], self.codes[0][6]
        best = self.numbers.rows("SELECT d.external_id, g.q FROM recognised AS g JOIN document AS d"
                                 " ON d.id = g.document_id WHERE g.iteration_id = ? AND g.code_id = ?"
                                 " ORDER BY g.q DESC LIMIT 1", self.numbers.iteration, code)[0]
        with Explorer(self.project, size=(50, 200)) as explorer:
            self.open_code(explorer, name)
            explorer.keys("Tab")
            self.assertIn("▸documents", explorer.text())
            line = next(line for line in explorer.lines() if best[0] in line)
            self.assertIn("%.3f" % best[1], line)
            explorer.keys("Enter")
            bold = squeeze("".join(explorer.styled(bold=True)))
            quotes = self.numbers.evidence(best[0])[name]
            self.assertTrue(any(squeeze(quote) in bold for quote in quotes), bold)

    def test_lineage_to_a_code_that_is_gone_and_back(self):
        gone = self.numbers.rows(
            "SELECT k.name, p.parent_id, b.name, r.died_t FROM code_parent AS p JOIN code AS k ON k.id = p.code_id"
            " JOIN code_usage AS u ON u.code_id = k.id AND u.iteration_id = ? JOIN code AS b ON b.id = p.parent_id"
            " JOIN run_code AS r ON r.code_id = b.id ORDER BY u.n DESC, k.id, p.parent_id", self.numbers.iteration)[0]
        name, _, parent, died = gone
        with Explorer(self.project) as explorer:
            self.open_code(explorer, name)
            explorer.keys("S-Tab")
            self.assertIn("▸related", explorer.text())
            self.assertRegex(explorer.text(), "▲ from  " + re.escape(parent[:12]))
            explorer.keys("Enter")
            self.assertIn("› " + parent, explorer.lines()[2])
            self.assertIn("(as of t %d)" % (died - 1), explorer.text())
            self.assertIn("not in the codebook", explorer.text())
            self.assertRegex(explorer.text(), r"\d\.\d{3} (KR|JP|CN|US|aster|birch|cedar)")  # its members then
            explorer.keys("q")
            self.assertIn("› " + name, explorer.lines()[2])
            explorer.keys("q")
            self.assertIn("filter:", explorer.lines()[2])

    def test_small_sizes(self):
        with Explorer(self.project, size=(10, 40)) as explorer:
            explorer.keys("4", "Enter")
            for _ in range(6):
                self.assertIn("▸", explorer.text())
                explorer.keys("Tab", "j")
            for size in ((1, 1), (3, 9), (60, 12), (24, 80)):
                explorer.resize(*size)
                explorer.keys("Tab", "j", "+", "k")
            self.assertIn("Codes ·", explorer.text())

    def test_export_of_the_list(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "codes.tsv")
            with Explorer(self.project) as explorer:
                explorer.keys("4", "e")
                explorer.type(path)
                self.assertIn("wrote", explorer.last_line())
            with open(path, encoding="utf-8") as lines:
                rows = [line.rstrip("\n").split("\t") for line in lines]
        self.assertEqual(len(rows), 1 + len(self.codes))
        self.assertEqual([row[0] for row in rows[1:]], [code[0] for code in self.codes])


if __name__ == "__main__":
    unittest.main()
