"""A small project in which cultures, models, topics and names of codes are written in Korean, Japanese and Chinese."""

import itertools
import json
import os
import subprocess
import tempfile

from explorer import PROGRAM, ROOT

# The vectors are made from the English descriptions; the names are what is seen.
VALUES = {
    "효도": ["honoring one's parents", "caring for aging parents", "gratitude toward parents", "respect for elders",
            "visiting one's grandparents"],
    "정직": ["telling the truth", "honest words", "keeping promises honestly", "sincerity and truth", "never lying"],
    "自由": ["personal freedom", "freedom of choice", "individual liberty", "independent choices", "free expression"],
    "勤勉": ["hard work", "diligent study", "steady effort at work", "working patiently", "discipline in work"],
    "自然保護": ["protecting nature", "clean rivers and forests", "care for animals and forests", "the environment",
             "saving trees and rivers"],
}
_made = None


def cjk_lines():
    """Documents and their expressions."""
    sides = [("한국", "human"), ("日本", "human"), ("", "모델가"), ("", "模型乙")]
    names = list(VALUES)
    for topic, (side, (culture, source)) in itertools.product(range(10), enumerate(sides)):
        document = {"id": "문서-%d-%d" % (side, topic), "culture": culture, "source": source,
                    "topic": "좋은 삶 %d" % topic, "lang": "ko", "text": "저는 좋은 삶이란 무엇인지 생각합니다. " * 3}
        found = []
        for step in range(4):
            name = names[(topic * (side + 1) + step * (side + 2)) % len(names)]
            words = VALUES[name][(topic + step + side) % 5]
            found.append({"document_id": document["id"], "code_name": name,
                          "description": "The author values %s." % words})
        yield document, found


def write_lines(path, rows):
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def run(*arguments):
    subprocess.run([PROGRAM, *arguments], env=dict(os.environ, DOVE_SHARE=ROOT), check=True, capture_output=True)


def coded_project(path, lines, score=True):
    """A project from pairs of a document and its expressions, with a codebook, and with scores or not."""
    lines = list(lines)
    write_lines(path + ".documents", [document for document, _ in lines])
    write_lines(path + ".expressions", [row for _, found in lines for row in found])
    run("new", path)
    run("import", path, path + ".documents")
    run("import", path, path + ".expressions")
    run("embed", path)
    run("build", path)
    if score:
        run("score", path, "--bootstrap", "20")
    return path


def cjk_project():
    """Made once; with a codebook and scores."""
    global _made
    if _made is None:
        _made = tempfile.TemporaryDirectory(prefix="dove-cjk-")
        coded_project(os.path.join(_made.name, "한국어.dove"), cjk_lines())
    return os.path.join(_made.name, "한국어.dove")


def empty_project(folder):
    path = os.path.join(folder, "empty.dove")
    run("new", path)
    return path
