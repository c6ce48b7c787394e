"""Batches of files that are under way, written down so that a crash does not lose them."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from core.progress import Progress

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Batch:
    """Files that are analysed together.

    Attributes
    ----------
    case_id : int or None
        The case that they are taken into.
    paths : tuple of Path
        Files and folders, as they were opened.
    """

    case_id: int | None
    paths: tuple[Path, ...]


class UnfinishedBatches:
    """The batches under way, in one small file; what it holds at a start was left by a crash.

    Everything here reads or writes the file, and therefore belongs on a lane of the job runner.

    Parameters
    ----------
    file : Path
        Where they are written down.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._under_way: list[Batch] = []

    def left(self) -> tuple[Batch, ...]:
        """Return what a crash left, and forget it; nothing when the file cannot be read."""
        with self._lock:
            try:
                found = json.loads(self._file.read_text(encoding="utf-8"))
                batches = tuple(Batch(one["case"], tuple(map(Path, one["paths"]))) for one in found)
            except (OSError, ValueError, TypeError, KeyError):
                batches = ()
            self._write()
        return batches

    def watched(
        self, batch: Batch, work: Callable[[Progress], Iterator[T]]
    ) -> Callable[[Progress], Iterator[T]]:
        """Return the same work, written down from its first item until it ends, in whatever way it does.

        Parameters
        ----------
        batch : Batch
            What is worked on.
        work : callable
            Work for :meth:`~app.jobs.JobRunner.stream`.

        Returns
        -------
        callable
            Work for the same.
        """

        def _work(progress: Progress) -> Iterator[T]:
            self._change(batch, under_way=True)
            try:
                yield from work(progress)
            finally:
                self._change(batch, under_way=False)

        return _work

    def _change(self, batch: Batch, *, under_way: bool) -> None:
        with self._lock:
            if under_way:
                self._under_way.append(batch)
            else:
                self._under_way.remove(batch)
            self._write()

    def _write(self) -> None:
        if not self._under_way:
            self._file.unlink(missing_ok=True)
            return
        text = json.dumps(
            [{"case": batch.case_id, "paths": list(map(str, batch.paths))} for batch in self._under_way]
        )
        part = self._file.with_suffix(".part")
        part.write_text(text, encoding="utf-8")
        os.replace(part, self._file)


def remaining(batch: Batch, known: Sequence[str]) -> Batch:
    """Return a batch without the files whose path is already in its case; folders stay.

    Parameters
    ----------
    batch : Batch
        What a crash left.
    known : sequence of str
        Paths of the pictures that the case keeps.

    Returns
    -------
    Batch
        What is still to be done.
    """
    taken = set(known)
    return Batch(batch.case_id, tuple(path for path in batch.paths if str(path) not in taken))
