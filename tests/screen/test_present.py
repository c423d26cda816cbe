"""Presenting pairs of documents to an audience."""

import os
import select
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from cjk_project import cjk_project, empty_project  # noqa: E402
from explorer import Explorer, sample_project  # noqa: E402
from sample_numbers import records  # noqa: E402


def topics():
    """The topics of the sample in the order in which they came."""
    found = []
    for document in records("documents"):
        if document["topic"] not in found:
            found.append(document["topic"])
    return found


class Presenting(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.project = sample_project()

    def shown_topic(self, explorer):
        """The topic stands alone in the middle of the first line that has words."""
        return next(line.strip() for line in explorer.lines() if line.strip())

    def test_nothing_distracts(self):
        for size in ((24, 80), (50, 200)):
            with self.subTest(size=size), Explorer(self.project, size=size) as explorer:
                explorer.keys("5", "j", "p")
                text = explorer.text()
                self.assertIn(self.shown_topic(explorer), topics())
                for distraction in ("DOVE", "Overview", "│", "─", "┌", "help", "▌"):
                    self.assertNotIn(distraction, text)
                self.assertTrue(all(line.startswith(" " * (size[1] // 14)) for line in explorer.lines() if line))
                self.assertEqual(explorer.lines()[0], "")
                explorer.keys("q")
                self.assertIn("[5 Documents]", explorer.text())
                self.assertIn("≡", explorer.text())  # side by side, as before

    def test_space_goes_through_all_pairs(self):
        with Explorer(self.project, size=(50, 200)) as explorer:
            explorer.keys("5", "j", "p")
            seen = [self.shown_topic(explorer)]
            while len(seen) < 30:
                explorer.keys("Space")
                if "this is the last pair" in explorer.last_line():
                    break
                seen.append(self.shown_topic(explorer))
            self.assertEqual(sorted(seen), sorted(topics()))
            explorer.keys("Left")
            self.assertEqual(self.shown_topic(explorer), seen[-2])
            self.assertEqual(explorer.last_line(), "")

    def test_pair_of_the_comparison_is_kept(self):
        with Explorer(self.project, size=(50, 200)) as explorer:
            explorer.keys("5", "j", "Enter", "Tab", ":")
            explorer.type("model cedar" if any(d["source"] == "cedar" for d in records("documents")) else "model birch")
            name = "cedar" if "cedar" in explorer.text() else "birch"
            explorer.keys("p")
            self.assertRegex(explorer.text(), r"(?m)^ +\w+ · human +%s$" % name)
            explorer.keys("Space")
            self.assertRegex(explorer.text(), r"(?m)^ +\w+ · human +%s$" % name)

    def test_codes_are_revealed_and_hidden_again(self):
        with Explorer(self.project, size=(50, 200)) as explorer:
            explorer.keys("5", "j", "p")
            hidden = explorer.text()
            self.assertNotRegex(hidden, "[●○] ")
            explorer.keys("v")
            self.assertRegex(explorer.text(), "[●○] ")
            explorer.keys("v")
            self.assertEqual(explorer.text(), hidden)
            explorer.keys("v", "Space")
            self.assertNotRegex(explorer.text(), "[●○] ")

    def test_timed(self):
        with Explorer(self.project, size=(50, 200)) as explorer:
            explorer.keys("5", "j", ":")
            explorer.type("present 1")
            first = self.shown_topic(explorer)
            begin = time.monotonic()
            while self.shown_topic(explorer) == first and time.monotonic() - begin < 20:
                select.select([explorer.master], [], [], 0.05)
                explorer._drain()
            self.assertGreater(time.monotonic() - begin, 0.8)
            self.assertIn(self.shown_topic(explorer), topics())
            self.assertNotEqual(self.shown_topic(explorer), first)
            explorer.keys("?")  # the help holds the time
            covered = explorer.text()
            select.select([], [], [], 1.5)
            explorer._drain()
            self.assertEqual(explorer.text(), covered)

    def test_wrong_time(self):
        with Explorer(self.project) as explorer:
            explorer.keys("5", "j", ":")
            explorer.type("present soon")
            self.assertIn("'soon' is not a time for a pair", explorer.text())
            self.assertIn("[5 Documents]", explorer.text())

    def test_prompt_and_message_are_seen(self):
        with Explorer(self.project) as explorer:
            explorer.keys("5", "j", "p", ":")
            self.assertTrue(explorer.last_line().startswith(":"))
            explorer.keys("Esc", "Z")
            self.assertIn("Z does nothing here", explorer.last_line())

    def test_cjk(self):
        for size in ((24, 80), (50, 200)):
            with self.subTest(size=size), Explorer(cjk_project(), size=size) as explorer:
                explorer.keys("5", "j", "p")
                self.assertIn("좋은", explorer.text().replace(" ", ""))
                explorer.keys("Space", "v")
                self.assertNotIn("│", explorer.text())

    def test_odd_sizes_and_empty_project(self):
        for size in ((10, 40), (5, 20), (1, 1), (36, 120)):
            with self.subTest(size=size), Explorer(self.project, size=size) as explorer:
                explorer.keys("5", "j", "p", "Space", "v", "j", "k", "Left")
                explorer.resize(24, 80)
                self.assertIn(self.shown_topic(explorer), topics())
        with tempfile.TemporaryDirectory() as folder:
            with Explorer(empty_project(folder)) as explorer:
                explorer.keys("5", "p", "Space")
                self.assertIn("No documents yet", explorer.text())


if __name__ == "__main__":
    unittest.main()
