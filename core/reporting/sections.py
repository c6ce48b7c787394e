"""The sections of the PDF, in the order in which they are read."""

from __future__ import annotations

from itertools import zip_longest
from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import CondPageBreak, KeepTogether, Paragraph, Spacer

from core.reporting import map_wording, wording
from core.reporting.content import ReportContent
from core.reporting.examiner_sections import examiners_section
from core.reporting.facts import CODE, cover_facts, model_facts, reproduction_facts
from core.reporting.layout import (
    BODY,
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
    paragraph,
    section,
)
from core.reporting.search_sections import candidates_section, materials_section, probe_section
from core.reporting.typefaces import legible, markup
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
        *materials_section(search),
        *_method(),
        *_model(content.card),
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
        Paragraph(markup(case.title if case else f"Search {search.search_id}", NAME_LIMIT), SUBTITLE),
        Spacer(0, 5 * mm),
        banner(wording.LEAD_ONLY, wording.CAUTION),
        Spacer(0, 5 * mm),
        facts(cover_facts(content)),
        Spacer(0, 6 * mm),
        columns([says, "", says_not], [79 * mm, 8 * mm, WIDTH - 87 * mm]),
    ]


def _method() -> list[Any]:
    steps = [
        Paragraph(f"<b>{markup(name)}.</b> {markup(text)}", BODY)
        for name, text in (*wording.METHOD, map_wording.METHOD)
    ]
    spaced: list[Any] = []
    for step in steps:
        spaced += [step, Spacer(0, 1.5 * mm)]
    return [*section("5 Method", spaced[0], spaced[1]), *spaced[2:-1]]


def _model(card: ModelCard) -> list[Any]:
    blocks = [*section("6 The model"), facts(model_facts(card), code=CODE)]
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
        *section("7 Reproduction"),
        facts(reproduction_facts(content.search), code=CODE),
        Spacer(0, 4 * mm),
        CondPageBreak(25 * mm),
        paragraph("Versions, device and settings of the search", SUBHEADING),
        Spacer(0, 1 * mm),
        *_conditions(content.search.search.conditions),
        Spacer(0, 4 * mm),
        paragraph(wording.UNSHOWN, SMALL),
    ]


def _conditions(conditions: tuple[tuple[str, str], ...]) -> list[Any]:
    lines = [paragraph(f"{name} = {legible(value, 80)}", SMALL) for name, value in conditions]
    half = -(-len(lines) // 2)
    pairs = zip_longest(lines[:half], lines[half:], fillvalue="")
    return [columns(pair, [WIDTH / 2, WIDTH / 2]) for pair in pairs]
