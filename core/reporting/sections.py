"""The sections of the PDF, in the order in which they are read."""

from __future__ import annotations

from itertools import zip_longest
from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import CondPageBreak, KeepTogether, Spacer

from core.reporting import wording
from core.reporting.case_sections import limitations_section, searches_section
from core.reporting.content import ReportContent
from core.reporting.examiner_sections import examiners_section
from core.reporting.facts import CODE, cover_facts, model_facts, reproduction_facts
from core.reporting.layout import (
    NAME_LIMIT,
    SMALL,
    SUBHEADING,
    SUBTITLE,
    TITLE,
    WIDTH,
    banner,
    bookmark,
    bullets,
    columns,
    facts,
    led,
    paragraph,
    section,
)
from core.reporting.method_wording import method
from core.reporting.search_sections import candidates_section, materials_section, probe_section
from core.types import ModelCard


def story(content: ReportContent) -> list[Any]:
    """Return the whole document as reportlab flowables.

    Parameters
    ----------
    content : ReportContent
        What to say.

    Returns
    -------
    list of Flowable
        They are spent by one build.
    """
    search = content.search
    return [
        *_cover(content),
        *probe_section(search, content.card.bands),
        *candidates_section(search),
        *examiners_section(content),
        *searches_section(content),
        *materials_section(search, content.record),
        *_method(content.card),
        *_model(content.card),
        *limitations_section(content),
        *_reproduction(content),
    ]


def _cover(content: ReportContent) -> list[Any]:
    search, case = content.search.search, content.case
    says = [paragraph("What this report says", SUBHEADING), Spacer(0, 1.5 * mm), *bullets(wording.SAYS)]
    says_not = [
        paragraph("What it does not say", SUBHEADING),
        Spacer(0, 1.5 * mm),
        *bullets(wording.SAYS_NOT),
    ]
    return [
        bookmark("Report of a face search"),
        paragraph("Report of a face search", TITLE),
        paragraph(
            case.title if case else f"Search {search.search_id}",
            SUBTITLE,
            limit=NAME_LIMIT,
            own_direction=True,
        ),
        Spacer(0, 5 * mm),
        banner(wording.LEAD_ONLY, wording.CAUTION),
        Spacer(0, 5 * mm),
        facts(cover_facts(content), code=CODE),
        Spacer(0, 6 * mm),
        columns([says, "", says_not], [79 * mm, 8 * mm, WIDTH - 87 * mm]),
    ]


def _method(card: ModelCard) -> list[Any]:
    spaced: list[Any] = []
    for name, text in method(card):
        spaced += [led(f"{name}.", text), Spacer(0, 1.5 * mm)]
    return [*section("6 Method", spaced[0], spaced[1]), *spaced[2:-1]]


def _model(card: ModelCard) -> list[Any]:
    blocks = [*section("7 The model"), facts(model_facts(card), code=CODE)]
    for title, sentences, none in (
        ("Figures", card.figures, "The card of the model states no measured figures."),
        ("Limitations", card.limitations, "The card of the model states no limitations."),
    ):
        first, *rest = bullets(sentences) or [paragraph(none)]
        blocks += [
            Spacer(0, 3 * mm),
            KeepTogether([paragraph(title, SUBHEADING), Spacer(0, 1 * mm), first]),
            *rest,
        ]
    return blocks


def _reproduction(content: ReportContent) -> list[Any]:
    return [
        *section("9 Reproduction"),
        facts(reproduction_facts(content.search), code=CODE),
        Spacer(0, 4 * mm),
        CondPageBreak(25 * mm),
        paragraph("Versions, device and settings of the search", SUBHEADING),
        Spacer(0, 1 * mm),
        *_conditions(content.search.search.conditions),
    ]


def _conditions(conditions: tuple[tuple[str, str], ...]) -> list[Any]:
    lines = [paragraph(f"{name} = {value}", SMALL, limit=120) for name, value in conditions]
    half = -(-len(lines) // 2)
    pairs = zip_longest(lines[:half], lines[half:], fillvalue="")
    return [columns(pair, [WIDTH / 2, WIDTH / 2]) for pair in pairs]
