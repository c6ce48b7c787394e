"""What limits a report: what follows from how this one search was made, in one list."""

from __future__ import annotations

import dataclasses
import unicodedata
from collections.abc import Iterator
from enum import Enum
from typing import Any

from core.reporting import wording
from core.reporting.content import ReportContent
from core.reporting.facts import ERASED
from core.reporting.figures import keeps_bytes, reduction
from core.reporting.typesetting.legible import boxed_characters
from core.types import AlignmentSource

NO_IDENTITY = (
    "This report cannot say that a candidate is the person in the picture, nor how probable that is."
)

LOOK_ALIKES = (
    "How many look-alikes a search like this one is expected to list was not computed, and no likelihood "
    "ratio was: similarity and rank are all that the network says."
)

ERROR_RATES = (
    "No error rate of this search is known. The figures of the model were measured on other pictures, and "
    "the limitations on its card hold here as well; both are in the section on the model."
)

CODE_POINTS = (
    "Characters that do not show, such as control characters, are given as code points in brackets, such as "
    "[U+0000]. The JSON file beside this document holds the text itself."
)


def limitations(content: ReportContent) -> tuple[str, ...]:
    """Return what limits a report, the weightiest first.

    Parameters
    ----------
    content : ReportContent
        The report.

    Returns
    -------
    tuple of str
        A sentence or two each.
    """
    return (
        NO_IDENTITY,
        wording.RANK_ONE,
        *_of_probe(content),
        LOOK_ALIKES,
        ERROR_RATES,
        *_of_maps(content),
        *_of_examiners(content),
        *_of_document(content),
    )


def _of_probe(content: ReportContent) -> Iterator[str]:
    probe = content.search.search.probe
    yield wording.consequence(probe.recognizability.band, probe.eye_distance_px)
    yield wording.INDEX
    if probe.recognizability.provisional:
        yield wording.PROVISIONAL
    if probe.alignment is AlignmentSource.BOX:
        yield "The face was aligned to its box alone, for want of landmarks; its eye distance is an estimate."
    if content.record.pictures and content.record.pictures[0].derived:
        yield (
            "The search was made with a picture that was derived from the original; the section on materials "
            "says how."
        )
    if content.search.picture.image.file_format == "JPEG":
        yield (
            "The picture is a JPEG: what its compression removed is lost, and what it added looks like "
            "detail."
        )


def _of_maps(content: ReportContent) -> Iterator[str]:
    tested = [one.attention.faithfulness for one in content.search.maps if one.attention.faithfulness]
    failed = sum(not one.informative for one in tested)
    if failed:
        yield (
            f"{failed} of {len(tested)} tested maps of the probe failed the test of faithfulness, so nothing "
            "follows from where their values lie."
        )


def _of_examiners(content: ReportContent) -> Iterator[str]:
    said = content.examination
    examiners = {one.examiner for one in said.standing}
    if not examiners:
        yield "No examiner has looked at this search yet, or none has stored what was seen."
    elif not any(one.second for one in said.standing):
        yield "No second examiner has verified the work of the first one."
    hidden = sum(one.search.candidates_hidden for one in content.record.searches)
    if hidden:
        yield (
            f"The answers of {wording.count(hidden, 'other search', 'other searches')} of the case were "
            "hidden from whoever wrote this report."
        )


def _of_document(content: ReportContent) -> Iterator[str]:
    if any(entry.crop is None for entry in content.search.candidates):
        yield ERASED
    if not keeps_bytes(content.search.picture) and reduction(content.search.picture) > 1:
        yield "The picture is shown reduced; the original has more pixels."
    boxed = boxed_characters(texts(content))
    if boxed:
        names = ", ".join(f"U+{ord(one):04X} ({unicodedata.name(one, 'no name')})" for one in boxed)
        yield (
            "The typefaces of the PDF lack some characters of this report; it shows each of them as an empty "
            f"box, and the HTML and JSON files hold the text itself: {names}."
        )
    yield CODE_POINTS


def texts(record: Any) -> Iterator[str]:
    """Yield every text in a record, however deep it lies.

    Parameters
    ----------
    record : object
        A dataclass, a tuple of such, or a text; anything else holds no text.

    Yields
    ------
    str
        The texts.
    """
    if isinstance(record, str) and not isinstance(record, Enum):
        yield record
    elif isinstance(record, tuple):
        for one in record:
            yield from texts(one)
    elif dataclasses.is_dataclass(record):
        for field in dataclasses.fields(record):
            yield from texts(getattr(record, field.name))
