"""kill -9 at random moments of work that asks models, with exact accounts: the server has a log of what it was asked,
and after each kill the project is asked what it holds.

DOVE_TEST_KILLS (`make check-kills KILLS=50`) says how often each kind of work is killed; the work grows with it.
"""

import collections
import contextlib
import hashlib
import json
import os
import random
import re
import shutil
import sqlite3
import threading
import time
import unittest
import urllib.request

from harness import NETWORK, SLOW, document, expression, read_lines, start
from test_batch import result
from test_models import ModelCase, recognise

KILLS = int(os.environ.get("DOVE_TEST_KILLS", "3"))
AT_ONCE = 4
OF_CODEBOOK = ("codebook", "coding", "decisions", "iterations")


def named(body):
    """What two requests have in common only when they are equal."""
    return hashlib.sha256(body if isinstance(body, bytes) else body.encode()).hexdigest()


class KilledCase(ModelCase):
    """What a test needs to kill work and to settle accounts with it."""

    def setUp(self):
        super().setUp()
        self.draw = random.Random(20261124)
        self.server = self.serve()
        self.server.on_request = self.on_request
        self.lock = threading.Lock()
        self.watched = None

    # ---- Two projects ----

    def make(self, name, mode, files, **settings):
        limits = {f"{role}.concurrency": AT_ONCE for role in ("recognizer", "namer", "decoder", "examinee", "judge")}
        limits["translator.concurrency"] = limits["embedder.concurrency"] = AT_ONCE
        return self.project(self.server, files, mode=mode, name=name, **limits, **settings)

    def twins(self, files, *before, **settings):
        """One project that is killed and one that nobody disturbs, after the same steps."""
        calm = self.make("calm.dove", "good", files, **settings)
        for words in before:
            self.ok(words[0], calm, *words[1:])
        killed = self.path("killed.dove")
        shutil.copyfile(calm, killed)
        self.ok("config", killed, "endpoint.url", self.server.url("good20"))
        return killed, calm

    def some_documents(self, count):
        """Texts that differ in what they value."""
        words = "honest family free work help respect".split()
        rows = [
            document(n, culture=("US", "KR")[n % 2], topic=f"topic {n % 10}", text=f"Be {words[n % 6]} and {words[n % 5]}, {n}.")
            for n in range(count)
        ]
        return self.write_lines("some.jsonl", rows)

    # ---- What the project holds ----

    def rows(self, path, sql):
        with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=20)) as project:
            return project.execute(sql).fetchall()

    def stored(self, path):
        """How many answers the project holds to each request; samples of one question are equal requests."""
        found = self.rows(path, "SELECT request FROM request_cache WHERE status = 'answered'")
        return collections.Counter(named(body) for (body,) in found)

    def exported_all(self, path, *what):
        found = {}
        for name in what:
            out = self.path("out")
            out.unlink(missing_ok=True)
            self.ok("export", path, name, "-o", out, *(("--run", "1") if name in OF_CODEBOOK else ()))
            found[name] = out.read_bytes()
        for line in ("iterations",):  # the clock is in them
            if line in found:
                found[line] = [{**row, "seconds": 0} for row in json.loads(found[line])]
        return found

    # ---- One process ----

    def on_request(self, _exchange):
        """A request has arrived: those without a kept answer, itself among them, are never more than may be at once."""
        watched = self.watched
        if watched is None:
            return
        with self.lock:
            watched["arrived"] += 1
            arrived = watched["arrived"]
            (kept,) = self.rows(watched["path"], "SELECT count(*) FROM request_cache WHERE status = 'answered'")[0]
            watched["most"] = max(watched["most"], arrived - (kept - watched["kept"]))
        if arrived >= watched["target"]:
            watched["reached"].set()

    def watch(self, path, target):
        before = self.stored(path)
        self.watched = {
            "path": path, "before": before, "kept": before.total(), "target": target, "arrived": 0, "most": 0,
            "reached": threading.Event(), "first": len(self.server.exchanges),
        }  # fmt: skip

    def settle(self, path, needed):
        """Accounts for a process that is gone; how many requests it lost."""
        self.server.wait_until_left()
        with urllib.request.urlopen(f"http://127.0.0.1:{self.server.port}/count", timeout=20):
            pass  # whoever knocked before this one was let in before it
        self.server.wait_until_left()
        watched, self.watched = self.watched, None
        sent = collections.Counter(named(exchange.body) for exchange in self.server.exchanges[watched["first"] :])
        before, after = watched["before"], self.stored(path)
        self.assertFalse(before - after, "an answer that was kept is gone")
        self.assertFalse(after - before - sent, "an answer to what was never asked")
        lost = sent - (after - before)
        self.assertLessEqual(lost.total(), AT_ONCE, "more is lost than was on its way")
        self.assertLessEqual(watched["most"], AT_ONCE, "more was on its way than may be at once")
        self.assertFalse(before + sent - needed, "what was answered is asked again")
        (counted,) = self.rows(path, "SELECT coalesce(sum(requests), 0) FROM ledger")[0]
        self.assertEqual(counted, after.total(), "the ledger has what the cache has")
        return lost.total()

    def run_and_kill(self, words, target):
        """True when the process was killed before its end."""
        process = start(*words)
        if target > 0:
            while not self.watched["reached"].wait(0.01) and process.poll() is None:
                pass
        time.sleep(self.draw.uniform(0, 0.03 if target > 0 else 0.1))
        process.kill()
        process.communicate()
        if process.returncode >= 0:
            self.assertEqual(process.returncode, 0, words)
        return process.returncode < 0

    # ---- All of it ----

    def kill_often(self, words, path, calm, kills=KILLS):
        """Kills the call on `path` again and again and lets it finish, with accounts; `calm` is never killed."""
        self.ok(words[0], calm, *words[1:])
        words = (words[0], path, *words[1:])
        needed = self.stored(calm)
        span = 2 * (needed - self.stored(path)).total() // (kills + 1)
        killed = 0
        for _ in range(kills):
            target = self.draw.randint(0, max(1, span))
            self.watch(path, target)
            was_killed = self.run_and_kill(words, target)
            self.settle(path, needed)
            self.assert_sound(path)
            if not was_killed:
                break
            killed += 1
        self.assertGreaterEqual(killed, (kills + 1) // 2, "too little work to be killed that often")
        self.watch(path, 0)
        self.ok(*words)
        self.assertEqual(self.settle(path, needed), 0)
        self.assertEqual(self.stored(path), needed)
        self.assert_sound(path)

    def assert_once(self, path, table, of):
        """Every document has exactly one row, or one set of them, in the table."""
        sql = f"SELECT max(n), count(*) FROM (SELECT count(*) AS n FROM {table} GROUP BY {of})"
        self.assertEqual(self.rows(path, sql)[0][0], 1, table)


class Killed(KilledCase):
    def test_extract(self):
        killed, calm = self.twins([self.some_documents(40 + 12 * KILLS)])
        self.kill_often(("extract",), killed, calm)
        self.assert_once(killed, "recognition", "document_id")
        self.assertEqual(self.exported_all(killed, "expressions"), self.exported_all(calm, "expressions"))

    def test_embed(self):
        killed, calm = self.twins([self.some_documents(40 + 12 * KILLS)], ("extract",), **{"embedder.batch": 3})
        self.kill_often(("embed",), killed, calm)
        self.assert_once(killed, "vector_block", "owner, block")
        self.assertEqual(self.exported_all(killed, "vectors"), self.exported_all(calm, "vectors"))

    def test_embed_beside_texts_that_fail(self):
        """Texts that the server cannot take stay without a vector. After a kill they come first again, and must not
        push the others into other requests: no text is sent again that has its vector."""
        rows = [expression(n // 100, evidence=None, description=f"He values thing {n}.") for n in range(2200)]
        documents = self.write_lines("d.jsonl", [document(n) for n in range(22)])
        path = self.make("long.dove", "long", [documents, self.write_lines("e.jsonl", rows)], **{"embedder.batch": 16})
        reached, released, arrived = threading.Event(), threading.Event(), []
        last_block = re.compile(rb"thing (204[89]|20[5-9]\d|21\d\d)\.")

        def hold(exchange):
            """Answers six requests of the last block, and lets the others wait for the kill."""
            if last_block.search(exchange.body) is not None:
                arrived.append(exchange)
                if len(arrived) > 6:
                    reached.set()
                    released.wait(60 * SLOW)

        self.server.on_request = hold
        process = start("embed", path)
        self.assertTrue(reached.wait(60 * SLOW))
        process.kill()
        process.communicate()
        released.set()
        self.server.wait_until_left()
        self.server.on_request = None
        sql = "SELECT request FROM request_cache WHERE status = 'answered'"
        kept = {text for (body,) in self.rows(path, sql) for text in json.loads(body)["input"]}
        of_last_block = {text for text in kept if last_block.search(text.encode())}
        self.assertGreater(len(of_last_block), 16)
        self.assertLess(len(of_last_block), 152)
        before = len(self.server.exchanges)
        self.fails(NETWORK, "embed", path, says="2 of")
        again = {text for exchange in self.server.exchanges[before:] for text in json.loads(exchange.body)["input"]}
        self.assertEqual(again & kept, set())
        self.assertEqual(len(kept | again), 2200)
        self.assert_sound(path)

    def test_generate(self):
        killed, calm = self.twins([self.few(20)])
        self.kill_often(("generate", "--model", "delta", "--samples", str(2 + KILLS // 2)), killed, calm)
        self.assert_once(killed, "document", "external_id")
        self.assertEqual(self.exported_all(killed, "documents"), self.exported_all(calm, "documents"))

    def test_build(self):
        """Chat decoder and chat namer, and the vectors of what the decoder wrote."""
        some = {"T": 1, "M": 2, "candidate_sets": 1, "reconstructions": 2, "embedder.batch": 4}
        more = {"T": 3, "M": 3, "candidate_sets": 3, "reconstructions": 2, "embedder.batch": 4, "patience": 5}
        settings, topics = (some, 8) if KILLS <= 5 else (more, 20)
        killed, calm = self.twins([self.few(topics)], ("extract",), ("embed",), **settings)
        self.kill_often(("build",), killed, calm)
        self.assert_once(killed, "coding", "iteration_id, document_id")
        self.assertEqual(self.exported_all(killed, *OF_CODEBOOK), self.exported_all(calm, *OF_CODEBOOK))

    def test_judge_and_translate(self):
        killed, calm = self.twins([self.some_documents(40 + 6 * KILLS)])
        kills = (KILLS + 1) // 2
        self.kill_often(("judge", "subjectivity"), killed, calm, kills)
        self.kill_often(("translate", "--to", "ko"), killed, calm, kills)
        for table, columns in (("verdict", "question, label, answer"), ("translation", "lang, text, model")):
            sql = f"SELECT document_id, {columns} FROM {table} ORDER BY document_id"
            self.assertEqual(self.rows(killed, sql), self.rows(calm, sql))
            self.assertGreater(len(self.rows(killed, sql)), 0)


class KilledWithFiles(KilledCase):
    """What reads or writes files is killed at random moments of its time."""

    def timed(self, *words):
        started = time.monotonic()
        self.ok(*words)
        return time.monotonic() - started

    def kill_within(self, seconds, *words):
        process = start(*words)
        time.sleep(self.draw.uniform(0, seconds))
        process.kill()
        process.communicate()

    def test_import_of_a_batch(self):
        """Its results are kept in portions of 256, whole ones."""
        count = 1100
        path, calm = self.twins([self.some_documents(count)])
        for project in (path, calm):
            self.ok("export", project, "batch", "-o", self.path(project.stem + ".jsonl"))
        seconds = 0
        for project in (calm, path):
            requests = read_lines(self.path(project.stem + ".jsonl"))
            rows = [result(request, recognise(request["body"]["messages"][-1]["content"])) for request in requests]
            words = ("import", project, self.write_lines(project.stem + "-results.jsonl", rows), "--as", "batch")
            if project == calm:
                seconds = self.timed(*words)
        for _ in range(KILLS):
            before = self.stored(path)
            self.kill_within(seconds, *words)
            self.assert_sound(path)
            self.assertFalse(before - self.stored(path))
            self.assertIn(self.stored(path).total(), (0, 256, 512, 768, 1024, count))
        self.ok(*words)
        self.assertEqual(self.stored(path).total(), count)
        for project in (path, calm):
            self.ok("extract", project)
        self.assertEqual(self.exported_all(path, "expressions"), self.exported_all(calm, "expressions"))
        self.assertEqual(len(self.server.exchanges), 0)

    def test_export_of_a_bundle(self):
        """The bundle is there as a whole, or not at all."""
        path, calm = self.twins([self.some_documents(200)], ("extract",), ("embed",))
        seconds = self.timed("export", calm, "bundle", "-o", self.path("calm-bundle.dove"))
        self.assert_sound(self.path("calm-bundle.dove"))
        wanted = self.exported_all(calm, "expressions", "vectors")
        for number in range(KILLS):
            bundle = self.path(f"bundle{number}.dove")
            self.kill_within(seconds, "export", path, "bundle", "-o", bundle)
            self.assert_sound(path)
            if bundle.exists():
                self.assert_sound(bundle)
                self.assertEqual(self.exported_all(bundle, "expressions", "vectors"), wanted)
        for left in self.folder.glob("bundle*.dove.*"):
            self.assertRegex(left.name, r"\.part(-journal)?$")


if __name__ == "__main__":
    unittest.main()
