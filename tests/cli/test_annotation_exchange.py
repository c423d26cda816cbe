"""Judgments in the formats of other tools, out and in: nothing is lost on the way round, what a tool changed is taken as
a later answer, what tools write by themselves becomes rounds of its own."""

import csv
import io
import json
import shutil
import unittest
import uuid
import xml.etree.ElementTree as ElementTree
import zipfile

from harness import INPUT, USAGE, TestCase, copy_sample, dove
from test_exchange import Checker

FORMATS = ["json", "jsonl", "csv", "qdpx", "doccano", "label-studio", "prodigy"]
NAMESPACE = "urn:QDA-XML:project:1.0"
PEOPLE = ["ann", "ben@example.org", "초롱 \"C\""]


class AnnotationExchange(TestCase):
    def setUp(self):
        super().setUp()
        self.project = copy_sample(self.path("a.dove"))
        self.bare = self.path("bare.dove")
        shutil.copy(self.project, self.bare)

    def lines(self, project=None):
        return self.ok("annotate", project or self.project, "export").out

    def records(self, kind, project=None):
        return [row for row in map(json.loads, self.lines(project).splitlines()) if row["type"] == kind]

    def answer_all(self, target, name, skip=0):
        """Answers by a rule, some skipped, flagged, noted and changed; the last item stays open."""
        self.ok("annotate", self.project, "start", "--target", target, "--rule", "sample:3", "--name", name)
        record = next(row for row in self.records("round") if row["name"] == name)
        items = [row for row in self.records("item") if row["round"] == record["uuid"]]
        questions = ["present"] if target == "document" else ["meaningful", "redundant"]
        words = ["yes", "no", "yes", "skip", "flag", "no"]
        judgments = []
        for place, item in enumerate(items[:-1]):
            for number, (person, question) in enumerate((p, q) for p in PEOPLE for q in questions):
                for turn in range(2 if (place + number) % 5 == 0 else 1):
                    row = {"type": "judgment", "uuid": str(uuid.uuid4()), "item": item["uuid"], "annotator": person,
                           "question": question, "answer": words[(place * 2 + number + turn) % 6], "shown": turn == 0,
                           "time": record["created"] - 10**7 + 7001 * len(judgments)}
                    if (place + number) % 4 == 1:
                        row["note"] = "a \"note\",\nwith <two> lines & ✓ 한"
                    if question == "redundant" and row["answer"] == "yes":
                        row["other"] = items[-1]["code"]
                    judgments.append(row)
        self.ok("annotate", self.project, "import", self.write_lines("answers.jsonl", judgments))
        return items

    def annotated(self):
        """A project with everything that annotation can hold."""
        items = self.answer_all("document", "first")
        self.answer_all("code", "codes")
        self.ok("annotate", self.project, "add", "--as", "ann", "--round", "first", "--document", items[0]["document"],
                "--code", "한 가치", "--span", "1:4", "--note", "not covered")
        number = self.ok("annotate", self.project, "items", "--as", "ann", "--round", "first", "--json").json()[0]["item"]
        self.ok("annotate", self.project, "consensus", "--as", "ann", "--item", number, "--answer", "no", "--note", "so")
        self.ok("annotate", self.project, "start", "--parent", "first", "--rule", "disagreements", "--name", "second",
                "--instruction", "look\nagain")
        self.ok("annotate", self.project, "close", "--round", "codes")
        return items

    def export(self, form, project=None):
        path = self.path(f"{project or 'a'}.out.{form}".replace("/", "_"))
        self.ok("export", project or self.project, "annotations", "--format", form, "-o", path)
        return path

    def take(self, project, path):
        return self.ok("import", project, path, "--as", "annotations", "--json").json()[0]

    def last(self, project):
        """What counts: {(annotator, document, code, question): answer}."""
        items = {row["uuid"]: row for row in self.records("item", project)}
        found = {}
        for row in sorted(self.records("judgment", project), key=lambda row: (row["time"], row["uuid"])):
            item = items[row["item"]]
            found[row["annotator"], item.get("document", ""), item["code"]["name"], row["question"]] = row["answer"]
        return found

    # ---- Round trips ----

    def test_every_format_goes_round(self):
        self.annotated()
        before = self.lines()
        self.assertGreater(len(before.splitlines()), 60)
        for form in FORMATS:
            with self.subTest(form=form):
                path, other = self.export(form), self.path(f"{form}.dove")
                shutil.copy(self.bare, other)
                report = self.take(other, path)
                self.assertEqual((report["unplaced"], report["passed_over"], report["conflicts"]), (0, 0, []))
                self.assertEqual(self.lines(other), before)
                again = self.take(other, path)
                self.assertEqual([again[key] for key in ("rounds", "items", "judgments", "codes", "consensus")], [0] * 5)
                self.assertEqual(self.lines(other), before)
                self.assertEqual(path.read_bytes(), self.export(form, other).read_bytes())

    def test_into_a_project_with_a_codebook_of_its_own(self):
        """Codes are found by their names where the codebook came by way of a file."""
        self.annotated()
        other = self.new_project("new.dove")
        self.ok("import", other, self.export("qdpx"), "--as", "codebook")
        first = self.last(self.project)
        for form in FORMATS:
            with self.subTest(form=form):
                copy = self.path(f"new-{form}.dove")
                shutil.copy(other, copy)
                self.assertEqual(self.take(copy, self.export(form))["unplaced"], 0)
                self.assertEqual(self.last(copy), first)
        # Passing rounds around knows codes by what they are, not by their names.
        strict = self.ok("annotate", other, "import", self.export("jsonl"), "--json").json()[0]
        self.assertEqual((strict["items"], strict["judgments"]), (0, 0))
        self.assertGreater(strict["unplaced"], 0)

    def test_spans_do_not_see_judgments(self):
        self.annotated()
        other = self.new_project("new.dove")
        self.ok("import", other, self.export("qdpx"))
        counted = [self.ok("info", project, "--json").json()["expressions"] for project in (self.project, other)]
        self.assertEqual(counted[0], counted[1])

    def test_one_round_alone(self):
        self.annotated()
        value = self.ok("export", self.project, "annotations", "--round", "codes").json()
        self.assertEqual([row["name"] for row in value["rounds"]], ["codes"])
        self.assertTrue(all(row["question"] != "present" for row in value["judgments"]))
        self.assertEqual(dove("export", self.project, "annotations", "--format", "npy").code, USAGE)

    def test_agreement_goes_along(self):
        self.annotated()
        told = self.ok("annotate", self.project, "agreement", "--bootstrap", "0", "--json").json()["agreement"]
        value = self.ok("export", self.project, "annotations").json()["agreement"]
        self.assertEqual(set(value), {"present", "meaningful", "redundant"})
        with zipfile.ZipFile(self.export("qdpx")) as archive:
            text = ElementTree.fromstring(archive.read("project.qde")).find(f"{{{NAMESPACE}}}Description").text
        for row in (row for row in told if row["group"] == "all"):
            self.assertEqual(value[row["question"]]["n"], row["n"])
            self.assertEqual(value[row["question"]]["cohen_kappa"], row["cohen_kappa"]["value"])
            self.assertIn("%s: n %d, percent %.3f" % (row["question"], row["n"], row["percent"]["value"]), text)

    def test_nothing_to_say(self):
        shutil.copy(self.bare, self.path("empty.dove"))
        base = self.lines(self.bare)
        for form in FORMATS:
            path = self.path(f"none.{form}")
            fresh = self.new_project(f"none-{form}.dove")
            self.ok("export", fresh, "annotations", "--format", form, "-o", path)
            if path.read_bytes().strip():
                self.ok("import", self.path("empty.dove"), path, "--as", "annotations")
        self.assertEqual(self.lines(self.path("empty.dove")), base)

    def test_order_marks_and_unknown_fields(self):
        self.annotated()
        before = self.lines()
        lines = self.export("jsonl").read_text().splitlines()
        odd = [json.dumps({**json.loads(line), "colour": {"deep": [1]}}) for line in reversed(lines)]
        rows = list(csv.reader(io.StringIO(self.export("csv").read_text(), newline="")))
        table = io.StringIO()
        writer = csv.writer(table, delimiter=";")
        for row in [rows[0], *reversed(rows[1:])]:
            writer.writerow([*reversed(row), "more"])
        tasks = list(reversed(json.loads(self.export("label-studio").read_text())))
        for task in tasks:
            task.update(total_annotations=3, meta={"x": 1})
        names = zipfile.ZipFile(self.export("qdpx"))
        other = self.path("ns.qdpx")
        with zipfile.ZipFile(other, "w") as archive:
            for name in names.namelist():
                data = names.read(name)
                if name == "project.qde":
                    data = b"\xef\xbb\xbf" + data.replace(NAMESPACE.encode(), b"urn:QDA-XML:project:0:4")
                archive.writestr(name, data)
        files = [self.write("odd.jsonl", "\ufeff" + "\n".join(odd)), self.write("odd.csv", "\ufeff" + table.getvalue()),
                 self.write("odd.json", "\ufeff" + json.dumps(tasks)), other,
                 self.write("odd.prodigy", "\ufeff" + "\n".join(reversed(self.export("prodigy").read_text().splitlines()))),
                 self.write("odd.doccano", "\n".join(reversed(self.export("doccano").read_text().splitlines())))]
        for number, path in enumerate(files):
            with self.subTest(path=path.name):
                project = self.path(f"odd{number}.dove")
                shutil.copy(self.bare, project)
                self.take(project, path)
                self.assertEqual(self.lines(project), before)

    def test_the_codebook_tells_what_annotators_said(self):
        """Counts of labels, and agreement by hand: the share of pairs of labels on a thing that are equal."""
        self.annotated()
        things = {}
        for (_, document, code, question), answer in self.last(self.project).items():
            if answer in ("yes", "no"):
                things.setdefault((code, question), {}).setdefault(document, []).append(answer)
        value = self.ok("export", self.project, "codebook").json()
        told = {(row["name"], question): cell for row in value["codes"] for question, cell in row.get("agreement", {}).items()}
        self.assertEqual(set(told), set(things))
        for key, documents in things.items():
            shares = []
            for labels in documents.values():
                pairs = [a == b for i, a in enumerate(labels) for b in labels[:i]]
                shares += [sum(pairs) / len(pairs)] if pairs else []
            flat = sum(documents.values(), [])
            self.assertEqual((told[key]["yes"], told[key]["no"]), (flat.count("yes"), flat.count("no")), key)
            self.assertEqual(told[key]["n"], len(shares))
            if shares:
                self.assertAlmostEqual(told[key]["percent"], sum(shares) / len(shares), places=12)
        (code, _), cell = next((key, cell) for key, cell in told.items() if key[1] == "meaningful")
        words = f"meaningful: {cell['yes']} yes, {cell['no']} no"
        for form in ("md", "html", "csv"):
            self.assertIn(words, self.ok("export", self.project, "codebook", "--format", form).out)
        self.assertNotIn("Annotators", self.ok("export", self.bare, "codebook", "--format", "md").out)

    # ---- What tools accept ----

    def test_label_studio_takes_it(self):
        """Its import wants `data` and lists of `result`, and refuses annotators that it does not know: only an e-mail
        address can be one of its members."""
        self.annotated()
        tasks = json.loads(self.export("label-studio").read_text())
        self.assertEqual(len(tasks), len(self.records("item")))
        counted = self.last(self.project)
        seen = 0
        for task in tasks:
            self.assertIsInstance(task["data"]["text"], str)
            for annotation in task["annotations"]:
                self.assertIsInstance(annotation["result"], list)
                if "completed_by" in annotation:
                    self.assertEqual(annotation["completed_by"], {"email": "ben@example.org"})
                key = annotation["annotator"], task["data"].get("document_id", ""), task["data"]["code"]
                answers = {q: counted[(*key, q)] for q in ("present", "meaningful", "redundant") if (*key, q) in counted}
                chosen = {row["from_name"]: row["value"]["choices"] for row in annotation["result"] if row["type"] == "choices"}
                self.assertEqual(chosen, {q: [a] for q, a in answers.items() if a in ("yes", "no", "flag")})
                self.assertEqual(annotation["was_cancelled"], bool(answers) and set(answers.values()) == {"skip"})
                self.assertRegex(annotation["created_at"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
                self.assertGreaterEqual(annotation.get("lead_time", 0), 0)
                seen += 1
        self.assertGreater(seen, 20)

    def test_prodigy_takes_it(self):
        self.annotated()
        rows = [json.loads(line) for line in self.export("prodigy").read_text().splitlines()]
        answers = {row["uuid"]: row for row in self.records("judgment")}
        words = {"yes": "accept", "no": "reject"}
        for row in rows:
            self.assertIn(row["answer"], ("accept", "reject", "ignore"))
            self.assertTrue(row["text"] and row["label"])
            self.assertIsInstance(row["_input_hash"], int)
            if "judgment" in row:
                record = answers.pop(row["judgment"])
                self.assertEqual(row["_session_id"], record["annotator"])
                self.assertEqual(row["answer"], words.get(record["answer"], "ignore"))
                self.assertEqual(row["_timestamp"], record["time"] // 1000)
        self.assertEqual(answers, {})
        open_items = [row for row in rows if "judgment" not in row]
        self.assertTrue(open_items and all(row["answer"] == "ignore" for row in open_items))

    def test_doccano_takes_it(self):
        self.annotated()
        counted = self.last(self.project)
        for row in map(json.loads, self.export("doccano").read_text().splitlines()):
            self.assertTrue(all(isinstance(label, str) for label in row["label"]))
            for label in row["label"] if "document_id" in row else []:
                self.assertEqual(counted[row["annotator"], row["document_id"], label, "present"], "yes")

    def test_qdpx_is_what_readers_expect(self):
        self.annotated()
        with zipfile.ZipFile(self.export("qdpx")) as archive:
            root = ElementTree.fromstring(archive.read("project.qde"))
        Checker(self, NAMESPACE, Checker.PROJECT).check(root)
        space = {"q": NAMESPACE}
        users = {node.get("guid"): node.get("name") for node in root.iterfind(".//q:User", space)}
        codes = {node.get("guid"): node.get("name") for node in root.iterfind(".//q:Code", space)}
        coded = {(users[coding.get("creatingUser")], source.get("name"), codes[coding.find("q:CodeRef", space).get("targetGUID")])
                 for source in root.iterfind(".//q:TextSource", space) for coding in source.findall("q:Coding", space)
                 if users.get(coding.get("creatingUser")) in PEOPLE}
        self.assertEqual(coded, {key[:3] for key, answer in self.last(self.project).items()
                                 if key[3] == "present" and answer == "yes"})

    # ---- What a tool changed ----

    def changed(self, path):
        other = self.path("changed.dove")
        shutil.copy(self.project, other)
        before = self.last(other)
        report = self.take(other, path)
        after = self.last(other)
        self.assertEqual(self.take(other, path)["judgments"], 0)
        return report, {key: value for key, value in after.items() if before.get(key) != value}

    def pick(self, answer, question="present"):
        return next(key for key, value in self.last(self.project).items() if value == answer and key[3] == question)

    def test_answers_changed_in_label_studio(self):
        self.annotated()
        who, document, code, _ = key = self.pick("yes")
        tasks = json.loads(self.export("label-studio").read_text())
        task = next(t for t in tasks if t["data"].get("document_id") == document and t["data"]["code"] == code and t["annotations"])
        mine = next(a for a in task["annotations"] if a["annotator"] == who)
        mine["result"][0]["value"]["choices"] = ["no"]
        mine["updated_at"] = "2031-01-01T00:00:00Z"
        # The tool keeps ids of results but not names that are no members': whoever imported has the annotation then.
        del mine["annotator"]
        mine["completed_by"] = 1
        task["annotations"].append({"completed_by": {"id": 9, "email": "new@example.org"}, "result": [
            {"id": "x", "type": "choices", "from_name": "present", "to_name": "text", "value": {"choices": ["flag"]}}]})
        report, found = self.changed(self.write("changed.json", json.dumps(tasks)))
        self.assertEqual(found, {key: "no", ("new@example.org", document, code, "present"): "flag"})
        self.assertEqual(report["judgments"], 2)

    def test_answers_changed_in_doccano(self):
        self.annotated()
        key = self.pick("yes")
        rows = [json.loads(line) for line in self.export("doccano").read_text().splitlines()]
        row = next(r for r in rows if r.get("annotator") == key[0] and r.get("document_id") == key[1] and key[2] in r["label"])
        row["label"].remove(key[2])
        other = next(k for k, value in self.last(self.project).items()
                     if value == "no" and k[3] == "present" and k[:2] != key[:2])
        next(r for r in rows if r.get("annotator") == other[0] and r.get("document_id") == other[1])["label"].append(other[2])
        _, found = self.changed(self.write_lines("changed.doccano", rows))
        self.assertEqual(found, {key: "no", other: "yes"})

    def test_answers_changed_in_prodigy(self):
        self.annotated()
        key = self.pick("no", "redundant")
        rows = [json.loads(line) for line in self.export("prodigy").read_text().splitlines()]
        last = max((r for r in rows if r.get("_session_id") == key[0] and r["code"] == key[2] and r.get("question") == "redundant"),
                   key=lambda r: r["_timestamp"])
        last["answer"] = "accept"
        _, found = self.changed(self.write_lines("changed.prodigy", rows))
        self.assertEqual(found, {key: "yes"})

    def test_codings_changed_in_a_qda_tool(self):
        self.annotated()
        key = self.pick("yes")
        path = self.export("qdpx")
        with zipfile.ZipFile(path) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
        ElementTree.register_namespace("", NAMESPACE)
        root = ElementTree.fromstring(files["project.qde"])
        space = {"q": NAMESPACE}
        users = {node.get("name"): node.get("guid") for node in root.iterfind(".//q:User", space)}
        codes = {node.get("name"): node.get("guid") for node in root.iterfind(".//q:Code", space)}
        source = next(node for node in root.iterfind(".//q:TextSource", space) if node.get("name") == key[1])
        gone = next(c for c in source.findall("q:Coding", space) if c.get("creatingUser") == users[key[0]] and
                    c.find("q:CodeRef", space).get("targetGUID") == codes[key[2]])
        place = list(source).index(gone)
        source.remove(gone)
        person = str(uuid.uuid4())
        ElementTree.SubElement(root.find("q:Users", space), f"{{{NAMESPACE}}}User", guid=person, name="eve")
        added = ElementTree.Element(f"{{{NAMESPACE}}}Coding", guid=str(uuid.uuid4()), creatingUser=person)
        ElementTree.SubElement(added, f"{{{NAMESPACE}}}CodeRef", targetGUID=codes[key[2]])
        source.insert(place, added)
        files["project.qde"] = ElementTree.tostring(root, encoding="utf-8")
        with zipfile.ZipFile(self.path("changed.qdpx"), "w") as archive:
            for name, data in files.items():
                archive.writestr(name, data)
        _, found = self.changed(self.path("changed.qdpx"))
        self.assertEqual(found, {key: "no", ("eve", key[1], key[2], "present"): "yes"})

    # ---- What tools wrote by themselves ----

    def foreign(self, *files):
        """Takes them into a bare copy, in both orders; what comes out is the same."""
        results = []
        for number, order in enumerate((files, reversed(files))):
            project = self.path(f"foreign{number}.dove")
            shutil.copy(self.bare, project)
            for path in order:
                self.take(project, path)
                self.assertEqual(self.take(project, path)["judgments"], 0)
            results.append(self.last(project))
        self.assertEqual(results[0], results[1])
        rounds = {row["name"]: row for row in self.records("round", project)}
        self.assertTrue(rounds["imported"]["closed"])
        return results[0], project

    def thing(self, number):
        """A document and a code that the sample has."""
        item = self.records("item", self.bare)
        if not item:
            self.ok("annotate", self.bare, "start", "--rule", "sample:3")
            item = self.records("item", self.bare)
        return item[number]["document"], item[number]["code"]["name"]

    def test_files_of_annotators_for_agreement(self):
        """doccano writes a file for each person, named like them; their agreement is then known."""
        (d1, c1), (d2, c2) = self.thing(0), self.thing(7)
        ann = self.write_lines("ann.jsonl", [{"id": 1, "document_id": d1, "text": "t", "label": [c1], "x": 1},
                                             {"id": 2, "document_id": d2, "text": "t", "label": [[0, 1, c2]]}])
        ben = self.write_lines("ben.jsonl", [{"id": d1, "text": "t", "label": [c1]}])
        found, project = self.foreign(ann, ben)
        self.assertEqual(found, {("ann", d1, c1, "present"): "yes", ("ann", d2, c2, "present"): "yes",
                                 ("ben", d1, c1, "present"): "yes"})
        whole = self.ok("annotate", project, "agreement", "--round", "imported", "--json").json()["agreement"][0]
        self.assertEqual((whole["n"], whole["percent"]["value"]), (1, 1))

    def test_tables_that_people_write(self):
        d1, c1 = self.thing(0)
        table = (f"note;answer;code;document;annotator;question\n"
                 f"sure;Yes;{c1};{d1};ann;\n;0;{c1};{d1};ben;present\n;TRUE;{c1};;ann;redundant\n;;{c1};;ben;\n")
        found, _ = self.foreign(self.write("table.csv", table))
        self.assertEqual(found, {("ann", d1, c1, "present"): "yes", ("ben", d1, c1, "present"): "no",
                                 ("ann", "", c1, "redundant"): "yes", ("ben", "", c1, "meaningful"): "skip"})

    def test_choices_of_prodigy_and_label_studio(self):
        (d1, c1), (_, c2) = self.thing(0), self.thing(1)
        prodigy = self.write_lines("choice.jsonl", [
            {"text": "t", "document_id": d1, "_input_hash": 1, "_session_id": "set-ann", "answer": "accept", "accept": ["a"],
             "options": [{"id": "a", "text": c1}, {"id": "b", "text": c2}]},
            {"text": "t", "document_id": d1, "_input_hash": 1, "_session_id": "set-ben", "answer": "reject", "label": c1}])
        studio = self.write("studio.json", json.dumps([
            {"id": 4, "data": {"id": d1, "text": "t"}, "annotations": [
                {"completed_by": 3, "was_cancelled": False, "result": [
                    {"type": "choices", "from_name": "codes", "value": {"choices": [c1, c2]}},
                    {"type": "rating", "from_name": "stars", "value": {"rating": 4}}]},
                {"completed_by": 5, "was_cancelled": True, "result": []}]}]))
        found, _ = self.foreign(prodigy, studio)
        self.assertEqual(found, {("set-ann", d1, c1, "present"): "yes", ("set-ann", d1, c2, "present"): "no",
                                 ("set-ben", d1, c1, "present"): "no", ("3", d1, c1, "present"): "yes",
                                 ("3", d1, c2, "present"): "yes"})

    def test_what_is_not_in_the_project_is_told(self):
        path = self.write("table.csv", "document,code,annotator,answer\nnowhere,No such code,ann,yes\n")
        run = self.ok("import", self.bare, path, "--as", "annotations")
        self.assertIn("not in this project", run.err)

    # ---- What is refused, and where it is ----

    def test_malformed_files_name_the_place(self):
        self.answer_all("document", "first")
        tasks = json.loads(self.export("label-studio").read_text())
        tasks[1]["data"]["dove"][1]["position"] = -1
        lines = self.export("prodigy").read_text().splitlines()
        wrong = json.loads(lines[2])
        wrong["dove"][-1]["answer"] = "perhaps"
        qde = '<Project xmlns="%s" name="p" origin="DOVE 1"><Notes>\n<Note guid="%s" name="DOVE judgment: yes">' \
              "<Description>%s</Description></Note></Notes></Project>"
        archives = []
        for number, text in enumerate(("not JSON", '[{"type": "judgment"}]')):
            archives.append(self.path(f"bad{number}.qdpx"))
            with zipfile.ZipFile(archives[-1], "w") as archive:
                archive.writestr("project.qde", qde % (NAMESPACE, uuid.uuid4(), text))
        cases = [(self.write("a.json", json.dumps(tasks)), "a.json: $[1].data.dove"),
                 (self.write("b.json", '[{"id": 1}]'), "b.json: $[0]"), (self.write("c.json", "[1,\n2"), "c.json:2"),
                 (self.write("d.jsonl", "\n".join([*lines[:2], json.dumps(wrong)])), "d.jsonl:3"),
                 (self.write("e.csv", "document,code,annotator,answer\nd,c,ann,perhaps\n"), "e.csv:2"),
                 (self.write("f.csv", "type,uuid,answer\njudgment,u,yes\n"), "f.csv:2"),
                 (self.write("g.json", '{"judgments": [{"type": "judgment", "uuid": "u"}]}'), "g.json: $.judgments"),
                 (self.write("h.json", '{"judgments": 3}'), "h.json: $.judgments"),
                 (self.write("k.json", '{"colour": 3}'), "k.json: there are no annotations"),
                 (self.write("i.doccano", '{"text": "t", "label": ["x"]}\n'), "i.doccano:1"),
                 (archives[0], "bad0.qdpx!project.qde:2"), (archives[1], "bad1.qdpx!project.qde:2"),
                 (self.write("j.qdc", "<CodeBook/>"), "has no annotations")]
        before = self.lines(self.bare)
        for path, place in cases:
            with self.subTest(path=path.name):
                run = dove("import", self.bare, path, "--as", "annotations")
                self.assertEqual(run.code, INPUT, run.err)
                self.assertIn(place, run.err)
        self.assertEqual(self.lines(self.bare), before)


if __name__ == "__main__":
    unittest.main()
