"""What tests of the sample project share."""

import os
import shutil
import tempfile
import unittest

from explorer import sample_project


class SampleCase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.project = sample_project()

    def copy(self):
        """A copy of the project that the test may change."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        return shutil.copy(self.project, os.path.join(folder.name, "copy.dove"))
