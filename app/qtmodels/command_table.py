"""Commands as a table of names, pages and keys."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject

from app.qtmodels.commands import Command
from app.qtmodels.tables import TableModel


class CommandTable(TableModel[Command]):
    """One row a command.

    Parameters
    ----------
    parent : QObject, optional
        Owner.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__((), parent)
        self._headings = (self.tr("Command"), self.tr("Page"), self.tr("Keys"))

    def texts(self, item: Command) -> Sequence[str]:
        """Return name, page and keys."""
        return item.name, item.group, ", ".join(item.keys)

    def update(self, commands: Sequence[Command]) -> None:
        """Show the same commands with the keys that they have now."""
        self._rows = list(commands)
        last = self.index(len(self._rows) - 1, self.columnCount() - 1)
        self.dataChanged.emit(self.index(0, 0), last)
