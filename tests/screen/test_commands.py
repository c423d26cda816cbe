"""Every command of the table can be given: by its keys, by name after `:` with completion, and is found in the help by
what it does. Keys and themes of one's own: what is wrong is told with file and line."""

import os
import re
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from command_table import PANES, read_commands  # noqa: E402
from explorer import ROOT, Explorer, sample_project  # noqa: E402

LONG = (60, 200)  # a screen on which the whole help of a pane can be read in a few pages


class CommandsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.project = sample_project()
        cls.commands = read_commands()
        with Explorer(cls.project, size=(24, 200)) as explorer:
            present = {key for key, _ in explorer.panes()}
        # A pane that this program has not is not listed, nor are its commands.
        cls.places = {place: key for place, key in PANES.items() if key in present and place != "JUDGING"}

    def here(self, place):
        """The commands that can be given in a pane: its own and the ones of everywhere."""
        return [c for c in self.commands if "GLOBAL" in c.contexts or place in c.contexts]

    def asked(self, place):
        """The same; the ones of everywhere are asked for in one pane alone."""
        return [c for c in self.here(place) if place in ("OVERVIEW", *c.contexts)]

    def in_each_pane(self, size=(24, 80)):
        for place, key in self.places.items():
            with Explorer(self.project, size=size) as explorer:
                explorer.keys(key)
                yield place, explorer


class Table(CommandsTest):
    def test_rows_are_complete(self):
        names = [c.name for c in self.commands]
        self.assertEqual(len(names), len(set(names)))
        for command in self.commands:
            with self.subTest(command=command.name):
                self.assertRegex(command.name, r"^[a-z]+(-[a-z]+)*$")
                self.assertRegex(command.help, r"^[a-z].{7,63}$")

    def test_no_key_means_two_things_in_one_place(self):
        for place in self.places:
            seen = {}
            for command in self.here(place):
                own = place in command.contexts
                for binding in command.keys:
                    other = seen.get(tuple(binding))
                    # A pane's own command may take a key that has a meaning elsewhere.
                    self.assertFalse(other is not None and other[1] == own,
                                     "%s: %s gives :%s and :%s" % (place, binding, command.name, other and other[0]))
                    if other is None or own:
                        seen[tuple(binding)] = (command.name, own)


class Reachable(CommandsTest):
    def test_by_name_with_completion(self):
        for place, explorer in self.in_each_pane():
            names = sorted(c.name for c in self.here(place))
            for name in (c.name for c in self.asked(place)):
                # The shortest beginning that no other name here has; the whole name where another begins with it.
                short = next((name[:n] for n in range(1, len(name) + 1)
                              if not any(other != name and other.startswith(name[:n]) for other in names)), name)
                with self.subTest(pane=place, command=name):
                    explorer.keys(":")
                    explorer.send(short)
                    if short != name:
                        explorer.keys("Tab")
                    self.assertEqual(explorer.last_line().rstrip(), ":" + name)
                    explorer.keys("Esc")

    def test_found_in_the_help_by_what_it_does(self):
        for place, explorer in self.in_each_pane(size=LONG):
            explorer.keys("?")
            for command in self.asked(place):
                with self.subTest(pane=place, command=command.name):
                    explorer.keys("g", "g")
                    explorer.type("/" + command.help)
                    self.assertNotIn("is not in this text", explorer.last_line())
                    line = next(line for line in explorer.lines() if command.help in line)
                    self.assertIn(":" + command.name, line)
                    if command.keys:
                        self.assertIn(" ".join(command.keys[0]), line)

    def test_keys_are_bound(self):
        """No key of the table "does nothing": what it does is each pane's own test."""
        for place, explorer in self.in_each_pane():
            for command in self.here(place):
                if command.id in ("QUIT", "SUSPEND", "NEXT_STEP") or "GLOBAL" in command.contexts and place != "CODES":
                    continue
                for binding in command.keys:
                    with self.subTest(pane=place, command=command.name, key=binding):
                        explorer.keys(*binding)
                        self.assertNotIn("does nothing here", explorer.last_line())
                        explorer.keys("Esc", "Esc")
                        explorer.send("\003")
                        explorer.keys("Esc", self.places[place], "Esc")

    def test_disabled_ones_say_why(self):
        with Explorer(self.project) as explorer:
            for name, why in (("undo", "nothing to undo"), ("redo", "nothing"), ("search-next", "search"),
                              ("cancel-job", "no job")):
                explorer.type(":" + name)
                self.assertIn(":%s: " % name, explorer.last_line())
                self.assertIn(why, explorer.last_line())


