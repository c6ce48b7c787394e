"""The list of cases with its filters."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.widgets.lists import plain_table
from app.widgets.terms import case_status
from app.widgets.theme import SPACING
from core.types import Case, CaseStatus


class CaseList(QWidget):
    """A table of cases below a line to type in and a choice of status.

    Parameters
    ----------
    cases : QAbstractItemModel
        Title, reference, status, pictures, searches, and when each was opened last.
    parent : QWidget, optional
        Parent widget.

    Attributes
    ----------
    filter_changed : Signal()
        :meth:`fits` may answer otherwise than before.
    """

    filter_changed = Signal()

    def __init__(self, cases: QAbstractItemModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = plain_table(cases, self.tr("Cases"), (0, 112, 116, 76, 80, 148))
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(self.tr("Filter by title, reference, authority or notes"))
        self.filter.setAccessibleName(self.tr("Filter the cases"))
        self.filter.setClearButtonEnabled(True)
        self.filter.textChanged.connect(self.filter_changed)
        self.status = QComboBox()
        self.status.setAccessibleName(self.tr("Cases of which status"))
        self.status.addItem(self.tr("not archived"), None)
        for status in CaseStatus:
            self.status.addItem(case_status(status), status)
        self.status.currentIndexChanged.connect(self.filter_changed)
        filters = QHBoxLayout()
        filters.setSpacing(SPACING)
        filters.addWidget(self.filter, 1)
        filters.addWidget(self.status)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING)
        layout.addLayout(filters)
        layout.addWidget(self.table, 1)

    def fits(self, case: Case) -> bool:
        """Return whether a case is to be listed."""
        status = self.status.currentData()
        if case.status is CaseStatus.ARCHIVED if status is None else case.status != status:
            return False
        text = "\n".join((case.title, case.reference, case.authority, case.notes))
        return self.filter.text().casefold() in text.casefold()
