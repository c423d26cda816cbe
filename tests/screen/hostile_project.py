"""A project in which every text that comes from outside tries to steer the terminal or to break the frame: what import
lets pass and, written straight into the file, what it refuses."""

import contextlib
import json
import os
import re
import shutil
import sqlite3
import tempfile
import unicodedata
import uuid

from annotated_project import annotate
from cjk_project import cjk_lines, coded_project
from explorer import Explorer

TEXTS = (
    "esc \x1b[6;66;666z\x1b]0;owned\x07",
    "c1 \x9b6;66;666z \x9d0;owned\x9c",
    "del \x7f\b\b\b\x01",
    "bidi \u202eabc\u2066xyz\u2069\u200f",
    "zero in\u200bvis\u2060ible\ufeff\u00ad",
    "tabs a\tb\nc\rd\x0be\x0cf",
    "marks e\u0301 z" + "\u0300" * 40,
    "emoji \U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f1f0\U0001f1f7 \u2764\ufe0f \U0001f44d\U0001f3fd 1\ufe0f\u20e3",
    "joined a\u200db\u200c\ufe0fc",
    "w" * 5000,
    "한" * 2500,
    "日本語 ｆｕｌｌ 中文",
    "jamo \u1112\u1161\u11ab \u1161\u11ab \u3164\u115f",
    "lines \u2028\u2029\u0085",
    "tags \U000e0041\U000e007f \ue000 \ufffe \U000f0000",
    "\u0300\u0301starts with marks",
    "thai กำ hindi क्षि tamil நி arabic لا",
)

# What no import lets pass and a damaged or forged file may hold all the same: bytes that are no UTF-8, an escape in an
# overlong form, a surrogate, a code point beyond the last.
INVALID = (b"bad \xff\xc3(", b"overlong \xc0\x9b[6;66;666z", b"surrogate \xed\xa0\x80", b"beyond \xf4\x90\x80\x80",
           b"cut \xed\x95")

# Column after column that holds words from outside, and the columns that name its row.
PLACES = (
    ("topic", "name", "id"), ("culture", "name", "id"), ("role", "name", "id"), ("document", "external_id", "id"),
    ("document", "lang", "id"), ("value_expression", "code_name", "id"), ("value_expression", "description", "id"),
    ("code", "name", "id"),
    ("code", "description", "id"), ("decision", "reason", "id"), ("decision", "reviewer", "id"),
    ("decision_code", "name", "decision_id, side, position"), ("embedder", "name", "id"), ("job", "stage", "id"),
    ("job", "message", "id"), ("job_log", "text", "id"), ("annotator", "name", "id"), ("annotation_round", "name", "id"),
    ("annotation_round", "instruction", "id"), ("judgment", "note", "id"), ("iteration", "stopped_by", "id"),
    ("codebook_run", "initial", "id"), ("recognition", "recognizer", "document_id"),
    ("recognition", "reason", "document_id"), ("verdict", "label", "document_id, question"),
)
_made = None


def text_of(number):
    """The texts one after the other, each with a number that makes it unique."""
    return "%s %d" % (TEXTS[number % len(TEXTS)], number)


def hostile_lines():
    """Documents with roles beside those of the CJK project, so that there are all kinds of labels."""
    for number, (document, found) in enumerate(cjk_lines()):
        evidence = text_of(number)
        document["text"] = "%s\n%s" % (evidence, document["text"])
        yield document, [dict(row, evidence=evidence) for row in found]
        if document["source"] == "모델가" and number < 20:
            yield dict(document, id=document["id"] + "-role", role="한국"), found


