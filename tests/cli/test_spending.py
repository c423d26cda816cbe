"""What models cost: told before, counted while, held within a budget, and failures asked again alone."""

import unittest

from harness import NETWORK, USAGE, document, read_lines
from test_endpoint import EndpointCase, value, values

INTERRUPTED = 130
PRICES = {"recognizer.price_in": 2, "recognizer.price_out": 10}  # of a million tokens


class Ledger(EndpointCase):
    def ledger(self, path):
        return self.ok("info", path, "--json").json()["requests"]

    def test_what_was_answered_is_counted_to_the_last_token(self):
        server = self.serve({"number": values(value())})
        path = self.project(server, [document(n) for n in range(12)], **PRICES)
        self.assertEqual(self.ledger(path), [])
        report = self.ok("extract", path, "--json").json()
        (row,) = self.ledger(path)
        self.assertEqual((row["role"], row["model"], row["endpoint"]), ("recognizer", "test-model", server.url()))
        self.assertEqual((row["answered"], row["cached"], row["failed"], row["estimated"]), (12, 0, 0, 0))
        self.assertEqual((row["tokens_in"], row["tokens_out"]), (server.tokens_in, server.tokens_out))
        self.assertAlmostEqual(row["cost"], (2 * server.tokens_in + 10 * server.tokens_out) / 1e6, 12)
        self.assertGreater(row["expected_cost"], 0)
        (told,) = report["requests"]
        # The run and the project add costs up in different orders.
        for key in ("cost", "expected_cost"):
            self.assertAlmostEqual(told.pop(key), row.pop(key), 12)
        self.assertEqual(told, row)
        text = self.ok("info", path).out
        self.assertIn("recognizer test-model: 12 answered", text)
        self.assertIn("expected", text)

    def test_rejected_and_cached_answers_are_counted_too(self):
        long_name = values(value("a name of five words"))
        server = self.serve({"has more than 3 words": values(value("loyalty")), "number": long_name})
        path = self.project(server, [document(1)], **PRICES)
        self.ok("extract", path)
        (row,) = self.ledger(path)
        self.assertEqual((row["answered"], row["tokens_out"]), (2, server.tokens_out))
        self.ok("import", path, self.write_lines("more.jsonl", [document(2, text=document(1)["text"])]))
        self.ok("extract", path)  # the same text: both answers are there
        (row,) = self.ledger(path)
        self.assertEqual((row["answered"], row["cached"], self.sent(server)), (2, 2, 2))

    def test_without_usage_tokens_are_estimated_and_marked(self):
        server = self.serve({"number": values(value())})
        path = self.project(server, [document(n) for n in range(5)], mode="uncounted", **PRICES)
        self.ok("extract", path)
        (row,) = self.ledger(path)
        self.assertEqual((row["answered"], row["estimated"]), (5, 5))
        # The server's words are the least that a tokenizer can make; an English word has fewer than 8 letters.
        self.assertGreaterEqual(row["tokens_in"], server.tokens_in)
        self.assertLess(row["tokens_in"], 3 * server.tokens_in)
        self.assertGreater(row["cost"], 0)
        self.assertIn("about", self.ok("info", path).out)

    def test_without_prices_no_cost_is_made_up(self):
        server = self.serve({"number": values(value())})
        path = self.project(server, [document(1)])
        self.ok("extract", path)
        (row,) = self.ledger(path)
        self.assertIsNone(row["cost"])
        self.assertNotIn("cost", self.ok("info", path).out)


class DryRun(EndpointCase):
    def plan(self, path, *more):
        (row,) = self.ok("extract", path, "--dry-run", "--json", *more).json()["requests"]
        return row

    def test_bounds_hold_what_it_then_costs(self):
        server = self.serve({"number": values(value())})
        path = self.project(server, [document(n) for n in range(10)], **PRICES, **{"recognizer.max_tokens": 50})
        plan = self.plan(path)
        self.assertEqual((plan["would_send"], plan["cached"], self.sent(server)), (10, 0, 0))
        self.assertFalse(plan["tokens_in"]["exact"])
        text = self.ok("extract", path, "--dry-run").out
        self.assertIn("10 requests would be sent", text)
        self.ok("extract", path, "--limit", "4")
        again = self.plan(path)
        self.assertEqual((again["would_send"], again["cached"]), (6, 0))
        self.ok("extract", path)
        (row,) = self.ok("info", path, "--json").json()["requests"]
        for key in ("tokens_in", "tokens_out"):
            self.assertLessEqual(plan[key]["least"], row[key])
            self.assertGreaterEqual(plan[key]["most"], row[key])
        self.assertEqual(plan["tokens_out"]["most"], 10 * 50)
        self.assertLessEqual(plan["cost"]["least"], row["cost"])
        self.assertGreaterEqual(plan["cost"]["most"], row["cost"])

    def test_the_server_counts_where_it_can(self):
        server = self.serve({"number": values(value())})
        path = self.project(server, [document(n) for n in range(10)], mode="counting")
        plan = self.plan(path)
        self.assertTrue(plan["tokens_in"]["exact"])
        self.assertIsNone(plan["cost"]["about"])
        self.assertEqual(self.sent(server), 0)
        self.ok("extract", path)
        self.assertEqual(plan["tokens_in"]["about"], server.tokens_in)

    def test_a_count_without_the_template_is_not_called_exact(self):
        server = self.serve({"number": values(value())})
        path = self.project(server, [document(n) for n in range(10)], mode="tokenizing")
        tokens = self.plan(path)["tokens_in"]
        self.assertFalse(tokens["exact"])
        self.ok("extract", path)
        self.assertLess(tokens["least"], server.tokens_in)
        self.assertGreaterEqual(tokens["most"], server.tokens_in)
        self.assertLess(abs(tokens["about"] / server.tokens_in - 1), 0.1)

    def test_what_was_learnt_makes_the_plan_better(self):
        server = self.serve({"number": values(value())})
        path = self.project(server, [document(n) for n in range(40)], **PRICES)
        self.ok("extract", path, "--limit", "20")
        spent, plan = server.tokens_in, self.plan(path)
        self.ok("extract", path)
        self.assertLess(abs(plan["tokens_in"]["about"] / (server.tokens_in - spent) - 1), 0.05)

    def test_a_dry_run_writes_nothing(self):
        server = self.serve({"number": values(value())})
        path = self.project(server, [document(n) for n in range(3)])
        before = path.read_bytes()
        self.plan(path)
        self.assertEqual(path.read_bytes(), before)


