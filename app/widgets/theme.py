"""Colours, icons and the style sheet."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import as_file, files
from importlib.resources.abc import Traversable

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from core.types import Band

SPACING = 8
TEXT_PX = 13

DARK = {
    "window": "#1b1c1d",
    "panel": "#232425",
    "raised": "#2d2e30",
    "hover": "#37383b",
    "field": "#18191a",
    "canvas": "#303030",
    "edge": "#303133",
    "line": "#45474a",
    "text": "#e6e6e4",
    "muted": "#a6a9ac",
    "faint": "#75787b",
    "accent": "#6ea8cf",
    "accentHover": "#8dbcdc",
    "onAccent": "#0f1a21",
    "selection": "#2b4152",
    "danger": "#e58a78",
    "caution": "#d9a441",
}

_BANDS = {
    Band.UNRECOGNIZABLE: "#d5694a",
    Band.LOW: "#dba13a",
    Band.FAIR: "#7fb4dc",
    Band.GOOD: "#4fb894",
}


def colour(name: str) -> QColor:
    """Return a colour of the theme by name."""
    return QColor(DARK[name])


def band_colour(band: Band) -> QColor:
    """Return the colour of a band; a word always stands beside it."""
    return QColor(_BANDS[band])


def apply_theme(application: QApplication) -> None:
    """Give the application its style, font, palette and style sheet."""
    application.setStyle("Fusion")
    _load_fonts()
    font = QFont(["DejaVu Sans", "Noto Sans", "Segoe UI"])
    font.setPixelSize(TEXT_PX)
    application.setFont(font)
    application.setPalette(_palette())
    with as_file(files("resources").joinpath("icons")) as icons:
        sheet = files("resources").joinpath("style.qss").read_text(encoding="utf-8")
        tokens = {**DARK, "icons": icons.as_posix()}
        for name in sorted(tokens, key=len, reverse=True):
            sheet = sheet.replace(f"@{name}", tokens[name])
    application.setStyleSheet(sheet)
    application.setWindowIcon(icon("app", "accent"))


@lru_cache(maxsize=128)
def icon(name: str, tint: str = "text") -> QIcon:
    """Return an icon of `resources/icons` in a colour of the theme, fainter where it is disabled."""
    result = QIcon()
    for mode, shade in ((QIcon.Mode.Normal, tint), (QIcon.Mode.Disabled, "faint")):
        for size in (16, 24, 48):
            result.addPixmap(_rendered(name, shade, size), mode)
    return result


def pixmap(name: str, tint: str, size: int) -> QPixmap:
    """Return an icon drawn at one size, for places that are no buttons."""
    return _rendered(name, tint, size)


def _rendered(name: str, tint: str, size: int) -> QPixmap:
    source = files("resources").joinpath(f"icons/{name}.svg").read_text(encoding="utf-8")
    renderer = QSvgRenderer(QByteArray(source.replace("currentColor", DARK[tint]).encode()))
    drawn = QPixmap(size, size)
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    renderer.render(painter)
    painter.end()
    return drawn


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
        (role.PlaceholderText, "faint"),
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
