"""The whole way on the sample project, and the shapes of JSON that the contract promises."""

import json
import math
import unittest

from arrays import read_npy
from harness import (
    FAILED, INPUT, TestCase, USAGE, copy_sample, document, dove, expression, sample_files, sample_project,
)  # fmt: skip

NUMBER = (int, float)


class Demo(TestCase):
    def test_a_second_demo_keeps_what_is_there(self):
        self.ok("demo", "--dir", self.path("new folder"), "--no-ui")
        project = self.path("new folder") / "sample.dove"
        before = self.ok("export", project, "scores").raw
        run = self.ok("demo", "--dir", self.path("new folder"), "--no-ui", "--json")
        self.assertIn("there already", run.err)
        self.assertEqual(run.json()["documents"]["total"], 160)
        self.assertEqual(self.ok("export", project, "scores").raw, before)
        self.assert_sound(project)

    def test_a_demo_that_was_stopped_half_way_is_finished(self):
        self.ok("new", self.path("sample.dove"))
        self.ok("import", self.path("sample.dove"), *sample_files("documents"), *sample_files("expressions"))
        self.ok("embed", self.path("sample.dove"))
        self.ok("build", self.path("sample.dove"))
        info = self.ok("demo", "--dir", self.folder, "--no-ui", "--json").json()
        self.assertEqual(info["documents"]["total"], 160)
        self.assertEqual(info["runs"], 1)
        self.assertEqual(info["scores"], 28)

    def test_without_a_terminal_info_is_printed(self):
        run = self.ok("demo", "--dir", self.folder)
        self.assertIn("documents     160", run.out)


