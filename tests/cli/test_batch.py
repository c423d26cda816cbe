"""Requests that go out and come back as files of a Batch API, and bundles that replay what models answered."""

import json
import os
import random
import sqlite3
import unittest

from harness import INPUT, USAGE, document
from test_endpoint import EndpointCase, value, values

PRICES = {"recognizer.price_in": 2, "recognizer.price_out": 10}


def result(request, content, **more):
    """What a provider makes of a line: as the documentation of the Batch API has it."""
    body = {
        "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": content}}],
        "usage": {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120},
    }
    response = {"status_code": 200, "request_id": "r", "body": body}
    return {"id": "batch_req_1", "custom_id": request["custom_id"], "response": response, "error": None, **more}


class Batch(EndpointCase):
    def batch(self, path, *more):
        out = self.path("batch.jsonl")
        if out.exists():
            out.unlink()
        report = self.ok("export", path, "batch", "--json", "-o", out, *more).json()
        with open(out, encoding="utf-8") as file:
            return report, [json.loads(line) for line in file]

    def lines(self, name, rows):
        return self.write_lines(name, rows)

    def test_results_in_any_order_and_in_parts(self):
        server = self.serve({})
        path = self.project(server, [document(n) for n in range(20)], **PRICES)
        report, requests = self.batch(path)
        self.assertEqual((report["requests"], report["files"], len(requests)), (20, 1, 20))
        for request in requests:
            self.assertEqual((request["method"], request["url"]), ("POST", "/v1/chat/completions"))
            self.assertEqual(request["body"]["model"], "test-model")
        self.assertEqual(len({request["custom_id"] for request in requests}), 20)
        random.Random(3).shuffle(requests)
        rows = [result(request, values(value())) for request in requests]
        report = self.ok("import", path, self.lines("part1.jsonl", rows[:8]), "--as", "batch", "--json").json()
        self.assertEqual((report["lines"], report["answered"]), (8, 8))
        self.assertEqual(self.batch(path)[0]["requests"], 12)
        failed = dict(rows[19], response=None, error={"code": "batch_expired", "message": "out of time"})
        self.ok("import", path, self.lines("part2.jsonl", [*rows[8:19], failed, rows[0]]), "--as", "batch")
        server.replies["number"] = values(value("candour"))
        self.ok("extract", path)
        self.assertEqual(self.sent(server), 1)  # the one that failed
        names = [row["code_name"] for row in self.expressions(path)]
        self.assertEqual((len(names), names.count("candour")), (20, 1))
        (row,) = self.ok("info", path, "--json").json()["requests"]
        self.assertEqual((row["answered"], row["failed"], row["cached"]), (20, 1, 19))
        # 19 at half the price, and the one that the server answered.
        self.assertAlmostEqual(
            row["cost"], (19 * (100 * 2 + 20 * 10) / 2 + 2 * server.tokens_in + 10 * server.tokens_out) / 1e6, 12
        )
        self.assert_sound(path)

    def test_failures_are_kept_as_failures(self):
        server = self.serve({"number": values(value())})
        path = self.project(server, [document(n) for n in range(3)])
        _, requests = self.batch(path)
        rows = [result(request, values(value())) for request in requests]
        rows[0]["response"] = {"status_code": 400, "body": {"error": {"message": "too long", "code": "x"}}}
        rows[1]["response"]["body"] = {"nonsense": True}
        report = self.ok("import", path, self.lines("r.jsonl", rows), "--as", "batch", "--json").json()
        self.assertEqual((report["answered"], report["failed"]), (2, 1))
        with sqlite3.connect(path) as database:
            reasons = database.execute("SELECT failure FROM request_cache WHERE status = 'failed'").fetchall()
        self.assertIn("too long", reasons[0][0])
        plan = self.ok("extract", path, "--retry-failed", "--dry-run", "--json").json()["requests"][0]
        self.assertGreaterEqual(plan["would_send"], 1)
        self.fails(4, "extract", path, says="no choice")
        self.assertEqual(len(self.expressions(path)), 2)

    def test_unknown_ids_and_bad_lines_are_named(self):
        server = self.serve({})
        path = self.project(server, [document(1)])
        _, (request,) = self.batch(path)
        good = result(request, values(value()))
        strange = dict(good, custom_id="request-1")
        other = dict(good, custom_id="dove-" + "0" * 64)
        run = self.ok("import", path, self.lines("r.jsonl", [strange, good, other]), "--as", "batch")
        self.assertIn("request-1", run.err)
        self.assertIn("dove-" + "0" * 64, run.err)
        self.fails(INPUT, "import", path, self.lines("s.jsonl", [strange]), "--as", "batch", says="request-1")
        self.fails(INPUT, "import", path, self.path("batch.jsonl"), "--as", "batch", says=["line 1", "file of requests"])
        bad = self.path("bad.jsonl")
        bad.write_bytes(json.dumps(good).encode() + b"\n\xff\xfe\n")
        self.fails(INPUT, "import", path, bad, "--as", "batch", says="line 2")

    def test_equal_documents_are_asked_once(self):
        server = self.serve({})
        path = self.project(server, [document(n, text="We should be kind, number 1.") for n in range(5)])
        report, requests = self.batch(path)
        self.assertEqual((report["requests"], len(requests)), (1, 1))
        self.ok("import", path, self.lines("r.jsonl", [result(requests[0], values(value()))]), "--as", "batch")
        self.ok("extract", path)
        self.assertEqual((self.sent(server), len(self.expressions(path))), (0, 5))

    def test_split_at_fifty_thousand(self):
        server = self.serve({})
        path = self.project(server, [document(n, text=f"Be kind {n}.") for n in range(50001)])
        self.ok("config", path, "recognizer.schema", "off")
        out = self.path("b.jsonl")
        report = self.ok("export", path, "batch", "--json", "-o", out).json()
        self.assertEqual((report["requests"], report["files"]), (50001, 2))
        self.assertEqual(len(out.read_bytes().splitlines()), 50000)
        self.assertEqual(len(self.path("b-2.jsonl").read_bytes().splitlines()), 1)

    def test_embeddings(self):
        server = self.serve({})
        path = self.new_project(**{"embedder.url": server.url(), "embedder.model": "e"})
        self.ok("import", path, self.write_lines("documents.jsonl", [document(1)]))
        rows = [{"document_id": "d1", "code_name": "care", "description": f"The author cares {n}."} for n in range(9)]
        self.ok("import", path, self.write_lines("e.jsonl", rows), "--as", "expressions")
        _, requests = self.batch(path, "--role", "embedder")
        self.assertEqual({request["url"] for request in requests}, {"/v1/embeddings"})
        self.assertEqual(sum(len(request["body"]["input"]) for request in requests), 9)

    def test_who_is_embedded_sends_nothing(self):
        path = self.new_project()
        self.fails(USAGE, "export", path, "batch", "-o", self.path("b.jsonl"), says="recognizer.url")
        self.assertFalse(self.path("b.jsonl").exists())


