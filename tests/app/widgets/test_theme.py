"""The two themes: contrast, and icons that follow."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QAction, QIcon, QImage
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.widgets.colours import BANDS, PALETTES, Theme, contrast
from app.widgets.theme import apply_theme, colour, set_icon, shown_theme

GROUNDS = ("window", "panel", "raised", "hover", "field", "canvas", "selection")


def test_contrast_is_the_one_that_wcag_defines() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#ffffff", "#777777") == pytest.approx(4.478, abs=0.001)
    assert contrast("#123456", "#123456") == 1


@pytest.mark.parametrize("theme", Theme)
@pytest.mark.parametrize("ink", ["text", "muted", "danger", "caution", "accentHover"])
def test_text_has_a_contrast_of_four_and_a_half_on_every_ground(theme: Theme, ink: str) -> None:
    palette = PALETTES[theme]
    assert min(contrast(palette[ink], palette[ground]) for ground in GROUNDS) >= 4.5


@pytest.mark.parametrize("theme", Theme)
def test_text_on_a_button_of_the_accent_can_be_read(theme: Theme) -> None:
    palette = PALETTES[theme]
    assert min(contrast(palette["onAccent"], palette[name]) for name in ("accent", "accentHover")) >= 4.5


@pytest.mark.parametrize("theme", Theme)
def test_marks_that_are_no_text_have_a_contrast_of_three(theme: Theme) -> None:
    palette = PALETTES[theme]
    marks = [*BANDS[theme].values(), palette["accent"]]
    grounds = [palette[name] for name in ("window", "panel", "raised", "field", "selection")]
    assert min(contrast(mark, ground) for mark in marks for ground in grounds) >= 3


@pytest.mark.parametrize("theme", Theme)
def test_greys_round_pictures_have_no_hue(theme: Theme) -> None:
    for name in ("window", "canvas", "panel", "field"):
        channels = [int(PALETTES[theme][name][place : place + 2], 16) for place in (1, 3, 5)]
        assert max(channels) - min(channels) <= 2


def test_both_themes_name_the_same_colours() -> None:
    assert PALETTES[Theme.DARK].keys() == PALETTES[Theme.LIGHT].keys()
    assert BANDS[Theme.DARK].keys() == BANDS[Theme.LIGHT].keys()


def darkest(icon: QIcon) -> int:
    """Return the lightness of the darkest opaque pixel of an icon."""
    image: QImage = icon.pixmap(48, 48).toImage()
    pixels = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
    return min(pixel.lightness() for pixel in pixels if pixel.alpha() > 200)


def test_icons_of_actions_buttons_and_labels_follow_the_theme(qapp: QApplication, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    action, button, label = QAction(window), QPushButton(window), QLabel(window)
    for wearer in (action, button, label):
        set_icon(wearer, "search")
    assert min(darkest(action.icon()), darkest(button.icon())) > 200
    try:
        apply_theme(qapp, Theme.LIGHT)
        assert shown_theme() is Theme.LIGHT
        assert max(darkest(action.icon()), darkest(button.icon())) < 60
        assert darkest(QIcon(label.pixmap())) < 60
        assert colour("window").name() == PALETTES[Theme.LIGHT]["window"]
    finally:
        apply_theme(qapp, Theme.DARK)
    assert darkest(action.icon()) > 200
