"""Models behind endpoints as the explorer meets them: documents that are written, judged and translated as jobs, and
translations read in place of texts."""

import os
import sqlite3
import subprocess
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "endpoint"))
import server as endpoint_server  # noqa: E402
from explorer import PROGRAM, Explorer  # noqa: E402
from sample_case import SampleCase  # noqa: E402

REPLIES = {
    "Translate the text": lambda prompt: "BEGIN " + prompt.split("<<<TEXT\n", 1)[1][:30].replace("\n", " ") + " END",
    "Write a piece": "I would say that honest work comes first.",
    '"subjectivity": how much': '{"subjectivity": "mixed", "value_related": true, "reason": "r"}',
}


class ModelsTest(SampleCase):
    def setUp(self):
        super().setUp()
        self.server = endpoint_server.Server(REPLIES).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        self.project = self.copy()
        for key, value in (("endpoint.url", self.server.url()), ("translator.model", "tolk"), ("judge.model", "judge"),
                           ("examinee.model", "delta")):
            subprocess.run([PROGRAM, "config", self.project, key, value], check=True)

    def count(self, sql):
        return sqlite3.connect(self.project).execute(sql).fetchone()[0]

    def test_translations_are_read_in_place_of_texts(self):
        for size in ((24, 80), (50, 200)):
            with self.subTest(size=size), Explorer(self.project, size=size) as explorer:
                explorer.keys("5", "\\")
                explorer.type("good partner")
                explorer.keys("j", "Enter", ":")
                explorer.type("culture KR")
                if size == (24, 80):
                    explorer.keys("t")
                    self.assertIn("no translation", explorer.last_line() + explorer.text())
                    explorer.keys(":")
                    explorer.type("translate")
                    self.assertIn("60", explorer.text())
                    explorer.keys("Enter", "0")
                    explorer.wait_for("60 documents trans")
                    explorer.keys("5")
                original = explorer.text()
                explorer.keys("t")
                translated = explorer.text()
                self.assertIn("machine translation", translated)
                self.assertIn("BEGIN", translated)
                self.assertNotIn("BEGIN", original)
                self.assertNotIn("machine translation", original)
                explorer.keys("t")
                self.assertNotIn("BEGIN", explorer.text())
        self.assertEqual(self.count("SELECT count(*) FROM translation"), 60)  # of 20 topics in three languages

    def test_documents_are_written_and_judged(self):
        with Explorer(self.project, size=(50, 200)) as explorer:
            explorer.keys(":")
            explorer.type("generate")
            explorer.keys("Enter", "0")
            explorer.wait_for("delta wrote 20 documents")
            explorer.keys(":")
            explorer.type("generate omega a Korean farmer")
            self.assertIn("examinee omega", explorer.text())
            explorer.keys("Enter")
            explorer.wait_for("omega wrote 20 documents")
            explorer.keys(":")
            explorer.type("judge beauty")
            self.assertIn("not a question for a judge", explorer.text())
            explorer.keys(":")
            explorer.type("judge subjectivity")
            explorer.keys("Enter")
            explorer.wait_for("80 documents judged")
        self.assertEqual(self.count("SELECT count(*) FROM verdict"), 80)
        self.assertEqual(
            self.count("SELECT count(*) FROM document AS d JOIN role AS r ON r.id = d.role_id"
                       " WHERE r.name = 'a Korean farmer'"), 20)

    def test_a_key_is_not_on_the_screen(self):
        """The server tells the key in its error; neither the message nor the record of the job has it."""
        subprocess.run([PROGRAM, "config", self.project, "endpoint.url", self.server.url("key")], check=True)
        subprocess.run([PROGRAM, "config", self.project, "endpoint.key", "$DOVE_TEST_KEY"], check=True)
        with Explorer(self.project, size=(50, 200), env={"DOVE_TEST_KEY": "sk-not-the-right-one"}) as explorer:
            seen = []
            for command in ("translate", "judge topic", "generate", "set endpoint.key", "messages"):
                explorer.keys(":")
                explorer.type(command)
                seen.append(explorer.text())
                explorer.keys("Enter" if "would be asked" in explorer.text() else "Esc")
            explorer.keys("0")
            explorer.wait_for("401")
            explorer.keys("Enter", "+")
            seen.append(explorer.text())
        for text in seen:
            self.assertNotIn("sk-not", text)
        self.assertTrue(any("$DOVE_TEST_KEY" in text for text in seen))
        self.assertNotIn(b"sk-not", open(self.project, "rb").read())


if __name__ == "__main__":
    unittest.main()
