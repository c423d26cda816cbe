"""`dove compute` on plain files, held against reference values."""

import json
import math
import random
import unittest

from arrays import adjusted_rand_index, npy, read_header, read_npy, rows_of
from harness import FAILED, INPUT, ROOT, USAGE, TestCase


class Transport(TestCase):
    def test_reference_cases(self):
        """Values made by a plain log-domain Sinkhorn iteration in Python, run to 1e-13."""
        cases = read_header("uot_cases.h")
        self.assertEqual(len(cases), 7)
        for case in cases:
            size = int(case["codes"])
            cost = self.write("cost.npy", npy(rows_of(case["cost"], size)))
            a = self.write("a.csv", "\n".join(repr(value) for value in case["a"]))
            b = self.write("b.npy", npy([case["b"]]))
            entropic = {"DOVE_UOT_PLAIN": "plain", "DOVE_UOT_KL": "kl"}[case["entropic"]]
            found = self.ok(
                "compute", "uot", "--cost", cost, "--a", a, "--b", b, "--epsilon", case["epsilon"],
                "--tau", case["tau"], "--entropic", entropic, "--json", "-o", self.path("plan.npy"),
            ).json()  # fmt: skip
            for key, wanted in (
                ("value", "value_ab"), ("value_aa", "value_aa"), ("value_bb", "value_bb"),
                ("divergence", "divergence"), ("score", "score"), ("mass", "mass"),
            ):  # fmt: skip
                self.assertAlmostEqual(found[key], case[wanted], delta=1e-9 * max(1, abs(case[wanted])), msg=key)
            self.assertTrue(found["converged"])
            self.assertLess(found["gap"], 1e-8)
            self.assertGreater(found["iterations"], 0)
            shape, plan = read_npy(self.path("plan.npy"))
            self.assertEqual(shape, (size, size))
            for row, wanted in zip(rows_of(plan, size), case["row_marginal"]):
                self.assertAlmostEqual(sum(row), wanted, delta=1e-8)

    def test_a_cost_that_is_not_square_has_a_value_and_no_divergence(self):
        """One code on each side but two targets at equal cost: by symmetry half of the mass goes to each."""
        cost = self.write("cost.csv", "0.5,0.5\n")
        a, b = self.write("a.csv", "1\n"), self.write("b.csv", "0.5,0.5\n")
        found = self.ok(
            "compute", "uot", "--cost", cost, "--a", a, "--b", b, "--json", "-o", self.path("plan.csv")
        ).json()
        self.assertIsNone(found["divergence"])
        self.assertIsNone(found["score"])
        plan = [float(word) for word in self.path("plan.csv").read_text().replace("\n", ",").split(",") if word]
        self.assertAlmostEqual(plan[0], plan[1], delta=1e-12)
        self.assertAlmostEqual(sum(plan), found["mass"], delta=1e-12)

    def test_codes_without_mass_take_no_part(self):
        cost = self.write("cost.csv", "0,1,1\n1,0,1\n1,1,0\n")
        small = self.write("small.csv", "0,1\n1,0\n")
        a3, b3 = self.write("a3.csv", "0.3,0.7,0\n"), self.write("b3.csv", "0.6,0.4,0\n")
        a2, b2 = self.write("a2.csv", "0.3,0.7\n"), self.write("b2.csv", "0.6,0.4\n")
        big = self.ok("compute", "uot", "--cost", cost, "--a", a3, "--b", b3, "--json").json()
        less = self.ok("compute", "uot", "--cost", small, "--a", a2, "--b", b2, "--json").json()
        self.assertAlmostEqual(big["value"], less["value"], delta=1e-12)
        self.assertAlmostEqual(big["divergence"], less["divergence"], delta=1e-12)

    def test_not_converging_is_said_aloud(self):
        case = read_header("uot_cases.h")[3]
        cost = self.write("cost.npy", npy(rows_of(case["cost"], 12)))
        a, b = self.write("a.npy", npy(case["a"])), self.write("b.npy", npy(case["b"]))
        run = self.ok(
            "compute", "uot", "--cost", cost, "--a", a, "--b", b, "--epsilon", "1e-4", "--tau", "1000",
            "--max-iterations", "1", "--json",
        )  # fmt: skip
        self.assertFalse(run.json()["converged"])
        self.assertIn("did not converge", run.err)

    def test_bad_input(self):
        cost, a = self.write("cost.csv", "0,1\n1,0\n"), self.write("a.csv", "0.5,0.5\n")
        three = self.write("three.csv", "0.2,0.3,0.5\n")
        negative = self.write("negative.csv", "-0.5,1.5\n")
        matrix = self.write("matrix.csv", "1,2\n3,4\n")
        words = self.write("words.csv", "0,1\n1,x\n")
        ragged = self.write("ragged.csv", "0,1\n1\n")
        minus = self.write("minus.csv", "0,-1\n-1,0\n")
        for arguments, says in (
            ((cost, a, three), "3"),
            ((cost, a, negative), "negative"),
            ((cost, a, matrix), "matrix.csv"),
            ((words, a, a), ("words.csv", "line 2")),
            ((ragged, a, a), ("ragged.csv", "line 2")),
            ((minus, a, a), "negative"),
            ((self.path("none.npy"), a, a), "none.npy"),
        ):
            self.fails(INPUT, "compute", "uot", "--cost", arguments[0], "--a", arguments[1], "--b", arguments[2], says=says)

    def test_arrays_of_a_wrong_kind(self):
        a = self.write("a.csv", "0.5,0.5\n")
        good = npy([[0.0, 1.0], [1.0, 0.0]])
        for name, content, says in (
            ("integers.npy", npy([[0, 1], [1, 0]], "<i4"), "i4"),
            ("swapped.npy", npy([[0.0, 1.0], [1.0, 0.0]], ">f8"), "endian"),
            ("fortran.npy", npy([[0.0, 1.0], [1.0, 0.0]], fortran=True), "Fortran"),
            ("cube.npy", npy([0.0] * 8, shape=(2, 2, 2)), "dimension"),
            ("short.npy", good[:-4], "short.npy"),
            ("long.npy", good + b"1234", "long.npy"),
            ("cut.npy", good[:20], "cut.npy"),
            ("nan.npy", npy([[0.0, math.nan], [1.0, 0.0]]), "nan.npy"),
            ("infinite.npy", npy([[0.0, math.inf], [1.0, 0.0]]), "infinite.npy"),
            ("huge.npy", npy([0.0], shape=(2**40, 2**40)), "huge.npy"),
            ("empty.npy", b"", "empty.npy"),
        ):
            self.fails(INPUT, "compute", "uot", "--cost", self.write(name, content), "--a", a, "--b", a, says=says)

    def test_output_that_cannot_be_written(self):
        cost, a = self.write("cost.csv", "0,1\n1,0\n"), self.write("a.csv", "0.5,0.5\n")
        call = ("compute", "uot", "--cost", cost, "--a", a, "--b", a, "-o")
        self.fails(USAGE, *call, self.path("none") / "plan.npy", says="folder")
        self.fails(USAGE, *call, self.folder, says="folder")
        self.fails(FAILED, *call, "/dev/full", says="/dev/full")


