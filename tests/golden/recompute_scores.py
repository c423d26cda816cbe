#!/usr/bin/python3
"""Recomputes a project's scores from its exports, with nothing of the program: the formulas of the method, written
down as they stand, in float64 and plain Python.

    dove export P vectors -o vectors.json          (and codebook, coding, scores)
    recompute_scores.py vectors.json codebook.json coding.json scores.json [settings.json]

settings.json is the "settings" object of `dove info P --json`; without it the defaults hold. Prints the largest
difference of each quantity; the exit code is 1 when one is over 1e-6.
"""

import json
import math
import sys

TOLERANCE = 1e-6
DEFAULTS = {"epsilon": 0.05, "tau": 1.0, "epsilon2": 1e-8, "min_probability": 0.01, "entropic": "plain"}


def cosine(a, b):
    product = sum(x * y for x, y in zip(a, b))
    return product / math.sqrt(sum(x * x for x in a) * sum(y * y for y in b))


def softmax(values):
    top = max(values)
    weights = [math.exp(v - top) for v in values]
    total = sum(weights)
    return [w / total for w in weights]


def recognise(vectors, centroids, sigma2):
    """q(z=k|v) = softmax_k(cos(e_v, e_ck) / sigma2); q(z=k|x) is the mean over the document's expressions."""
    rows = {}
    labels = {}
    for row in vectors:
        q = softmax([cosine(row["vector"], c) / sigma2 for c in centroids])
        rows.setdefault(row["document"], []).append(q)
        labels[row["expression"]] = max(range(len(q)), key=q.__getitem__)
    documents = {document: [sum(column) / len(qs) for column in zip(*qs)] for document, qs in rows.items()}
    return documents, labels


def sigma2_mle(vectors, centroids, labels):
    """sigma = mean_k sigma_k, sigma_k^2 = mean over the code's members of |e_v - e_ck|^2 / D."""
    distances = {}
    for row in vectors:
        k = labels[row["expression"]]
        distance = sum((x - y) ** 2 for x, y in zip(row["vector"], centroids[k])) / len(centroids[k])
        distances.setdefault(k, []).append(distance)
    sigmas = [math.sqrt(sum(d) / len(d)) for d in distances.values()]
    return (sum(sigmas) / len(sigmas)) ** 2


def top_codes(q, limit, least):
    order = sorted(range(len(q)), key=lambda k: (-q[k], k))
    return [k for k in order[:limit] if q[k] >= least]


def mean_rows(rows):
    return [sum(column) / len(rows) for column in zip(*rows)]


def cost_matrix(rows, centroids, epsilon2):
    """D_ij = (1 - cos) (1 - E[min(a_i, a_j)] / (E[max(a_i, a_j)] + eps2)), over the human documents of a culture."""
    count = len(centroids)
    cost = [[0.0] * count for _ in range(count)]
    for i in range(count):
        for j in range(i):
            least = sum(min(q[i], q[j]) for q in rows) / len(rows)
            most = sum(max(q[i], q[j]) for q in rows) / len(rows)
            distance = 1.0 - cosine(centroids[i], centroids[j])
            cost[i][j] = cost[j][i] = max(0.0, distance * (1.0 - least / (most + epsilon2)))
    return cost


def log_sum_exp(values):
    top = max(values)
    return top + math.log(sum(math.exp(v - top) for v in values))


def generalised_kl(p, q):
    return sum((x * math.log(x / y) if x > 0 else 0.0) - x + y for x, y in zip(p, q))


def transport(cost, a, b, epsilon, tau, entropic):
    """min <D,pi> + eps sum pi (log pi - 1) + tau KL(pi 1|a) + tau KL(pi^T 1|b), by the plain iteration in logarithms.
    Codes without mass take no part. Returns the value and both marginals."""
    rows = [i for i, mass in enumerate(a) if mass > 0]
    columns = [j for j, mass in enumerate(b) if mass > 0]
    kernel = [[-cost[i][j] / epsilon for j in columns] for i in rows]
    if entropic == "kl":  # eps KL(pi | a x b) has the kernel a b exp(-D/eps)
        kernel = [[kernel[x][y] + math.log(a[i] * b[j]) for y, j in enumerate(columns)] for x, i in enumerate(rows)]
    log_a = [math.log(a[i]) for i in rows]
    log_b = [math.log(b[j]) for j in columns]
    u, v = [0.0] * len(rows), [0.0] * len(columns)
    power = tau / (tau + epsilon)
    for _ in range(200000):
        new_u = [power * (log_a[i] - log_sum_exp([k + w for k, w in zip(kernel[i], v)])) for i in range(len(rows))]
        new_v = [
            power * (log_b[j] - log_sum_exp([kernel[i][j] + new_u[i] for i in range(len(rows))]))
            for j in range(len(columns))
        ]
        change = max(max(abs(x - y) for x, y in zip(new_u, u)), max(abs(x - y) for x, y in zip(new_v, v)))
        u, v = new_u, new_v
        if change <= 1e-11:
            break
    plan = [[math.exp(u[i] + kernel[i][j] + v[j]) for j in range(len(columns))] for i in range(len(rows))]
    value = 0.0
    for x, i in enumerate(rows):
        for y, j in enumerate(columns):
            mass = plan[x][y]
            if mass <= 0:
                continue
            if entropic == "kl":
                product = a[i] * b[j]
                value += cost[i][j] * mass + epsilon * (mass * math.log(mass / product) - mass)
            else:
                value += cost[i][j] * mass + epsilon * mass * (math.log(mass) - 1.0)
    if entropic == "kl":
        value += epsilon * sum(a) * sum(b)
    row_sums = [sum(row) for row in plan]
    column_sums = [sum(column) for column in zip(*plan)]
    value += tau * generalised_kl(row_sums, [a[i] for i in rows])
    value += tau * generalised_kl(column_sums, [b[j] for j in columns])
    from_codes, to_codes = [0.0] * len(a), [0.0] * len(b)
    for x, i in enumerate(rows):
        from_codes[i] = row_sums[x]
    for y, j in enumerate(columns):
        to_codes[j] = column_sums[y]
    return value, from_codes, to_codes


