"""The explorer's shell: sizes, terminals, prompts, help, menu, mouse, signals."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import explorer as harness  # noqa: E402
from explorer import PROGRAM, Explorer, sample_project  # noqa: E402


def without_leak_check():
    """ncurses itself leaks a few bytes when a terminal is unknown, and through gpm on the Linux console."""
    return {"ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"}


SELECTED = "005f87"  # the ground of the open tab and the selected row, in the theme for dark terminals


class UnderBash(Explorer):
    """The program as a job of an interactive bash on the terminal."""

    def __init__(self, project, **named):
        program, harness.PROGRAM = harness.PROGRAM, shutil.which("bash")
        try:
            super().__init__("--norc", "--noprofile", "-i", env={"PS1": "ready> "}, **named)
        finally:
            harness.PROGRAM = program
        self.project = project

    def __enter__(self):
        self.wait_for("ready>")
        self.send(f"{PROGRAM} {self.project}\r")
        return self


class ShellTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.project = sample_project()


class Sizes(ShellTest):
    def test_usual_sizes(self):
        for size in ((24, 80), (36, 120), (50, 200), (10, 40)):
            with self.subTest(size=size), Explorer(self.project, size=size) as explorer:
                self.assertTrue(explorer.lines()[0].startswith(" DOVE  sample.dove"), explorer.text())
                self.assertIn("[1 Overview]", explorer.lines()[1])
                self.assertIn("documents", explorer.text())

    def test_every_size_down_to_nothing(self):
        with Explorer(self.project) as explorer:
            for rows, columns in ((5, 20), (2, 7), (1, 1), (1, 200), (60, 1), (24, 80)):
                explorer.resize(rows, columns)
                explorer.keys("?", "j", "q", "g", "Esc", ":", "x", "Esc")
            self.assertIn("DOVE", explorer.lines()[0])

    def test_resize_inside_a_prompt(self):
        with Explorer(self.project) as explorer:
            explorer.keys(":", "t", "h")
            explorer.resize(30, 100)
            self.assertEqual(explorer.last_line(), ":th")
            explorer.keys("e", "m", "e")
            explorer.resize(12, 50)
            self.assertEqual(explorer.last_line(), ":theme")
            self.assertEqual((explorer.screen.cursor.y, explorer.screen.cursor.x), (11, 6))


class Terminals(ShellTest):
    def test_names(self):
        for term in ("xterm-256color", "tmux-256color", "linux", "vt100", "xterm"):
            with self.subTest(term=term), Explorer(self.project, term=term, env=without_leak_check()) as explorer:
                self.assertIn("DOVE", explorer.lines()[0])
                frame = "+ Overview" if term == "vt100" else "┌ Overview"
                self.assertIn(frame, explorer.text())
                if term == "linux":
                    self.assertNotRegex(explorer.text(), "[\u2801-\u28ff]")
                explorer.keys("Q")
                self.assertEqual(explorer.wait_end(), 0)

    def test_shift_tab(self):
        """From the first part to the last of four; the terminal's description may number the key in its own way."""
        for term in ("xterm-256color", "tmux-256color", "linux"):
            with self.subTest(term=term), Explorer(self.project, term=term, env=without_leak_check()) as explorer:
                explorer.keys("3")
                explorer.send("\033[Z")
                self.assertIn("▸Lineage", explorer.text())
                explorer.keys("?")
                self.assertIn("Keys and commands", explorer.text())

    def test_unknown_terminal(self):
        explorer = Explorer(self.project, term="no-such-terminal", env=without_leak_check())
        try:
            self.assertEqual(explorer.wait_end(), 2)
            self.assertIn("no-such-terminal", explorer.text())
        finally:
            explorer.__exit__()

    def test_no_color(self):
        with Explorer(self.project, env={"NO_COLOR": "1"}) as explorer:
            colours = {cell.fg for row in explorer.screen.buffer.values() for cell in row.values()}
            self.assertEqual(colours, {"default"})
            self.assertTrue(explorer.styled(reverse=True))

    def test_colours(self):
        with Explorer(self.project) as explorer:
            colours = {cell.fg for row in explorer.screen.buffer.values() for cell in row.values()}
            self.assertGreater(len(colours), 3)

    def test_ascii(self):
        with Explorer(self.project) as explorer:
            explorer.type(":ascii")
            self.assertTrue(explorer.text().isascii(), explorer.text())
            explorer.type(":ascii")
            self.assertFalse(explorer.text().isascii())

    def test_locale_without_utf8(self):
        with Explorer(self.project, env={"LANG": "C"}) as explorer:
            self.assertTrue(explorer.text().isascii())


