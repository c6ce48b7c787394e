"""The section of the PDF that says what examiners concluded."""

from __future__ import annotations

from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import KeepTogether, Spacer

from core.reporting.content import ReportContent
from core.reporting.examiners import examiners_part
from core.reporting.layout import FACT_LIMIT, SUBHEADING, facts, note, paragraph, section
from core.reporting.typefaces import markup


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
        blocks += [Spacer(0, 2 * mm), note(f"<b>{markup(sentence, FACT_LIMIT)}</b>")]
    if part.verdicts:
        blocks += _titled("Verdicts on the list", part.verdicts)
    for statement in part.statements:
        blocks += _titled(statement.title, statement.facts)
    return blocks


def _titled(title: str, rows: tuple[tuple[str, str], ...]) -> list[Any]:
    block = [paragraph(title, SUBHEADING), Spacer(0, 1 * mm), facts(rows)]
    return [Spacer(0, 4 * mm), KeepTogether(block)]
