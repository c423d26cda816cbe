"""Documents that try to steer the terminal are shown harmlessly, and the frame around them stays straight."""

import json
import os
import pty
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from explorer import PROGRAM, Explorer  # noqa: E402
from hostile_project import hostile_project, leaks  # noqa: E402

HOSTILE = {
    "escape": "red \x1b[31m title \x1b]0;owned\x07 clear \x1b[2J end",
    "c1": "csi \x9b31m string \x9d0;owned\x9c end",
    "bidi": "abc \u202edcba\u202c \u2066xyz\u2069 end",
    "zero width": "in\u200bvis\u2060ible \ufeffmark end",
    "tabs": "a\tb\tc\nsecond\tline end",
    "emoji": "family \U0001f468\u200d\U0001f469\u200d\U0001f467 flag \U0001f1f0\U0001f1f7 heart \u2764\ufe0f thumb \U0001f44d\U0001f3fd end",
    "marks": "e\u0301 a\u0308 \u1112\u1161\u11ab z" + "\u0300" * 40 + " end",
    "wide": "가나다라 日本語 中文 ｆｕｌｌ end",
    "tags": "tag \U000e0041\U000e0042 private \ue000 end",
}


class Hostile(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="dove-hostile-")
        cls.addClassCleanup(cls.folder.cleanup)
        cls.project = os.path.join(cls.folder.name, "hostile.dove")
        file = os.path.join(cls.folder.name, "documents.jsonl")
        with open(file, "w", encoding="utf-8") as out:
            for name, text in HOSTILE.items():
                for source, culture in (("human", "KR"), ("\x1b[7mmodel", "")):
                    row = {
                        "id": f"{source}-{name}",
                        "culture": culture,
                        "source": source,
                        "topic": f"{name} \x1b[5m",
                        "lang": "en",
                        "text": text * 3,
                    }
                    out.write(json.dumps(row) + "\n")
        for arguments in (["new", cls.project], ["import", cls.project, file]):
            subprocess.run([PROGRAM, *arguments], check=True, capture_output=True)

    def assert_straight(self, explorer):
        """Both edges of the frame stand in their columns in every row between the corners."""
        for row in range(3, explorer.rows - 2):
            cells = explorer.screen.buffer[row]
            self.assertEqual((cells[0].data, cells[explorer.columns - 1].data), ("│", "│"), explorer.text())

    def test_every_document_side_by_side(self):
        for size in ((24, 80), (50, 200)):
            with Explorer(self.project, size=size) as explorer:
                explorer.keys("5")
                self.assert_straight(explorer)
                explorer.keys("j", "Enter")
                for _ in HOSTILE:
                    with self.subTest(size=size, title=explorer.lines()[2]):
                        self.assert_straight(explorer)
                        self.assertIn("end", explorer.text())
                        self.assertNotIn("owned", explorer.screen.title)
                    explorer.keys("J")

    def test_controls_are_visible(self):
        with Explorer(self.project, size=(50, 200)) as explorer:
            explorer.keys("5", "j", "Enter")
            self.assertIn("␛[31m", explorer.text())
            self.assertIn("␛]0;owned␇", explorer.text())
            explorer.keys("J", "J")
            self.assertIn("⟨202E⟩", explorer.text())
            self.assertIn("⟨2066⟩", explorer.text())

    def test_the_search_and_the_lists(self):
        with Explorer(self.project, size=(24, 80)) as explorer:
            explorer.keys("5", "Tab", "\\")
            explorer.type("日本語")
            self.assert_straight(explorer)
            self.assertIn("human-wide", explorer.text())


# What is opened in each pane, beside moving through its parts; Esc follows each.
OPENED = {
    "Overview": ("i", "R"),
    "Iterations": ("b", "r", "d", ":difference 1:0\r", "c"),
    "Decisions": ("Enter", "a", "c", "d", "v", "M", "X", "r", "b", "o", "f", "i", "w", "\\w\r"),
    "Codes": ("v", "v", "v", "c", "C", "Enter", "Tab", "r", "X", "M", "b", "\\w\r"),
    "Documents": ("Enter", "Tab", "v", "c", "m", "r", "t", ".", "w", "J", "|", "J", ":prompt recognize\r", "p", " ", " ", "v",
                  "q", "/end\r", "a"),
    "Map": ("t", "Tab", "c", "o", "+", "-", "/w\r", "Enter"),
    "Scores": ("Enter", "Tab", "d", "i", "r", "Tab", "Enter", "d"),
    "Annotate": ("r", "Enter", "y", "I", "t", "d", "i", "a", "v", "c", "n", "]", "]", "q", "j", "Enter", "y", "d", "q", "o"),
    "Agreement": ("d", "d", "f", "f", "Enter", "o", "w", "c", "r"),
    "Jobs": ("Enter", "R", "j", "j", "j", "Enter", "Tab"),
}
PRESENTING = ("p", " ", "v")
MOVES = ("j", "j", "Tab", "j", "l", "G", "S-Tab", "s", "S", "[", "]", "+", "Tab", "+", "g", "g")
OVERLAYS = (":messages\r", "?", "F10", ":perf\r", ":", ":export \t", ":export a\t\t", ":import a\t\t\r", ":filter \t", "\\",
            ":set recognizer.model\r", ":set namer.model\r", ":set endpoint.url\r", ":prompt recognizer\r", ":prompt topic\r")


