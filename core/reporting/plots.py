"""Curves and histograms drawn as vectors, with axes that say what they count."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reportlab.lib.colors import HexColor

from core.reporting.figures import INK, MUTED, RULE, Figure
from core.reporting.layout import WIDTH
from core.reporting.typesetting.typefaces import SANS

_HEIGHT = 130.0
_LEFT, _RIGHT, _BOTTOM, _TOP = 40.0, 92.0, 28.0, 8.0
_SIZE = 6.5
_LINES: tuple[tuple[str, tuple[float, ...]], ...] = (
    ("#1f4e79", ()),
    ("#9a5b00", (4, 2)),
    ("#146b4f", (1, 2)),
    ("#8a2f2f", (6, 2, 1, 2)),
    ("#5b3f8c", (8, 3)),
    ("#444a52", (2, 4)),
)
"""Colour and dashes of each curve, so that they differ in print without colour too."""


@dataclass(frozen=True, slots=True)
class Curve:
    """One line of a plot.

    Attributes
    ----------
    name : str
        What the legend says.
    points : tuple of (float, float)
        In order of x.
    """

    name: str
    points: tuple[tuple[float, float], ...]


def curves_figure(curves: Sequence[Curve], x_label: str, y_label: str, *, log: bool = False) -> Figure:
    """Draw curves over a common pair of axes.

    Parameters
    ----------
    curves : sequence of Curve
        At least one of them with a point.
    x_label, y_label : str
        What the axes count, with units.
    log : bool
        Whether the upright axis is logarithmic; values of 0 and below are then left out.

    Returns
    -------
    Figure
        As wide as the text, with a legend at the right.
    """
    shown = [
        Curve(one.name, tuple(point for point in one.points if not log or point[1] > 0)) for one in curves
    ]
    xs = [x for one in shown for x, _ in one.points] or [0.0]
    ys = [y for one in shown for _, y in one.points] or [1.0]
    x_low, x_high = _spread(min(xs), max(xs))
    low, high = min(ys), max(ys)
    y_low, y_high = _spread(math.log10(low), math.log10(high)) if log else _spread(min(low, 0.0), high)

    def place(x: float, y: float) -> tuple[float, float]:
        up = math.log10(y) if log else y
        return (
            _LEFT + (x - x_low) / (x_high - x_low) * (WIDTH - _LEFT - _RIGHT),
            _BOTTOM + (up - y_low) / (y_high - y_low) * (_HEIGHT - _BOTTOM - _TOP),
        )

    def paint(canvas: Any) -> None:
        _axes(canvas, x_label, f"{y_label}, logarithmic" if log else y_label)
        canvas.setFillColor(MUTED)
        for x in (x_low, (x_low + x_high) / 2, x_high):
            canvas.drawCentredString(place(x, 10**y_low if log else y_low)[0], _BOTTOM - 9, f"{x:.4g}")
        for mark in (y_low, (y_low + y_high) / 2, y_high):
            value = 10**mark if log else mark
            canvas.drawRightString(_LEFT - 3, place(x_low, value)[1] - 2, f"{value:.3g}")
        for number, one in enumerate(shown):
            colour, dashes = _LINES[number % len(_LINES)]
            canvas.setStrokeColor(HexColor(colour))
            canvas.setDash(list(dashes))
            canvas.setLineWidth(1.1)
            path = canvas.beginPath()
            for position, point in enumerate(one.points):
                (path.lineTo if position else path.moveTo)(*place(*point))
            canvas.drawPath(path)
            top = _HEIGHT - _TOP - 4 - 11 * number
            canvas.line(WIDTH - _RIGHT + 8, top, WIDTH - _RIGHT + 28, top)
            canvas.setFillColor(INK)
            canvas.drawString(WIDTH - _RIGHT + 32, top - 2, one.name)
        canvas.setDash()

    return Figure(WIDTH, _HEIGHT, paint)


def _axes(canvas: Any, x_label: str, y_label: str) -> None:
    canvas.setStrokeColor(RULE)
    canvas.setLineWidth(0.5)
    canvas.line(_LEFT, _BOTTOM, WIDTH - _RIGHT, _BOTTOM)
    canvas.line(_LEFT, _BOTTOM, _LEFT, _HEIGHT - _TOP)
    canvas.setFont(SANS, _SIZE)
    canvas.setFillColor(MUTED)
    canvas.drawCentredString((_LEFT + WIDTH - _RIGHT) / 2, _BOTTOM - 20, x_label)
    canvas.saveState()
    canvas.translate(8, (_BOTTOM + _HEIGHT - _TOP) / 2)
    canvas.rotate(90)
    canvas.drawCentredString(0, 0, y_label)
    canvas.restoreState()


def _spread(low: float, high: float) -> tuple[float, float]:
    return (low, high) if high > low else (low - 0.5, high + 0.5)
