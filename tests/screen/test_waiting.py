"""Another program holds the project for writing: the screen answers, and what was entered is kept when it lets go."""

import contextlib
import os
import signal
import sqlite3
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from explorer import Explorer, sample_project  # noqa: E402
from test_annotate import Project  # noqa: E402

WAITS = "waits to be saved"


class WaitingTest(unittest.TestCase):
    @contextlib.contextmanager
    def judging(self, size=(24, 80)):
        with Project(sample_project()) as project:
            project.start("--rule", "sample:2", "--name", "one")
            with Explorer(project.path, size=size, env={"DOVE_NAME": "Ann"}) as explorer:
                explorer.keys("8", "Enter")
                explorer.keys("s", "u")  # the annotator is known by now
                yield project, explorer

    @contextlib.contextmanager
    def held(self, project):
        """This process is the one that writes."""
        holder = sqlite3.connect(project.path, isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            holder.rollback()
            holder.close()

    def answers(self, project):
        return [answer for _, _, answer, _ in project.judgments() if answer not in ("skip", "withdrawn")]

    def saved(self, explorer):
        """Until nothing waits any more."""
        explorer.resize(explorer.rows + 1, explorer.columns)  # draws all, whatever was drawn before
        for _ in range(200):
            if WAITS not in explorer.text():
                return
            explorer.is_idle_within(1)
        raise AssertionError("it waits still:\n" + explorer.text())


class Judging(WaitingTest):
    def test_judgments_wait_in_their_order(self):
        with self.judging() as (project, explorer):
            with self.held(project):
                explorer.keys("y")
                self.assertIn(WAITS + " (Esc gives up)", explorer.last_line())
                self.assertIn("item 1 of", explorer.text())
                explorer.keys("n", "f")
                self.assertIn(WAITS + ", 2 keys after it", explorer.last_line())
                explorer.resize(50, 200)
                self.assertIn("locked by process %d" % os.getpid(), explorer.text())
                self.assertEqual(self.answers(project), [])
            self.saved(explorer)
            self.assertIn("item 4 of", explorer.text())
            self.assertEqual(self.answers(project), ["yes", "no", "flag"])
            explorer.keys("u")
            self.assertIn("item 3 of", explorer.text())

    def test_given_up_it_can_be_made_again(self):
        with self.judging() as (project, explorer):
            with self.held(project):
                explorer.keys("y", "n", "Esc")
                self.assertNotIn(WAITS, explorer.text())
                self.assertIn("not done (nor were the 1 keys after it)", explorer.last_line())
                explorer.keys("8", "1")  # the rest of the screen goes on
                self.assertIn("[1 Overview]", explorer.text())
                explorer.keys("8")
            self.assertIn("item 1 of", explorer.text())
            explorer.keys("n")
            self.assertIn("item 2 of", explorer.text())
            self.assertEqual(self.answers(project), ["no"])

    def test_a_note_stays_in_its_prompt(self):
        with self.judging() as (project, explorer):
            explorer.keys("i")
            with self.held(project):
                explorer.type("hardly: 거의 아님")
                self.assertIn(WAITS, explorer.last_line())
                explorer.keys("Esc")
                self.assertIn("hardly: 거의 아님", explorer.last_line())
                self.assertIn("not saved", explorer.last_line())
                explorer.keys("Enter")
                self.assertIn(WAITS, explorer.last_line())
            self.saved(explorer)
            self.assertEqual([note for *_, note in project.judgments() if note], ["hardly: 거의 아님"])

    def test_a_code_keeps_its_place_in_the_text(self):
        with self.judging() as (project, explorer):
            explorer.keys("m", "w", "Enter", "w", "Enter")
            self.assertIn(", at ", explorer.last_line())
            with self.held(project):
                explorer.type("thrift")
                self.assertIn(WAITS, explorer.last_line())
            self.saved(explorer)
            (_, name, start, end, withdrawn), = project.added()
            self.assertEqual((name, withdrawn), ("thrift", 0))
            self.assertGreater(end, start)
            self.assertGreaterEqual(start, 0)

    def test_it_is_tried_a_last_time_at_the_end(self):
        with self.judging() as (project, explorer):
            with self.held(project):
                explorer.keys("y")
                self.assertIn(WAITS, explorer.last_line())
                os.kill(explorer.pid, signal.SIGSTOP)
            os.kill(explorer.pid, signal.SIGTERM)
            os.kill(explorer.pid, signal.SIGCONT)
            self.assertEqual(explorer.wait_end(), 0)
            self.assertEqual(self.answers(project), ["yes"])


class Elsewhere(WaitingTest):
    def test_a_round_begins_under_a_new_name(self):
        with Project(sample_project()) as project:
            project.start("--rule", "sample:2", "--name", "one")
            with Explorer(project.path) as explorer:
                explorer.keys("8", "Enter")
                with self.held(project):
                    explorer.type("Bo")
                    self.assertIn(WAITS, explorer.last_line())
                self.saved(explorer)
                self.assertIn("item 1 of", explorer.text())
            self.assertEqual(project.rows("SELECT name FROM annotator"), [("Bo",)])

    def test_settings_reviews_and_what_takes_them_back(self):
        with Project(sample_project()) as project:
            with Explorer(project.path, env={"DOVE_NAME": "Ann"}) as explorer:
                with self.held(project):
                    explorer.type(":set seed 4711")
                    self.assertIn(WAITS, explorer.last_line())
                self.saved(explorer)
                self.assertEqual(project.rows("SELECT value FROM setting WHERE key = 'seed'"), [("4711",)])
                explorer.keys("3", "j")
                with self.held(project):
                    explorer.keys("a")
                    self.assertIn(WAITS, explorer.last_line())
                self.saved(explorer)
                reviews = "SELECT kind, author FROM reviewer_override WHERE withdrawn IS NULL OR withdrawn = 0"
                self.assertEqual(project.rows(reviews), [("agree", "Ann")])
                with self.held(project):
                    explorer.keys("u")
                    self.assertIn(WAITS, explorer.last_line())
                self.saved(explorer)
                self.assertEqual(project.rows(reviews), [])

    def test_a_project_that_is_held_opens(self):
        with Project(sample_project()) as project:
            with self.held(project), Explorer(project.path) as explorer:
                self.assertIn("value expressions", explorer.text())
                explorer.keys("5", "j", "4", "j")
                self.assertIn("[4 Codes]", explorer.text())


if __name__ == "__main__":
    unittest.main()
