"""The line that tells how far the work is: on a terminal, on standard error, and nowhere else."""

import os
import pty
import subprocess
import unittest

from harness import BINARY, TestCase, sample_files


class Progress(TestCase):
    def setUp(self):
        super().setUp()
        self.project = self.new_project()
        self.ok("import", self.project, *sample_files("documents"), *sample_files("expressions"))
        self.ok("embed", self.project)

    def on_terminal(self, *words):
        """Standard error is a terminal, standard output a pipe; what came to each."""
        ours, theirs = pty.openpty()
        process = subprocess.Popen([BINARY, *map(str, words)], stdout=subprocess.PIPE, stderr=theirs)
        os.close(theirs)
        shown = b""
        while True:
            try:
                block = os.read(ours, 4096)
            except OSError:  # the program has closed its end
                break
            if not block:
                break
            shown += block
        os.close(ours)
        out, _ = process.communicate()
        self.assertEqual(process.returncode, 0, shown)
        return out.decode(), shown.decode()

    def test_a_line_with_stage_and_share_that_is_cleared_at_the_end(self):
        out, shown = self.on_terminal("build", self.project, "--iterations", "3", "--json")
        self.assertTrue(out.startswith("{"))
        self.assertIn("%", shown)
        self.assertRegex(shown, r"coding|distortion|neighbours|layout")
        self.assertNotIn("\n", shown)
        self.assertEqual(shown.split("\r")[-1], "")
        self.assertEqual(shown.split("\r")[-2].strip(), "")

    def test_quiet(self):
        _, shown = self.on_terminal("build", self.project, "--iterations", "1", "--quiet")
        self.assertEqual(shown, "")

    def test_nothing_without_a_terminal(self):
        self.assertEqual(self.ok("build", self.project, "--iterations", "1").err, "")


if __name__ == "__main__":
    unittest.main()
