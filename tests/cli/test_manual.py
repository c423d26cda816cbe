"""The shapes of dove-json(5), held against what the program prints: every verb, every member."""

import contextlib
import re
import shutil
import sqlite3
import unittest

import shapes
from harness import PROJECT, ROOT, SAMPLE, copy_sample, document, expression
from test_models import ModelCase

GOLDEN = ROOT / "tests" / "golden"


class Manual(ModelCase):
    def printed(self, heading, *call, **keywords):
        """Runs a call that prints JSON, which must have the shape that stands under the heading."""
        value = self.ok(*call, "--json", **keywords).json()
        self.manual.hold(heading, value)
        return value

    def test_shapes(self):
        self.manual = shapes.Manual()
        self.imports()
        self.models()
        self.computations()
        self.project = copy_sample(self.path("sample.dove"))
        self.results()
        self.reviews()
        self.annotation()
        self.exports()
        for heading in self.manual.calls:
            with self.subTest(heading):
                self.assertEqual(self.manual.unseen(heading), [])

    def test_every_verb_is_told(self):
        page = (ROOT / "man" / "dove.1").read_text(encoding="utf-8")
        line = re.search(r"^print the results as one JSON value\nOf (.*)\.$", page, re.M).group(1)
        verbs = set(re.sub(r"\\f[BR]", "", line).split(", ")) - {"demo"}  # which prints what info does
        self.assertGreater(len(verbs), 25)
        told = {re.match(r"dove ((?:(?:study|compute|vectors) )?\w+)", call).group(1) for call in shapes.Manual().calls}
        self.assertEqual(verbs, told)

    def imports(self):
        path = self.new_project("imports.dove")
        self.printed("dove info PROJECT", "info", path)
        self.printed("dove prompts PROJECT", "prompts", path)
        self.printed("dove prompts PROJECT NAME", "prompts", path, "namer")
        self.printed("dove config PROJECT", "config", path)
        self.printed("dove config PROJECT KEY", "config", path, "M")
        self.printed("dove config PROJECT KEY", "config", path, "recognizer.model", "gpt")
        self.printed("dove version", "version")
        rows = [document(n) for n in range(3)] + [expression(0), expression(1, evidence="not in the text")]
        self.printed("dove import PROJECT FILE…", "import", path, self.write_lines("d.jsonl", rows[:3]),
                     self.write_lines("e.jsonl", rows[3:]))
        doccano = self.write("doccano.jsonl", '{"id": 1, "text": "keep our word", "label": [[0, 4, "Loyalty"]]}\n')
        self.printed("dove import PROJECT FILE… of other tools", "import", path, doccano,
                     "--culture", "US", "--source", "human")
        with contextlib.closing(sqlite3.connect(path)) as file, file:
            file.execute("UPDATE document SET characters = characters + 1 WHERE id = 1")
        found = self.fails(PROJECT, "check", path, "--json", says="damaged").json()
        self.manual.hold("dove check PROJECT", found)
        glove = self.write("glove.txt", "word 1 0\nother 0 1\n")
        self.printed("dove vectors convert FILE", "vectors", "convert", glove, "-o", self.path("v.bin"))

    def models(self):
        server = self.serve()
        path = self.project(server, [self.few(2)], name="models.dove")
        for heading, *call in (
            ("dove extract PROJECT", "extract", path), ("dove embed PROJECT", "embed", path),
            ("dove generate PROJECT", "generate", path, "--model", "delta"),
            ("dove judge PROJECT QUESTION", "judge", path, "topic"), ("dove translate PROJECT", "translate", path),
        ):
            self.printed(heading, *call, "--dry-run")
            self.printed(heading, *call)
        out = self.path("batch.jsonl")
        self.printed("dove export PROJECT batch", "export", path, "batch", "--role", "translator", "-o", out)
        self.printed("dove import PROJECT FILE… --as batch", "import", path, self.write("none.jsonl", ""), "--as", "batch")
        self.printed("dove export PROJECT documents", "export", path, "documents")
        self.printed("dove info PROJECT", "info", path)
        self.ok("config", path, "distortion", "centroid")
        self.printed("dove build PROJECT", "build", path, "--iterations", "1", "--dry-run")
        self.printed("dove build PROJECT", "build", path, "--iterations", "1")

    def computations(self):
        table = self.write("table.csv", "ann,bob\n1,1\n2,1\n3,3\n1,2\n")
        for verb in ("kappa", "alpha", "correlation"):
            self.printed(f"dove compute {verb} FILE", "compute", verb, table)
        points = self.write("points.csv", "".join(f"{x},{y}\n" for x in (0, 9) for y in range(10)))
        self.printed("dove compute cluster FILE", "compute", "cluster", points, "--no-umap")
        self.printed("dove compute assign FILE", "compute", "assign", points, "--centroids", points, "--sigma2", "1")
        sides = [self.write(name + ".csv", text) for name, text in (("a", "1\n1\n"), ("b", "1\n2\n"), ("c", "0,1\n1,0\n"))]
        self.printed("dove compute uot", "compute", "uot", "--a", sides[0], "--b", sides[1], "--cost", sides[2])
        scores = GOLDEN / "table8_scores.csv"
        self.printed("dove study predictive", "study", "predictive", "--scores", scores, "--downstream",
                     GOLDEN / "table11_downstream.csv")
        self.printed("dove study convergent", "study", "convergent", "--scores", scores)
        self.printed("dove study discriminant", "study", "discriminant", "--scores", scores)
        primed = self.write("p.csv", "method,role,culture,score\nm,Control,KR,10\nm,Korean,KR,12\n")
        self.printed("dove study priming", "study", "priming", "--scores", primed)

    def results(self):
        project = self.project
        self.printed("dove info PROJECT", "info", project)
        self.printed("dove check PROJECT", "check", project)
        self.printed("dove code PROJECT", "code", project)
        self.printed("dove code PROJECT --text FILE", "code", project, "--text", SAMPLE / "documents" / "us.jsonl")
        self.printed("dove usage PROJECT", "usage", project)
        self.printed("dove usage PROJECT --first SIDE", "usage", project, "--first", "KR", "--second", "US")
        self.printed("dove score PROJECT --explain", "score", project, "--bootstrap", "0", "--explain")
        self.printed("dove score PROJECT", "export", project, "scores")
        self.printed("dove compare PROJECT", "compare", project, "--model", "cedar", "--bootstrap", "2")

    def reviews(self):
        project = self.project
        decision = next(row for row in self.ok("export", project, "decisions").json() if row["kind"] == "split")
        first, second, third = (code["name"] for code in self.ok("export", project, "codebook").json()["codes"][:3])
        self.printed("dove review PROJECT KIND --dry-run", "review", project, "merge", "--code", first, "--into", second,
                     "--dry-run")
        call = ("dove review PROJECT KIND", "review", project)
        self.printed(*call, "merge", "--code", first, "--into", second, "--as", "Ada")
        self.ok("build", project, "--with-overrides", "--overrides-only")
        self.printed(*call, "veto", "--decision", decision["id"], "--as", "Ada", "--note", "too coarse")
        renamed = self.printed(*call, "rename", "--code", third, "--name", "Three", "--as", "Ada")["review"]
        self.ok("review", project, "withdraw", "--review", renamed, "--as", "Bo")
        self.printed("dove review PROJECT list", "review", project, "list", "--all")

    def annotation(self):
        project = self.project
        call = ("annotate", project)
        self.printed("dove annotate PROJECT start", *call, "start", "--rule", "sample:2", "--blind-first")
        items = self.printed("dove annotate PROJECT items", *call, "items", "--as", "ann")
        text = items[0]["document"]
        for name in ("ann", "bob"):
            add = (*call, "add", "--as", name, "--document", text, "--code", items[0]["name"], "--note", "mine")
            self.ok(*add, "--span", "0:5")
            self.ok(*add)
            self.printed("dove annotate PROJECT undo", *call, "undo", "--as", name)
            for row in {row["document"] for row in items}:
                self.ok(*call, "reveal", "--as", name, "--document", row)
        labels = ("yes", "yes"), ("yes", "no"), ("no", "no"), ("skip", "yes")
        for i, row in enumerate(items):
            for name, answer in zip(("ann", "bob"), labels[i % 4]):
                self.ok(*call, "judge", "--as", name, "--item", row["item"], "--answer", answer, "--note", "sure")
        self.printed("dove annotate PROJECT items", *call, "items", "--as", "ann")
        self.printed("dove annotate PROJECT progress", *call, "progress", "--as", "ann")
        self.printed("dove annotate PROJECT discuss", *call, "discuss")
        self.printed("dove annotate PROJECT shift", *call, "shift")
        self.printed("dove annotate PROJECT agreement", *call, "agreement", "--bootstrap", "50", "--width", "0.1")
        self.ok(*call, "consensus", "--as", "ann", "--item", items[1]["item"], "--answer", "yes", "--note", "talked")
        self.ok(*call, "close")
        self.ok(*call, "start", "--rule", "disagreements")
        self.ok(*call, "start", "--rule", "sample:2", "--target", "code")
        codes = self.ok(*call, "items", "--as", "ann", "--json").json()
        judge = (*call, "judge", "--as", "ann", "--item", codes[0]["item"])
        self.ok(*judge, "--answer", "yes", "--question", "redundant", "--other", codes[1]["code"])
        self.printed("dove annotate PROJECT items", *call, "items", "--as", "ann")
        self.printed("dove annotate PROJECT rounds", *call, "rounds")
        self.pass_around(judge)

    def pass_around(self, judge):
        """A copy in which the same person has answered otherwise."""
        other = self.path("other.dove")
        shutil.copyfile(self.project, other)
        self.ok(*judge, "--answer", "yes", "--question", "meaningful")
        self.ok("annotate", other, *judge[2:], "--answer", "no", "--question", "meaningful")
        merged = self.printed("dove annotate PROJECT import FILE…", "annotate", self.project, "import", other)
        self.assertGreater(len(merged[0]["conflicts"]), 0)
        file = self.path("all.jsonl")
        self.ok("annotate", other, "export", "-o", file)
        self.printed("dove import PROJECT FILE… --as annotations", "import", self.project, file, "--as", "annotations")

    def exports(self):
        for what in ("documents", "expressions", "vectors", "codebook", "coding", "iterations", "decisions", "annotations"):
            self.printed("dove export PROJECT " + what, "export", self.project, what, "--format", "json")


if __name__ == "__main__":
    unittest.main()