class Prompts(ShellTest):
    def test_completion_and_history(self):
        with Explorer(self.project) as explorer:
            explorer.keys(":")
            explorer.send("mess")
            explorer.keys("Tab")
            self.assertEqual(explorer.last_line(), ":messages")
            explorer.keys("Enter", "q", ":", "Up")
            self.assertEqual(explorer.last_line(), ":messages")
            explorer.keys("Esc")
            self.assertNotIn(":messages", explorer.last_line())
            explorer.keys(":")
            explorer.send("theme h")
            explorer.keys("Tab")
            self.assertEqual(explorer.last_line(), ":theme high-contrast")

    def test_wrong_commands(self):
        with Explorer(self.project) as explorer:
            explorer.type(":qiut")
            self.assertIn("did you mean 'quit'", explorer.last_line())
            explorer.type(":undo")
            self.assertIn("there is nothing to undo", explorer.last_line())
            explorer.type(":iteration many")
            self.assertIn("'many' is not an iteration", explorer.last_line())
            explorer.keys("Z")
            self.assertIn("Z does nothing here", explorer.last_line())

    def test_typing_in_other_scripts(self):
        with Explorer(self.project) as explorer:
            explorer.keys(":")
            explorer.send("가나다")
            explorer.keys("Backspace", "Left")
            self.assertEqual(explorer.last_line(), ":가나")
            self.assertEqual(explorer.screen.cursor.x, 3)

    def test_paste_whose_end_comes_in_pieces_or_never(self):
        with Explorer(self.project) as explorer:
            explorer.keys(":")
            explorer.write(b"\033[200~one")
            for piece in (b"\033", b"[20", b"0 two", b"\033", b"[2", b"01", b"~"):
                explorer.write(piece)
                time.sleep(0.1)  # more than curses waits for the rest of a key
            explorer.send(" three")
            self.assertRegex(explorer.last_line(), "^:one.*two three$")
            explorer.keys("C-u")
            explorer.send(b"\033[200~four")
            time.sleep(2.2)
            explorer.send("x")
            self.assertEqual(explorer.last_line(), ":fourx")

    def test_paste_cannot_give_commands(self):
        with Explorer(self.project) as explorer:
            explorer.paste("Q\nQ")
            self.assertIn("pasted text goes into a prompt only", explorer.last_line())
            explorer.keys(":")
            explorer.paste("one\ntwo\033[31m")
            self.assertIn(":one two", explorer.last_line())


class Overlays(ShellTest):
    def test_help_is_searchable(self):
        with Explorer(self.project) as explorer:
            explorer.keys("?")
            self.assertIn("Keys and commands", explorer.text())
            explorer.type("/screenshot")
            self.assertIn("save the screen as .txt, .ansi or .svg", explorer.text())
            explorer.type("/no such thing")
            self.assertIn("is not in this text", explorer.last_line())
            explorer.keys("q")
            self.assertNotIn("Keys and commands", explorer.text())

    def test_help_about_words(self):
        with Explorer(self.project) as explorer:
            explorer.type(":help clipboard")
            self.assertIn(":copy", explorer.text())

    def test_menu(self):
        with Explorer(self.project) as explorer:
            explorer.keys("g")
            self.assertIn("Go to", explorer.text())
            self.assertIn("overview", explorer.text())
            explorer.keys("Esc")
            self.assertNotIn("Go to", explorer.text())
            explorer.keys("g", "o")
            self.assertIn("[1 Overview]", explorer.text())

    def test_messages(self):
        with Explorer(self.project) as explorer:
            explorer.type(":nonsense")
            explorer.type(":messages")
            self.assertRegex(explorer.text(), r"error: there is no command 'nonsense'")

    def test_iterations_from_everywhere(self):
        with Explorer(self.project) as explorer:
            last = int(re.search(r"t \d+/(\d+)", explorer.lines()[0]).group(1))
            explorer.type(":iteration 0")
            self.assertIn(" t 0/%d" % last, explorer.lines()[0])
            explorer.keys("[")
            self.assertIn("first iteration", explorer.last_line())
            explorer.keys("]")
            self.assertIn(" t 1/%d" % last, explorer.lines()[0])


class Mouse(ShellTest):
    def test_click_on_a_tab_and_wheel(self):
        with Explorer(self.project) as explorer:
            explorer.click(1, 3)
            self.assertIn("[1 Overview]", explorer.lines()[1])
            before = explorer.text()
            explorer.click(10, 10, button=65)
            self.assertNotEqual(explorer.text(), before)

    def test_switch(self):
        with Explorer(self.project) as explorer:
            self.assertRegex(explorer.raw, rb"\033\[\?[0-9;]*1000h")
            explorer.type(":mouse")
            self.assertRegex(explorer.raw, rb"\033\[\?[0-9;]*1000l")
            self.assertIn("the mouse is off", explorer.last_line())