def rewrite(base, table, column, key):
    keys = key.split(", ")
    rows = base.execute("SELECT %s FROM %s WHERE %s IS NOT NULL" % (key, table, column)).fetchall()
    where = " AND ".join("%s = ?" % name for name in keys)
    for number, row in enumerate(rows):
        text = text_of(number).encode()
        if number % 4 == 3:
            text = INVALID[number // 4 % len(INVALID)] + b" %d" % number
        base.execute("UPDATE %s SET %s = CAST(? AS TEXT) WHERE %s" % (table, column, where), (text, *row))


def rename_models(base):
    """Models, and in scores the names of both sides, which are kept as words."""
    names = {}
    for number, (name,) in enumerate(base.execute("SELECT name FROM source WHERE name <> 'human'").fetchall()):
        names[name] = text_of(number)
        base.execute("UPDATE source SET name = ? WHERE name = ?", (names[name], name))
    for column, table in (("culture", "culture"), ("role", "role")):
        for number, (name,) in enumerate(base.execute("SELECT name FROM %s ORDER BY id" % table).fetchall()):
            base.execute("UPDATE score SET %s = ? WHERE %s = ?" % (column, column), (text_of(number), name))
    for old, new in names.items():
        base.execute("UPDATE score SET model = ? WHERE model = ?", (new, old))


def asked_for(words):
    """The record of what a job was asked for, of whom, and what was expected."""
    model = {"role": words, "endpoint": words, "model": words}
    return json.dumps({"model": words, "models": [words, words], "lang": words, "asks": [dict(model, price_in=1)],
                       "plan": [dict(model, requests=3, tokens_in=[1, 2, 3], tokens_out=[0, 1, None], cost=1e300)]})


def add_people(base):
    """What people and models said, in all its kinds."""
    decisions = [row[0] for row in base.execute("SELECT id FROM decision ORDER BY id LIMIT 20")]
    code = base.execute("SELECT max(code_id) FROM code_usage").fetchone()[0]
    for number in range(40):
        words = text_of(number)
        kind = ("comment", "agree", "disagree", "rename")[number % 4]
        decision = decisions[number % len(decisions)] if decisions and kind != "rename" else None
        base.execute("INSERT INTO reviewer_override (uuid, run_id, t, decision_id, kind, code_id, name, note, author, time,"
                     " changed) VALUES (?, 1, 0, ?, ?, ?, ?, ?, ?, ?, 1700000000000)",
                     (str(uuid.uuid4()), decision, kind, code if kind == "rename" else None,
                      words if kind == "rename" else "", words, text_of(number + 1), 1700000000000 + number))
        document = 1 + number
        base.execute("INSERT OR REPLACE INTO translation VALUES (?, ?, ?, ?, 1700000000000)",
                     (document, "en", words, text_of(number + 2)))
        base.execute("INSERT INTO annotator_code (uuid, annotator_id, round_id, document_id, name, note, time)"
                     " VALUES (?, 1, 1, ?, ?, ?, 1700000000000)", (str(uuid.uuid4()), document, words, words))
        base.execute("INSERT OR REPLACE INTO verdict VALUES (?, 'topic', ?, '{}', ?, ?, 1700000000000)",
                     (document, words, words, words))
        base.execute("INSERT INTO job (kind, arguments, state, stage, message, done, total, created, started, ended)"
                     " VALUES (?, ?, ?, ?, ?, 1, 2, 1700000000000, 1700000000000, 1700000060000)",
                     ("score" if number % 2 else words, asked_for(words), ("failed", "done", "cancelled", "interrupted")[number % 4],
                      words, words))
        job = base.execute("SELECT last_insert_rowid()").fetchone()[0]
        base.execute("INSERT INTO job_log (job_id, time, text) VALUES (?, 1700000000000, ?)", (job, words))
        base.execute("INSERT INTO ledger (job_id, time, role, endpoint, model, requests, cached, failed, attempts, refusals,"
                     " tokens_in, tokens_out, estimated, guessed_in, cost) VALUES (?, 1700000000000, ?, ?, ?, 3, 1, 1, 4, 0,"
                     " 100, 200, 0, 0, 0.01)", (job, words, words, words))
        base.execute("INSERT INTO request_cache (key, role, endpoint, model, request, status, failure, created, job_id)"
                     " VALUES (randomblob(32), ?, ?, ?, '{}', 'failed', ?, 1700000000000, ?)", (words, words, words, words, job))
    items = [row[0] for row in base.execute("SELECT id FROM annotation_item WHERE document_id IS NOT NULL LIMIT 20")]
    for number, item in enumerate(items):
        base.execute("INSERT INTO consensus VALUES (?, 'present', 1700000000000, 'yes', ?, ?)",
                     (item, text_of(number), text_of(number + 3)))


def add_settings(base):
    """Settings that are words, and prompts of the project's own."""
    for number, key in enumerate(("recognizer.model", "namer.model", "endpoint.url", "embedder.model", "decoder.model")):
        base.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", (key, TEXTS[number]))
    for name in ("recognizer", "namer", "topic", "translator"):
        base.execute("INSERT OR REPLACE INTO prompt VALUES (?, CAST(? AS TEXT), 1700000000000)",
                     (name, "\n".join(TEXTS).encode() + b"\n".join(INVALID)))


def make_hostile(path):
    coded_project(path, hostile_lines())
    annotate(path, ["A", "B", "C"], part=0.9)
    annotate(path, ["A", "B", "C"], target="code", part=0.9)
    with Explorer(path) as explorer:
        explorer.keys("6", "m")
    with contextlib.closing(sqlite3.connect(path)) as base:
        rename_models(base)
        for place in PLACES:
            rewrite(base, *place)
        add_people(base)
        add_settings(base)
        base.commit()
    return path


def hostile_project():
    """Made once; its file has a hostile name as well. Tests that change it must copy it."""
    global _made
    if _made is None:
        _made = tempfile.TemporaryDirectory(prefix="dove-hostile-")
        plain = make_hostile(os.path.join(_made.name, "plain.dove"))
        shutil.copy(plain, os.path.join(_made.name, "한\x1b[6;66;666z\n\u202e.dove"))
    return os.path.join(_made.name, "한\x1b[6;66;666z\n\u202e.dove")


# What ncurses and the program send on purpose. None of the hostile sequences is among them.
SENT = re.compile(r"\x1b\[[?>]?[0-9;]*[ABCDEFGHJKLMPSTXZ@bdfhlmrt]|\x1b[()][0AB]|\x1b[=>78MDE]|\x1b\]52;c;[^\x07\x1b]*\x1b\\"
                  r"|[\r\n\b]")


def leaks(raw, allowed=""):
    """What reached the terminal and must not have: [] for nothing. Joiners are allowed where emoji need them."""
    text = SENT.sub("", raw.decode(errors="surrogateescape"))
    found = []
    for place, letter in enumerate(text):
        bad = unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Cn", "Zl", "Zp")
        if bad and letter not in allowed:
            found.append("U+%04X in %r" % (ord(letter), text[max(0, place - 20):place + 20]))
    return found
