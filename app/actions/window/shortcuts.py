"""Which keys do what: all commands, the keys that an examiner prefers, and the dialogs on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from PySide6.QtCore import QObject, QSettings, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from app.actions.making import (
    is_entered,
    make_action,
    native_keys,
    plain_text,
    set_keys,
    shipped_keys,
    tip_of,
)
from app.qtmodels.command_table import CommandTable
from app.qtmodels.commands import Command
from app.widgets.dialogs import opened
from app.widgets.window.cheat_sheet import CheatSheet
from app.widgets.window.shortcut_editor import ShortcutEditor


class Shortcuts(QObject):
    """Knows every command of a window and gives each the keys that the examiner prefers.

    Parameters
    ----------
    window : QWidget
        The window.
    pages : mapping of str to QWidget
        Its pages by key.
    settings : QSettings
        Where the examiner's keys are kept.
    """

    def __init__(self, window: QWidget, pages: Mapping[str, QWidget], settings: QSettings) -> None:
        super().__init__(window)
        self._window, self._pages, self._settings = window, pages, settings
        self._keys_of = {page: key for key, page in pages.items()}
        self.sheet_action = make_action(
            window,
            self.tr("&Keys"),
            lambda: opened(CheatSheet(self._sheet(), window)),
            shortcut=("?", "F1"),
            tip=self.tr("All keys on one sheet"),
            everywhere=True,
        )
        self.edit_action = make_action(
            window,
            self.tr("Change &shortcuts…"),
            self._edit,
            tip=self.tr("Give commands other keys"),
            everywhere=True,
        )

    def commands(self) -> tuple[Command, ...]:
        """Return every command, those of the window first, then page by page."""
        found = [self._command(action) for action in self._window.findChildren(QAction) if is_entered(action)]
        places = ["", *self._pages]
        return tuple(sorted(found, key=lambda command: places.index(command.page)))

    def restore(self) -> None:
        """Give the commands the keys that were kept."""
        self._settings.beginGroup("keys")
        kept = {key: str(self._settings.value(key)) for key in self._settings.childKeys()}
        self._settings.endGroup()
        for command in self.commands():
            if command.command_id in kept:
                key = kept[command.command_id]
                set_keys(command.action, [key] if key else [])

    def change(self, command: Command, key: str) -> str:
        """Give a command another key and keep it.

        Parameters
        ----------
        command : Command
            The command.
        key : str
            A key sequence in portable text; empty for none.

        Returns
        -------
        str
            One sentence when another command has the key, and nothing was changed; otherwise empty.
        """
        keys = [key] if key else []
        refused = self._conflict(command, keys)
        if not refused:
            set_keys(command.action, keys)
            self._settings.setValue(f"keys/{command.command_id}", key)
        return refused

    def reset(self, command: Command | None) -> str:
        """Give a command, or every one, the keys that it was shipped with.

        Parameters
        ----------
        command : Command or None
            The command; None for all.

        Returns
        -------
        str
            One sentence when another command has the key, and nothing was changed; otherwise empty.
        """
        if command is None:
            self._settings.remove("keys")
            for each in self.commands():
                set_keys(each.action, shipped_keys(each.action))
            return ""
        keys = shipped_keys(command.action)
        refused = self._conflict(command, keys)
        if not refused:
            self._settings.remove(f"keys/{command.command_id}")
            set_keys(command.action, keys)
        return refused

    def _conflict(self, wanted: Command, keys: Sequence[str]) -> str:
        given = [QKeySequence(key) for key in keys]
        for other in self.commands():
            meet = not other.page or not wanted.page or other.page == wanted.page
            if other.action is wanted.action or not meet:
                continue
            taken = next((key for key in other.action.shortcuts() if key in given), None)
            if taken is not None:
                return self.tr("{0} is already the key of “{1}” ({2}).").format(
                    taken.toString(QKeySequence.SequenceFormat.NativeText), other.name, other.group
                )
        return ""

    def _sheet(self) -> list[tuple[str, list[tuple[str, str]]]]:
        with_keys = (command for command in self.commands() if command.keys)
        return [
            (group, [(", ".join(command.keys), command.name) for command in members])
            for group, members in groupby(with_keys, lambda command: command.group)
        ]

    def _command(self, action: QAction) -> Command:
        owner, page = action.parent(), ""
        while owner is not None and not page:
            page = self._keys_of.get(owner, "") if isinstance(owner, QWidget) else ""
            owner = owner.parent()
        group = self._pages[page].accessibleName() if page else self.tr("Everywhere")
        keys = native_keys(action)
        return Command(action.objectName(), plain_text(action), keys, tip_of(action), page, group, action)

    @Slot()
    def _edit(self) -> None:
        table = CommandTable(self)
        table.replace(self.commands())
        editor = ShortcutEditor(table, self._window)

        def _answer(refused: str) -> None:
            table.update(self.commands())
            editor.refuse(refused)

        editor.change_requested.connect(lambda command, key: _answer(self.change(command, key)))
        editor.reset_requested.connect(lambda command: _answer(self.reset(command)))
        editor.destroyed.connect(table.deleteLater)
        opened(editor)
