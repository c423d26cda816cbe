"""`dove annotate`: rounds, judgments, agreement, and passing rounds around."""

import os
import shutil
import unittest

from harness import INPUT, USAGE, FAILED, TestCase, copy_sample, dove, read_lines


class Annotate(TestCase):
    def setUp(self):
        super().setUp()
        self.project = copy_sample(self.path("a.dove"))

    def start(self, *options):
        return self.ok("annotate", self.project, "start", "--json", *options).json()

    def items(self, name, project=None, *options):
        return self.ok("annotate", project or self.project, "items", "--as", name, "--json", *options).json()

    def judge(self, name, item, answer, *options, project=None):
        call = ("annotate", project or self.project, "judge", "--as", name, "--item", item, "--answer", answer)
        self.ok(*call, *options)

    def agreement(self, *options):
        return self.ok("annotate", self.project, "agreement", "--json", *options).json()

    def test_a_round_from_start_to_agreement(self):
        """Labels yes yes, yes no, no no, and a skip beside a yes: 2 of 3 agree.
        κ: chance 2/3 · 1/3 + 1/3 · 2/3 = 4/9, (6/9 − 4/9) / (5/9) = .4. α: Do = 2/6, De = 3 · 3 · 2 / (6 · 5) = .6,
        1 − .333 / .6 = 4/9. AC1: π = ½ over the three compared items and the skipped one's yes makes 2.5/4: chance
        2 · .625 · .375 = .46875, (.66667 − .46875) / .53125."""
        started = self.start("--rule", "sample:2:culture", "--name", "first", "--seed", "7")
        self.assertEqual((started["target"], started["rule"], started["blind"]), ("document", "sample:2:culture", True))
        numbers = [row["item"] for row in self.items("ann")][:4]
        for number, (hers, his) in zip(numbers, (("yes", "yes"), ("yes", "no"), ("no", "no"), ("skip", "yes"))):
            self.judge("ann", number, hers)
            self.judge("bob", number, his, "--note", "sure")
        found = self.agreement("--bootstrap", "200", "--width", "0.1")
        whole = next(row for row in found["agreement"] if row["group"] == "all")
        self.assertEqual((whole["n"], found["skips"], found["annotators"]), (3, 1, 2))
        self.assertAlmostEqual(whole["percent"]["value"], 2 / 3, delta=1e-9)
        self.assertAlmostEqual(whole["cohen_kappa"]["value"], 0.4, delta=1e-9)
        self.assertAlmostEqual(whole["krippendorff_alpha"]["value"], 4 / 9, delta=1e-9)
        self.assertAlmostEqual(whole["gwet_ac1"]["value"], (2 / 3 - 0.46875) / 0.53125, delta=1e-9)
        pair = found["pairs"][0]
        self.assertEqual([pair[key] for key in ("yes_yes", "yes_no", "no_yes", "no_no")], [1, 1, 0, 1])
        self.assertAlmostEqual(pair["bias"], 1 / 3, delta=1e-9)
        self.assertEqual(found["mapping_accuracy"]["decided"], 3)
        self.assertAlmostEqual(found["mapping_accuracy"]["value"], 2 / 3, delta=1e-9)
        self.assertIn("mean Cohen κ", self.ok("annotate", self.project, "agreement", "--bootstrap", "0").out)

    def test_undo_is_kept_over_calls(self):
        self.start("--rule", "sample:1")
        first, second = [row["item"] for row in self.items("ann")][:2]
        self.judge("ann", first, "yes")
        self.judge("ann", second, "no")
        call = ("annotate", self.project)
        self.assertEqual(self.ok(*call, "undo", "--as", "ann", "--steps", "9", "--json").json(), {"steps": 2})
        self.assertEqual([row["present"] for row in self.items("ann")][:2], ["withdrawn", "withdrawn"])
        self.ok(*call, "redo", "--as", "ann")
        self.assertEqual([row["present"] for row in self.items("ann")][:2], ["yes", "withdrawn"])
        progress = self.ok(*call, "progress", "--as", "ann", "--json").json()
        self.assertEqual(progress["done"], 1)

    def test_second_round_discussion_and_consensus(self):
        self.start("--target", "code", "--rule", "sample:3", "--instruction", "Judge codes.")
        codes = self.items("ann")
        for row in codes:
            self.judge("ann", row["item"], "yes", "--question", "meaningful")
            self.judge("bob", row["item"], "yes", "--question", "meaningful")
        disputed = codes[1]
        self.judge("ann", disputed["item"], "yes", "--question", "redundant", "--other", codes[0]["code"])
        self.judge("bob", disputed["item"], "no", "--question", "redundant")
        second = self.start("--rule", "disagreements", "--parent", "round 1")
        self.assertEqual((second["items"], second["target"]), (1, "code"))
        self.assertEqual(second["instruction"], "Judge codes.")
        call = ("annotate", self.project)
        listed = self.ok(*call, "discuss", "--round", "round 1", "--json").json()
        self.assertEqual([row["item"] for row in listed], [disputed["item"]])
        self.ok(*call, "consensus", "--as", "ann", "--item", disputed["item"], "--question", "redundant",
                "--answer", "no", "--note", "talked it over")
        self.assertEqual(self.ok(*call, "discuss", "--round", "round 1", "--json").json(), [])
        found = self.agreement("--bootstrap", "0")
        self.assertEqual(found["meaningfulness"]["value"], 1)
        self.assertEqual(found["conciseness"]["value"], 1)
        meaningful = next(row for row in found["agreement"] if row["question"] == "meaningful")
        self.assertIsNone(meaningful["cohen_kappa"]["value"])
        self.assertEqual(meaningful["gwet_ac1"]["value"], 1)

    def test_copies_come_together(self):
        self.start("--rule", "sample:2")
        other = self.path("b.dove")
        shutil.copyfile(self.project, other)
        number = self.items("ann")[0]["item"]
        self.judge("ann", number, "yes")
        self.judge("bob", number, "no", project=other)
        self.judge("ann", number, "no", project=other)
        file = self.path("round.jsonl")
        self.ok("annotate", other, "export", "-o", file)
        kinds = {row["type"] for row in read_lines(file)}
        self.assertEqual(kinds, {"annotator", "round", "item", "judgment"})
        report = self.ok("annotate", self.project, "import", file, "--json").json()[0]
        self.assertEqual((report["judgments"], report["unplaced"], len(report["conflicts"])), (2, 0, 1))
        again = self.ok("annotate", self.project, "import", other, "--json").json()[0]
        self.assertEqual((again["judgments"], again["rounds"], again["conflicts"]), (0, 0, []))
        self.ok("annotate", other, "import", self.project)
        mine = self.ok("annotate", self.project, "export").out
        self.assertEqual(mine, self.ok("annotate", other, "export").out)
        self.assert_sound(self.project)

    def test_blind_first(self):
        self.start("--rule", "sample:1", "--blind-first")
        row = self.items("ann")[0]
        call = ("annotate", self.project)
        self.fails(USAGE, *call, "judge", "--as", "ann", "--item", row["item"], "--answer", "yes", says="own codes")
        self.ok(*call, "add", "--as", "ann", "--document", row["document"], "--code", row["name"].upper(), "--span", "0:5")
        self.ok(*call, "reveal", "--as", "ann", "--document", row["document"])
        self.judge("ann", row["item"], "yes")
        shift = self.ok(*call, "shift", "--json").json()
        self.assertEqual((shift[0]["kept"], shift[0]["adopted"], shift[0]["shift"]), (1, 0, 0))

    def test_the_setting_opens_rounds(self):
        self.ok("config", self.project, "annotators", "open")
        self.assertFalse(self.start("--rule", "sample:1")["blind"])
        self.ok("annotate", self.project, "close")
        rounds = self.ok("annotate", self.project, "rounds", "--json").json()
        self.assertTrue(rounds[0]["closed"])
        self.assertIn("closed", self.ok("annotate", self.project, "rounds").out)

    def test_what_is_refused(self):
        call = ("annotate", self.project)
        self.fails(FAILED, *call, "agreement", says="start")
        self.fails(FAILED, *call, "items", "--as", "ann", says="start")
        self.fails(USAGE, *call, "wheat", says=("wheat", "agreement"))
        self.fails(USAGE, *call, "start", "--rule", "sample:x", says="sample:N")
        self.start("--rule", "sample:1")
        self.fails(USAGE, *call, "judge", "--item", "1", "--answer", "yes", says="--as")
        self.fails(FAILED, *call, "items", "--as", "ann", "--round", "no such", says="no such")
        number = self.items("ann")[0]["item"]
        self.fails(INPUT, *call, "judge", "--as", "ann", "--item", number, "--answer", "yes", "--question", "redundant",
                   says="present")
        self.fails(FAILED, *call, "judge", "--as", "ann", "--item", "999999", "--answer", "yes", says="999999")
        bad = self.write("bad.jsonl", '{"type":"round"}\n')
        self.fails(INPUT, *call, "import", bad, says="bad.jsonl:1")
        self.fails(USAGE, *call, "import", says="FILE")
        self.fails(INPUT, *call, "import", self.path("none.jsonl"), says="none.jsonl")
        self.assertEqual(dove("annotate", self.project, "export").code, 0)

    def test_names_that_could_not_be_read_back(self):
        """Whatever is taken can be exported and imported again; the rest is refused with the rule."""
        call = ("annotate", self.project)
        self.start("--rule", "sample:1")
        number = self.items("ann")[0]["item"]
        for name in ("   ", "\u3000", "a\x1b[31m", "n" * 1001):
            with self.subTest(name=name[:10]):
                self.fails(INPUT, *call, "judge", "--as", name, "--item", number, "--answer", "yes", says="1000 bytes")
                self.fails(INPUT, *call, "start", "--name", name, says="1000 bytes")
        broken = os.fsdecode(b"\xff\xfe")
        self.fails(USAGE, *call, "judge", "--as", broken, "--item", number, "--answer", "yes", says=("--as", "UTF-8"))
        self.fails(USAGE, *call, "judge", "--as", "ann", "--item", number, "--answer", "yes", "--note", broken,
                   says=("--note", "UTF-8"))
        self.fails(USAGE, "config", self.project, "namer.model", broken, says="namer.model")
        self.judge("n" * 1000, number, "yes", "--note", "\x1b[31m\u202e\U0001f468\u200d\U0001f469")
        file = self.path("all.jsonl")
        self.ok(*call, "export", "-o", file)
        self.ok("annotate", copy_sample(self.path("b.dove")), "import", file)


if __name__ == "__main__":
    unittest.main()
