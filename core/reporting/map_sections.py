"""The parts of the PDF that show maps: of the probe, and towards its first candidates."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from reportlab.lib.units import mm
from reportlab.platypus import KeepTogether, Spacer, Table

from core.reporting import map_wording
from core.reporting.charts import cells_figure
from core.reporting.content import CandidateContent, SearchContent
from core.reporting.figures import raster_figure
from core.reporting.layout import (
    BODY,
    CAPTION,
    NAME_LIMIT,
    SMALL,
    SUBHEADING,
    WIDTH,
    columns,
    led,
    paragraph,
)
from core.types import AttentionKind

EVIDENCE_SHOWN = 3
"""On how many candidates the PDF shows evidence; the JSON holds it on all."""

_TILE = 38 * mm
_GAP = (WIDTH - 4 * _TILE) / 3

UNITS = {AttentionKind.DECOMPOSITION: (100, "per cent"), AttentionKind.PERCEPTIBILITY: (1000, "thousandths")}
"""What the values of a map are multiplied with before they are printed, and the name of that unit."""


def face_rows(content: SearchContent) -> list[Any]:
    """Show the face at its native pixels and as the network sees it, and the maps of the crop.

    Parameters
    ----------
    content : SearchContent
        The search.

    Returns
    -------
    list of Flowable
        One row for the face, and one for each map.
    """
    height, width = content.native.shape[:2]
    face = _row(
        (
            raster_figure(content.native, _TILE),
            f"Native pixels, {width} × {height} px, enlarged without interpolation",
        ),
        (
            raster_figure(content.crop.image.pixels, _TILE),
            "Aligned crop, 112 × 112 px, as the network sees it",
        ),
        [paragraph(map_wording.READING if content.maps else map_wording.NO_MAPS, SMALL)],
    )
    rows = [face]
    for shown in content.maps:
        kind = shown.attention.kind
        scale, unit = UNITS[kind]
        text = [
            paragraph(map_wording.map_name(kind), SUBHEADING),
            Spacer(0, 1 * mm),
            paragraph(map_wording.map_legend(shown.attention), SMALL),
            Spacer(0, 1.5 * mm),
            led(*map_wording.map_verdict(shown.attention), SMALL),
        ]
        rows += [Spacer(0, 3 * mm), _map_row(shown.overlay, shown.attention.values, scale, unit, text)]
    return [KeepTogether(row) if isinstance(row, Table) else row for row in rows]


def evidence_rows(content: SearchContent) -> list[Any]:
    """Show which regions of the probe speak for and against the first candidates.

    Parameters
    ----------
    content : SearchContent
        The search.

    Returns
    -------
    list of Flowable
        Empty where there are no candidates.
    """
    if not content.candidates:
        return []
    title = paragraph(map_wording.EVIDENCE_TITLE, SUBHEADING)
    shown = [entry for entry in content.candidates[:EVIDENCE_SHOWN] if entry.evidence is not None]
    if not shown:
        return [
            Spacer(0, 4 * mm),
            KeepTogether([title, Spacer(0, 1 * mm), paragraph(map_wording.NO_EVIDENCE)]),
        ]
    first, *rest = (_evidence_row(entry) for entry in shown)
    opening = [title, Spacer(0, 1 * mm), paragraph(map_wording.EVIDENCE, SMALL), Spacer(0, 2.5 * mm), first]
    blocks: list[Any] = [Spacer(0, 4 * mm), KeepTogether(opening)]
    for row in rest:
        blocks += [Spacer(0, 3 * mm), KeepTogether(row)]
    return blocks


def _evidence_row(entry: CandidateContent) -> Table:
    assert entry.evidence is not None
    assert entry.evidence_overlay is not None
    candidate = entry.candidate
    text = [
        paragraph(f"Rank {candidate.rank}: {candidate.subject}", SUBHEADING, limit=NAME_LIMIT),
        Spacer(0, 1 * mm),
        paragraph(map_wording.evidence_sum(candidate, entry.evidence), BODY),
        Spacer(0, 1.5 * mm),
        led(*map_wording.evidence_verdict(entry.evidence), SMALL),
    ]
    return _map_row(entry.evidence_overlay, entry.evidence.values, 1000, "thousandths", text)


def _map_row(
    overlay: NDArray[np.uint8], values: NDArray[np.floating], scale: int, unit: str, text: list[Any]
) -> Table:
    return _row(
        (raster_figure(overlay, _TILE), "Map over the crop of the probe"),
        (cells_figure(values, _TILE, scale), f"Values in {unit}, rounded"),
        text,
    )


def _row(first: tuple[Any, str], second: tuple[Any, str], text: list[Any]) -> Table:
    tiles = [[figure, Spacer(0, 1 * mm), paragraph(caption, CAPTION)] for figure, caption in (first, second)]
    row = columns(
        [tiles[0], "", tiles[1], "", text], [_TILE, _GAP, _TILE, _GAP, WIDTH - 2 * _TILE - 2 * _GAP]
    )
    row.hAlign = "LEFT"
    return row