class Budget(EndpointCase):
    def test_a_job_stops_before_it_would_cost_more(self):
        server = self.serve({"number": values(value())})
        path = self.project(
            server, [document(n) for n in range(60)], **PRICES, **{"recognizer.max_tokens": 40, "recognizer.concurrency": 4}
        )
        whole = self.ok("extract", path, "--dry-run", "--json").json()["requests"][0]["cost"]["most"]
        budget = whole / 15  # a request costs far less than its bytes could
        run = self.fails(INTERRUPTED, "extract", path, "--budget", f"{budget:.9f}", says=["budget", "goes on"])
        self.assertIn("What was done stays", run.err)
        (row,) = self.ok("info", path, "--json").json()["requests"]
        self.assertLessEqual(row["cost"], budget)
        self.assertGreater(row["answered"], 5)
        self.assertLess(row["answered"], 60)
        answered = self.sent(server)
        self.assertEqual(answered, row["answered"])
        self.ok("config", path, "budget", f"{whole:.9f}")
        self.ok("extract", path)
        self.assertEqual(self.sent(server), 60)
        self.assert_sound(path)

    def writers(self, server, topics):
        """A project whose examinee sets no limit to what it writes."""
        prices = {"examinee.price_in": 2, "examinee.price_out": 10, "examinee.concurrency": 12}
        path = self.new_project(**{"examinee.url": server.url("limited"), "examinee.model": "test-model", **prices})
        rows = [document(n, topic=f"topic {n}") for n in range(topics)]
        self.ok("import", path, self.write_lines("documents.jsonl", rows))
        return path

    def bill(self, server):
        return (2 * server.tokens_in + 10 * server.tokens_out) / 1e6

    def test_answers_of_any_length_do_not_pass_it(self):
        long = " ".join(["word"] * 5000)
        server = self.serve({"Write a piece": long})
        path = self.writers(server, 12)
        # All twelve at once would cost 0.6; cut at 2,000 tokens, they would cost nearly all of it for nothing.
        self.fails(INTERRUPTED, "generate", path, "--model", "m", "--budget", "0.3", says=["budget of 0.3", "goes on"])
        self.assertLessEqual(self.bill(server), 0.3)
        self.assertGreater(self.bill(server), 0.15)
        (row,) = self.ok("info", path, "--json").json()["requests"]
        self.assertAlmostEqual(row["cost"], self.bill(server), 12)  # what was cut is paid for, and counted
        self.assertEqual(row["failed"], 0)
        self.assertGreaterEqual(row["answered"], 1)
        self.ok("generate", path, "--model", "m")
        written = [item["text"] for item in self.documents(path) if item["source"] == "m"]
        self.assertEqual(len(written), 12)
        self.assertEqual(set(map(len, written)), {len(long)})  # none of those that were cut
        (row,) = self.ok("info", path, "--json").json()["requests"]
        self.assertEqual(row["answered"], 12)
        self.assertEqual(self.ok("generate", path, "--model", "m", "--dry-run", "--json").json()["requests"], [])

    def test_answers_that_fit_are_sent_once(self):
        server = self.serve({"Write a piece": " ".join(["word"] * 700)})
        path = self.writers(server, 12)
        self.ok("generate", path, "--model", "m", "--budget", "5")
        self.assertEqual(self.sent(server), 12)

    def documents(self, path):
        out = self.path("documents-out.jsonl")
        self.ok("export", path, "documents", "--format", "jsonl", "-o", out)
        return read_lines(out)

    def test_a_budget_needs_prices_away_from_home(self):
        path = self.new_project(**{"recognizer.url": "http://192.0.2.1/v1", "recognizer.model": "m"})
        self.ok("import", path, self.write_lines("documents.jsonl", [document(1)]))
        self.fails(USAGE, "extract", path, "--budget", "1", says=["prices", "recognizer.price_in"])


class RetryFailed(EndpointCase):
    def test_failures_are_asked_again_alone(self):
        server = self.serve({"number 2.": "I would rather not say.", "number": values(value())})
        server.replies["cannot be used"] = "Still not."
        path = self.project(server, [document(n) for n in range(4)])
        self.fails(NETWORK, "extract", path, says="1 of 4 documents")
        asked = self.sent(server)
        server.replies = {"Answer once more": values(value("candour")), "number": values(value())}
        self.ok("import", path, self.write_lines("more.jsonl", [document(n) for n in range(10, 15)]))
        plan = self.ok("extract", path, "--retry-failed", "--dry-run", "--json").json()["requests"][0]
        self.assertEqual((plan["would_send"], plan["left"]), (1, 5))
        report = self.ok("extract", path, "--retry-failed", "--json").json()
        self.assertEqual((report["documents"], report["done"]), (1, 1))
        self.assertEqual(self.sent(server), asked + 1)
        self.ok("extract", path)
        self.assertEqual(self.sent(server), asked + 6)


if __name__ == "__main__":
    unittest.main()
