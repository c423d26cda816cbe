"""The line of hints is true: in every pane and every part of it, each key that it names does something there."""

import contextlib
import os
import re
import select
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from annotated_project import annotate  # noqa: E402
from cjk_project import empty_project  # noqa: E402
from explorer import NAMED, PROGRAM, ROOT, Explorer, sample_project  # noqa: E402

SIZE = (30, 200)

# How each place is come to. Two parts that say the same are not both here.
PLACES = {
    "overview": ("1",), "iterations": ("2",), "codes of an iteration": ("2", "Tab"), "runs": ("2", "Tab", "Tab"),
    "a difference": ("2", "d"), "decisions": ("3",), "why": ("3", "Tab"), "codes before": ("3", "Tab", "Tab"),
    "picture": ("3", "Tab", "Tab", "Tab", "Tab"), "codes": ("4",), "usage of a code": ("4", "Tab"),
    "near codes": ("4", "Tab", "Tab"), "members": ("4", "Tab", "Tab", "Tab"), "heat map": ("4", "v"), "sides": ("4", "v", "v"),
    "topics": ("5",), "documents": ("5", "Tab"), "side by side": ("5", "Tab", "Enter"), "map": ("6",),
    "code on the map": ("6", "Tab", "+"), "scores": ("7",), "codes of a score": ("7", "Tab", "Tab"),
    "flows": ("7", "Enter"), "no documents": ("7", "Tab", "Tab", "Tab", "Tab"), "score runs": ("7", "S-Tab"),
    "scores compared": ("7", "d"), "rounds": ("8",), "judging": ("8", "j", "Enter"), "judging codes": ("8", "j", "j", "Enter"),
    "own codes": ("8", "j", "j", "j", "Enter"), "a closed round": ("8", "Enter"), "agreement": ("A",),
    "pairs": ("A", "Tab"), "groups": ("A", "Tab", "Tab"), "items": ("A", "Tab", "Tab", "Tab"),
    "rounds to compare": ("A", "Tab", "Tab", "Tab", "Tab"), "another round": ("A", "Tab", "Tab", "Tab", "Tab", "j"), "jobs": ("0",), "log": ("0", "Enter"),
}
EMPTY = {"empty " + digit: (digit,) for digit in "1234567A0"}
OWN = ("judging", "judging codes", "own codes", "a closed round", "scores compared", "heat map", "sides", "items")
# Of these the first press may find nothing to do: the first column, one evidence alone, no step yet.
IDLE = {("heat map", "h"), ("side by side", "v"), ("judging", "v"), ("a closed round", "v"), ("judging", "u"), ("judging codes", "u"), ("own codes", "u")}


def hints(line):
    """The keys that a line of hints names."""
    found = []
    for hint in re.split("  +", line.strip()):
        for word in hint.split(" ")[:-1]:
            keys = [word] if len(word) == 1 else word.split("/")
            if not all(key in NAMED or key.startswith("C-") or len(key) == 1 for key in keys):
                break
            found += keys
    return [key for key in found if key not in "?:Q"]


def cells(explorer):
    return [[explorer.screen.buffer[row][column] for column in range(explorer.columns)] for row in range(explorer.rows - 1)]


class Hints(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="dove-hints-")
        cls.addClassCleanup(folder.cleanup)
        cls.project = shutil.copy(sample_project(), os.path.join(folder.name, "hints.dove"))
        cls.empty = empty_project(folder.name)
        start = [PROGRAM, "annotate", cls.project, "start", "--rule", "sample:4"]
        for more in (["--blind-first"], ["--target", "code"], []):
            subprocess.run([*start, *more], check=True, capture_output=True)
        annotate(cls.project, ["Ben", "Cem"], rule="sample:4", name="closed")
        subprocess.run([*start[:3], "close", "--round", "closed"], check=True, capture_output=True)
        subprocess.run([PROGRAM, "score", cls.project, "--bootstrap", "20", "--quiet"], check=True, capture_output=True,
                       env=dict(os.environ, DOVE_SHARE=ROOT))
        with Explorer(cls.project, timeout=60) as explorer:
            explorer.keys("6")
            explorer.write(b"m")
            while "No map yet" in explorer.text() or "expressions" not in explorer.text():
                select.select([explorer.master], [], [], 0.1)
                explorer._drain()

    def open(self, stack, project, keys):
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        path = os.path.join(folder, "copy.dove")
        with contextlib.closing(sqlite3.connect(project)) as base, contextlib.closing(sqlite3.connect(path)) as copy:
            base.backup(copy)
        explorer = stack.enter_context(Explorer(path, size=SIZE, env={"DOVE_NAME": "Ann"}))
        explorer.keys(*keys)
        return explorer

    def press(self, place, explorer, key):
        """Presses the key; False when the place has to be come to anew."""
        before = cells(explorer)
        try:
            explorer.keys(key)
        except AssertionError:  # a job that it started runs on
            return False
        message = explorer.last_line()
        self.assertIsNone(re.match(r" *(!|error)", message), "%s, %s: %s" % (place, key, message))
        if cells(explorer) == before and (place, key) not in IDLE:
            self.assertNotEqual(hints(message), hints(explorer.hinted), "%s: %s does nothing" % (place, key))
        explorer.keys("Esc")
        return cells(explorer) == before

    def walk(self, project, places):
        named, common = 0, set()
        for place, keys in places.items():
            with self.subTest(place), contextlib.ExitStack() as stack:
                explorer = self.open(stack, project, keys)
                explorer.hinted = explorer.last_line()
                wanted = hints(explorer.hinted)
                self.assertTrue(wanted or place.startswith("empty"), explorer.text())
                named += len(wanted)
                for key in wanted:
                    if (keys[:1], key) in common and place not in OWN:
                        continue
                    if key != "Enter":  # the others do the same in all parts of a pane
                        common.add((keys[:1], key))
                    if not self.press(place, explorer, key):
                        stack.pop_all().close()
                        explorer = self.open(stack, project, keys)
                        explorer.hinted = explorer.last_line()
        return named

    def test_each_key_does_something(self):
        self.assertGreater(self.walk(self.project, PLACES), 150)  # named, a third of which are pressed

    def test_in_an_empty_project(self):
        self.walk(self.empty, EMPTY)

    def test_keys_are_those_that_are_bound(self):
        with tempfile.TemporaryDirectory() as home:
            os.mkdir(os.path.join(home, "dove"))
            with open(os.path.join(home, "dove", "config"), "w", encoding="utf-8") as file:
                file.write("bind scores Z score\nunbind scores r\nunbind scores d\n")
            with Explorer(self.project, size=SIZE, env={"XDG_CONFIG_HOME": home}) as explorer:
                explorer.keys("7")
                self.assertIn("  Z score  ", explorer.last_line())
                self.assertNotIn("compare", explorer.last_line())
                explorer.keys("5", "Tab", "Enter")
                self.assertIn("  J/K topic  ", explorer.last_line())  # as written, though } and { do it as well

    def test_what_cannot_be_done_is_not_offered(self):
        with contextlib.ExitStack() as stack:
            explorer = self.open(stack, self.empty, ("6",))
            self.assertNotIn("search", explorer.last_line())
            explorer.keys("/")
            self.assertIn("nothing here yet to look for", explorer.last_line())
            explorer.keys("?", "/")  # but in the help
            self.assertTrue(explorer.last_line().startswith("/"))


if __name__ == "__main__":
    unittest.main()
