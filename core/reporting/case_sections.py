"""The sections of the PDF on the whole case and on the limits of the report."""

from __future__ import annotations

from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import Spacer, Table, TableStyle

from core.reporting.case_searches import COLUMNS, opening, search_rows
from core.reporting.content import ReportContent
from core.reporting.figures import PANEL, RULE
from core.reporting.layout import COLUMN, FACT_LIMIT, SMALL, WIDTH, bullets, paragraph, section
from core.reporting.limitations import limitations
from core.reporting.typesetting.typefaces import SANS

_WIDTHS = (28 * mm, 38 * mm, 30 * mm, 34 * mm)


def searches_section(content: ReportContent) -> list[Any]:
    """List all searches of the case, whatever they led to.

    Parameters
    ----------
    content : ReportContent
        What to say.

    Returns
    -------
    list of Flowable
        The section.
    """
    blocks = section("4 All searches of the case", paragraph(opening(content)))
    found = search_rows(content)
    if not found:
        return blocks
    rows: list[list[Any]] = [[paragraph(column, COLUMN) for column in COLUMNS]]
    rows += [[paragraph(cell, SMALL, limit=FACT_LIMIT, lines=True) for cell in one.cells] for one in found]
    style = [
        ("FONTNAME", (0, 0), (-1, -1), SANS),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("LEFTPADDING", (0, 0), (0, -1), 2),
        ("RIGHTPADDING", (0, 0), (-1, -1), 6),
        ("TOPPADDING", (0, 0), (-1, -1), 3),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
        ("LINEBELOW", (0, 0), (-1, 0), 0.7, RULE),
        ("LINEBELOW", (0, 1), (-1, -1), 0.3, RULE),
    ]
    style += [
        ("BACKGROUND", (0, place), (-1, place), PANEL) for place, one in enumerate(found, 1) if one.reported
    ]
    widths = [*_WIDTHS, WIDTH - sum(_WIDTHS)]
    table = Table(rows, colWidths=widths, repeatRows=1, style=TableStyle(style))
    return [*blocks, Spacer(0, 2 * mm), table]


def limitations_section(content: ReportContent) -> list[Any]:
    """List what limits the report."""
    first, *others = bullets(limitations(content))
    return [*section("8 Limitations", first), *others]
