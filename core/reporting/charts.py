"""Numbers drawn as graphics: the recognizability scale and the values of a map."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from reportlab.lib.colors import HexColor, white

from core.reporting.figures import ACCENT, INK, MUTED, RULE, Figure
from core.reporting.typesetting.typefaces import BOLD, SANS
from core.reporting.wording import number
from core.types import BandEdges, Recognizability


def cells_figure(values: NDArray[np.floating], side: float, scale: int) -> Figure:
    """Print the values of a map in their places.

    Parameters
    ----------
    values : ndarray, shape (rows, columns)
        The map.
    side : float
        Side of the figure, in pt.
    scale : int
        What to multiply values with before they are rounded to whole numbers.

    Returns
    -------
    Figure
        A grid that can be read without colours.
    """
    rows, columns = values.shape
    cell_width, cell_height = side / columns, side / rows
    size = min(7.0, cell_width / 2.6, cell_height / 1.4)

    def paint(canvas: Any) -> None:
        canvas.setStrokeColor(RULE)
        canvas.setLineWidth(0.4)
        canvas.grid(
            [column * cell_width for column in range(columns + 1)],
            [row * cell_height for row in range(rows + 1)],
        )
        for (row, column), value in np.ndenumerate(values):
            canvas.setFont(SANS, size)
            canvas.setFillColor(INK if value >= 0 else MUTED)
            canvas.drawCentredString(
                (column + 0.5) * cell_width,
                side - (row + 0.5) * cell_height - 0.36 * size,
                number(scale * float(value), 0),
            )

    return Figure(side, side, paint)


def index_figure(recognizability: Recognizability, edges: BandEdges, width: float) -> Figure:
    """Draw where an index lies among the bands.

    Parameters
    ----------
    recognizability : Recognizability
        The index.
    edges : BandEdges
        Where the bands begin.
    width : float
        Width of the scale, in pt.

    Returns
    -------
    Figure
        A bar from 0 to 1, or as far as the index or the bands go.
    """
    low = min(0.0, recognizability.index)
    high = max(1.0, recognizability.index, edges.good)
    inner = width - 30.0
    marks = (low, edges.low, edges.fair, edges.good, high)
    names = ("unrecognizable", "low", "fair", "good")
    shades = ("#d9dde3", "#bac5d3", "#8ea6c0", "#5f86ad")

    def place(value: float) -> float:
        return 15.0 + inner * (min(max(value, low), high) - low) / (high - low)

    def paint(canvas: Any) -> None:
        canvas.setFont(SANS, 6.5)
        for start, end, name, shade in zip(marks[:-1], marks[1:], names, shades, strict=True):
            x, extent = place(start), place(end) - place(start)
            canvas.setFillColor(HexColor(shade))
            canvas.rect(x, 14, extent, 9, stroke=0, fill=1)
            if canvas.stringWidth(name, SANS, 6.5) + 4 < extent:
                canvas.setFillColor(white if name == "good" else INK)
                canvas.drawCentredString(x + extent / 2, 16.2, name)
        canvas.setFillColor(MUTED)
        last = -1e9
        for value in marks:
            if place(value) - last > 22:
                canvas.drawCentredString(place(value), 4, number(value, 2))
                last = place(value)
        x = place(recognizability.index)
        canvas.setFillColor(ACCENT)
        canvas.setStrokeColor(ACCENT)
        canvas.setLineWidth(1.4)
        canvas.line(x, 12, x, 27)
        canvas.setFont(BOLD, 8)
        canvas.drawCentredString(x, 30, number(recognizability.index, 3))

    return Figure(width, 40, paint)
