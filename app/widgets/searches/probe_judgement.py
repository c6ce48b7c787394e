"""A compact form for the examiner's own judgement of a probe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.widgets.compare.comparison_terms import component_name, component_tip
from app.widgets.empty_state import button_for
from app.widgets.page import tool_buttons
from app.widgets.text import TextLabel
from app.widgets.theme import SPACING
from core.types import Component, FeatureNote, Suitability

_IN_A_ROW = 7


@dataclass(frozen=True, slots=True)
class ProbeJudgement:
    """What the form says.

    Attributes
    ----------
    suitability : Suitability or None
        None while nothing is chosen.
    visible : frozenset of Component
        The parts of the face that can be seen.
    note : str
        Free text.
    """

    suitability: Suitability | None = None
    visible: frozenset[Component] = frozenset()
    note: str = ""

    @property
    def features(self) -> tuple[FeatureNote, ...]:
        """The checklist, empty when no part was called visible: then it was not filled in."""
        if not self.visible:
            return ()
        return tuple(FeatureNote(one, one in self.visible) for one in Component)


class ProbeJudgementForm(QFrame):
    """Suitability, visible parts of the face, a note.

    Parameters
    ----------
    suitabilities : mapping of Suitability to QAction
        Checkable actions, one checked at most.
    everything : QAction
        Calls every part visible, or none.
    store : QAction
        Stores the judgement.
    parent : QWidget, optional
        Parent widget.
    """

    def __init__(
        self,
        suitabilities: Mapping[Suitability, QAction],
        everything: QAction,
        store: QAction,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.setAccessibleName(self.tr("Your judgement of the probe"))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._suitabilities = suitabilities
        self._parts = {component: QCheckBox(component_name(component)) for component in Component}
        self._note = QLineEdit()
        self._note.setPlaceholderText(self.tr("What you see, and what hinders you"))
        self._note.setAccessibleName(self.tr("Note on the probe"))
        head = QHBoxLayout()
        head.setSpacing(2 * SPACING)
        head.addWidget(TextLabel(self.tr("Your judgement of the probe"), "sectionTitle"))
        head.addWidget(tool_buttons(list(suitabilities.values())))
        head.addStretch(1)
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACING)
        grid.setVerticalSpacing(SPACING)
        for place, (component, box) in enumerate(self._parts.items()):
            box.setToolTip(component_tip(component))
            grid.addWidget(box, place // _IN_A_ROW, place % _IN_A_ROW)
        parts = QHBoxLayout()
        parts.setSpacing(2 * SPACING)
        visible = QVBoxLayout()
        visible.addWidget(TextLabel(self.tr("Visible"), "muted"))
        visible.addWidget(tool_buttons([everything]))
        parts.addLayout(visible)
        parts.addLayout(grid, 1)
        foot = QHBoxLayout()
        foot.setSpacing(SPACING)
        foot.addWidget(TextLabel(self.tr("Note"), "muted"))
        foot.addWidget(self._note, 1)
        foot.addWidget(button_for(store, primary=True), 0, Qt.AlignmentFlag.AlignRight)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * SPACING, SPACING + 4, 2 * SPACING, SPACING + 4)
        layout.setSpacing(SPACING)
        for line in (head, parts, foot):
            layout.addLayout(line)

    @property
    def answer(self) -> ProbeJudgement:
        """What the form says."""
        chosen = next((one for one, action in self._suitabilities.items() if action.isChecked()), None)
        visible = frozenset(one for one, box in self._parts.items() if box.isChecked())
        return ProbeJudgement(chosen, visible, self._note.text().strip())

    def show_answer(self, answer: ProbeJudgement) -> None:
        """Fill the form in."""
        for suitability, action in self._suitabilities.items():
            action.setChecked(suitability is answer.suitability)
        for component, box in self._parts.items():
            box.setChecked(component in answer.visible)
        self._note.setText(answer.note)

    def toggle_everything(self) -> None:
        """Call every part visible, or none when all are."""
        everything = all(box.isChecked() for box in self._parts.values())
        for box in self._parts.values():
            box.setChecked(not everything)
