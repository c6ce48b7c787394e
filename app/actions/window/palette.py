"""Doing anything by its name."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QWidget

from app.actions.making import make_action
from app.actions.window.shortcuts import Shortcuts
from app.qtmodels.commands import Command, CommandsModel
from app.widgets.dialogs import opened
from app.widgets.window.command_palette import PaletteDialog


class CommandPalette(QObject):
    """Asks for a command by a few letters of its name, goes to its page, and does it.

    Parameters
    ----------
    window : QWidget
        The window.
    shortcuts : Shortcuts
        Knows the commands.
    show_page : callable
        Called with the key of a page.
    """

    def __init__(self, window: QWidget, shortcuts: Shortcuts, show_page: Callable[[str], None]) -> None:
        super().__init__(window)
        self._window, self._shortcuts, self._show_page = window, shortcuts, show_page
        self.action = make_action(
            window,
            self.tr("&Command palette…"),
            self._ask,
            shortcut="Ctrl+Shift+P",
            tip=self.tr("Find any command by its name"),
            everywhere=True,
        )

    @Slot()
    def _ask(self) -> None:
        model = CommandsModel(self)
        model.show_all([one for one in self._shortcuts.commands() if one.action is not self.action])
        dialog = PaletteDialog(model, self._window)
        dialog.typed.connect(model.find)
        dialog.chosen.connect(lambda row: self._do(model.rows[row], dialog))
        dialog.destroyed.connect(model.deleteLater)
        opened(dialog)

    def _do(self, command: Command, dialog: PaletteDialog) -> None:
        if not command.action.isEnabled():
            return
        dialog.accept()
        if command.page:
            self._show_page(command.page)
        # The palette has to be gone first, so that what the command opens gets the keyboard.
        QTimer.singleShot(0, command.action, command.action.trigger)