class Shapes(TestCase):
    def assert_keys(self, row, kinds):
        for key, kind in kinds.items():
            self.assertIn(key, row)
            self.assertIsInstance(row[key], kind, key)
            self.assertFalse(isinstance(row[key], bool) and bool not in (kind if isinstance(kind, tuple) else (kind,)), key)

    def test_info(self):
        info = self.ok("info", sample_project(), "--json").json()
        self.assertEqual(info["documents"]["total"], 160)
        self.assertEqual((info["documents"]["human"], info["documents"]["model"]), (80, 80))
        self.assertEqual(info["documents"]["by_culture"], {"KR": 20, "JP": 20, "CN": 20, "US": 20})
        self.assertEqual(info["documents"]["by_source"], {"human": 80, "aster": 20, "birch": 20, "cedar": 40})
        self.assertEqual((info["topics"], info["expressions"]), (20, 1028))
        self.assert_keys(info["embedder"], {"name": str, "dimension": int})
        self.assert_keys(
            info["codebook"],
            {"run": int, "iterations": int, "codes": int, "S": NUMBER, "sigma2": NUMBER, "perplexity": NUMBER},
        )
        self.assertEqual(info["scores"], 28)  # 3 models and 4 roles beside 4 cultures
        self.assertEqual(info["settings"]["beta1"], 0.3)

    def test_iterations(self):
        rows = self.ok("export", sample_project(), "iterations").json()
        info = self.ok("info", sample_project(), "--json").json()["codebook"]
        self.assertEqual([row["t"] for row in rows], list(range(len(rows))))
        self.assertEqual(len(rows), info["iterations"])
        for row in rows:
            self.assert_keys(row, {
                "codes": int, "S": NUMBER, "distortion": NUMBER, "conditional_entropy": NUMBER,
                "marginal_entropy": NUMBER, "beta1": NUMBER, "beta2": NUMBER, "M": int, "sigma2": NUMBER,
                "perplexity": NUMBER, "splits": int, "merges": int,
            })  # fmt: skip
            # the objective, from its own terms
            S = -(row["distortion"] - row["beta1"] * row["M"] * row["conditional_entropy"]) - (
                row["beta2"] * row["M"] * row["marginal_entropy"]
            )
            self.assertAlmostEqual(row["S"], S, delta=1e-9)
        self.assertTrue(rows[-1]["stopped_by"])
        best = max(rows, key=lambda row: row["S"])
        self.assertEqual((info["codes"], info["S"]), (best["codes"], best["S"]))

    def test_decisions(self):
        rows = self.ok("export", sample_project(), "decisions").json()
        iterations = self.ok("export", sample_project(), "iterations").json()
        self.assertTrue(rows)
        for row in rows:
            self.assertIn(row["kind"], ("split", "merge", "recreate"))
            for key in ("t", "rule", "before", "after", "names_before", "names_after", "n", "z", "d", "d_previous"):
                self.assertIn(key, row)
            self.assertEqual(len(row["before"]), len(row["names_before"]))
            self.assertEqual(len(row["after"]), len(row["names_after"]))
        for kind, key in (("split", "splits"), ("merge", "merges")):
            done = sum(row["kind"] == kind and bool(row["after"]) for row in rows)
            self.assertEqual(done, sum(row[key] for row in iterations), kind)
        for row in rows:
            if row["kind"] == "merge" and row["after"]:
                self.assertLessEqual(row["neighbour_cosine"], 1.0)
                self.assertLess(row["z"], -0.5)
            if row["kind"] == "split" and row["after"]:
                self.assertGreater(row["z"], 1.0)
                self.assertEqual(len(row["after"]), 2)

    def test_codebook_vectors_and_coding_fit_together(self):
        codebook = self.ok("export", sample_project(), "codebook").json()
        vectors = self.ok("export", sample_project(), "vectors").json()
        coding = self.ok("export", sample_project(), "coding").json()
        codes = codebook["codes"]
        self.assertEqual(len(vectors), 1028)
        self.assertEqual(len(coding), 160)
        ids = [code["id"] for code in codes]
        self.assertEqual(len(set(code["name"].lower() for code in codes)), len(codes))
        members = [member for code in codes for member in code["members"]]
        self.assertEqual(sorted(members), sorted(row["expression"] for row in vectors))
        for row in [*vectors, *({"vector": code["centroid"]} for code in codes)]:
            self.assertEqual(len(row["vector"]), 100)
            self.assertAlmostEqual(math.fsum(x * x for x in row["vector"]), 1.0, delta=1e-5)
        for row in coding:
            self.assertEqual(len(row["q"]), len(codes))
            self.assertAlmostEqual(math.fsum(row["q"]), 1.0, delta=1e-6)
            self.assert_recognised(row, ids)
        for k, code in enumerate(codes):
            self.assertAlmostEqual(code["n"], math.fsum(row["q"][k] for row in coding), delta=1e-6)

    def assert_recognised(self, row, ids):
        """The five codes of highest q, those under 0.01 left out; q is kept as float32, so near ones are equal."""
        q = dict(zip(ids, row["q"]))
        chosen = [q[code] for code in row["recognised"]]
        for before, after in zip(chosen, chosen[1:]):
            self.assertGreaterEqual(before, after - 1e-7)
        self.assertEqual(len(chosen), min(5, sum(value >= 0.01 for value in q.values())))
        others = [value for code, value in q.items() if code not in row["recognised"]]
        self.assertTrue(all(value <= chosen[-1] + 1e-7 for value in others))

    def test_codebook_of_another_iteration(self):
        first = self.ok("export", sample_project(), "codebook", "--at", "0").json()
        rows = self.ok("export", sample_project(), "iterations").json()
        self.assertEqual((first["t"], len(first["codes"])), (0, rows[0]["codes"]))
        self.assertTrue(all(code["parents"] == [] for code in first["codes"]))
        self.fails(FAILED, "export", sample_project(), "codebook", "--at", "999", says="999")

    def test_scores(self):
        rows = self.ok("export", sample_project(), "scores").json()
        self.assertEqual(len(rows), 28)
        for row in rows:
            self.assert_keys(row, {
                "model": str, "culture": str, "role": str, "divergence": NUMBER, "score": NUMBER, "percent": NUMBER,
                "low": NUMBER, "high": NUMBER, "ceiling": NUMBER, "documents_human": int, "documents_model": int,
                "value_ab": NUMBER, "value_aa": NUMBER, "value_bb": NUMBER, "iterations": int, "converged": bool,
            })  # fmt: skip
            r = row["value_ab"] - row["value_aa"] / 2 - row["value_bb"] / 2
            self.assertAlmostEqual(row["divergence"], r, delta=1e-9)
            self.assertAlmostEqual(row["score"], (0.1 - r) * 10, delta=1e-8)
            self.assertAlmostEqual(row["percent"], 100 * row["score"], delta=1e-8)
            self.assertLessEqual(row["low"], row["high"])
            self.assertEqual(row["documents_human"], 20)
            self.assertEqual(row["documents_model"], 5 if row["role"] else 20)
            self.assertTrue(row["converged"])

    def test_other_formats(self):
        table = self.ok("export", sample_project(), "iterations", "--format", "csv").out.splitlines()
        self.assertIn("S", table[0].split(","))
        rows = self.ok("export", sample_project(), "iterations").json()
        self.assertEqual(len(table), len(rows) + 1)
        self.ok("export", sample_project(), "vectors", "--format", "npy", "-o", self.path("vectors.npy"))
        self.assertEqual(read_npy(self.path("vectors.npy"))[0], (1028, 100))
        lines = self.ok("export", sample_project(), "coding", "--format", "jsonl").out.splitlines()
        self.assertEqual([json.loads(line) for line in lines], self.ok("export", sample_project(), "coding").json())
        self.fails(USAGE, "export", sample_project(), "decisions", "--format", "npy", says="jsonl")
        self.assertIsInstance(self.ok("export", sample_project(), "documents", "--json").json(), list)

    def test_an_export_that_fails_leaves_no_file(self):
        path = self.path("vectors.json")
        path.write_text("what was there")
        self.fails(FAILED, "export", sample_project(), "vectors", "-o", path, limit=65536)
        self.assertEqual(path.read_text(), "what was there")
        self.assertEqual([entry.name for entry in self.folder.iterdir()], ["vectors.json"])


