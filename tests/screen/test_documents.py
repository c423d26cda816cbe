"""The Documents pane: topics, documents, and documents side by side, on the sample project."""

import os
import re
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from explorer import PROGRAM, ROOT, Explorer, sample_project  # noqa: E402
from sample_numbers import Numbers, records, share, squeeze  # noqa: E402

PARTNER = "qualities of a good partner in a romantic relationship"


class DocumentsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.project = sample_project()
        cls.numbers = Numbers(cls.project)

    def open_partner(self, explorer):
        """Side by side: the Korean on the left, a model on the right."""
        explorer.keys("5", "\\")
        explorer.type("good partner")
        explorer.keys("j", "Enter", ":")
        explorer.type("culture KR")

    def column(self, explorer, first, end):
        """The lines of some columns of the screen, between the frame's edges; cells, so that wide characters count
        two."""
        lines = []
        for row in range(3, explorer.rows - 2):
            cells = explorer.screen.buffer[row]
            lines.append("".join(cells[x].data for x in range(first, end)))
        return lines

    def left(self, explorer):
        border = 1 + (explorer.columns - 2) // 2
        return self.column(explorer, 1, border)


class Lists(DocumentsTest):
    def test_topics_and_documents(self):
        topics = {document["topic"] for document in records("documents")}
        with Explorer(self.project, size=(50, 200)) as explorer:
            explorer.keys("5")
            text = explorer.text()
            self.assertIn("[5 Documents]", text)
            self.assertRegex(text, r"all documents +160")
            for topic in topics:
                self.assertIn(topic, text)

    def test_list_follows_the_topic(self):
        with Explorer(self.project) as explorer:
            explorer.keys("5", "\\")
            explorer.type("good partner")
            self.assertIn("filter: good partner", explorer.lines()[2])
            explorer.keys("j")
            expected = [d["id"] for d in records("documents") if d["topic"] == PARTNER]
            self.assertEqual(len(expected), 7)
            for identifier in expected:
                self.assertIn(identifier, explorer.text())
            self.assertNotIn("kr-01", explorer.text())

    def test_filter_searches_all_texts_in_cjk(self):
        for words in ("孝", "尽孝", "부모"):
            with self.subTest(words=words), Explorer(self.project, size=(50, 200)) as explorer:
                expected = {d["id"] for d in records("documents") if words in d["text"]}
                self.assertTrue(expected)
                explorer.keys("5", "Tab", "\\")
                explorer.type(words)
                self.assertIn("filter: " + words, explorer.lines()[2])
                shown = set(re.findall(r"\b(?:kr|jp|cn|us|aster|birch|cedar)-[a-z]*-?\d\d\b", explorer.text()))
                self.assertEqual(shown, expected)
                explorer.keys("Esc")
                self.assertNotIn("filter:", explorer.lines()[2])

    def test_sort_by_length(self):
        longest = max(records("documents"), key=lambda d: len(d["text"]))
        with Explorer(self.project, size=(50, 200)) as explorer:
            explorer.keys("5", "Tab", ":")
            explorer.type("sort length")
            explorer.keys("S", "g", "g")
            self.assertIn("by length ▼", explorer.lines()[2])
            self.assertIn(longest["id"], explorer.lines()[4])
            self.assertRegex(explorer.lines()[4], r"\b%d\b" % len(longest["text"]))

    def test_selection_survives_a_sort(self):
        with Explorer(self.project, size=(50, 200)) as explorer:
            explorer.keys("5", "Tab", "/")
            explorer.type("jp-11")
            explorer.keys("s", "s", "S", "Enter")
            self.assertIn("▸JP · human", explorer.lines()[3])

    def test_empty_project(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "empty.dove")
            subprocess.run([PROGRAM, "new", path], env=dict(os.environ, DOVE_SHARE=ROOT), check=True,
                           capture_output=True)
            for size in ((24, 80), (10, 40)):
                with self.subTest(size=size), Explorer(path, size=size) as explorer:
                    explorer.keys("5")
                    self.assertIn("No documents yet", explorer.text())
                    self.assertIn("1 i   imports some", explorer.text())
                    explorer.keys("Enter", "j", "Tab", "J", "c", "v", "/", "x", "Enter", "Esc")
                    self.assertIn("No documents yet", explorer.text())


