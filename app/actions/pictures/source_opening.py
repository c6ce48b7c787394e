"""Opening files and folders to examine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from app.actions.making import make_action
from app.actions.opening import ask_files, ask_folder

_translate = QCoreApplication.translate


class SourceOpening:
    """Asks for files, or for a folder.

    Parameters
    ----------
    owner : QWidget
        The page.
    add : callable
        Called with what was chosen; not at all when the user gives up.
    """

    def __init__(self, owner: QWidget, add: Callable[[Sequence[Path]], None]) -> None:
        self._owner, self._add = owner, add
        self.files = make_action(
            owner,
            _translate("opening", "&Open pictures or videos…"),
            self._open_files,
            shortcut="Ctrl+O",
            picture="picture",
            everywhere=True,
            tip=_translate("opening", "Open files; faces are found and assessed as they are read"),
        )
        self.folder = make_action(
            owner,
            _translate("opening", "Open &folder…"),
            self._open_folder,
            shortcut="Ctrl+Shift+O",
            picture="folder",
            everywhere=True,
            tip=_translate("opening", "Open all pictures of a folder"),
        )

    @property
    def all(self) -> list[QAction]:
        """The actions in the order of the tool bar."""
        return [self.files, self.folder]

    def _open_files(self) -> None:
        paths = ask_files(self._owner)
        if paths:
            self._add(paths)

    def _open_folder(self) -> None:
        folder = ask_folder(self._owner, _translate("opening", "Open a folder of pictures"))
        if folder is not None:
            self._add([folder])
