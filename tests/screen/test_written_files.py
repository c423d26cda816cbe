"""Files that the explorer writes: nothing is lost by one."""

import os
import shutil
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from explorer import Explorer, sample_project  # noqa: E402


class Written(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.project = sample_project()

    def test_nothing_is_written_over_unasked(self):
        with tempfile.TemporaryDirectory() as folder, Explorer(self.project) as explorer:
            for command in ("export", "screenshot"):
                path = os.path.join(folder, command)
                with open(path, "w", encoding="utf-8") as file:
                    file.write("mine")
                explorer.type(":%s %s" % (command, path))
                self.assertIn("replace the file that is there: " + path, explorer.last_line())
                explorer.keys("n")
                with open(path, encoding="utf-8") as file:
                    self.assertEqual(file.read(), "mine")
                explorer.type(":%s %s" % (command, path))
                explorer.keys("y")
                with open(path, encoding="utf-8") as file:
                    self.assertNotEqual(file.read(), "mine")

    def test_the_project_is_never_written_over(self):
        with tempfile.TemporaryDirectory() as folder:
            project = shutil.copy(self.project, os.path.join(folder, "mine.dove"))
            with Explorer(project, size=(24, 160)) as explorer:
                for end in ("", "-shm", "-wal"):
                    with open(project + end, "rb") as file:
                        before = file.read()
                    for command in ("export", "screenshot"):
                        explorer.type(":%s %s" % (command, project + end))
                        explorer.keys("y")
                        self.assertIn("belongs to a project: write to another file", explorer.last_line())
                    with open(project + end, "rb") as file:
                        self.assertEqual(file.read(), before)


if __name__ == "__main__":
    unittest.main()
