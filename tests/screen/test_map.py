"""The Map pane; what it shows is held against the project's file as Python reads it."""

import os
import re
import select
import shutil
import struct
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from cjk_project import cjk_project, empty_project  # noqa: E402
from explorer import Explorer, sample_project  # noqa: E402
from sample_numbers import Numbers  # noqa: E402

BRAILLE = re.compile("[\u2801-\u28ff]")


def draw(project):
    """Draws the map of a project from the pane."""
    with Explorer(project, timeout=60) as explorer:
        explorer.keys("6")
        os.write(explorer.master, b"m")
        for _ in range(300):
            select.select([explorer.master], [], [], 0.1)
            explorer._drain()
            if "[6 Map]" in explorer.text() and BRAILLE.search(explorer.text()):
                break
        explorer.send(b"w")


def copy_of(project, folder):
    path = os.path.join(folder, "copy.dove")
    shutil.copy(project, path)
    return path


class MapTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.project = copy_of(sample_project(), cls.folder.name)
        draw(cls.project)
        cls.numbers = Numbers(cls.project)
        blob, cls.seed = cls.numbers.one("SELECT points, seed FROM projection")
        cls.points = {e: (x, y) for e, x, y in struct.iter_unpack("<Iff", blob)}

    @classmethod
    def tearDownClass(cls):
        cls.numbers.base.close()
        cls.folder.cleanup()


class Points(MapTest):
    def test_all_embedded_expressions_are_on_it(self):
        ids = {e for (e,) in self.numbers.rows("SELECT id FROM value_expression")}
        self.assertEqual(set(self.points), ids)
        self.assertEqual(self.seed, 1)  # the default of the settings

    def test_job_is_recorded(self):
        self.assertEqual(self.numbers.rows("SELECT state, message FROM job WHERE kind = 'map'"),
                         [("done", "%d expressions on the map" % len(self.points))])

    def test_same_seed_same_map(self):
        with tempfile.TemporaryDirectory() as folder:
            again = copy_of(sample_project(), folder)
            draw(again)
            other = Numbers(again)
            self.assertEqual(other.one("SELECT points FROM projection"),
                             self.numbers.one("SELECT points FROM projection"))
            other.base.close()

    def test_legend_counts(self):
        counts = dict(self.numbers.rows("SELECT c.name, count(*) FROM value_expression AS e JOIN document AS d"
                                        " ON d.id = e.document_id JOIN culture AS c ON c.id = d.culture_id GROUP BY 1"))
        with Explorer(self.project, size=(50, 200)) as explorer:
            explorer.keys("6")
            for culture, count in counts.items():
                self.assertIn("● %s %d" % (culture, count), explorer.text())
            explorer.keys("c")
            self.assertIn("colour: source", explorer.text())
            for source, count in self.numbers.rows(
                    "SELECT s.name, count(*) FROM value_expression AS e JOIN document AS d ON d.id = e.document_id"
                    " JOIN source AS s ON s.id = d.source_id GROUP BY 1"):
                self.assertIn("● %s %d" % (source, count), explorer.text())

    def test_export(self):
        with Explorer(self.project) as explorer:
            explorer.keys("6", "e")
            explorer.type("map.tsv")
            with open(os.path.join(explorer.home, "map.tsv"), encoding="utf-8") as file:
                rows = [line.rstrip("\n").split("\t") for line in file]
        self.assertEqual(rows[0], ["expression", "x", "y", "culture", "source", "code"])
        self.assertEqual(len(rows) - 1, len(self.points))
        members = {}
        for name, blob in self.numbers.rows(
                "SELECT k.name, m.members FROM code_members AS m JOIN code_usage AS u ON u.iteration_id ="
                " m.iteration_id AND u.ordinal = m.ordinal JOIN code AS k ON k.id = u.code_id"
                " WHERE m.iteration_id = ?", self.numbers.iteration):
            members.update((e, name) for e, _ in struct.iter_unpack("<If", blob))
        for expression, x, y, _, _, code in rows[1:]:
            at = self.points[int(expression)]
            self.assertAlmostEqual(float(x), at[0], places=4)
            self.assertAlmostEqual(float(y), at[1], places=4)
            self.assertEqual(code, members[int(expression)])


