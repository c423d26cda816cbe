"""The shapes of dove-json(5), read from the page, and values held against them."""

import re

from harness import ROOT

PAGE = ROOT / "man" / "dove-json.5"
TOKEN = re.compile(r'"\w+"|[A-Z]+|[a-z]+|…|[][{}|:,?]')
WORDS = {
    "text": lambda value: isinstance(value, str),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: value is None or isinstance(value, (int, float)) and not isinstance(value, bool),
    "bool": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
}


class Mismatch(Exception):
    pass


class Reader:
    """Reads one shape: a tuple whose first word is "word", "literal", "name", "list", "map", "object" or "either"."""

    def __init__(self, text):
        self.tokens = TOKEN.findall(text)
        if "".join(self.tokens) != re.sub(r"\s", "", text):
            raise ValueError("not a shape: " + text)
        self.at = 0

    def peek(self):
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self, wanted=None):
        token = self.peek()
        if wanted not in (None, token):
            raise ValueError(f"'{wanted}' expected behind {' '.join(self.tokens[:self.at])}")
        self.at += 1
        return token

    def shape(self):
        choices = [self.single()]
        while self.peek() == "|":
            self.take()
            choices.append(self.single())
        return choices[0] if len(choices) == 1 else ("either", choices)

    def single(self):
        token = self.take()
        if token == "[":
            inner = self.shape()
            self.take("]")
            return ("list", inner)
        if token == "{":
            return self.braces()
        if token.startswith('"'):
            return ("literal", token.strip('"'))
        if token in WORDS:
            return ("word", token)
        if token.isupper():
            return ("name", token)
        raise ValueError(f"no shape begins with '{token}'")

    def braces(self):
        if self.peek().isupper():
            self.take()
            self.take(":")
            inner = self.shape()
            self.take("}")
            return ("map", inner)
        members, more = {}, False
        while True:
            if self.peek() == "…":
                self.take()
                more = True
            else:
                names = []
                while True:
                    names.append((self.take().strip('"'), self.peek() == "?"))
                    if self.peek() == "?":
                        self.take()
                    if self.take() == ":":
                        break
                inner = self.shape()
                for name, optional in names:
                    if name in members:
                        raise ValueError("twice: " + name)
                    members[name] = (inner, optional)
            if self.take() == "}":
                return ("object", members, more)


def read(text):
    reader = Reader(text)
    shape = reader.shape()
    reader.take("")
    return shape


class Manual:
    """All shapes of the page by their headings ("dove info PROJECT", "SENT")."""

    def __init__(self):
        page = PAGE.read_text(encoding="utf-8").replace(r"\-", "-")
        found = re.findall(r"^\.SS ([^\n]+)\n\.nf\n(.*?)^\.fi$", page, re.M | re.S)
        self.shapes = {heading: read(text) for heading, text in found}
        if len(self.shapes) != len(found):
            raise ValueError("a heading stands twice in " + PAGE.name)
        self.calls = [heading for heading in self.shapes if heading.startswith("dove ")]
        self.seen = set()  # places in shapes at which a value was

    def hold(self, heading, value):
        """Raises Mismatch when `value` has not the shape of `heading`."""
        self.compare(self.shapes[heading], value, heading)

    def compare(self, shape, value, place):
        kind, rest = shape[0], shape[1]
        if kind == "name":
            return self.compare(self.shapes[rest], value, rest)
        if kind == "either":
            return self.choose(rest, value, place)
        good = {
            "word": lambda: WORDS[rest](value),
            "literal": lambda: value == rest,
            "list": lambda: isinstance(value, list),
            "map": lambda: isinstance(value, dict),
            "object": lambda: isinstance(value, dict),
        }[kind]()
        if not good:
            raise Mismatch(f"{place} is no {rest if kind in ('word', 'literal') else kind}: {value!r:.100}")
        self.seen.add(place)
        if kind == "list":
            for item in value:
                self.compare(rest, item, place + "[]")
        elif kind == "map":
            for item in value.values():
                self.compare(rest, item, place + ".*")
        elif kind == "object":
            self.compare_members(shape, value, place)

    def choose(self, choices, value, place):
        wrong = []
        for choice in choices:
            before = set(self.seen)
            try:
                return self.compare(choice, value, place)
            except Mismatch as mismatch:
                self.seen = before
                wrong.append(str(mismatch))
        raise Mismatch("; ".join(wrong))

    def compare_members(self, shape, value, place):
        _, members, more = shape
        for name, (inner, optional) in members.items():
            if name in value:
                self.compare(inner, value[name], place + "." + name)
            elif not optional:
                raise Mismatch(f"{place} has no {name}: {value!r:.200}")
        strange = set(value) - set(members)
        if strange and not more:
            raise Mismatch(f"{place} has members that the page does not tell: {sorted(strange)}")

    def unseen(self, heading):
        """The places of a shape that no value had: members and items that were never looked at."""
        places = set()
        self.collect(self.shapes[heading], heading, places)
        return sorted(places - self.seen)

    def collect(self, shape, place, places):
        kind, rest = shape[0], shape[1]
        if kind == "name":
            return self.collect(self.shapes[rest], rest, places)
        if kind == "either":
            for choice in rest:
                self.collect(choice, place, places)
            return
        places.add(place)
        if kind == "list":
            self.collect(rest, place + "[]", places)
        elif kind == "map":
            self.collect(rest, place + ".*", places)
        elif kind == "object":
            for name, (inner, _) in rest.items():
                self.collect(inner, place + "." + name, places)