class Cluster(TestCase):
    def test_hdbscan_reference_cases(self):
        """Labels made by the hdbscan library 0.8.43; a tie may move a point."""
        cases = read_header("hdbscan_cases.h")
        self.assertEqual(len(cases), 4)
        for case in cases:
            points = self.write("points.npy", npy(rows_of(case["points"], int(case["dimensions"]))))
            found = self.ok(
                "compute", "cluster", points, "--no-umap", "--min-cluster-size", int(case["min_cluster_size"]),
                "--min-samples", int(case["min_samples"]), "-o", self.path("labels.npy"), "--json",
            ).json()  # fmt: skip
            shape, labels = read_npy(self.path("labels.npy"))
            self.assertEqual(shape, (found["n"],))
            self.assertEqual(found["clusters"], case["clusters"])
            self.assertEqual(found["noise"], labels.count(-1))
            self.assertEqual(found["clusters"], max(labels) + 1)
            self.assertGreaterEqual(adjusted_rand_index(labels, [int(label) for label in case["labels"]]), 0.99)
            self.assertEqual(set(found["seconds"]), {"knn", "umap", "hdbscan"})

    def blobs(self):
        """Eight well separated directions in 24 dimensions, 40 points each."""
        draw = random.Random(7)
        centres = [[draw.gauss(0, 1) for _ in range(24)] for _ in range(8)]
        rows = [[x + draw.gauss(0, 0.08) for x in centres[i % 8]] for i in range(320)]
        return rows, [i % 8 for i in range(320)]

    def test_umap_and_hdbscan_find_separated_directions(self):
        rows, truth = self.blobs()
        points = self.write("points.npy", npy(rows, "<f4"))
        self.ok("compute", "cluster", points, "-o", self.path("labels.csv"), "--embedding", self.path("umap.npy"))
        labels = [int(line) for line in self.path("labels.csv").read_text().split()]
        self.assertGreaterEqual(adjusted_rand_index(labels, truth), 0.99)
        self.assertEqual(read_npy(self.path("umap.npy"))[0], (320, 5))

    def test_threads_do_not_change_a_byte_and_the_seed_does(self):
        points = self.write("points.npy", npy(self.blobs()[0], "<f4"))
        made = []
        for seed, threads in ((1, 1), (1, 2), (1, 4), (2, 2)):
            path = self.path(f"umap-{seed}-{threads}.npy")
            self.ok("compute", "cluster", points, "--embedding", path, "--seed", seed, "--threads", threads)
            made.append(path.read_bytes())
        self.assertEqual(made[0], made[1])
        self.assertEqual(made[0], made[2])
        self.assertNotEqual(made[0], made[3])

    def test_few_and_equal_points(self):
        one = self.write("one.csv", "1,2,3\n")
        found = self.ok("compute", "cluster", one, "--json").json()
        self.assertEqual((found["n"], found["clusters"], found["noise"]), (1, 0, 1))
        equal = self.write("equal.csv", "1,2,3\n" * 30)
        self.assertEqual(self.ok("compute", "cluster", equal, "--json").json()["n"], 30)
        self.assertEqual(self.ok("compute", "cluster", equal, "--no-umap", "--json").json()["n"], 30)

    def test_bad_input(self):
        nan = self.write("nan.npy", npy([[1.0, math.nan]]))
        self.fails(INPUT, "compute", "cluster", nan, says="nan.npy")
        self.fails(INPUT, "compute", "cluster", self.path("none.npy"), says="none.npy")
        good = self.write("good.csv", "1,2\n")
        self.fails(USAGE, "compute", "cluster", good, "--no-umap", "--embedding", "x", says="--embedding")
        self.fails(USAGE, "compute", "cluster", good, "--metric", "other", says="cosine euclidean")


