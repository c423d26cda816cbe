"""The Annotate pane: rounds, judging by single keys, spans, notes, steps back, blindness; on copies of the sample."""

import contextlib
import os
import random
import re
import shutil
import signal
import sqlite3
import struct
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from cjk_project import cjk_project, empty_project  # noqa: E402
from explorer import PROGRAM, ROOT, Explorer, sample_project  # noqa: E402

ANSWERS = {"y": "yes", "n": "no", "s": "skip", "f": "flag"}


def dove(*arguments):
    environment = dict(os.environ, DOVE_SHARE=ROOT)
    return subprocess.run([PROGRAM, *arguments], env=environment, check=True, capture_output=True, text=True).stdout


class Project:
    """A copy of a project, and what stands in it."""

    def __init__(self, source):
        self.folder = tempfile.mkdtemp(prefix="dove-annotate-")
        self.path = os.path.join(self.folder, os.path.basename(source))
        shutil.copy(source, self.path)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self, *options):
        dove("annotate", self.path, "start", *options)

    def rows(self, query, *values):
        with contextlib.closing(sqlite3.connect("file:%s?mode=ro" % self.path, uri=True)) as base:
            return base.execute(query, values).fetchall()

    def items(self, number=1):
        """Item, external id, text, and name of the code, in the order of the round."""
        return self.rows("SELECT i.id, d.external_id, x.text, c.name FROM annotation_item AS i"
                         " LEFT JOIN document AS d ON d.id = i.document_id"
                         " LEFT JOIN document_text AS x ON x.document_id = d.id JOIN code AS c ON c.id = i.code_id"
                         " WHERE i.round_id = ? ORDER BY i.position", number)

    def judgments(self):
        return self.rows("SELECT item_id, question, answer, note FROM judgment ORDER BY id")

    def added(self):
        return self.rows("SELECT d.external_id, n.name, n.span_start, n.span_end, n.withdrawn FROM annotator_code AS n"
                         " JOIN document AS d ON d.id = n.document_id ORDER BY n.id")


class AnnotateTest(unittest.TestCase):
    def open(self, project, size=(24, 80), person="Ann", **more):
        environment = {"DOVE_NAME": person} if person else {}
        return Explorer(project.path, size=size, env=environment, **more)

    def title(self, explorer):
        return next(line for line in explorer.lines() if line.startswith("┌"))

    def question(self, explorer):
        return next(line for line in explorer.lines() if "Does the text express" in line)

    def seen(self, explorer):
        """The text of the screen on one line, without blanks and frames, to look for what was wrapped."""
        return re.sub(r"[\s│]", "", explorer.text())


