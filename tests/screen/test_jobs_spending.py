"""The Jobs pane while a model is asked: the pace, the cost, and how both are changed. The server counts."""

import json
import os
import pathlib
import sqlite3
import subprocess
import sys
import tempfile
import time
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
            explorer.keys("x")
            explorer.write(b"\r0")
            explorer.wait_for("of 2 at once")
            explorer.write(b":concurrency 12\r")
            explorer.wait_for("of 12 at once")
            explorer.write(b"{")
            explorer.wait_for("of 8 at once")  # two thirds
            explorer.write(b"}")
            explorer.wait_for("of 13 at once")  # half as many more, and one
            explorer.wait_for("✓ done")
            explorer.wait_idle()
            text = explorer.text()
            cost = (2 * self.server.tokens_in + 10 * self.server.tokens_out) / 1e6
            self.assertRegex(text, r"so far +600 +0 +0 +%d +%d +%.4g " % (self.server.tokens_in, self.server.tokens_out, cost))
            self.assertRegex(text, r"expected +~\d+ +~\d+ +~[\d.]+ ")
            self.assertRegex(text, r"planned +600 +0 +~\d+ +~120000 +~[\d.]+ ")  # 200 tokens of an answer not yet seen
            self.assertIn("2 in, 10 out for a million tokens", text)
            self.assertNotIn(SECRET, text)
        with Explorer(path, size=(50, 200)) as explorer:  # from the record
            explorer.keys("0")
            self.assertRegex(explorer.text(), r"so far +600 +0 +0 +%d " % self.server.tokens_in)
            self.assertRegex(explorer.text(), r"planned +600 +0 ")
            explorer.write(b"F")
            explorer.wait_for("nothing failed")
        for file in set(self.folder.iterdir()) - {self.key}:
            self.assertFalse(SECRET.encode() in file.read_bytes(), file)

    def test_failures_are_asked_again_by_key(self):
        self.server.replies = {"cannot be used": "Still not.", "number 2.": "No.", "number": VALUES}
        path = self.project(5, mode="good")
        with Explorer(path, size=(24, 80)) as explorer:
            explorer.write(b"x\r0")
            explorer.wait_for("✗ failed")
            explorer.keys("Enter", "+")
            self.assertIn("failures that still stand", explorer.text())
            self.assertIn("1 × recognizer: there is no JSON", explorer.text())
            self.assertIn("F asks once more", explorer.text())
            asked = sum(self.server.counter.seen.values())
            self.server.replies = {"Answer once more": VALUES}
            explorer.keys("F")
            self.assertRegex(explorer.text(), r"recognizer test-model +1 +2 ")  # the first question is in the cache
            explorer.write(b"\r")
            explorer.wait_for("1 expressions from 1 of")
            self.assertEqual(sum(self.server.counter.seen.values()), asked + 1)
            explorer.keys("q", "j", "Enter", "+")  # the first job again: nothing of it is left
            self.assertNotIn("failures that", explorer.text())

    def plan(self, path):
        """What the command line says of the same job."""
        told = subprocess.run([PROGRAM, "extract", path, "--dry-run", "--json"], check=True, capture_output=True)
        (row,) = json.loads(told.stdout)["requests"]
        return row

    def jobs(self, path):
        return sqlite3.connect(path).execute("SELECT arguments FROM job WHERE kind = 'extract' ORDER BY id").fetchall()

    def test_what_would_be_asked_is_shown_first(self):
        path = self.project(7, mode="good", **{"recognizer.price_in": 2, "recognizer.price_out": 10,
                                               "recognizer.max_tokens": 50})
        plan = self.plan(path)
        row = r"recognizer test-model +7 +0 +~%d +~%d +~%.4g" % (
            plan["tokens_in"]["about"], plan["tokens_out"]["about"], plan["cost"]["about"])
        bounds = ["in %d … %d" % (plan["tokens_in"]["least"], plan["tokens_in"]["most"]),
                  "out 0 … 350", "cost %.4g … %.4g" % (plan["cost"]["least"], plan["cost"]["most"])]
        for size in ((24, 80), (50, 200)):
            with self.subTest(size=size), Explorer(path, size=size) as explorer:
                explorer.keys("x")
                self.assertRegex(explorer.text(), row)
                for words in bounds:
                    self.assertIn(words, explorer.text())
                explorer.keys("Esc", "0")
                self.assertNotIn("extract", explorer.text())
        self.assertEqual(self.server.counter.seen, {})
        with Explorer(path) as explorer:
            explorer.keys("x", "C-u")
            explorer.type("nothing")
            self.assertIn("budget must be a number", explorer.last_line())
            explorer.keys("C-u")
            explorer.type("0.25")
            explorer.keys("0")
            explorer.wait_for("✓ done")
        ((arguments,),) = self.jobs(path)
        arguments = json.loads(arguments)
        self.assertEqual(arguments["budget"], 0.25)
        (asked,), (planned,) = arguments["asks"], arguments["plan"]
        self.assertEqual((asked["role"], asked["model"], asked["price_out"]), ("recognizer", "test-model", 10))
        self.assertEqual((planned["requests"], planned["tokens_in"][1]), (7, plan["tokens_in"]["about"]))
        with Explorer(path, size=(10, 40)) as explorer:  # little room, and all is there
            explorer.keys(":")
            explorer.type("judge topic")  # no model has the role: that is said before anything is recorded
            self.assertIn("judge.url", explorer.text().replace("│\n│", ""))

    def test_what_the_server_counted_is_exact(self):
        path = self.project(7, mode="counting")
        with Explorer(path) as explorer:
            explorer.keys("x")
            self.assertRegex(explorer.text(), r"recognizer test-model +7 +0 +%d " % self.plan(path)["tokens_in"]["about"])
            self.assertIn("counted by the server", explorer.text())
            self.assertIn("no price: recognizer.price_in", explorer.text())

    def test_the_screen_is_alive_while_it_is_counted(self):
        path = self.project(7, mode="mute")
        with Explorer(path) as explorer:
            explorer.write(b"x")
            explorer.wait_for("Counting what would be asked")
            explorer.write(b"12")
            explorer.wait_for("budget  012")
            began = time.monotonic()
            explorer.keys("Esc")  # the server would be silent for ten seconds
            self.assertLess(time.monotonic() - began, 3)
            self.assertNotIn("Counting", explorer.text())

    def test_waits_and_reasons_are_told(self):
        path = self.project(7, mode="pause")
        with Explorer(path) as explorer:
            explorer.write(b"x\r0")
            explorer.wait_for("the server asked for it")
            self.assertRegex(explorer.text(), r"waits 1[012] s: the server asked")
            explorer.write(b"\x18")
            explorer.wait_for("■ stopped")
        self.dove("config", path, "recognizer.url", self.server.url("context"))
        with Explorer(path) as explorer:
            explorer.write(b"x\r0")
            explorer.wait_for("✗ failed")
            explorer.keys("Enter", "+")
            self.assertIn("7 × recognizer: too long for the model's context", explorer.text())
            self.assertIn("give the server more context", explorer.text())

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
