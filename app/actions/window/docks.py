"""Panels beside the pages that can be shown, hidden and moved."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget

from app.actions.making import enter_action


def add_dock(
    window: QMainWindow,
    title: str,
    widget: QWidget,
    *,
    name: str,
    area: Qt.DockWidgetArea,
    key: str,
    tip: str,
) -> QDockWidget:
    """Put a panel into a window, hidden at first.

    Parameters
    ----------
    window : QMainWindow
        The window.
    title : str
        Title of the panel.
    widget : QWidget
        What it holds.
    name : str
        Under which its place is remembered.
    area : Qt.DockWidgetArea
        Where it stands at first.
    key, tip : str
        Shortcut of the action that shows and hides it, and one sentence about it.

    Returns
    -------
    QDockWidget
        The panel; its `toggleViewAction` is a command like all others.
    """
    dock = QDockWidget(title, window)
    dock.setObjectName(name)
    dock.setWidget(widget)
    dock.setAllowedAreas(Qt.DockWidgetArea.BottomDockWidgetArea | Qt.DockWidgetArea.RightDockWidgetArea)
    window.addDockWidget(area, dock)
    dock.hide()
    enter_action(dock.toggleViewAction(), window, [key], tip)
    return dock
