"""Drives the real program on a pseudo-terminal: keys in, text of the screen out.

The program writes a byte to the descriptor named by DOVE_TEST_BARRIER whenever it has drawn everything, nothing more
was typed and no job is pending: the tests wait for that, never for a span of time."""

import base64
import fcntl
import os
import pty
import re
import select
import shutil
import signal
import struct
import subprocess
import tempfile
import termios
import time
import unicodedata

import pyte

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = os.path.abspath(os.environ.get("DOVE_BINARY", os.path.join(ROOT, "build", "dove")))
SLOW = float(os.environ.get("DOVE_TEST_SLOW", "1"))  # how much slower a checked build is

NAMED = {
    "Enter": "\r", "Esc": "\033", "Tab": "\t", "S-Tab": "\033[Z", "Backspace": "\x7f", "Space": " ",
    "Up": "\033OA", "Down": "\033OB", "Right": "\033OC", "Left": "\033OD", "PgUp": "\033[5~", "PgDn": "\033[6~",
    "Home": "\033OH", "End": "\033OF", "Del": "\033[3~", "F1": "\033OP",
}


_sample = None


def sample_project():
    """The sample project, made once; tests that change it must copy it."""
    global _sample
    if _sample is None:
        _sample = tempfile.TemporaryDirectory(prefix="dove-sample-")
        environment = dict(os.environ, DOVE_SHARE=ROOT, HOME=_sample.name)
        subprocess.run([PROGRAM, "demo", "--dir", _sample.name, "--no-ui"], env=environment, check=True,
                       stdout=subprocess.DEVNULL)
    return os.path.join(_sample.name, "sample.dove")


class Screen(pyte.Screen):
    """Scrolls by SU and SD and repeats by REP as well, which ncurses sends and pyte does not know; and goes on after a
    mark of combining class 0, as those of Thai and of keycaps are."""

    last = " "  # what REP repeats

    def draw(self, data):
        self.last = data[-1:] or self.last
        start = 0
        for place, letter in enumerate("" if data.isascii() else data):
            if pyte.screens.wcwidth(letter) == 0 and unicodedata.combining(letter) == 0:
                super().draw(data[start:place])
                self._mark(letter)
                start = place + 1
        super().draw(data[start:])

    def _mark(self, letter):
        line = self.buffer[self.cursor.y]
        column = self.cursor.x - (2 if line[self.cursor.x - 1].data == "" else 1)
        line[column] = line[column]._replace(data=line[column].data + letter)

    def repeat(self, count=1):
        self.draw(self.last * (count or 1))

    def _scroll(self, count, at_bottom, step):
        top, bottom = self.margins or (0, self.lines - 1)
        line = self.cursor.y
        for _ in range(count or 1):
            self.cursor.y = bottom if at_bottom else top
            step()
        self.cursor.y = line

    def scroll_up(self, count=1):
        self._scroll(count, True, self.index)

    def scroll_down(self, count=1):
        self._scroll(count, False, self.reverse_index)


class Stream(pyte.ByteStream):
    csi = dict(pyte.ByteStream.csi, S="scroll_up", T="scroll_down", b="repeat")


