"""What the gate says of a model: first in words, then in figures."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from app.widgets.lists import plain_table
from app.widgets.problem_list import ProblemList
from app.widgets.text import Notice, TextLabel
from app.widgets.theme import SPACING
from app.widgets.training.training_terms import verdict_meaning, verdict_title
from core.workspace.tuning.desk import GateRecord, JudgedOrder, Verdict

_TONES = {Verdict.PROMOTE: "note", Verdict.REFUSE: "error", Verdict.NOT_ENOUGH_DATA: "warning"}
_WIDTHS = (184, 152, 144, 64, 68, 68, 148, 0)


class GatePanel(QWidget):
    """Verdict, reasons, the table of rates with their intervals, and how recognizability orders errors.

    Parameters
    ----------
    rates : QAbstractItemModel
        The rows of the table.
    parent : QWidget, optional
        Parent widget.
    """

    def __init__(self, rates: QAbstractItemModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        tr = self.tr
        self._title = TextLabel("", "heading")
        self._meaning = TextLabel("", "muted", wrap=True)
        self._reasons = Notice()
        self.table = plain_table(rates, tr("Rates of the parent and the new model"), _WIDTHS)
        self.table.verticalHeader().setDefaultSectionSize(28)
        self.table.setFrameShape(QFrame.Shape.NoFrame)
        self._note = TextLabel(
            tr("Intervals: 95 %, paired bootstrap over people, both models on the same samples."), "caption"
        )
        self._orders = TextLabel("", "muted", wrap=True)
        self._left_out = ProblemList()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, SPACING, 0, 0)
        layout.setSpacing(SPACING)
        for widget in (self._title, self._meaning, self._reasons, self.table, self._note, self._orders):
            layout.addWidget(widget)
        layout.addWidget(self._left_out)
        layout.setStretchFactor(self.table, 1)
        layout.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.show_record(None)

    @property
    def text(self) -> str:
        """Verdict, meaning and reasons as they are shown."""
        return "\n".join((self._title.text(), self._meaning.text(), self._reasons.text))

    def show_record(self, record: GateRecord | None) -> None:
        """Show a verdict, or that there is none yet."""
        for widget in (self.table, self._note, self._orders):
            widget.setVisible(record is not None)
        self._left_out.show_problems(record.left_out if record else ())
        if record is None:
            self._title.setText(self.tr("Not judged yet"))
            self._meaning.setText(
                self.tr(
                    "The gate compares the new model with its parent, on people whom neither was tuned on. "
                    "Without its verdict nothing is promoted."
                )
            )
            self._reasons.say("")
            return
        self._title.setText(verdict_title(record.verdict))
        self._meaning.setText(verdict_meaning(record.verdict))
        self._reasons.say("\n".join(f"– {reason}" for reason in record.reasons), _TONES[record.verdict])
        self._orders.setText("\n".join(map(self._order, record.orders)))
        self._orders.setVisible(bool(record.orders))

    def _order(self, order: JudgedOrder) -> str:
        before, after = ("–" if one is None else f"{one:.3f}" for one in (order.before, order.after))
        told = self.tr(
            "Recognizability and errors on {0}: {1} before, {2} now (relative pAUC; less is better, 1 is no "
            "order)."
        )
        return told.format(order.trial, before, after)
