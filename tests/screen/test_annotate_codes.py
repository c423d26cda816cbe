"""The Annotate pane: values that no code covers, with their place in the text, and codes judged by themselves."""

import array
import contextlib
import os
import re
import sqlite3
import struct
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from cjk_project import cjk_project  # noqa: E402
from explorer import sample_project  # noqa: E402
from test_annotate import AnnotateTest, Project  # noqa: E402


class Spans(AnnotateTest):
    """A value that no code covers, with its place in code points."""

    def test_marked_by_keys(self):
        for source, size in ((cjk_project(), (24, 80)), (sample_project(), (50, 200))):
            with self.subTest(source=os.path.basename(source)), Project(source) as project:
                project.start("--rule", "sample:3", "--seed", "8")
                _, document, text, _ = project.items()[0]
                with self.open(project, size) as explorer:
                    explorer.keys("8", "Enter", "g", "g", "m", "g", "l", "l", "l", "Enter", "w", "w", "l", "Enter")
                    words = re.compile(r"\S*\s+\S*\s+").match(text, 3).end()
                    self.assertIn("3:%d" % (words + 2), explorer.last_line())
                    explorer.type("배려")
                    self.assertIn("배려 [3:%d]" % (words + 2), explorer.text())
                self.assertEqual(project.added(), [(document, "배려", 3, words + 2, 0)])

    def test_marked_by_the_mouse_behind_signs(self):
        """Signs around evidence stand in the text that is seen, not in the text that is counted."""
        with Project(sample_project()) as project:
            project.start("--rule", "sample:6", "--seed", "3")
            with self.open(project, (50, 200)) as explorer:
                explorer.keys("8", "Enter")
                for _, document, text, _ in project.items():
                    row, line = next(((row, line) for row, line in enumerate(explorer.lines()) if "▐" in line[:105]),
                                     (None, ""))
                    after = line[:105].rfind("▐") + 1 if row else 0
                    words = re.match(r"[^\w]*(\w+ \w+)", line[after:105]) if row else None
                    if words and line.isascii() is False and text.count(words.group(1)) == 1 and text.isascii():
                        break
                    explorer.keys("y")
                else:
                    self.fail("no document has words behind its evidence")
                wanted = words.group(1)
                first, last = after + words.start(1), after + words.end(1) - 1
                explorer.send("\033[<0;%d;%dM" % (first + 1, row + 1))
                explorer.send("\033[<32;%d;%dM" % (first + 3, row + 1))
                self.assertIn(wanted[:3].strip(), explorer.styled(reverse=True))
                explorer.send("\033[<32;%d;%dM" % (last + 1, row + 1))
                self.assertIn(wanted, explorer.styled(reverse=True))
                explorer.send("\033[<0;%d;%dm" % (last + 1, row + 1))
                self.assertIn(wanted, explorer.styled(reverse=True))  # while it is named
                explorer.type("new value")
                self.assertNotIn(wanted, explorer.styled(reverse=True))
                (found, name, start, end, _), = project.added()
                self.assertEqual((found, name, text[start:end]), (document, "new value", wanted))

    def test_dragged_over_the_edge_and_left(self):
        """Below the text the drag scrolls on and takes what is there; Esc leaves nothing marked."""
        with Project(sample_project()) as project:
            project.start("--rule", "sample:6", "--seed", "3")
            with self.open(project, (20, 60)) as explorer:
                explorer.keys("8", "Enter")
                text = project.items()[0][2]
                before = explorer.text()
                explorer.send("\033[<0;3;6M")
                for _ in range(60):
                    explorer.send("\033[<32;10;20M")
                self.assertNotEqual(explorer.text(), before)
                self.assertGreater(len("".join(explorer.styled(reverse=True))), 60)
                explorer.send("\033[<0;60;20m")
                explorer.keys("Esc")
                self.assertLess(len("".join(explorer.styled(reverse=True))), 60)
                self.assertEqual(project.added(), [])
                explorer.send("\033[<0;3;6M\033[<32;60;20M\033[<0;60;20m")
                explorer.type("new")
                (_, _, start, end, _), = project.added()
                self.assertEqual(end, len(text))
                self.assertGreater(end - start, 60)

    def test_without_a_place_and_taken_back(self):
        with Project(sample_project()) as project:
            project.start("--rule", "sample:3")
            with self.open(project) as explorer:
                explorer.keys("8", "Enter", "a")
                explorer.type("Playfulness")
                self.assertIn("added  Playfulness", explorer.text())
                explorer.keys("u")
                self.assertNotIn("added  Playfulness", explorer.text())
                explorer.keys("C-r")
                self.assertIn("added  Playfulness", explorer.text())
                explorer.keys("m", "Esc", "a", "Esc")
            self.assertEqual([row[1:] for row in project.added()],
                             [("Playfulness", None, None, 1), ("Playfulness", None, None, 0)])


