"""The table of commands, as Python reads it from the program's source."""

import dataclasses
import os
import re

from explorer import ROOT

# The key that opens a pane, by the context of its commands. Judging is what Annotate does once a round is begun.
PANES = {"OVERVIEW": "1", "ITERATIONS": "2", "DECISIONS": "3", "CODES": "4", "DOCUMENTS": "5", "MAP": "6", "SCORES": "7",
         "ANNOTATE": "8", "JUDGING": "8", "STUDIES": "9", "AGREEMENT": "A", "JOBS": "0"}


@dataclasses.dataclass
class Command:
    id: str
    name: str
    keys: list  # each a list of one or two names of keys
    contexts: list  # ["GLOBAL"] or names of panes
    arguments: str
    completion: str
    needs: str
    help: str

    def pane(self):
        """The key of a pane where the command can be given; "" for everywhere."""
        return "" if "GLOBAL" in self.contexts else PANES[self.contexts[0]]


def text(literal):
    return literal.replace('\\"', '"').replace("\\\\", "\\")


def read_commands():
    """All rows of include/dove/command_table.h, in their order."""
    with open(os.path.join(ROOT, "include", "dove", "command_table.h"), encoding="utf-8") as file:
        source = file.read()
    quoted = r'"((?:[^"\\]|\\.)*)"'
    row = re.compile(r"^\s*X\((\w+),\s*%s,\s*%s,\s*([\w| ]+?),\s*%s,\s*(\w+),\s*(\w+),\s*%s\)" % ((quoted,) * 4), re.M)
    found = []
    for match in row.finditer(source):
        identifier, name, keys, contexts, arguments, completion, needs, words = match.groups()
        bindings = [binding.split(" ") for binding in text(keys).split(", ")] if keys else []
        places = [place.replace("DOVE_CONTEXT_", "").strip() for place in contexts.split("|")]
        found.append(Command(identifier, name, bindings, places, arguments, completion, needs, text(words)))
    assert len(found) == source.count("  X(") > 0, "a row of the table of commands was not understood"
    return found
