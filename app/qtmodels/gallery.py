"""The subjects and samples of galleries, over columns: a row becomes an object only when it is painted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.qtmodels.thumbnails import Thumbnails
from core.types import GalleryListing, ListedSample, ListedSubject

Index = QModelIndex | QPersistentModelIndex


class _ListingModel(QAbstractListModel):
    """What both models share: rows that are replaced as a whole, and thumbnails by key."""

    def __init__(self, thumbnails: Thumbnails, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails
        self._listing = GalleryListing.empty()
        self._count = 0
        self._keys: NDArray[np.int64] = np.empty(0, np.int64)
        self._order: NDArray[np.int64] = np.empty(0, np.int64)
        thumbnails.loaded.connect(self._show_thumbnails)

    @property
    def listing(self) -> GalleryListing:
        """What the rows are taken from."""
        return self._listing

    def rowCount(self, parent: Index | None = None) -> int:
        """Return the number of rows."""
        # A list asks this once for each of its rows when it is laid out.
        return 0 if parent is not None and parent.isValid() else self._count

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return text, picture or the row as an object."""
        row = index.row()
        if not 0 <= row < self._count:
            return None
        if role == Qt.ItemDataRole.DecorationRole:
            return self._thumbnails.get(int(self._keys[row]))
        if role == Qt.ItemDataRole.UserRole:
            return self.at(row)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self.text(row)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.text(row).replace("\n", ", ")
        return None

    def at(self, row: int) -> ListedSample | ListedSubject:
        """Return a row as an object."""
        raise NotImplementedError

    def text(self, row: int) -> str:
        """Return what a row says; also what a screen reader reads."""
        raise NotImplementedError

    def _set_rows(self, listing: GalleryListing, pictures: NDArray[np.int64]) -> None:
        """Show other rows, given the samples whose pictures they show."""
        self.beginResetModel()
        self._listing, self._count, self._keys = listing, len(pictures), pictures
        self._order = np.argsort(pictures, kind="stable")
        self.endResetModel()

    def _row_of(self, sample_id: int) -> int | None:
        place = int(np.searchsorted(self._keys, sample_id, sorter=self._order))
        if place == len(self._order):
            return None
        row = int(self._order[place])
        return row if self._keys[row] == sample_id else None

    def _show_thumbnails(self, sample_ids: Sequence[int]) -> None:
        for sample_id in sample_ids:
            row = self._row_of(sample_id)
            if row is not None:
                index = self.index(row)
                self.dataChanged.emit(index, index, [Qt.ItemDataRole.DecorationRole])


class SamplesModel(_ListingModel):
    """One row a sample.

    Parameters
    ----------
    thumbnails : Thumbnails
        Where crops come from.
    parent : QObject, optional
        Owner.
    """

    def __init__(self, thumbnails: Thumbnails, parent: QObject | None = None) -> None:
        super().__init__(thumbnails, parent)
        self._positions: NDArray[np.int64] = np.empty(0, np.int64)

    def replace(self, listing: GalleryListing, subjects: NDArray[np.int64] | None = None) -> None:
        """Show the samples of a listing.

        Parameters
        ----------
        listing : GalleryListing
            The samples.
        subjects : ndarray of int64, shape (k,), optional
            Only those of the subjects at these positions.
        """
        if subjects is None:
            self._positions = np.arange(len(listing.sample_ids))
        else:
            self._positions = listing.positions(subjects)
        self._set_rows(listing, listing.sample_ids[self._positions])

    @property
    def rows(self) -> tuple[ListedSample, ...]:
        """All rows as objects; meant for few."""
        return tuple(self.at(row) for row in range(self._count))

    def at(self, row: int) -> ListedSample:
        """Return the sample of a row."""
        return self._listing.sample(int(self._positions[row]))

    def item(self, index: Index) -> ListedSample | None:
        """Return the sample of an index, None outside."""
        return self.at(index.row()) if 0 <= index.row() < self._count else None

    def row_of(self, sample_id: int) -> int | None:
        """Return the row of a sample, None when it is not among them."""
        return self._row_of(sample_id)

    def text(self, row: int) -> str:
        """Return subject, gallery and index."""
        one = self.at(row)
        return self.tr("{0}\n{1}, RI {2:.2f}").format(one.subject, one.gallery, one.recognizability)


class SubjectsModel(_ListingModel):
    """One row a subject, with its most recognizable sample as the picture."""

    def replace(self, listing: GalleryListing) -> None:
        """Show the subjects of a listing."""
        self._set_rows(listing, listing.sample_ids[listing.best_positions()])

    @property
    def rows(self) -> tuple[ListedSubject, ...]:
        """All rows as objects; meant for few."""
        return tuple(self.at(row) for row in range(self._count))

    def at(self, row: int) -> ListedSubject:
        """Return the subject of a row."""
        return self._listing.subject(row)

    def row_of(self, subject_id: int) -> int | None:
        """Return the row of a subject, None when it is not among them."""
        found = np.flatnonzero(self._listing.subject_ids == subject_id)
        return int(found[0]) if len(found) else None

    def text(self, row: int) -> str:
        """Return name, gallery and number of samples."""
        one = self.at(row)
        return self.tr("{0}\n{1}, samples: {2}").format(one.subject, one.gallery, one.samples)
