"""A walk with random keys, sizes and clicks: the program must neither die nor hang, and the project stays whole.

The seed is fixed. DOVE_RANDOM_KEYS sets the number of keys (a long walk belongs under a sanitizer)."""

import os
import random
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from explorer import PROGRAM, ROOT, Explorer, sample_project  # noqa: E402

KEYS = int(os.environ.get("DOVE_RANDOM_KEYS", "3000"))
BATCH = 25

# Every key that does something, and bytes that should do nothing. No Q: the walk would end.
PIECES = (
    [bytes([c]) for c in range(1, 27) if c not in (26,)]  # C-a … C-y
    + [bytes([c]) for c in range(32, 127) if c != ord("Q")]
    + [b"\r", b"\t", b"\x7f", b"\033[Z", b"\033OA", b"\033OB", b"\033OC", b"\033OD", b"\033[5~", b"\033[6~",
       b"\033OH", b"\033OF", b"\033OP", b"\033b", b"\033f", b"\033[3~"]
    + ["한".encode(), "é".encode(), "\u0301".encode(), "😀".encode(), "\u202e".encode(), b"\xff", b"\xc3"]
    + [b"\033[<0;%d;%dM" % (x, y) for x in (1, 20, 79) for y in (1, 2, 10, 24)]
    + [b"\033[<65;10;10M", b"\033[<64;10;10M", b"\033[200~paste\nd\033[201~"]
    + [b"j", b"k", b"\r", b"q", b"1", b"2", b"3", b"4", b"5", b"6", b"7", b"0", b"[", b"]", b"s", b"S", b"g"] * 6
)
SIZES = [(24, 80), (36, 120), (10, 40), (50, 200), (2, 5), (1, 1)]


class RandomKeys(unittest.TestCase):
    def walk(self, project, folder, chooser):
        with Explorer(project, folder=folder, timeout=60) as explorer:
            left = KEYS
            while left > 0:
                batch = min(BATCH, left)
                left -= batch
                if chooser.random() < 0.05:
                    explorer.resize(*chooser.choice(SIZES))
                # A command that leaves must not come together: ":quit" cannot be typed without its u.
                data = b"".join(chooser.choice(PIECES) for _ in range(batch)).replace(b":q", b":w")
                explorer.send(data)
                explorer.send(b"\003")  # out of any prompt, so that no name of a file grows for ever
            explorer.resize(24, 80)
            for _ in range(20):
                explorer.keys("Esc")
            self.assertIn("DOVE", explorer.lines()[0])
            explorer.keys("Q")
            self.assertEqual(explorer.wait_end(), 0)

    def test_walk(self):
        with tempfile.TemporaryDirectory(prefix="dove-walk-") as folder:
            project = shutil.copy(sample_project(), os.path.join(folder, "walk.dove"))
            self.walk(project, folder, random.Random(20261123))
            environment = dict(os.environ, DOVE_SHARE=ROOT)
            check = subprocess.run([PROGRAM, "check", project], env=environment, capture_output=True, check=False)
            self.assertEqual(check.returncode, 0, check.stdout + check.stderr)


if __name__ == "__main__":
    unittest.main()
