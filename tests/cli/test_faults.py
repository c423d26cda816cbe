"""Kills, interrupts, full disks: nothing is lost, nothing is half done, and work goes on to the same result."""

import json
import random
import shutil
import signal
import subprocess
import time
import unittest

from harness import (
    FAILED, INTERRUPTED, SLOW, TestCase, document, expression, sample_files, start,
)  # fmt: skip

FILES = (*sample_files("documents"), *sample_files("expressions"))
KILLS = 6  # of each step
RESULTS = ("documents", "expressions", "vectors", "codebook", "coding", "decisions", "iterations")


class Killed(TestCase):
    """`kill -9` at random moments of each step; the seed makes the moments the same each time."""

    def setUp(self):
        super().setUp()
        self.draw = random.Random(20261123)

    def results(self, project):
        of_codebook = RESULTS[3:]
        return [
            self.ok("export", project, what, *(("--run", "1") if what in of_codebook else ())).raw for what in RESULTS
        ]

    def timed(self, *words):
        """Runs the call; how long it took."""
        started = time.monotonic()
        self.ok(*words)
        return time.monotonic() - started

    def reference(self):
        """Nobody kills this one. With the seconds that its steps took."""
        project = self.path("reference.dove")
        self.ok("new", project, "--set", "T=4")
        seconds = {
            "import": self.timed("import", project, *FILES),
            "embed": self.timed("embed", project),
            "build": self.timed("build", project),
        }
        return project, seconds

    def kill(self, project, *words, within):
        """Kills the call at a random moment; whether that came before its end."""
        process = start(*words)
        try:
            process.communicate(timeout=self.draw.uniform(0, within))
            self.assertEqual(process.returncode, 0, words)
            return False
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            return True
        finally:
            self.assert_sound(project)

    def kill_often(self, make, *words, seconds):
        """Kills the call on make()'s project at random moments of the first half of its time, earlier ones when it
        came to its end before; enough of them to tell."""
        kills, within = 0, seconds / 2
        for _ in range(KILLS):
            project = make()
            if self.kill(project, words[0], project, *words[1:], within=within):
                kills += 1
            else:
                within /= 2
        self.assertGreaterEqual(kills, 2, words)

    def test_import_is_all_or_nothing(self):
        _, seconds = self.reference()
        projects = []

        def make():
            projects.append(self.new_project(f"{len(projects)}.dove"))
            return projects[-1]

        self.kill_often(make, "import", *FILES, seconds=seconds["import"])
        for project in projects:
            counts = self.counts(project)
            self.assertIn(counts, ((0, 0), (160, 1028)))
            if counts == (0, 0):
                self.ok("import", project, *FILES)
                self.assertEqual(self.counts(project), (160, 1028))

    def test_embed_and_build_go_on_to_the_same_result(self):
        reference, seconds = self.reference()
        project = self.path("killed.dove")
        self.ok("new", project, "--set", "T=4")
        self.ok("import", project, *FILES)
        for step in ("embed", "build"):
            self.kill_often(lambda: project, step, seconds=seconds[step])
            self.ok(step, project)
        # a build that had come to its end before the last kill has begun another run: the first one counts
        self.assertEqual(self.results(project), self.results(reference))

    def test_score_goes_on_to_the_same_result(self):
        reference, _ = self.reference()
        project = self.path("killed.dove")
        shutil.copyfile(reference, project)
        words = ("--bootstrap", "200", "--quiet")
        seconds = self.timed("score", reference, *words)
        self.kill_often(lambda: project, "score", *words, seconds=seconds)
        self.ok("score", project, *words)
        found = self.ok("export", project, "scores", "--explain").json()
        wanted = self.ok("export", reference, "scores", "--explain").json()
        for row in found + wanted:
            row.pop("score_run", None)
        self.assertEqual(found, wanted)


