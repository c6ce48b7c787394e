"""Colours, icons and the style sheet."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from functools import lru_cache
from importlib.resources import as_file, files
from importlib.resources.abc import Traversable

from PySide6.QtCore import QByteArray, QObject, Qt
from PySide6.QtGui import QAction, QColor, QFont, QFontDatabase, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel

from app.widgets.colours import BANDS, PALETTES, Theme
from core.types import Band

SPACING = 8
TEXT_PX = 13

_SHOWN = "discernTheme"
_ICON = "discernIcon"


class Tint(StrEnum):
    """Colours that an icon may be drawn in."""

    TEXT = "text"
    MUTED = "muted"
    FAINT = "faint"
    ACCENT = "accent"


def shown_theme() -> Theme:
    """Return the theme that the application wears, the dark one before it wears any."""
    application = QApplication.instance()
    return Theme((application and application.property(_SHOWN)) or Theme.DARK)


def colour(name: str) -> QColor:
    """Return a colour of the theme by name."""
    return QColor(PALETTES[shown_theme()][name])


def band_colour(band: Band) -> QColor:
    """Return the colour of a band; a word always stands beside it."""
    return QColor(BANDS[shown_theme()][band])


def apply_theme(application: QApplication, theme: Theme = Theme.DARK) -> None:
    """Give the application its style, font, palette, style sheet, and the icons that it already shows."""
    application.setProperty(_SHOWN, theme.value)
    application.setStyle("Fusion")
    _load_fonts()
    font = QFont(["DejaVu Sans", "Noto Sans", "Segoe UI"])
    font.setPixelSize(TEXT_PX)
    application.setFont(font)
    application.setPalette(_palette())
    with as_file(files("resources").joinpath("icons")) as icons:
        sheet = files("resources").joinpath("style.qss").read_text(encoding="utf-8")
        tokens = {
            **PALETTES[theme],
            "icons": icons.as_posix(),
            "tick": "tick-dark" if theme is Theme.DARK else "tick-light",
        }
        for name in sorted(tokens, key=len, reverse=True):
            sheet = sheet.replace(f"@{name}", tokens[name])
    application.setStyleSheet(sheet)
    application.setWindowIcon(icon("app", Tint.ACCENT))
    for wearer in _wearers(application):
        _draw(wearer)


def icon(name: str, tint: str = Tint.TEXT) -> QIcon:
    """Return an icon of `resources/icons` in a colour of the theme, fainter where it is disabled."""
    return _icon(name, tint, shown_theme())


def set_icon(wearer: QAction | QAbstractButton | QLabel, name: str, tint: str = Tint.TEXT) -> None:
    """Give an action, a button or a label an icon that follows the theme.

    Parameters
    ----------
    wearer : QAction or QAbstractButton or QLabel
        What shows it; a label shows it at 48 px.
    name : str
        Name of an icon of `resources/icons`.
    tint : str
        Name of a colour.
    """
    wearer.setProperty(_ICON, f"{name}/{tint}")
    _draw(wearer)


def _draw(wearer: QObject) -> None:
    name, _, tint = str(wearer.property(_ICON)).partition("/")
    if isinstance(wearer, QLabel):
        drawn = _rendered(name, PALETTES[shown_theme()][tint], 96)
        drawn.setDevicePixelRatio(2.0)
        wearer.setPixmap(drawn)
    elif isinstance(wearer, QAction | QAbstractButton):
        wearer.setIcon(icon(name, tint))


def _wearers(application: QApplication) -> Iterator[QObject]:
    for window in application.topLevelWidgets():
        for kind in (QAction, QAbstractButton, QLabel):
            yield from (child for child in window.findChildren(kind) if child.property(_ICON))


@lru_cache(maxsize=256)
def _icon(name: str, tint: str, theme: Theme) -> QIcon:
    result = QIcon()
    for mode, shade in ((QIcon.Mode.Normal, tint), (QIcon.Mode.Disabled, Tint.FAINT)):
        for size in (16, 24, 32, 48):
            result.addPixmap(_rendered(name, PALETTES[theme][shade], size), mode)
    return result


def _rendered(name: str, shade: str, size: int) -> QPixmap:
    source = files("resources").joinpath(f"icons/{name}.svg").read_text(encoding="utf-8")
    renderer = QSvgRenderer(QByteArray(source.replace("currentColor", shade).encode()))
    drawn = QPixmap(size, size)
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    renderer.render(painter)
    painter.end()
    return drawn


@lru_cache(maxsize=1)
def _load_fonts() -> None:
    folder: Traversable = files("resources").joinpath("fonts")
    if folder.is_dir():
        for font in sorted(folder.iterdir(), key=lambda entry: entry.name):
            if font.name.endswith(".ttf"):
                QFontDatabase.addApplicationFontFromData(QByteArray(font.read_bytes()))


def _palette() -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette()
    for target, name in (
        (role.Window, "window"),
        (role.Base, "field"),
        (role.AlternateBase, "panel"),
        (role.Button, "raised"),
        (role.ToolTipBase, "raised"),
        (role.Text, "text"),
        (role.WindowText, "text"),
        (role.ButtonText, "text"),
        (role.ToolTipText, "text"),
        (role.BrightText, "danger"),
        (role.PlaceholderText, "muted"),
        (role.Highlight, "accent"),
        (role.HighlightedText, "onAccent"),
        (role.Link, "accentHover"),
        (role.LinkVisited, "accentHover"),
        (role.Light, "hover"),
        (role.Mid, "edge"),
        (role.Dark, "window"),
    ):
        palette.setColor(target, colour(name))
    for target in (role.Text, role.WindowText, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, target, colour("faint"))
    return palette
