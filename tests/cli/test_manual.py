"""The manual's list of JSON members, held against what the program prints."""

import re

from harness import ROOT, SAMPLE, TestCase, sample_project


def told(call):
    """The members that the manual tells for a call, and whether each is always there; of the outermost object."""
    page = (ROOT / "man" / "dove.1").read_text(encoding="utf-8").split("\n.SH JSON\n")[1].split("\n.fi\n")[0]
    entry = re.search(r"^%s +[\[{](.*?)(?=^\S|\Z)" % re.escape(call), page, re.M | re.S).group(1)
    entry = re.sub(r":?\{", "(", entry[1:] if entry.startswith("{") else entry).replace("}", ")")
    while "(" in (inner := re.sub(r"\([^()]*\)", "", entry)) and inner != entry:
        entry = inner
    entry = re.sub(r"\([^()]*\)", "", entry).split(")")[0]
    return {name: mark == "" for name, mark in re.findall(r'"(\w+)"[^",?]*(\??)', entry)}


class Manual(TestCase):
    def agrees(self, call, rows):
        members = told(call)
        self.assertGreater(len(members), 1)
        for row in rows if isinstance(rows, list) else [rows]:
            self.assertEqual(set(row) - set(members), set(), call)
            self.assertEqual({name for name, always in members.items() if always} - set(row), set(), call)

    def test_exports(self):
        for what in "documents expressions vectors codebook coding iterations decisions".split():
            with self.subTest(what):
                rows = self.ok("export", sample_project(), what, "--format", "json").json()
                self.agrees("export " + what, rows)
        self.agrees("score", self.ok("export", sample_project(), "scores").json())

    def test_verbs(self):
        self.agrees("info", self.ok("info", sample_project(), "--json").json())
        self.agrees("usage", self.ok("usage", sample_project(), "--json").json())
        self.agrees("check", self.ok("check", sample_project(), "--json").json())
        self.agrees("prompts", self.ok("prompts", sample_project(), "--json").json())
        compared = self.ok("compare", sample_project(), "--model", "cedar", "--bootstrap", "200", "--json").json()
        self.agrees("compare", compared)
        text = SAMPLE / "documents" / "us.jsonl"
        self.agrees(r"code \-\-text", self.ok("code", sample_project(), "--text", text, "--json").json())