class Rounds(AnnotateTest):
    def test_nothing_there_says_what_a_round_is(self):
        with tempfile.TemporaryDirectory() as folder:
            path = empty_project(folder)
            for size in ((24, 80), (50, 200), (10, 40)):
                with self.subTest(size=size), Explorer(path, size=size) as explorer:
                    explorer.keys("8")
                    self.assertIn("No round of annotation yet.", explorer.text())
                    if size != (10, 40):
                        self.assertIn("starts a round", explorer.text())
                    explorer.keys("r", "Enter")
                    self.assertIn("codebook", explorer.last_line())
                    explorer.keys("Esc", "Enter", "j", "y", "u")
                    self.assertIn("No round of annotation yet.", explorer.text())

    def test_a_form_starts_a_round_and_the_name_is_asked_once(self):
        with Project(sample_project()) as project, tempfile.TemporaryDirectory() as home:
            environment = {"XDG_CONFIG_HOME": home}
            with Explorer(project.path, env=environment) as explorer:
                explorer.keys("8", "r")
                self.assertRegex(explorer.last_line(), r"Enter start  Esc leave +\? help$")  # no key of the pane behind it
                explorer.send("pilot")
                explorer.keys("Down", "Down", "Down", "C-u")
                explorer.send("7")
                explorer.keys("Down", "Down", "Right", "Down", "Down", "Down", "C-u")  # by source as well; seed
                explorer.send("42")
                explorer.keys("Down", "Down", "Down")
                explorer.send("본문만 보고 판단하세요")
                explorer.keys("Enter")
                self.assertIn("your name", explorer.last_line())
                explorer.type("김하나")
                self.assertIn("pilot · item 1 of", self.title(explorer))
                self.assertIn("본문만 보고 판단하세요", explorer.text())
                explorer.keys("y")
            rounds = project.rows("SELECT name, target, rule, seed, instruction, settings FROM annotation_round")
            self.assertEqual(rounds,
                             [("pilot", "document", "sample:7:culture,source", 42, "본문만 보고 판단하세요",
                               '{"blind":true,"blind_first":false}')])
            documents = project.rows("SELECT count(DISTINCT document_id) FROM annotation_item")
            self.assertEqual(documents, [(7,)])
            self.assertEqual(project.rows("SELECT name FROM annotator"), [("김하나",)])
            with Explorer(project.path, env=environment) as explorer:
                explorer.keys("8", "Enter")
                self.assertIn("item 2 of", self.title(explorer))
                self.assertIn("김하나", self.title(explorer))

    def test_the_list_tells_how_far_everyone_is(self):
        with Project(sample_project()) as project:
            project.start("--rule", "sample:3", "--name", "one")
            project.start("--target", "code", "--rule", "all", "--name", "two")
            total = len(project.items(1))
            with self.open(project) as explorer:
                explorer.keys("8", "j", "Enter", "y", "n", "s", "q")
                row = next(line for line in explorer.lines() if " one " in line or "│one " in line)
                self.assertRegex(row, r"documents +3 +%d" % (total - 3))
                explorer.keys("w")
                explorer.keys("C-u")
                explorer.type("Bo")
                row = next(line for line in explorer.lines() if "│one " in line)
                self.assertRegex(row, r"documents +0 +%d" % total)

    def test_disagreements_become_a_second_round_with_more_to_read(self):
        with Project(sample_project()) as project:
            project.start("--rule", "sample:4", "--name", "one", "--instruction", "Judge.")
            items = project.items()
            for place, (item, *_) in enumerate(items):
                for person, answer in (("Ann", "yes"), ("Bo", "no" if place % 3 == 0 else "yes")):
                    dove("annotate", project.path, "judge", "--as", person, "--item", str(item), "--answer", answer)
            disputed = [item for place, item in enumerate(items) if place % 3 == 0]
            with self.open(project) as explorer:
                explorer.keys("8", "r", "Down", "Down", "Right")
                for _ in range(9):
                    explorer.keys("Down")
                explorer.send("Judge by what is said. Irony is no value.")
                explorer.keys("Enter")
                self.assertIn("item 1 of %d" % len(disputed), self.title(explorer))
                self.assertIn("Irony is no value.", explorer.text())
                self.assertIn(disputed[0][3], self.question(explorer))
            self.assertEqual([row[1:] for row in project.items(2)], [row[1:] for row in disputed])
            self.assertEqual(project.rows("SELECT parent_id, rule FROM annotation_round WHERE id = 2"),
                             [(1, "disagreements")])