class Explorer:
    """One run of the program, by the command `under` when one is given. Use as a context manager."""

    def __init__(self, *arguments, size=(24, 80), term="xterm-256color", env=None, timeout=20, folder=None,
                 under=()):
        self.rows, self.columns = size
        self.timeout = timeout * SLOW
        self.home = tempfile.mkdtemp(prefix="dove-screen-")
        self.sent = 0  # bytes that the program sent to the terminal
        self.raw = b""
        self.screen = Screen(self.columns, self.rows)
        self.stream = Stream(self.screen)
        self.status = None
        self.gone = False  # it has closed the barrier, as its end does
        self.barrier, barrier_end = os.pipe()
        os.set_blocking(self.barrier, False)
        environment = {
            "PATH": os.environ["PATH"], "HOME": self.home, "LANG": "C.UTF-8", "TERM": term,
            "DOVE_SHARE": ROOT, "DOVE_TEST_BARRIER": str(barrier_end),
        }
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS"):
            if name in os.environ:
                environment[name] = os.environ[name]
        environment.update(env or {})
        environment = {name: value for name, value in environment.items() if value is not None}
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            os.set_inheritable(barrier_end, True)
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", self.rows, self.columns, 0, 0))
            os.chdir(folder or self.home)
            command = [*under, PROGRAM, *arguments]
            os.execve(command[0], command, environment)
        os.close(barrier_end)
        os.set_blocking(self.master, False)

    def __enter__(self):
        self.wait_idle()
        return self

    def __exit__(self, *_):
        if self.status is None:
            try:
                os.kill(self.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            os.waitpid(self.pid, 0)
        for descriptor in (self.barrier, self.master):
            try:
                os.close(descriptor)
            except OSError:
                pass
        shutil.rmtree(self.home, ignore_errors=True)

    # ---- Reading ----

    def _drain(self):
        while True:
            try:
                data = os.read(self.master, 65536)
            except BlockingIOError:
                return
            except OSError:  # the program has closed the terminal
                return
            if not data:
                return
            self.sent += len(data)
            self.raw += data
            self.stream.feed(data)

    def _idle_bytes(self):
        try:
            got = os.read(self.barrier, 4096)
        except BlockingIOError:
            return None
        self.gone = got == b""
        return got

    def is_idle_within(self, seconds):
        """True as soon as the program has drawn and waits, or has ended; False when it does neither in time."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            select.select([self.master, self.barrier], [], [], 0.5)
            self._drain()
            got = self._idle_bytes()
            if got is not None:
                self._drain()
                return True
        return False

    def wait_idle(self):
        """Until the program has drawn and waits; or until it has ended."""
        if self.is_idle_within(self.timeout):
            return
        raise AssertionError("the program did not become idle; its screen:\n" + self.text())

    def wait_for(self, words):
        """Until the words are seen, while there is no state to be idle in: a job runs, or the program is stopped."""
        end = time.monotonic() + self.timeout
        while words not in self.text():
            if time.monotonic() > end:
                raise AssertionError("never saw %r:\n%s" % (words, self.text()))
            select.select([self.master], [], [], 0.1)
            self._drain()

    # ---- Writing ----

    def write(self, data):
        """All of the bytes, however few the terminal takes at a time; does not wait for what comes of them."""
        while data:
            try:
                data = data[os.write(self.master, data):]
            except BlockingIOError:
                if self.has_ended():
                    raise AssertionError("the program ended with %d" % self.status) from None
                select.select([self.master], [self.master], [], 0.5)
                self._drain()

    def send(self, data):
        """Bytes as they are; then waits."""
        self._idle_bytes()
        self.write(data if isinstance(data, bytes) else data.encode())
        self.wait_idle()

    def keys(self, *names):
        """Keys by name: "j", "C-d", "Enter", "A-x"; each is answered before the next."""
        for name in names:
            if name in NAMED:
                self.send(NAMED[name])
            elif name.startswith("C-") and len(name) == 3:
                self.send(bytes([ord(name[2]) & 0x1F]))
            elif name.startswith("A-") and len(name) == 3:
                self.send("\033" + name[2])
            else:
                self.send(name)

    def type(self, text):
        """A text, and Enter."""
        self.send(text)
        self.keys("Enter")

    def click(self, row, column, button=0):
        """Presses and releases; rows and columns from 0."""
        self.send("\033[<%d;%d;%dM" % (button, column + 1, row + 1))
        self.send("\033[<%d;%d;%dm" % (button, column + 1, row + 1))

    def paste(self, text):
        self.send("\033[200~" + text + "\033[201~")

    def resize(self, rows, columns):
        if (rows, columns) == (self.rows, self.columns):
            return  # the kernel sends no signal for that, so there would be nothing to wait for
        self._idle_bytes()
        self.set_size(rows, columns)
        self.wait_idle()

    def set_size(self, rows, columns):
        """The same without waiting: for a program that is stopped."""
        self.rows, self.columns = rows, columns
        self.screen.resize(rows, columns)
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def signal(self, number, wait=True):
        self._idle_bytes()
        os.kill(self.pid, number)
        if wait:
            self.wait_idle()

    def hang_up(self):
        """The terminal goes away."""
        os.close(self.master)

    def has_ended(self):
        """Whether the program has ended; its status is then known."""
        if self.status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
        return self.status is not None

    def wait_end(self):
        """Waits for the end; returns the exit code, or minus the signal."""
        end = time.monotonic() + self.timeout
        while time.monotonic() < end:
            self._drain()
            if self.has_ended():
                self._drain()
                return self.status
            time.sleep(0.01)
        raise AssertionError("the program did not end; its screen:\n" + self.text())

    def copy(self):
        """What `y` hands to the terminal's clipboard; None for nothing."""
        before = len(self.raw)
        self.keys("y")
        found = re.search(rb"\033\]52;c;([^\007\033]*)", self.raw[before:])
        return base64.b64decode(found.group(1)).decode() if found else None

    # ---- What is seen ----

    def lines(self):
        return [line.rstrip() for line in self.screen.display]

    def text(self):
        return "\n".join(self.lines())

    def panes(self):
        """(key, name) of the panes that the program has, from the line of panes of a wide screen."""
        return re.findall(r"[ \[\]]([0-9A-Z]) (\w+)", self.lines()[1])

    def halves(self):
        """Where a wide character has lost a half, "" for nowhere."""
        for row in range(self.rows):
            line = [self.screen.buffer[row][x].data for x in range(self.columns)]
            for x, data in enumerate(line):
                wide = data != "" and pyte.screens.wcwidth(data[0]) == 2
                if wide != (x + 1 < self.columns and line[x + 1] == ""):
                    return "row %d has half of a wide character in column %d" % (row, x)
        return ""

    def broken(self):
        """What is wrong with the screen as a whole, "" for nothing: edges of the frame that are not straight, halves of
        wide characters. From the size on at which there is a frame."""
        cells = self.screen.buffer
        edges = {"│": "│┤├┼┌┐└┘", "|": "|+"}  # corners: of a window over the pane
        frame = "|" if cells[2][0].data == "+" else "│"
        for row in range(self.rows):
            line = [cells[row][x].data for x in range(self.columns)]
            if 2 < row < self.rows - 2 and (line[0] not in edges[frame] or line[-1] not in edges[frame]):
                return "the frame is not straight in row %d: %r … %r" % (row, line[0], line[-1])
        if (cells[2][0].data, cells[2][self.columns - 1].data) not in (("┌", "┐"), ("+", "+")):
            return "the frame has no upper corners"
        if (cells[self.rows - 2][0].data, cells[self.rows - 2][self.columns - 1].data) not in (("└", "┘"), ("+", "+")):
            return "the frame has no lower corners"
        return self.halves()

    def last_line(self):
        return self.lines()[-1]

    def styled(self, **wanted):
        """The text of all cells with these attributes: styled(reverse=True)."""
        found = []
        for row in range(self.rows):
            line = self.screen.buffer[row]
            text = "".join(line[x].data for x in range(self.columns)
                           if all(getattr(line[x], name) == value for name, value in wanted.items()))
            if text.strip():
                found.append(text.strip())
        return found
