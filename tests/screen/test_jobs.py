"""The Jobs pane; what it shows is held against the project's file as Python reads it."""

import os
import socket
import sqlite3
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from cjk_project import cjk_project, empty_project  # noqa: E402
from explorer import Explorer  # noqa: E402
from sample_case import SampleCase  # noqa: E402


def process_start(pid):
    """Field 22 of /proc/PID/stat; the name, field 2, is in brackets."""
    with open("/proc/%d/stat" % pid) as file:
        return int(file.read().rpartition(")")[2].split()[19])


class History(SampleCase):
    def test_all_jobs_newest_first(self):
        base = sqlite3.connect("file:%s?mode=ro" % self.project, uri=True)
        jobs = base.execute("SELECT id, kind, message FROM job ORDER BY id DESC").fetchall()
        self.assertGreaterEqual(len(jobs), 4)
        with Explorer(self.project, size=(50, 200)) as explorer:
            explorer.keys("0")
            lines = explorer.lines()
            for at, (job, kind, message) in enumerate(jobs):
                self.assertRegex(lines[4 + at], r"│ +%d %s +✓ done +%s" % (job, kind, message[:30]))

    def test_log(self):
        base = sqlite3.connect("file:%s?mode=ro" % self.project, uri=True)
        job, = base.execute("SELECT id FROM job WHERE kind = 'build'").fetchone()
        texts = [text for (text,) in base.execute("SELECT text FROM job_log WHERE job_id = ? ORDER BY id", (job,))]
        self.assertGreater(len(texts), 5)  # stages of the build
        with Explorer(self.project, size=(60, 120)) as explorer:
            explorer.keys("0", "j", "Enter", "+")
            self.assertIn("job %d · build" % job, explorer.text())
            shown = explorer.text()
            for text in texts[:20]:
                self.assertRegex(shown, r" s %s" % text[:40])
            explorer.keys("q")
            self.assertIn("job kind", explorer.text())

    def test_key_and_menu(self):
        with Explorer(self.project) as explorer:
            explorer.keys("g")
            self.assertIn("what runs and what ran", explorer.text())
            explorer.keys("j")
            self.assertIn("[0 Jobs]", explorer.lines()[1])