class Judging(AnnotateTest):
    def test_single_keys_and_the_next_comes_by_itself(self):
        for source, size in ((sample_project(), (24, 80)), (sample_project(), (50, 200)), (cjk_project(), (24, 80)),
                             (cjk_project(), (50, 200)), (cjk_project(), (10, 40))):
            with self.subTest(source=os.path.basename(source), size=size), Project(source) as project:
                project.start("--rule", "sample:4", "--seed", "5")
                items = project.items()
                with self.open(project, size) as explorer:
                    explorer.keys("8", "Enter")
                    for place, key in enumerate("ynsfny"):
                        name = re.escape(items[place][3])
                        self.assertRegex(explorer.text(), "(Does the text express |Expressed: )" + name)
                        explorer.keys(key)
                        rows = project.judgments()
                        self.assertEqual(len(rows), place + 1)
                        self.assertEqual(rows[-1][:3], (items[place][0], "present", ANSWERS[key]))
                    if size != (10, 40):
                        self.assertIn("6 of %d" % len(items), explorer.text())
                        self.assertIn(" · 1 skip", explorer.text())
                        strip = next(line for line in explorer.lines() if "last  " in line)
                        self.assertIn("last  yes %s" % items[5][3][:6], strip)
                        self.assertIn(" · no ", strip)

    def quotes(self, project, item):
        """The evidence of the item's code in its document, by the coding in the project; without blanks."""
        (coded, text, ordinal, document), = project.rows(
            "SELECT q.expressions, x.text, u.ordinal, i.document_id FROM annotation_item AS i"
            " JOIN annotation_round AS r ON r.id = i.round_id JOIN document_text AS x ON x.document_id = i.document_id"
            " JOIN coding AS q ON q.iteration_id = r.iteration_id AND q.document_id = i.document_id"
            " JOIN code_usage AS u ON u.iteration_id = r.iteration_id AND u.code_id = i.code_id WHERE i.id = ?", item)
        own = [expression for expression, place, _ in struct.iter_unpack("<IIf", coded) if place == ordinal]
        spans = project.rows("SELECT evidence_start, evidence_end FROM value_expression WHERE document_id = ?"
                             " AND evidence_start >= 0 AND id IN (%s)" % ",".join(map(str, own)), document)
        return {re.sub(r"\s", "", text[start:end]) for start, end in spans}

    def test_the_evidence_of_the_code_is_marked_and_no_other(self):
        with Project(sample_project()) as project:
            project.start("--rule", "sample:5", "--seed", "2")
            with self.open(project, (50, 200)) as explorer:
                explorer.keys("8", "Enter")
                for item, *_ in project.items()[:12]:
                    left = "".join("".join(explorer.screen.buffer[row][x].data for x in range(1, 109))
                                   for row in range(4, explorer.rows - 2))
                    marked = set(re.findall("▌([^▌▐]*)▐", re.sub(r"\s", "", left)))
                    self.assertTrue(marked)
                    self.assertEqual(marked, self.quotes(project, item))
                    explorer.keys("y")

    def test_the_evidence_is_on_the_screen(self):
        """However long the text is and whichever code comes after which document."""
        with Project(sample_project()) as project:
            project.start("--rule", "sample:8", "--seed", "3")
            with self.open(project) as explorer:
                explorer.keys("8", "Enter")
                for item, *_ in project.items():
                    quotes = self.quotes(project, item)
                    shown = re.sub(r"\s", "", "".join(explorer.styled(bold=True, underscore=True)))
                    self.assertTrue(any(quote[:12] in shown for quote in quotes), (item, quotes, shown))
                    explorer.keys("n")

    def test_all_codes_at_once(self):
        for source in (sample_project(), cjk_project()):
            with self.subTest(source=os.path.basename(source)), Project(source) as project:
                project.start("--rule", "sample:2", "--seed", "9")
                items = project.items()
                codes = [row[3] for row in items if row[1] == items[0][1]]
                with self.open(project) as explorer:
                    explorer.keys("8", "Enter", "t")
                    for name in codes:
                        self.assertRegex(explorer.text(), r"│[▸ ] {6}%s" % re.escape(name[:20]))
                    explorer.keys("j", "n", "k", "k", "y")
                    self.assertRegex(explorer.text(), r"│. yes  %s" % re.escape(codes[0][:20]))
                    self.assertRegex(explorer.text(), r"│. no   %s" % re.escape(codes[1][:20]))
                self.assertEqual([row[:3] for row in project.judgments()],
                                 [(items[1][0], "present", "no"), (items[0][0], "present", "yes")])

    def test_the_mouse_chooses_codes_and_rounds(self):
        with Project(sample_project()) as project:
            project.start("--rule", "sample:2", "--name", "one")
            project.start("--rule", "sample:2", "--name", "two")
            items = project.items()
            with self.open(project) as explorer:
                explorer.keys("8")
                row = next(row for row, line in enumerate(explorer.lines()) if line.startswith("│one "))
                explorer.click(row, 4)
                explorer.keys("Enter", "t")
                self.assertIn("one · item 1 of", self.title(explorer))
                row = next(row for row, line in enumerate(explorer.lines())
                           if re.match(r"│ +%s" % re.escape(items[2][3][:20]), line))
                explorer.click(row, 12)
                self.assertIn("item 3 of", self.title(explorer))
                explorer.keys("f")
                self.assertEqual(project.judgments()[0][:3], (items[2][0], "present", "flag"))

    def test_keys_of_ones_own_count_while_judging_alone(self):
        with Project(sample_project()) as project, tempfile.TemporaryDirectory() as home:
            project.start("--rule", "sample:2")
            os.mkdir(os.path.join(home, "dove"))
            with open(os.path.join(home, "dove", "config"), "w", encoding="utf-8") as config:
                config.write("bind judging 1 yes\nbind judging 2 no\n")
            with Explorer(project.path, env={"DOVE_NAME": "Ann", "XDG_CONFIG_HOME": home}) as explorer:
                explorer.keys("8", "Enter", "1", "2", "2")
                self.assertEqual([row[2] for row in project.judgments()], ["yes", "no", "no"])
                explorer.keys("q", "1")
                self.assertIn("[1 Overview]", explorer.text())

    def test_an_earlier_answer_is_changed_and_kept(self):
        with Project(sample_project()) as project:
            project.start("--rule", "sample:3")
            items = project.items()
            with self.open(project) as explorer:
                explorer.keys("8", "Enter", "y", "y", "n", "Backspace", "[")
                self.assertIn("item 2 of", self.title(explorer))
                self.assertIn("y[yes]", explorer.text())
                explorer.keys("n")
                self.assertIn("item 4 of", self.title(explorer))
                explorer.keys("[", "[", "[", "]", "]")
                self.assertIn("item 3 of", self.title(explorer))
                self.assertIn("n[no]", explorer.text())
            second = [row[2] for row in project.judgments() if row[0] == items[1][0]]
            self.assertEqual(second, ["yes", "no"])

    def test_steps_back_even_after_a_restart(self):
        with Project(cjk_project()) as project:
            project.start("--rule", "sample:6", "--seed", "4")
            with self.open(project) as explorer:
                explorer.keys("8", "Enter", *"yynsnyfy")
                explorer.keys("u")
                self.assertIn("item 8 of", self.title(explorer))
                self.assertIn("taken back", explorer.last_line())
            with self.open(project) as explorer:
                explorer.keys("8", "Enter", *"uuu")
                self.assertIn("item 5 of", self.title(explorer))
                self.assertIn("4 of %d" % len(project.items()), explorer.text())
                explorer.keys("C-r")
                self.assertIn("item 5 of", self.title(explorer))
                self.assertIn("n[no]", explorer.text())
                explorer.keys(*"uuuuu")
                self.assertIn("0 of %d" % len(project.items()), explorer.text())
                explorer.keys("u")
                self.assertIn("nothing to take back", explorer.last_line())
                self.assertNotRegex(explorer.text(), r"last +(yes|no)")
            now = project.rows("SELECT DISTINCT answer FROM judgment_current")
            self.assertEqual(now, [("withdrawn",)])

    def test_a_note_in_cjk_while_the_screen_changes_its_size(self):
        note = "모호하다: 孝ではなく礼儀かもしれない"
        with Project(cjk_project()) as project:
            project.start("--rule", "sample:2")
            item = project.items()[0][0]
            with self.open(project) as explorer:
                explorer.keys("8", "Enter", "i")
                explorer.send(note[:5])
                explorer.resize(50, 200)
                explorer.send(note[5:9])
                explorer.resize(10, 40)
                explorer.send(note[9:])
                explorer.resize(24, 80)
                self.assertIn(note, explorer.last_line().replace("  ", " "))
                explorer.keys("Enter")
                self.assertEqual(project.judgments(), [(item, "present", "withdrawn", note)])
                self.assertIn("note: " + note[:10], explorer.text())
                self.assertIn("0 of", explorer.text())
                explorer.keys("y")
                self.assertEqual(project.judgments()[-1], (item, "present", "yes", note))
                explorer.keys("[", "e")
                explorer.send("!")
                explorer.keys("Enter")
                self.assertEqual(project.judgments()[-1], (item, "present", "yes", note + "!"))
                explorer.keys("u")
                self.assertEqual(project.judgments()[-1], (item, "present", "yes", note))
                explorer.keys("e", "Esc")
                self.assertEqual(len(project.judgments()), 4)

    def test_the_end_of_a_round(self):
        with Project(sample_project()) as project:
            project.start("--rule", "sample:1")
            count = len(project.items())
            with self.open(project) as explorer:
                explorer.keys("8", "Enter", *("y" * count))
                self.assertIn("All %d items of the round are done" % count, explorer.text())
                explorer.keys("y")
                self.assertIn("every item of the round is done", explorer.last_line())
                explorer.keys("[", "n")
                self.assertIn("All %d items" % count, explorer.text())
            self.assertEqual(project.judgments()[-1][2], "no")

    def test_a_slip_starts_no_job(self):
        with Project(sample_project()) as project:
            project.start("--rule", "sample:1")
            with self.open(project) as explorer:
                explorer.keys("8", "Enter", "x")
                self.assertIn("not started while judging", explorer.last_line())
            self.assertEqual(project.rows("SELECT count(*) FROM job WHERE state IN ('queued', 'running')"), [(0,)])

    def test_a_closed_round_takes_no_more(self):
        with Project(sample_project()) as project:
            project.start("--rule", "sample:2")
            with self.open(project) as explorer:
                explorer.keys("8", "Enter", "y", ":")
                explorer.type("close-round")
                self.assertIn("(y/n)", explorer.last_line())
                explorer.keys("y")
                self.assertIn("closed", self.title(explorer))
                explorer.keys("n")
                self.assertIn("closed", explorer.last_line())
            self.assertEqual(len(project.judgments()), 1)

    def test_every_size_and_keys_at_random_do_no_harm(self):
        keys = "ynsfituvdI[]jkmG:?+"
        generator = random.Random(7)
        with Project(cjk_project()) as project:
            project.start("--rule", "sample:9", "--open")
            with self.open(project) as explorer:
                explorer.keys("8", "Enter")
                for size in ((1, 1), (2, 3), (5, 20), (7, 80), (10, 40), (24, 80), (50, 200), (3, 200), (60, 12)):
                    explorer.resize(*size)
                    for _ in range(12):
                        explorer.keys(generator.choice(keys))
                        explorer.keys("Esc")
                explorer.resize(24, 80)
                explorer.keys("Esc", "Esc")
                self.assertIn("Annotate", explorer.lines()[1])


