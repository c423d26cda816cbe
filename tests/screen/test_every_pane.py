"""What holds in every pane that there is: at all sizes and on all terminals, in English and CJK, over changes of the
screen, of the order and of the project."""

import os
import re
import shutil
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from cjk_project import cjk_lines, cjk_project, coded_project, empty_project  # noqa: E402
from explorer import Explorer, sample_project  # noqa: E402

SIZES = ((24, 80), (36, 120), (50, 200))
SMALL = ((10, 40), (5, 20), (2, 7), (1, 1), (1, 200), (60, 1))
STEPS = ("j", "Tab", "j", "Enter", "Tab", "G", "S-Tab", "k", "s", "S", "[", "l", "]", "h", "q", "+", "Tab", "+", "Esc")
UNICODE_FORMS = re.compile("[\u2190-\u2bff]")  # arrows, lines, blocks, signs, braille
PROJECTS = {"English": sample_project, "CJK": cjk_project}


def known_panes():
    with Explorer(sample_project(), size=(24, 200)) as explorer:
        return explorer.panes()


class EveryPane(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.panes = known_panes()
        assert len(cls.panes) >= 8, cls.panes

    def assert_whole(self, explorer, name):
        """The shell around the pane is there, and nothing of it is out of its place."""
        lines = explorer.lines()
        self.assertEqual(explorer.broken(), "", explorer.text())
        self.assertTrue(lines[0].startswith(" DOVE  "), explorer.text())
        self.assertRegex(lines[1], r"\[\w %s\]" % name)
        self.assertRegex(lines[2], r"^[┌+] \S")  # the title
        self.assertTrue(lines[-1].endswith("? help"), explorer.text())


class Sizes(EveryPane):
    def test_frame_title_hints_over_a_walk(self):
        for language, project in PROJECTS.items():
            for size in SIZES:
                with Explorer(project(), size=size) as explorer:
                    for digit, name in self.panes:
                        with self.subTest(language=language, size=size, pane=name):
                            explorer.keys(digit)
                            self.assert_whole(explorer, name)
                            for step in STEPS:
                                explorer.keys(step, "Esc")  # Esc: the message goes, the hints are seen
                                self.assertEqual(explorer.broken(), "", "after %s:\n%s" % (step, explorer.text()))

    def test_empty_project(self):
        with tempfile.TemporaryDirectory() as folder:
            project = empty_project(folder)
            for size in SIZES:
                with Explorer(project, size=size) as explorer:
                    for digit, name in self.panes:
                        with self.subTest(size=size, pane=name):
                            explorer.keys(digit)
                            self.assert_whole(explorer, name)
                            self.assertRegex(explorer.text(), r"(?i)\bno\b|nothing|empty|yet")
                            explorer.keys(*STEPS, "Esc")
                            self.assert_whole(explorer, name)

    def test_down_to_one_cell_and_back(self):
        for language, project in PROJECTS.items():
            with Explorer(project()) as explorer:
                for digit, name in self.panes:
                    with self.subTest(language=language, pane=name):
                        explorer.keys(digit)
                        for size in SMALL:
                            explorer.resize(*size)
                            explorer.keys("j", "Enter", "q", "k")
                        explorer.resize(24, 80)
                        explorer.keys(digit, "Esc")
                        self.assert_whole(explorer, name)

    def test_small_is_usable(self):
        """At 40 × 10 the pane is named, and moving the selection is seen."""
        with Explorer(sample_project(), size=(10, 40)) as explorer:
            for digit, name in self.panes:
                with self.subTest(pane=name):
                    explorer.keys(digit)
                    self.assertIn("[%s %s]" % (digit, name), explorer.lines()[1])
                    self.assertGreaterEqual(sum(line.strip() != "" for line in explorer.lines()[2:9]), 2, explorer.text())

    def test_resize_inside_a_prompt(self):
        for language, project in PROJECTS.items():
            with Explorer(project()) as explorer:
                for digit, name in self.panes:
                    with self.subTest(language=language, pane=name):
                        explorer.keys(digit, "Esc")
                        before = explorer.text()
                        explorer.keys(":")
                        explorer.send("theme 한국")
                        for size in ((50, 200), (10, 40), (1, 1), (36, 120)):
                            explorer.resize(*size)
                            if size[1] >= 40:
                                self.assertEqual(explorer.last_line(), ":theme 한국")
                                self.assertEqual(explorer.screen.cursor.x, 11)
                        explorer.send("어")
                        explorer.resize(24, 80)
                        self.assertEqual(explorer.last_line(), ":theme 한국어")
                        explorer.keys("Esc")
                        self.assertEqual(explorer.text(), before)


class Selection(EveryPane):
    """What is selected is told by what `y` copies: a row's own words."""

    def selected(self, explorer, digit):
        explorer.keys(digit, "g", "g", "j", "j")
        chosen = explorer.copy()
        if chosen is not None:
            return chosen
        explorer.keys("Tab")  # the map selects a code so
        return explorer.copy()

    def each(self, language, change, but=()):
        with Explorer(PROJECTS[language](), size=(36, 120)) as explorer:
            for digit, name in self.panes:
                if name in but:
                    continue
                chosen = self.selected(explorer, digit)
                for words in change(explorer, chosen or ""):
                    with self.subTest(language=language, pane=name, after=words):
                        self.assertEqual(explorer.copy(), chosen)
                explorer.keys("Esc")

    def resized(self, explorer, _):
        for size in ((10, 40), (1, 1), (50, 200), (36, 120)):
            explorer.resize(*size)
            yield size

    def sorted(self, explorer, _):
        for key in ("s", "S", "s", "s", "S"):
            explorer.keys(key)
            yield key

    def filtered(self, explorer, chosen):
        """By the longest word of the row that is selected; of a decision by the name of a code."""
        names = re.search("(?:split|merge|re-creation)\t[^\t]*\t([^\t]*?)(?: →|,|\t)", chosen)
        words = names.group(1) if names else max(re.findall(r"\w+", chosen) or ["x"], key=len)
        explorer.keys("\\")
        explorer.type(words)
        yield "filter " + words
        explorer.keys("Esc")
        yield "no filter"

    def refreshed(self, explorer, _):
        explorer.send("\033[15~")
        yield "F5"
        explorer.keys("?", "q", "C-l")
        yield "help"

    def test_resize(self):
        for language in PROJECTS:
            self.each(language, self.resized)

    def test_sort(self):
        for language in PROJECTS:
            self.each(language, self.sorted)

    def test_filter(self):
        for language in PROJECTS:
            self.each(language, self.filtered, but=("Overview",))

    def test_refresh(self):
        self.each("English", self.refreshed)

    def test_end_of_a_job(self):
        with tempfile.TemporaryDirectory() as folder:
            unscored = coded_project(os.path.join(folder, "unscored.dove"), cjk_lines(), score=False)
            for digit, name in self.panes:
                if name in ("Overview", "Scores"):  # they show what the job changes
                    continue
                project = shutil.copy(unscored, os.path.join(folder, "copy%s.dove" % digit))
                with self.subTest(pane=name), Explorer(project, size=(36, 120)) as explorer:
                    chosen = self.selected(explorer, digit)
                    explorer.keys("x")
                    self.assertIn("started: score", explorer.last_line())
                    self.assertEqual(explorer.copy(), chosen)
                    explorer.keys("1")
                    self.assertIn("every step has been done", explorer.text())

    def test_next_start(self):
        for language, project in PROJECTS.items():
            for digit, name in self.panes:
                with self.subTest(language=language, pane=name), tempfile.TemporaryDirectory() as home:
                    with Explorer(project(), size=(36, 120), env={"HOME": home}) as explorer:
                        chosen = self.selected(explorer, digit)
                        explorer.keys("Esc")
                        title = explorer.lines()[2]
                        explorer.keys("Q")
                        self.assertEqual(explorer.wait_end(), 0)
                    with Explorer(project(), size=(36, 120), env={"HOME": home}) as explorer:
                        self.assertIn("[%s %s]" % (digit, name), explorer.lines()[1])
                        self.assertEqual(explorer.lines()[2], title)
                        self.assertEqual(explorer.copy(), chosen)


class TypedAhead(EveryPane):
    """Keys that are there before the program looks: nothing is drawn between them."""

    def test_after_everything_was_forgotten(self):
        for digit, name in self.panes:
            with self.subTest(pane=name), Explorer(sample_project(), size=(36, 120)) as explorer:
                explorer.keys(digit)
                for _ in range(3):
                    for key in ("j", "S", "s", "\r", "l", "y", "v", "\033[<0;20;8M\033[<0;20;8m", "\033[<65;20;8M"):
                        explorer.send("\033[15~" + key)  # F5, which reads the project again
                        explorer.keys("Esc", digit)
                        explorer.send("[" + key)
                        explorer.keys("Esc", digit)
                    explorer.keys("Tab")
                explorer.keys("Esc", digit, "Esc")
                self.assert_whole(explorer, name)


class Terminals(EveryPane):
    COLOUR = re.compile(rb"\033\[(?:[0-9;]*;)?(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:;[0-9;]*)?m")
    MOUSE_ON = re.compile(rb"\033\[\?[0-9;]*1000h")

    def walk(self, explorer):
        for digit, name in self.panes:
            explorer.keys(digit, "j", "Tab", "Esc")
            with self.subTest(pane=name):
                self.assert_whole(explorer, name)
                yield name

    def test_every_terminal(self):
        for term in ("xterm-256color", "tmux-256color", "linux", "vt100"):
            # ncurses keeps a few bytes of what it asked gpm for, on the console.
            leaks = {"ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"}
            with self.subTest(term=term), Explorer(cjk_project(), term=term, env=leaks, size=(36, 120)) as explorer:
                for _ in self.walk(explorer):
                    if term == "vt100":
                        self.assertNotRegex(explorer.text(), UNICODE_FORMS)
                    if term == "linux":
                        self.assertNotRegex(explorer.text(), "[\u2801-\u28ff]")
                explorer.keys("Q")
                self.assertEqual(explorer.wait_end(), 0)
                self.assertEqual(self.COLOUR.search(explorer.raw) is not None, term != "vt100")
                self.assertEqual(b"38;5;" in explorer.raw, "256" in term)
                self.assertEqual(explorer.raw.count(b"\033[?2004h"), explorer.raw.count(b"\033[?2004l"))

    def test_no_color(self):
        with Explorer(sample_project(), env={"NO_COLOR": "1"}, size=(36, 120)) as explorer:
            for _ in self.walk(explorer):
                self.assertTrue(explorer.styled(reverse=True) or explorer.styled(bold=True))
            self.assertIsNone(self.COLOUR.search(explorer.raw))

    def test_ascii(self):
        """Only the project's own words may be more than ASCII."""
        for language, project in PROJECTS.items():
            with Explorer(project(), size=(36, 120)) as explorer:
                explorer.type(":ascii")
                for name in self.walk(explorer):
                    with self.subTest(language=language, pane=name):
                        self.assertNotRegex(explorer.text(), UNICODE_FORMS)

    def test_mouse(self):
        with Explorer(sample_project(), size=(36, 120)) as explorer:
            for digit, name in self.panes:
                with self.subTest(pane=name):
                    explorer.click(1, explorer.lines()[1].index("%s %s" % (digit, name)) + 1)
                    self.assert_whole(explorer, name)
                    for row in (3, 4, 8, 20, 33):
                        for button in (0, 1, 2, 64, 65):
                            explorer.click(row, 10, button)
                    explorer.keys(digit, "Esc")
                    self.assert_whole(explorer, name)
            self.assertIsNotNone(self.MOUSE_ON.search(explorer.raw))
        with tempfile.TemporaryDirectory() as folder:
            os.mkdir(folder + "/dove")
            with open(folder + "/dove/config", "w", encoding="utf-8") as file:
                file.write("mouse = no\n")
            with Explorer(sample_project(), env={"XDG_CONFIG_HOME": folder}) as explorer:
                explorer.keys(*(digit for digit, _ in self.panes))
                self.assertIsNone(self.MOUSE_ON.search(explorer.raw))


if __name__ == "__main__":
    unittest.main()
