"""Keys, switches and themes of one's own, and what the manual says of them."""

import os
import re
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from explorer import ROOT, Explorer  # noqa: E402
from sample_case import SampleCase  # noqa: E402

MANUAL = os.path.join(ROOT, "man", "dove.1")


def manual():
    with open(MANUAL, encoding="utf-8") as page:
        return page.read().replace("\\-", "-")


def example(name):
    """The lines of an example in the manual."""
    return re.search(r"# EXAMPLE %s\n(.*?)\.fi\n" % name, manual(), re.S).group(1)


class ConfigurationCase(SampleCase):
    def start(self, config, themes=None, **more):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        os.makedirs(folder.name + "/dove/themes")
        self.folder = folder.name + "/dove"
        for name, text in {"config": config, **{"themes/%s.theme" % key: text for key, text in (themes or {}).items()}
                           }.items():
            with open(os.path.join(self.folder, name), "w", encoding="utf-8") as file:
                file.write(text)
        return Explorer(self.project, env={"XDG_CONFIG_HOME": folder.name}, **{"size": (24, 200), **more})


class Configuration(ConfigurationCase):
    def test_every_mistake_is_named_and_the_rest_counts(self):
        config = "bind C-n help\nascii = perhaps\nunbind Q\n\nbind Foo down\n# fine\ntheme = none-such\nbind Z messages\n"
        with self.start(config) as explorer:
            self.assertIn("config:2: ascii must be yes or no, not 'perhaps' (and 2 more: :messages)", explorer.last_line())
            explorer.keys("C-n")
            self.assertIn("Keys and commands", explorer.text())
            explorer.keys("q", "Z")
            for said in ("config:5: 'Foo' is not a key", "config:7: there is no theme 'none-such'", "config:2: ascii"):
                self.assertIn(said, explorer.text())
            explorer.keys("q", "Q")
            self.assertIn("Q does nothing here", explorer.last_line())

    def test_bytes_that_are_no_text(self):
        with self.start("") as explorer:
            folder = self.folder
        with open(folder + "/config", "wb") as file:
            file.write(b"mouse = no\nbind \xff\xfe down\n")
        with Explorer(self.project, size=(24, 200), env={"XDG_CONFIG_HOME": os.path.dirname(folder)}) as explorer:
            self.assertIn("config:2: the line is not valid UTF-8", explorer.last_line())

    def test_own_theme_colours_the_screen(self):
        theme = "status = #ff0000 on black bold\nheader = 46\n# a comment\nselected = black on yellow\n"
        with self.start("theme = mine\n", {"mine": theme}) as explorer:
            self.assertEqual(explorer.screen.buffer[0][1].fg, "ff0000")
            self.assertTrue(explorer.screen.buffer[0][1].bold)
            explorer.keys("4")
            self.assertEqual(explorer.screen.buffer[3][1].fg, "00ff00")
            explorer.keys(":")
            explorer.type("theme dark")
            self.assertNotEqual(explorer.screen.buffer[3][1].fg, "00ff00")

    def test_own_theme_by_path(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "x" * 80 + ".theme")
            with open(path, "w", encoding="utf-8") as file:
                file.write("status = #00ff00 on black\n")
            with self.start("theme = %s\n" % path) as explorer:
                self.assertEqual(explorer.screen.buffer[0][1].fg, "00ff00")

    def test_mistakes_of_a_theme_name_both_files(self):
        for theme, said in (("normal = default\nstatus = plaid\n", "mine.theme:2: 'plaid' is neither a colour"),
                            ("nonsense = red\n", "mine.theme:1: there is no role 'nonsense'"),
                            ("just words\n", "mine.theme:1: 'just words' is not of the form ROLE = COLOUR"),
                            ("status = 256\n", "mine.theme:1: '256' is neither a colour")):
            with self.subTest(said=said), self.start("\ntheme = mine\n", {"mine": theme}, size=(24, 250)) as explorer:
                self.assertIn("config:2: ", explorer.last_line())
                self.assertIn(said, explorer.last_line())

    def test_keys_of_one_pane(self):
        with self.start("bind codes x view\nbind \"g x\" pane-none\nbind \"g x\" scores\n") as explorer:
            self.assertIn("config:2: ", explorer.last_line())
            explorer.keys("4", "x")
            self.assertIn("usage in %", explorer.lines()[2])
            explorer.keys("g", "x")
            self.assertIn("[7 Scores]", explorer.lines()[1])


class Manual(ConfigurationCase):
    """The section of the manual says what is true."""

    def test_example_of_a_configuration(self):
        with self.start(example("config"), size=(24, 80)) as explorer:
            self.assertNotIn("config:", explorer.last_line())
            explorer.keys("4", "C-n", "C-n", "Enter")
            self.assertIn("› ", explorer.lines()[2])

    def test_example_of_a_theme(self):
        with self.start("theme = mine\n", {"mine": example("theme")}) as explorer:
            self.assertNotIn("config:", explorer.last_line())
            self.assertEqual(explorer.screen.buffer[0][1].fg, "ffffff")

    def test_names_every_role_and_pane(self):
        page = manual()
        section = page[page.index(".SH CONFIGURATION"):page.index(".SH FILES")]
        words = set(re.findall(r"[a-z][a-z0-9-]*", section))
        with open(os.path.join(ROOT, "assets", "themes", "dark.theme"), encoding="utf-8") as theme:
            roles = re.findall(r"^([a-z0-9-]+) =", theme.read(), re.M)
        self.assertGreater(len(roles), 30)
        for role in roles:
            if not re.match("(series|heat)-[2345]$", role):
                self.assertIn(role, words)
        with self.start("".join("bind %s F5 down\n" % pane for pane in (
                "overview", "iterations", "decisions", "codes", "documents", "map", "scores", "annotate", "jobs"))) as e:
            self.assertNotIn("config:", e.last_line())


if __name__ == "__main__":
    unittest.main()
