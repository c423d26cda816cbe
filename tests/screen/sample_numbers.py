"""Reads the sample project's file with Python's own sqlite3, so that what panes show is held against it."""

import json
import math
import os
import sqlite3
import struct

from explorer import ROOT


def records(kind):
    """All records of sample-data/documents or sample-data/expressions."""
    folder = os.path.join(ROOT, "sample-data", kind)
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name), encoding="utf-8") as lines:
            for line in lines:
                yield json.loads(line)


class Numbers:
    def __init__(self, project):
        self.base = sqlite3.connect("file:%s?mode=ro" % project, uri=True)
        self.t, self.iteration = self.base.execute(
            "SELECT r.t, i.id FROM run_iteration AS r JOIN iteration AS i ON i.id = r.iteration_id"
            " ORDER BY i.s DESC LIMIT 1").fetchone()

    def rows(self, sql, *values):
        return self.base.execute(sql, values).fetchall()

    def one(self, sql, *values):
        return self.base.execute(sql, values).fetchone()

    def recognised(self, document):
        """(name, q) of the recognised codes of a document, by its id in the files."""
        return self.rows("SELECT k.name, g.q FROM recognised AS g JOIN code AS k ON k.id = g.code_id"
                         " JOIN document AS d ON d.id = g.document_id"
                         " WHERE g.iteration_id = ? AND d.external_id = ? ORDER BY g.rank", self.iteration, document)

    def evidence(self, document):
        """The evidence of a document by the name of the code that its expression belongs to."""
        names = [name for (name,) in self.rows(
            "SELECT k.name FROM code_usage AS u JOIN code AS k ON k.id = u.code_id"
            " WHERE u.iteration_id = ? ORDER BY u.ordinal", self.iteration)]
        blob = self.one("SELECT c.expressions FROM coding AS c JOIN document AS d ON d.id = c.document_id"
                        " WHERE c.iteration_id = ? AND d.external_id = ?", self.iteration, document)[0]
        found = {}
        for expression, ordinal, _ in struct.iter_unpack("<IIf", blob):
            quote = self.one("SELECT evidence FROM value_expression WHERE id = ?", expression)[0]
            found.setdefault(names[ordinal], []).append(quote)
        return found

    def usage(self, code, culture):
        """The mean of q(code) over a culture's human documents."""
        ordinal = self.one("SELECT u.ordinal FROM code_usage AS u JOIN code AS k ON k.id = u.code_id"
                           " WHERE u.iteration_id = ? AND k.name = ?", self.iteration, code)[0]
        blobs = self.rows("SELECT c.q FROM coding AS c JOIN document AS d ON d.id = c.document_id"
                          " JOIN culture AS g ON g.id = d.culture_id JOIN source AS s ON s.id = d.source_id"
                          " WHERE c.iteration_id = ? AND g.name = ? AND s.name = 'human'", self.iteration, culture)
        total = sum(q for (blob,) in blobs for at, q in struct.iter_unpack("<If", blob) if at == ordinal)
        return total / len(blobs)

    def documents(self, side):
        """(topic, {ordinal: q}) of the coded documents of a side: "KR", "aster", "cedar · Korean", "people", "models"
        (in no role)."""
        found = []
        for culture, source, role, topic, blob in self.rows(
                "SELECT g.name, s.name, r.name, d.topic_id, c.q FROM coding AS c JOIN document AS d"
                " ON d.id = c.document_id JOIN source AS s ON s.id = d.source_id LEFT JOIN culture AS g"
                " ON g.id = d.culture_id LEFT JOIN role AS r ON r.id = d.role_id WHERE c.iteration_id = ?",
                self.iteration):
            human = source == "human"
            name = culture if human else source + (" · " + role if role else "")
            if side == name or side == "people" and human or side == "models" and not human and not role:
                found.append((topic, {at: q for at, q in struct.iter_unpack("<If", blob)}))
        return found

    def contrast(self, first, second, t):
        """{code: (mean of first, of second, difference, low, high)} in %; `t` is Student's quantile for the topics."""
        sides = [self.documents(first), self.documents(second) if second else []]
        found = {}
        for ordinal, name in self.rows("SELECT u.ordinal, k.name FROM code_usage AS u JOIN code AS k"
                                       " ON k.id = u.code_id WHERE u.iteration_id = ?", self.iteration):
            means = [sum(q.get(ordinal, 0) for _, q in side) / len(side) if side else 0 for side in sides]
            parts = {}
            for side, mean, sign in zip(sides, means, (1, -1)):
                for topic, q in side:
                    parts[topic] = parts.get(topic, 0) + sign * (q.get(ordinal, 0) - mean) / len(side)
            topics = len(parts)
            half = t * math.sqrt(topics / (topics - 1) * sum(part * part for part in parts.values()))
            difference = means[0] - means[1]
            found[name] = [100 * x for x in (*means, difference, difference - half, difference + half)]
        return found

    def nearest(self, code):
        """(cosine, name) of the other codes of the codebook, the nearest first."""
        centroids = {name: struct.unpack("<%df" % (len(blob) // 4), blob) for name, blob in self.rows(
            "SELECT k.name, k.centroid FROM code_usage AS u JOIN code AS k ON k.id = u.code_id"
            " WHERE u.iteration_id = ?", self.iteration)}

        def cosine(a, b):
            return sum(x * y for x, y in zip(a, b)) / math.sqrt(sum(x * x for x in a) * sum(y * y for y in b))

        own = centroids.pop(code)
        return sorted(((cosine(own, other), name) for name, other in centroids.items()), reverse=True)


def share(q):
    """A probability as the panes write it: ".31"."""
    return "%.1f" % q if q >= 0.995 else "<.01" if q < 0.005 else ("%.2f" % q)[1:]


def squeeze(text):
    """Without blanks, which line breaks put in or take away."""
    return "".join(text.split())
