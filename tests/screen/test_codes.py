"""The Codes pane on the sample project; numbers are held against the project's file as Python reads it."""

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


T19 = 2.093024  # Student's t, 19 degrees of freedom, 0.975: the sample's 20 topics
T9 = 2.262157  # and 9, of the project in Korean, Japanese and Chinese
SIZES = ((24, 80), (36, 120), (50, 200))


def row_of(explorer, name):
    """The line of a code in the list, whose name may be cut."""
    for line in explorer.lines()[4:]:
        cut = re.split("…|  ", line[1:])[0].strip()
        if cut and name.startswith(cut):
            return line
    raise AssertionError("no row of %s in\n%s" % (name, explorer.text()))


def signed(points):
    """As the pane writes it: "+3.1", "-0.4", "0.0"."""
    return "0.0" if abs(points) < 0.05 else "%+.1f" % points


class Usage(CodesTest):
    """The heat map: codes × cultures and models."""

    def test_cells(self):
        groups = ("KR", "JP", "CN", "US", "aster", "birch", "cedar")
        means = {group: self.numbers.contrast(group, None, T19) for group in groups}
        for size in SIZES:
            with self.subTest(size=size), Explorer(self.project, size=size) as explorer:
                explorer.keys("4", "v", "s")
                self.assertIn("usage in % · by KR ▼", explorer.lines()[2])
                for line in explorer.lines()[4:12]:
                    cut = re.split("…|  ", line[1:])[0].strip()
                    name = next(code[0] for code in self.codes if code[0].startswith(cut))
                    shown = re.findall(r"\d+\.\d", line)
                    self.assertEqual(shown[:7], ["%.1f" % means[group][name][0] for group in groups], line)

    def test_value_under_the_cursor(self):
        contrast = self.numbers.contrast("CN", None, T19)
        name, values = max(contrast.items(), key=lambda item: item[1][0])
        for size in SIZES:
            with self.subTest(size=size), Explorer(self.project, size=size) as explorer:
                explorer.keys("4", "v", "l", "l", "s", "g", "g")
                text = re.sub(r"[│\n]|  +", " ", explorer.text())
                self.assertIn("%s, CN people: %.1f %%, 95 %% %.1f … %.1f, 20 documents on 20" % (
                    name, values[0], values[3], values[4]), re.sub(" +", " ", text))
                self.assertIn("▸%.1f" % values[0], explorer.text())
                explorer.keys("s")
                self.assertIn("by code ▲", explorer.lines()[2])

    def test_mouse(self):
        with Explorer(self.project) as explorer:
            explorer.keys("4", "v")
            header = explorer.lines()[3]
            line = explorer.lines()[6]
            explorer.click(6, header.index("birch") + 2)
            self.assertIn("birch: ", explorer.text())
            value = re.findall(r"\d+\.\d", line)[5]
            self.assertIn("▸" + value, explorer.lines()[6])
            explorer.click(3, header.index("birch") + 2)
            self.assertIn("by birch ▲", explorer.lines()[2])

    def test_scrolls_sideways_to_the_roles(self):
        with Explorer(self.project, size=(24, 60)) as explorer:
            explorer.keys("4", "v")
            self.assertIn(" KR ", explorer.lines()[3])
            explorer.keys(*["l"] * 10)
            self.assertNotIn(" KR ", explorer.lines()[3])
            self.assertIn("cedar · American", explorer.text())
            self.assertRegex(explorer.text(), "▸[0-9.]+")
            explorer.keys(*["h"] * 10)
            self.assertIn(" KR ", explorer.lines()[3])

    def test_ascii_without_colours(self):
        with Explorer(self.project, env={"NO_COLOR": "1"}, term="vt100") as explorer:
            explorer.keys("4", ":")
            explorer.type("ascii")
            explorer.keys("v", "s")
            self.assertTrue(all(ord(c) < 128 for c in explorer.text()), explorer.text())
            self.assertRegex(explorer.lines()[4], r">\d+\.\d")

    def test_export(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "usage.tsv")
            with Explorer(self.project) as explorer:
                explorer.keys("4", "v", "e")
                explorer.type(path)
            with open(path, encoding="utf-8") as lines:
                rows = [line.rstrip("\n").split("\t") for line in lines]
        self.assertEqual(rows[0][:5], ["code", "KR", "JP", "CN", "US"])
        means = self.numbers.contrast("JP", None, T19)
        self.assertEqual({row[0]: row[2] for row in rows[1:]}, {name: "%.1f" % m[0] for name, m in means.items()})

    def test_cjk(self):
        numbers = Numbers(cjk_project())
        groups = ("한국", "日本", "모델가", "模型乙")
        means = [numbers.contrast(group, None, T9) for group in groups]
        for size in SIZES:
            with self.subTest(size=size), Explorer(cjk_project(), size=size) as explorer:
                explorer.keys("4", "v", "s")
                text = explorer.text()
                for name in means[0]:
                    self.assertRegex(text, " +▸?".join(re.escape("%.1f" % mean[name][0]) for mean in means), name)