class Recomputation:
    """All differences between what the exports say and what the formulas give."""

    def __init__(self, vectors, codebook, coding, scores, settings=None):
        self.settings = dict(DEFAULTS)
        for key, value in (settings or {}).items():
            if key in self.settings:
                self.settings[key] = value if key == "entropic" else float(value)
        self.vectors, self.codebook, self.coding, self.scores = vectors, codebook, coding, scores
        self.ids = [code["id"] for code in codebook["codes"]]
        self.centroids = [code["centroid"] for code in codebook["codes"]]
        self.q, self.labels = recognise(vectors, self.centroids, codebook["sigma2"])
        self.differences = {}
        self.compared = {}
        self.costs, self.selves = {}, {}

    def note(self, name, expected, found):
        self.differences[name] = max(self.differences.get(name, 0.0), abs(expected - found))
        self.compared[name] = self.compared.get(name, 0) + 1

    def compare_codebook(self):
        if self.codebook["sigma_rule"] == "mle":
            expected = sigma2_mle(self.vectors, self.centroids, self.labels)
            self.note("sigma2 (relative)", 1.0, self.codebook["sigma2"] / expected)
        for place, code in enumerate(self.codebook["codes"]):
            for member in code["members"]:
                self.note("members", place, self.labels[member])

    def compare_coding(self):
        for row in self.coding:
            q = self.q[row["document"]]
            for k, value in enumerate(row["q"]):
                self.note("q", q[k], value)
            expected = top_codes(q, int(self.codebook["M"]), self.settings["min_probability"])
            found = [self.ids.index(code) for code in row["recognised"]]
            self.note("recognised codes, their number", len(expected), len(found))
            for one, other in zip(expected, found):  # equal codes, or equally probable ones
                self.note("recognised codes, their q", q[one], q[other])

    def rows_of(self, accept):
        return [self.q[row["document"]] for row in self.coding if accept(row)]

    def people(self, culture):
        return self.rows_of(lambda row: row["source"] == "human" and row["culture"] == culture)

    def model(self, name, role):
        return self.rows_of(lambda row: row["source"] == name and row.get("role", "") == role)

    def cost_of(self, culture):
        if culture not in self.costs:
            self.costs[culture] = cost_matrix(self.people(culture), self.centroids, self.settings["epsilon2"])
        return self.costs[culture]

    def solve(self, culture, a, b):
        options = self.settings
        return transport(self.cost_of(culture), a, b, options["epsilon"], options["tau"], options["entropic"])

    def compare_score(self, score):
        culture = score["culture"]
        people, model = self.people(culture), self.model(score["model"], score["role"])
        a, b = mean_rows(people), mean_rows(model)
        if culture not in self.selves:
            self.selves[culture] = self.solve(culture, a, a)[0]
        value_ab, from_codes, to_codes = self.solve(culture, a, b)
        value_aa, value_bb = self.selves[culture], self.solve(culture, b, b)[0]
        divergence = value_ab - 0.5 * value_aa - 0.5 * value_bb
        if self.settings["entropic"] == "kl":
            divergence += 0.5 * self.settings["epsilon"] * (sum(a) - sum(b)) ** 2
        self.note("documents", len(people), score["documents_human"])
        self.note("documents", len(model), score["documents_model"])
        self.note("value_ab", value_ab, score["value_ab"])
        self.note("value_aa", value_aa, score["value_aa"])
        self.note("value_bb", value_bb, score["value_bb"])
        self.note("divergence", divergence, score["divergence"])
        self.note("score", (0.1 - divergence) * 10.0, score["score"])
        for k, code in enumerate(score.get("codes", [])):
            self.note("explained codes", self.ids[k], code["id"])
            self.note("human", a[k], code["human"])
            self.note("model", b[k], code["model"])
            self.note("transported_from", from_codes[k], code["transported_from"])
            self.note("transported_to", to_codes[k], code["transported_to"])

    def compare(self):
        self.compare_codebook()
        self.compare_coding()
        for score in self.scores:
            self.compare_score(score)
        return self.differences


def main(paths):
    loaded = []
    for path in paths:
        with open(path, encoding="utf-8") as file:
            loaded.append(json.load(file))
    work = Recomputation(*loaded)
    differences = work.compare()
    for name, difference in differences.items():
        print(f"{name:32} {work.compared[name]:8} compared, largest difference {difference:.2e}")
    return 1 if not differences or max(differences.values()) > TOLERANCE else 0


if __name__ == "__main__":
    if not 5 <= len(sys.argv) <= 6:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1:]))
