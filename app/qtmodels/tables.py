"""Tables of data objects: cases, and what becomes of pictures that are enrolled."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from core.types import Case, CaseStatus, Enrolment, EnrolmentStatus

T = TypeVar("T")
Index = QModelIndex | QPersistentModelIndex


class TableModel(QAbstractTableModel, Generic[T]):
    """One row an object, one column a text.

    Parameters
    ----------
    headings : sequence of str
        Names of the columns.
    parent : QObject, optional
        Owner.
    """

    def __init__(self, headings: Sequence[str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._headings = tuple(headings)
        self._rows: list[T] = []

    @property
    def rows(self) -> Sequence[T]:
        """The data objects in order."""
        return self._rows

    def replace(self, rows: Sequence[T]) -> None:
        """Show other objects."""
        self.beginResetModel()
        self._rows = list(rows)
        self.endResetModel()

    def append(self, row: T) -> None:
        """Add an object at the end."""
        self.beginInsertRows(QModelIndex(), len(self._rows), len(self._rows))
        self._rows.append(row)
        self.endInsertRows()

    def item(self, index: Index) -> T | None:
        """Return the object of an index, None outside."""
        return self._rows[index.row()] if 0 <= index.row() < len(self._rows) else None

    def texts(self, item: T) -> Sequence[str]:
        """Return the text of each column."""
        raise NotImplementedError

    def rowCount(self, parent: Index | None = None) -> int:
        """Return the number of objects."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index | None = None) -> int:
        """Return the number of columns."""
        return 0 if parent is not None and parent.isValid() else len(self._headings)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the text of a cell, or the object itself."""
        item = self.item(index)
        if item is None:
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self.texts(item)[index.column()]
        return item if role == Qt.ItemDataRole.UserRole else None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return the name of a column."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._headings[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        return None


class CasesModel(TableModel[Case]):
    """All cases.

    Parameters
    ----------
    status_name : callable
        Gives the status of a case in words.
    parent : QObject, optional
        Owner.
    """

    def __init__(self, status_name: Callable[[CaseStatus], str], parent: QObject | None = None) -> None:
        super().__init__((), parent)
        self._headings = (
            self.tr("Title"),
            self.tr("Reference"),
            self.tr("Status"),
            self.tr("Pictures"),
            self.tr("Searches"),
            self.tr("Last opened"),
        )
        self._status_name = status_name

    def texts(self, item: Case) -> Sequence[str]:
        """Return title, reference, status, number of pictures and searches, and when it was opened last."""
        last = (item.opened or item.created).astimezone().strftime("%Y-%m-%d %H:%M")
        status = self._status_name(item.status)
        return item.title, item.reference, status, str(item.pictures), str(item.searches), last


class EnrolmentsModel(TableModel[Enrolment]):
    """What became, or would become, of each picture.

    Parameters
    ----------
    status_name : callable
        Gives a status in words.
    parent : QObject, optional
        Owner.
    """

    def __init__(self, status_name: Callable[[EnrolmentStatus], str], parent: QObject | None = None) -> None:
        super().__init__((), parent)
        self._headings = (
            self.tr("Subject"),
            self.tr("Picture"),
            self.tr("Outcome"),
            self.tr("RI"),
            self.tr("Reason"),
        )
        self._status_name = status_name

    def texts(self, item: Enrolment) -> Sequence[str]:
        """Return subject, file, outcome, index, reason."""
        index = "" if item.recognizability is None else f"{item.recognizability:.2f}"
        status = self._status_name(item.status)
        if item.overridden:
            status = self.tr("{0}, gate overridden").format(status)
        return item.subject, item.path.name, status, index, item.reason