class Files(ShellTest):
    def test_screenshots(self):
        with tempfile.TemporaryDirectory() as folder, Explorer(self.project) as explorer:
            for name in ("a.txt", "a.ansi", "a.svg"):
                explorer.type(":screenshot %s/%s" % (folder, name))
                self.assertIn("saved the screen", explorer.last_line())
            with open(folder + "/a.txt", encoding="utf-8") as file:
                text = file.read()
            self.assertIn("┌ Overview", text)
            self.assertNotIn("\033", text)
            with open(folder + "/a.ansi", encoding="utf-8") as file:
                self.assertIn("\033[0;1", file.read())
            with open(folder + "/a.svg", encoding="utf-8") as file:
                self.assertTrue(file.read().rstrip().endswith("</svg>"))
            explorer.type(":screenshot /no/such/folder/a.txt")
            self.assertIn("cannot write '/no/such/folder/a.txt'", explorer.last_line())

    def test_export(self):
        with tempfile.TemporaryDirectory() as folder, Explorer(self.project) as explorer:
            explorer.keys("e")
            explorer.type(folder + "/out.txt")
            with open(folder + "/out.txt", encoding="utf-8") as file:
                self.assertIn("value expressions", file.read())


class Configuration(ShellTest):
    def start(self, text):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        os.mkdir(folder.name + "/dove")
        with open(folder.name + "/dove/config", "w", encoding="utf-8") as file:
            file.write(text)
        return Explorer(self.project, size=(24, 160), env={"XDG_CONFIG_HOME": folder.name})

    def test_keys(self):
        with self.start("# mine\nbind C-n help\nunbind Q\nbind overview v messages\n") as explorer:
            explorer.keys("C-n")
            self.assertIn("Keys and commands", explorer.text())
            explorer.keys("q", "Q")
            self.assertIn("Q does nothing here", explorer.last_line())
            explorer.keys("v")
            self.assertIn("Messages", explorer.text())

    def test_mistakes_name_file_and_line(self):
        for line, said in (("bind Foo down", "'Foo' is not a key"), ("bind x nonsense", "no command 'nonsense'"),
                           ("theme = none-such", "no theme 'none-such'"), ("ascii = perhaps", "ascii must be yes or no"),
                           ("colour = red", "no setting 'colour'"), ("what", "'what' is not understood")):
            with self.subTest(line=line), self.start("\n" + line + "\n") as explorer:
                self.assertIn(said, explorer.last_line())
                if "theme" not in line:
                    self.assertIn("config:2: ", explorer.last_line())

    def test_own_theme(self):
        with self.start("theme = mine\n") as explorer:
            self.assertIn("no theme 'mine'", explorer.last_line())
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        os.makedirs(folder.name + "/dove/themes")
        with open(folder.name + "/dove/themes/mine.theme", "w", encoding="utf-8") as file:
            file.write("status = #ff0000 on black\nnormal = plaid\n")
        with Explorer(self.project, size=(24, 200), env={"XDG_CONFIG_HOME": folder.name}) as explorer:
            explorer.type(":theme mine")
            self.assertIn("mine.theme:2: 'plaid' is neither a colour", explorer.last_line())
            explorer.keys(":")
            explorer.send("theme mi")
            explorer.keys("Tab")
            self.assertEqual(explorer.last_line(), ":theme mine")


class Signals(ShellTest):
    def test_terminate(self):
        with Explorer(self.project) as explorer:
            explorer.signal(signal.SIGTERM, wait=False)
            self.assertEqual(explorer.wait_end(), 0)
            self.assertIn(b"\033[?1049l", explorer.raw)

    def test_suspend_and_resume(self):
        with Explorer(self.project) as explorer:
            explorer._idle_bytes()
            os.write(explorer.master, b"\x1a")
            explorer.wait_idle()  # the group has no shell to stop for, so it goes on at once
            self.assertIn(b"\033[?1049l", explorer.raw)
            self.assertIn("DOVE", explorer.lines()[0])
            explorer.signal(signal.SIGCONT)
            self.assertIn("DOVE", explorer.lines()[0])

    def test_stopped_and_brought_back_by_a_shell(self):
        with UnderBash(self.project, size=(24, 120)) as explorer:
            explorer.keys("4", "j", "j")
            before = explorer.lines()
            explorer.write(b"\x1a")
            explorer.wait_for("Stopped")
            self.assertIn(b"\033[?1049l", explorer.raw)
            explorer.write(b"jobs -l\r")
            explorer.wait_for("ready> jobs -l")
            explorer.send("fg\r")
            self.assertEqual(explorer.lines(), before)
            _, chosen = explorer.styled(bg=SELECTED)
            explorer.keys("j")
            self.assertNotEqual(explorer.styled(bg=SELECTED)[1], chosen)
            explorer.write(b"Q")
            explorer.write(b"echo left with $?\r")
            explorer.wait_for("left with 0")

    def test_hang_up(self):
        with Explorer(self.project) as explorer:
            explorer.hang_up()
            self.assertIn(explorer.wait_end(), (0, -signal.SIGHUP))

    def test_fatal_signal_puts_the_terminal_back(self):
        with Explorer(self.project) as explorer:
            explorer.signal(signal.SIGBUS, wait=False)
            self.assertNotEqual(explorer.wait_end(), 0)
            self.assertIn(b"\033[?1049l", explorer.raw)
            self.assertIn(b"\033[?2004l", explorer.raw)