class Score(TestCase):
    def test_chosen_pairs_and_explanation(self):
        project = copy_sample(self.path("s.dove"))
        call = ("score", project, "--model", "birch", "--model", "cedar", "--culture", "KR", "--role", "")
        rows = self.ok(*call, "--bootstrap", "50", "--explain", "--json").json()
        self.assertEqual([(row["model"], row["culture"]) for row in rows], [("birch", "KR"), ("cedar", "KR")])
        for row in rows:
            self.assertAlmostEqual(math.fsum(code["human"] for code in row["codes"]), 1.0, delta=1e-6)
            self.assertAlmostEqual(math.fsum(code["model"] for code in row["codes"]), 1.0, delta=1e-6)
            moved = math.fsum(code["transported_from"] for code in row["codes"])
            self.assertAlmostEqual(moved, math.fsum(code["transported_to"] for code in row["codes"]), delta=1e-9)
            costs = [flow["cost"] for flow in row["flows"]]
            self.assertEqual(costs, sorted(costs, reverse=True))
            self.assertLessEqual({flow["from"] for flow in row["flows"]}, {code["id"] for code in row["codes"]})
        self.assertIn("flows of highest cost", self.ok(*call, "--bootstrap", "50", "--explain").out)

    def test_seed_and_threads(self):
        made = []
        for number, (seed, threads) in enumerate(((5, 1), (5, 2), (6, 2))):
            project = copy_sample(self.path(f"s{number}.dove"))
            rows = self.ok(
                "score", project, "--model", "birch", "--bootstrap", "100", "--seed", seed, "--threads", threads,
                "--json",
            ).json()  # fmt: skip
            made.append([(row["low"], row["high"], row["ceiling"]) for row in rows])
        self.assertEqual(made[0], made[1])
        self.assertNotEqual(made[0], made[2])

    def test_things_that_are_not_there(self):
        project = copy_sample(self.path("s.dove"))
        self.fails(FAILED, "score", project, "--model", "wheat", says=("wheat", "birch"))
        self.fails(FAILED, "score", project, "--culture", "XX", says=("XX", "KR"))
        self.fails(FAILED, "score", project, "--role", "Martian", says=("Martian", "Korean"))


