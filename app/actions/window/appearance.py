"""Choosing between the dark and the light theme."""

from __future__ import annotations

from PySide6.QtCore import QObject, QSettings, Slot
from PySide6.QtWidgets import QApplication, QWidget

from app.actions.making import make_action
from app.widgets.colours import Theme
from app.widgets.theme import apply_theme, shown_theme


def kept_theme(settings: QSettings) -> Theme:
    """Return the theme that was chosen last, the dark one where none was."""
    name = str(settings.value("theme") or "")
    return Theme(name) if name in set(Theme) else Theme.DARK


class Appearance(QObject):
    """An action that switches the theme and remembers it.

    Parameters
    ----------
    window : QWidget
        The window.
    settings : QSettings
        Where the theme is kept.
    """

    def __init__(self, window: QWidget, settings: QSettings) -> None:
        super().__init__(window)
        self._settings = settings
        self.switch_action = make_action(
            window,
            self.tr("Switch between dark and light &theme"),
            self._switch,
            shortcut="Ctrl+Shift+D",
            tip=self.tr("Neutral grey either way, so that pictures are not tinted"),
            everywhere=True,
        )

    @Slot()
    def _switch(self) -> None:
        application = QApplication.instance()
        if isinstance(application, QApplication):
            theme = Theme.LIGHT if shown_theme() is Theme.DARK else Theme.DARK
            apply_theme(application, theme)
            self._settings.setValue("theme", theme.value)
