"""All models: which one is in use, and how each of them came to be."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractItemModel, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.widgets.empty_state import button_for
from app.widgets.lists import plain_table
from app.widgets.page import scrolled
from app.widgets.text import Facts, Notice, TextLabel
from app.widgets.theme import SPACING
from app.widgets.training.training_terms import verdict_title
from core.workspace.tuning.desk import ModelOrigin


class ModelsPanel(QWidget):
    """A table of models, and what is known of the chosen one.

    Parameters
    ----------
    models : QAbstractItemModel
        The rows.
    actions : sequence of QAction
        What can be done, as buttons.
    parent : QWidget, optional
        Parent widget.

    Attributes
    ----------
    chosen : Signal(int)
        The row that is the current one.
    """

    chosen = Signal(int)

    def __init__(
        self, models: QAbstractItemModel, actions: Sequence[QAction], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        tr = self.tr
        hint = tr(
            "Searches use one model at a time. Cases that were examined with another one stay pinned to it: "
            "their reports name it, and nothing of them is worked out anew."
        )
        self.table = plain_table(models, tr("Models"), (232, 96, 0, 168))
        self.table.selectionModel().currentRowChanged.connect(
            lambda current, before: self.chosen.emit(current.row())
        )
        models.modelReset.connect(lambda: self.table.selectRow(0))
        self._facts = Facts(
            (
                (tr("Model id"), tr("SHA-256 of its weights")),
                (tr("Parent"), tr("The model that it was tuned from")),
                (tr("Verdict"), tr("Of the gate, against its parent")),
                (tr("Licence"), tr("What may be done with it")),
            )
        )
        self._override = Notice()
        self._figures = TextLabel("", "muted", wrap=True)
        buttons = QHBoxLayout()
        for action in actions:
            buttons.addWidget(button_for(action))
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, SPACING, 0, 0)
        layout.setSpacing(SPACING + 4)
        layout.addWidget(TextLabel(hint, "muted", wrap=True))
        layout.addWidget(self.table, 1)
        layout.addLayout(buttons)
        about = scrolled(
            tr("About the model"), self._override, self._facts, self._figures, spacing=SPACING, beside=SPACING
        )
        layout.addWidget(about, 1)
        self.setFocusProxy(self.table)

    def show_model(self, shown: ModelOrigin | None) -> None:
        """Show what is known of a model."""
        if shown is None:
            self._facts.clear()
            self._override.say("")
            self._figures.setText("")
            return
        card, run = shown.card, shown.run
        verdict = verdict_title(shown.gate.verdict) if shown.gate else self.tr("none: it was not tuned here")
        parent = self.tr("{0} ({1})").format(run.parent, run.parent_id[:16]) if run else ""
        self._facts.show_values((card.model_id, parent, verdict, card.licence))
        self._override.say(shown.override, "warning")
        self._figures.setText("\n".join((*card.figures, *card.limitations)))
