"""--seed and --threads of every verb that has them and is not tested elsewhere (score, build, compute cluster): threads
never change a byte, the seed changes what is drawn."""

import unittest

from harness import TestCase, copy_sample, read_lines, sample_files

THREADS = (1, 2, 4)


class Threads(TestCase):
    def same(self, make):
        """make(threads) gives the same for any number of threads, and not nothing."""
        made = [make(threads) for threads in THREADS]
        self.assertTrue(made[0])
        for other in made[1:]:
            self.assertEqual(made[0], other)

    def test_extract(self):
        english = [row for file in sample_files("documents") for row in read_lines(file) if row["lang"] == "en"]
        documents = self.write_lines("english.jsonl", english)

        def make(threads):
            project = self.new_project(f"x{threads}.dove")
            self.ok("import", project, documents)
            self.ok("extract", project, "--threads", threads)
            return self.ok("export", project, "expressions").raw

        self.same(make)

    def test_embed_and_code(self):
        projects = {}

        def embed(threads):
            projects[threads] = project = self.new_project(f"e{threads}.dove")
            self.ok("import", project, *sample_files("documents"), *sample_files("expressions"))
            self.ok("embed", project, "--threads", threads)
            folder = self.path(f"vectors{threads}")
            self.ok("export", project, "vectors", "-o", folder)
            files = sorted(folder.iterdir()) if folder.is_dir() else sorted(self.folder.glob(folder.name + "*"))
            return [file.read_bytes() for file in files]

        def code(threads):
            text = b"I believe we should keep our promises. People must care for their old parents."
            return self.ok("code", copy_sample(self.path(f"c{threads}.dove")), "--text", "-", "--json", "--threads",
                           threads, stdin=text).raw

        self.same(embed)
        self.same(code)

    def test_compute_uot(self):
        size = 70  # more than a block of rows
        cost = self.write("cost.csv", "\n".join(
            ",".join(str(abs((i * 7) % size - (j * 7) % size) / size) for j in range(size)) for i in range(size)))
        weights = [[(i * step) % 11 + 1 for i in range(size)] for step in (3, 5)]
        a, b = (self.write(f"{name}.csv", "\n".join(str(value / sum(row)) for value in row))
                for name, row in zip("ab", weights))
        self.same(lambda threads: self.ok("compute", "uot", "--cost", cost, "--a", a, "--b", b, "--json", "--threads",
                                          threads).raw)

    def test_demo(self):
        def make(threads):
            folder = self.path(f"demo{threads}")
            self.ok("demo", "--no-ui", "--quiet", "--dir", folder, "--threads", threads)
            project = folder / "sample.dove"
            return [self.ok("export", project, what).raw for what in ("codebook", "decisions", "coding", "scores")]

        self.assertEqual(make(1), make(4))


class Annotation(TestCase):
    def setUp(self):
        super().setUp()
        self.project = copy_sample(self.path("a.dove"))

    def drawn(self, name, *options):
        call = ("annotate", self.project)
        self.ok(*call, "start", "--rule", "sample:3:culture", "--name", name, *options)
        items = self.ok(*call, "items", "--as", "ann", "--round", name, "--json").json()
        return [(row["document"], row.get("code")) for row in items]

    def test_the_seed_draws_the_round(self):
        first, again, other = (self.drawn(name, "--seed", seed) for name, seed in (("a", 7), ("b", 7), ("c", 8)))
        self.assertGreater(len(first), 6)
        self.assertEqual(first, again)
        self.assertNotEqual(first, other)

    def test_intervals_of_agreement(self):
        self.drawn("round", "--seed", 7)
        call = ("annotate", self.project)
        items = self.ok(*call, "items", "--as", "ann", "--json").json()[:12]
        for place, row in enumerate(items):
            for name, step in (("ann", 2), ("bob", 3)):
                self.ok(*call, "judge", "--as", name, "--item", row["item"], "--answer",
                        "yes" if place % step else "no")  # fmt: skip

        def agreement(seed, threads):
            return self.ok(*call, "agreement", "--bootstrap", "300", "--json", "--seed", seed, "--threads", threads).raw

        self.assertEqual(agreement(1, 1), agreement(1, 2))
        self.assertEqual(agreement(1, 1), agreement(1, 4))
        self.assertNotEqual(agreement(1, 2), agreement(2, 2))


if __name__ == "__main__":
    unittest.main()
