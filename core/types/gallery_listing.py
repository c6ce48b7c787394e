"""A gallery of any size as columns: a hundred thousand samples take a few megabytes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.types.arrays import read_only
from core.types.faces import Band

_BANDS = tuple(Band)


@dataclass(frozen=True, slots=True)
class ListedSample:
    """A sample as a list shows it.

    Attributes
    ----------
    sample_id, subject_id : int
        Keys.
    subject, gallery : str
        Names.
    recognizability : float
        Index.
    band : Band
        The index in words.
    overridden : bool
        Whether it was enrolled below the recognizability gate.
    """

    sample_id: int
    subject_id: int
    subject: str
    gallery: str
    recognizability: float
    band: Band
    overridden: bool


@dataclass(frozen=True, slots=True)
class ListedSubject:
    """A subject as a list shows it.

    Attributes
    ----------
    subject_id : int
        Key.
    subject, gallery : str
        Names.
    samples : int
        Number of samples.
    best : ListedSample
        The most recognizable one.
    """

    subject_id: int
    subject: str
    gallery: str
    samples: int
    best: ListedSample


@dataclass(frozen=True, slots=True, eq=False)
class GalleryListing:
    """Subjects in the order of gallery and name, and their samples in that order.

    Attributes
    ----------
    subject_ids : ndarray of int64, shape (m,)
        Keys of the subjects.
    subjects, galleries : tuple of str, length m
        Names, of each subject and of its gallery.
    starts : ndarray of int64, shape (m + 1,)
        First sample of each subject, and the number of samples.
    sample_ids : ndarray of int64, shape (n,)
        Keys of the samples.
    recognizability : ndarray of float64, shape (n,)
        Their indices.
    bands : ndarray of uint8, shape (n,)
        Their bands, as positions in :class:`Band`.
    overridden : ndarray of bool, shape (n,)
        Whether they were enrolled below the recognizability gate.
    """

    subject_ids: NDArray[np.int64]
    subjects: tuple[str, ...]
    galleries: tuple[str, ...]
    starts: NDArray[np.int64]
    sample_ids: NDArray[np.int64]
    recognizability: NDArray[np.float64]
    bands: NDArray[np.uint8]
    overridden: NDArray[np.bool_]

    def __post_init__(self) -> None:
        m, n = len(self.subjects), len(self.sample_ids)
        for name, dtype, length in (
            ("subject_ids", np.int64, m),
            ("starts", np.int64, m + 1),
            ("sample_ids", np.int64, n),
            ("recognizability", np.float64, n),
            ("bands", np.uint8, n),
            ("overridden", np.bool_, n),
        ):
            object.__setattr__(self, name, read_only(name, getattr(self, name), dtype, (length,)))

    @classmethod
    def empty(cls) -> GalleryListing:
        """Return the listing of nothing."""
        return cls(
            subject_ids=np.empty(0, np.int64),
            subjects=(),
            galleries=(),
            starts=np.zeros(1, np.int64),
            sample_ids=np.empty(0, np.int64),
            recognizability=np.empty(0, np.float64),
            bands=np.empty(0, np.uint8),
            overridden=np.empty(0, np.bool_),
        )

    def sample(self, position: int) -> ListedSample:
        """Return the sample at a position, from 0."""
        row = int(np.searchsorted(self.starts, position, side="right")) - 1
        return ListedSample(
            sample_id=int(self.sample_ids[position]),
            subject_id=int(self.subject_ids[row]),
            subject=self.subjects[row],
            gallery=self.galleries[row],
            recognizability=float(self.recognizability[position]),
            band=_BANDS[self.bands[position]],
            overridden=bool(self.overridden[position]),
        )

    def subject(self, row: int) -> ListedSubject:
        """Return the subject at a position, from 0."""
        start, stop = int(self.starts[row]), int(self.starts[row + 1])
        best = start + int(np.argmax(self.recognizability[start:stop]))
        return ListedSubject(
            int(self.subject_ids[row]),
            self.subjects[row],
            self.galleries[row],
            stop - start,
            self.sample(best),
        )

    def best_positions(self) -> NDArray[np.int64]:
        """Return the position of the most recognizable sample of each subject, shape (m,)."""
        rows = np.repeat(np.arange(len(self.subjects)), np.diff(self.starts))
        # The last of equal keys comes last, so the order of positions is turned around among equals.
        order = np.lexsort((-np.arange(len(rows)), self.recognizability, rows))
        return order[self.starts[1:] - 1]

    def positions(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the positions of all samples of some subjects, given by their own positions, in order."""
        spans = [np.arange(self.starts[row], self.starts[row + 1]) for row in np.sort(rows)]
        return np.concatenate(spans) if spans else np.empty(0, np.int64)
