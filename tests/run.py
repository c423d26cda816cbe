#!/usr/bin/python3
"""Runs the tests and counts them: unit and golden (cmocka programs), cli and screen (unittest files).

Files run side by side, each in a process of its own. A test that is skipped counts as failed: what cannot run here
proves nothing. The last line is `N passed, N failed`; the exit code is 1 when one failed or nothing ran.
"""

import argparse
import concurrent.futures
import dataclasses
import io
import json
import os
import pathlib
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import time
import traceback
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
C_KINDS = ("unit", "golden")
PYTHON_KINDS = ("cli", "screen")
TEST_SECONDS = 120  # one test
FILE_SECONDS = 600  # one file
RESULT_MARK = "@@dove-test-result "


@dataclasses.dataclass
class Outcome:
    name: str
    passed: int
    failed: int
    seconds: float
    report: str  # of what failed, "" otherwise


# ---- Running a process ----


def run_process(command, environment, seconds):
    """Output, exit code, and whether the time ran out; its whole process group is ended then."""
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        output, _ = process.communicate(timeout=seconds)
        return output.decode(errors="replace"), process.returncode, False
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        output, _ = process.communicate()
        return output.decode(errors="replace"), process.returncode, True


# ---- cmocka programs ----


def run_c(path, options):
    started = time.monotonic()
    command = [*shlex.split(options.under), str(path)]
    output, code, late = run_process(command, options.environment, FILE_SECONDS * options.slow)
    passed = len(re.findall(r"^\[ +OK +\]", output, re.M))
    failed = len(set(re.findall(r"^\[ +(?:FAILED|ERROR|SKIPPED) +\] ([^\s,:;]+)(?: *)$", output, re.M)) - {""})
    problem = ""
    if late:
        problem = f"it took more than {FILE_SECONDS * options.slow:.0f} s"
    elif code < 0:
        problem = f"it died of {signal.Signals(-code).name}"
    elif code != 0 and failed == 0:
        problem = f"it ended with code {code}"
    elif passed + failed == 0:
        problem = "it ran no test"
    if problem:
        failed += 1
        output += f"\n{path.name}: {problem}\n"
    return Outcome(f"{path.parent.name}/{path.name}", passed, failed, time.monotonic() - started, output if failed else "")


# ---- unittest files ----


def run_python(path, options):
    started = time.monotonic()
    command = [sys.executable, "-B", str(pathlib.Path(__file__).resolve()), "--one", str(path)]
    if options.k:
        command += ["-k", options.k]
    output, code, late = run_process(command, options.environment, FILE_SECONDS * options.slow)
    passed = failed = 0
    told = False
    lines = []
    for line in output.splitlines():
        if line.startswith(RESULT_MARK):
            result = json.loads(line[len(RESULT_MARK) :])
            passed, failed, told = result["passed"], result["failed"], True
        else:
            lines.append(line)
    if late:
        lines.append(f"{path.name}: it took more than {FILE_SECONDS * options.slow:.0f} s")
        failed += 1
    elif not told or (code != 0 and failed == 0):
        lines.append(f"{path.name}: it ended with code {code} and without a result")
        failed += 1
    elif passed + failed == 0 and not options.k:
        lines.append(f"{path.name}: it ran no test")
        failed += 1
    name = f"{path.parent.name}/{path.name}"
    return Outcome(name, passed, failed, time.monotonic() - started, "\n".join(lines) if failed else "")


class TimedResult(unittest.TextTestResult):
    """Counts, and ends a test that takes too long."""

    def __init__(self, *arguments, **keywords):
        super().__init__(*arguments, **keywords)
        self.passed = 0
        self.seconds = TEST_SECONDS * float(os.environ.get("DOVE_TEST_SLOW", "1"))

    def startTest(self, test):
        super().startTest(test)
        signal.setitimer(signal.ITIMER_REAL, self.seconds)

    def stopTest(self, test):
        signal.setitimer(signal.ITIMER_REAL, 0)
        super().stopTest(test)

    def addSuccess(self, test):
        super().addSuccess(test)
        self.passed += 1


def on_alarm(_number, _frame):
    raise TimeoutError("the test took too long")