class EveryPlace(unittest.TestCase):
    """All texts of a project are hostile, in all panes: the terminal is told nothing, and the frame stays straight."""

    def assert_harmless(self, explorer, after):
        presenting = explorer.lines()[2][:1] not in ("┌", "+")  # which has no frame, and then no window over it either
        self.assertEqual(explorer.halves() if presenting and after in PRESENTING else explorer.broken(), "",
                         "after %r:\n%s" % (after, explorer.text()))
        self.assertNotIn("\ufffd", explorer.text(), after)  # what is hidden is named, in lists as in texts

    def assert_told_nothing(self, explorer):
        self.assertEqual(leaks(explorer.raw), [])
        self.assertEqual(explorer.screen.title, "")

    def assert_as_drawn_anew(self, explorer, after):
        """What the terminal shows is what the program believes to be there."""
        before = explorer.lines()[:-1]  # the last line is a message's, which the next key takes away
        explorer.keys("C-l")
        self.assertEqual(explorer.lines()[:-1], before, "after %r" % (after,))

    def step(self, explorer, keys):
        explorer.keys(keys) if keys in MOVES or keys in ("Enter", "F10") else explorer.send(keys)
        self.assert_harmless(explorer, keys)

    def walk(self, size, **more):
        with Explorer(hostile_copy(self), size=size, env={"DOVE_NAME": "이브\u202e\u200b \U0001f469\u200d\U0001f467"},
                      folder=hostile_folder(self), **more) as explorer:
            with Explorer(hostile_project(), size=(24, 200)) as wide:
                panes = wide.panes()
            self.assertEqual({name for _, name in panes}, set(OPENED))
            for key, name in panes:
                with self.subTest(size=size, pane=name):
                    explorer.keys(key)
                    for keys in MOVES:
                        self.step(explorer, keys)
                    self.assert_as_drawn_anew(explorer, name)
                    explorer.keys(key)
                    for keys in OPENED[name]:
                        self.step(explorer, keys)
                        self.assert_as_drawn_anew(explorer, keys)
                        if keys in ("i", "c", "a", "r", "v", "b", "M", "w", "R", "X"):
                            explorer.keys("Esc", "Esc")
                    for keys in OVERLAYS:
                        self.step(explorer, keys)
                        explorer.keys("Esc", "Esc")
                    self.assert_told_nothing(explorer)

    def test_narrow(self):
        self.walk((24, 80))

    def test_wide(self):
        self.walk((50, 200))


def hostile_folder(test):
    """A folder whose files have hostile names, for the completion of names."""
    folder = tempfile.TemporaryDirectory()
    test.addCleanup(folder.cleanup)
    for text in (b"a\x1b[6;66;666z", b"a\xc2\x9b6;66;666z", b"a\xe2\x80\xae bidi", b"a\xff\xfe bad", b"a\nb", "a한".encode() * 40):
        open(os.path.join(folder.name.encode(), text), "wb").close()
    return folder.name


def hostile_copy(test):
    folder = tempfile.TemporaryDirectory()
    test.addCleanup(folder.cleanup)
    return shutil.copy(hostile_project(), folder.name)


def on_a_terminal(*arguments):
    """What the program writes, output and errors, when both are a terminal."""
    master, terminal = pty.openpty()
    process = subprocess.Popen([PROGRAM, *arguments], stdin=subprocess.DEVNULL, stdout=terminal, stderr=terminal)
    os.close(terminal)
    raw = b""
    try:
        while chunk := os.read(master, 65536):
            raw += chunk
    except OSError:  # the other side was closed
        pass
    os.close(master)
    process.wait()
    return raw


class CommandLine(unittest.TestCase):
    def test_what_verbs_say_on_a_terminal(self):
        project = hostile_copy(self)
        for arguments in (
            ["info", project], ["config", project], ["config", project, "endpoint.url"], ["prompts", project],
            ["prompts", project, "recognizer"], ["export", project, "documents"], ["export", project, "decisions"],
            ["export", project, "annotations", "--format", "csv"], ["extract", project, "--dry-run"], ["check", project], ["review", project, "list"],
            ["annotate", project, "rounds"], ["annotate", project, "agreement"], ["annotate", project, "discuss"],
            ["usage", project], ["score", project, "--bootstrap", "20", "--explain"], ["score", project, "--model", "x\x1b[6;66;666z\x85"],
            ["code", project], ["build", project, "--iterations", "1"], ["embed", project, "--again"],
            ["export", project, "x\x1b[6;66;666z"], ["import", project, "/nowhere/\x1b[6;66;666z\u202e"],
            ["x\x1b[6;66;666z"], ["info", "/nowhere/\x1b[6;66;666z"], ["info", project, "--\x1b[6;66;666z"],
        ):
            with self.subTest(arguments=arguments):
                raw = on_a_terminal(*arguments)
                self.assertNotEqual(raw, b"")
                joiners = "\u200d\u200c" if arguments[0] == "export" else "\u200d"  # of emoji; data keeps its joiners
                self.assertEqual(leaks(raw, allowed=joiners), [])


if __name__ == "__main__":
    unittest.main()
