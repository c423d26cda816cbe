"""Files of other tools, out and in: nothing is lost on the way round, what the tools write is taken, what nobody honest
writes is refused."""

import csv
import io
import json
import os
import re
import subprocess
import unittest
import xml.etree.ElementTree as ElementTree
import zipfile

from harness import BINARY, INPUT, USAGE, TestCase

DOCUMENTS = [
    {"id": "d1", "culture": "KR", "source": "human", "topic": "on \"work\"", "lang": "ko",
     "text": "줄 하나 🙂 <b>&amp; \"둘\"\r\n셋, 넷\ttab", "note": {"deep": [1, None, "x"]}},
    {"id": "d2", "culture": "US", "source": "human", "topic": "t", "lang": "en",
     "text": "We must keep our promises. We must keep our promises, always. Honesty matters to every friend."},
    {"id": "d3", "culture": "", "source": "birch", "topic": "t", "lang": "en", "role": "Korean",
     "text": "Families should stay together and respect their elders. Freedom of choice is dear."},
]
EXPRESSIONS = [
    {"document_id": "d1", "code_name": "Care", "description": "The author values care for family.", "evidence": "하나 🙂 <b>"},
    {"document_id": "d1", "code_name": "Family Care", "description": "The author values care, \"twice\".", "evidence": "not there"},
    {"document_id": "d2", "code_name": "Honesty", "description": "The author values honesty & promises.",
     "evidence": "We must keep our promises"},
    {"document_id": "d2", "code_name": "Friendship", "description": "The author values honest friendship."},
    {"document_id": "d3", "code_name": "Family", "description": "The author values a close family.",
     "evidence": "Families should stay together"},
    {"document_id": "d3", "code_name": "Freedom", "description": "The author values freedom of choice.",
     "evidence": "Freedom of choice"},
]
FORMATS = ["qdpx", "doccano", "label-studio", "prodigy"]

CODEBOOK = """<?xml version="1.0" encoding="utf-8"?>
<CodeBook xmlns="urn:QDA-XML:codebook:1.0" origin="Some tool 9">
 <Codes>{codes}</Codes>
</CodeBook>"""
GUID = "5C94BB8A-9C3B-4D5B-8B0F-00000000000%d"


def code(number, name, description="", inner="", more='isCodable="true"'):
    text = f"<Description>{description}</Description>" if description else ""
    return f'<Code guid="{GUID % number}" name="{name}" {more}>{text}{inner}</Code>'


class Checker:
    """The rules of REFI-QDA that a reader relies on: order of elements, needed attributes, GUIDs that exist."""

    # element: (children in their order, attributes that are needed)
    CODEBOOK = {
        "CodeBook": (["Codes", "Sets"], []),
        "Codes": (["Code"], []),
        "Code": (["Description", "Code"], ["guid", "name", "isCodable"]),
        "Description": ([], []),
    }
    PROJECT = {
        **CODEBOOK,
        "Project": (["Users", "CodeBook", "Variables", "Cases", "Sources", "Notes", "Links", "Sets", "Graphs",
                     "Description", "NoteRef"], ["name"]),
        "Users": (["User"], []),
        "User": ([], ["guid"]),
        "CodeBook": (["Codes"], []),
        "Code": (["Description", "NoteRef", "Code"], ["guid", "name", "isCodable"]),
        "Variables": (["Variable"], []),
        "Variable": (["Description"], ["guid", "name", "typeOfVariable"]),
        "Sources": (["TextSource"], []),
        "TextSource": (["Description", "PlainTextContent", "PlainTextSelection", "Coding", "NoteRef", "VariableValue"],
                       ["guid"]),
        "PlainTextSelection": (["Description", "Coding", "NoteRef"], ["guid", "startPosition", "endPosition"]),
        "Coding": (["CodeRef", "NoteRef"], ["guid"]),
        "CodeRef": ([], ["targetGUID"]),
        "NoteRef": ([], ["targetGUID"]),
        "VariableValue": (["VariableRef", "TextValue"], []),
        "VariableRef": ([], ["targetGUID"]),
        "TextValue": ([], []),
        "Notes": (["Note"], []),
        "Note": (["Description", "PlainTextContent", "PlainTextSelection", "Coding", "NoteRef", "VariableValue"],
                 ["guid"]),
        "PlainTextContent": ([], []),
    }
    GROUPS = {"Codes", "Users", "Variables", "Sources", "Notes"}
    GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")

    def __init__(self, test, namespace, rules):
        self.test, self.namespace, self.rules = test, namespace, rules
        self.guids, self.targets = [], []

    def element(self, node):
        prefix = "{" + self.namespace + "}"
        self.test.assertTrue(node.tag.startswith(prefix), node.tag)
        name = node.tag[len(prefix):]
        self.test.assertIn(name, self.rules)
        order, needed = self.rules[name]
        for attribute in needed:
            self.test.assertIn(attribute, node.attrib, name)
        places = [order.index(child.tag[len(prefix):]) for child in node]
        self.test.assertEqual(places, sorted(places), f"order in {name}")
        if name in self.GROUPS:
            self.test.assertGreater(len(node), 0, f"{name} is empty")
        for key, value in node.attrib.items():
            if key in ("guid", "targetGUID", "creatingUser"):
                self.test.assertRegex(value, self.GUID)
                (self.guids if key == "guid" else self.targets).append(value)
            if key == "isCodable":
                self.test.assertIn(value, ("true", "false"))
        for child in node:
            self.element(child)

    def check(self, root):
        self.element(root)
        self.test.assertEqual(len(self.guids), len(set(self.guids)))
        self.test.assertLessEqual(set(self.targets), set(self.guids))


