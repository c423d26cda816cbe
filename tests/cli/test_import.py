"""Import: what goes in, and what bad input is told."""

import json
import unittest

from harness import INPUT, USAGE, TestCase, document, dove, expression, read_lines, sample_files


class Import(TestCase):
    def test_documents_and_expressions(self):
        project = self.new_project()
        documents = self.write_lines("documents.jsonl", [document(n) for n in range(1, 4)])
        expressions = self.write_lines("expressions.jsonl", [expression(n) for n in range(1, 4)])
        report = self.ok("import", project, expressions, documents, "--json").json()  # documents go first anyway
        self.assertEqual((report["documents"], report["expressions"], report["skipped"]), (3, 3, 0))
        self.assertEqual(self.counts(project), (3, 3))
        self.assert_sound(project)

    def test_csv(self):
        project = self.new_project()
        table = self.write(
            "documents.csv",
            "\ufeffid,culture,source,topic,lang,text,shelf\r\n"
            'd1,KR,human,"a, b",ko,"첫 줄\n둘째 줄 ""인용""",7\r\n'
            "d2,,birch,other,en,We must be fair.,8\r\n",
        )
        self.ok("import", project, table)
        rows = [json.loads(line) for line in self.ok("export", project, "documents").out.splitlines()]
        self.assertEqual(rows[0]["text"], '첫 줄\n둘째 줄 "인용"')
        self.assertEqual((rows[0]["topic"], rows[0]["culture"], rows[0]["shelf"]), ("a, b", "KR", "7"))
        self.assertEqual((rows[1]["source"], rows[1]["culture"]), ("birch", ""))

    def test_folder_of_texts(self):
        project = self.new_project()
        self.write("essays/ann.txt", "People should help each other.\n")
        self.write("essays/on work/bob.txt", "Work must be fair.")
        self.write("essays/notes.md", "not a document")
        self.ok("import", project, self.path("essays"), "--culture", "US", "--source", "human", "--lang", "en")
        rows = [json.loads(line) for line in self.ok("export", project, "documents").out.splitlines()]
        self.assertEqual([(row["id"], row["topic"]) for row in rows], [("ann", ""), ("on work/bob", "on work")])
        self.assertEqual({row["culture"] for row in rows}, {"US"})

    def test_what_is_exported_is_imported_again(self):
        first, second = self.new_project("first.dove"), self.new_project("second.dove")
        self.ok("import", first, *sample_files("documents"), *sample_files("expressions"))
        for kind in ("documents", "expressions"):
            self.ok("export", first, kind, "-o", self.path(f"{kind}.jsonl"))
        self.ok("import", second, self.path("documents.jsonl"), self.path("expressions.jsonl"))
        for kind in ("documents", "expressions"):
            self.assertEqual(self.ok("export", first, kind).raw, self.ok("export", second, kind).raw)
        given = {row["id"]: row["text"] for path in sample_files("documents") for row in read_lines(path)}
        taken = {row["id"]: row["text"] for row in read_lines(self.path("documents.jsonl"))}
        self.assertEqual(given, taken)

    def test_expressions_twice_change_nothing(self):
        project = self.new_project()
        documents = self.write_lines("documents.jsonl", [document()])
        expressions = self.write_lines("expressions.jsonl", [expression()])
        self.ok("import", project, documents, expressions)
        report = self.ok("import", project, expressions, "--json").json()
        self.assertEqual((report["expressions"], report["repeated"]), (0, 1))
        self.assertEqual(self.counts(project), (1, 1))

    def test_evidence_that_is_not_there_is_dropped_and_told(self):
        project = self.new_project()
        documents = self.write_lines("documents.jsonl", [document()])
        expressions = self.write_lines("expressions.jsonl", [expression(evidence="nothing of the kind")])
        report = self.ok("import", project, documents, expressions, "--json").json()
        self.assertEqual((report["expressions"], report["evidence_dropped"]), (1, 1))


