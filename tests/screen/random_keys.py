#!/usr/bin/python3
"""Walks with random keys, commands, sizes, clicks and pasted texts: the program must neither die nor hang, what is on
the screen must be what was drawn, and the project must stay whole.

    random_keys.py --keys 200000 --processes 4 --program build-asan/dove

Everything follows from the seed. The long walk belongs under a sanitizer: `make check-keys`."""

import argparse
import concurrent.futures
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

SEED = 20261123
SIZES = [(24, 80), (36, 120), (10, 40), (50, 200), (2, 5), (1, 1), (24, 80), (50, 200)]
BATCHES = (1, 1, 1, 2, 3, 5, 8, 25)  # keys that are there before the program looks
SESSIONS = 4  # of one walk: what was shown comes back at the next start
TERMINALS = (
    {},
    {"NO_COLOR": "1"},
    {"TERM": "vt100"},
    {"TERM": "linux", "ASAN_OPTIONS": "detect_leaks=0"},  # ncurses keeps what it asked gpm for
    {"TERM": "tmux-256color"},
    {"LANG": "C"},
)

# Every key that does something, and bytes that should do nothing. No Q: the walk would end.
KEYS = (
    [bytes([c]) for c in range(1, 27)]  # C-a … C-z
    + [bytes([c]) for c in range(32, 127) if c != ord("Q")]
    + [b"\r", b"\t", b"\x7f", b"\033[Z", b"\033OA", b"\033OB", b"\033OC", b"\033OD", b"\033[5~", b"\033[6~",
       b"\033OH", b"\033OF", b"\033OP", b"\033[15~", b"\033[21~", b"\033b", b"\033f", b"\033[3~"]
    + ["한".encode(), "é".encode(), "\u0301".encode(), "😀".encode(), "\u202e".encode(), b"\xff", b"\xc3"]
    + [b"j", b"k", b"\r", b"q", b"\t", b"[", b"]", b"s", b"S", b"gg", b"G"] * 6
    + [b"%d" % digit for digit in range(10)] * 6
)
WORDS = ["", "", "1", "0", "3", "-1", "999999999999", "KR", "cedar", "split", "culture", "label", "mono", "dark", "out.txt",
         "out.svg", "no/such/file", "효도", "日本", "e\u0301", "beta1 0.5", "embedder", "a" * 300, "\t\t"]
PASTES = ["", "Q", "two\nlines", "한국어 日本語", "\033[31m red", "x" * 5000]