class Looking(MapTest):
    @property
    def names(self):
        """Of the codes, those with most members first."""
        return [name for (name,) in self.numbers.rows(
            "SELECT k.name FROM code_usage AS u JOIN code AS k ON k.id = u.code_id"
            " WHERE u.iteration_id = ? ORDER BY u.members DESC", self.numbers.iteration)]

    def test_codes_and_names(self):
        with Explorer(self.project, size=(50, 200)) as explorer:
            explorer.keys("6")
            names = self.names
            self.assertIn(names[0], explorer.text())
            self.assertIn("○ %d codes" % len(names), explorer.text())
            explorer.keys("t")
            self.assertNotIn(names[0], explorer.text())
            explorer.keys("Tab")  # the one with most members
            self.assertIn("◉ " + names[0], explorer.text())

    def test_few_circles_where_there_is_little_room(self):
        """One circle for 24 cells: those with most members; nearer, the others come."""
        with Explorer(self.project, size=(12, 90)) as explorer:
            explorer.keys("6")
            drawn, seen = map(int, re.search(r"○ (\d+) of (\d+) codes here", explorer.text()).groups())
            self.assertEqual(seen, len(self.names))
            circles = sum(line[:60].count("○") for line in explorer.lines())
            self.assertTrue(drawn / 2 < circles <= drawn < seen, (circles, drawn, seen))
            explorer.keys("+", "+", "+", "+")
            self.assertNotIn("codes here", explorer.text())

    def test_nothing_goes_over_the_name_of_the_selected_code(self):
        with Explorer(self.project, size=(20, 90)) as explorer:
            explorer.keys("6")
            for _ in self.names:
                explorer.keys("Tab")
                legend = " ".join(" ".join(line[63:-1] for line in explorer.lines()[3:-2]).split())
                self.assertRegex(legend, "◉ .+ members")
                name = re.search("◉ (.+?) · n ", legend).group(1)
                plot = "\n".join(line[:62] for line in explorer.lines())
                self.assertTrue("◉ " + name in plot or name + " ◉" in plot, explorer.text())

    def test_to_codes_and_back(self):
        with Explorer(self.project) as explorer:
            explorer.keys("6", "Tab", "Tab")
            name = re.search("◉ (.+?) · n ", explorer.text()).group(1)
            before = explorer.text()
            explorer.keys("Enter")
            self.assertIn("[4 Codes]", explorer.text())
            self.assertIn("› " + name, explorer.text())
            explorer.keys("q")
            self.assertEqual(explorer.text(), before)
            explorer.keys("4", "j", "m")
            self.assertIn("[6 Map]", explorer.text())
            self.assertIn("◉ ", explorer.text())
            explorer.keys("q")
            self.assertIn("[4 Codes]", explorer.text())

    def test_zoom_pan_whole(self):
        with Explorer(self.project) as explorer:
            explorer.keys("6")
            whole = explorer.lines()[3:20]
            explorer.keys("+", "+")
            self.assertIn("2.2×", explorer.lines()[2])  # 1.5²
            near = explorer.lines()[3:20]
            self.assertNotEqual(near, whole)
            explorer.keys("l")
            self.assertNotEqual(explorer.lines()[3:20], near)
            explorer.keys("w")
            self.assertEqual(explorer.lines()[3:20], whole)
            explorer.keys("+", "-")
            self.assertEqual(explorer.lines()[3:20], whole)

    def test_search(self):
        words = "%parents%"
        count, = self.numbers.one("SELECT count(*) FROM value_expression WHERE code_name LIKE ? OR description LIKE ?"
                                  " OR evidence LIKE ?", words, words, words)
        with Explorer(self.project, size=(50, 200)) as explorer:
            explorer.keys("6", "/")
            explorer.type("parents")
            self.assertIn("%d found: parents" % count, explorer.text())
            first = explorer.text()
            explorer.keys("n")
            self.assertNotEqual(explorer.text(), first)
            explorer.keys("N")
            self.assertEqual(explorer.text(), first)
            explorer.keys("Esc")
            self.assertNotIn("found:", explorer.text())
            explorer.keys("/")
            explorer.type("zyzzyva")
            self.assertIn("no expression on the map contains 'zyzzyva'", explorer.last_line())

    def test_only_one_group(self):
        def dots(explorer):
            return sum(bin(ord(c) - 0x2800).count("1") for c in BRAILLE.findall(explorer.text()))

        with Explorer(self.project, size=(50, 200)) as explorer:
            explorer.keys("6", "t")
            everything = dots(explorer)
            explorer.keys("o")
            self.assertIn("▸● KR", explorer.text())
            self.assertIn("only KR", explorer.lines()[2])
            self.assertLess(0, dots(explorer))
            self.assertLess(dots(explorer), everything / 2)
            explorer.keys(":")
            explorer.type("only US")
            self.assertIn("▸● US", explorer.text())
            explorer.keys("Esc")
            self.assertEqual(dots(explorer), everything)
            explorer.keys(":")
            explorer.type("only Atlantis")
            self.assertIn("no culture 'Atlantis'", explorer.last_line())

    def test_dragged_by_the_mouse(self):
        """What is pressed stays under the mouse."""
        def place(explorer):
            return next((row, line.index(name)) for row, line in enumerate(explorer.lines()) if name in line)

        name = "Privacy and Boundaries"
        with Explorer(self.project, size=(50, 200)) as explorer:
            explorer.keys("6")
            row, column = place(explorer)
            explorer.send("\033[<0;%d;%dM" % (column + 1, row + 1))
            explorer.send("\033[<32;%d;%dM" % (column + 7, row + 3))
            moved = place(explorer)
            self.assertEqual(moved, (row + 2, column + 6))
            explorer.send("\033[<0;%d;%dm" % (column + 7, row + 3))
            explorer.send("\033[<35;%d;%dM" % (column + 1, row + 1))  # no button is held
            self.assertEqual(place(explorer), moved)

    def test_iterations(self):
        with Explorer(self.project, size=(50, 200)) as explorer:
            explorer.keys("6")
            for _ in range(2):
                explorer.keys("[")
                t = int(re.search(r" t (\d+)/", explorer.lines()[0]).group(1))
                codes, = self.numbers.one("SELECT codes FROM iteration WHERE t = ?", t)
                self.assertIn("○ %d codes" % codes, explorer.text())

    def test_names_stay_when_another_pane_looks_elsewhere_and_comes_back(self):
        with Explorer(self.project, size=(50, 200)) as explorer:
            explorer.keys("6")
            before = explorer.text()
            explorer.keys("4", "[", "]", "6")
            self.assertEqual(explorer.text(), before)

    def test_mouse(self):
        with Explorer(self.project, size=(50, 200)) as explorer:
            explorer.keys("6")
            row = next(y for y in range(25, 48) if "○" in explorer.lines()[y])
            column = explorer.lines()[row].index("○")
            explorer.click(row, column)
            self.assertIn("◉", explorer.lines()[row][column])
            explorer.send("\033[<64;%d;%dM" % (column + 1, row + 1))
            self.assertIn("1.5×", explorer.lines()[2])
            self.assertEqual(explorer.lines()[row][column], "◉")  # what is under the pointer stays there


