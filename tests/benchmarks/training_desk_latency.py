"""How late the desk's event loop answers while a model is tuned beside it.

    QT_QPA_PLATFORM=offscreen python -m tests.benchmarks.training_desk_latency --seconds 60

A real desk with all its pages stands on a workspace of made-up people; the Training page is on show and draws
the curves of a real tuning, which runs in its own process. A timer that should fire every 10 ms says how late
each call is, first without and then with the tuning. The load that the machine has from elsewhere is printed,
because it is part of both figures.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer

from app.bootstrap import Desk, create_application
from app.widgets.training.tune_dialog import TuneRequest
from core.progress import Progress
from core.training.events import StepDone, TrainingEvent
from core.training.tuning.control import RunControl
from core.training.tuning.presets import Method, Preset
from core.workspace import Workspace
from tests.core.made_people import write_people

BEAT_MS = 10
PEOPLE, PICTURES = 40, 4
GOAL_MS = 50.0


@dataclass(frozen=True, slots=True)
class Lateness:
    """How late calls of the heartbeat were, in ms."""

    count: int
    median: float
    p95: float
    p99: float
    largest: float

    @classmethod
    def of(cls, late_ms: list[float]) -> Lateness:
        """Sum up what was measured."""
        p95, p99 = np.percentile(late_ms, (95, 99))
        return cls(len(late_ms), statistics.median(late_ms), float(p95), float(p99), max(late_ms))


def beat(seconds: float) -> Lateness:
    """Let the event loop run for some time, and measure how late a precise timer is."""
    loop, late_ms = QEventLoop(), list[float]()
    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.setInterval(BEAT_MS)
    due = time.perf_counter() + BEAT_MS / 1000

    def tick() -> None:
        nonlocal due
        now = time.perf_counter()
        late_ms.append(max(0.0, (now - due) * 1000))
        due = now + BEAT_MS / 1000

    timer.timeout.connect(tick)
    timer.start()
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()
    timer.stop()
    return Lateness.of(late_ms)


class StepClock(QObject):
    """Hears when the tuning takes steps."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.steps = 0
        self.told: list[str] = []
        self._loop = QEventLoop(self)

    def hear(self, _: str, event: TrainingEvent) -> None:
        """Count steps."""
        if isinstance(event, StepDone):
            self.steps = event.step
            self._loop.quit()

    def complain(self, sentence: str, tone: str) -> None:
        """Keep what was told."""
        self.told.append(f"{tone}: {sentence}")
        if tone == "error":
            self._loop.quit()

    def wait(self) -> None:
        """Return at the next step, or when the tuning has failed."""
        self._loop.exec()


def prepare(directory: Path, progress: Progress) -> None:
    """Make a workspace with a labelled set."""
    people = write_people(directory.parent / "people", range(PEOPLE), PICTURES)
    with Workspace.open(directory) as workspace:
        workspace.make_labelled_set("camera", [people], progress=progress)


def processor_seconds(process: int | None) -> float:
    """Return how long a process has had a processor; 0 where /proc does not tell."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(desk: Desk, seconds: float, method: Method) -> tuple[Lateness, Lateness, StepClock, float]:
    """Measure the heartbeat without and with a tuning, and how much the tuning did meanwhile."""
    desk.window.resize(1280, 800)
    desk.window.show()
    desk.window.show_page("training")
    beat(3.0)
    quiet = beat(seconds)
    tunings = desk.window.pages.training.tunings
    clock = StepClock(desk.window)
    tunings.moved.connect(clock.hear)
    tunings.told.connect(clock.complain)
    tunings.begin(TuneRequest("latency", "camera", Preset.THOROUGH, method, "", None))
    clock.wait()
    child = RunControl(desk.workspace.directory / "training" / "runs" / "latency").process_id
    before = processor_seconds(child)
    busy = beat(seconds)
    return quiet, busy, clock, processor_seconds(child) - before


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60.0, help="of each measurement")
    parser.add_argument("--method", type=Method, default=Method.WHOLE, choices=list(Method))
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        directory = Path(scratch) / "workspace"
        prepare(directory, Progress())
        desk = create_application(["--workspace", str(directory)])
        try:
            quiet, busy, clock, worked = measure(desk, given.seconds, given.method)
        finally:
            desk.close()
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    print(f"{os.cpu_count()} cores; load of the last 1, 5 and 15 minutes: {load}; {given.method.value}")
    for complaint in clock.told:
        print(complaint)
    print(f"{'':<20}{'calls':>8}{'median':>9}{'p95':>9}{'p99':>9}{'max':>9}   (ms late)")
    for name, one in (("without a tuning", quiet), ("with a tuning", busy)):
        print(f"{name:<20}{one.count:>8}{one.median:>9.2f}{one.p95:>9.2f}{one.p99:>9.2f}{one.largest:>9.2f}")
    print(f"p99 with / without: {busy.p99 / max(quiet.p99, 0.01):.1f}")
    print(f"the tuning had a processor for {worked:.1f} of {given.seconds:.0f} s")
    print(f"goal p99 < {GOAL_MS:.0f} ms: {'reached' if busy.p99 < GOAL_MS else 'missed'}")


if __name__ == "__main__":
    main()
