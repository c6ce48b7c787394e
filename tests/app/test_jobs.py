"""Jobs: lanes, streams, cancellation, errors, and who may be called back when."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from app.jobs import Batch, JobRunner, JobState, JobStatus, Lane, UnfinishedBatches, remaining
from app.jobs.worker import CAPACITY, Mailbox, Started
from core.errors import UsageError
from core.progress import Progress


@pytest.fixture
def owner() -> QObject:
    """Return somebody to call back."""
    return QObject()


def finish(runner: JobRunner, qtbot: QtBot) -> None:
    """Wait until nothing runs."""
    qtbot.waitUntil(lambda: not runner.active(quiet=True))


def test_a_result_is_delivered_on_the_thread_of_the_runner(
    runner: JobRunner, owner: QObject, qtbot: QtBot
) -> None:
    seen: list[tuple[int, int]] = []
    runner.run(
        Lane.IO,
        "job",
        lambda progress: threading.get_ident(),
        owner=owner,
        then=lambda worker: seen.append((worker, threading.get_ident())),
    )
    finish(runner, qtbot)
    ((worker, caller),) = seen
    assert caller == threading.get_ident()
    assert worker != caller


@pytest.mark.parametrize("lane", [Lane.MODEL, Lane.VIDEO])
def test_lanes_of_one_thread_keep_all_jobs_on_it(
    runner: JobRunner, owner: QObject, qtbot: QtBot, lane: Lane
) -> None:
    seen: list[int] = []
    for _ in range(20):
        runner.run(lane, "job", lambda progress: threading.get_ident(), owner=owner, then=seen.append)
    finish(runner, qtbot)
    assert len(seen) == 20
    assert len(set(seen)) == 1


def test_items_of_a_stream_arrive_one_by_one_in_order_before_the_end(
    runner: JobRunner, owner: QObject, qtbot: QtBot
) -> None:
    seen: list[object] = []
    runner.stream(
        Lane.MODEL,
        "stream",
        lambda progress: iter(range(1000)),
        owner=owner,
        each=seen.append,
        then=lambda _: seen.append("then"),
        ended=lambda: seen.append("ended"),
    )
    finish(runner, qtbot)
    assert seen == [*range(1000), "then", "ended"]


def test_a_first_item_arrives_while_the_second_is_still_worked_on(
    runner: JobRunner, owner: QObject, qtbot: QtBot
) -> None:
    go_on = threading.Event()
    seen: list[int] = []

    def _items(progress: Progress) -> Iterator[int]:
        yield 1
        assert go_on.wait(10)
        yield 2

    runner.stream(Lane.MODEL, "stream", _items, owner=owner, each=seen.append)
    qtbot.waitUntil(lambda: seen == [1])
    go_on.set()
    finish(runner, qtbot)
    assert seen == [1, 2]


def test_progress_reaches_the_panel(runner: JobRunner, owner: QObject, qtbot: QtBot) -> None:
    statuses: list[JobStatus] = []
    runner.changed.connect(statuses.append)

    def _work(progress: Progress) -> None:
        for done in range(1, 4):
            progress.step(done, 3, f"item {done}")

    runner.run(Lane.IO, "job", _work, owner=owner)
    finish(runner, qtbot)
    assert statuses[0].state is JobState.QUEUED
    assert statuses[-1].state is JobState.DONE
    assert statuses[-1].step.done == 3
    assert [status.step.done for status in statuses] == sorted(status.step.done for status in statuses)


def test_an_expected_error_is_told_in_its_own_sentence(
    runner: JobRunner, owner: QObject, qtbot: QtBot
) -> None:
    told: list[str] = []

    def _work(progress: Progress) -> None:
        raise UsageError("The folder is empty.")

    runner.run(Lane.IO, "job", _work, owner=owner, then=lambda _: told.append("then"), failed=told.append)
    finish(runner, qtbot)
    assert told == ["The folder is empty."]


def test_an_unexpected_error_is_told_in_one_sentence_and_logged_in_full(
    runner: JobRunner, owner: QObject, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[str] = []
    runner.run(Lane.IO, "job", lambda progress: 1 / 0, owner=owner, failed=told.append)
    finish(runner, qtbot)
    assert len(told) == 1
    assert "ZeroDivisionError" in told[0]
    assert told[0].endswith("see the log file.")
    assert "Traceback" in caplog.text


def test_issues_of_items_are_listed_while_the_rest_goes_on(
    runner: JobRunner, owner: QObject, qtbot: QtBot
) -> None:
    statuses: list[JobStatus] = []
    runner.changed.connect(statuses.append)
    seen: list[int] = []
    runner.stream(
        Lane.IO,
        "stream",
        lambda progress: iter(range(4)),
        owner=owner,
        each=seen.append,
        issue=lambda item: f"{item} is odd." if item % 2 else "",
    )
    finish(runner, qtbot)
    assert seen == [0, 1, 2, 3]
    assert statuses[-1].issues == ("1 is odd.", "3 is odd.")


def test_a_running_job_stops_at_its_next_step(runner: JobRunner, owner: QObject, qtbot: QtBot) -> None:
    seen: list[str] = []
    started = threading.Event()

    def _endless(progress: Progress) -> None:
        started.set()
        while True:
            progress.check()

    job_id = runner.run(
        Lane.MODEL,
        "endless",
        _endless,
        owner=owner,
        then=lambda _: seen.append("then"),
        failed=seen.append,
        ended=lambda: seen.append("ended"),
    )
    qtbot.waitUntil(started.is_set)
    runner.cancel(job_id)
    finish(runner, qtbot)
    assert seen == ["ended"]


def test_a_queued_job_that_is_cancelled_ends_at_once_and_never_runs(
    runner: JobRunner, owner: QObject, qtbot: QtBot
) -> None:
    go_on, ran = threading.Event(), threading.Event()
    statuses: dict[int, JobState] = {}
    runner.changed.connect(lambda status: statuses.update({status.job_id: status.state}))
    runner.run(Lane.MODEL, "first", lambda progress: go_on.wait(10), owner=owner)
    second = runner.run(Lane.MODEL, "second", lambda progress: ran.set(), owner=owner)
    runner.cancel(second)
    assert statuses[second] is JobState.CANCELLED
    go_on.set()
    finish(runner, qtbot)
    assert not ran.is_set()


def test_cancelling_a_job_that_has_ended_does_nothing(
    runner: JobRunner, owner: QObject, qtbot: QtBot
) -> None:
    job_id = runner.run(Lane.IO, "job", lambda progress: None, owner=owner)
    finish(runner, qtbot)
    runner.cancel(job_id)
    assert runner.active(quiet=True) == ()


def test_an_owner_that_is_gone_is_not_called_back(runner: JobRunner, qtbot: QtBot) -> None:
    owner = QObject()
    seen: list[object] = []
    go_on = threading.Event()
    runner.run(Lane.IO, "job", lambda progress: go_on.wait(10), owner=owner, then=seen.append)
    with qtbot.waitSignal(owner.destroyed):
        owner.deleteLater()
    go_on.set()
    finish(runner, qtbot)
    assert seen == []


def test_quiet_jobs_are_left_out_unless_asked_for(runner: JobRunner, owner: QObject, qtbot: QtBot) -> None:
    go_on = threading.Event()
    runner.run(Lane.IO, "quiet", lambda progress: go_on.wait(10), owner=owner, quiet=True)
    assert runner.active() == ()
    assert [status.title for status in runner.active(quiet=True)] == ["quiet"]
    with qtbot.waitSignal(runner.idled):
        go_on.set()


def test_two_thousand_short_jobs_all_come_back(runner: JobRunner, owner: QObject, qtbot: QtBot) -> None:
    seen: list[int] = []
    lanes = list(Lane)
    for number in range(2000):
        runner.run(
            lanes[number % 3], "job", lambda progress, number=number: number, owner=owner, then=seen.append
        )
    qtbot.waitUntil(lambda: len(seen) == 2000, timeout=30_000)
    assert sorted(seen) == list(range(2000))


def test_shutting_down_stops_what_runs_and_what_waits(qtbot: QtBot, owner: QObject) -> None:
    runner = JobRunner()
    started = threading.Event()

    def _endless(progress: Progress) -> None:
        started.set()
        while True:
            progress.check()

    for _ in range(3):
        runner.run(Lane.MODEL, "endless", _endless, owner=owner)
    qtbot.waitUntil(started.is_set)
    runner.shut_down()
    finish(runner, qtbot)
    runner.deleteLater()


class Counting:
    """A stream of numbers that goes on when it is let, and knows what became of it."""

    def __init__(self) -> None:
        self.steps = threading.Semaphore(0)
        self.threads: set[int] = set()
        self.closed = threading.Event()

    def __call__(self, progress: Progress) -> Iterator[int]:
        try:
            for number in range(4):
                assert self.steps.acquire(timeout=10)
                self.threads.add(threading.get_ident())
                yield number
        finally:
            self.closed.set()


def state_of(runner: JobRunner, job_id: int) -> JobState | None:
    """Return the state of a job that has not ended."""
    return next((one.state for one in runner.active(quiet=True) if one.job_id == job_id), None)


def test_a_paused_stream_leaves_its_lane_to_others_and_goes_on_where_it_stopped(
    runner: JobRunner, owner: QObject, qtbot: QtBot
) -> None:
    counting, seen = Counting(), list[object]()
    job_id = runner.stream(
        Lane.MODEL, "stream", counting, owner=owner, each=seen.append, then=lambda _: seen.append("then")
    )
    counting.steps.release()
    qtbot.waitUntil(lambda: seen == [0])
    runner.pause(job_id)
    assert runner.active()[0].pausing
    counting.steps.release()
    qtbot.waitUntil(lambda: state_of(runner, job_id) is JobState.PAUSED)
    assert seen == [0, 1]
    runner.run(Lane.MODEL, "other", lambda progress: "other", owner=owner, then=seen.append)
    qtbot.waitUntil(lambda: seen == [0, 1, "other"])
    counting.steps.release(4)
    runner.resume(job_id)
    finish(runner, qtbot)
    assert seen == [0, 1, "other", 2, 3, "then"]
    assert len(counting.threads) == 1


def test_a_queued_stream_is_paused_before_it_begins(runner: JobRunner, owner: QObject, qtbot: QtBot) -> None:
    go_on, counting, seen = threading.Event(), Counting(), list[int]()
    runner.run(Lane.MODEL, "first", lambda progress: go_on.wait(10), owner=owner)
    job_id = runner.stream(Lane.MODEL, "stream", counting, owner=owner, each=seen.append)
    runner.pause(job_id)
    assert state_of(runner, job_id) is JobState.PAUSED
    go_on.set()
    qtbot.waitUntil(lambda: len(runner.active()) == 1)
    assert seen == []
    counting.steps.release(4)
    runner.resume(job_id)
    finish(runner, qtbot)
    assert seen == [0, 1, 2, 3]


def test_a_paused_stream_that_is_cancelled_ends_at_once_and_is_closed_on_its_lane(
    runner: JobRunner, owner: QObject, qtbot: QtBot
) -> None:
    counting, seen = Counting(), list[object]()
    job_id = runner.stream(
        Lane.MODEL, "stream", counting, owner=owner, each=seen.append, ended=lambda: seen.append("ended")
    )
    counting.steps.release()
    qtbot.waitUntil(lambda: seen == [0])
    runner.pause(job_id)
    runner.resume(job_id)
    runner.pause(job_id)
    counting.steps.release()
    qtbot.waitUntil(lambda: state_of(runner, job_id) is JobState.PAUSED)
    runner.cancel(job_id)
    assert runner.active() == ()
    assert seen[-1] == "ended"
    qtbot.waitUntil(counting.closed.is_set)


def test_a_pause_that_is_taken_back_in_time_changes_nothing(
    runner: JobRunner, owner: QObject, qtbot: QtBot
) -> None:
    counting, seen = Counting(), list[int]()
    job_id = runner.stream(Lane.MODEL, "stream", counting, owner=owner, each=seen.append)
    counting.steps.release()
    qtbot.waitUntil(lambda: seen == [0])
    runner.pause(job_id)
    runner.resume(job_id)
    counting.steps.release(3)
    finish(runner, qtbot)
    assert seen == [0, 1, 2, 3]


def test_work_that_has_one_result_cannot_be_paused(runner: JobRunner, owner: QObject, qtbot: QtBot) -> None:
    go_on, seen = threading.Event(), list[bool]()
    job_id = runner.run(Lane.IO, "job", lambda progress: go_on.wait(10), owner=owner, then=seen.append)
    runner.pause(job_id)
    assert not runner.active()[0].pausing
    go_on.set()
    finish(runner, qtbot)
    assert seen == [True]


def test_shutting_down_closes_what_is_paused(qtbot: QtBot, owner: QObject) -> None:
    runner, counting, seen = JobRunner(), Counting(), list[int]()
    job_id = runner.stream(Lane.MODEL, "stream", counting, owner=owner, each=seen.append)
    counting.steps.release()
    qtbot.waitUntil(lambda: seen == [0])
    runner.pause(job_id)
    counting.steps.release()
    qtbot.waitUntil(lambda: state_of(runner, job_id) is JobState.PAUSED)
    runner.shut_down()
    assert counting.closed.is_set()
    runner.deleteLater()


def test_a_batch_under_way_is_written_down_until_it_ends(
    owner: QObject, qtbot: QtBot, tmp_path: Path
) -> None:
    file = tmp_path / "unfinished.json"
    runner, counting = JobRunner(None, UnfinishedBatches(file)), Counting()
    batch = Batch(7, (Path("a.png"), Path("b.png")))
    job_id = runner.stream(Lane.MODEL, "batch", counting, owner=owner, each=lambda _: None, batch=batch)
    qtbot.waitUntil(file.is_file)
    assert UnfinishedBatches(file).left() == (batch,)
    assert not file.exists()
    runner.cancel(job_id)
    counting.steps.release()
    finish(runner, qtbot)
    assert UnfinishedBatches(file).left() == ()
    runner.shut_down()
    runner.deleteLater()


@pytest.mark.parametrize("text", ["", "[", "{}", '[{"case": 1}]', "[3]"])
def test_a_damaged_list_of_batches_is_passed_over(tmp_path: Path, text: str) -> None:
    file = tmp_path / "unfinished.json"
    file.write_text(text, encoding="utf-8")
    assert UnfinishedBatches(file).left() == ()


def test_files_that_the_case_already_keeps_are_not_analysed_again() -> None:
    batch = Batch(1, (Path("/a.png"), Path("/b.png"), Path("/folder")))
    assert remaining(batch, ["/a.png"]) == Batch(1, (Path("/b.png"), Path("/folder")))


def test_a_stream_waits_for_a_window_that_does_not_keep_up(
    runner: JobRunner, owner: QObject, qtbot: QtBot
) -> None:
    made: list[int] = []
    seen: list[int] = []

    def _numbers(progress: Progress) -> Iterator[int]:
        for number in range(20 * CAPACITY):
            made.append(number)
            yield number

    runner.stream(Lane.MODEL, "job", _numbers, owner=owner, each=seen.append)
    # Nobody reads here: the worker has to stop by itself, with its first message and these in the box.
    while len(made) < CAPACITY - 1:
        runner.active()
    for _ in range(100_000):
        runner.active()
    assert len(made) == CAPACITY - 1
    finish(runner, qtbot)
    assert seen == list(range(20 * CAPACITY))


def test_a_stream_that_waits_for_the_window_can_be_stopped(
    runner: JobRunner, owner: QObject, qtbot: QtBot
) -> None:
    def _forever(progress: Progress) -> Iterator[int]:
        while True:
            yield 1

    runner.stream(Lane.MODEL, "job", _forever, owner=owner, each=lambda _: None)
    # Waits, without reading, for the worker that waits for the reader.
    runner.shut_down()
    finish(runner, qtbot)


def test_a_mailbox_rings_once_until_it_is_emptied() -> None:
    rings: list[int] = []
    box = Mailbox(lambda: rings.append(1))
    for number in range(5):
        box.post(Started(number))
    assert len(rings) == 1
    assert [message.job_id for message in box.take(3)] == [0, 1, 2]
    assert len(rings) == 2
    assert [message.job_id for message in box.take(3)] == [3, 4]
    assert len(rings) == 2
    box.post(Started(9))
    assert len(rings) == 3
