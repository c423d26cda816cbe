"""Stopping and going on, and terminals that go away: nothing is lost, nothing spins, the terminal is left as it was."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import termios
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from explorer import PROGRAM, ROOT, Explorer, sample_project  # noqa: E402

# A shell with job control, as people have one: it says when the program stops, and goes on with it after a line.
SHELL = ("/bin/sh", "-m", "-c", '"$0" "$@"; echo STOPPED; read line; fg; echo ENDED $?; read line')
DEAF = ("/bin/sh", "-c", 'trap "" HUP; exec "$0" "$@"')
APART = ("/usr/bin/setsid", "--wait")  # a session without this terminal: no signal tells that it is gone


def wakeups(pid):
    """How often the threads of a process went to sleep of themselves."""
    total = 0
    for thread in os.listdir("/proc/%d/task" % pid):
        with open("/proc/%d/task/%s/status" % (pid, thread), encoding="utf-8") as file:
            total += next(int(line.split()[1]) for line in file if line.startswith("voluntary_ctxt"))
    return total


def state(pid):
    with open("/proc/%d/stat" % pid, encoding="utf-8") as file:
        return file.read().rsplit(")", 1)[1].split()[0]


def child(pid):
    with open("/proc/%d/task/%d/children" % (pid, pid), encoding="utf-8") as file:
        return int(file.read().split()[0])


class TerminalTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="dove-life-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.project = shutil.copy(sample_project(), os.path.join(folder.name, "copy.dove"))

    def dove(self, *arguments):
        return subprocess.run([PROGRAM, *arguments], env=dict(os.environ, DOVE_SHARE=ROOT), capture_output=True, text=True,
                              check=True).stdout


class Stopped(TerminalTest):
    def local_modes(self, explorer):
        return termios.tcgetattr(explorer.master)[3]

    def test_stop_and_go_on(self):
        with Explorer(self.project, size=(36, 120), under=SHELL) as explorer:
            explorer.keys("4", "j", "j", ":")
            explorer.send("theme li")
            explorer.keys("Esc")
            before = explorer.text()
            chosen = explorer.copy()
            explorer.keys("Esc")
            self.assertFalse(self.local_modes(explorer) & termios.ECHO)
            explorer.write(b"\x1a")
            explorer.wait_for("STOPPED")
            self.assertEqual(state(child(explorer.pid)), "T")
            self.assertTrue(self.local_modes(explorer) & termios.ECHO)
            self.assertTrue(self.local_modes(explorer) & termios.ICANON)
            for off in (b"\033[?1049l", b"\033[?2004l", b"\033[?1006;1000l"):
                self.assertIn(off, explorer.raw)
            seen = len(explorer.raw)
            explorer.send("\n")
            self.assertEqual(explorer.text(), before)
            self.assertEqual(explorer.copy(), chosen)
            for on in (b"\033[?1049h", b"\033[?2004h", b"\033[?1006;1000h"):
                self.assertIn(on, explorer.raw[seen:])
            explorer.write(b"Q")
            explorer.wait_for("ENDED 0")

    def test_the_size_changes_meanwhile(self):
        with Explorer(self.project, under=SHELL) as explorer:
            explorer.keys("5")
            explorer.write(b"\x1a")
            explorer.wait_for("STOPPED")
            explorer.set_size(36, 120)
            explorer.send("\n")
            self.assertEqual(explorer.broken(), "")
            self.assertIn("[5 Documents]", explorer.lines()[1])
            self.assertTrue(explorer.last_line().endswith("? help"))

    def test_inside_a_prompt_and_with_a_job(self):
        with Explorer(self.project, under=SHELL, timeout=60) as explorer:
            explorer.keys("7", "r")
            explorer.write(b"\r")  # a job is begun; the program is stopped while it runs or just after
            explorer.write(b"\x1a")
            explorer.wait_for("STOPPED")
            explorer.send("\n")
            explorer.keys("0")
            self.assertRegex(explorer.lines()[4], "score +✓ done")


class Gone(TerminalTest):
    def leave(self, *keys, under=(), size=(24, 80)):
        """Presses keys, and takes the terminal away; returns what the program ended with."""
        with Explorer(self.project, under=under, size=size, env={"HOME": self.folder}) as explorer:
            explorer.keys(*keys)
            explorer.hang_up()
            return explorer.wait_end()

    def test_it_ends_wherever_it_is(self):
        for under in ((), DEAF, APART):
            for keys in ((), (":",), ("?",), ("g",), ("7", "r"), ("5", "j", "p"), ("2", "r", "9"), ("/", "x")):
                with self.subTest(under=under, keys=keys):
                    self.assertIn(self.leave(*keys, under=under), (0, -signal.SIGHUP))
        self.assertIn(self.leave("j", size=(1, 1)), (0, -signal.SIGHUP))

    def test_what_was_entered_and_looked_at_stays(self):
        self.leave("4", "j", "j", ":", "set beta1 0.5", "Enter", "5", "j")
        self.assertIn("0.5", self.dove("config", self.project, "beta1"))
        self.assertIn("sound", self.dove("check", self.project))
        with Explorer(self.project, env={"HOME": self.folder}) as explorer:
            self.assertIn("[5 Documents]", explorer.lines()[1])

    def test_a_job_can_be_gone_on_with(self):
        with Explorer(self.project, timeout=60) as explorer:
            explorer.keys("7", "r", "Tab", "Tab", "Tab", "C-u")
            explorer.send("200000")
            explorer.write(b"\r")
            explorer.wait_for("scor")
            explorer.write(b"0")
            explorer.wait_for("running")
            explorer.hang_up()
            self.assertIn(explorer.wait_end(), (0, -signal.SIGHUP))
        with sqlite3.connect("file:%s?mode=ro" % self.project, uri=True) as base:
            kind, how = base.execute("SELECT kind, state FROM job ORDER BY id DESC LIMIT 1").fetchone()
        self.assertEqual(kind, "score")
        self.assertIn(how, ("cancelled", "interrupted", "running"))
        self.dove("check", self.project)
        with Explorer(self.project) as explorer:
            explorer.keys("0")
            self.assertRegex(explorer.lines()[4], "score +(■ stopped|! interrupted)")
            self.assertIn("R", explorer.last_line())
        self.assertEqual(json.loads(self.dove("info", self.project, "--json"))["documents"]["total"], 160)


class Idle(TerminalTest):
    def test_nothing_wakes_it(self):
        """While nobody types, no thread of it runs: counted, so that a slow machine makes no difference."""
        for keys in ((), ("0",), ("6",), (":", "x"), ("?",), ("7", "r")):
            with self.subTest(keys=keys), Explorer(self.project) as explorer:
                explorer.keys(*keys)
                before = wakeups(explorer.pid)
                time.sleep(1)
                self.assertLessEqual(wakeups(explorer.pid) - before, 2)
                self.assertEqual(state(explorer.pid), "S")


if __name__ == "__main__":
    unittest.main()
