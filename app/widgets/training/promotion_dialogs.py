"""What a promotion and the way back will do, in words, before they are done."""

from __future__ import annotations

from PySide6.QtWidgets import QPlainTextEdit, QWidget

from app.widgets.dialogs import FormDialog
from app.widgets.text import Notice, TextLabel
from app.widgets.training.training_terms import verdict_meaning, verdict_title
from core.workspace.tuning.desk import GateRecord, TuningRun, Verdict


def show_whole(hint: TextLabel, width: int) -> None:
    """Show a text of many lines without cutting it, in a dialog that is at least so wide."""
    hint.setMinimumWidth(width)
    hint.setMinimumHeight(hint.heightForWidth(width))
    hint.show()


class PromotionDialog(FormDialog):
    """Says what follows from a promotion; against the verdict it needs a reason.

    Parameters
    ----------
    run : TuningRun
        Whose model is promoted.
    gate : GateRecord
        What the gate said of it.
    parent : QWidget, optional
        Parent widget.
    """

    def __init__(self, run: TuningRun, gate: GateRecord, parent: QWidget | None = None) -> None:
        against = gate.verdict is not Verdict.PROMOTE
        super().__init__("", "", "", danger=against, parent=parent)
        tr = self.tr
        self.setWindowTitle(tr("Promote {0}").format(run.name))
        self.setMinimumWidth(560)
        self.hint.setText(
            tr(
                "– {0} becomes a model of its own with the id {1}….\n"
                "– All galleries are embedded anew with it. {2} goes on serving until the last sample is "
                "done; it can be cancelled and goes on later.\n"
                "– Then searches use {0}, and the bands of recognizability are its own.\n"
                "– Cases that were examined before stay pinned to the model they were examined with.\n"
                "– One click on Models leads back; the embeddings of {2} are kept."
            ).format(run.name, gate.model_id[:16], run.parent)
        )
        show_whole(self.hint, 512)
        self.form.addRow(
            Notice(
                f"{verdict_title(gate.verdict)}. {verdict_meaning(gate.verdict)}",
                "error" if against else "note",
                self,
            )
        )
        self.accept_button.setText(tr("Promote against the verdict") if against else tr("Promote"))
        self.reason_field: QPlainTextEdit | None = None
        if against:
            told = tr(
                "The reason is kept in the audit log, in the model's card and so in every later report."
            )
            self.form.addRow(TextLabel(told, "muted", wrap=True))
            self.reason_field = self.add_text(tr("Reason"), required=True)
            self.reason_field.setFocus()

    @property
    def reason(self) -> str:
        """Why it is promoted against the verdict; empty where it is not."""
        return self.reason_field.toPlainText().strip() if self.reason_field is not None else ""


class RollbackDialog(FormDialog):
    """Says what follows from the way back, and asks why.

    Parameters
    ----------
    run : TuningRun
        The run that made the model in use.
    parent : QWidget, optional
        Parent widget.
    """

    def __init__(self, run: TuningRun, parent: QWidget | None = None) -> None:
        super().__init__("", "", "", parent=parent)
        tr = self.tr
        self.setWindowTitle(tr("Back to {0}").format(run.parent))
        self.hint.setText(
            tr(
                "{1} serves again. Its embeddings were kept, so that rankings are what they were before; "
                "only what was enrolled since is embedded. {0} stays installed."
            ).format(run.name, run.parent)
        )
        show_whole(self.hint, 512)
        self.accept_button.setText(tr("Roll back"))
        self.reason_field = self.add_text(tr("Reason"), required=True, hint=tr("Kept in the audit log"))

    @property
    def reason(self) -> str:
        """Why, without blanks at its ends."""
        return self.reason_field.toPlainText().strip()
