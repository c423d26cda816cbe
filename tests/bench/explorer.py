"""How quick the explorer is on a project: python3 tests/bench/explorer.py --build build [--project FILE]

Prints the time to the first screen, the time from a key to its repaint for a walk through every pane (as seen from the
other end of the terminal, and as the program counts it itself), and the memory held, the first and the last beside those
of an empty project. Without --project the large project of `bench_method --explorer` is made first: 15,000 documents,
100,000 expressions, 1,300 codes, 10 iterations. A project without a map gets one with made-up positions."""

import argparse
import os
import random
import re
import shutil
import sqlite3
import struct
import subprocess
import sys
import tempfile
import time

parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
parser.add_argument("--build", default="build")
parser.add_argument("--project")
parser.add_argument("--rows", type=int, default=50)
parser.add_argument("--columns", type=int, default=200)
options = parser.parse_args()
os.environ["DOVE_BINARY"] = os.path.abspath(os.path.join(options.build, "dove"))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "screen"))
from explorer import NAMED, Explorer  # noqa: E402 - reads DOVE_BINARY when it loads

MOVES = "j j j k PgDn PgDn PgUp G g g C-d C-u Down Up Right Left End Home".split()
WALK = [
    ("open", "1 2 3 4 5 6 7 8 A 0".split()),
    ("overview", ["1", *MOVES]),
    ("iterations", ["2", "Tab", *MOVES, *"s s s S s d [ [ [ ] ] ] d Tab Tab + +".split(), *MOVES]),
    ("decisions", ["3", *MOVES, *"Enter Tab".split(), *MOVES, *"Tab q f f f f i [ ] i o o s s S".split(), *MOVES]),
    ("codes", ["4", *MOVES, *"s s s s s S s j j j j G k k k".split(), *"Enter j j j Tab j j j".split(),
               *MOVES, *"Tab j j j G k Tab j Tab".split(), *"[ ] [ ] [ ]".split(), *"j j j Tab Enter q q q".split()]),
    ("sides of codes", ["4", *"v v v v v j j c c c C C v v".split()]),
    ("annotation, jobs", ["8", *MOVES, "A", *MOVES, "0", *MOVES]),
    ("documents", ["5", *MOVES, "Enter", *"} } } } { . . , , c m r w | | | v v v".split(), *MOVES, "Tab",
                   *MOVES, *". . . [ ] [ ] } J K".split(), "Tab", *MOVES, "q"]),
    ("map", ["6", *"+ + + + Left Down Up Right - Tab Tab S-Tab".split(), *"c c c c o o o o n n w + +".split(), *MOVES,
             *"[ [ ] ] w".split()]),
    ("scores", ["7", *MOVES, "Enter", "Tab", *MOVES, "Tab", *MOVES, "q"]),
    ("iterations everywhere", [key for pane in "1234567A" for key in (pane, "[", "[", "]", "]")]),
    ("help", ["?", *"s c o r e".split(), "PgDn", "q", "q", ":", *"the".split("x"), "Tab", "C-c"]),
]
SEARCHES = [(pane, opener, word) for pane in "345" for opener in ("/", "\\")
            for word in ("value", "author", "zzzz", "the", "e")]


def draw_map(path):
    """Gives a project without a map one: the members of a code lie round a place of its own."""
    base = sqlite3.connect(path)
    embedder = base.execute("SELECT id FROM embedder WHERE active = 1").fetchone()
    if embedder is None or base.execute("SELECT 1 FROM projection LIMIT 1").fetchone():
        return
    draw = random.Random(1)
    last, = base.execute("SELECT max(iteration_id) FROM code_members").fetchone()
    places = {}
    for members, in base.execute("SELECT members FROM code_members WHERE iteration_id = ?", (last,)):
        place = draw.gauss(0, 6), draw.gauss(0, 6)
        places.update((expression, place) for expression, _ in struct.iter_unpack("<If", members))
    points = bytearray()
    for expression, in base.execute("SELECT id FROM value_expression ORDER BY id"):
        x, y = places.get(expression, (0, 0))
        points += struct.pack("<Iff", expression, draw.gauss(x, 0.3), draw.gauss(y, 0.3))
    base.execute("INSERT INTO projection (embedder_id, settings, seed, created, points) VALUES (?, '{}', 1, 1, ?)",
                 (embedder[0], bytes(points)))
    base.commit()
    base.close()


def resident(pid):
    """Megabytes held now and at most: VmRSS, VmHWM."""
    with open(f"/proc/{pid}/status", encoding="ascii") as lines:
        found = dict(re.findall(r"^(VmRSS|VmHWM):\s+(\d+) kB", lines.read(), re.M))
    return int(found["VmRSS"]) / 1024, int(found["VmHWM"]) / 1024


def quantile(values, share):
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