class Odd(MapTest):
    def test_no_map_and_empty_project(self):
        with Explorer(sample_project()) as explorer:
            explorer.keys("6", "j", "Tab", "Enter", "+", "o", "c", "y", "/")
            explorer.type("x")
            self.assertIn("m   draws one", explorer.text())
        with tempfile.TemporaryDirectory() as folder:
            with Explorer(empty_project(folder)) as explorer:
                explorer.keys("6", "j", "Tab", "Enter", "+")
                self.assertIn("once they are embedded", explorer.text())

    def test_cjk(self):
        with tempfile.TemporaryDirectory() as folder:
            project = copy_of(cjk_project(), folder)
            draw(project)
            for size in ((24, 80), (50, 200)):
                with self.subTest(size=size), Explorer(project, size=size) as explorer:
                    explorer.keys("6", "Tab")
                    self.assertIn("● 한국", explorer.text().replace("● 한 국 ", "● 한국"))
                    self.assertRegex(explorer.text().replace(" ", ""), "◉(효도|정직|自由|勤勉|自然保護)")

    def test_ascii(self):
        with Explorer(self.project) as explorer:
            explorer.keys("6", "Tab", ":")
            explorer.type("ascii")
            self.assertTrue(explorer.text().isascii(), explorer.text())
            self.assertIn("KR", explorer.text())

    def test_state_is_kept(self):
        with Explorer(self.project) as explorer:
            explorer.keys("6", "c", "+", "Tab")
            before = explorer.text()
            explorer.keys("1", "6")
            self.assertEqual(explorer.text(), before)

    def test_sizes(self):
        for size in ((10, 40), (5, 20), (1, 1), (36, 120)):
            with self.subTest(size=size), Explorer(self.project, size=size) as explorer:
                explorer.keys("6", "+", "Tab", "c", "o", "l", "j", "c", "c", "w", "-")
                explorer.resize(24, 80)
                self.assertIn("[6 Map]", explorer.lines()[1])


if __name__ == "__main__":
    unittest.main()