class BadLines(TestCase):
    """Each is told with file and line, and nothing of the file is imported."""

    def setUp(self):
        super().setUp()
        self.project = self.new_project()

    def refused(self, content, *says, line=7):
        path = self.write("bad.jsonl", content)
        self.fails(INPUT, "import", self.project, path, says=(f"bad.jsonl:{line}:", *says))
        self.assertEqual(self.counts(self.project), (0, 0))
        return path

    def with_line_seven(self, line):
        """Ten lines, the seventh as given."""
        lines = [json.dumps(document(n)).encode() for n in range(1, 11)]
        lines[6] = line if isinstance(line, bytes) else json.dumps(line).encode()
        return b"\n".join(lines) + b"\n"

    def test_broken_json(self):
        path = self.refused(self.with_line_seven(b'{"id": "d7", "text": '))
        report = self.ok("import", self.project, path, "--skip-bad", "--json").json()
        self.assertEqual((report["documents"], report["skipped"]), (9, 1))
        self.assertEqual(self.counts(self.project), (9, 0))
        self.assertTrue(any("bad.jsonl:7:" in remark for remark in report["remarks"]), report)

    def test_not_an_object(self):
        self.refused(self.with_line_seven(b"[1, 2]"))
        self.refused(self.with_line_seven(b'{"id": "d7"} {"id": "d8"}'))

    def test_missing_fields(self):
        for field in ("id", "source", "text"):
            self.refused(self.with_line_seven(document(7, **{field: None})), field)

    def test_wrong_types_and_empty_values(self):
        self.refused(self.with_line_seven(document(7, text="")), "text")
        self.refused(self.with_line_seven(document(7, id="")), "id")
        self.refused(self.with_line_seven(document(7, text=5)), "text")
        self.refused(self.with_line_seven(document(7, culture=["US"])), "culture")

    def test_people_have_a_culture_and_models_none(self):
        self.refused(self.with_line_seven(document(7, culture="")), "culture")
        run = self.ok("import", self.project, self.write_lines("m.jsonl", [document(7, source="birch")]), "--json")
        self.assertEqual(run.json()["cultures_dropped"], 1)
        row = json.loads(self.ok("export", self.project, "documents").out)
        self.assertEqual((row["culture"], row["given_culture"]), ("", "US"))

    def test_duplicate_ids(self):
        self.refused(self.with_line_seven(document(3)), "d3")
        self.ok("import", self.project, self.write_lines("good.jsonl", [document(7)]))
        path = self.write("again.jsonl", self.with_line_seven(document(7)))
        self.fails(INPUT, "import", self.project, path, says=("again.jsonl:7:", "d7"))
        self.assertEqual(self.counts(self.project), (1, 0))

    def test_invalid_utf8_and_nul(self):
        bad = json.dumps(document(7)).encode()
        self.refused(self.with_line_seven(bad.replace(b"honest ", b"hon\xffst ")), "UTF-8")
        self.refused(self.with_line_seven(bad.replace(b"honest ", b"hon\x00st ")), "NUL")
        self.refused(self.with_line_seven(bad.replace(b"honest ", b"hon\\u0000st ")))
        self.refused(self.with_line_seven(bad.replace(b"honest ", b"hon\\ud800st ")))

    def test_expressions_of_unknown_documents_and_empty_ones(self):
        self.ok("import", self.project, self.write_lines("documents.jsonl", [document(n) for n in range(1, 11)]))
        for changes, word in (
            ({"document_id": "none"}, "none"),
            ({"description": ""}, "description"),
            ({"code_name": None}, "code_name"),
        ):
            rows = [expression(n) for n in range(1, 11)]
            rows[6] = expression(7, **changes)
            path = self.write_lines("bad.jsonl", rows)
            self.fails(INPUT, "import", self.project, path, says=("bad.jsonl:7:", word))
            self.assertEqual(self.counts(self.project), (10, 0))

    def test_broken_csv(self):
        path = self.write("bad.csv", 'id,culture,source,topic,lang,text\nd1,US,human,t,en,"not closed\nd2,US\n')
        self.fails(INPUT, "import", self.project, path, says="bad.csv:2:")
        self.assertEqual(self.counts(self.project), (0, 0))

    def test_control_characters_in_a_message_are_visible(self):
        self.refused(self.with_line_seven(document(3, id="\x1b[31mred\u202e", source="")), line=7)