class Build(TestCase):
    def make(self, name, *options):
        project = self.new_project(name)
        self.ok("import", project, *sample_files("documents"), *sample_files("expressions"))
        self.ok("embed", project)
        self.ok("build", project, *options)
        return project

    def test_threads_do_not_change_a_bit_and_the_seed_does(self):
        made = []
        for seed, threads in ((3, 1), (3, 2), (3, 4), (4, 2)):
            project = self.make(f"b{seed}{threads}.dove", "--seed", seed, "--threads", threads)
            made.append(
                [self.ok("export", project, what).raw for what in ("codebook", "decisions", "iterations", "coding")]
            )
        self.assertEqual(made[0], made[1])
        self.assertEqual(made[0], made[2])
        self.assertNotEqual(made[0], made[3])

    def test_a_new_run_beside_the_old_one(self):
        project = copy_sample(self.path("b.dove"))
        before = self.ok("export", project, "iterations", "--run", "1").raw
        report = self.ok("build", project, "--iterations", "1", "--json").json()
        self.assertEqual((report["run"], report["last_iteration"], report["resumed"]), (2, 1, False))
        self.assertEqual(self.ok("export", project, "iterations", "--run", "1").raw, before)
        self.assertEqual(len(self.ok("export", project, "iterations", "--run", "2").json()), 2)
        self.assert_sound(project)

    def test_resuming_from_an_iteration_shares_what_was_before(self):
        project = copy_sample(self.path("b.dove"))
        report = self.ok("build", project, "--resume-from", "1", "--iterations", "2", "--json").json()
        old = self.ok("export", project, "iterations", "--run", "1").json()
        new = self.ok("export", project, "iterations", "--run", report["run"]).json()
        self.assertEqual(len(new), 3)
        for before, after in zip(old[:2], new[:2]):
            self.assertEqual((before["S"], before["codes"]), (after["S"], after["codes"]))
        # the same seed goes the same way
        self.assertEqual((old[2]["S"], old[2]["codes"]), (new[2]["S"], new[2]["codes"]))
        self.fails(FAILED, "build", project, "--resume-from", "99", says="99")
        self.fails(USAGE, "build", project, "--run", "1", says="--resume-from")

    def test_dry_runs_change_nothing(self):
        project = self.new_project()
        self.ok("import", project, *sample_files("documents"), *sample_files("expressions"))
        self.assertEqual(self.ok("embed", project, "--dry-run", "--json").json()["expressions"], 1028)
        self.assertEqual(self.ok("info", project, "--json").json()["expressions_embedded"], 0)
        self.ok("embed", project)
        self.assertEqual(self.ok("build", project, "--dry-run", "--json").json()["expressions"], 1028)
        self.assertEqual(self.ok("info", project, "--json").json()["runs"], 0)


class Extract(TestCase):
    def test_english_texts(self):
        project = self.new_project()
        rows = [document(n) for n in range(1, 13)]
        rows.append(document(13, text="The train left at noon. It was green."))
        self.ok("import", project, self.write_lines("d.jsonl", rows))
        self.assertEqual(self.ok("extract", project, "--dry-run", "--json").json()["documents"], 13)
        first = self.ok("extract", project, "--limit", "4", "--json").json()
        self.assertEqual(first["done"] + first["silent"], 4)
        rest = self.ok("extract", project, "--json").json()
        self.assertEqual(first["silent"] + rest["silent"], 1)
        self.assertEqual(self.ok("extract", project, "--json").json()["documents"], 0)
        for line in self.ok("export", project, "expressions").out.splitlines():
            row = json.loads(line)
            text = next(found["text"] for found in rows if found["id"] == row["document_id"])
            self.assertIn(row["evidence"], text)
        self.ok("embed", project)
        self.ok("build", project)
        self.assert_sound(project)

    def test_other_languages_need_imported_expressions(self):
        project = self.new_project()
        rows = [document(1), document(2, lang="ko", culture="KR", text="사람은 서로에게 정직해야 한다.")]
        self.ok("import", project, self.write_lines("d.jsonl", rows))
        self.fails(INPUT, "extract", project, says="d2")
        self.assertGreater(self.counts(project)[1], 0)  # the English one was done


