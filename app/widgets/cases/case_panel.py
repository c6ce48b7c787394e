"""One case: its particulars, what can be changed of it, and its evidence."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QAbstractItemModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QHeaderView, QTreeView, QVBoxLayout, QWidget

from app.widgets.cases.case_terms import (
    case_definition,
    case_mode,
    case_mode_definition,
    case_status_definition,
    evidence_mode,
    evidence_mode_definition,
)
from app.widgets.empty_state import button_for
from app.widgets.page import tool_buttons
from app.widgets.terms import case_status
from app.widgets.text import Facts, TextLabel
from app.widgets.theme import SPACING
from core.types import Case


class CasePanel(QFrame):
    """Particulars and buttons above the tree of the evidence.

    Parameters
    ----------
    evidence : QAbstractItemModel
        The tree; two columns.
    key_of : callable
        Gives the key of what `UserRole` holds, the same before and after the tree is read again.
    opening : QAction
        Opens the case.
    changing : sequence of QAction
        Changes it.
    parent : QWidget, optional
        Parent widget.

    Attributes
    ----------
    activated : Signal(object)
        The item of the tree that is to be opened, as `UserRole` gives it.
    """

    activated = Signal(object)

    def __init__(
        self,
        evidence: QAbstractItemModel,
        key_of: Callable[[object], object],
        opening: QAction,
        changing: Sequence[QAction],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.setMinimumWidth(400)
        self._evidence, self._key_of = evidence, key_of
        self._unfolded: set[object] = set()
        self._title = TextLabel("", "sectionTitle", wrap=True)
        self._facts = Facts(
            [
                (self.tr("Reference"), case_definition("reference")),
                (self.tr("Authority"), case_definition("authority")),
                (self.tr("Status"), case_definition("status")),
                (self.tr("Mode"), case_definition("mode")),
                (self.tr("Evidence"), case_definition("kept")),
            ]
        )
        self._notes = TextLabel("", "muted", wrap=True)
        self._opened = TextLabel(self.tr("This case is open: pictures and searches are filed under it."))
        self._hint = TextLabel("", "muted", wrap=True)
        self._hint.setToolTip(case_definition("evidence"))
        self.tree = QTreeView()
        self.tree.setModel(evidence)
        self.tree.setAccessibleName(self.tr("Evidence of the case"))
        self.tree.setUniformRowHeights(True)
        self.tree.setExpandsOnDoubleClick(False)
        header = self.tree.header()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        header.resizeSection(0, 220)
        header.setStretchLastSection(True)
        self.tree.activated.connect(self._activate)
        self.tree.expanded.connect(lambda index: self._unfolded.add(self._key(index)))
        self.tree.collapsed.connect(lambda index: self._unfolded.discard(self._key(index)))
        evidence.rowsInserted.connect(self._unfold_again)
        self._lay_out(opening, changing)

    def show_case(self, case: Case, *, is_open: bool) -> None:
        """Show the particulars of a case."""
        self._title.setText(case.title)
        self._facts.show_values(
            [
                case.reference,
                case.authority,
                case_status(case.status),
                case_mode(case.blind),
                evidence_mode(case.evidence_mode),
            ]
        )
        definitions = (
            case_status_definition(case.status),
            case_mode_definition(case.blind),
            evidence_mode_definition(case.evidence_mode),
        )
        self._facts.setToolTip("\n".join(definitions))
        self._notes.setText(case.notes)
        self._notes.setVisible(bool(case.notes))
        self._opened.setVisible(is_open)

    def show_evidence(self) -> None:
        """Say what the tree holds now, and unfold what was unfolded before."""
        nothing = self.tr("No evidence yet. Open the case, then open pictures or a video.")
        some = self.tr("Evidence; Return opens a picture, a face or a search on its page")
        self._hint.setText(some if self._evidence.rowCount() else nothing)
        self._unfold_again(QModelIndex(), 0, self._evidence.rowCount() - 1)

    def _lay_out(self, opening: QAction, changing: Sequence[QAction]) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACING)
        buttons.addWidget(button_for(opening, primary=True))
        buttons.addWidget(tool_buttons(changing))
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * SPACING, 2 * SPACING, 2 * SPACING, 2 * SPACING)
        layout.setSpacing(SPACING + 4)
        for widget in (self._title, self._facts, self._notes, self._opened):
            layout.addWidget(widget)
        layout.addLayout(buttons)
        layout.addWidget(self._hint)
        layout.addWidget(self.tree, 1)

    def _unfold_again(self, parent: QModelIndex, first: int, last: int) -> None:
        for row in range(first, last + 1):
            index = self._evidence.index(row, 0, parent)
            if self._key(index) in self._unfolded:
                self.tree.expand(index)
                self._unfold_again(index, 0, self._evidence.rowCount(index) - 1)

    def _activate(self, index: QModelIndex) -> None:
        self.activated.emit(index.data(Qt.ItemDataRole.UserRole))

    def _key(self, index: QModelIndex) -> object:
        return self._key_of(index.data(Qt.ItemDataRole.UserRole))