class BadFiles(TestCase):
    def setUp(self):
        super().setUp()
        self.project = self.new_project()

    def test_missing_empty_and_strange_files(self):
        self.fails(INPUT, "import", self.project, self.path("none.jsonl"), says="none.jsonl")
        self.fails(INPUT, "import", self.project, self.write("empty.jsonl", ""), says="empty.jsonl")
        self.fails(INPUT, "import", self.project, self.write("blob.jsonl", bytes(range(256)) * 10), says="blob.jsonl")
        (self.path("hollow")).mkdir()
        self.fails(INPUT, "import", self.project, self.path("hollow"), says="hollow")
        self.assertEqual(self.counts(self.project), (0, 0))

    def test_one_bad_file_among_good_ones_imports_nothing(self):
        good = self.write_lines("good.jsonl", [document(1)])
        bad = self.write("bad.jsonl", "{\n")
        self.fails(INPUT, "import", self.project, good, bad, says="bad.jsonl:1:")
        self.assertEqual(self.counts(self.project), (0, 0))

    def test_a_line_of_50_megabytes(self):
        """It is taken: it is below the limit that the manual tells."""
        text = "We must be honest. " * (50 * 1024 * 1024 // 19)
        path = self.write_lines("long.jsonl", [document(1), document(2, text=text)])
        run = dove("import", self.project, path)
        self.assertEqual(run.code, 0, run.err)
        self.assertEqual(self.counts(self.project), (2, 0))

    def test_a_line_beyond_the_limit_is_refused_with_its_number(self):
        path = self.path("endless.jsonl")
        with open(path, "wb") as file:
            file.write(json.dumps(document(1)).encode() + b"\n" + b'{"id":"x","text":"')
            for _ in range(70):
                file.write(b"a" * (1 << 20))
            file.write(b'"}\n')
        self.fails(INPUT, "import", self.project, path, says="endless.jsonl:2:")
        self.assertEqual(self.counts(self.project), (0, 0))

    def test_vectors_from_outside(self):
        documents = self.write_lines("documents.jsonl", [document(n) for n in range(1, 5)])
        self.ok("import", self.project, documents)
        good = self.write_lines("good.jsonl", [expression(n, vector=[3.0, 4.0, 0.0]) for n in (1, 2)])
        self.ok("import", self.project, good, "--embedder", "elsewhere")
        vectors = self.ok("export", self.project, "vectors").json()
        self.assertEqual([round(x, 6) for x in vectors[0]["vector"]], [0.6, 0.8, 0.0])  # 3-4-5 triangle
        for vector, word in (
            ([1.0, 2.0], "2"),
            ([0.0, 0.0, 0.0], "zero"),
            ([1.0, None, 2.0], "vector"),
            ("text", "vector"),
            ([], "vector"),
        ):
            bad = self.write_lines("bad.jsonl", [expression(3, vector=vector)])
            self.fails(INPUT, "import", self.project, bad, "--embedder", "elsewhere", says=("bad.jsonl:1:", word))
        bad = self.write("bad.jsonl", json.dumps(expression(3))[:-1] + ', "vector": [1, NaN, 2]}\n')
        self.fails(INPUT, "import", self.project, bad, "--embedder", "elsewhere", says="bad.jsonl:1:")
        other = self.write_lines("other.jsonl", [expression(4, vector=[0.0, 1.0, 0.0])])
        self.fails(INPUT, "import", self.project, other, "--embedder", "another", says="elsewhere")
        self.assertEqual(self.counts(self.project), (4, 2))
        self.assert_sound(self.project)

    def test_kind_of_file_can_be_forced(self):
        path = self.write_lines("documents.jsonl", [document(1)])
        self.fails(INPUT, "import", self.project, path, "--as", "expressions", says="documents.jsonl:1:")
        self.fails(USAGE, "import", self.project, path, "--as", "wheat", says="wheat")
        self.ok("import", self.project, path, "--as", "documents")


if __name__ == "__main__":
    unittest.main()