class Code(TestCase):
    def test_one_text(self):
        text = self.write("t.txt", "We should always keep our promises. Children must respect their parents.")
        found = self.ok("code", sample_project(), "--text", text, "--json").json()
        self.assertTrue(found["recognised"])
        self.assertTrue(all(0.01 <= code["q"] <= 1 for code in found["recognised"]))
        self.assertEqual(len(found["expressions"]), 2)
        same = self.ok("code", sample_project(), "--text", "-", "--json", stdin=text.read_bytes()).json()
        self.assertEqual(found, same)
        self.assertIn(found["recognised"][0]["name"], self.ok("code", sample_project(), "--text", text).out)

    def test_texts_that_cannot_be_coded(self):
        for name, content, says in (
            ("empty.txt", b"", "empty"),
            ("bad.txt", b"We must \xff", "UTF-8"),
            ("nul.txt", b"We must \x00", "UTF-8"),
            ("ko.txt", "사람은 정직해야 한다.".encode(), ""),
            ("none.txt", b"The train left at noon.", ""),
        ):
            self.fails(INPUT, "code", sample_project(), "--text", self.write(name, content), says=says)
        self.fails(INPUT, "code", sample_project(), "--text", self.path("missing.txt"), says="missing.txt")

    def test_documents_that_came_later(self):
        project = copy_sample(self.path("c.dove"))
        self.ok("import", project, self.write_lines("d.jsonl", [document(1), document(2)]))
        self.ok("import", project, self.write_lines("e.jsonl", [expression(1)]))
        self.ok("embed", project)
        found = self.ok("code", project, "--json").json()
        self.assertEqual((found["documents"], found["coded_now"], found["uncoded"]), (161, 1, 1))
        self.assertEqual(self.ok("code", project, "--json").json()["coded_now"], 0)


class Degenerate(TestCase):
    """Projects with next to nothing in them."""

    def project_of(self, documents, expressions):
        project = self.new_project()
        self.ok("import", project, self.write_lines("d.jsonl", documents))
        if expressions:
            self.ok("import", project, self.write_lines("e.jsonl", expressions))
        return project

    def test_each_step_names_the_one_before_it(self):
        project = self.new_project()
        self.fails(INPUT, "build", project, says="extract or import them first")
        self.fails(FAILED, "score", project, says="build one first")
        self.fails(FAILED, "export", project, "codebook", says="build one first")
        self.fails(FAILED, "export", project, "scores", says="score models first")
        self.fails(FAILED, "code", project, says="build one first")
        self.assert_sound(project)

    def test_one_document_one_expression(self):
        project = self.project_of([document()], [expression()])
        self.ok("embed", project)
        self.ok("build", project)
        rows = self.ok("export", project, "iterations").json()
        self.assertTrue(all(math.isfinite(row["S"]) for row in rows))
        self.assert_sound(project)

    def test_all_expressions_equal(self):
        rows = [document(n) for n in range(1, 31)]
        project = self.project_of(rows, [expression(n, evidence=None) for n in range(1, 31)])
        self.ok("embed", project)
        self.ok("build", project)
        self.assert_sound(project)

    def test_expressions_without_a_known_word(self):
        project = self.project_of(
            [document(n) for n in range(1, 5)],
            [expression(n, evidence=None) for n in range(1, 4)]
            + [expression(4, description="Xqzzt vvkrp.", code_name="zzqx", evidence=None)],
        )
        run = self.ok("embed", project)
        self.assertIn("Xqzzt", run.err)
        self.ok("build", project)
        self.assert_sound(project)

    def test_a_model_and_no_people_and_people_and_no_model(self):
        models = [document(n, culture="", source="birch") for n in range(1, 21)]
        project = self.project_of(models, [expression(n, evidence=None) for n in range(1, 21)])
        self.ok("embed", project)
        self.ok("build", project)
        self.fails(FAILED, "score", project)
        self.ok("import", project, self.write_lines("p.jsonl", [document(99, culture="KR")]))
        self.fails(FAILED, "score", project, "--culture", "KR")  # there, but without a coded document
        self.assert_sound(project)


class Terminal(TestCase):
    def test_texts_cannot_steer_the_terminal(self):
        nasty = "\x1b]0;owned\x07\x1b[2J\u202eevil\u200b"
        project = self.new_project()
        rows = [document(1, id=f"id{nasty}", topic=f"topic{nasty}", culture=f"K{nasty}", text=f"We must {nasty} be fair.")]
        self.ok("import", project, self.write_lines("d.jsonl", rows))
        for words in (("info", project), ("info", project, "--json"), ("export", project, "documents", "--json")):
            out = dove(*words).out
            for character in "\x1b\x07\u202e\u200b":
                self.assertNotIn(character, out, words)
        taken = json.loads(self.ok("export", project, "documents").out)
        self.assertEqual(taken["text"], rows[0]["text"])


if __name__ == "__main__":
    unittest.main()
