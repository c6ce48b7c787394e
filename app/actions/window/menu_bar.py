"""The menu bar: menus that are always there, and one for the page on show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QMenuBar

from app.widgets.page import Page

_translate = QCoreApplication.translate


class MenuBar:
    """Fills a menu bar.

    Parameters
    ----------
    bar : QMenuBar
        The bar.
    pages : mapping of str to Page
        The pages by key; each has a menu of its own.
    file, edit, go, view, help_ : sequence of QAction
        The entries of the menus that are always there.
    """

    def __init__(
        self,
        bar: QMenuBar,
        pages: Mapping[str, Page],
        *,
        file: Sequence[QAction],
        edit: Sequence[QAction],
        go: Sequence[QAction],
        view: Sequence[QAction],
        help_: Sequence[QAction],
    ) -> None:
        bar.addMenu(_translate("MenuBar", "&File")).addActions(file)
        bar.addMenu(_translate("MenuBar", "&Edit")).addActions(edit)
        bar.addMenu(_translate("MenuBar", "&Go")).addActions(go)
        self._of_page: dict[str, QMenu] = {}
        for key, page in pages.items():
            title, entries = page.menu
            self._of_page[key] = bar.addMenu(title)
            self._of_page[key].addActions(entries)
        bar.addMenu(_translate("MenuBar", "&View")).addActions(view)
        bar.addMenu(_translate("MenuBar", "&Help")).addActions(help_)

    def show_page(self, key: str) -> None:
        """Show the menu of one page only."""
        for other, menu in self._of_page.items():
            menu.menuAction().setVisible(other == key)
