"""How the gallery page fares with a hundred thousand samples: first paint, jump, scroll, memory.

    QT_QPA_PLATFORM=offscreen python -m tests.benchmarks.gallery_page_benchmark

The samples are synthetic: random unit vectors and small PNG crops, written straight into the database of a
workspace, which can be kept with --scratch. First paint is counted from the moment at which the data are
there to the end of the first painting of the window; a jump and a scroll are counted to the end of the
repaint; memory is what the process has grown by since the empty page was on show.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from sqlalchemy import insert

from app.jobs import JobRunner
from app.pages.gallery_page import GalleryPage
from app.state import AppState
from app.widgets.theme import apply_theme
from core.imaging.still import encode_png
from core.storage.database import Database
from core.storage.schema import CropRow, EmbeddingRow, GalleryRow, SampleRow, SubjectRow, TemplateRow
from core.types import GalleryListing, ModelCard
from core.workspace import Workspace

_AT_ONCE = 2000
_CROPS = 64
_REPEATS = 30


def fill(path: Path, samples: int, per_subject: int, card: ModelCard) -> None:
    """Write synthetic samples into the database of a workspace."""
    rng = np.random.default_rng(samples)
    crops = [
        encode_png(np.kron(rng.integers(0, 255, (7, 7, 3), np.uint8), np.ones((16, 16, 1), np.uint8)))
        for _ in range(_CROPS)
    ]
    database = Database.open(path)
    with database.write() as session:
        gallery = GalleryRow(name="synthetic")
        session.add(gallery)
        session.flush()
        for start in range(0, samples, _AT_ONCE):
            keys = range(start + 1, min(start + _AT_ONCE, samples) + 1)
            vectors = rng.standard_normal((len(keys), card.embedding_dim), dtype=np.float32)
            vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
            indices = rng.uniform(0, 1, len(keys))
            subjects = sorted({(key - 1) // per_subject + 1 for key in keys})
            known = (start + per_subject - 1) // per_subject
            fresh = [number for number in subjects if number > known]
            if fresh:
                session.execute(
                    insert(SubjectRow),
                    [{"id": n, "gallery_id": gallery.id, "name": f"Subject {n:06}"} for n in fresh],
                )
                session.execute(
                    insert(TemplateRow),
                    [
                        {
                            "subject_id": number,
                            "model_id": card.model_id,
                            "dim": card.embedding_dim,
                            "vector": vectors[0].tobytes(),
                        }
                        for number in fresh
                    ],
                )
            session.execute(
                insert(SampleRow), [_row(key, per_subject, indices[key - start - 1], card) for key in keys]
            )
            session.execute(insert(CropRow), [{"sample_id": key, "png": crops[key % _CROPS]} for key in keys])
            session.execute(
                insert(EmbeddingRow),
                [
                    {
                        "sample_id": key,
                        "model_id": card.model_id,
                        "recognizability": float(indices[row]),
                        "norm": 9.0,
                        "dim": card.embedding_dim,
                        "vector": vectors[row].tobytes(),
                    }
                    for row, key in enumerate(keys)
                ],
            )
    database.close()


def _row(key: int, per_subject: int, index: float, card: ModelCard) -> dict[str, object]:
    return {
        "id": key,
        "subject_id": (key - 1) // per_subject + 1,
        "source": f"/pictures/{key // 1000:03}/{key:06}.jpg",
        "source_sha256": f"{key:064x}",
        "box_x": 1.0,
        "box_y": 2.0,
        "box_width": 24.0,
        "box_height": 28.0,
        "landmarks": None,
        "detector": "synthetic",
        "confidence": 0.9,
        "eye_distance_px": 10.4,
        "alignment": "box",
        "recognizability": float(index),
        "band": card.bands.band(float(index)).value,
        "recognizability_kind": card.recognizability,
        "provisional": card.provisional,
        "model_id": card.model_id,
        "overridden": False,
        "authority": "Synthetic",
    }


def resident_mib() -> float:
    """Return how much memory the process holds."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def settle(runner: JobRunner) -> None:
    """Serve the event loop until nothing runs and nothing waits."""
    application = QCoreApplication.instance()
    assert application is not None
    for _ in range(3):
        while runner.active(quiet=True):
            application.processEvents()
        application.processEvents()


