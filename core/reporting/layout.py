"""Styles and recurring blocks of the PDF."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import CondPageBreak, KeepTogether, Spacer, Table, TableStyle

from core.reporting.figures import ACCENT, INK, MUTED, PANEL, RULE, Figure
from core.reporting.plain_text import visible
from core.reporting.typesetting.legible import legible
from core.reporting.typesetting.text import Text
from core.reporting.typesetting.typefaces import BOLD, MONO, SANS

MARGIN = 20 * mm
WIDTH = 170 * mm
LABEL_WIDTH = 42 * mm
FACT_LIMIT = 1500
NAME_LIMIT = 160

TITLE = ParagraphStyle("Title", fontName=BOLD, fontSize=19, leading=24, textColor=INK)
SUBTITLE = ParagraphStyle("Subtitle", fontName=SANS, fontSize=10.5, leading=15, textColor=MUTED)
HEADING = ParagraphStyle("Heading", fontName=BOLD, fontSize=12, leading=16, textColor=ACCENT)
SUBHEADING = ParagraphStyle("Subheading", fontName=BOLD, fontSize=9, leading=12.5, textColor=INK)
BODY = ParagraphStyle("Body", fontName=SANS, fontSize=8.6, leading=12.6, textColor=INK)
SMALL = ParagraphStyle("Small", parent=BODY, fontSize=7.2, leading=10, textColor=MUTED)
CAPTION = ParagraphStyle("Caption", parent=SMALL, alignment=TA_CENTER)
LABEL = ParagraphStyle("Label", parent=BODY, textColor=MUTED)
CODE = ParagraphStyle("Code", parent=BODY, fontName=MONO, fontSize=7.8)
BANNER = ParagraphStyle("Banner", fontName=BOLD, fontSize=13, leading=18, textColor=ACCENT)
COLUMN = ParagraphStyle("Column", parent=SMALL, fontName=BOLD)
COLUMN_RIGHT = ParagraphStyle("ColumnRight", parent=COLUMN, alignment=TA_RIGHT)
FIGURE_RIGHT = ParagraphStyle("FigureRight", parent=BODY, alignment=TA_RIGHT)
NAME = ParagraphStyle("Name", parent=BODY, fontName=BOLD)
RANK = ParagraphStyle("Rank", parent=BODY, fontName=BOLD, fontSize=10, alignment=TA_RIGHT)

# A table without it would name Helvetica, which does not travel with the document.
_FONT = ("FONTNAME", (0, 0), (-1, -1), SANS)
_TIGHT = [
    _FONT,
    ("LEFTPADDING", (0, 0), (-1, -1), 0),
    ("RIGHTPADDING", (0, 0), (-1, -1), 0),
    ("TOPPADDING", (0, 0), (-1, -1), 0),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
]


def section(title: str, *opening: Any) -> list[Any]:
    """Start a section with a heading that is also a bookmark.

    Parameters
    ----------
    title : str
        Heading.
    *opening : Flowable
        What must stand on the same page as the heading.

    Returns
    -------
    list of Flowable
        The heading, kept together with the opening.
    """
    block = [bookmark(title), paragraph(title, HEADING), Spacer(0, 2 * mm), *opening]
    return [Spacer(0, 7 * mm), CondPageBreak(35 * mm), KeepTogether(block)]


def bookmark(title: str, level: int = 0) -> Figure:
    """Add an entry to the outline of the document that leads to this place."""

    def paint(canvas: Any) -> None:
        key = f"{level} {title}"
        canvas.bookmarkHorizontal(key, 0, 20)
        canvas.addOutlineEntry(visible(title), key, level)

    return Figure(0, 0, paint)


def paragraph(
    text: str,
    style: ParagraphStyle = BODY,
    *,
    limit: int | None = None,
    lines: bool = False,
    own_direction: bool = False,
) -> Text:
    """Set text of any origin as a paragraph; `own_direction` is for texts that somebody wrote, as a whole."""
    return Text([(legible(text, limit, lines=lines), False)], style, own_direction=own_direction)


def led(words: str, text: str, style: ParagraphStyle = BODY, *, limit: int | None = None) -> Text:
    """Set a paragraph that begins with bold words."""
    return Text([(legible(words, limit), True), (f" {legible(text)}" if text else "", False)], style)


def bullets(sentences: Iterable[str]) -> list[Any]:
    """Set sentences as a list."""
    style = ParagraphStyle("Bullet", parent=BODY, leftIndent=11, bulletIndent=0, spaceAfter=2.5)
    return [Text([(legible(sentence), False)], style, bullet="–") for sentence in sentences]


def banner(statement: str, explanation: str) -> Table:
    """Set a statement that nobody should miss."""
    cell = [paragraph(statement, BANNER), Spacer(0, 1.5 * mm), paragraph(explanation)]
    style = [
        _FONT,
        ("BACKGROUND", (0, 0), (-1, -1), PANEL),
        ("LINEBEFORE", (0, 0), (0, -1), 3, ACCENT),
        ("LEFTPADDING", (0, 0), (-1, -1), 12),
        ("RIGHTPADDING", (0, 0), (-1, -1), 12),
        ("TOPPADDING", (0, 0), (-1, -1), 9),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 11),
    ]
    return Table([[cell]], colWidths=[WIDTH], style=TableStyle(style))


def note(text: Text) -> Table:
    """Set a remark that must be read before what follows it."""
    style = [
        _FONT,
        ("LINEBEFORE", (0, 0), (0, -1), 2, ACCENT),
        ("LEFTPADDING", (0, 0), (-1, -1), 9),
        ("RIGHTPADDING", (0, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 1),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
    ]
    return Table([[text]], colWidths=[WIDTH], style=TableStyle(style))


def columns(cells: Sequence[Any], widths: Sequence[float]) -> Table:
    """Set blocks side by side."""
    return Table([list(cells)], colWidths=list(widths), style=TableStyle(_TIGHT))


def facts(rows: Iterable[tuple[str, str]], *, code: Iterable[str] = ()) -> Table:
    """Set labelled facts, one below the other.

    Parameters
    ----------
    rows : iterable of (str, str)
        Label and value; an empty value is shown as a dash.
    code : iterable of str
        Labels whose values are hashes and the like, set in the monospaced face.

    Returns
    -------
    Table
        It may break between rows.
    """
    fixed = frozenset(code)
    cells = [
        [
            paragraph(label, LABEL),
            paragraph(
                value or "–",
                CODE if label in fixed else BODY,
                limit=FACT_LIMIT,
                lines=True,
                own_direction=True,
            ),
        ]
        for label, value in rows
    ]
    style = [
        *_TIGHT,
        ("TOPPADDING", (0, 0), (-1, -1), 2.6),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2.6),
        ("LINEBELOW", (0, 0), (-1, -1), 0.3, RULE),
    ]
    return Table(cells, colWidths=[LABEL_WIDTH, WIDTH - LABEL_WIDTH], style=TableStyle(style))
