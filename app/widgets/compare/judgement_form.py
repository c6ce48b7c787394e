"""What an examiner is about to say of a pair: checklist, conclusion, note."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QVBoxLayout, QWidget

from app.widgets.compare.checklist import Checklist
from app.widgets.compare.conclusion_scale import ConclusionScale
from app.widgets.empty_state import button_for
from app.widgets.page import scrolled
from app.widgets.text import TextLabel
from app.widgets.theme import SPACING
from core.types import Conclusion, FeatureNote, Judgement

_NOTE_LINES = 3


@dataclass(frozen=True, slots=True)
class Draft:
    """A judgement that is not stored.

    Attributes
    ----------
    conclusion : Conclusion or None
        None as long as there is none.
    features : tuple of FeatureNote
        The checklist as far as it is filled in.
    note : str
        Free text.
    """

    conclusion: Conclusion | None = None
    features: tuple[FeatureNote, ...] = ()
    note: str = ""

    @classmethod
    def of(cls, judgement: Judgement) -> Draft:
        """Return what a stored judgement says."""
        return cls(judgement.conclusion, judgement.features, judgement.note)


class JudgementForm(QWidget):
    """The checklist, to be scrolled with what the page puts below it; conclusion and Store stay in view.

    Parameters
    ----------
    conclusions : mapping of Conclusion to QAction
        What chooses each conclusion; one of them at most is checked.
    store : QAction
        Stores the judgement.
    below : sequence of QWidget
        What is scrolled with the checklist.
    parent : QWidget, optional
        Parent widget.

    Attributes
    ----------
    changed : Signal()
        Something else is about to be said.
    """

    changed = Signal()

    def __init__(
        self,
        conclusions: Mapping[Conclusion, QAction],
        store: QAction,
        *below: QWidget,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._conclusions = conclusions
        self._filling = False
        self.checklist = Checklist()
        self.note = QPlainTextEdit()
        self.note.setAccessibleName(self.tr("Note on the comparison"))
        self.note.setPlaceholderText(self.tr("Note on the comparison"))
        self.note.setTabChangesFocus(True)
        self.note.setFixedHeight(self.fontMetrics().lineSpacing() * _NOTE_LINES + 3 * SPACING)
        self.said = TextLabel("", "muted", wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING)
        layout.addWidget(
            scrolled(
                self.tr("Checklist and notes"),
                self.checklist,
                self.note,
                *below,
                spacing=2 * SPACING,
                beside=SPACING,
            ),
            1,
        )
        layout.addWidget(
            _panel(TextLabel(self.tr("What you saw supports"), "sectionTitle"), ConclusionScale(conclusions))
        )
        layout.addWidget(button_for(store, primary=True))
        layout.addWidget(self.said)
        self.checklist.changed.connect(self._tell)
        self.note.textChanged.connect(self._tell)
        for action in conclusions.values():
            action.toggled.connect(self._tell)

    @property
    def draft(self) -> Draft:
        """What is about to be said."""
        chosen = next((key for key, action in self._conclusions.items() if action.isChecked()), None)
        return Draft(chosen, self.checklist.features, self.note.toPlainText().strip())

    def show_draft(self, draft: Draft) -> None:
        """Show what is about to be said, without telling anybody."""
        self._filling = True
        self.checklist.show_features(draft.features)
        self.note.setPlainText(draft.note)
        for conclusion, action in self._conclusions.items():
            action.setChecked(conclusion is draft.conclusion)
        self._filling = False

    @Slot()
    def _tell(self) -> None:
        if not self._filling:
            self.changed.emit()


def _panel(*widgets: QWidget) -> QFrame:
    frame = QFrame()
    frame.setObjectName("panel")
    layout = QVBoxLayout(frame)
    layout.setContentsMargins(SPACING, SPACING, SPACING, SPACING)
    layout.setSpacing(SPACING)
    for widget in widgets:
        layout.addWidget(widget)
    return frame
