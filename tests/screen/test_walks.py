"""The walks of the three kinds of use, each followed to its results, which are held against the JSON of the command
line."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from explorer import PROGRAM, ROOT, Explorer, sample_project  # noqa: E402
from sample_numbers import share  # noqa: E402
from walks import WALKS, Player  # noqa: E402


class WalkTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="dove-walk-")
        self.addCleanup(folder.cleanup)
        self.project = shutil.copy(sample_project(), os.path.join(folder.name, "sample.dove"))

    def dove(self, *arguments):
        return subprocess.run([PROGRAM, *arguments], env=dict(os.environ, DOVE_SHARE=ROOT), capture_output=True, text=True,
                              check=True).stdout

    def export(self, what):
        return json.loads(self.dove("export", self.project, what))

    def follow(self, name, size=(36, 120)):
        with Explorer(self.project, size=size) as explorer:
            player = Player(explorer)
            WALKS[name](player)
            return player.shots


class Researcher(WalkTest):
    def assert_iteration(self, screen, told):
        status = screen.splitlines()[0]
        self.assertRegex(status, r" t %d/\d+\*?   K %d\b" % (told["t"], told["codes"]))
        self.assertIn("S %.2f" % told["S"], status)
        row = next(line for line in screen.splitlines() if re.match(r"│ *%d +%d " % (told["t"], told["codes"]), line))
        for key, sign in (("S", 1), ("distortion", -1)):
            self.assertIn("%.4f" % (sign * told[key]), row)

    def test_iterations_decisions_and_scores(self):
        shots = self.follow("researcher")
        iterations = self.export("iterations")
        best = max(iterations, key=lambda row: row["S"])
        self.assert_iteration(shots["best"], best)
        self.assert_iteration(shots["first"], iterations[0])
        self.assert_iteration(shots["second"], iterations[1])
        self.assertIn("t 0 → t 1", shots["difference"])

        decisions = self.export("decisions")
        split = next(row for row in decisions if row["kind"] == "split")
        for shown in (split["names_before"][0] + " (", ", ".join("%s (%d)" % pair for pair in
                                                                zip(split["names_after"], split["sizes"]))):
            self.assertIn(shown, shots["split"])
        for key in ("n", "z", "d"):
            self.assertRegex(shots["split"], r"│%s +%s " % (key, re.escape("%.4f" % split[key])))
        for name in split["names_after"]:
            self.assertIn(name, shots["lineage"].split("Lineage")[1])
        merge = next(row for row in decisions if row["kind"] == "merge")
        self.assertIn("cosine %.4f" % merge["neighbour_cosine"], shots["merge"])

        score = json.loads(self.dove("score", self.project, "--json", "--explain", "--bootstrap", "0"))[0]
        self.assertIn("%s × %s: %.2f %%" % (score["model"], score["culture"], score["percent"]), shots["scores"])
        flows = shots["flows"].split("Flows")[1].splitlines()
        dearest = sorted(score["flows"], key=lambda flow: -flow["cost"])[:3]
        for line, flow in zip(flows[2:], dearest):
            self.assertIn(flow["from_name"], line)
            self.assertIn("→ " + flow["to_name"], line)
            self.assertIn("%.5f" % flow["mass"], line)
            self.assertIn("%.5f" % flow["cost"], line)
        self.assertIn("[5 Documents]", shots["evidence"])
        self.assertIn("▌", shots["evidence"])
        self.assertIn(dearest[0]["from_name"], shots["evidence"])


class Annotator(WalkTest):
    def test_judgments(self):
        shots = self.follow("annotator", size=(36, 100))
        records = [json.loads(line) for line in self.dove("annotate", self.project, "export").splitlines()]
        items = {row["uuid"]: row for row in records if row["type"] == "item"}
        standing = {row["item"]: row for row in records if row["type"] == "judgment"}
        told = [(row["answer"], items[row["item"]]["code"]["name"], row.get("note", ""))
                for row in sorted(standing.values(), key=lambda row: items[row["item"]]["position"])]
        self.assertEqual([answer for answer, _, _ in told], ["yes", "no", "no", "skip", "flag"])
        self.assertEqual([note for _, _, note in told if note], ["said in other words"])
        line = next(line for line in shots["later"].splitlines() if line.startswith("│last "))
        last = " · ".join("%s %s%s" % (answer, name, "*" if note else "") for answer, name, note in told[::-1])
        shown = line[len("│last  "):].strip("│… ")  # as much as there is room for
        self.assertGreater(len(shown), 60)
        self.assertTrue(last.startswith(shown), (last, shown))
        self.assertRegex(shots["judged"], r"item 4 of %d\b" % len(items))
        self.assertRegex(shots["taken back"], r"item 3 of %d\b" % len(items))
        self.assertRegex(shots["rounds"], r"round 1 +documents +5 +%d " % (len(items) - 5))


class Presenter(WalkTest):
    def column(self, screen, side):
        """Sign, name and share of the codes on one side of the comparison."""
        found = []
        for line in screen.splitlines():
            parts = line.strip("│").split("│")
            if len(parts) == 2:
                match = re.match(r"([●○]) (.+?)…? +(<?[.\d]+) ", parts[side] + " ")
                if match:
                    found.append(match.groups())
        return found

    def test_pair_evidence_and_presenting(self):
        shots = self.follow("presenter", size=(30, 100))
        names = {code["id"]: code["name"] for code in self.export("codebook")["codes"]}
        order = [code["id"] for code in self.export("codebook")["codes"]]
        topic = "caring for aging parents"
        coding = {(row["culture"], row["source"]): row for row in self.export("coding")
                  if row["topic"] == topic and not row.get("role")}
        pair = [coding["KR", "human"], next(row for (_, source), row in coding.items() if source == "birch")]
        shared = set(pair[0]["recognised"]) & set(pair[1]["recognised"])
        self.assertTrue(shared)
        self.assertEqual(shots["pair"].count("≡ %d shared of " % len(shared)), 2)
        for side, row in enumerate(pair):
            shown = self.column(shots["pair"], side)
            self.assertEqual(len(shown), len(row["recognised"]))
            for (sign, name, q), code in zip(shown, row["recognised"]):
                self.assertTrue(names[code].startswith(name), (names[code], name))
                self.assertEqual(sign == "●", code in shared)
                self.assertEqual(q, share(row["q"][order.index(code)]))
        self.assertIn("▌", shots["evidence"])
        for words in ("presented", "revealed"):
            self.assertIn(topic, shots[words])
            self.assertNotIn("DOVE", shots[words])
        self.assertNotRegex(shots["presented"], "[●○] ")
        self.assertEqual(shots["revealed"].count("● "), 2 * len(shared))
        self.assertNotIn(topic, shots["next pair"])
        self.assertNotIn("last pair", shots["next pair"])


if __name__ == "__main__":
    unittest.main()
