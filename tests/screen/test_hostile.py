"""Documents that try to steer the terminal are shown harmlessly, and the frame around them stays straight."""

import json
import os
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from explorer import PROGRAM, Explorer  # noqa: E402

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


if __name__ == "__main__":
    unittest.main()
