"""Making actions, and those that lead from page to page."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QWidget

from app.widgets.theme import icon

_translate = QCoreApplication.translate


def make_action(
    owner: QWidget,
    text: str,
    slot: Callable[[], object],
    *,
    shortcut: str | tuple[str, ...] = (),
    tip: str = "",
    picture: str = "",
    everywhere: bool = False,
) -> QAction:
    """Return an action whose tooltip names its shortcut, added to its owner so that the shortcut works.

    Parameters
    ----------
    owner : QWidget
        The page or window that it belongs to.
    text : str
        Its name, translated.
    slot : callable
        What it does.
    shortcut : str or tuple of str
        Key sequences.
    tip : str
        One sentence for the tooltip; the name when empty.
    picture : str
        Name of an icon.
    everywhere : bool
        Whether the shortcut works in the whole window or only while the focus is inside the owner.

    Returns
    -------
    QAction
        The action.
    """
    keys = [QKeySequence(key) for key in ((shortcut,) if isinstance(shortcut, str) else shortcut)]
    action = QAction(text, owner)
    action.setShortcuts(keys)
    context = Qt.ShortcutContext.WindowShortcut
    if not everywhere:
        context = Qt.ShortcutContext.WidgetWithChildrenShortcut
    action.setShortcutContext(context)
    named = tip or text.replace("&", "").rstrip("…")
    shown = keys[0].toString(QKeySequence.SequenceFormat.NativeText) if keys else ""
    action.setToolTip(f"{named}  ({shown})" if shown else named)
    if picture:
        action.setIcon(icon(picture))
    action.triggered.connect(lambda _checked=False: slot())
    owner.addAction(action)
    return action


class PageActions:
    """Checkable actions that lead to the pages, Ctrl+1 and on, and know which page is on show.

    Parameters
    ----------
    window : QWidget
        The window.
    show_page : callable
        Called with the key of the page.
    """

    def __init__(self, window: QWidget, show_page: Callable[[str], None]) -> None:
        self._group = QActionGroup(window)
        self.by_key: dict[str, QAction] = {}
        for position, (key, name) in enumerate(_page_names().items(), start=1):
            action = QAction(icon(key, "muted"), name, window, checkable=True)
            action.setShortcut(QKeySequence(f"Ctrl+{position}"))
            action.setToolTip(f"{name}  (Ctrl+{position})")
            action.triggered.connect(lambda _checked=False, key=key: show_page(key))
            self._group.addAction(action)
            self.by_key[key] = action
        window.addActions(self._group.actions())

    @property
    def all(self) -> list[QAction]:
        """The actions in the order of the rail."""
        return list(self.by_key.values())


def _page_names() -> dict[str, str]:
    return {
        "cases": _translate("PageActions", "Cases"),
        "analyse": _translate("PageActions", "Analyse"),
        "search": _translate("PageActions", "Search"),
        "gallery": _translate("PageActions", "Gallery"),
        "report": _translate("PageActions", "Report"),
    }