class Weights(AnnotateTest):
    """What the model found, and how much of it, leads nobody who judges a blind round; not in other panes either."""

    WEIGHT = re.compile(r"(?<!\d)\.\d\d\b")

    def rows(self, explorer):
        return [line for line in explorer.lines()[2:] if re.search("[●○] ", line)]

    def test_hidden_in_the_middle_of_a_blind_round(self):
        with Project(sample_project()) as project:
            project.start("--rule", "sample:3", "--seed", "3")
            with self.open(project, (50, 200)) as explorer:
                explorer.keys("5", "Tab", "Enter")
                shown = self.rows(explorer)
                self.assertTrue(shown and all(self.WEIGHT.search(line) for line in shown))
                explorer.keys("8", "Enter", "y", "5")
                hidden = self.rows(explorer)
                self.assertEqual(len(hidden), len(shown))
                self.assertFalse([line for line in hidden if self.WEIGHT.search(line) or "█" in line])
                names = [line.split("│")[2][2:].strip() for line in hidden]
                self.assertGreater(len(names), 2)
                self.assertEqual(names, sorted(names))  # their order tells nothing
                self.assertIn("blind: = shows weights", self.title(explorer))
                explorer.keys("=")
                self.assertEqual(self.rows(explorer), shown)
                self.assertNotIn("blind", self.title(explorer))
                explorer.keys("=", "4", "Enter")
                self.assertIn("blind: = shows weights", self.title(explorer))
                explorer.keys("8", *["n"] * (len(project.items()) - 1), "5")  # all is judged
                self.assertEqual(self.rows(explorer), shown)

    def test_shown_to_others_and_in_open_rounds(self):
        with Project(sample_project()) as project:
            project.start("--rule", "sample:3", "--open")
            with self.open(project, (50, 200)) as explorer:
                explorer.keys("8", "Enter", "y", "5", "Tab", "Enter")
                self.assertTrue(all(self.WEIGHT.search(line) for line in self.rows(explorer)))
                explorer.keys("=")
                self.assertIn("no weights are hidden", explorer.last_line())
            project.start("--rule", "sample:3")
            with self.open(project) as explorer:
                explorer.keys("8", "Enter", "y")
            with self.open(project, (50, 200), person="Ben") as explorer:
                explorer.keys("5", "Tab", "Enter")
                self.assertTrue(all(self.WEIGHT.search(line) for line in self.rows(explorer)))


