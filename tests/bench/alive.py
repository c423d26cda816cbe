"""Whether the screen stays alive while a model is asked: python3 tests/bench/alive.py --build build [--runs N]

A project of 10,000 documents, a server that answers in 50 ms, 64 requests at once. The extraction is started from within
the explorer, and keys are pressed in several panes as long as it runs: from a key to its repaint, beside the same keys
on the same project before. The program itself says when it has handed a repaint to the terminal (DOVE_TEST_REPAINT), so
that the time until this script is woken does not count; but the processors are shared with it and with the server.
--project FILE adds the documents to a project that holds something already."""

import argparse
import json
import os
import select
import shutil
import sqlite3
import struct
import subprocess
import sys
import tempfile
import time

parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
parser.add_argument("--build", default="build")
parser.add_argument("--project")
parser.add_argument("--runs", type=int, default=3)
parser.add_argument("--documents", type=int, default=10000)
parser.add_argument("--pause", type=float, default=30, help="milliseconds between a repaint and the next key")
parser.add_argument("--rows", type=int, default=50)
parser.add_argument("--columns", type=int, default=200)
parser.add_argument("--slowest", type=int, default=0, help="list so many of the slowest keys")
options = parser.parse_args()
os.environ["DOVE_BINARY"] = os.path.abspath(os.path.join(options.build, "dove"))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "screen"))
from explorer import NAMED, PROGRAM, ROOT, Explorer  # noqa: E402 - reads DOVE_BINARY when it loads

AT_ONCE, DELAY_MS, TOPICS = 64, 50, 100
WALK = [
    ("documents", "5 j j j k PgDn PgDn j j G g g j Enter } } . , j j C-d q j j s s S j".split()),
    ("jobs", "0 j k Tab j k Tab j k".split()),
    ("overview", "1 j j k Tab j Tab PgDn PgUp".split()),
    ("iterations", "2 j k Tab j s s Tab [ ]".split()),
    ("search", ["5", "/", *"town 7", "Enter", *"n n n N j k".split(), "Tab", "/", *"d09", "Enter", *"n n n N j".split(),
                "\\", *"day", "Enter", "j", "j", "k", "\\", *["Backspace"] * 3, "Enter", "Tab"]),
    ("codes, decisions, scores", "4 j j k 3 j j k 7 j k A j 8 j".split()),
]


class Keys(Explorer):
    """Notes from the writing of a key to its repaint; what the program sends is thrown away unread."""

    def __init__(self, project):
        self.repaints, end = os.pipe()
        os.set_inheritable(end, True)
        self.times, self.before = [], ""
        super().__init__(project, size=(options.rows, options.columns), env={"DOVE_TEST_REPAINT": str(end)}, timeout=60)
        os.close(end)
        self.stream.feed = lambda data: None
        self.poll = select.poll()
        self.poll.register(self.repaints, select.POLLIN)
        self.poll.register(self.master, select.POLLIN)

    def __exit__(self, *arguments):
        super().__exit__(*arguments)
        os.close(self.repaints)

    def _take(self, milliseconds):
        """When the last repaint was, if there was one; reads along what the terminal gets."""
        for descriptor, _ in self.poll.poll(milliseconds):
            data = os.read(descriptor, 65536)
            if descriptor == self.repaints:
                return struct.unpack("d", data[-8:])[0]
        return None

    def _computed(self):
        """Milliseconds that the program's first thread has computed so far."""
        with open(f"/proc/{self.pid}/schedstat", encoding="ascii") as line:
            return int(line.read().split()[0]) / 1e6

    def press(self, group, name):
        data = NAMED.get(name) or (chr(ord(name[2]) & 31) if name.startswith("C-") else name)
        computed, begin = self._computed(), time.monotonic()
        os.write(self.master, data.encode())
        painted = 0
        while painted < begin:  # one of before may not have been read yet
            painted = self._take(60000) or 0
        elapsed = (painted - begin) * 1000
        self.times.append((elapsed, group, f"{self.before} → {name}", self._computed() - computed))
        self.before = name
        end = painted + options.pause / 1000
        while (left := end - time.monotonic()) > 0:
            self._take(left * 1000)

    def walk(self, goes_on):
        while True:
            for group, keys in WALK:
                for key in keys:
                    if not goes_on():
                        return
                    self.press(group, key)


def dove(*words):
    subprocess.run([PROGRAM, *words], check=True, stdout=subprocess.DEVNULL, env=dict(os.environ, DOVE_SHARE=ROOT))


