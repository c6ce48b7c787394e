"""A list model over a tuple of data objects, the base of the others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.qtmodels.thumbnails import Thumbnails

T = TypeVar("T")
Index = QModelIndex | QPersistentModelIndex


class RowsModel(QAbstractListModel, Generic[T]):
    """Rows that are replaced as a whole; says which of them changed when a thumbnail arrives.

    Parameters
    ----------
    thumbnails : Thumbnails, optional
        Where pictures come from.
    parent : QObject, optional
        Owner.
    """

    def __init__(self, thumbnails: Thumbnails | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: Sequence[T] = ()
        self._row_of: dict[int, int] = {}
        self._thumbnails = thumbnails
        if thumbnails is not None:
            thumbnails.loaded.connect(self._show_thumbnails)

    @property
    def rows(self) -> Sequence[T]:
        """The data objects in order."""
        return self._rows

    def replace(self, rows: Sequence[T]) -> None:
        """Show other data objects."""
        self.beginResetModel()
        self._rows = rows
        self._row_of = {self.picture_key(row): number for number, row in enumerate(rows)}
        self.endResetModel()

    def item(self, index: Index) -> T | None:
        """Return the data object of an index, None outside."""
        return self._rows[index.row()] if 0 <= index.row() < len(self._rows) else None

    def text(self, item: T) -> str:
        """Return what a row says; also what a screen reader reads."""
        raise NotImplementedError

    def picture_key(self, item: T) -> int:
        """Return the key of a row's picture, unique among the rows."""
        return id(item)

    def rowCount(self, parent: Index | None = None) -> int:
        """Return the number of rows."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return text, picture or the data object itself."""
        item = self.item(index)
        if item is None:
            return None
        if role == Qt.ItemDataRole.UserRole:
            return item
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self.text(item)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.text(item).replace("\n", ", ")
        if role == Qt.ItemDataRole.DecorationRole and self._thumbnails is not None:
            return self._thumbnails.get(self.picture_key(item))
        return None

    def _show_thumbnails(self, keys: list[int]) -> None:
        for key in keys:
            row = self._row_of.get(key)
            if row is not None:
                index = self.index(row)
                self.dataChanged.emit(index, index, [Qt.ItemDataRole.DecorationRole])
