"""The sizes of a window and of what is in it, remembered from one start to the next."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QObject, QSettings, QTimer
from PySide6.QtWidgets import QMainWindow, QSplitter, QWidget


class WindowMemory(QObject):
    """Remembers the geometry of a window, of its docks, and of the splitters on its pages.

    Parameters
    ----------
    window : QMainWindow
        The window.
    pages : mapping of str to QWidget
        Its pages by key.
    settings : QSettings
        Where it is remembered.
    """

    def __init__(self, window: QMainWindow, pages: Mapping[str, QWidget], settings: QSettings) -> None:
        super().__init__(window)
        self._window, self._settings = window, settings
        self._splitters = {
            f"splitters/{key}-{position}": splitter
            for key, page in pages.items()
            for position, splitter in enumerate(page.findChildren(QSplitter))
        }
        self._awaited: dict[QSplitter, list[int]] = {}
        self._seen: set[QSplitter] = set()
        for splitter in self._splitters.values():
            splitter.installEventFilter(self)

    def restore(self) -> None:
        """Give everything the size that it had, splitters once they are shown and know their room."""
        for name, restore in (
            ("geometry", self._window.restoreGeometry),
            ("layout", self._window.restoreState),
        ):
            kept = self._settings.value(name)
            if kept is not None:
                restore(kept)
        for name, splitter in self._splitters.items():
            kept = self._settings.value(name)
            sizes = [int(size) for size in kept] if isinstance(kept, list) else []
            if len(sizes) == splitter.count() and any(sizes):
                self._awaited[splitter] = sizes

    def keep(self) -> None:
        """Remember the size of everything that has been shown."""
        self._settings.setValue("geometry", self._window.saveGeometry())
        self._settings.setValue("layout", self._window.saveState())
        for name, splitter in self._splitters.items():
            if splitter in self._seen:
                self._settings.setValue(name, splitter.sizes())
        self._settings.sync()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Give a splitter its sizes after it was shown for the first time."""
        if event.type() == QEvent.Type.Show and isinstance(watched, QSplitter):
            watched.removeEventFilter(self)
            self._seen.add(watched)
            sizes = self._awaited.pop(watched, None)
            if sizes is not None:
                QTimer.singleShot(0, watched, lambda: watched.setSizes(sizes))
        return False