class Assign(TestCase):
    def test_reference_cases(self):
        """q of every expression, by the formula of the specification in plain Python."""
        for case in json.loads((ROOT / "tests/golden/coding_cases.json").read_text()):
            expressions = [vector for document in case["documents"] for vector in document]
            points = self.write("points.npy", npy(expressions))
            centroids = self.write("centroids.npy", npy(case["centroids"]))
            for sigma2 in case["by_sigma2"]:
                self.ok("compute", "assign", points, "--centroids", centroids, "--sigma2", sigma2, "-o", self.path("q.npy"))
                shape, q = read_npy(self.path("q.npy"))
                self.assertEqual(shape, (len(expressions), len(case["centroids"])))
                for vector, row in zip(expressions, rows_of(q, shape[1])):
                    wanted = softmax([cosine(vector, centre) / float(sigma2) for centre in case["centroids"]])
                    for found, value in zip(row, wanted):
                        self.assertAlmostEqual(found, value, delta=1e-9)

    def test_printed_forms_agree(self):
        points, centroids = self.write("x.csv", "1,0\n0.6,0.8\n"), self.write("c.csv", "1,0\n0,1\n")
        call = ("compute", "assign", points, "--centroids", centroids, "--sigma2", "0.5")
        table = [[float(word) for word in line.split(",")] for line in self.ok(*call).out.splitlines()]
        found = self.ok(*call, "--json").json()
        self.assertEqual((found["n"], found["codes"]), (2, 2))
        for printed, exact in zip(table, found["q"]):
            self.assertAlmostEqual(printed[0], exact[0], delta=1e-8)
        # cosines 1 and 0, divided by 0.5: e² / (e² + 1)
        self.assertAlmostEqual(found["q"][0][0], math.exp(2) / (math.exp(2) + 1), delta=1e-12)

    def test_bad_input(self):
        points, centroids = self.write("x.csv", "1,0\n"), self.write("c.csv", "1,0,0\n")
        call = ("compute", "assign", points, "--centroids", centroids)
        self.fails(INPUT, *call, "--sigma2", "1", says="3")
        self.fails(USAGE, *call, says="--sigma2")
        self.fails(USAGE, *call, "--sigma2", "0", says="--sigma2")
        self.fails(USAGE, "compute", "assign", points, "--sigma2", "1", says="--centroids")


def cosine(a, b):
    dot = sum(x * y for x, y in zip(a, b))
    return dot / math.sqrt(sum(x * x for x in a) * sum(y * y for y in b))


def softmax(values):
    top = max(values)
    parts = [math.exp(value - top) for value in values]
    return [part / sum(parts) for part in parts]


