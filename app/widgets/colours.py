"""The colours of the two themes, by what they are for."""

from __future__ import annotations

from enum import StrEnum

from core.types import Band


class Theme(StrEnum):
    """What the desk looks like."""

    DARK = "dark"
    LIGHT = "light"


PALETTES = {
    Theme.DARK: {
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
        "faint": "#808386",
        "accent": "#6ea8cf",
        "accentHover": "#8dbcdc",
        "onAccent": "#0f1a21",
        "selection": "#273b4a",
        "danger": "#e58a78",
        "caution": "#d9a441",
    },
    Theme.LIGHT: {
        "window": "#e6e6e5",
        "panel": "#f1f1f0",
        "raised": "#fafafa",
        "hover": "#dadad9",
        "field": "#ffffff",
        "canvas": "#cccccc",
        "edge": "#d2d2d1",
        "line": "#a4a6a8",
        "text": "#1b1c1d",
        "muted": "#4b4e51",
        "faint": "#77797c",
        "accent": "#1d5f8f",
        "accentHover": "#164b73",
        "onAccent": "#ffffff",
        "selection": "#c4d9ea",
        "danger": "#9c2d17",
        "caution": "#6e4a00",
    },
}
"""Greys have no hue, so that they do not tint the pictures that they surround."""

BANDS = {
    Theme.DARK: {
        Band.UNRECOGNIZABLE: "#d5694a",
        Band.LOW: "#dba13a",
        Band.FAIR: "#7fb4dc",
        Band.GOOD: "#4fb894",
    },
    Theme.LIGHT: {
        Band.UNRECOGNIZABLE: "#b8441f",
        Band.LOW: "#946000",
        Band.FAIR: "#2f74a8",
        Band.GOOD: "#14795a",
    },
}

CURVES = {
    Theme.DARK: ("#8dbcdc", "#e0ab4e", "#5cc5a1", "#e58a78", "#c3a5e6", "#d0d2d4"),
    Theme.LIGHT: ("#1d5f8f", "#8a5a00", "#14795a", "#9c2d17", "#5f3f96", "#3c3f42"),
}
"""Colours of the curves of a plot, in order; each also has a line style of its own."""


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours as WCAG 2 defines it.

    Parameters
    ----------
    one, other : str
        Colours as "#rrggbb".

    Returns
    -------
    float
        From 1 (the same) to 21 (black on white).
    """
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(shade: str) -> float:
    channels = [int(shade[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4 for channel in channels
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
