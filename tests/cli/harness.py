"""Runs the program as a user does, and looks at what comes out."""

import json
import os
import pathlib
import resource
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BINARY = os.environ.get("DOVE_BINARY", str(ROOT / "build" / "dove"))
SLOW = float(os.environ.get("DOVE_TEST_SLOW", "1"))
SAMPLE = ROOT / "sample-data"

# Exit codes of the command line.
DONE, FAILED, USAGE, INPUT, NETWORK, PROJECT, INTERRUPTED = 0, 1, 2, 3, 4, 5, 130


class Run:
    """One finished call."""

    def __init__(self, arguments, process):
        self.arguments = arguments
        self.code = process.returncode
        self.raw = process.stdout
        self.out = process.stdout.decode(errors="replace")
        self.err = process.stderr.decode(errors="replace")

    def json(self):
        """Standard output, which must be one JSON value and nothing else."""
        return json.loads(self.out, parse_constant=lambda word: (_ for _ in ()).throw(ValueError(word)))


def dove(*arguments, stdin=b"", environment=None, limit=None, cwd=None):
    """Calls the program; `limit` is the largest file in bytes that it may write."""

    def prepare():
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    process = subprocess.run(
        [BINARY, *map(str, arguments)],
        input=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, **(environment or {})},
        preexec_fn=prepare,
        cwd=cwd,
        timeout=100 * SLOW,
        check=False,
    )
    return Run(arguments, process)


def start(*arguments):
    """Starts the program and does not wait for it."""
    return subprocess.Popen(
        [BINARY, *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


class TestCase(unittest.TestCase):
    """A test with a folder of its own."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="dove-test-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def path(self, name):
        return self.folder / name

    def write(self, name, content):
        path = self.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def write_lines(self, name, rows):
        """A JSON lines file."""
        return self.write(name, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))

    def ok(self, *arguments, **keywords):
        run = dove(*arguments, **keywords)
        self.assertEqual(run.code, DONE, f"dove {' '.join(map(str, arguments))}\n{run.out[-2000:]}\n{run.err[-2000:]}")
        return run

    def fails(self, code, *arguments, says=(), **keywords):
        """The call ends with `code`, says each of `says`, and its error is one clean line."""
        run = dove(*arguments, **keywords)
        told = f"dove {' '.join(map(str, arguments))}\n{run.out[-2000:]}\n{run.err[-2000:]}"
        self.assertEqual(run.code, code, told)
        self.assertTrue(run.err.startswith("dove: "), told)
        for word in [says] if isinstance(says, str) else says:
            self.assertIn(word, run.err, told)
        for character in run.err:
            self.assertTrue(character == "\n" or character >= " ", f"a control character in {run.err!r}")
        return run

    def new_project(self, name="test.dove", **settings):
        path = self.path(name)
        pairs = [word for key, value in settings.items() for word in ("--set", f"{key}={value}")]
        self.ok("new", path, *pairs)
        return path

    def counts(self, project):
        info = self.ok("info", project, "--json").json()
        return info["documents"]["total"], info["expressions"]

    def assert_sound(self, project):
        report = self.ok("check", project, "--json").json()
        self.assertTrue(report["sound"], report)


def sample_files(kind):
    """The files of the sample data, in the order of their names."""
    return sorted((SAMPLE / kind).glob("*.jsonl"))


def read_lines(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


_sample_folder = None


def sample_project():
    """A finished sample project, made once for the file of tests; not to be changed: copy it with copy_sample()."""
    global _sample_folder
    if _sample_folder is None:
        _sample_folder = tempfile.TemporaryDirectory(prefix="dove-sample-")
        run = dove("demo", "--dir", _sample_folder.name, "--no-ui")
        if run.code != DONE:
            raise AssertionError(f"dove demo ended with {run.code}: {run.err}")
    return pathlib.Path(_sample_folder.name) / "sample.dove"


def copy_sample(path):
    shutil.copyfile(sample_project(), path)
    return path


def document(number=1, **changes):
    """A document that may be imported."""
    row = {
        "id": f"d{number}",
        "culture": "US",
        "source": "human",
        "topic": "honesty",
        "lang": "en",
        "text": f"We should always keep our word, number {number}. People must be honest with each other.",
    }
    row.update(changes)
    return {key: value for key, value in row.items() if value is not None}


def expression(number=1, **changes):
    row = {
        "document_id": f"d{number}",
        "code_name": "honesty",
        "description": "The author values honesty between people.",
        "evidence": "People must be honest with each other",
    }
    row.update(changes)
    return {key: value for key, value in row.items() if value is not None}