class Blind(AnnotateTest):
    def judged_by_bo(self, *options):
        project = Project(sample_project())
        project.start("--rule", "sample:3", "--seed", "6", *options)
        for item, *_ in project.items():
            dove("annotate", project.path, "judge", "--as", "Boguslaw", "--item", str(item), "--answer", "no", "--note",
                 "remarkable")
        return project

    def look_through(self, explorer, count):
        seen = ""
        for keys in ((), ("t",), ("d",), ("d", "I")):
            explorer.keys(*keys)
            seen += explorer.text()
        for _ in range(count):
            explorer.keys("y")
            seen += explorer.text()
        return seen

    def test_others_and_probabilities_stay_hidden(self):
        for size in ((24, 80), (50, 200)):
            with self.subTest(size=size), self.judged_by_bo() as project, self.open(project, size) as explorer:
                explorer.keys("8", "Enter")
                seen = self.look_through(explorer, len(project.items()))
                self.assertNotIn("Boguslaw", seen)
                self.assertNotIn("remarkable", seen)
                self.assertNotRegex(seen, r"\bq [01]\.\d")

    def test_an_open_round_shows_them(self):
        with self.judged_by_bo("--open") as project, self.open(project, (50, 200)) as explorer:
            explorer.keys("8", "Enter")
            seen = self.look_through(explorer, 2)
            self.assertIn("Boguslaw: no (remarkable)", seen)
            self.assertRegex(seen, r"\bq 0\.\d\d")

    def test_a_closed_round_shows_every_earlier_answer(self):
        with self.judged_by_bo() as project:
            for item, *_ in project.items():
                dove("annotate", project.path, "judge", "--as", "Ann", "--item", str(item), "--answer", "yes")
            project.start("--rule", "disagreements", "--parent", "1", "--name", "second")
            dove("annotate", project.path, "close", "--round", "1")
            with self.open(project, (50, 200)) as explorer:
                explorer.keys("8", "Enter")
                self.assertIn("second", self.title(explorer))
                self.assertNotIn("Boguslaw", explorer.text())
                explorer.keys(":")
                explorer.type("close-round")
                explorer.keys("y", "[")
                self.assertIn("Boguslaw: no (remarkable)", explorer.text())
                self.assertIn("round 1", explorer.text())

    def test_ties_are_discussed_when_the_round_is_closed(self):
        with self.judged_by_bo() as project:
            items = project.items()
            for place, (item, *_) in enumerate(items):
                dove("annotate", project.path, "judge", "--as", "Ann", "--item", str(item), "--answer",
                     "yes" if place in (2, 5) else "no")
            with self.open(project) as explorer:
                explorer.keys("8", "Enter", "o")
                self.assertIn("the round is blind", explorer.last_line())
                explorer.keys("c")
                self.assertIn("the round is blind", explorer.last_line())
                explorer.keys(":")
                explorer.type("close-round")
                explorer.keys("y", "o")
                self.assertIn("item 3 of", self.title(explorer))
                self.assertIn("Boguslaw: no (remarkable) · Ann: yes", explorer.text())
                explorer.keys("c")
                explorer.type("yes 인용이 분명하다")
                self.assertIn("consensus  yes (인용이 분명하다), Ann", explorer.text())
                explorer.keys("o")
                self.assertIn("item 6 of", self.title(explorer))
                explorer.keys("c")
                explorer.type("no")
                explorer.keys("c")
                explorer.type("yes after all")
                self.assertIn("consensus  yes (after all), Ann · before: no, Ann", explorer.text())
                explorer.keys("o")
                self.assertIn("nothing is left to be discussed", explorer.last_line())
            settled = project.rows("SELECT item_id, question, answer, note, author FROM consensus ORDER BY time")
            self.assertEqual(settled,
                             [(items[2][0], "present", "yes", "인용이 분명하다", "Ann"),
                              (items[5][0], "present", "no", "", "Ann"),
                              (items[5][0], "present", "yes", "after all", "Ann")])

    def test_own_codes_come_first(self):
        for source, size in ((sample_project(), (24, 80)), (cjk_project(), (50, 200))):
            with self.subTest(source=os.path.basename(source)), Project(source) as project:
                project.start("--rule", "sample:1", "--seed", "3", "--blind-first")
                items = project.items()
                names = [row[3] for row in items]
                with self.open(project, size) as explorer:
                    explorer.keys("8", "Enter")
                    for _ in range(2):
                        for name in names:
                            self.assertNotIn(name, explorer.text())
                        self.assertNotIn("▌", explorer.text())
                        explorer.keys("t", "d", "y")
                    self.assertIn("your own codes", explorer.last_line())
                    self.assertEqual(project.judgments(), [])
                    explorer.keys("a")
                    explorer.send(names[0][:-1])
                    explorer.keys("Tab", "Enter")
                    explorer.type("of my own")
                    explorer.keys("Enter", "d", "t")
                    self.assertEqual([row[1] for row in project.added()], [names[0], "of my own"])
                    explorer.keys("Enter")
                    self.assertIn("Does the text express " + names[0][:8], explorer.text())
                    explorer.keys("y", *("n" * (len(names) - 2)), "y")
                    refused = len(names) - 2
                    report = self.seen(explorer)
                    share = round(100 * 1 / len(names))
                    self.assertIn("%d%%of%danswersshifted" % (share, len(names)), report)
                    self.assertIn("1kept,0dropped", report)
                    self.assertIn("1adopted,%drefused" % refused, report)