class Exchange(TestCase):
    def project(self, name="one.dove"):
        path = self.new_project(name)
        self.ok("import", path, self.write_lines("documents.jsonl", DOCUMENTS),
                self.write_lines("expressions.jsonl", EXPRESSIONS))
        return path

    def coded(self, name="one.dove"):
        """With a codebook: one of two codes, of one's own making."""
        path = self.project(name)
        codes = code(1, "Family", "The author values family and care.") + code(2, "Honesty", "The author values honesty.")
        self.ok("import", path, self.write("own.qdc", CODEBOOK.format(codes=codes)))
        return path

    def content(self, project):
        """Documents in their order, and expressions without what an import gives anew, in no order."""
        documents = [json.loads(line) for line in self.ok("export", project, "documents").out.splitlines()]
        rows = [json.loads(line) for line in self.ok("export", project, "expressions").out.splitlines()]
        for row in rows:
            del row["id"], row["origin"]
        return documents, sorted(map(json.dumps, rows))

    def export(self, project, what, form):
        path = self.path(f"out-{what}.{form}")
        self.ok("export", project, what, "--format", form, "-o", path)
        return path

    # ---- Round trips ----

    def test_spans_go_round(self):
        for make, name in ((self.project, "plain.dove"), (self.coded, "coded.dove")):
            one = make(name)
            for form in FORMATS:
                with self.subTest(form=form, project=name):
                    out = self.export(one, "spans", form)
                    two = self.new_project(f"two-{form}-{name}")
                    report = self.ok("import", two, out, "--json").json()
                    self.assertEqual((report["documents"], report["expressions"]), (3, 6))
                    self.assertEqual(self.content(two), self.content(one))
                    self.assert_sound(two)
                    again = self.ok("import", two, out, "--json").json()
                    self.assertEqual((again["documents_known"], again["repeated"], again["expressions"]), (3, 6, 0))

    def test_csv_of_codings_goes_round(self):
        one = self.coded()
        out = self.export(one, "spans", "csv")
        rows = list(csv.DictReader(io.StringIO(out.read_text())))
        self.assertEqual([row["document_id"] for row in rows], ["d1", "d1", "d2", "d2", "d3", "d3"])
        self.assertLessEqual({row["code"] for row in rows}, {"Family", "Honesty"})
        two = self.new_project("two.dove")
        self.ok("import", two, self.write_lines("documents.jsonl", DOCUMENTS))
        self.ok("import", two, out)
        self.assertEqual(self.content(two), self.content(one))

    def test_codebook_goes_round(self):
        one = self.coded()
        out = self.export(one, "codebook", "qdc")
        two = self.project("two.dove")
        report = self.ok("import", two, out, "--json").json()
        self.assertEqual(report["codes"], 2)
        self.assertEqual(self.export(two, "codebook", "qdc").read_bytes(), out.read_bytes())
        told = self.ok("export", two, "codebook", "--json").json()
        self.assertEqual([row["name"] for row in told["codes"]], ["Family", "Honesty"])
        self.assertEqual(told["codes"][0]["definition"], "The author values family and care.")
        self.assert_sound(two)
        self.ok("build", two, "--resume-from", 0, "--iterations", 1)

    def test_codebook_of_a_project_of_another_tool(self):
        one = self.coded()
        out = self.export(one, "spans", "qdpx")
        two = self.new_project("two.dove")
        report = self.ok("import", two, out, "--as", "codebook", "--json").json()
        self.assertEqual((report["documents"], report["expressions"], report["codes"]), (3, 6, 2))
        self.assertEqual(self.export(two, "codebook", "qdc").read_bytes(), self.export(one, "codebook", "qdc").read_bytes())

    # ---- What the tools get ----

    def test_positions_are_code_points(self):
        # "줄 하나 🙂 <b>…": the evidence begins after two code points and is eight long.
        one = self.project()
        row = json.loads(self.export(one, "spans", "doccano").read_text().splitlines()[0])
        self.assertEqual(row["label"], [[2, 10, "Care"]])
        self.assertEqual(row["text"][2:10], "하나 🙂 <b>")
        row = json.loads(self.export(one, "spans", "prodigy").read_text().splitlines()[0])
        self.assertEqual(row["spans"], [{"start": 2, "end": 10, "label": "Care"}])
        self.assertEqual(row["answer"], "accept")
        self.assertIsInstance(row["_input_hash"], int)
        task = json.loads(self.export(one, "spans", "label-studio").read_text())[0]
        result = task["annotations"][0]["result"][0]
        self.assertEqual(result["value"], {"start": 2, "end": 10, "labels": ["Care"]})
        self.assertEqual((result["type"], result["to_name"]), ("labels", "text"))

    def test_qdpx_is_what_readers_expect(self):
        for make, name in ((self.project, "plain.dove"), (self.coded, "coded.dove")):
            with self.subTest(project=name), zipfile.ZipFile(self.export(make(name), "spans", "qdpx")) as archive:
                self.assertIsNone(archive.testzip())
                root = ElementTree.fromstring(archive.read("project.qde"))
                Checker(self, "urn:QDA-XML:project:1.0", Checker.PROJECT).check(root)
                space = {"q": "urn:QDA-XML:project:1.0"}
                for source, document in zip(root.findall(".//q:TextSource", space), DOCUMENTS, strict=True):
                    self.assertEqual(source.get("name"), document["id"])
                    self.assertIsNone(source.find("q:PlainTextContent", space))
                    inner = source.get("plainTextPath")
                    self.assertTrue(inner.startswith("internal://"))
                    text = archive.read("sources/" + inner[len("internal://"):]).decode()
                    self.assertEqual(text, document["text"])
                first = root.find(".//q:PlainTextSelection", space)
                self.assertEqual((first.get("startPosition"), first.get("endPosition")), ("2", "10"))

    def test_qdc_is_what_readers_expect(self):
        root = ElementTree.parse(self.export(self.coded(), "codebook", "qdc")).getroot()
        Checker(self, "urn:QDA-XML:codebook:1.0", Checker.CODEBOOK).check(root)
        self.assertTrue(root.get("origin").startswith("DOVE"))

    def test_same_content_same_bytes(self):
        one = self.coded()
        first = self.export(one, "spans", "qdpx").read_bytes()
        self.assertEqual(self.export(one, "spans", "qdpx").read_bytes(), first)

    def test_codebook_to_read(self):
        one = self.coded()
        page = self.export(one, "codebook", "html").read_text()
        ElementTree.fromstring(page.replace("<!DOCTYPE html>", "").replace('<meta charset="utf-8">', ""))
        self.assertIn("<h2>Family</h2>", page)
        self.assertIn("The author values family and care.", page)
        self.assertIn("하나 🙂 &lt;b&gt;", page)
        text = self.export(one, "codebook", "md").read_text()
        self.assertIn("\n## Honesty\n", text)
        self.assertIn("> 하나 🙂 \\<b\\> – KR, d1", text)
        self.assertIn("– birch, d3", text)
        rows = list(csv.DictReader(io.StringIO(self.export(one, "codebook", "csv").read_text())))
        self.assertEqual(rows[1]["definition"], "The author values honesty.")
        self.assertIn("US: We must keep our promises", "\n".join(row["quotes"] for row in rows))

    # ---- What the tools write ----

    def test_codebooks_of_other_tools(self):
        inner = code(2, "Care", "Sons &amp; daughters", more='isCodable="true" color="#AABBCCDD"')
        codes = (code(1, "Folder", inner=inner, more='isCodable="false"') + code(3, "CARE", "another family code")
                 + code(4, "Honesty", more='color="#ABC" isCodable="1" extra="x"'))
        text = CODEBOOK.format(codes=codes).replace("</CodeBook>", "<Sets/><Later x='1'/></CodeBook>")
        text = text.replace("codebook:1.0", "codebook:0:4").replace(GUID % 3, "{" + GUID % 3 + "}")
        one = self.project()
        report = self.ok("import", one, self.write("other.qdc", b"\xef\xbb\xbf" + text.encode()), "--json").json()
        self.assertEqual(report["codes"], 3)
        told = self.ok("export", one, "codebook", "--json").json()["codes"]
        self.assertEqual([row["name"] for row in told], ["Care", "CARE (2)", "Honesty"])
        self.assertEqual(told[0]["definition"], "Sons & daughters")

    def qdpx(self, qde, **sources):
        path = self.path("other.qdpx")
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("project.qde", qde)
            for name, text in sources.items():
                archive.writestr(f"sources/{name}.txt", text)
        return path

    def test_projects_of_other_tools(self):
        # Elements in the wrong order, unknown ones, a text with a byte order mark, one inside the file, a picture.
        qde = f"""<Project xmlns="urn:QDA-XML:project:1.0" name="p" origin="Some tool">
          <Sources>
            <PictureSource guid="{GUID % 9}"/>
            <TextSource name="a" guid="{GUID % 5}" plainTextPath="internal://a.txt">
              <VariableValue><VariableRef targetGUID="{GUID % 7}"/><TextValue>KR</TextValue></VariableValue>
              <VariableValue><VariableRef targetGUID="{GUID % 8}"/><IntegerValue>41</IntegerValue></VariableValue>
              <Coding guid="{GUID % 4}" creatingUser="{GUID % 6}"><CodeRef targetGUID="{GUID % 2}"/></Coding>
              <PlainTextSelection guid="{GUID % 3}" name="x" startPosition="2" endPosition="4" new="y">
                <Coding guid="{GUID % 0}"><CodeRef targetGUID="{(GUID % 1).lower()}"/><NoteRef targetGUID="{GUID % 9}"/></Coding>
              </PlainTextSelection>
            </TextSource>
            <TextSource name="b" guid="{GUID % 9}"><PlainTextContent>inside</PlainTextContent></TextSource>
          </Sources>
          <Variables><Variable guid="{GUID % 7}" name="culture" typeOfVariable="Text"/>
            <Variable guid="{GUID % 8}" name="age" typeOfVariable="Integer"/></Variables>
          <Notes><Note guid="{GUID % 9}" name="remark"><PlainTextContent>look</PlainTextContent></Note></Notes>
          <CodeBook><Codes>{code(1, "One", "First.")}{code(2, "Two")}</Codes></CodeBook>
          <Users><User guid="{GUID % 6}" name="ann"/></Users></Project>"""
        one = self.new_project()
        path = self.qdpx(qde, a=b"\xef\xbb\xbf" + "🙂 둘 drei".encode())
        report = self.ok("import", one, path, "--culture", "DE", "--json").json()
        self.assertEqual((report["documents"], report["expressions"], report["left_out"]), (2, 2, 1))
        documents, rows = self.content(one)
        self.assertEqual(documents[0], {"id": "a", "culture": "KR", "source": "human", "topic": "", "lang": "",
                                        "text": "🙂 둘 drei", "age": "41"})
        self.assertEqual((documents[1]["text"], documents[1]["culture"]), ("inside", "DE"))
        rows = list(map(json.loads, rows))
        self.assertEqual(rows[0], {"document_id": "a", "code_name": "One", "description": "First.", "evidence": "둘 ",
                                   "evidence_start": 2, "evidence_end": 4})
        self.assertEqual(rows[1], {"document_id": "a", "code_name": "Two", "description": "Two"})

    def test_json_of_other_tools(self):
        cases = {
            "doccano.jsonl": '{"id": 7, "text": "🙂 둘 drei", "label": [[2, 3, "Two"], [2, 3, "Two"]], "Comments": ["x"], "age": 3}\n',
            "entities.jsonl": '{"id": 7, "text": "🙂 둘 drei", "age": 3, "relations": [],'
                              ' "entities": [{"id": 1, "label": "Two", "start_offset": 2, "end_offset": 3}]}\n',
            "prodigy.jsonl": '{"text": "🙂 둘 drei", "document_id": "7", "answer": "accept", "_task_hash": 1, "tokens": [], "age": 3,'
                             ' "spans": [{"start": 2, "end": 3, "label": "Two", "token_start": 1}]}\n'
                             '{"text": "no", "answer": "reject", "_input_hash": 8}\n',
            "studio.json": '[{"id": 7, "data": {"text": "🙂 둘 drei", "age": 3}, "annotations": [{"id": 1, "completed_by": {"id": 2},'
                           ' "result": [{"type": "labels", "value": {"start": 2, "end": 3, "labels": ["Two"], "text": "둘"}}]},'
                           ' {"was_cancelled": true, "result": [{"value": {"choices": ["No"]}}]}], "predictions": [{"score": 1}]}]',
        }
        for name, text in cases.items():
            with self.subTest(name):
                one = self.new_project(name + ".dove")
                path = self.write(name, b"\xef\xbb\xbf" + text.encode())
                self.ok("import", one, path, "--culture", "KR")
                documents, rows = self.content(one)
                self.assertEqual(documents, [{"id": "7", "culture": "KR", "source": "human", "topic": "", "lang": "",
                                              "text": "🙂 둘 drei", "age": 3}])
                self.assertEqual(list(map(json.loads, rows)),
                                 [{"document_id": "7", "code_name": "Two", "description": "Two", "evidence": "둘",
                                   "evidence_start": 2, "evidence_end": 3}])

    def test_choices_are_codes_of_the_whole_document(self):
        cases = {
            "prodigy.jsonl": '{"text": "t", "document_id": "1", "answer": "accept", "accept": ["b"],'
                             ' "options": [{"id": "a", "text": "Aaa"}, {"id": "b", "text": "Bbb"}], "_task_hash": 1}\n',
            "studio.json": '[{"id": 1, "data": {"text": "t"}, "annotations": [{"result": [{"id": "x", "from_name": "c",'
                           ' "to_name": "t", "type": "choices", "value": {"choices": ["Bbb"]}}]}]}]',
            "doccano.jsonl": '{"id": 1, "text": "t", "label": ["Bbb"]}\n',
        }
        for name, text in cases.items():
            with self.subTest(name):
                one = self.new_project(name + ".dove")
                self.ok("import", one, self.write(name, text), "--culture", "KR")
                self.assertEqual(list(map(json.loads, self.content(one)[1])),
                                 [{"document_id": "1", "code_name": "Bbb", "description": "Bbb"}])

    def test_changed_labels_come_back(self):
        """A label that a person removed is gone, one that was added is there, the others keep what they were."""
        one = self.project()
        rows = [json.loads(line) for line in self.export(one, "spans", "doccano").read_text().splitlines()]
        rows[1]["label"] = [[27, 34, "Promise"]]
        two = self.new_project("two.dove")
        self.ok("import", two, self.write_lines("changed.jsonl", rows))
        names = [json.loads(row)["code_name"] for row in self.content(two)[1]]
        self.assertEqual(sorted(names), ["Care", "Family", "Family Care", "Freedom", "Friendship", "Promise"])

    # ---- What is refused, and where ----

    def refused(self, name, content, *says, project=None):
        one = project or self.new_project(f"refused{len(list(self.folder.iterdir()))}.dove")
        before = self.counts(one)
        path = content if name is None else self.write(name, content)
        self.fails(INPUT, "import", one, path, "--culture", "KR", says=says)
        self.assertEqual(self.counts(one), before)

    def test_malformed_files_name_the_place(self):
        self.refused("a.qdc", CODEBOOK.format(codes="<Code\n name='x'>"), "a.qdc:4")
        self.refused("b.qdc", CODEBOOK.format(codes="\n<Code guid='zz' name='x' isCodable='true'/>"), "b.qdc:4", "guid")
        self.refused("c.qdc", CODEBOOK.format(codes=code(1, " ")), "c.qdc:3", "no name")
        self.refused("d.qdc", CODEBOOK.format(codes=code(1, "x") + code(1, "y")), "two codes")
        self.refused("e.qdc", CODEBOOK.format(codes=""), "no Code")
        self.refused("f.qdc", "<Other/>", "CodeBook")
        self.refused("a.jsonl", '{"id": 1, "text": "ab", "label": []}\n{"id": 2, "text": "ab", "label": [[1, 3, "x"]]}\n',
                     "a.jsonl:2", "1 to 3")
        self.refused("b.jsonl", '{"id": 1, "text": "ab", "label": [[1, "x"]]}\n', "b.jsonl:1", "label 1")
        self.refused("c.jsonl", '{"id": 1, "text": "ab", "label": []}\n{"id": 2,\n', "c.jsonl:2")
        self.refused("d.jsonl", '{"text": "ab", "spans": [{"start": 1}], "_input_hash": 3}\n', "d.jsonl:1", "span")
        task = '[{"id": 1, "data": {"text": "ab"}},\n {"id": 2, "data": {"text": "ab"}, "annotations": [{"result": [{"value": {"start": -2, "end": 1, "labels": ["x"]}}]}]}]'
        self.refused("a.json", task, "$[1].annotations[0].result[0]")
        self.refused("b.json", '[{"id": 1,\n "data": }]', "b.json:2")
        self.refused("c.json", '[{"id": 1}]', "$[0]", "data")
        self.refused("a.csv", "document_id,start,end,code\nd2,5,3,x\n", "a.csv:2", project=self.project())

    def test_malformed_projects_name_the_place(self):
        source = '<Project xmlns="urn:QDA-XML:project:1.0" name="p"><Sources>\n<TextSource name="a" guid="%s" %s>%s</TextSource></Sources></Project>'
        inside = 'plainTextPath="internal://a.txt"'
        selection = f'<PlainTextSelection guid="{GUID % 2}" startPosition="%s" endPosition="%s"/>'
        for place, inner, word in ((inside, selection % (1, 3), "1 to 3"), (inside, selection % ("x", 1), "startPosition"),
                                   (inside, f'<Coding guid="{GUID % 3}"><CodeRef targetGUID="{GUID % 4}"/></Coding>', "CodeRef"),
                                   ('plainTextPath="internal://b.txt"', "", "sources/b.txt"),
                                   ('plainTextPath="relative:///etc/passwd"', "", "outside"),
                                   ('plainTextPath="internal://../../etc/passwd"', "", "not the name"), ("", "", "neither")):
            with self.subTest(word):
                self.refused(None, self.qdpx(source % (GUID % 1, place, inner), a="ab"), "other.qdpx!project.qde:2", word)
        self.refused(None, self.qdpx(source % (GUID % 1, inside, ""), a=b"\xff\xfe"), "sources/a.txt", "UTF-8")
        broken = self.path("broken.qdpx")
        broken.write_bytes(b"PK\3\4 no archive at all")
        self.refused(None, broken, "broken.qdpx")
        empty = self.path("empty.qdpx")
        with zipfile.ZipFile(empty, "w") as archive:
            archive.writestr("readme", "")
        self.refused(None, empty, "project.qde")

    # ---- Attacks ----

    def test_entities_are_refused(self):
        secret = self.write("secret.txt", "the secret")
        external = f'<?xml version="1.0"?>\n<!-- c --><!DOCTYPE CodeBook [<!ENTITY x SYSTEM "file://{secret}">]>' + \
            CODEBOOK.format(codes=code(1, "a &x;")).split("?>")[1]
        laughs = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))
        bomb = f'<!DOCTYPE CodeBook [<!ENTITY l0 "ha">{laughs}]>' + CODEBOOK.format(codes=code(1, "&l9;")).split("?>")[1]
        for text in (external, bomb):
            self.refused("attack.qdc", text, "DOCTYPE")
            self.refused(None, self.qdpx(text), "DOCTYPE")
        self.refused("utf16.qdc", ("<" + " " * 10).encode() + external.encode("utf-16"), "UTF-8")
        hidden = '<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE CodeBook' + CODEBOOK.format(codes=code(1, "x"))
        self.refused("hidden.qdc", hidden, "hidden.qdc:1")
        self.refused("undefined.qdc", CODEBOOK.format(codes=code(1, "&nothing;")), "undefined.qdc:3")

    def test_deep_and_large_xml_takes_bounded_memory(self):
        deep = "".join(f'<Code guid="{GUID % 1}" name="n" isCodable="true">' for _ in range(100000))
        codes = 70
        nested = "".join(f'<Code guid="5C94BB8A-9C3B-4D5B-8B0F-{i:012d}" name="n{i}" isCodable="true">' for i in range(codes))
        one = self.new_project()
        for name, text in (("deep.qdc", CODEBOOK.format(codes=deep)),
                           ("nested.qdc", CODEBOOK.format(codes=nested + "</Code>" * codes)),
                           ("wide.qdc", CODEBOOK.format(codes=code(1, "x" * (20 << 20))))):
            path = self.write(name, text)
            process = subprocess.Popen([BINARY, "import", str(one), str(path)], stderr=subprocess.PIPE)
            message = process.stderr.read().decode()
            process.stderr.close()
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = status >> 8
            self.assertEqual(status >> 8, INPUT, message)
            self.assertIn(name, message)
            self.assertNotIn("XML_PARSE", message)
            self.assertLess(usage.ru_maxrss, 700 << 10)  # kilobytes; what sanitizers need included

    def test_archives_cannot_escape_or_explode(self):
        path = self.path("attack.qdpx")
        for name in ("../escaped.txt", "/tmp/escaped.txt", "sources/../../escaped.txt", "sources\\..\\x", "C:x"):
            with zipfile.ZipFile(path, "w") as archive:
                archive.writestr("project.qde", "<Project name='p'/>")
                archive.writestr(zipfile.ZipInfo(name), "x")
            self.refused(None, path, "leaves the archive")
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("project.qde", " " * (64 << 20))
        self.assertLess(path.stat().st_size, 100_000)
        self.refused(None, path, "times its size")
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("project.qde", "<Project name='p'/>" + " " * 4000)
        # The archive says that the entry unpacks to ten bytes.
        data = bytearray(path.read_bytes())
        true = (4000 + len("<Project name='p'/>")).to_bytes(4, "little")
        self.assertEqual(data.count(true), 2)
        path.write_bytes(bytes(data).replace(true, (10).to_bytes(4, "little")))
        self.refused(None, path, "attack.qdpx")

    def test_known_documents_are_not_changed(self):
        one = self.project()
        self.refused("a.jsonl", '{"document_id": "d2", "text": "another text", "label": []}\n', "another text", project=one)
        self.refused("b.csv", "document_id,start,end,code\nd2,0,9999,x\n", "0 to 9999", project=one)
        self.refused("c.csv", "document_id,start,end,code\nnobody,,,x\n", "no document 'nobody'", project=one)

    def test_wrong_use(self):
        one = self.project()
        self.fails(USAGE, "export", one, "spans", "--format", "json", says="qdpx")
        self.fails(USAGE, "export", one, "documents", "--format", "md", says="jsonl")
        own = self.write_lines("own.jsonl", DOCUMENTS)
        self.fails(USAGE, "import", one, own, "--as", "codebook", says="qdc")
        qdc = self.write("x.qdc", CODEBOOK.format(codes=code(1, "x")))
        self.fails(USAGE, "import", one, own, qdc, says="an import each")
        self.fails(USAGE, "import", one, qdc, "--skip-bad", says="--skip-bad")
        empty = self.new_project("empty.dove")
        self.fails(INPUT, "import", empty, self.write("y.qdc", CODEBOOK.format(codes=code(1, "family"))),
                   says="value expressions")
        self.fails(INPUT, "import", one, self.write("z.qdc", CODEBOOK.format(codes=code(1, "가나다라"))), says="가나다라")


if __name__ == "__main__":
    unittest.main()
