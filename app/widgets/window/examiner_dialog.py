"""Asks who is at work."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QComboBox, QWidget

from app.widgets.dialogs import FormDialog


class ExaminerDialog(FormDialog):
    """A name, chosen among those that have been at work here or entered.

    Parameters
    ----------
    known : sequence of str
        Names that have been at work here.
    current : str
        The name of whoever is at work.
    parent : QWidget, optional
        Parent widget.
    """

    def __init__(self, known: Sequence[str], current: str, parent: QWidget | None = None) -> None:
        super().__init__("", "", "", parent=parent)
        self.setWindowTitle(self.tr("Examiner at work"))
        self.accept_button.setText(self.tr("Sign in"))
        self.hint.setText(
            self.tr(
                "The log names the examiner in every entry, and a second examiner is one with another name. "
                "The session of whoever is at work now ends."
            )
        )
        self.hint.show()
        self.name = QComboBox()
        self.name.setEditable(True)
        self.name.addItems(list(known))
        self.name.setCurrentText(current)
        self.add_choice(self.tr("Name"), self.name)
        self.name.editTextChanged.connect(self._follow)
        self.name.setFocus()
        self._follow(current)

    @property
    def answer(self) -> str:
        """The name as entered, without blanks at its ends."""
        return self.name.currentText().strip()

    def _follow(self, text: str) -> None:
        self.accept_button.setEnabled(bool(text.strip()))