def painted(page: GalleryPage, change: Callable[[], object]) -> tuple[float, float]:
    """Return how long a change and the repaint that it needs take, and how long of that it ran, in ms."""
    start, busy = time.perf_counter(), time.thread_time()
    change()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
    page.window().repaint()
    return 1e3 * (time.perf_counter() - start), 1e3 * (time.thread_time() - busy)


def measure(directory: Path, repeats: int) -> None:
    """Print the figures of one workspace."""
    application = QApplication.instance() or QApplication(["discern"])
    assert isinstance(application, QApplication)
    apply_theme(application)
    with Workspace.open(directory) as workspace:
        runner = JobRunner(application)
        state = AppState(workspace.active_model())
        page = _page_without_rows(workspace, runner, state)
        page.resize(1360, 860)
        page.show()
        settle(runner)
        empty = resident_mib()
        start = time.perf_counter()
        listing = workspace.gallery_listing()
        read = time.perf_counter() - start
        first = painted(page, lambda: page.show_listing(listing))
        settle(runner)
        bar, view = page.browser.samples.verticalScrollBar(), page.browser.samples
        rng = np.random.default_rng(1)
        jumps = [
            painted(page, lambda: bar.setValue(int(rng.integers(bar.maximum())))) for _ in range(repeats)
        ]
        settle(runner)
        scrolls = [
            painted(page, lambda: bar.setValue(bar.value() + bar.singleStep())) for _ in range(repeats)
        ]
        settle(runner)
        chosen = [
            painted(page, lambda: page.browser.choose_sample(int(rng.integers(page.samples.rowCount()))))
            for _ in range(repeats)
        ]
        settle(runner)
        every = painted(page, view.selectAll)
        settle(runner)
        grown = resident_mib() - empty
        print(
            f"{page.samples.rowCount():,} samples of {page.subjects.rowCount():,} subjects, "
            f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"
        )
        print(f"  read from the database {1e3 * read:.0f} ms (not on the GUI thread)")
        print("                                 ms   of that running")
        for name, (wall, busy), goal in (
            ("first paint", first, 300),
            ("jump, median", _middle(jumps), 33),
            ("jump, longest", max(jumps), 33),
            ("scroll, median", _middle(scrolls), 33),
            ("scroll, longest", max(scrolls), 33),
            ("choose another, median", _middle(chosen), 33),
            ("choose all", every, 300),
        ):
            print(f"  {name:24} {wall:8.1f} {busy:8.1f}   goal {goal}")
        print(f"  memory growth {grown:.1f} MiB, goal 150")
        page.deleteLater()
        runner.shut_down()


def _middle(times: list[tuple[float, float]]) -> tuple[float, float]:
    return statistics.median(wall for wall, _ in times), statistics.median(busy for _, busy in times)


def _page_without_rows(workspace: Workspace, runner: JobRunner, state: AppState) -> GalleryPage:
    """Return the page on the workspace, before it has any data."""
    page = GalleryPage(workspace, runner, state)
    settle(runner)
    page.show_listing(GalleryListing.empty())
    settle(runner)
    return page


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--samples", type=int, default=100_000)
    parser.add_argument("--per-subject", type=int, default=1, help="samples a subject")
    parser.add_argument("--scratch", type=Path, help="a workspace to make, or one made before")
    parser.add_argument("--repeats", type=int, default=_REPEATS)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        directory = arguments.scratch or Path(temporary) / "workspace"
        if not (directory / "discern.db").exists():
            with Workspace.open(directory) as workspace:
                card = workspace.active_model()
            fill(directory / "discern.db", arguments.samples, arguments.per_subject, card)
        measure(directory, arguments.repeats)


if __name__ == "__main__":
    main()
