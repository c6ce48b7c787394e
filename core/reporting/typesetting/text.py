"""Text of any writing as a block of a document.

No text goes through reportlab's paragraphs, which read markup and turn no writing from right to left: here
text is text, whatever it looks like.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from reportlab.lib.colors import Color
from reportlab.lib.enums import TA_CENTER, TA_LEFT, TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Flowable

from core.reporting.typesetting.lines import Line, fit, pieces_of
from core.reporting.typesetting.shaping import Piece
from core.reporting.typesetting.typefaces import BOLD, typeface

Spans = Sequence[tuple[str, bool]]
"""Texts, each with whether it is bold."""


class Text(Flowable):  # type: ignore[misc]
    """A paragraph, or several that follow on each other.

    Parameters
    ----------
    spans : sequence of (str, bool)
        Legible texts, each with whether it is bold; a line break begins a new paragraph.
    style : ParagraphStyle
        Typeface, size, leading, colour, alignment, indent.
    own_direction : bool
        Whether each paragraph runs in the direction of its first letter, as a text that somebody wrote does.
        The sentences of the program run from left to right, also where a name stands first.
    bullet : str
        A mark that hangs before the first line.
    """

    def __init__(
        self, spans: Spans, style: ParagraphStyle, *, own_direction: bool = False, bullet: str = ""
    ) -> None:
        super().__init__()
        self.style = style
        self._bullet = bullet
        base = None if own_direction else 0
        self._paragraphs = [pieces_of(part, base) for part in _paragraphs(spans, style.fontName)]
        self._lines: list[Line] = []

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        """Cut the text into lines and return the size that they take."""
        self.width = width
        space = width - self.style.leftIndent - self.style.rightIndent
        self._lines = [
            line
            for base, pieces in self._paragraphs
            for line in fit(pieces, self.style.fontSize, (space, space), base)
        ]
        self.height = len(self._lines) * self.style.leading
        return width, self.height

    def split(self, width: float, height: float) -> list[Flowable]:
        """Return what fits into a height and the rest; a single line is never left alone."""
        self.wrap(width, height)
        count = min(int(height // self.style.leading + 1e-6), len(self._lines) - 2)
        if count < 2:
            return []
        return [
            SetLines(self._lines[:count], self.style, width, self._bullet),
            SetLines(self._lines[count:], self.style, width, ""),
        ]

    def draw(self) -> None:
        """Set the lines."""
        draw_lines(self.canv, self._lines, self.style, self.width, self._bullet)


class SetLines(Flowable):  # type: ignore[misc]
    """Lines that are cut already: a part of a text that goes on on another page.

    Parameters
    ----------
    lines : sequence of Line
        The lines.
    style : ParagraphStyle
        As of the whole text.
    width : float
        What they were cut to.
    bullet : str
        A mark that hangs before the first of them.
    """

    def __init__(self, lines: Sequence[Line], style: ParagraphStyle, width: float, bullet: str) -> None:
        super().__init__()
        self.style = style
        self._set, self._bullet = lines, bullet
        self.width, self.height = width, len(lines) * style.leading

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        """Return the size, which is settled."""
        return self.width, self.height

    def split(self, _width: float, height: float) -> list[Flowable]:
        """Return what fits into a height and the rest."""
        count = min(int(height // self.style.leading + 1e-6), len(self._set) - 2)
        if count < 2:
            return []
        first = SetLines(self._set[:count], self.style, self.width, self._bullet)
        return [first, SetLines(self._set[count:], self.style, self.width, "")]

    def draw(self) -> None:
        """Set the lines."""
        draw_lines(self.canv, self._set, self.style, self.width, self._bullet)


def draw_lines(canvas: Any, lines: Sequence[Line], style: ParagraphStyle, width: float, bullet: str) -> None:
    """Set lines below each other, the first one `style.leading` high from the top of their block.

    Lines that are read from right to left end at the right edge, unless there is one alone: a name stays
    beside its label.

    Parameters
    ----------
    canvas : Canvas
        With its origin at the lower left corner of the block.
    lines : sequence of Line
        From top to bottom.
    style : ParagraphStyle
        Size, leading, colour, alignment, indent.
    width : float
        Of the block.
    bullet : str
        A mark before the first line, empty for none.
    """
    baseline = len(lines) * style.leading - style.fontSize
    if bullet:
        face, size = style.fontName, style.fontSize
        draw_string(canvas, style.bulletIndent, baseline, bullet, face, size, style.textColor)
    for line in lines:
        spare = width - style.leftIndent - style.rightIndent - line.width
        shift = {TA_LEFT: 0.0, TA_CENTER: 0.5, TA_RIGHT: 1.0}[style.alignment]
        if line.base and len(lines) > 1 and style.alignment == TA_LEFT:
            shift = 1.0
        _draw(canvas, style.leftIndent + shift * spare, baseline, line, style.fontSize, style.textColor)
        baseline -= style.leading


def draw_string(
    canvas: Any, x: float, y: float, text: str, face: str, size: float, colour: Color, *, right: bool = False
) -> None:
    """Set one line of legible text that begins, or ends, at a point.

    Parameters
    ----------
    canvas : Canvas
        Where to.
    x, y : float
        The point, on the baseline.
    text : str
        Without line breaks.
    face : str
        The typeface it is wanted in.
    size : float
        Type size.
    colour : Color
        Its colour.
    right : bool
        Whether the line ends at the point.
    """
    base, pieces = pieces_of([(text, face)], 0)
    (line,) = fit(pieces, size, (1e9, 1e9), base)
    _draw(canvas, x - line.width if right else x, y, line, size, colour)


def _paragraphs(spans: Spans, face: str) -> list[list[tuple[str, str]]]:
    found: list[list[tuple[str, str]]] = [[]]
    for text, bold in spans:
        first, *others = text.split("\n")
        wanted = BOLD if bold else face
        found[-1].append((first, wanted))
        found += [[(other, wanted)] for other in others]
    return found


def _draw(canvas: Any, x: float, y: float, line: Line, size: float, colour: Color) -> None:
    for (face, shaped), group in groupby(line.pieces, key=lambda one: (one.face, one.glyphs is not None)):
        pieces = list(group)
        if shaped:
            for one in pieces:
                _draw_shaped(canvas, x, y, one, size, colour)
                x += one.width(size)
            continue
        _show(canvas, [(x, y, "".join(one.text for one in pieces))], face, size, colour)
        x += sum(one.width(size) for one in pieces)


def _draw_shaped(canvas: Any, x: float, y: float, one: Piece, size: float, colour: Color) -> None:
    """Set glyphs one by one, with the text they stand for, for whoever searches or copies it."""
    places = []
    for glyph in one.glyphs or ():
        places.append((x + glyph.x * size / 1000, y + glyph.y * size / 1000, glyph.character))
        x += glyph.advance * size / 1000
    # Readers turn writing from right to left round themselves, and would turn the text given here as well.
    if one.level % 2:
        _show(canvas, places, one.face, size, colour)
        return
    written = ("\ufeff" + one.text).encode("utf-16-be").hex().upper()
    canvas.addLiteral(f"/Span <</ActualText <{written}>>> BDC")
    _show(canvas, places, one.face, size, colour)
    canvas.addLiteral("EMC")


def _show(
    canvas: Any, places: Sequence[tuple[float, float, str]], face: str, size: float, colour: Color
) -> None:
    typeface(face)
    text = canvas.beginText()
    text.setFont(face, size)
    text.setFillColor(colour)
    for x, y, characters in places:
        text.setTextOrigin(x, y)
        text.textOut(characters)
    canvas.drawText(text)