class Arriving(AnnotateTest):
    def test_from_a_document_and_from_a_code(self):
        with Project(sample_project()) as project:
            project.start("--rule", "all")
            project.start("--target", "code", "--rule", "all")
            with self.open(project) as explorer:
                explorer.keys("5", "Tab", "/")
                explorer.type("jp-11")
                explorer.keys("a")
                self.assertIn("round 1", self.title(explorer))
                self.assertIn("jp-11 · JP", explorer.text())
                explorer.keys("q")
                self.assertIn("[5 Documents]", explorer.text())
                explorer.keys("4", "a")
                self.assertIn("Does the text express", explorer.text())
                explorer.keys("q")
                self.assertIn("[4 Codes]", explorer.text())

    def test_nothing_to_be_judged_there(self):
        with Project(sample_project()) as project, self.open(project) as explorer:
            explorer.keys("5", "Tab", "a")
            self.assertIn("no round of annotation has it", explorer.last_line())
            self.assertIn("[5 Documents]", explorer.text())


class TypedAhead(AnnotateTest):
    def test_keys_that_come_at_once_are_answers_all_the_same(self):
        with Project(cjk_project()) as project:
            project.start("--rule", "sample:6")
            items = project.items()
            with self.open(project) as explorer:
                explorer.send("8\rynsfyy]nu")
                explorer.keys("q")
            self.assertEqual([row[2] for row in project.judgments()],
                             ["yes", "no", "skip", "flag", "yes", "yes", "no", "withdrawn"])
            self.assertEqual([row[0] for row in project.judgments()],
                             [items[place][0] for place in (0, 1, 2, 3, 4, 5, 7, 7)])

    def test_judging_goes_on_where_it_was_left(self):
        with Project(cjk_project()) as project, tempfile.TemporaryDirectory() as state:
            project.start("--rule", "sample:6")
            environment = {"DOVE_NAME": "Ann", "XDG_STATE_HOME": state}
            with Explorer(project.path, env=environment) as explorer:
                explorer.keys("8", "Enter", "y", "n", "t", "[")
                os.write(explorer.master, b"Q")
                self.assertEqual(explorer.wait_end(), 0)
            with Explorer(project.path, env=environment) as explorer:
                self.assertIn("item 2 of", self.title(explorer))
                self.assertIn("[8 Annotate]", explorer.text())
                self.assertRegex(explorer.text(), r"│▸ no   ")
                explorer.send("yy")
            self.assertEqual([row[:3] for row in project.judgments()[2:]],
                             [(project.items()[1][0], "present", "yes"), (project.items()[2][0], "present", "yes")])