class Threads(ShellTest):
    def policy(self, explorer):
        with open(f"/proc/{explorer.pid}/environ", encoding="utf-8") as file:
            return dict(entry.split("=", 1) for entry in file.read().split("\0") if "=" in entry).get("OMP_WAIT_POLICY")

    def test_idle_threads_sleep(self):
        with Explorer(self.project) as explorer:
            with open(f"/proc/{explorer.pid}/maps", encoding="utf-8") as file:
                openmp = re.search("lib(g|i)?omp", file.read()) is not None
            self.assertEqual(self.policy(explorer), "passive" if openmp else None)

    def test_a_wish_is_kept(self):
        with Explorer(self.project, env={"OMP_WAIT_POLICY": "active"}) as explorer:
            self.assertEqual(self.policy(explorer), "active")


class Traffic(ShellTest):
    def test_one_row_is_few_bytes(self):
        with Explorer(self.project, size=(50, 200)) as explorer:
            explorer.keys("Z")
            sent = explorer.sent
            explorer.keys("Y")  # another message in the bottom line
            self.assertLess(explorer.sent - sent, 2048)
            self.assertGreater(explorer.sent - sent, 0)

    def test_repaint_time_is_told(self):
        """How long it takes depends on the machine: `tests/bench/explorer.py` measures it."""
        with Explorer(self.project, size=(50, 200)) as explorer:
            for _ in range(5):
                explorer.keys("?", "C-d", "q")
            explorer.type(":perf")
            found = re.search(r"last (\d+): p50 ([0-9.]+) ms, p99 ([0-9.]+) ms", explorer.last_line())
            self.assertIsNotNone(found, explorer.last_line())
            self.assertGreaterEqual(int(found.group(1)), 15)
            self.assertLessEqual(float(found.group(2)), float(found.group(3)))


class WithoutProject(unittest.TestCase):
    def test_not_a_terminal(self):
        result = subprocess.run([PROGRAM, sample_project()], stdin=subprocess.DEVNULL, capture_output=True, check=False)
        self.assertEqual(result.returncode, 2)
        self.assertIn(b"needs a terminal", result.stderr)


class State(ShellTest):
    def test_view_comes_back(self):
        with tempfile.TemporaryDirectory() as folder:
            env = {"XDG_STATE_HOME": folder}
            with Explorer(self.project, env=env) as explorer:
                explorer.keys("Q")
                explorer.wait_end()
            files = os.listdir(folder + "/dove")
            self.assertEqual(len(files), 1)
            with open(folder + "/dove/" + files[0], encoding="utf-8") as file:
                self.assertIn("pane = overview", file.read())


class Settings(unittest.TestCase):
    def test_what_a_pane_borrowed_is_read_again(self):
        with tempfile.TemporaryDirectory(prefix="dove-set-") as folder:
            project = shutil.copyfile(sample_project(), os.path.join(folder, "copy.dove"))
            with Explorer(project, size=(36, 120)) as explorer:
                explorer.keys("4", "c", "c", "C")  # two sides, whose names head the columns
                before = explorer.lines()[:-1]
                explorer.type(":set beta1 0.4")
                self.assertIn("beta1 is 0.4", explorer.last_line())
                self.assertEqual(explorer.lines()[:-1], before)

    def test_set_show_refuse_and_take_back(self):
        with tempfile.TemporaryDirectory(prefix="dove-set-") as folder:
            project = os.path.join(folder, "copy.dove")
            shutil.copyfile(sample_project(), project)
            with Explorer(project) as explorer:
                explorer.keys(":")
                explorer.type("set beta1 0.5")
                self.assertIn("beta1 is 0.5", explorer.last_line())
                explorer.keys(":")
                explorer.type("set beta1 much")
                self.assertIn("it takes 0 … 100", explorer.last_line())
                explorer.keys("u")
                explorer.keys(":")
                explorer.type("set beta1")
                self.assertIn("beta1 is 0.3", explorer.last_line())
                explorer.keys("C-r")
            shown = subprocess.run([PROGRAM, "config", project, "beta1"], capture_output=True, text=True, check=True)
            self.assertIn("0.5", shown.stdout)


if __name__ == "__main__":
    unittest.main()
