"""Short walks with random keys; the long one is `make check-keys`."""

import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from cjk_project import cjk_project  # noqa: E402
from explorer import sample_project  # noqa: E402
from random_keys import names_of_commands, run_walk  # noqa: E402


class RandomKeys(unittest.TestCase):
    def test_sample(self):
        run_walk(0, sample_project(), 1500, names_of_commands())

    def test_cjk(self):
        run_walk(1, cjk_project(), 1500, names_of_commands())


if __name__ == "__main__":
    unittest.main()
