"""Everything that can be done, as the command palette and the shortcut editor list it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction

from app.qtmodels.rows import Index, RowsModel


@dataclass(frozen=True, slots=True)
class Command:
    """An action with its place.

    Attributes
    ----------
    command_id : str
        Key under which its shortcut is kept.
    name : str
        What it does, without mnemonic.
    keys : tuple of str
        Its shortcuts, as this machine writes them.
    tip : str
        One sentence.
    page : str
        Key of the page that it belongs to, empty when it belongs to the whole window.
    group : str
        Name of that page, or of the window.
    action : QAction
        The action.
    """

    command_id: str
    name: str
    keys: tuple[str, ...]
    tip: str
    page: str
    group: str
    action: QAction


class CommandsModel(RowsModel[Command]):
    """Commands that fit what was typed, the best first.

    Parameters
    ----------
    parent : QObject, optional
        Owner.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent=parent)
        self._all: Sequence[Command] = ()

    def show_all(self, commands: Sequence[Command]) -> None:
        """Take these commands and show them all."""
        self._all = commands
        self.replace(commands)

    def find(self, typed: str) -> None:
        """Show the commands that fit what was typed, those that can be used now before the others."""
        scored = [
            (score, command)
            for command in self._all
            if (score := fitness(typed, f"{command.name} {command.group}")) > 0
        ]
        scored.sort(key=lambda pair: (not pair[1].action.isEnabled(), -pair[0]))
        self.replace([command for _, command in scored])

    def text(self, item: Command) -> str:
        """Return name, page and keys."""
        return "\n".join((item.name, item.group, ", ".join(item.keys)))

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return also what a command is for, and a fainter colour when it cannot be used now."""
        command = self.item(index)
        if command is not None and role == Qt.ItemDataRole.ToolTipRole:
            possible = command.action.isEnabled()
            return command.tip if possible else self.tr("{0} (not possible now)").format(command.tip)
        if command is not None and role == Qt.ItemDataRole.UserRole + 1:
            return "text" if command.action.isEnabled() else "muted"
        return super().data(index, role)


def fitness(typed: str, text: str) -> float:
    """Return how well a text fits what was typed, 0 when it does not.

    Every word that was typed must be found: at the beginning of a word of the text (best), inside one, or
    scattered over the text in its order, the closer together the better.

    Parameters
    ----------
    typed : str
        Words, abbreviated at will.
    text : str
        The text.

    Returns
    -------
    float
        Higher is better.
    """
    text = text.casefold()
    total = 1.0
    for word in typed.casefold().split():
        if re.search(rf"\b{re.escape(word)}", text):
            total += 3
        elif word in text:
            total += 2
        else:
            scattered = re.search(".*?".join(map(re.escape, word)), text)
            if scattered is None:
                return 0.0
            total += len(word) / len(scattered[0])
    return total