class Bundle(EndpointCase):
    def make(self):
        os.environ["DOVE_BUNDLE_KEY"] = "sk-right"
        self.addCleanup(os.environ.pop, "DOVE_BUNDLE_KEY")
        server = self.serve({"number 3": "I would rather not say.", "number": values(value())})
        path = self.project(server, [document(n) for n in range(12)], mode="key", **{"recognizer.key": "$DOVE_BUNDLE_KEY"})
        self.fails(4, "extract", path)
        return server, path

    def forget_expressions(self, path):
        with sqlite3.connect(path) as database:
            for table in ("value_expression", "recognition"):
                database.execute(f"DELETE FROM {table}")
        database.close()

    def test_running_again_sends_nothing_and_needs_no_key(self):
        server, path = self.make()
        bundle = self.path("show.dove")
        self.ok("export", path, "bundle", "-o", bundle)
        del os.environ["DOVE_BUNDLE_KEY"]
        self.assert_sound(bundle)
        before = self.expressions(path)
        self.forget_expressions(bundle)
        os.environ["DOVE_BUNDLE_KEY"] = "unused"
        sent = self.sent(server)
        self.ok("extract", bundle, "--limit", "3")
        self.assertEqual(self.sent(server), sent)
        after = self.expressions(bundle)
        self.assertEqual([row["description"] for row in after], [row["description"] for row in before[:3]])

    def test_nothing_of_keys_jobs_and_questions_is_in_it(self):
        _, path = self.make()
        for answers in ("all", "none"):
            bundle = self.path(answers + ".dove")
            self.ok("export", path, "bundle", "--answers", answers, "-o", bundle)
            content = bundle.read_bytes()
            for secret in (b"sk-right", b"DOVE_BUNDLE_KEY", str(self.folder).encode()):
                self.assertFalse(secret in content, secret)
            with sqlite3.connect(bundle) as database:
                count = lambda sql: database.execute(sql).fetchone()[0]  # noqa: E731
                self.assertEqual(count("SELECT count(*) FROM job"), 0)
                self.assertEqual(count("SELECT count(*) FROM document"), 12)
                self.assertEqual(count("SELECT total(length(request)) FROM request_cache"), 0)
                self.assertEqual(count("SELECT count(*) > 0 FROM request_cache"), answers == "all")
            database.close()
            self.assert_sound(bundle)
        out = self.path("batch.jsonl")
        self.ok("export", path, "batch", "-o", out)
        self.assertEqual(len(out.read_bytes().splitlines()), 1)
        self.assertFalse(b"sk-right" in out.read_bytes())

    def test_nothing_is_replaced(self):
        _, path = self.make()
        bundle = self.path("there.dove")
        bundle.write_text("mine")
        self.fails(1, "export", path, "bundle", "-o", bundle, says="replaces nothing")
        self.assertEqual(bundle.read_text(), "mine")
        self.fails(USAGE, "export", path, "bundle", says="--output")


if __name__ == "__main__":
    unittest.main()