class Codes(AnnotateTest):
    def nearest(self, project, code):
        """Names and cosines of the nearest codes, from the centroids in the project."""
        rows = project.rows("SELECT c.id, c.name, c.centroid FROM code_usage AS u JOIN code AS c ON c.id = u.code_id"
                            " WHERE u.iteration_id = (SELECT iteration_id FROM annotation_round)")
        vectors = {name: array.array("f", blob) for _, name, blob in rows}
        own = vectors.pop(code)
        cosines = {name: sum(a * b for a, b in zip(own, vector)) for name, vector in vectors.items()}
        return sorted(cosines.items(), key=lambda pair: -pair[1])

    def test_meaningful_then_redundant_with_which(self):
        for source in (sample_project(), cjk_project()):
            with self.subTest(source=os.path.basename(source)), Project(source) as project:
                project.start("--target", "code", "--rule", "all", "--seed", "2")
                items = project.items()
                near = self.nearest(project, items[0][3])
                with self.open(project, (50, 200)) as explorer:
                    explorer.keys("8", "Enter")
                    self.assertIn("Is this code meaningful? " + items[0][3], explorer.text())
                    explorer.keys("y")
                    self.assertIn("Does another code say the same as " + items[0][3], explorer.text())
                    self.assertIn("2 " + near[1][0], explorer.text())
                    self.assertNotIn("%.2f" % near[0][1], explorer.text())
                    explorer.keys("y", "2")
                    self.assertIn("Is this code meaningful? " + items[1][3], explorer.text())
                    explorer.keys("n", "n", "y", "y", "=")
                    explorer.type(items[2][3])
                    self.assertIn("that is the code itself", explorer.last_line())
                    explorer.keys("y", "=")
                    explorer.type("no such code")
                    self.assertIn("has no code 'no such code'", explorer.last_line())
                    explorer.keys("y", "=")
                    explorer.send(items[0][3])
                    explorer.keys("Enter")
                rows = project.rows("SELECT i.position, j.question, j.answer, o.name FROM judgment AS j"
                                    " JOIN annotation_item AS i ON i.id = j.item_id"
                                    " LEFT JOIN code AS o ON o.id = j.other_code_id ORDER BY j.id")
                self.assertEqual(rows, [(0, "meaningful", "yes", None), (0, "redundant", "yes", near[1][0]),
                                        (1, "meaningful", "no", None), (1, "redundant", "no", None),
                                        (2, "meaningful", "yes", None), (2, "redundant", "yes", items[0][3])])

    def test_cosines_where_the_round_is_open(self):
        with Project(sample_project()) as project:
            project.start("--target", "code", "--rule", "all", "--open")
            near = self.nearest(project, project.items()[0][3])
            with self.open(project) as explorer:
                explorer.keys("8", "Enter", "y")
                for name, cosine in near[:3]:
                    self.assertRegex(explorer.text(), r"\d %s +%.2f" % (re.escape(name[:24]), cosine))

    def test_definition_and_members_are_in_view(self):
        for size in ((24, 80), (50, 200)):
            with self.subTest(size=size), Project(sample_project()) as project:
                project.start("--target", "code", "--rule", "all")
                (item, _, _, name) = project.items()[0]
                (members, code), = project.rows(
                    "SELECT m.members, u.code_id FROM annotation_item AS i"
                    " JOIN annotation_round AS r ON r.id = i.round_id"
                    " JOIN code_usage AS u ON u.iteration_id = r.iteration_id AND u.code_id = i.code_id"
                    " JOIN code_members AS m ON m.iteration_id = u.iteration_id AND m.ordinal = u.ordinal"
                    " WHERE i.id = ?", item)
                central, = struct.unpack_from("<I", members)
                (evidence, description), = project.rows(
                    "SELECT evidence, description FROM value_expression WHERE id = ?", central)
                with contextlib.closing(sqlite3.connect(project.path)) as base:
                    base.execute("UPDATE code SET description = 'What is meant by it.' WHERE id = ?", (code,))
                    base.commit()
                with self.open(project, size) as explorer:
                    explorer.keys("8", "Enter")
                    self.assertIn("meaningful? " + name, explorer.text())
                    self.assertIn("What is meant by it.", explorer.text())
                    left = 109 if size[1] == 200 else 79
                    seen = re.sub(r"[\s│]", "", "".join(line[:left] for line in explorer.lines()))
                    self.assertIn(re.sub(r"\s", "", description), seen)
                    self.assertIn(re.sub(r"\s", "", evidence or ""), seen)

    def test_a_code_whose_members_changed_is_stale(self):
        with Project(sample_project()) as project:
            project.start("--rule", "sample:12", "--seed", "1")
            chosen = project.rows("SELECT run_id, t FROM iteration WHERE id = (SELECT iteration_id FROM"
                                  " annotation_round)")[0]
            with self.open(project, (50, 200)) as explorer:
                explorer.keys("8", "Enter")
                self.assertNotIn("stale", explorer.text())
                explorer.keys("2", "g", "g", "c", "8", "q", "Enter")
                first = project.rows("SELECT t FROM iteration WHERE run_id = ? ORDER BY t LIMIT 1", chosen[0])[0][0]
                self.assertNotEqual(first, chosen[1])
                seen = ""
                for _ in range(len(project.items())):
                    seen += explorer.text()
                    explorer.keys("]")
                self.assertTrue("stale: the codebook in use has no code with these members" in seen)


if __name__ == "__main__":
    unittest.main()
