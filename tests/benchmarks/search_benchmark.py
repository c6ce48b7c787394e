"""How fast the exact search is, against faiss and against the memory of the machine, in one run.

    env -u OPENBLAS_CORETYPE -u OPENBLAS_L2_SIZE python tests/benchmarks/search_benchmark.py

Some containers set `OPENBLAS_CORETYPE`, which holds numpy to the kernels of an older processor; without
unsetting it the figures are too low. Ratios of one run can be compared between machines, times cannot.
faiss (`pip install faiss-cpu`, or its directory on `PYTHONPATH`) is optional.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

# The threads of faiss would otherwise spin for a while after each search and take the processors from ours.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import numpy as np
from numpy.typing import NDArray

from core.search.identify import identify
from core.search.index import Index
from core.storage.database import Database
from core.types import Fusion, SubjectEmbeddings, Template

MODEL = "0" * 64
TOP = 20
PROBES = 32


def unit(array: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return rows at unit length."""
    array /= np.linalg.norm(array, axis=1, keepdims=True)
    return array


def subjects(vectors: NDArray[np.float32]) -> Iterator[SubjectEmbeddings]:
    """Give each vector as a subject with one sample."""
    for key, vector in enumerate(vectors, start=1):
        yield SubjectEmbeddings(1, key, key, vector, (key,), vector[None])


def interleaved(repeats: int, *tasks: Callable[[], object]) -> list[float]:
    """Return the median time of each task in seconds; they take turns, so that all meet the same load."""
    times: list[list[float]] = [[] for _ in tasks]
    for task in tasks:
        task()
    for _ in range(repeats):
        for task, taken in zip(tasks, times, strict=True):
            start = time.perf_counter()
            task()
            taken.append(time.perf_counter() - start)
    return [statistics.median(taken) for taken in times]


def read_with_numpy(vectors: NDArray[np.float32]) -> None:
    """Read all bytes once, with as many threads as there are processors and next to no arithmetic."""
    parts = np.array_split(vectors.reshape(-1).view(np.uint64), os.cpu_count() or 1)
    workers = [threading.Thread(target=np.bitwise_or.reduce, args=(part,)) for part in parts]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def read_with_blas(vectors: NDArray[np.float32]) -> None:
    """Read all bytes once as the product of a vector with itself, which BLAS spreads over the processors."""
    flat = vectors.reshape(-1)
    np.dot(flat, flat)


def measure_search(size: int, dim: int, directory: Path) -> None:
    """Print how one size of gallery fares."""
    rng = np.random.default_rng(size)
    vectors = unit(rng.standard_normal((size, dim), dtype=np.float32))
    noisy = vectors[:PROBES] + 0.5 / np.sqrt(dim) * rng.standard_normal((PROBES, dim), dtype=np.float32)
    probes = [Template(probe, MODEL) for probe in unit(noisy.astype(np.float32))]
    start = time.perf_counter()
    index = Index.build(directory / "index", subjects(vectors), MODEL, 1)
    built = time.perf_counter() - start
    start = time.perf_counter()
    index.verify()
    verified = time.perf_counter() - start
    print(f"\n{size:,} x {dim}: built in {built:.2f} s, hashes verified in {verified:.3f} s")
    repeats = 7 if size >= 1_000_000 else 31

    tasks: dict[str, Callable[[], object]] = {
        "read by numpy": lambda: read_with_numpy(vectors),
        "read by BLAS": lambda: read_with_blas(vectors),
        "1 probe": lambda: identify(index, probes[:1], k=TOP),
        "32 probes": lambda: identify(index, probes, k=TOP),
        "32 probes, weighted": lambda: identify(index, probes, k=TOP, fusion=Fusion.WEIGHTED),
    }
    try:
        import faiss
    except ImportError:
        print("faiss cannot be imported and is left out.")
    else:
        flat = faiss.IndexFlatIP(dim)
        flat.add(vectors)
        batch = np.stack([probe.embedding for probe in probes])
        tasks["faiss 1"] = lambda: flat.search(batch[:1], TOP)
        tasks["faiss 32"] = lambda: flat.search(batch, TOP)
        theirs = flat.search(batch, TOP)[1] + 1
        ours = [[hit.subject_id for hit in hits] for hits in identify(index, probes, k=TOP)]
        print(f"lists equal to those of faiss: {sum(map(list.__eq__, ours, theirs.tolist()))} of {PROBES}")
    took = dict(zip(tasks, interleaved(repeats, *tasks.values()), strict=True))
    for name, seconds in took.items():
        print(f"  {name:22}{1e3 * seconds:10.2f} ms")
    fastest = min(took["read by numpy"], took["read by BLAS"])
    print(f"  memory read at {vectors.nbytes / fastest / 1e9:.1f} GB/s")
    print(f"  one probe:  {fastest / took['1 probe']:.0%} of that bandwidth (goal 60% at 1 million)")
    if "faiss 1" in took:
        print(f"  one probe:  {took['faiss 1'] / took['1 probe']:.2f} x faster than faiss (goal 1)")
        print(f"  32 probes:  {took['faiss 32'] / took['32 probes']:.2f} x faster than faiss (goal 4)")


def measure_opening(size: int, dim: int, directory: Path) -> None:
    """Print how long a workspace of so many templates takes to open."""
    vectors = unit(np.random.default_rng(0).standard_normal((size, dim), dtype=np.float32))
    np.save(directory / "vectors.npy", vectors)
    path = directory / "opened"
    Index.build(path, subjects(vectors), MODEL, 1)
    Database.open(directory / "opened.sqlite").close()

    def open_workspace() -> None:
        Database.open(directory / "opened.sqlite").close()
        Index.open(path)

    loaded, opened, verified = interleaved(
        15,
        lambda: np.load(directory / "vectors.npy"),
        open_workspace,
        lambda: Index.open(path).templates(),
    )
    print(f"\nOpening {size:,} templates x {dim}")
    print(f"  np.load of the templates' bytes          {1e3 * loaded:8.1f} ms")
    print(
        f"  database and index                       {1e3 * opened:8.1f} ms: {opened / loaded:.2f} x (goal 2)"
    )
    print(f"  index, with the hash of the templates    {1e3 * verified:8.1f} ms: {verified / loaded:.2f} x")


def main() -> None:
    """Run all of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", default="10000,100000,1000000", help="gallery sizes, comma-separated")
    parser.add_argument("--dim", type=int, default=512, help="numbers in an embedding")
    parser.add_argument("--scratch", type=Path, help="directory for the files, which need 6 kB a subject")
    arguments = parser.parse_args()
    if "OPENBLAS_CORETYPE" in os.environ:
        print("OPENBLAS_CORETYPE is set: numpy may be held back.")
    load = os.getloadavg()[0]
    print(f"{os.cpu_count()} processors, load {load:.1f}, numpy {np.__version__}; medians, lists of {TOP}")
    with tempfile.TemporaryDirectory(dir=arguments.scratch) as scratch:
        for size in map(int, arguments.sizes.split(",")):
            measure_search(size, arguments.dim, Path(scratch))
        measure_opening(100_000, arguments.dim, Path(scratch))


if __name__ == "__main__":
    main()