class SideBySide(DocumentsTest):
    def test_codes_and_what_is_shared(self):
        left = self.numbers.recognised("kr-07")
        right = self.numbers.recognised("aster-07")
        shared = {name for name, _ in left} & {name for name, _ in right}
        with Explorer(self.project) as explorer:
            self.open_partner(explorer)
            self.assertIn("qualities of a good partner", explorer.lines()[2])
            heading = explorer.lines()[3]
            self.assertEqual(heading.count("≡ %d shared of 5" % len(shared)), 2, heading)
            self.assertIn("▸KR · human", heading)
            self.assertIn("aster", heading)
            rows = [line for line in self.left(explorer) if line[:1] in "●○" and line.strip()]
            self.assertEqual(len(rows), len(left))
            for row, (name, q) in zip(rows, left):
                self.assertEqual(row[0] == "●", name in shared, row)
                self.assertIn(" %s " % share(q), row)
                self.assertTrue(name.startswith(re.split("…|  ", row[2:])[0]), row)

    def test_evidence_stands_between_its_marks(self):
        quotes = {squeeze(e["evidence"]) for e in records("expressions") if e["document_id"] == "kr-07"}
        with Explorer(self.project, size=(50, 120)) as explorer:
            self.open_partner(explorer)
            marked = set(re.findall("▌([^▌▐]*)▐", squeeze("".join(self.left(explorer)))))
            self.assertEqual(marked, quotes)

    def test_selecting_a_code_shows_its_evidence(self):
        evidence = self.numbers.evidence("kr-07")
        names = [name for name, _ in self.numbers.recognised("kr-07")]
        with Explorer(self.project, size=(50, 120)) as explorer:
            self.open_partner(explorer)
            for at, name in enumerate(names):
                if at > 0:
                    explorer.keys("j")
                bold = ""
                for row in range(4, explorer.rows - 2):
                    cells = [explorer.screen.buffer[row][x] for x in range(1, 60)]
                    if cells[0].data in "●○":
                        break
                    bold += "".join(cell.data for cell in cells if cell.bold)
                shown = set(re.findall("▌([^▌▐]*)▐", squeeze(bold)))
                self.assertEqual(shown, {squeeze(quote) for quote in evidence.get(name, [])}, name)

    def test_search_finds_in_cjk_and_across_evidence(self):
        with Explorer(self.project, size=(50, 120)) as explorer:
            self.open_partner(explorer)
            # "…통장도, 빚도" begins an evidence: the mark before it must not hide the match.
            text = next(d["text"] for d in records("documents") if d["id"] == "kr-07")
            quote = next(e["evidence"] for e in records("expressions")
                         if e["document_id"] == "kr-07" and e["evidence"].startswith("통장도"))
            at = text.index(quote)
            words = text[at - 3:at + 3].strip()
            explorer.keys("/")
            explorer.type(words)
            self.assertIn("search: " + words, explorer.lines()[2])
            self.assertNotIn("is not in this text", explorer.last_line())
            self.assertNotIn("▌", "".join(self.left(explorer)).split("─")[0])
            explorer.keys("Esc")
            self.assertIn("▌", "".join(self.left(explorer)))

    def test_other_topics_keep_who_is_shown(self):
        topics = [name for (name,) in self.numbers.rows("SELECT name FROM topic ORDER BY id")]
        with Explorer(self.project) as explorer:
            explorer.keys("5", "j", "Enter", ":")
            explorer.type("culture JP")
            explorer.keys("Tab", ":")
            explorer.type("model cedar")
            for step, key in ((1, "J"), (2, "}"), (1, "K"), (0, "{")):
                explorer.keys(key)
                self.assertIn("%d/20 %s" % (step + 1, topics[step][:40]), explorer.lines()[2])
                self.assertIn("JP · human", explorer.lines()[3])
                self.assertIn("▸cedar", explorer.lines()[3])
            explorer.keys("K")
            self.assertIn("this is the first topic", explorer.last_line())

    def test_choosing_documents(self):
        with Explorer(self.project) as explorer:
            explorer.keys("5", "j", "j", "Enter")  # a topic on which cedar has roles
            explorer.keys("Tab", ":")
            explorer.type("model cedar")
            explorer.keys("r")
            self.assertRegex(explorer.lines()[3], r"▸cedar · role \w+")
            explorer.keys("m")
            self.assertIn("▸aster", explorer.lines()[3])
            explorer.keys("c")
            self.assertRegex(explorer.lines()[3], r"▸(KR|JP|CN|US) · human")
            explorer.keys("w")
            self.assertRegex(explorer.lines()[3], r"^│▸(KR|JP|CN|US) · human")
            explorer.keys(":")
            explorer.type("culture FR")
            self.assertIn("no document of culture 'FR'", explorer.last_line())

    def test_more_columns(self):
        with Explorer(self.project, size=(50, 200)) as explorer:
            explorer.keys("5", "j", "Enter")
            self.assertEqual(explorer.lines()[3].count("shared of"), 3)
            explorer.keys("|")
            self.assertEqual(explorer.lines()[3].count("shared of"), 4)
            explorer.keys(":")
            explorer.type("columns 2")
            self.assertEqual(explorer.lines()[3].count("shared of"), 2)
            explorer.keys("+")
            self.assertEqual(explorer.lines()[3].count("shared of"), 1)
            explorer.resize(10, 40)
            self.assertIn("shared of", explorer.text())
            explorer.resize(1, 1)
            explorer.resize(24, 80)
            self.assertIn("shared of", explorer.text())

    def test_to_the_code_and_back(self):
        name = self.numbers.recognised("kr-07")[0][0]
        with Explorer(self.project) as explorer:
            self.open_partner(explorer)
            explorer.keys("Enter")
            self.assertIn("› " + name, explorer.lines()[2])
            explorer.keys("q")
            self.assertIn("qualities of a good partner", explorer.lines()[2])
            self.assertIn("▸KR · human", explorer.lines()[3])
            explorer.keys("q")
            self.assertIn("filter: good partner", explorer.lines()[2])

    def test_view_is_there_again_at_the_next_start(self):
        with tempfile.TemporaryDirectory() as home:
            with Explorer(self.project, env={"HOME": home}) as explorer:
                self.open_partner(explorer)
                explorer.keys("j", "Q")
                self.assertEqual(explorer.wait_end(), 0)
            with Explorer(self.project, env={"HOME": home}) as explorer:
                self.assertIn("[5 Documents]", explorer.lines()[1])
                self.assertIn("qualities of a good partner", explorer.lines()[2])
                self.assertIn("▸KR · human", explorer.lines()[3])

    def test_ascii(self):
        with Explorer(self.project) as explorer:
            self.open_partner(explorer)
            explorer.keys(":")
            explorer.type("ascii")
            self.assertRegex(explorer.text(), r"= \d shared of 5")
            self.assertTrue(all(ord(c) < 128 or c.isalpha() for c in explorer.text() if c not in "…“”"),
                            explorer.text())

    def test_iteration_without_leaving(self):
        with Explorer(self.project) as explorer:
            self.open_partner(explorer)
            before = [line for line in self.left(explorer) if line[:1] in "●○"]
            explorer.keys(":")
            explorer.type("iteration 0")
            self.assertIn("▸KR · human", explorer.lines()[3])
            self.assertNotEqual(before, [line for line in self.left(explorer) if line[:1] in "●○"])


class Export(DocumentsTest):
    def test_codes_with_their_evidence(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "pair.tsv")
            with Explorer(self.project) as explorer:
                self.open_partner(explorer)
                explorer.keys("e")
                explorer.type(path)
                self.assertIn("wrote", explorer.last_line())
            with open(path, encoding="utf-8") as lines:
                rows = [line.rstrip("\n").split("\t") for line in lines]
        self.assertEqual(rows[0], ["document", "culture", "source", "role", "topic", "code", "q", "shared", "evidence"])
        expected = self.numbers.recognised("kr-07")
        found = [(row[5], row[6]) for row in rows[1:] if row[0] == "kr-07"]
        self.assertEqual(found, [(name, "%.6f" % q) for name, q in expected])


if __name__ == "__main__":
    unittest.main()