class Durable(AnnotateTest):
    def test_a_thousand_judgments_are_all_there_in_order(self):
        generator = random.Random(11)
        keys = [generator.choice("ynsf") for _ in range(1000)]
        with Project(sample_project()) as project:
            project.start("--rule", "all", "--name", "one")
            project.start("--rule", "all", "--seed", "2", "--name", "two")
            first, second = project.items(1), project.items(2)
            half = len(first) - 1 if len(first) < 501 else 500
            self.assertGreaterEqual(len(second), 1000 - half)
            with self.open(project) as explorer:
                explorer.keys("8", "j", "Enter", *keys[:half], "q", "k", "Enter", *keys[half:])
            order = [row[0] for row in first[:half] + second[:1000 - half]]
            self.assertEqual([row[:3] for row in project.judgments()],
                             [(item, "present", ANSWERS[key]) for item, key in zip(order, keys)])
            times = [row[0] for row in project.rows("SELECT time FROM judgment ORDER BY id")]
            self.assertEqual(times, sorted(times))

    def test_none_is_lost_when_the_program_is_killed(self):
        """Killed in the midst of typing: what was shown as made is there, and what is there is a beginning of what was
        typed."""
        generator = random.Random(5)
        with Project(sample_project()) as project:
            project.start("--rule", "all")
            items = project.items()
            typed = []
            for _ in range(25):
                before = len(project.judgments())
                with self.open(project) as explorer:
                    explorer.keys("8", "Enter")
                    burst = [generator.choice("ynsf") for _ in range(12)]
                    calm = generator.randrange(4)
                    explorer.keys(*burst[:calm])
                    os.write(explorer.master, "".join(burst[calm:]).encode())
                    for _ in range(generator.randrange(6)):
                        explorer._drain()
                    shown = re.search(r"(\d+) of %d · \d+ %%" % len(items), explorer.text())
                    os.kill(explorer.pid, signal.SIGKILL)
                rows = project.judgments()
                typed = typed[:before] + burst
                self.assertGreaterEqual(len(rows), int(shown.group(1)))
                self.assertGreaterEqual(len(rows), before + calm)
                self.assertEqual([row[:3] for row in rows],
                                 [(item[0], "present", ANSWERS[key]) for item, key in zip(items, typed[:len(rows)])])
            self.assertEqual(project.rows("PRAGMA integrity_check"), [("ok",)])


if __name__ == "__main__":
    unittest.main()