class Agreement(TestCase):
    KAPPA_SHEET = "A,B,C\n1,1,0\n1,0,1\n0,0,1\n1,1,1\n0,0,0\n1,1,1\n0,1,0\n1,1,0\n"

    def test_kappa(self):
        """By hand. A and B say 1 five times of eight, C four times. A and B agree on 6: chance (5·5 + 3·3)/64 = .53125,
        κ = (.75 − .53125)/.46875. A and C agree on 5, B and C on 3, chance (5·4 + 3·4)/64 = .5: κ = ±.125/.5."""
        found = self.ok("compute", "kappa", self.write("k.csv", self.KAPPA_SHEET), "--json").json()
        pairs = {(pair["a"], pair["b"]): pair for pair in found["pairs"]}
        self.assertAlmostEqual(pairs["A", "B"]["kappa"], 0.21875 / 0.46875, delta=1e-12)
        self.assertAlmostEqual(pairs["A", "C"]["kappa"], 0.25, delta=1e-12)
        self.assertAlmostEqual(pairs["B", "C"]["kappa"], -0.25, delta=1e-12)
        self.assertAlmostEqual(found["mean"], sum(pair["kappa"] for pair in found["pairs"]) / 3, delta=1e-12)
        self.assertEqual({pair["n"] for pair in found["pairs"]}, {8})

    def test_kappa_with_words_gaps_and_no_header(self):
        found = self.ok("compute", "kappa", self.write("k.csv", "A,B\nyes,yes\nno,yes\nno,no\nyes,\n"), "--json").json()
        # of the three items that both judged: equal 2; A 1 yes, B 2 yes: chance (1·2 + 2·1)/9; κ = (2/3 − 4/9)/(5/9)
        self.assertAlmostEqual(found["pairs"][0]["kappa"], 0.4, delta=1e-12)
        self.assertEqual(found["pairs"][0]["n"], 3)
        bare = self.ok("compute", "kappa", self.write("k.csv", "1,1\n0,1\n0,0\n"), "--json").json()
        self.assertEqual((bare["pairs"][0]["a"], bare["pairs"][0]["b"]), ("1", "2"))
        self.assertAlmostEqual(bare["pairs"][0]["kappa"], 0.4, delta=1e-12)

    def test_alpha(self):
        """By hand: columns 1 2 3 and 2 2 4; variances 1 and 4/3, of the sums 3 4 7 13/3:
        α = 2 · (1 − (7/3)/(13/3)) = 12/13. cv: sd of (1, 2) is √.5, mean 1.5; (2, 2) 0; (3, 4) √.5 by 3.5."""
        found = self.ok("compute", "alpha", self.write("a.csv", "first,second\n1,2\n2,2\n3,4\n"), "--json").json()
        self.assertAlmostEqual(found["alpha"], 12 / 13, delta=1e-12)
        self.assertAlmostEqual(found["cv"], (math.sqrt(0.5) / 1.5 + math.sqrt(0.5) / 3.5) / 3, delta=1e-12)

    def test_correlation(self):
        """By hand: x 1 2 3, y 1 3 2: covariance .5, both variances 1, so both correlations are .5."""
        found = self.ok("compute", "correlation", self.write("c.csv", "x,y,z\n1,1,5\n2,3,5\n3,2,5\n4,,5\n"), "--json").json()
        pairs = {(pair["a"], pair["b"]): pair for pair in found["pairs"]}
        self.assertAlmostEqual(pairs["x", "y"]["pearson"], 0.5, delta=1e-12)
        self.assertAlmostEqual(pairs["x", "y"]["spearman"], 0.5, delta=1e-12)
        self.assertEqual((pairs["x", "y"]["n"], pairs["x", "z"]["n"]), (3, 4))
        self.assertIsNone(pairs["x", "z"]["pearson"])

    def test_bad_input(self):
        for verb in ("kappa", "alpha", "correlation"):
            self.fails(INPUT, "compute", verb, self.path("none.csv"), says="none.csv")
            self.fails(INPUT, "compute", verb, self.write("bad.csv", "a,b\n1,2\n1\n"), says="bad.csv:3")
            self.fails(INPUT, "compute", verb, self.write("empty.csv", ""), says="empty.csv")
        for verb in ("kappa", "correlation"):
            self.fails(INPUT, "compute", verb, self.write("one.csv", "a\n1\n2\n"), says="one column")
        self.fails(INPUT, "compute", "alpha", self.write("word.csv", "a,b\n1,2\n1,x\n"), says="'x' is not a number")
        self.fails(INPUT, "compute", "alpha", self.write("short.csv", "a,b\n1,2\n"))
        self.fails(INPUT, "compute", "kappa", self.write("same.csv", "a,b\n1,1\n1,1\n"))


if __name__ == "__main__":
    unittest.main()