def run_one(path, pattern):
    """The child's part: runs one unittest file and says the counts on a line of its own."""
    signal.signal(signal.SIGALRM, on_alarm)
    path = pathlib.Path(path)
    sys.path.insert(0, str(path.parent))
    loader = unittest.TestLoader()
    if pattern:
        loader.testNamePatterns = [pattern if "*" in pattern else f"*{pattern}*"]
    stream = io.StringIO()
    try:
        suite = loader.loadTestsFromName(path.stem)
        result = unittest.TextTestRunner(stream=stream, resultclass=TimedResult, buffer=True).run(suite)
    except Exception:  # the file itself is broken
        traceback.print_exc()
        print(RESULT_MARK + json.dumps({"passed": 0, "failed": 1}))
        return 1
    failed = len(result.failures) + len(result.errors) + len(result.unexpectedSuccesses) + len(result.skipped)
    for test, reason in result.skipped:
        stream.write(f"SKIPPED {test}: {reason}\n")
    if failed:
        print(stream.getvalue())
    print(RESULT_MARK + json.dumps({"passed": result.passed, "failed": failed}))
    return 1 if failed else 0


# ---- All of them ----


def discover(options):
    tasks = []
    for kind in options.only:
        if kind in C_KINDS:
            sources = sorted((ROOT / "tests" / kind).glob("test_*.c"))
            for source in sources:
                if options.k and options.k not in source.stem:
                    continue
                tasks.append((run_c, options.build / "tests" / kind / source.stem))
        else:
            tasks += [(run_python, path) for path in sorted((ROOT / "tests" / kind).glob("test_*.py"))]
    return tasks


def run_task(task, options):
    runner, path = task
    if not path.exists():
        return Outcome(f"{path.parent.name}/{path.name}", 0, 1, 0.0, f"{path} was not built; run `make tests`")
    try:
        return runner(path, options)
    except OSError as problem:
        return Outcome(f"{path.parent.name}/{path.name}", 0, 1, 0.0, f"{path} cannot be run: {problem}")


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=pathlib.Path, default=pathlib.Path("build"), help="the build folder")
    parser.add_argument("--only", default=",".join(C_KINDS + PYTHON_KINDS), help="kinds, separated by commas")
    parser.add_argument("--under", default="", help="a command to run unit and golden tests under (valgrind …)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="files at once")
    parser.add_argument("--slow", type=float, default=1.0, help="all times allowed, times this (sanitizers)")
    parser.add_argument("--kills", type=int, default=3, help="how often tests/cli/test_kills.py kills each kind of work")
    parser.add_argument("-k", default="", help="only tests with this in their name (C programs: in the file's name)")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.only = options.only.split(",")
    for kind in options.only:
        if kind not in C_KINDS + PYTHON_KINDS:
            parser.error(f"there is no kind '{kind}'")
    return options


def make_environment(options, home):
    environment = dict(os.environ)
    for name in list(environment):
        if name.startswith("DOVE_"):
            del environment[name]
    environment["DOVE_BINARY"] = str(options.build / "dove")
    environment["DOVE_TEST_SLOW"] = str(options.slow)
    environment["DOVE_TEST_KILLS"] = str(options.kills)
    environment["XDG_CONFIG_HOME"] = home  # no settings of whoever runs the tests
    if ROOT not in options.build.parents:  # the program finds its files from a build folder in the tree only
        environment["DOVE_SHARE"] = str(ROOT)
    environment["PYTHONPATH"] = str(ROOT / "tests")
    return environment


def main():
    options = parse_arguments()
    if options.one:
        return run_one(options.one, options.k)
    options.build = (ROOT / options.build).resolve()
    passed = failed = 0
    with tempfile.TemporaryDirectory() as home:
        options.environment = make_environment(options, home)
        tasks = discover(options)
        with concurrent.futures.ThreadPoolExecutor(max(1, options.jobs)) as pool:
            futures = [pool.submit(run_task, task, options) for task in tasks]
            for future in concurrent.futures.as_completed(futures):
                outcome = future.result()
                passed += outcome.passed
                failed += outcome.failed
                if outcome.passed + outcome.failed == 0:
                    continue  # -k left nothing of it
                counts = f"{outcome.passed} passed" + (f", {outcome.failed} FAILED" if outcome.failed else "")
                print(f"{outcome.name:<44} {counts}  {outcome.seconds:.1f} s", flush=True)
                if outcome.report:
                    print(outcome.report, flush=True)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or passed == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
