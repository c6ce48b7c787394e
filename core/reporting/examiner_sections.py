"""The section of the PDF that says what examiners concluded."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import KeepTogether, Spacer, Table

from core.reporting.content import ReportContent, SearchContent
from core.reporting.examiners import examiners_part
from core.reporting.figures import absent_figure, raster_figure
from core.reporting.layout import (
    CAPTION,
    FACT_LIMIT,
    SUBHEADING,
    WIDTH,
    columns,
    facts,
    led,
    note,
    paragraph,
    section,
)

_TILE = 34 * mm
_GAP = 6 * mm


def examiners_section(content: ReportContent) -> list[Any]:
    """Say what examiners concluded and where they disagree, or that nobody has judged anything.

    Parameters
    ----------
    content : ReportContent
        What to say.

    Returns
    -------
    list of Flowable
        The section.
    """
    part = examiners_part(content.search.search, content.examination)
    first, *others = part.opening
    blocks = section("3 The examiners", paragraph(first))
    for sentence in others:
        blocks += [Spacer(0, 1.5 * mm), paragraph(sentence)]
    for sentence in part.disagreements:
        blocks += [Spacer(0, 2 * mm), note(led(sentence, "", limit=FACT_LIMIT))]
    if part.verdicts:
        blocks += _titled("Verdicts on the list", part.verdicts, [])
    for rank, statements in groupby(part.statements, key=lambda one: one.rank):
        pictures = [_comparison(content.search, rank), Spacer(0, 3 * mm)] if rank else []
        for statement in statements:
            blocks += _titled(statement.title, statement.facts, pictures)
            pictures = []
    return blocks


def _titled(title: str, rows: tuple[tuple[str, str], ...], above: list[Any]) -> list[Any]:
    """Return labelled facts under a title; a long table may break, but never right after the title."""
    opening = [*above, paragraph(title, SUBHEADING), Spacer(0, 1 * mm), facts(rows[:3])]
    rest = [facts(rows[3:])] if rows[3:] else []
    return [Spacer(0, 4 * mm), KeepTogether(opening), *rest]


def _comparison(content: SearchContent, rank: int) -> Table:
    """Show the face as found, its aligned crop and that of a candidate, side by side."""
    entry = content.candidates[rank - 1]
    crop = absent_figure(_TILE) if entry.crop is None else raster_figure(entry.crop.image.pixels, _TILE)
    shown = (
        (raster_figure(content.native, _TILE), "The probe, native pixels"),
        (raster_figure(content.crop.image.pixels, _TILE), "The probe, aligned"),
        (crop, f"Candidate of rank {rank}, aligned"),
    )
    cells: list[Any] = []
    for figure, caption in shown:
        cells += [[figure, Spacer(0, 1 * mm), paragraph(caption, CAPTION)], ""]
    widths = [_TILE, _GAP] * 3
    row = columns([*cells[:-1], ""], [*widths[:-1], WIDTH - sum(widths[:-1])])
    row.hAlign = "LEFT"
    return row
