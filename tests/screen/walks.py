"""Walks of the three kinds of use over the sample project: a researcher reviews a codebook, an annotator judges, a
presenter shows pairs. The tests follow them and look at what stands on the screen; `make recording` makes pictures."""


class Player:
    """Presses keys for a walk, and keeps the screens that it points at."""

    def __init__(self, explorer):
        self.explorer = explorer
        self.shots = {}  # text of the screen by name

    def keys(self, *names):
        for name in names:
            self.explorer.keys(name)
            self.pause(0.6)

    def type(self, text):
        """A line into a prompt, a character at a time, and Enter."""
        for character in text:
            self.explorer.send(character)
            self.pause(0.06)
        self.keys("Enter")

    def command(self, text):
        self.keys(":")
        self.type(text)

    def shot(self, name):
        """Points at the screen as it is now; somebody who watches has time to read it."""
        self.shots[name] = self.explorer.text()
        self.pause(2.5)

    def pause(self, seconds):
        """Only a recording takes time."""


def researcher(play):
    """Steps through the iterations, looks into a split and a merge and their lineage, and asks what a score is made of."""
    play.shot("overview")
    play.keys("2")
    play.shot("best")
    play.command("iteration 0")
    play.shot("first")
    play.keys("]")
    play.shot("second")
    play.keys("d")
    play.shot("difference")
    play.keys("d")
    play.command("iteration")
    play.keys("3")
    play.command("kind split")
    play.shot("split")
    play.keys("S-Tab")
    play.shot("lineage")
    play.keys("Tab")
    play.command("kind merge")
    play.shot("merge")
    play.keys("7")
    play.shot("scores")
    play.keys("Enter")
    play.shot("flows")
    play.keys("Enter")
    play.shot("documents")
    play.keys("Enter")
    play.shot("evidence")
    play.keys("q")


def annotator(play):
    """Starts a round, judges some items with single keys, takes one back, leaves a note, and sees the progress."""
    play.keys("8")
    play.shot("no rounds")
    play.keys("r")
    play.shot("form")
    play.keys("Enter")
    play.type("mina")
    play.shot("item")
    play.keys("y", "n", "y")
    play.shot("judged")
    play.keys("u")
    play.shot("taken back")
    play.keys("i")
    play.type("said in other words")
    play.keys("n", "s", "f")
    play.shot("later")
    play.keys("q")
    play.shot("rounds")


def presenter(play):
    """Chooses the text of a person and one of a model on the same topic, looks at evidence, and shows pairs."""
    play.keys("5", "/")
    play.type("aging parents")
    play.shot("topic")
    play.keys("Enter")
    play.command("culture KR")
    play.keys("Tab")
    play.command("model birch")
    play.shot("pair")
    play.keys("Tab", "j")
    play.shot("code")
    play.keys("v")
    play.shot("evidence")
    play.command("present")
    play.shot("presented")
    play.keys("v")
    play.shot("revealed")
    play.keys("Space")
    play.shot("next pair")
    play.keys("q")


WALKS = {"researcher": researcher, "annotator": annotator, "presenter": presenter}