def make_project(path, port):
    """About 1,200 bytes a document, like a comment under an article."""
    rest = " What was said there is worth a look." * 32
    rows = path + ".jsonl"
    with open(rows, "w", encoding="utf-8") as file:
        for i in range(options.documents):
            text = f"Document {i}. Our streets must be safe for everybody.{rest}"
            file.write(json.dumps({"id": f"d{i:05d}", "culture": ("US", "KR")[i // TOPICS % 2], "lang": "en",
                                   "source": ("human", "a model", "another model")[i // TOPICS % 3],
                                   "topic": f"the streets of town {i % TOPICS}", "text": text}) + "\n")
    if options.project:
        shutil.copy(options.project, path)
    else:
        dove("new", "--quiet", path)
    for key, value in (("url", f"http://127.0.0.1:{port}/v1"), ("model", "bench"), ("concurrency", str(AT_ONCE))):
        dove("config", path, f"recognizer.{key}", value)
    dove("import", "--quiet", path, rows)


def quantile(values, share):
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def tell(name, times):
    taken = [entry[0] for entry in times]
    computed = [entry[3] for entry in times]
    print(f"  {name:26s} {len(taken):4d} keys: p50 {quantile(taken, 0.5):6.2f} ms, p95 {quantile(taken, 0.95):6.2f} ms, "
          f"p99 {quantile(taken, 0.99):6.2f} ms, longest {max(taken):6.2f} ms; of it computing: "
          f"p95 {quantile(computed, 0.95):6.2f} ms, p99 {quantile(computed, 0.99):6.2f} ms", flush=True)


def idle_keys(project):
    with Keys(project) as keys:
        left = 2 * sum(len(part) for _, part in WALK)

        def goes_on():
            nonlocal left
            left -= 1
            return left >= 0

        keys.walk(goes_on)
        return keys.times


def busy_keys(project):
    """The keys while the extraction runs, and its requests a second."""
    with Keys(project) as keys:
        keys.keys("1", "x")  # and waits until it is counted what would be sent
        keys.press("start", "Enter")
        keys.times.clear()
        time.sleep(0.2)
        keys._idle_bytes()  # of before it began
        keys.walk(lambda: keys._idle_bytes() is None)
        times = keys.times
    base = sqlite3.connect(project)
    state, started, ended = base.execute("SELECT state, started, ended FROM job WHERE kind = 'extract'").fetchone()
    answered, = base.execute("SELECT count(*) FROM request_cache WHERE status = 'answered'").fetchone()
    base.close()
    if state != "done" or answered != options.documents:
        sys.exit(f"alive: the extraction is {state}, {answered} of {options.documents} requests were answered")
    return times, answered / (ended - started) * 1000


def main():
    server = subprocess.Popen([f"{options.build}/bench/bench_endpoint", "--serve", str(DELAY_MS)],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with tempfile.TemporaryDirectory(prefix="dove-bench-") as folder:
        made = os.path.join(folder, "made.dove")
        make_project(made, int(server.stdout.readline()))
        idle, busy, rates = [], [], []
        for number in range(options.runs):
            project = os.path.join(folder, f"{number}.dove")
            shutil.copy(made, project)
            idle += idle_keys(project)
            times, rate = busy_keys(project)
            busy += times
            rates.append(rate)
            os.remove(project)
    server.stdin.close()
    server.wait()
    ideal = AT_ONCE * 1000 / DELAY_MS
    print(f"from a key to its repaint, {options.documents} documents ({os.getloadavg()[0]:.1f} processes want one of "
          f"{os.cpu_count()} processors):")
    tell("idle", idle)
    tell("extracting", busy)
    for group, _ in WALK:
        tell("  " + group, [entry for entry in busy if entry[1] == group] or [(0, "", "", 0)])
    over = sum(entry[0] > 16 for entry in busy)
    print(f"  {over} of {len(busy)} keys took more than 16 ms (at most 1 %); meanwhile "
          + ", ".join(f"{rate:.0f}" for rate in rates) + f" requests a second of the ideal {ideal:.0f}")
    for title, times in ("idle", idle), ("extracting", busy):
        for elapsed, group, name, computed in sorted(times, key=lambda entry: -entry[3])[:options.slowest]:
            print(f"  {title} {elapsed:7.2f} ms ({computed:6.2f} computing)  {group}: {name}")


if __name__ == "__main__":
    main()
