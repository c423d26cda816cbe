"""Unbalanced optimal transport beside POT, HDBSCAN beside umap-learn; part of tests/bench/peers.py, runs alone too:
python3 tests/bench/peers_optimal.py --build build. Needs python3-numpy, python3-pot, umap-learn; says what is missing."""

import argparse
import os
import re
import subprocess
import tempfile
import time

THREADS = "2"
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ.setdefault(variable, THREADS)


def make_problem(numpy, codes, seed=1):
    """Codes in eight clusters on a sphere, skewed masses, one code in ten without mass."""
    random = numpy.random.default_rng(seed)
    points = random.standard_normal((codes, 24))
    points[numpy.arange(codes), numpy.arange(codes) % 8] += 2
    points /= numpy.linalg.norm(points, axis=1, keepdims=True)
    cost = numpy.clip(1 - points @ points.T, 0, None)
    cost = (cost + cost.T) / 2
    numpy.fill_diagonal(cost, 0)
    masses = numpy.exp(1.5 * random.standard_normal((2, codes)))
    masses[random.random((2, codes)) < 0.1] = 0
    masses /= masses.sum(axis=1, keepdims=True)
    return cost, masses[0], masses[1]


def objective(numpy, plan, cost, a, b, epsilon, tau):
    """SPEC 6, term by term."""

    def divergence(p, q):
        used = p > 0
        return (p[used] * numpy.log(p[used] / q[used])).sum() - p.sum() + q.sum()

    positive = plan[plan > 0]
    entropy = (positive * (numpy.log(positive) - 1)).sum()
    return (plan * cost).sum() + epsilon * entropy + tau * (divergence(plan.sum(1), a) + divergence(plan.sum(0), b))


def best_of(runs, work):
    """Shortest time of some runs, and the last result."""
    shortest, result = float("inf"), None
    for _ in range(runs):
        start = time.perf_counter()
        result = work()
        shortest = min(shortest, time.perf_counter() - start)
    return shortest, result


def compare_uot(build, codes, epsilon=0.05, tau=1.0):
    """POT's default solver to the same change of scalings; at least 10 times is wanted."""
    try:
        import numpy
        import ot
    except ImportError as missing:
        return f"uot K {codes}: not compared, {missing}"
    cost, a, b = make_problem(numpy, codes)
    with tempfile.NamedTemporaryFile() as file:
        for array in (cost, a, b):
            file.write(numpy.ascontiguousarray(array).tobytes())
        file.flush()
        command = [f"{build}/bench/bench_uot", file.name, str(codes), str(epsilon), str(tau)]
        ours = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    seconds, value, converged = float(ours[0]), float(ours[1]), ours[4] == "1"

    def solve():
        return ot.unbalanced.sinkhorn_unbalanced(a, b, cost, epsilon, tau, stopThr=1e-9, numItermax=100000)

    peer, plan = best_of(20, solve)  # as many runs as bench_uot
    difference = abs(value - objective(numpy, plan, cost, a, b, epsilon, tau))
    return (
        f"uot K {codes}: {1e3 * seconds:.2f} ms, POT {1e3 * peer:.1f} ms: {peer / seconds:.1f} times"
        f" (at least 10); values differ by {difference:.1e}, converged {converged}"
    )


def compare_hdbscan(build, count=50000, dimensions=5):
    """Our clustering against umap-learn's time on the same points; at most a fiftieth is wanted."""
    try:
        import numpy
        import umap
    except ImportError as missing:
        return f"hdbscan {count} x {dimensions}: not compared, {missing}"
    random = numpy.random.default_rng(1)
    centres = 20 * random.random((300, dimensions))
    points = centres[random.integers(0, 300, count)] + 0.2 * random.standard_normal((count, dimensions))
    points = points.astype(numpy.float32)
    with tempfile.NamedTemporaryFile() as file:
        file.write(points.tobytes())
        file.flush()
        command = [f"{build}/bench/bench_hdbscan", file.name, str(count), str(dimensions)]
        line = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    seconds = float(re.search(r": ([0-9.]+) s", line).group(1))
    options = {"n_components": dimensions, "n_neighbors": 15, "min_dist": 0.0}
    umap.UMAP(**options, random_state=1).fit(points[:1000])
    peer, _ = best_of(1, lambda: umap.UMAP(**options, random_state=1).fit(points))
    return (
        f"hdbscan {count} x {dimensions}: {seconds:.3f} s, umap-learn {peer:.1f} s:"
        f" a {peer / seconds:.0f}th (at most a 50th)"
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", default="build")
    parser.add_argument("--skip-umap", action="store_true")
    arguments = parser.parse_args()
    for codes in (213, 1300):
        print(compare_uot(arguments.build, codes), flush=True)
    if not arguments.skip_umap:
        print(compare_hdbscan(arguments.build), flush=True)


if __name__ == "__main__":
    main()
