"""Lists and tables as all pages use them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractItemModel
from PySide6.QtWidgets import QHeaderView, QListView, QStyledItemDelegate, QTableView


def row_list(model: QAbstractItemModel, delegate: type[QStyledItemDelegate], name: str) -> QListView:
    """Return a list of uniform rows that scrolls by px.

    Parameters
    ----------
    model : QAbstractItemModel
        The rows.
    delegate : type
        How a row is painted.
    name : str
        Accessible name.

    Returns
    -------
    QListView
        The list.
    """
    view = QListView()
    view.setModel(model)
    view.setItemDelegate(delegate(view))
    view.setUniformItemSizes(True)
    view.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
    view.setAccessibleName(name)
    view.setMouseTracking(True)
    return view


def plain_table(model: QAbstractItemModel, name: str, widths: Sequence[int]) -> QTableView:
    """Return a table whose rows are chosen as a whole.

    Parameters
    ----------
    model : QAbstractItemModel
        The rows.
    name : str
        Accessible name.
    widths : sequence of int
        Width of each column in screen px; 0 for the one that takes the room that is left.

    Returns
    -------
    QTableView
        The table.
    """
    table = QTableView()
    table.setModel(model)
    table.setAccessibleName(name)
    table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QTableView.SelectionMode.SingleSelection)
    table.setTabKeyNavigation(False)
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(36)
    header = table.horizontalHeader()
    header.setHighlightSections(False)
    for column, width in enumerate(widths):
        mode = QHeaderView.ResizeMode.Interactive if width else QHeaderView.ResizeMode.Stretch
        header.setSectionResizeMode(column, mode)
        if width:
            header.resizeSection(column, width)
    return table
