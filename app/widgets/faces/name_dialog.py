"""Asking whose face it is."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCompleter, QWidget

from app.widgets.dialogs import FormDialog


class FaceNameDialog(FormDialog):
    """Asks for a name and completes it from the names that are known.

    Parameters
    ----------
    title, hint, accept : str
        Window title, sentence, what the button says.
    names : sequence of str
        Names that are known.
    name : str
        The name to begin with.
    parent : QWidget, optional
        Parent widget.
    """

    def __init__(
        self,
        title: str,
        hint: str,
        accept: str,
        names: Sequence[str],
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(title, hint, accept, parent=parent)
        self.name = self.add_line(self.tr("Name"), text=name, required=True, hint=self.tr("Whose face it is"))
        completer = QCompleter(list(names), self.name)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.name.setCompleter(completer)
        self.name.selectAll()

    @property
    def answer(self) -> str:
        """The name as entered, without blanks at its ends."""
        return self.name.text().strip()
