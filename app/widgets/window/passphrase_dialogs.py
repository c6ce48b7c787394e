"""Asking for the passphrase of the workspace, for a new one, or for both."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from app.widgets.dialogs import FormDialog
from app.widgets.text import Notice
from core.types import SHORTEST_PASSPHRASE


@dataclass(frozen=True, slots=True)
class EnteredPassphrases:
    """What was typed; never shown.

    Attributes
    ----------
    present : str
        The passphrase that the workspace has; empty where none was asked for.
    new : str
        The one that it is to get; empty where none was asked for.
    """

    present: str = field(default="", repr=False)
    new: str = field(default="", repr=False)


class PassphraseDialog(FormDialog):
    """Asks for passphrases and stays open until somebody says what became of them.

    Parameters
    ----------
    title, hint, accept : str
        Window title, sentence above the form, what the button says.
    present, new : bool
        Whether the passphrase that the workspace has, and a new one, are asked for.
    parent : QWidget, optional
        Parent widget.

    Attributes
    ----------
    entered : Signal(EnteredPassphrases)
        The user has typed what was asked for.
    """

    entered = Signal(object)

    def __init__(
        self,
        title: str,
        hint: str,
        accept: str,
        *,
        present: bool,
        new: bool,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(title, hint, accept, parent=parent)
        self.setMinimumWidth(560)
        self._accept_text = accept
        self._busy = False
        self.notice = Notice("", "error")
        self.present = self._add_secret(self.tr("Passphrase")) if present else None
        self.new = self._add_secret(self.tr("New passphrase")) if new else None
        self.again = self._add_secret(self.tr("The same again")) if new else None
        self.kept: QCheckBox | None = None
        self.form.addRow(self.notice)
        self._judge()

    def ask_whether_kept(self, question: str) -> None:
        """Ask for one more confirmation, without which the dialog cannot be accepted."""
        self.kept = QCheckBox(question)
        self.kept.toggled.connect(self._judge)
        self.form.insertRow(self.form.rowCount() - 1, self.kept)
        self._judge()

    def showEvent(self, event: QShowEvent) -> None:
        """Give the sentences the height that they need at this width."""
        margins = self.contentsMargins() if (layout := self.layout()) is None else layout.contentsMargins()
        width = self.width() - margins.left() - margins.right()
        self.hint.setMinimumHeight(self.hint.heightForWidth(width))
        self.adjustSize()
        super().showEvent(event)

    def accept(self) -> None:
        """Hand over what was typed, and wait."""
        if self._busy or not self.accept_button.isEnabled():
            return
        self.notice.say("")
        self._set_busy(True)
        self.entered.emit(EnteredPassphrases(_text(self.present), _text(self.new)))

    def reject(self) -> None:
        """Close the dialog, unless what was asked for is under way."""
        if not self._busy:
            self._forget()
            super().reject()

    def finish(self) -> None:
        """Close the dialog, as all went well."""
        self._forget()
        super().accept()

    def refuse(self, sentence: str) -> None:
        """Say why it did not go well, and let the user try again."""
        self._set_busy(False)
        self.notice.say(sentence, "error")
        first = self.present or self.new
        if first is not None:
            first.selectAll()
            first.setFocus()

    def _add_secret(self, name: str) -> QLineEdit:
        line = self.add_line(name)
        line.setEchoMode(QLineEdit.EchoMode.Password)
        line.textChanged.connect(self._judge)
        return line

    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        for line in filter(None, (self.present, self.new, self.again, self.kept)):
            line.setEnabled(not busy)
        self.accept_button.setText(self.tr("Please wait …") if busy else self._accept_text)
        self._judge()

    @Slot()
    def _judge(self) -> None:
        problem = ""
        if self.new is not None and self.new.text():
            if len(self.new.text()) < SHORTEST_PASSPHRASE:
                problem = self.tr("At least {0} characters; five or six words do well.").format(
                    SHORTEST_PASSPHRASE
                )
            elif _text(self.again) and self.new.text() != _text(self.again):
                problem = self.tr("The two passphrases differ.")
        if not self._busy:
            self.notice.say(problem, "note")
        complete = all(line.text() for line in (self.present, self.new, self.again) if line is not None)
        same = _text(self.new) == _text(self.again)
        kept = self.kept is None or self.kept.isChecked()
        self.accept_button.setEnabled(complete and same and kept and not problem and not self._busy)

    def _forget(self) -> None:
        for line in (self.present, self.new, self.again):
            if line is not None:
                line.clear()


class UnlockDialog(PassphraseDialog):
    """Asks for the passphrase of an encrypted workspace before the desk opens.

    Parameters
    ----------
    workspace : str
        Name of its directory.
    parent : QWidget, optional
        Parent widget.
    """

    def __init__(self, workspace: str, parent: QWidget | None = None) -> None:
        super().__init__(
            self.tr("Unlock the workspace"),
            self.tr("The workspace “{0}” is encrypted.").format(workspace),
            self.tr("Unlock"),
            present=True,
            new=False,
            parent=parent,
        )


class ProtectDialog(PassphraseDialog):
    """Explains what encrypting the workspace means and asks for its passphrase.

    Parameters
    ----------
    parent : QWidget, optional
        Parent widget.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            self.tr("Encrypt this workspace"),
            self.tr(
                "Galleries, cases, searches, the log, kept pictures and search indexes are encrypted, and "
                "every start asks for the passphrase.\n\n"
                "Not encrypted are files elsewhere (originals that a case refers to, reports, packs, "
                "exports), labelled sets and training runs, added models, certificates of erasure, settings "
                "and names of examiners, and memory and swap while Discern runs. A disk may keep parts of "
                "what was plain before: best encrypt a workspace while it is empty."
            ),
            self.tr("Encrypt the workspace"),
            present=False,
            new=True,
            parent=parent,
        )
        self.warning = Notice(
            self.tr(
                "Nobody can recover a lost passphrase: without it, everything in the workspace is lost for "
                "good."
            ),
            "warning",
        )
        self.form.insertRow(0, self.warning)
        self.ask_whether_kept(self.tr("I have put the passphrase where it will not be lost"))


class ChangePassphraseDialog(PassphraseDialog):
    """Asks for the passphrase of the workspace and for another one.

    Parameters
    ----------
    parent : QWidget, optional
        Parent widget.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            self.tr("Change the passphrase"),
            self.tr(
                "The workspace opens with the new passphrase only. Copies of it that were made before still "
                "open with the old one. Nobody can recover a lost passphrase."
            ),
            self.tr("Change the passphrase"),
            present=True,
            new=True,
            parent=parent,
        )


def _text(line: QLineEdit | None) -> str:
    return "" if line is None else line.text()
