"""List views as all pages use them."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel
from PySide6.QtWidgets import QListView, QStyledItemDelegate


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
