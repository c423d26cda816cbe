"""The program beside umap-learn, POT, scikit-learn and NumPy, each with two threads, its just-in-time compilation warmed:
python3 tests/bench/peers.py --build build. Says what is not installed. A function per comparison."""

import argparse
import json
import os
import subprocess
import tempfile
import time

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ.setdefault(variable, "2")

import peers_optimal  # noqa: E402 - reads the variables above when it loads


def run_dove(build, *arguments):
    """Runs a verb with --json on two threads; returns what it printed."""
    command = [f"{build}/dove", "compute", *arguments, "--threads", "2", "--json"]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def make_directions(numpy, count, columns, centres, noise, seed=1):
    """Unit vectors near random directions, and the number of each one's direction."""
    random = numpy.random.default_rng(seed)
    middle = random.standard_normal((centres, columns))
    middle /= numpy.linalg.norm(middle, axis=1, keepdims=True)
    labels = random.integers(0, centres, count)
    points = middle[labels] + noise * random.standard_normal((count, columns))
    points /= numpy.linalg.norm(points, axis=1, keepdims=True)
    return points.astype(numpy.float32), labels


def compare_umap(build, count=50000, columns=256, dimensions=5):
    """Neighbours and UMAP; at least 5 times umap-learn is wanted, with clusters as good."""
    name = f"umap {count} x {columns} to {dimensions}"
    try:
        import numpy
        import umap
        from sklearn.metrics import adjusted_rand_score
    except ImportError as missing:
        return f"{name}: not compared, {missing}"
    points, labels = make_directions(numpy, count, columns, 300, 0.0375)
    with tempfile.TemporaryDirectory() as folder:
        numpy.save(f"{folder}/x.npy", points)
        answer = run_dove(build, "cluster", f"{folder}/x.npy", "--umap-dim", str(dimensions), "--neighbors", "15",
                          "--min-cluster-size", "5", "-o", f"{folder}/labels.npy")
        index = adjusted_rand_score(labels, numpy.load(f"{folder}/labels.npy"))
    seconds = answer["seconds"]["knn"] + answer["seconds"]["umap"]
    options = {"n_components": dimensions, "n_neighbors": 15, "min_dist": 0.0, "metric": "cosine", "random_state": 1}
    umap.UMAP(**options).fit(points[:5000])
    start = time.perf_counter()
    umap.UMAP(**options).fit(points)
    peer = time.perf_counter() - start
    return (
        f"{name}: {seconds:.2f} s, umap-learn {peer:.1f} s: {peer / seconds:.1f} times (at least 5);"
        f" Rand index after HDBSCAN {index:.3f}"
    )


def compare_neighbors(count=20000, columns=256):
    """What scikit-learn takes for the exact neighbours, as a yardstick for bench_geometry's lines."""
    name = f"scikit-learn, exact neighbours {count} x {columns}"
    try:
        import numpy
        from sklearn.neighbors import NearestNeighbors
    except ImportError as missing:
        return f"{name}: not measured, {missing}"
    points, _ = make_directions(numpy, count, columns, 300, 0.0375)
    start = time.perf_counter()
    NearestNeighbors(n_neighbors=15, metric="cosine", algorithm="brute").fit(points).kneighbors()
    searching = time.perf_counter() - start
    start = time.perf_counter()
    points @ points.T
    bare = time.perf_counter() - start
    return f"{name}: {searching:.2f} s, {searching / bare:.1f} times NumPy's bare product"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", default="build")
    build = parser.parse_args().build
    comparisons = (
        lambda: compare_umap(build),
        compare_neighbors,
        lambda: peers_optimal.compare_uot(build, 213),
        lambda: peers_optimal.compare_uot(build, 1300),
        lambda: peers_optimal.compare_hdbscan(build),
    )
    for compare in comparisons:
        print(compare(), flush=True)


if __name__ == "__main__":
    main()
