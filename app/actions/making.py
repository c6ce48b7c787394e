"""Making actions, and those that lead from page to page."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QWidget

from app.widgets.theme import Tint, set_icon

_translate = QCoreApplication.translate

_TIP = "discernTip"
_SHIPPED = "discernShippedKeys"


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

    Its object name, made of the owner's class and the text, is the key under which an examiner's own
    shortcut is kept; the command palette and the cheat sheet list every action that has one.

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
    action = QAction(text, owner)
    context = Qt.ShortcutContext.WindowShortcut
    if not everywhere:
        context = Qt.ShortcutContext.WidgetWithChildrenShortcut
    action.setShortcutContext(context)
    if picture:
        set_icon(action, picture)
    action.triggered.connect(lambda _checked=False: slot())
    enter_action(action, owner, (shortcut,) if isinstance(shortcut, str) else shortcut, tip)
    owner.addAction(action)
    return action


def enter_action(action: QAction, owner: QWidget, keys: Sequence[str], tip: str = "") -> None:
    """Give an action its object name, the keys that it is shipped with, and a tooltip that names them.

    Parameters
    ----------
    action : QAction
        An action that was made in another way than by :func:`make_action`.
    owner : QWidget
        What it belongs to.
    keys : sequence of str
        Key sequences.
    tip : str
        One sentence for the tooltip; the name when empty.
    """
    name = plain_text(action)
    slug = re.sub(r"\W+", "-", name.lower()).strip("-")
    action.setObjectName(f"{type(owner).__name__}.{slug}")
    action.setProperty(_TIP, tip or name)
    action.setProperty(_SHIPPED, "\n".join(keys))
    set_keys(action, keys)


def set_keys(action: QAction, keys: Sequence[str]) -> None:
    """Give an action other keys and name the first of them in its tooltip."""
    action.setShortcuts([QKeySequence(key) for key in keys])
    shown = native_keys(action)
    tip = str(action.property(_TIP))
    action.setToolTip(f"{tip}  ({shown[0]})" if shown else tip)


def is_entered(action: QAction) -> bool:
    """Return whether an action is a command that went through :func:`enter_action`."""
    return action.property(_SHIPPED) is not None


def shipped_keys(action: QAction) -> tuple[str, ...]:
    """Return the keys that an action has as long as the examiner gives it no others."""
    return tuple(filter(None, str(action.property(_SHIPPED)).split("\n")))


def native_keys(action: QAction) -> tuple[str, ...]:
    """Return the keys of an action as this machine writes them."""
    shortcuts = action.shortcuts()
    return tuple(key.toString(QKeySequence.SequenceFormat.NativeText) for key in shortcuts if key.count())


def tip_of(action: QAction) -> str:
    """Return the tooltip of an action without its keys."""
    return str(action.property(_TIP))


def plain_text(action: QAction) -> str:
    """Return the name of an action without its mnemonic and dots."""
    return action.text().replace("&", "").rstrip("…")


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
            action = QAction(name, window, checkable=True)
            set_icon(action, key, Tint.MUTED)
            enter_action(action, window, [f"Ctrl+{position}"], _translate("PageActions", "Go to this page"))
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
        "compare": _translate("PageActions", "Compare"),
        "gallery": _translate("PageActions", "Gallery"),
        "report": _translate("PageActions", "Report"),
        "training": _translate("PageActions", "Training"),
    }