class Sides(CodesTest):
    """What sets two sides apart."""

    def check(self, explorer, first, second, t, numbers, count):
        contrast = numbers.contrast(first, second, t)
        ordered = sorted(contrast.items(), key=lambda item: -item[1][2])[:count]
        for line, (name, (a, b, difference, low, high)) in zip(explorer.lines()[4:], ordered):
            cut = re.split("…|  ", line[1:])[0].strip()
            self.assertTrue(name.startswith(cut), (name, line))
            sign = "▲" if low > 0 else "▼" if high < 0 else ""
            self.assertRegex(line, " +".join(map(re.escape, (
                "%.1f" % a, "%.1f" % b, sign + signed(difference), signed(low) + " … " + signed(high)))))

    def test_numbers(self):
        for size in SIZES:
            with self.subTest(size=size), Explorer(self.project, size=size) as explorer:
                explorer.keys("4", "v", "v")
                self.assertIn("people − models · by Δ ▼", explorer.lines()[2])
                self.check(explorer, "people", "models", T19, self.numbers, 12)
                self.assertIn("G = 20 topics", re.sub(r"[│\n]|  +", " ", explorer.text()).replace("  ", " "))
                explorer.keys("S", "g", "g")
                least = min(self.numbers.contrast("people", "models", T19).items(), key=lambda item: item[1][2])
                self.assertIn("▼%+.1f" % least[1][2], explorer.lines()[4])

    def test_other_sides(self):
        with Explorer(self.project) as explorer:
            explorer.keys("4", ":")
            explorer.type("first-side KR")
            explorer.keys(":")
            explorer.type("second-side cedar · Korean")
            self.assertIn("KR − cedar · Korean", explorer.lines()[2])
            # 20 topics of people, 5 of which the role wrote on: 20 topics of either side
            self.check(explorer, "KR", "cedar · Korean", T19, self.numbers, 12)
            explorer.keys("c")
            self.assertIn("JP − cedar · Korean", explorer.lines()[2])
            explorer.keys(":")
            explorer.send("second-side ast")
            explorer.keys("Tab", "Enter")
            self.assertIn("JP − aster", explorer.lines()[2])
            explorer.keys(":")
            explorer.type("first-side nobody")
            self.assertIn("there is no side 'nobody'; there are models, people, KR, JP", explorer.last_line())

    def test_kept_from_view_to_view_and_from_start_to_start(self):
        name = self.codes[4][0]
        with tempfile.TemporaryDirectory() as state:
            with Explorer(self.project, env={"XDG_STATE_HOME": state}) as explorer:
                explorer.keys("4", "/")
                explorer.type(name)
                explorer.keys("v", "v", "C")
                selected = [line for line in explorer.styled(reverse=True) if name[:14] in line]
                shown = explorer.lines()[2]
                self.assertIn("people − KR", shown)
                explorer.keys("Enter")
                self.assertIn("› " + name, explorer.lines()[2], selected)
                self.assertRegex(explorer.text(), "people − KR: ")
                explorer.keys("q", "Q")
                explorer.wait_end()
            with Explorer(self.project, env={"XDG_STATE_HOME": state}) as explorer:
                self.assertIn("people − KR", explorer.lines()[2])

    def test_other_iterations(self):
        with Explorer(self.project) as explorer:
            explorer.keys("4", "v", "v")
            before = explorer.text()
            explorer.keys("[")
            self.assertIn("Codes · t %d/" % (self.numbers.t - 1), explorer.lines()[2])
            self.assertNotEqual(explorer.lines()[4:10], before.split("\n")[4:10])
            explorer.keys("]")
            self.assertEqual(explorer.lines()[4:10], before.split("\n")[4:10])

    def test_cjk(self):
        numbers = Numbers(cjk_project())
        for size in SIZES:
            with self.subTest(size=size), Explorer(cjk_project(), size=size) as explorer:
                explorer.keys("4", ":")
                explorer.type("first-side 한국")
                explorer.keys(":")
                explorer.type("second-side 模型乙")
                text = explorer.text()
                for name, (a, b, difference, low, high) in numbers.contrast("한국", "模型乙", T9).items():
                    self.assertRegex(text, " +".join(map(re.escape, (
                        "%.1f" % a, "%.1f" % b))) + " +[▲▼]?" + re.escape(signed(difference)) + " ", name)

    def test_nobody_on_a_side(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "people.dove")
            shutil.copy(self.project, path)
            base = sqlite3.connect(path)
            base.execute("DELETE FROM coding WHERE document_id IN (SELECT d.id FROM document AS d JOIN source AS s"
                         " ON s.id = d.source_id WHERE s.name = 'human')")
            base.commit()
            base.close()
            with Explorer(path) as explorer:
                explorer.keys("4", "v", "v")
                self.assertIn("no document of 'people' is coded", explorer.text())
                explorer.keys("j", "Enter", "s", "e", "Esc", "y", "c")
                self.assertIn(" − models", explorer.lines()[2])

    def test_small_sizes(self):
        for size in ((10, 40), (1, 1), (3, 9), (60, 12)):
            with self.subTest(size=size), Explorer(self.project, size=size) as explorer:
                explorer.keys("4", "v", "l", "j", "s", "v", "j", "C", "v", "Enter", "Tab")
                explorer.resize(24, 80)
                self.assertIn("Codes ·", explorer.text())


if __name__ == "__main__":
    unittest.main()
