"""The parts of the HTML report that show maps: of the probe, and towards its first candidates."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.reporting import map_wording
from core.reporting.content import CandidateContent, SearchContent
from core.reporting.html_markup import grid, name, paragraph, pixels, text
from core.reporting.map_sections import EVIDENCE_SHOWN, UNITS


def face_rows(content: SearchContent) -> list[str]:
    """Show the face at its native pixels and as the network sees it, and the maps of the crop.

    Parameters
    ----------
    content : SearchContent
        The search.

    Returns
    -------
    list of str
        One row for the face, and one for each map.
    """
    height, width = content.native.shape[:2]
    native = f"Native pixels, {width} × {height} px, enlarged without interpolation"
    crop = "Aligned crop, 112 × 112 px, as the network sees it"
    words = paragraph(map_wording.READING if content.maps else map_wording.NO_MAPS, "small")
    rows = [
        _row((pixels(content.native, native), native), (pixels(content.crop.image.pixels, crop), crop), words)
    ]
    for shown in content.maps:
        scale, unit = UNITS[shown.attention.kind]
        words = (
            f"<h3>{text(map_wording.map_name(shown.attention.kind))}</h3>"
            f"{paragraph(map_wording.map_legend(shown.attention), 'small')}"
            f"{_verdict(*map_wording.map_verdict(shown.attention))}"
        )
        rows.append(_map_row(shown.overlay, shown.attention.values, scale, unit, words))
    return rows


def comparison(content: SearchContent, rank: int) -> str:
    """Show the face as found, its aligned crop and that of a candidate, side by side.

    Parameters
    ----------
    content : SearchContent
        The search.
    rank : int
        Of the candidate.

    Returns
    -------
    str
        HTML.
    """
    entry = content.candidates[rank - 1]
    crop = f"Candidate of rank {rank}, aligned"
    shown = (
        (pixels(content.native, "The probe, native pixels"), "The probe, native pixels"),
        (pixels(content.crop.image.pixels, "The probe, aligned"), "The probe, aligned"),
        (
            '<div class="absent tile"></div>'
            if entry.crop is None
            else pixels(entry.crop.image.pixels, crop),
            crop,
        ),
    )
    figures = "".join(
        f"<figure>{picture}<figcaption>{text(caption)}</figcaption></figure>" for picture, caption in shown
    )
    return f'<div class="row">{figures}</div>'


def evidence_rows(content: SearchContent) -> list[str]:
    """Show which regions of the probe speak for and against the first candidates.

    Parameters
    ----------
    content : SearchContent
        The search.

    Returns
    -------
    list of str
        Empty where there are no candidates.
    """
    if not content.candidates:
        return []
    title = f"<h3>{map_wording.EVIDENCE_TITLE}</h3>"
    rows = [
        _evidence_row(entry) for entry in content.candidates[:EVIDENCE_SHOWN] if entry.evidence is not None
    ]
    if not rows:
        return [title, paragraph(map_wording.NO_EVIDENCE)]
    return [title, paragraph(map_wording.EVIDENCE, "small"), *rows]


def _evidence_row(entry: CandidateContent) -> str:
    assert entry.evidence is not None
    assert entry.evidence_overlay is not None
    words = (
        f"<h3>Rank {entry.candidate.rank}: {name(entry.candidate.subject)}</h3>"
        f"{paragraph(map_wording.evidence_sum(entry.candidate, entry.evidence))}"
        f"{_verdict(*map_wording.evidence_verdict(entry.evidence))}"
    )
    return _map_row(entry.evidence_overlay, entry.evidence.values, 1000, "thousandths", words)


def _map_row(
    overlay: NDArray[np.uint8], values: NDArray[np.floating], scale: int, unit: str, words: str
) -> str:
    caption = "Map over the crop of the probe"
    return _row(
        (pixels(overlay, caption), caption), (grid(values, scale), f"Values in {unit}, rounded"), words
    )


def _row(first: tuple[str, str], second: tuple[str, str], words: str) -> str:
    figures = "".join(
        f"<figure>{shown}<figcaption>{text(caption)}</figcaption></figure>"
        for shown, caption in (first, second)
    )
    return f'<div class="row">{figures}<div>{words}</div></div>'


def _verdict(words: str, measured: str) -> str:
    return f'<p class="small"><strong>{text(words)}</strong> {text(measured)}</p>'
