"""The Jobs pane while a model is asked: the pace, the cost, and how both are changed. The server counts."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "endpoint"))
import server as endpoint_server  # noqa: E402
from explorer import PROGRAM, Explorer  # noqa: E402

VALUES = json.dumps({"stance": "", "values": [{"code_name": "care", "description": "The author cares.", "evidence": ""}]})
SECRET = "sk-right-on-the-screen"


class Spending(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="dove-test-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.server = endpoint_server.Server({"number": VALUES}).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        self.key = self.folder / "key"
        self.key.write_text(SECRET)
        self.key.chmod(0o600)

    def dove(self, *words):
        subprocess.run([PROGRAM, *map(str, words)], check=True, capture_output=True)

    def project(self, count, mode="good50", **settings):
        path = self.folder / "p.dove"
        rows = [
            {"id": f"d{n}", "topic": "care", "text": f"We should care, number {n}.", "culture": "US", "source": "human", "lang": "en"}
            for n in range(count)
        ]
        documents = self.folder / "documents.jsonl"
        documents.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        preset = {"recognizer.url": self.server.url(mode), "recognizer.model": "test-model",
                  "recognizer.key": "file:%s" % self.key, **settings}
        self.dove("new", path, *(word for pair in preset.items() for word in ("--set", "%s=%s" % pair)))
        self.dove("import", path, documents)
        return path

    def test_pace_and_cost_while_it_runs(self):
        path = self.project(600, **{"recognizer.concurrency": 2, "recognizer.price_in": 2, "recognizer.price_out": 10})
        with Explorer(path, size=(50, 200)) as explorer:
            explorer.write(b"x0")
            explorer.wait_for("of 2 at once")
            explorer.write(b":concurrency 12\r")
            explorer.wait_for("of 12 at once")
            explorer.write(b"{")
            explorer.wait_for("of 8 at once")  # two thirds
            explorer.write(b"}")
            explorer.wait_for("of 13 at once")  # half as many more, and one
            explorer.wait_for("600 answered, 0 cached")
            explorer.wait_for("✓ done")
            text = explorer.text()
            cost = (2 * self.server.tokens_in + 10 * self.server.tokens_out) / 1e6
            self.assertIn("cost %.4g" % cost, text)
            self.assertIn("%d tokens in, %d out" % (self.server.tokens_in, self.server.tokens_out), text)
            self.assertNotIn(SECRET, text)
        with Explorer(path, size=(50, 200)) as explorer:  # from the record
            explorer.keys("0")
            self.assertIn("600 answered, 0 cached", explorer.text())
            self.assertIn("cost %.4g" % cost, explorer.text())
            explorer.write(b"F")
            explorer.wait_for("nothing failed")
        for file in set(self.folder.iterdir()) - {self.key}:
            self.assertFalse(SECRET.encode() in file.read_bytes(), file)

    def test_failures_are_asked_again_by_key(self):
        self.server.replies = {"cannot be used": "Still not.", "number 2.": "No.", "number": VALUES}
        path = self.project(5, mode="good")
        with Explorer(path, size=(24, 80)) as explorer:
            explorer.write(b"x0")
            explorer.wait_for("✗ failed")
            asked = sum(self.server.counter.seen.values())
            self.server.replies = {"Answer once more": VALUES}
            explorer.write(b"F")
            explorer.wait_for("1 expressions from 1 of")
            self.assertEqual(sum(self.server.counter.seen.values()), asked + 1)

    def test_the_prompt_is_shown_word_for_word(self):
        path = self.project(5, mode="good")
        with Explorer(path, size=(50, 120)) as explorer:
            explorer.type(":prompt recognizer d3")
            text = explorer.text()
            self.assertIn("recognizer: test-model", text)
            self.assertIn("document: d3", text)
            explorer.type("/number 3")
            self.assertIn("We should care, number 3.", explorer.text())
            explorer.keys("q")
            explorer.type(":prompt nonsense")
            self.assertIn("there is no prompt 'nonsense'", explorer.last_line())
            explorer.keys("5", "Tab", "j")
            explorer.type(":prompt plausibility")
            self.assertIn("document: d1", explorer.text())
            self.assertIn("judge: no model is set", explorer.text())
            self.assertEqual(self.server.counter.seen, {})


if __name__ == "__main__":
    unittest.main()
