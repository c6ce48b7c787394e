"""The sections of the PDF that show one search: probe, candidates, materials."""

from __future__ import annotations

from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import KeepTogether, Spacer, Table, TableStyle

from core.reporting import wording
from core.reporting.case_record import CaseRecord
from core.reporting.charts import index_figure
from core.reporting.content import CandidateContent, SearchContent
from core.reporting.facts import CODE, ERASED, VERIFIED, material_facts, probe_facts
from core.reporting.figures import RULE, absent_figure, crop_figure, probe_figure
from core.reporting.layout import (
    BODY,
    CAPTION,
    COLUMN,
    COLUMN_RIGHT,
    FIGURE_RIGHT,
    NAME,
    NAME_LIMIT,
    RANK,
    SMALL,
    SUBHEADING,
    WIDTH,
    facts,
    led,
    note,
    paragraph,
    section,
)
from core.reporting.map_sections import evidence_rows, face_rows
from core.reporting.typesetting.typefaces import SANS
from core.types import Band, BandEdges

_PICTURE_HEIGHT = 82 * mm
_CROP = 17 * mm


def probe_section(content: SearchContent, edges: BandEdges) -> list[Any]:
    """Show the face that was searched for, its size, and how much can be read from it.

    Parameters
    ----------
    content : SearchContent
        The search.
    edges : BandEdges
        Where the bands of recognizability begin.

    Returns
    -------
    list of Flowable
        The section.
    """
    probe = content.search.probe
    recognizability = probe.recognizability
    figure = probe_figure(content.picture, probe.box, WIDTH, _PICTURE_HEIGHT)
    caption = f"The picture as found, {probe.width} × {probe.height} px. The box is drawn over it."
    basis = " ".join(wording.index_basis(recognizability))
    assessment = [
        paragraph("Recognizability", SUBHEADING),
        Spacer(0, 1 * mm),
        index_figure(recognizability, edges, WIDTH),
        Spacer(0, 1.5 * mm),
        led(
            f"{wording.index_name(recognizability)}: {wording.number(recognizability.index, 3)}, "
            f"band “{recognizability.band}”.",
            f"{wording.meaning(recognizability.band)} "
            f"{wording.consequence(recognizability.band, probe.eye_distance_px)}",
        ),
        Spacer(0, 1.5 * mm),
        paragraph(basis, SMALL),
    ]
    return [
        *section("1 The probe", figure, Spacer(0, 1.5 * mm), paragraph(caption, CAPTION)),
        Spacer(0, 4 * mm),
        *face_rows(content),
        Spacer(0, 4 * mm),
        KeepTogether(facts(probe_facts(content))),
        Spacer(0, 5 * mm),
        KeepTogether(assessment),
    ]


def candidates_section(content: SearchContent) -> list[Any]:
    """List the candidates, or say why there are none."""
    search = content.search
    opening = [paragraph(wording.searched(search.result, search.top)), Spacer(0, 1.5 * mm)]
    if content.candidates:
        band = search.probe.recognizability.band
        opening += [
            paragraph(f"{wording.SIMILARITY} {wording.RANK_ONE} {wording.fusion(search.result)}"),
            Spacer(0, 1.5 * mm),
        ]
        if band in (Band.UNRECOGNIZABLE, Band.LOW):
            warning = led(f"The probe is in the band “{band}”.", wording.consequence(band))
            opening += [Spacer(0, 1 * mm), note(warning), Spacer(0, 1.5 * mm)]
    blocks = section("2 Candidates", *opening)
    if content.candidates:
        blocks += [Spacer(0, 1.5 * mm), _candidate_table(content)]
    if any(entry.crop is None for entry in content.candidates):
        blocks += [Spacer(0, 1.5 * mm), paragraph(ERASED, SMALL)]
    blocks += evidence_rows(content)
    return blocks


def _candidate_table(content: SearchContent) -> Table:
    name = wording.index_name(content.search.probe.recognizability)
    header = [
        paragraph("Rank", COLUMN_RIGHT),
        "",
        paragraph("Subject", COLUMN),
        paragraph("Similarity", COLUMN_RIGHT),
        paragraph(f"Index of its sample ({name})", COLUMN_RIGHT),
        paragraph("Band", COLUMN),
    ]
    rows = [header, *(_candidate_row(entry) for entry in content.candidates)]
    fixed = (10 * mm, 24 * mm, 20 * mm, 25 * mm, 28 * mm)
    widths = [*fixed[:2], WIDTH - sum(fixed), *fixed[2:]]
    style = [
        ("FONTNAME", (0, 0), (-1, -1), SANS),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-1, -1), 0),
        ("LEFTPADDING", (1, 0), (1, -1), 4 * mm),
        ("LEFTPADDING", (5, 0), (5, -1), 4 * mm),
        ("RIGHTPADDING", (2, 0), (2, -1), 3 * mm),
        ("TOPPADDING", (0, 1), (-1, -1), 4),
        ("BOTTOMPADDING", (0, 1), (-1, -1), 4),
        ("LINEBELOW", (0, 0), (-1, 0), 0.7, RULE),
        ("LINEBELOW", (0, 1), (-1, -1), 0.3, RULE),
    ]
    return Table(rows, colWidths=widths, repeatRows=1, style=TableStyle(style))


def _candidate_row(entry: CandidateContent) -> list[Any]:
    candidate = entry.candidate
    return [
        paragraph(str(candidate.rank), RANK),
        absent_figure(_CROP) if entry.crop is None else crop_figure(entry.crop.image.pixels, _CROP),
        [
            paragraph(candidate.subject, NAME, limit=NAME_LIMIT, own_direction=True),
            paragraph(f"Gallery {candidate.gallery}", SMALL, limit=NAME_LIMIT),
            paragraph(f"Sample {candidate.sample_id}, {candidate.sample_source}", SMALL, limit=NAME_LIMIT),
        ],
        paragraph(wording.number(candidate.similarity, 4), FIGURE_RIGHT),
        paragraph(wording.number(candidate.recognizability, 3), FIGURE_RIGHT),
        paragraph(candidate.band, BODY),
    ]


def materials_section(content: SearchContent, record: CaseRecord) -> list[Any]:
    """Name the files that the search rests on, with their hashes."""
    table = facts(material_facts(content, record), code=CODE)
    return [*section("5 Materials", paragraph(VERIFIED)), Spacer(0, 1.5 * mm), table]