class States(SampleCase):
    def test_interrupted_is_gone_on_with(self):
        project = self.copy()
        base = sqlite3.connect(project)
        base.execute("INSERT INTO job (kind, arguments, state, stage, created, started, heartbeat, host, pid,"
                     " process_start) VALUES ('embed', '{\"again\":false}', 'running', 'embedding', 1, 1, 1, ?, ?, 1)",
                     (socket.gethostname(), os.getpid()))  # a process of this number, but of another time
        base.commit()
        last, = base.execute("SELECT max(id) FROM job").fetchone()
        with Explorer(project) as explorer:
            explorer.keys("0")
            self.assertIn("! interrupted", explorer.lines()[4])
            self.assertIn("R goes on with it", explorer.text())
            explorer.keys("C-x")
            self.assertIn("no job is running", explorer.last_line())
            os.write(explorer.master, b"R")
            explorer.wait_for("%d embed     ✓ done" % (last + 1))
        states = base.execute("SELECT state FROM job WHERE kind = 'embed' ORDER BY id").fetchall()
        self.assertEqual(states[-2:], [("interrupted",), ("done",)])

    def test_running_in_another_program(self):
        project = self.copy()
        base = sqlite3.connect(project)
        base.execute("INSERT INTO job (kind, arguments, state, stage, done, total, created, started, heartbeat, host,"
                     " pid, process_start) VALUES ('build', '{}', 'running', 'neighbours', 1, 4, 1, 1, 1, ?, ?, ?)",
                     (socket.gethostname(), os.getpid(), process_start(os.getpid())))
        base.commit()
        with Explorer(project) as explorer:
            explorer.keys("0")
            self.assertRegex(explorer.lines()[4], r"build +▸ elsewhere +25 % ██ +neighbours")
            self.assertIn("another program runs it", explorer.text())
            explorer.keys("R")
            self.assertIn("not over yet", explorer.last_line())
        self.assertEqual(base.execute("SELECT state FROM job ORDER BY id DESC LIMIT 1").fetchone(), ("running",))

    def test_wait_cancel_retry(self):
        project = self.copy()
        with Explorer(project, timeout=120) as explorer:
            explorer.keys("7", "r", "Tab", "Tab", "Tab", "C-u")
            explorer.send("200000")
            os.write(explorer.master, b"\r")
            os.write(explorer.master, b"r\r")  # a second one, which waits
            os.write(explorer.master, b"0")
            explorer.wait_for("○ waiting")
            explorer.wait_for("▸ running")
            os.write(explorer.master, b"gg\x18")
            explorer.wait_for("■ stopped")  # the waiting one
            os.write(explorer.master, b"j\x18")
            explorer.wait_idle()
            self.assertEqual(explorer.text().count("■ stopped"), 2)
            self.assertNotIn("▸ running", explorer.text())
        base = sqlite3.connect(project)
        states = [state for (state,) in base.execute("SELECT state FROM job WHERE kind = 'score' ORDER BY id")]
        self.assertEqual(states, ["done", "cancelled"])  # what never began is not recorded


    def test_stop_from_another_pane(self):
        project = self.copy()
        with Explorer(project, timeout=120) as explorer:
            explorer.keys("7", "r", "Tab", "Tab", "Tab", "C-u")
            explorer.send("200000")
            explorer.write(b"\r")
            explorer.wait_for("C-x stops it")  # it runs
            explorer.write(b"4")
            explorer.wait_for("[4 Codes]")
            explorer.write(b"\x18")
            explorer.wait_idle()
            self.assertIn("[4 Codes]", explorer.text())
            explorer.keys("0")
            self.assertRegex(explorer.lines()[4], "score +■ stopped")
        base = sqlite3.connect(project)
        state, = base.execute("SELECT state FROM job ORDER BY id DESC LIMIT 1").fetchone()
        self.assertEqual(state, "cancelled")


class Odd(SampleCase):
    def test_empty_project(self):
        with tempfile.TemporaryDirectory() as folder:
            with Explorer(empty_project(folder)) as explorer:
                explorer.keys("0", "j", "Enter", "Tab", "R", "y", "e", "Esc")
                self.assertIn("Nothing has run yet", explorer.text())

    def test_cjk_message(self):
        project = self.copy()
        base = sqlite3.connect(project)
        base.execute("INSERT INTO job (kind, arguments, state, message, created, started, ended)"
                     " VALUES ('import', '{}', 'failed', '「日本語.jsonl」의 7행: 값이 없습니다', 1, 1, 2)")
        base.commit()
        for size in ((24, 80), (50, 200)):
            with self.subTest(size=size), Explorer(project, size=size) as explorer:
                explorer.keys("0")
                self.assertIn("✗ failed", explorer.lines()[4])
                self.assertIn("日本語", explorer.text().replace(" ", ""))
                self.assertTrue(explorer.lines()[4].endswith("│"), explorer.lines()[4])

    def test_cjk_project(self):
        with Explorer(cjk_project()) as explorer:
            explorer.keys("0")
            self.assertIn("✓ done", explorer.text())

    def test_state_is_kept(self):
        with Explorer(self.project) as explorer:
            explorer.keys("0", "j", "j")
            before = explorer.text()
            explorer.keys("1", "0")
            self.assertEqual(explorer.text(), before)

    def test_sizes(self):
        for size in ((10, 40), (5, 20), (1, 1), (36, 120)):
            with self.subTest(size=size), Explorer(self.project, size=size) as explorer:
                explorer.keys("0", "j", "Enter", "Tab", "+", "Tab", "G", "k", "q")
                explorer.resize(24, 80)
                self.assertIn("[0 Jobs]", explorer.lines()[1])


if __name__ == "__main__":
    unittest.main()
