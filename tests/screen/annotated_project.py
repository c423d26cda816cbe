"""Answers of made-up annotators, for any project: which ones is a matter of the place of an item, nothing is drawn."""

import json
import os
import subprocess
import uuid

from explorer import PROGRAM, ROOT

QUESTIONS = {"document": ["present"], "code": ["meaningful", "redundant"]}


def dove(*arguments):
    done = subprocess.run([PROGRAM, *arguments], env=dict(os.environ, DOVE_SHARE=ROOT), check=True,
                          capture_output=True, text=True)
    return done.stdout


def answer_of(place, person, question):
    """yes, no, skip or flag: mostly the same of all, with a few of their own."""
    number = place * 7 + (0 if question == "present" else 3)
    if (place + 11 * person) % 29 == 28:
        return "skip"
    if (place + 5 * person) % 37 == 36:
        return "flag"
    own = (place * 3 + person * 4) % 9 == 0
    return "yes" if (number % 4 != 0) != own else "no"


def annotate(project, names, target="document", rule="all", part=1.0, name=None, start=()):
    """A round in which `names` judge the first `part` of the items; returns {(item, question): {name: answer}}."""
    dove("annotate", project, "start", "--target", target, "--rule", rule, *(["--name", name] if name else []), *start)
    records = [json.loads(line) for line in dove("annotate", project, "export").splitlines()]
    newest = max((record for record in records if record["type"] == "round"), key=lambda record: record["created"])
    items = [record for record in records if record["type"] == "item" and record["round"] == newest["uuid"]]
    lines, answers = [], {}
    for item in items[:int(len(items) * part)]:
        for question in QUESTIONS[target]:
            for person, who in enumerate(names):
                answer = answer_of(item["position"], person, question)
                answers.setdefault((item["uuid"], question), {})[who] = answer
                lines.append({"type": "judgment", "item": item["uuid"], "annotator": who, "question": question,
                              "uuid": str(uuid.uuid5(uuid.UUID(item["uuid"]), question + who)), "answer": answer,
                              "shown": True, "time": newest["created"] - 86400000 + 4000 * len(lines)})
    path = project + ".answers"
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    dove("annotate", project, "import", path)
    return answers


def cohen(pairs):
    """κ by its definition from pairs of "yes" and "no"."""
    n = len(pairs)
    observed = sum(a == b for a, b in pairs) / n
    expected = sum(sum(a == label for a, _ in pairs) * sum(b == label for _, b in pairs) for label in ("yes", "no"))
    return (observed - expected / n ** 2) / (1 - expected / n ** 2)


def labels_of(answers, question, first, second):
    """Pairs of labels that both gave."""
    both = [(row.get(first), row.get(second)) for (_, asked), row in answers.items() if asked == question]
    return [pair for pair in both if set(pair) <= {"yes", "no"}]
