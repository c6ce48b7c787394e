"""The candidate list of a search, as far as the examiner at work may see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from string import ascii_uppercase
from typing import Any

from PySide6.QtCore import QObject, Qt

from app.qtmodels.rows import Index, RowsModel
from app.qtmodels.thumbnails import Thumbnails
from core.types import Band, Candidate, ShownCandidate, Verdict


@dataclass(frozen=True, slots=True)
class Wording:
    """How a page names what a candidate list shows.

    Attributes
    ----------
    band : callable
        Gives a band of recognizability in a word.
    verdict : callable
        Gives a verdict in a word.
    """

    band: Callable[[Band], str]
    verdict: Callable[[Verdict], str]


class CandidatesModel(RowsModel[ShownCandidate]):
    """One row a candidate; a row says no more than its candidate shows.

    `UserRole + 1` gives the lines of a row as a mapping: "title", "gallery", "measure", "gap", "mark".

    Parameters
    ----------
    wording : Wording
        The words of the rows.
    thumbnails : Thumbnails, optional
        Where pictures come from.
    parent : QObject, optional
        Owner.
    """

    def __init__(
        self, wording: Wording, thumbnails: Thumbnails | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(thumbnails, parent)
        self._wording = wording
        self._sizes: Mapping[int, float] = {}
        self._next: dict[int, float] = {}

    def show(self, rows: Sequence[ShownCandidate]) -> bool:
        """Show candidates and say whether they stand where they stood, so that the selection is kept."""
        listed = [row.candidate for row in rows if row.candidate is not None]
        following = pairwise(listed)
        self._next = {one.rank: one.similarity - other.similarity for one, other in following}
        stays = bool(rows) and [_place(row) for row in rows] == [_place(row) for row in self.rows]
        if stays:
            self._rows = rows
            self._changed()
        else:
            self.replace(rows)
        return stays

    def show_sizes(self, sizes: Mapping[int, float]) -> None:
        """Say how far the eyes of the samples lie apart, in native px by sample."""
        self._sizes = sizes
        if self.rows:
            self._changed()

    def row_of_rank(self, rank: int) -> int:
        """Return the row of the candidate with this rank, -1 where there is none."""
        return next((row for row, one in enumerate(self.rows) if one.rank == rank), -1)

    def text(self, item: ShownCandidate) -> str:
        """Return everything that a row shows, in words."""
        lines = self.lines(item)
        first = ", ".join(part for part in (lines["title"], lines["mark"]) if part)
        if item.candidate is None:
            return first
        similarity = self.tr("similarity {0:.3f} (from −1 to 1, higher is more alike; not a probability)")
        parts = [lines["gallery"], similarity.format(item.candidate.similarity), lines["gap"]]
        parts.append(self.tr("sample: {0}").format(lines["measure"]))
        return f"{first}\n{', '.join(part for part in parts if part)}"

    def lines(self, item: ShownCandidate) -> dict[str, str]:
        """Return the lines of a row."""
        candidate = item.candidate
        mark = self._mark(item)
        if candidate is None:
            return {"title": self.title(item), "gallery": "", "measure": "", "gap": "", "mark": mark}
        gap = self._next.get(candidate.rank)
        return {
            "title": self.title(item),
            "gallery": candidate.gallery,
            "measure": self._measure(candidate),
            "gap": "" if gap is None else self.tr("{0:.3f} above the next").format(gap),
            "mark": mark,
        }

    def title(self, item: ShownCandidate) -> str:
        """Return rank and name, or the neutral label of a candidate of whom neither may be seen."""
        if item.candidate is None:
            return self.tr("Candidate {0}").format(letter(item.position))
        return self.tr("Rank {0}: {1}").format(item.candidate.rank, item.candidate.subject)

    def picture_key(self, item: ShownCandidate) -> int:
        """Return the key of the sample that is shown."""
        return item.sample_id

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return text, picture, lines or the data object itself."""
        item = self.item(index)
        if item is not None and role == Qt.ItemDataRole.UserRole + 1:
            return self.lines(item)
        return super().data(index, role)

    def _measure(self, candidate: Candidate) -> str:
        words = self.tr("RI {0:.2f} {1}").format(
            candidate.recognizability, self._wording.band(candidate.band)
        )
        size = self._sizes.get(candidate.sample_id)
        return words if size is None else self.tr("{0}, {1:.1f} px").format(words, size)

    def _mark(self, item: ShownCandidate) -> str:
        marks = [] if item.verdict is None else [self._wording.verdict(item.verdict)]
        if item.rejected_before is not None:
            marks.append(self.tr("rejected in search {0}").format(item.rejected_before))
        return ", ".join(marks)

    def _changed(self) -> None:
        self.dataChanged.emit(self.index(0), self.index(len(self.rows) - 1))


def letter(position: int) -> str:
    """Return the neutral label of a place: A to Z, then AA and on."""
    label = ""
    while position > 0:
        position, place = divmod(position - 1, len(ascii_uppercase))
        label = ascii_uppercase[place] + label
    return label


def _place(row: ShownCandidate) -> tuple[int, int, bool]:
    return row.rank, row.sample_id, row.candidate is None
