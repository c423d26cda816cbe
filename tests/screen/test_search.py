"""Searching: the screen moves while the words are typed, Enter stays, Esc goes back; lists and texts, English and CJK."""

import re
import unittest

from cjk_project import cjk_project
from explorer import Explorer, sample_project


MATCH = "ffd700"  # the ground of what a search finds, in the theme for dark terminals


def marked_row(explorer):
    """The number of the row on the screen in which the selection stands: the one whose ground is not the others'."""
    buffer = explorer.screen.buffer
    for row in range(3, explorer.rows - 2):
        cell = buffer[row][2]
        if cell.bg != "default" or cell.reverse:
            return row
    return None


def names(explorer):
    """What the rows of the list say, top to bottom, the frame left out."""
    return [line[1:30].strip() for line in explorer.lines()[4:-2]]


class SearchWhileTyping(unittest.TestCase):
    def position(self, explorer):
        return marked_row(explorer), names(explorer)

    def test_a_list_moves_with_each_letter_and_esc_goes_back(self):
        with Explorer(sample_project(), size=(24, 80)) as explorer:
            explorer.keys("4", "j", "j")
            before = self.position(explorer)
            last = names(explorer)[8].split("  ")[0]
            explorer.keys("/")
            explorer.send(last[:3])
            explorer.send(last[3:])
            found = marked_row(explorer)
            self.assertIn(last, explorer.lines()[found])
            self.assertNotEqual(found, before[0])
            explorer.keys("Backspace", "Esc")
            self.assertEqual(self.position(explorer), before)
            self.assertEqual(explorer.styled(bg=MATCH), [])

    def test_enter_stays_and_n_goes_on(self):
        with Explorer(sample_project(), size=(24, 80)) as explorer:
            explorer.keys("4")
            name = names(explorer)[6].split("  ")[0]
            explorer.keys("/")
            explorer.send(name)
            here = marked_row(explorer)
            explorer.keys("Enter")
            self.assertEqual(marked_row(explorer), here)
            self.assertIn(name, explorer.lines()[here])
            explorer.keys("k", "n")
            self.assertEqual(marked_row(explorer), here)

    def test_words_that_are_nowhere(self):
        with Explorer(sample_project(), size=(24, 80)) as explorer:
            explorer.keys("4", "j")
            before = self.position(explorer)
            explorer.keys("/")
            explorer.send("zzzz")
            self.assertIn("no match", explorer.last_line())
            self.assertEqual(self.position(explorer), before)
            explorer.keys("C-u")
            self.assertNotIn("no match", explorer.last_line())
            explorer.send("zzzz\r")
            self.assertIn("'zzzz' is not in this list", explorer.last_line())
            self.assertEqual(self.position(explorer), before)

    def test_every_pane_takes_what_is_typed(self):
        with Explorer(sample_project(), size=(24, 200)) as explorer:
            taken = set()
            for pane in re.findall(r"[ \[\]](\d) \w", explorer.lines()[1]):
                for part in ("", "Tab", "Enter"):
                    explorer.keys(*filter(None, (pane, part)))
                    if "/ search" not in explorer.last_line():  # nothing is there yet
                        continue
                    taken.add(pane)
                    before = explorer.lines()
                    for key in ("/", "a", "z", "Backspace", "Esc"):
                        explorer.keys(key)
                    self.assertEqual(explorer.lines(), before, (pane, part))
            self.assertGreaterEqual(taken, set("12345"))

    def test_the_former_search_comes_back_after_esc(self):
        with Explorer(sample_project(), size=(24, 80)) as explorer:
            explorer.keys("4")
            first, other = (names(explorer)[place].split("  ")[0] for place in (7, 3))
            explorer.keys("/")
            explorer.type(first)
            there = marked_row(explorer)
            explorer.keys("k", "k", "/")
            explorer.send(other)
            explorer.keys("Esc", "n")
            self.assertEqual(marked_row(explorer), there)

    def test_a_text_scrolls_with_each_letter(self):
        with Explorer(sample_project(), size=(24, 80)) as explorer:
            explorer.keys("?")
            before = explorer.lines()
            explorer.keys("/")
            explorer.send("In a prompt")
            self.assertIn("In a prompt", explorer.text())
            self.assertNotIn("In a prompt", "\n".join(before))
            explorer.keys("Esc")
            self.assertEqual(explorer.lines()[:-1], before[:-1])
            explorer.keys("/")
            explorer.type("In a prompt")
            self.assertIn("In a prompt", explorer.text())

    def test_cjk(self):
        with Explorer(cjk_project(), size=(24, 80)) as explorer:
            explorer.keys("4")
            before = self.position(explorer)
            wanted = next(name for name in ("自然保護", "勤勉", "자유", "自由", "정직", "효도")
                          if any(name in line for line in explorer.lines()[5:-2]))
            explorer.keys("/")
            explorer.send(wanted[:1])
            explorer.send(wanted[1:])
            self.assertIn(wanted, explorer.lines()[marked_row(explorer)])
            explorer.keys("Esc")
            self.assertEqual(self.position(explorer), before)

    def test_texts_side_by_side(self):
        with Explorer(sample_project(), size=(24, 80)) as explorer:
            explorer.keys("5", "Enter", "Enter")
            before = explorer.lines()
            for words in ("keep", "尽孝"):
                explorer.keys("/")
                explorer.send(words)
                self.assertEqual(set(explorer.styled(bg=MATCH)), {words})
                explorer.keys("Esc")
                self.assertEqual(explorer.lines(), before)
                self.assertEqual(explorer.styled(bg=MATCH), [])


if __name__ == "__main__":
    unittest.main()
