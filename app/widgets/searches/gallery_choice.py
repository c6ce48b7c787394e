"""A button with a menu of galleries to search."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from app.widgets.terms import definition
from core.types import Gallery


class GalleryChoice(QToolButton):
    """Chooses any number of galleries; none chosen means all of them.

    Parameters
    ----------
    parent : QWidget, optional
        Parent widget.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolTip(definition("gallery"))
        self.setMinimumWidth(168)
        self._menu = QMenu(self)
        self.setMenu(self._menu)
        self._say()

    @property
    def chosen(self) -> tuple[str, ...] | None:
        """Names of the chosen galleries, or None for all."""
        names = tuple(str(action.data()) for action in self._menu.actions() if action.isChecked())
        return names or None

    def offer(self, galleries: Sequence[Gallery]) -> None:
        """Offer these galleries, keeping what is chosen among them."""
        chosen = set(self.chosen or ())
        self._menu.clear()
        for gallery in galleries:
            text = self.tr("{0}  ({1} subjects)").format(gallery.name, gallery.subjects)
            action = QAction(text.replace("&", "&&"), self._menu, checkable=True)
            action.setData(gallery.name)
            action.setChecked(gallery.name in chosen)
            action.toggled.connect(self._say)
            self._menu.addAction(action)
        self._say()

    def choose(self, names: Sequence[str]) -> None:
        """Choose galleries by name; when that is every one that is offered, choose all."""
        offered = self._menu.actions()
        everything = all(action.data() in names for action in offered)
        for action in offered:
            action.setChecked(not everything and action.data() in names)

    def _say(self) -> None:
        names = self.chosen
        if names is None:
            text = self.tr("All galleries")
        elif len(names) == 1:
            text = names[0]
        else:
            text = self.tr("{0} galleries").format(len(names))
        self.setText(text.replace("&", "&&"))
        self.setAccessibleName(self.tr("Galleries to search: {0}").format(text))