class Interrupted(TestCase):
    def interrupt(self, words, number, after):
        process = start(*words)
        time.sleep(after)
        process.send_signal(number)
        _, errors = process.communicate(timeout=60 * SLOW)
        return process.returncode, errors.decode()

    def test_an_interrupt_stops_cleanly_and_the_work_goes_on_later(self):
        """More expressions than can be built at once."""
        project = self.new_project(T=50, patience=50)
        draw = random.Random(3)
        with open(self.path("e.jsonl"), "w", encoding="utf-8") as file:
            for n in range(1, 4001):
                vector = [draw.gauss(0, 1) + 3 * (n % 40 == k) for k in range(64)]
                file.write(json.dumps(expression(n, evidence=None, code_name=f"value {n % 40}", vector=vector)) + "\n")
        self.ok("import", project, self.write_lines("d.jsonl", [document(n) for n in range(1, 4001)]), self.path("e.jsonl"))
        for number in (signal.SIGINT, signal.SIGTERM):
            code, errors = self.interrupt(("build", project), number, 0.6)
            self.assertEqual(code, INTERRUPTED, errors)
            self.assertTrue(errors.startswith("dove: "), errors)
            self.assert_sound(project)
        self.ok("build", project, "--iterations", "1")
        self.assertEqual(self.ok("info", project, "--json").json()["runs"], 1)


class FullDisk(TestCase):
    def test_every_step_on_a_full_disk_leaves_a_sound_project(self):
        """A limit on the size of files stands for the disk: the log that SQLite writes ahead reaches it first."""
        project = self.new_project()
        files = [*sample_files("documents"), *sample_files("expressions")]
        for step in (("import", project, *files), ("embed", project), ("build", project), ("score", project)):
            before = self.counts(project)
            run = self.fails(FAILED, *step, limit=16384)
            self.assertRegex(run.err, "disk|space|full|large", step)
            self.assert_sound(project)
            self.assertEqual(self.counts(project), before)
            self.ok(*step)
        self.assert_sound(project)

    def test_a_new_project_on_a_full_disk_leaves_nothing(self):
        self.fails(FAILED, "new", self.path("x.dove"), limit=8192)
        self.assertEqual(list(self.folder.iterdir()), [])


class Vectors(TestCase):
    def test_convert(self):
        """Three words of two numbers, in the forms of GloVe and of word2vec."""
        plain = self.write("glove.txt", "the 0.5 -1\nof 1 0.25\nand 0 1\n")
        found = self.ok("vectors", "convert", plain, "-o", self.path("g.dvec"), "--json").json()
        self.assertEqual((found["words"], found["dimension"]), (3, 2))
        headed = self.write("word2vec.txt", "3 2\nthe 0.5 -1\nof 1 0.25\nand 0 1\n")
        self.ok("vectors", "convert", headed, "-o", self.path("w.dvec"))
        self.assertEqual(self.path("g.dvec").read_bytes(), self.path("w.dvec").read_bytes())
        self.assertEqual(
            self.ok("vectors", "convert", plain, "-o", self.path("t.dvec"), "--words", "2", "--json").json()["words"], 2
        )

    def test_bad_lines_leave_no_file(self):
        for content, says in (
            ("the 1 2\nof 1\n", ":2"),
            ("the 1 2\nof 1 x\n", ":2"),
            ("the 1 2\nof 1 nan\n", ":2"),
            ("5 2\nthe 1 2\n", "vectors.txt"),
            ("", "vectors.txt"),
        ):
            path = self.write("vectors.txt", content)
            self.fails(3, "vectors", "convert", path, "-o", self.path("out.dvec"), says=says)
            self.assertFalse(self.path("out.dvec").exists())

    def test_a_project_with_vectors_of_its_own(self):
        words = "the author values honesty between people fairness courage kindness among".split()
        lines = [f"{word} {' '.join(str((i * 7 + j * 3) % 11 - 5) for j in range(6))}" for i, word in enumerate(words)]
        self.ok("vectors", "convert", self.write("v.txt", "\n".join(lines) + "\n"), "-o", self.path("v.dvec"))
        project = self.new_project(vectors=self.path("v.dvec"))
        self.ok("import", project, self.write_lines("d.jsonl", [document()]), self.write_lines("e.jsonl", [expression()]))
        self.assertEqual(self.ok("embed", project, "--json").json()["embedder"]["dimension"], 6)
        self.path("v.dvec").unlink()
        self.ok("import", project, self.write_lines("e2.jsonl", [expression(description="The author values courage.")]))
        self.fails(FAILED, "embed", project, says="v.dvec")


if __name__ == "__main__":
    unittest.main()
