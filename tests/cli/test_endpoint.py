"""Work with models behind an endpoint: the loopback server of tests/endpoint answers as it is told."""

import json
import pathlib
import sys
import unittest

from harness import INPUT, NETWORK, USAGE, TestCase, document, read_lines

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "endpoint"))
import server as endpoint_server  # noqa: E402


def values(*items):
    return json.dumps({"stance": "He approves.", "values": list(items)})


def value(name="honesty", description="The author values honesty.", evidence=""):
    return {"code_name": name, "description": description, "evidence": evidence}


class EndpointCase(TestCase):
    """A test with a server of its own; `replies`: part of the last message → the answer to it."""

    def serve(self, replies):
        server = endpoint_server.Server(replies).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return server

    def project(self, server, documents, mode="good", **settings):
        path = self.new_project(
            **{"recognizer.url": server.url(mode), "recognizer.model": "test-model", **settings}
        )
        self.ok("import", path, self.write_lines("documents.jsonl", documents))
        return path

    def expressions(self, path):
        out = self.path("expressions.jsonl")
        self.ok("export", path, "expressions", "--format", "jsonl", "-o", out)
        return read_lines(out)

    def sent(self, server):
        return sum(server.counter.seen.values())


class Extract(EndpointCase):
    def test_what_models_write_is_read(self):
        python_list = (
            "Stance: he likes it.\n```python\n"
            "[{'code_name': 'Fair  Play', 'description': 'The author\\'s rule is fair play.'},]\n```"
        )
        server = self.serve(
            {
                "number 1.": values(value(evidence="keep  our “word”"), value("care", "The author cares.", "not there")),
                "number 2.": python_list,
                "number 3.": values(),
            }
        )
        texts = 'We should keep our "word", number {}.'
        path = self.project(server, [document(n, text=texts.format(n)) for n in (1, 2, 3)])
        report = self.ok("extract", path, "--json").json()
        self.assertEqual((report["documents"], report["done"], report["silent"], report["expressions"]), (3, 2, 1, 3))
        fields = ("document_id", "code_name", "description", "evidence")
        rows = [tuple(map(row.get, fields)) for row in self.expressions(path)]
        self.assertEqual(
            rows,
            [
                ("d1", "honesty", "The author values honesty.", 'keep our "word'),
                ("d1", "care", "The author cares.", None),
                ("d2", "Fair Play", "The author's rule is fair play.", None),
            ],
        )
        self.assertEqual(self.sent(server), 3)
        self.ok("extract", path)
        self.assertEqual(self.sent(server), 3)
        self.assert_sound(path)

    def test_asked_again_with_the_error(self):
        long_name = values(value("a name of five words"))
        server = self.serve({"has more than 3 words": values(value("loyalty")), "number 1.": long_name})
        path = self.project(server, [document(1)])
        self.ok("extract", path)
        self.assertEqual([row["code_name"] for row in self.expressions(path)], ["loyalty"])
        self.assertEqual(self.sent(server), 2)

    def test_given_up_after_two_more_questions(self):
        server = self.serve({"number 1": values(value()), "number 2": "I would rather not say."})
        server.replies["cannot be used"] = "Still not."
        path = self.project(server, [document(1), document(2)])
        self.fails(NETWORK, "extract", path, says=["1 of 2 documents", "'d2'", "no JSON"])
        self.assertEqual(self.sent(server), 1 + 3)
        self.assertEqual([row["document_id"] for row in self.expressions(path)], ["d1"])
        del server.replies["cannot be used"]
        server.replies["Answer once more"] = values(value("candour"))
        self.ok("extract", path)  # only the last question is asked again
        self.assertEqual(self.sent(server), 5)
        self.assertEqual([row["code_name"] for row in self.expressions(path)], ["honesty", "candour"])

    def test_refused_and_cut_off(self):
        server = self.serve({"number": values(value())})
        for mode, says, requests in (("refuse", "refuses", 1), ("cut", "cut off", 3)):
            with self.subTest(mode):
                before = self.sent(server)
                path = self.new_project(mode + ".dove", **{"recognizer.url": server.url(mode), "recognizer.model": "m"})
                self.ok("import", path, self.write_lines("documents.jsonl", [document(1)]))
                self.fails(NETWORK, "extract", path, says=says)
                self.assertEqual(self.sent(server) - before, requests)
                self.assertEqual(self.counts(path), (1, 0))

    def test_a_final_error_stops_with_what_to_do(self):
        server = self.serve({})
        path = self.project(server, [document(n) for n in range(30)], mode="model")
        self.fails(NETWORK, "extract", path, says=["404", "model", "test-model"])
        self.assertLess(self.sent(server), 30)
        self.ok("config", path, "recognizer.url", "http://127.0.0.1:1/v1")
        self.ok("config", path, "recognizer.model", "")
        self.fails(USAGE, "extract", path, says="recognizer.model")


class Keys(EndpointCase):
    def test_a_key_is_nowhere(self):
        server = self.serve({"number": values(value())})
        key = "sk-right"
        environment = {"DOVE_TEST_KEY": key, "DOVE_LOG": str(self.path("log"))}
        path = self.project(server, [document(n) for n in range(5)], mode="key", **{"recognizer.key": "$DOVE_TEST_KEY"})
        wrong = dict(environment, DOVE_TEST_KEY="sk-wrong-one")
        run = self.fails(NETWORK, "extract", path, says="401", environment=wrong)
        self.assertNotIn("sk-wrong-one", run.err)
        run = self.ok("extract", path, "--json", environment=environment)
        shown = [run.out, run.err]
        for words in (("config", path), ("info", path, "--json"), ("export", path, "expressions")):
            shown.append(self.ok(*words, environment=environment).out)
        for text in shown:
            self.assertNotIn("sk-", text)
        self.assertIn("$DOVE_TEST_KEY", shown[2])
        for file in self.folder.iterdir():
            self.assertNotIn(b"sk-", file.read_bytes(), file)
        self.ok("import", path, self.write_lines("more.jsonl", [document(77)]))
        self.fails(INPUT, "extract", path, says="DOVE_TEST_KEY")

    def test_a_key_is_not_taken_for_a_setting(self):
        path = self.new_project()
        for setting, word in (("recognizer.key", "sk-in-the-open"), ("recognizer.url", "https://me:sk-in-the-open@host/v1")):
            run = self.fails(USAGE, "config", path, setting, word, says=setting)
            self.assertNotIn("sk-in-the-open", run.err)
        run = self.fails(USAGE, "new", self.path("n.dove"), "--set", "recognizer.key=sk-in-the-open", says="recognizer.key")
        self.assertNotIn("sk-in-the-open", run.err)
        self.assertNotIn(b"sk-in-the-open", path.read_bytes())


if __name__ == "__main__":
    unittest.main()
