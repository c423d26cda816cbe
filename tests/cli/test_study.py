"""`dove study` on the published tables of the paper (copied into tests/golden)."""

import unittest

from harness import INPUT, ROOT, USAGE, TestCase

GOLDEN = ROOT / "tests" / "golden"
SCORES = GOLDEN / "table8_scores.csv"
DOWNSTREAM = GOLDEN / "table11_downstream.csv"


class Studies(TestCase):
    def test_predictive_validity_of_the_paper(self):
        """Table 1, in percent; WVS is printed as 16.20."""
        found = self.ok("study", "predictive", "--scores", SCORES, "--downstream", DOWNSTREAM, "--json").json()
        values = {row["method"]: 100 * row["predictive"] for row in found}
        for method, percent in {"DOVE": 31.56, "WVS": 16.21, "GOQA": -13.05, "NormAd": 0.90, "NaVAB": -20.77}.items():
            self.assertAlmostEqual(values[method], percent, delta=0.005, msg=method)
        dove = next(row for row in found if row["method"] == "DOVE")
        self.assertEqual(
            set(dove["correlations"]), {"KOLD:KR", "JOLFCC:JP", "COLD:CN", "HateXplain:US", "D3CODE:pooled"}
        )
        self.assertAlmostEqual(sum(dove["correlations"].values()) / 5, dove["predictive"], delta=1e-12)

    def test_discriminant_validity_of_the_paper(self):
        found = self.ok("study", "discriminant", "--scores", SCORES, "--json").json()
        values = {row["method"]: 100 * row["value"] for row in found}
        self.assertAlmostEqual(values["GOQA"], -2.05, delta=0.005)
        self.assertAlmostEqual(values["NaVAB"], -88.00, delta=0.005)

    def test_convergent_validity_by_hand(self):
        """Two methods, one culture, scores 1 2 3 and 1 3 2: their correlation is .5 for both."""
        scores = self.write(
            "s.csv", "method,model,culture,score\na,x,KR,1\na,y,KR,2\na,z,KR,3\nb,x,KR,1\nb,y,KR,3\nb,z,KR,2\n"
        )
        found = self.ok("study", "convergent", "--scores", scores, "--json").json()
        self.assertEqual([row["method"] for row in found], ["a", "b"])
        for row in found:
            self.assertAlmostEqual(row["value"], 0.5, delta=1e-12)

    def test_missing_correlations_count_as_zero_or_are_left_out(self):
        """b has no variance on KR, so its only correlation is on US, where scores and F1 rise together: 1."""
        scores = self.write(
            "s.csv", "method,model,culture,score\nb,x,KR,1\nb,y,KR,1\nb,x,US,1\nb,y,US,2\nb,z,US,3\n"
        )
        downstream = self.write(
            "d.csv", "benchmark,model,culture,f1\nK,x,KR,1\nK,y,KR,2\nH,x,US,10\nH,y,US,20\nH,z,US,30\n"
        )
        call = ("study", "predictive", "--scores", scores, "--downstream", downstream, "--json")
        self.assertAlmostEqual(self.ok(*call).json()[0]["predictive"], 0.5, delta=1e-12)
        self.assertAlmostEqual(self.ok(*call, "--missing", "skip").json()[0]["predictive"], 1.0, delta=1e-12)

    def test_priming_by_hand(self):
        """Control 10 everywhere. Korean on KR 12: own .2; on JP 11 and CN 11: related .1; on US 5: opposed −.5."""
        rows = ["method,role,culture,score"]
        rows += [f"m,Control,{culture},10" for culture in ("KR", "JP", "CN", "US")]
        rows += ["m,Korean,KR,12", "m,Korean,JP,11", "m,Korean,CN,11", "m,Korean,US,5"]
        found = self.ok("study", "priming", "--scores", self.write("p.csv", "\n".join(rows)), "--json").json()
        self.assertEqual(len(found), 1)
        self.assertAlmostEqual(found[0]["own"], 0.2, delta=1e-12)
        self.assertAlmostEqual(found[0]["related"], 0.1, delta=1e-12)
        self.assertAlmostEqual(found[0]["opposed"], -0.5, delta=1e-12)

    def test_tables_for_people(self):
        self.assertIn("31.56 %", self.ok("study", "predictive", "--scores", SCORES, "--downstream", DOWNSTREAM).out)
        self.assertIn("-88.00 %", self.ok("study", "discriminant", "--scores", SCORES).out)

    def test_bad_input(self):
        self.fails(INPUT, "study", "convergent", "--scores", self.path("none.csv"), says="none.csv")
        bad = self.write("bad.csv", "method,model,culture,score\na,x,KR,many\n")
        self.fails(INPUT, "study", "convergent", "--scores", bad, says=("bad.csv:2", "many"))
        short = self.write("short.csv", "method,model,culture\na,x,KR\n")
        self.fails(INPUT, "study", "convergent", "--scores", short, says="score")
        role = self.write("role.csv", "method,role,culture,score\nm,Martian,KR,1\nm,Control,KR,1\n")
        self.fails(INPUT, "study", "priming", "--scores", role, says="Martian")
        self.fails(USAGE, "study", "predictive", "--scores", SCORES, says="--downstream")


if __name__ == "__main__":
    unittest.main()
