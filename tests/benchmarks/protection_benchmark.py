"""What the encryption of a workspace costs, as ratios encrypted / plain of one run.

    python tests/benchmarks/protection_benchmark.py [--samples 20000] [--repeats 5]

Ratios can be compared between machines, times cannot. "open" is the database with its schema checked and
its key at hand; "key" the time that scrypt takes once a start. "index" is the first search of a process: the
side file is mapped and hashed in a plain workspace, deciphered into memory and hashed in an encrypted one,
and "from rows" is what reading the vectors from the database instead would take.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.search.identify import identify
from core.search.index import Index
from core.storage.database import Database
from core.storage.protection.keys import Derivation, Keys
from core.storage.protection.place import Place
from core.storage.samples import NewSample, add_samples
from core.storage.templates import embedding_rows
from core.types import AlignmentSource, Band, BoundingBox, Recognizability, Template

MODEL = "0" * 64
DIM = 512
FACES = 1000
AT_ONCE = 500


def sample(vector: NDArray[np.float32], number: int, crop_bytes: int = 20_000) -> NewSample:
    """Return a face with a crop of a usual size."""
    return NewSample(
        source=f"/pictures/{number}.jpg",
        source_sha256=f"{number:064x}",
        box=BoundingBox(1, 2, 30, 40),
        landmarks=None,
        detector="benchmark",
        confidence=0.9,
        eye_distance_px=12.5,
        alignment=AlignmentSource.BOX,
        recognizability=Recognizability(0.5, Band.FAIR, "RI", True),
        crop_png=np.random.default_rng(number).bytes(crop_bytes),
        embedding=vector,
        embedding_norm=9.0,
        model_id=MODEL,
    )


def units(count: int, seed: int) -> NDArray[np.float32]:
    """Return random rows of unit length."""
    rows = np.random.default_rng(seed).standard_normal((count, DIM), dtype=np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows


def write(database: Database, rows: NDArray[np.float32], first: int) -> None:
    """Enrol each row as a subject of its own, one transaction for each, as enrolment does."""
    for number, row in enumerate(rows, start=first):
        with database.write() as session:
            add_samples(session, "default", f"Subject {number:06}", [sample(row, number)])


def fill(database: Database, samples: int) -> None:
    """Enrol many subjects in few transactions; their crops take no part in a search and are small."""
    rows = units(samples, 1)
    for start in range(0, samples, AT_ONCE):
        with database.write() as session:
            for number in range(start, min(start + AT_ONCE, samples)):
                add_samples(session, "default", f"Filler {number:06}", [sample(rows[number], number, 200)])


def seconds(task: Callable[[], object], repeats: int) -> float:
    """Return the median time of a task."""
    taken = []
    for _ in range(repeats):
        start = time.perf_counter()
        task()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def measure(place: Place, samples: int, repeats: int) -> dict[str, float]:
    """Return the time of each task in seconds."""
    database = Database.open(place.database, place.connector)
    fill(database, samples)
    probe = [Template(units(1, 7)[0], MODEL)]
    path = place.index / "benchmark.idx"

    def _rows() -> None:
        with database.read() as session:
            for _ in embedding_rows(session, MODEL):
                pass

    def _build() -> None:
        with database.read() as session:
            Index.build(path, embedding_rows(session, MODEL), MODEL, 1, place.seal)

    def _first() -> None:
        opened = Index.open(path, place.seal)
        opened.verify()
        identify(opened, probe, k=20)

    found = {"build the index": seconds(_build, 1), "index, first search": seconds(_first, repeats)}
    index = Index.open(path, place.seal)
    found["search"] = seconds(lambda: identify(index, probe, k=20), 3 * repeats)
    found["from rows"] = seconds(_rows, repeats)
    database.close()
    found["open"] = seconds(lambda: Database.open(place.database, place.connector).close(), 3 * repeats)
    database = Database.open(place.database, place.connector)
    found[f"write {FACES} faces"] = seconds(lambda: write(database, units(FACES, 3), samples), 1)
    database.close()
    return found


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=20_000)
    parser.add_argument("--repeats", type=int, default=5)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        plain = Place(Path(folder), Path(folder) / "plain")
        encrypted = Place(Path(folder), Path(folder) / "encrypted", Keys.fresh())
        one = measure(plain, arguments.samples, arguments.repeats)
        other = measure(encrypted, arguments.samples, arguments.repeats)
    print(f"{arguments.samples:,} samples of {DIM} numbers; key (scrypt): ", end="")
    print(f"{seconds(lambda: Derivation.fresh().key('correct horse battery'), 3):.2f} s")
    print(f"{'':22}{'plain s':>12}{'encrypted s':>14}{'ratio':>8}")
    for name, taken in one.items():
        print(f"{name:22}{taken:12.4f}{other[name]:14.4f}{other[name] / taken:8.2f}")


if __name__ == "__main__":
    main()