class Walk:
    """One project, walked over in some sessions."""

    def __init__(self, number, project, folder, commands):
        self.chooser = random.Random(SEED + number)
        self.number = number
        self.folder = folder
        self.project = shutil.copy(project, os.path.join(folder, "walk.dove"))
        self.commands = commands
        self.recent = []  # what was sent last, for the report of a failure

    def mouse(self, explorer):
        """An event anywhere, the edges and a cell beyond them too."""
        row = self.chooser.randint(1, explorer.rows + 1)
        column = self.chooser.randint(1, explorer.columns + 1)
        button = self.chooser.choice((0, 0, 0, 2, 64, 65))
        press = b"\033[<%d;%d;%dM" % (button, column, row)
        release = b"\033[<%d;%d;%dm" % (button, column, row)
        moved = b"\033[<%d;%d;%dM" % (button | 32, column + self.chooser.randint(0, 9), row + self.chooser.randint(0, 3))
        return self.chooser.choice((press + release, press + release, (press + release) * 2, press, release, moved,
                                    press + moved + moved + release))

    def command(self):
        line = self.chooser.choice(self.commands) + " " + self.chooser.choice(WORDS)
        return b":" + line.encode() + b"\r"

    def piece(self, explorer):
        kind = self.chooser.random()
        if kind < 0.86:
            return self.chooser.choice(KEYS)
        if kind < 0.93:
            return self.mouse(explorer)
        if kind < 0.98:
            return self.command()
        return b"\033[200~" + self.chooser.choice(PASTES).encode() + b"\033[201~"

    def send(self, explorer, data):
        """Jobs that were started are stopped when they would hold the walk up."""
        self.recent = (self.recent + [data])[-40:]
        explorer._idle_bytes()
        explorer.write(data)
        for stop in (b"\003\030", b"\003\0031\030", b"\003\003y1\030"):
            if explorer.is_idle_within(2):
                return
            self.recent.append(stop)
            explorer.write(stop)
        explorer.wait_idle()

    def check_screen(self, explorer):
        """Drawing everything anew changes nothing: what was sent in parts was complete. The last line's message goes
        when a key is pressed."""
        self.send(explorer, b"\003")
        shown = explorer.lines()[:-1]
        self.send(explorer, b"\014")  # C-l
        again = explorer.lines()[:-1]
        if shown != again:
            raise AssertionError("the screen was\n%s\nand drawn anew is\n%s" % ("\n".join(shown), "\n".join(again)))

    def session(self, explorer, keys):
        batches = 0
        while keys > 0:
            batch = min(self.chooser.choice(BATCHES), keys)
            keys -= batch
            if self.chooser.random() < 0.02:
                explorer.resize(*self.chooser.choice(SIZES))
            # A command that leaves must not come together: ":quit" cannot be typed without its u.
            data = b"".join(self.piece(explorer) for _ in range(batch)).replace(b":q", b":w")
            self.send(explorer, data)
            batches += 1
            if batches % 10 == 0:
                self.send(explorer, b"\003")  # out of any prompt, so that no name of a file grows for ever
            if batches % 50 == 0:
                self.check_screen(explorer)
        self.leave(explorer)

    def leave(self, explorer):
        """Out of whatever is open: a level may lie behind it that has a form open."""
        explorer.resize(24, 80)
        for _ in range(20):
            self.send(explorer, b"\033")
            if "DOVE" in explorer.lines()[0]:
                explorer.send(b"Q")
                if explorer.gone:
                    break
            else:
                self.send(explorer, b"q")
        status = explorer.wait_end()
        if status != 0:
            raise AssertionError("it ended with %d" % status)

    def walk(self, keys):
        from explorer import Explorer
        terminal = dict(TERMINALS[self.number // 2 % len(TERMINALS)])
        environment = dict(terminal, HOME=self.folder, DOVE_LOG=os.path.join(self.folder, "log"))
        environment["ASAN_OPTIONS"] = environment.get("ASAN_OPTIONS", "") + os.environ["ASAN_OPTIONS"]
        for at in range(SESSIONS):
            part = keys // SESSIONS + (at < keys % SESSIONS)
            explorer = Explorer(self.project, folder=self.folder, timeout=60, env=environment,
                                term=terminal.get("TERM", "xterm-256color"))
            try:
                with explorer:
                    self.session(explorer, part)
            except Exception as problem:
                raise AssertionError("walk %d, session %d: %s\nsent last: %s\nscreen:\n%s\n%s" % (
                    self.number, at, problem, self.sent_last(), explorer.text(), self.reports())) from problem
        if self.reports():
            raise AssertionError(self.reports())

    def sent_last(self):
        return " ".join(repr(re.sub(rb"(.)\1{20,}", rb"\1\1\1...", data))[2:-1] for data in self.recent)

    def reports(self):
        """What the sanitizers wrote: to files of their own, or to the standard error that is kept in the log."""
        found = ""
        for name in sorted(os.listdir(self.folder)):
            if name.startswith("sanitizer.") or name == "log":
                with open(os.path.join(self.folder, name), encoding="utf-8", errors="replace") as file:
                    text = file.read()
                found += text if "ERROR: " in text or "runtime error: " in text else ""
        return found

    def verify(self, documents):
        """The project is whole: it passes its check, and holds the documents that it held."""
        from explorer import PROGRAM, ROOT
        environment = dict(os.environ, DOVE_SHARE=ROOT)
        check = subprocess.run([PROGRAM, "check", self.project], env=environment, capture_output=True, text=True, check=False)
        if check.returncode != 0:
            raise AssertionError("walk %d: the check ended with %d: %s%s" % (
                self.number, check.returncode, check.stdout, check.stderr))
        if holdings(self.project) != documents:
            raise AssertionError("walk %d: %s became %s" % (self.number, documents, holdings(self.project)))


def holdings(project):
    """How many documents and expressions there are: nothing in the explorer takes any away."""
    from explorer import PROGRAM, ROOT
    told = subprocess.run([PROGRAM, "info", project, "--json"], env=dict(os.environ, DOVE_SHARE=ROOT), capture_output=True,
                          check=True)
    info = json.loads(told.stdout)
    return info["documents"]["total"], info["expressions"]


def run_walk(number, project, keys, commands):
    """Walk `number` with so many keys over a copy of the project."""
    with tempfile.TemporaryDirectory(prefix="dove-walk-") as folder:
        log = ":log_path=%s/sanitizer" % folder  # the explorer keeps its standard error off the screen
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS"):
            os.environ[name] = ":halt_on_error=1:print_stacktrace=1" + log
        walk = Walk(number, project, folder, commands)
        walk.walk(keys)
        walk.verify(holdings(project))
    return number


def names_of_commands():
    from command_table import read_commands
    return [command.name for command in read_commands() if command.id not in ("QUIT", "SUSPEND")]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keys", type=int, default=200000)
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    parser.add_argument("--walks", type=int, default=24, help="over how many walks the keys are spread")
    parser.add_argument("--only", type=int, help="this walk alone")
    parser.add_argument("--program", default="build-asan/dove")
    parser.add_argument("--slow", default="4", help="how much slower than usual the program is")
    options = parser.parse_args()
    os.environ["DOVE_BINARY"] = os.path.abspath(options.program)
    os.environ["DOVE_TEST_SLOW"] = options.slow
    from cjk_project import cjk_project
    from explorer import sample_project
    projects = [sample_project(), cjk_project()]
    numbers = range(options.walks) if options.only is None else [options.only]
    commands = names_of_commands()
    failed = 0
    with concurrent.futures.ProcessPoolExecutor(options.processes) as pool:
        walks = {pool.submit(run_walk, number, projects[number % 2], options.keys // options.walks, commands): number
                 for number in numbers}
        for done in concurrent.futures.as_completed(walks):
            problem = done.exception()
            failed += problem is not None
            print("walk %d: %s" % (walks[done], "nothing found" if problem is None else problem), flush=True)
    print("%d keys in %d walks, %d failed" % (options.keys, len(numbers), failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
