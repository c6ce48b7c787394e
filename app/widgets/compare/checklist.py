"""The morphological checklist: what is visible of each part of the face, and how it relates."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QGridLayout,
    QLineEdit,
    QRadioButton,
    QSizePolicy,
    QWidget,
)

from app.widgets.compare.comparison_terms import component_name, component_tip, finding_name
from app.widgets.text import TextLabel
from app.widgets.theme import SPACING
from core.types import Component, FeatureNote, Finding

_FINDINGS = tuple(Finding)
_NOT_VISIBLE = len(_FINDINGS)
_WIDTHS = (52, 60, 76, 48)


class Checklist(QWidget):
    """One row a part of the face: similar, different, not comparable or not visible, and a note.

    Left and right choose within a row, up and down go from row to row, Delete takes an answer back, Tab leads
    to the note and on. A row that nothing was said of is no part of the answer.

    Attributes
    ----------
    changed : Signal()
        An answer or a note has changed.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Checklist of the parts of the face"))
        self._answers: dict[Component, QButtonGroup] = {}
        self._notes: dict[Component, QLineEdit] = {}
        self._filling = False
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(0)
        grid.setVerticalSpacing(2)
        for column, (heading, width) in enumerate(zip(self._headings(), _WIDTHS, strict=True), start=1):
            label = TextLabel(heading, "caption", wrap=True)
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom)
            label.setFixedWidth(width)
            grid.addWidget(label, 0, column)
        grid.addWidget(
            TextLabel(self.tr("Note"), "caption"), 0, _NOT_VISIBLE + 2, Qt.AlignmentFlag.AlignBottom
        )
        for row, component in enumerate(Component, start=1):
            self._add_row(grid, row, component)
        grid.setColumnStretch(_NOT_VISIBLE + 2, 1)

    @property
    def features(self) -> tuple[FeatureNote, ...]:
        """The rows that something was said of."""
        found = []
        for component, group in self._answers.items():
            answer, note = group.checkedId(), self._notes[component].text().strip()
            if answer < 0 and not note:
                continue
            seen = answer != _NOT_VISIBLE
            finding = _FINDINGS[answer] if 0 <= answer < _NOT_VISIBLE else None
            found.append(FeatureNote(component, seen, finding, note))
        return tuple(found)

    def show_features(self, features: Sequence[FeatureNote]) -> None:
        """Show what was said; rows that are not mentioned become empty."""
        self._filling = True
        said = {one.component: one for one in features}
        for component, group in self._answers.items():
            one = said.get(component)
            self._notes[component].setText(one.note if one else "")
            if one is None or (one.visible and one.finding is None):
                self._take_back(group)
            else:
                answer = _FINDINGS.index(one.finding) if one.visible and one.finding else _NOT_VISIBLE
                group.button(answer).setChecked(True)
        self._filling = False

    def answer(self, component: Component, finding: Finding | None) -> None:
        """Choose how a part relates to that of the candidate; None stands for one that is not visible."""
        answer = _NOT_VISIBLE if finding is None else _FINDINGS.index(finding)
        self._answers[component].button(answer).setChecked(True)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Go from row to row with up and down, choose with left and right, take back with Delete."""
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            step = {int(Qt.Key.Key_Up): -1, int(Qt.Key.Key_Down): 1}.get(event.key())
            if step is not None:
                self._go(watched, step)
                return True
            if isinstance(watched, QRadioButton):
                return self._answer_by_key(watched, event.key()) or super().eventFilter(watched, event)
        return super().eventFilter(watched, event)

    def _headings(self) -> list[str]:
        return [finding_name(finding) for finding in _FINDINGS] + [self.tr("not visible")]

    def _add_row(self, grid: QGridLayout, row: int, component: Component) -> None:
        name = component_name(component)
        label = TextLabel(name)
        label.setToolTip(component_tip(component))
        label.setContentsMargins(0, 0, SPACING, 0)
        grid.addWidget(label, row, 0)
        group = QButtonGroup(self)
        for answer, heading in enumerate(self._headings()):
            button = QRadioButton()
            button.setAccessibleName(f"{name}: {heading}")
            button.setToolTip(f"{name}: {heading}\n{component_tip(component)}")
            button.installEventFilter(self)
            group.addButton(button, answer)
            grid.addWidget(button, row, answer + 1, Qt.AlignmentFlag.AlignCenter)
        note = QLineEdit()
        note.setAccessibleName(self.tr("Note on: {0}").format(name))
        note.setToolTip(self.tr("{0}: what you see, in your own words").format(name))
        note.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        note.installEventFilter(self)
        grid.addWidget(note, row, _NOT_VISIBLE + 2)
        group.idToggled.connect(self._tell)
        note.textChanged.connect(self._tell)
        self._answers[component], self._notes[component] = group, note

    def _answer_by_key(self, button: QRadioButton, key: int) -> bool:
        """Choose the neighbour of a button, or none; Qt moves among unanswered buttons without choosing."""
        group = button.group()
        sideways = {int(Qt.Key.Key_Left): -1, int(Qt.Key.Key_Right): 1}.get(key)
        if sideways is not None:
            neighbour = group.button(min(max(group.id(button) + sideways, 0), _NOT_VISIBLE))
            neighbour.setChecked(True)
            neighbour.setFocus()
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._take_back(group)
        else:
            return False
        return True

    def _take_back(self, group: QButtonGroup) -> None:
        # A button of an exclusive group cannot be unchecked while the group is exclusive.
        group.setExclusive(False)
        for button in group.buttons():
            button.setChecked(False)
        group.setExclusive(True)

    def _go(self, widget: QObject, rows: int) -> None:
        components = list(Component)
        for row, component in enumerate(components):
            target = components[min(max(row + rows, 0), len(components) - 1)]
            if widget is self._notes[component]:
                self._notes[target].setFocus()
                return
            for place, button in enumerate(self._answers[component].buttons()):
                if widget is button:
                    group = self._answers[target]
                    (group.checkedButton() or group.buttons()[place]).setFocus()
                    return

    def _tell(self) -> None:
        if not self._filling:
            self.changed.emit()