class Manual(CommandsTest):
    def test_the_page_of_keys_has_all(self):
        with open(os.path.join(ROOT, "man", "dove-keys.7"), encoding="utf-8") as file:
            page = file.read().replace("\\-", "-").replace("\\e", "\\").replace("\\(aq", "'")
        for command in self.commands:
            with self.subTest(command=command.name):
                self.assertRegex(page, r":%s\b" % re.escape(command.name))


class Configuration(CommandsTest):
    def configured(self, text):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        os.makedirs(folder.name + "/dove/themes")
        with open(folder.name + "/dove/config", "w", encoding="utf-8") as file:
            file.write(text)
        self.themes = folder.name + "/dove/themes/"
        return {"XDG_CONFIG_HOME": folder.name}

    def test_every_command_can_have_another_key(self):
        """All of them on F12, one file each pane: the help tells it."""
        for place, key in self.places.items():
            own = [c for c in self.commands if place in c.contexts]
            lines = ["bind %s F%d %s" % (place.lower(), 5 + i % 7, c.name) for i, c in enumerate(own)]
            with self.subTest(pane=place):
                with Explorer(self.project, size=LONG, env=self.configured("\n".join(lines) + "\n")) as explorer:
                    self.assertNotIn("config:", explorer.last_line())
                    explorer.keys(key, "?")
                    for i, command in list(enumerate(own))[-7:]:
                        explorer.keys("g", "g")
                        explorer.type("/" + command.help)
                        line = next(line for line in explorer.lines() if command.help in line)
                        self.assertIn("F%d" % (5 + i % 7), line)

    def test_two_keys_and_named_keys(self):
        env = self.configured("bind A-x help\nbind g h help\nbind C-Space messages\n")
        with Explorer(self.project, env=env) as explorer:
            for keys in (("A-x",), ("g", "h")):
                explorer.keys(*keys)
                self.assertIn("Keys and commands", explorer.text())
                explorer.keys("q")
            explorer.send("\0")
            self.assertIn("Messages", explorer.text())

    def test_mistakes_in_a_theme_name_file_and_line(self):
        env = self.configured("theme = mine\n")
        for line, said in (("stauts = red", "'stauts'"), ("status = plaid", "'plaid' is neither a colour"),
                           ("status", "is not of the form")):
            with open(self.themes + "mine.theme", "w", encoding="utf-8") as file:
                file.write("normal = default\n" + line + "\n")
            with self.subTest(line=line), Explorer(self.project, size=(24, 200), env=env) as explorer:
                self.assertIn("mine.theme:2: ", explorer.last_line())
                self.assertIn(said, explorer.last_line())
                explorer.keys("2")
                self.assertIn("[2 Iterations]", explorer.lines()[1])

    def test_a_theme_is_seen(self):
        env = self.configured("theme = mine\n")
        with open(self.themes + "mine.theme", "w", encoding="utf-8") as file:
            file.write("normal = #123456 on default\n")
        with Explorer(self.project, env=env) as explorer:
            self.assertNotIn("mine.theme", explorer.last_line())
            colours = {cell.fg for row in explorer.screen.buffer.values() for cell in row.values()}
        with Explorer(self.project) as explorer:
            usual = {cell.fg for row in explorer.screen.buffer.values() for cell in row.values()}
        self.assertNotEqual(colours, usual)


if __name__ == "__main__":
    unittest.main()