class Timed(Explorer):
    """Notes how long each key takes, and does not interpret what comes back: that would cost more than the program."""

    def __init__(self, *arguments, **named):
        self.group, self.times, self.before = "start", [], ""
        super().__init__(*arguments, **named)
        feed, self.stream.feed = self.stream.feed, lambda data: None
        self.interpret = feed

    def on_processor(self):
        """Milliseconds that the program's first thread has computed so far."""
        with open(f"/proc/{self.pid}/schedstat", encoding="ascii") as line:
            return int(line.read().split()[0]) / 1e6

    def timed(self, name, data):
        computed, begin = self.on_processor(), time.perf_counter()
        self.send(data)
        elapsed = (time.perf_counter() - begin) * 1000
        self.times.append((elapsed, self.group, f"{self.before} → {name}", self.on_processor() - computed))
        self.before = name

    def key(self, name):
        self.timed(name, NAMED.get(name) or (chr(ord(name[2]) & 31) if name.startswith("C-") else name))

    def own_timing(self):
        """What `:perf` says, read from a screen drawn anew."""
        self.stream.feed = self.interpret
        self.keys("C-l")
        self.send(":perf\r")
        self.stream.feed = lambda data: None
        return self.last_line().strip()


def first_screen(project):
    """Milliseconds until the first screen stands, several starts, and the megabytes held then."""
    taken, held = [], 0
    for _ in range(5):
        begin = time.perf_counter()
        with Timed(project, size=(options.rows, options.columns)) as explorer:
            taken.append((time.perf_counter() - begin) * 1000)
            held, _ = resident(explorer.pid)
    return taken, held


def walk(project):
    with Timed(project, size=(options.rows, options.columns), timeout=60) as explorer:
        for group, keys in WALK:
            explorer.group = group
            for key in keys:
                explorer.key(key)
            print(f"  {group:24s}", explorer.own_timing(), flush=True)
        for pane, opener, word in SEARCHES:
            explorer.group = "search" if opener == "/" else "filter"
            explorer.key(pane)
            explorer.timed(opener, opener)
            for letter in word:
                explorer.timed(letter, letter)
            explorer.timed(f"Enter ({pane}{opener}{word})", "\r")
            for key in ("n", "N", "j", "PgDn"):
                explorer.key(key)
            explorer.send("\033")  # held back by curses in case a sequence follows: not counted
        print(f"  {'search and filter':24s}", explorer.own_timing())
        held, most = resident(explorer.pid)
        return explorer.times, held, most


def main():
    with tempfile.TemporaryDirectory(prefix="dove-bench-") as folder:
        project = os.path.join(folder, "large.dove")
        if options.project:
            shutil.copy(options.project, project)
        else:
            subprocess.run([f"{options.build}/bench/bench_method", "--explorer", "--make", project], check=True)
        draw_map(project)
        empty = os.path.join(folder, "empty.dove")
        subprocess.run([os.environ["DOVE_BINARY"], "new", "--quiet", empty], check=True)
        starts, _ = first_screen(project)
        empty_starts, empty_held = first_screen(empty)
        print("first screen:", " ".join(f"{taken:.0f}" for taken in starts), "ms; of an empty project:",
              " ".join(f"{taken:.0f}" for taken in empty_starts),
              f"ms; {quantile(starts, 0.5) / quantile(empty_starts, 0.5):.2f} times as long")
        print("key to repaint, by the program's own clock:")
        times, held, most = walk(project)
        print("key to repaint, seen from the terminal:")
        for group in dict.fromkeys(entry[1] for entry in times):
            taken = [entry[0] for entry in times if entry[1] == group]
            print(f"  {group:24s} {len(taken):4d} keys: p50 {quantile(taken, 0.5):6.2f} ms, "
                  f"p99 {quantile(taken, 0.99):6.2f} ms, longest {max(taken):6.2f} ms")
        taken = [entry[0] for entry in times]
        print(f"  {'all':24s} {len(taken):4d} keys: p50 {quantile(taken, 0.5):6.2f} ms, "
              f"p99 {quantile(taken, 0.99):6.2f} ms, longest {max(taken):6.2f} ms")
        computed = [entry[3] for entry in times]
        print(f"  of that on a processor (the rest is waiting for one, on a loaded machine): "
              f"p99 {quantile(computed, 0.99):.2f} ms, longest {max(computed):.2f} ms")
        print("slowest:")
        for elapsed, group, name, computed in sorted(times, key=lambda entry: -entry[3])[:20]:
            print(f"  {elapsed:7.2f} ms ({computed:6.2f} on a processor)  {group}: {name}")
        print(f"memory: {held:.0f} MB held, {most:.0f} MB at most: {most / empty_held:.1f} times an empty project's")


if __name__ == "__main__":
    main()
