"""The content of a report, independent of the format it is written in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from core import __version__
from core.errors import IntegrityFailure, ModelMismatch
from core.imaging.digest import hash_bytes
from core.imaging.overlay import attention_overlay
from core.imaging.still import Decode, decode_still
from core.reporting.case_record import CaseRecord
from core.reporting.examination import Examination
from core.reporting.native_crop import native_crop
from core.settings import ImagingSettings
from core.types import (
    AttentionMap,
    Candidate,
    Case,
    Evidence,
    ModelCard,
    PairEvidence,
    Search,
    SearchMaps,
    SourceImage,
)


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A picture together with the bytes that it was decoded from.

    Attributes
    ----------
    data : bytes
        The file, unchanged.
    image : SourceImage
        The same file decoded.
    """

    data: bytes
    image: SourceImage


@dataclass(frozen=True, slots=True, eq=False)
class MapContent:
    """A map of the probe.

    Attributes
    ----------
    attention : AttentionMap
        The map.
    overlay : ndarray of uint8, shape (112, 112, 3)
        The map over the crop, in grey when its test says that nothing follows from it.
    """

    attention: AttentionMap
    overlay: NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class CandidateContent:
    """A candidate with the picture that stands for it.

    Attributes
    ----------
    candidate : Candidate
        Its place on the list.
    crop : Picture or None
        The aligned crop of its sample, None when the subject was removed after the search.
    evidence : PairEvidence or None
        Which regions of the probe speak for and against it, None where that was not worked out.
    evidence_overlay : ndarray of uint8, shape (112, 112, 3), or None
        The evidence over the crop of the probe.
    """

    candidate: Candidate
    crop: Picture | None
    evidence: PairEvidence | None
    evidence_overlay: NDArray[np.uint8] | None


@dataclass(frozen=True, slots=True, eq=False)
class SearchContent:
    """What a report shows of one search.

    Attributes
    ----------
    search : Search
        The search as it was stored.
    evidence : Evidence or None
        The intake record of the probe's file, where there is one.
    picture : Picture
        The probe as found: the file itself, or the lossless PNG of a video frame.
    native : ndarray of uint8, shape (height, width, 3)
        The face and its surroundings at the native pixels of the picture.
    crop : Picture
        The aligned crop that the network saw.
    maps : tuple of MapContent
        The maps of the crop; empty when none were stored.
    candidates : tuple of CandidateContent
        Rank 1 first.
    """

    search: Search
    evidence: Evidence | None
    picture: Picture
    native: NDArray[np.uint8]
    crop: Picture
    maps: tuple[MapContent, ...]
    candidates: tuple[CandidateContent, ...]


@dataclass(frozen=True, slots=True, eq=False)
class ReportContent:
    """Everything that a report says; equal content gives equal files.

    Attributes
    ----------
    case : Case or None
        The case that the search belongs to.
    search : SearchContent
        The search.
    examination : Examination
        What examiners said of it.
    record : CaseRecord
        The rest of the case.
    card : ModelCard
        The model that the search was made with.
    written : datetime
        The instant that the report is dated with, in UTC.
    program_version : str
        Version of the program that writes the report; that of the search is among its conditions.
    """

    case: Case | None
    search: SearchContent
    examination: Examination
    record: CaseRecord
    card: ModelCard
    written: datetime
    program_version: str


def build_content(
    search: Search,
    *,
    maps: SearchMaps,
    case: Case | None,
    evidence: Evidence | None,
    card: ModelCard,
    limits: ImagingSettings,
    picture: bytes,
    probe_crop: bytes,
    candidate_crops: Sequence[bytes | None],
    examination: Examination,
    record: CaseRecord,
    program_version: str = __version__,
    written: datetime | None = None,
    decode: Decode = decode_still,
) -> ReportContent:
    """Assemble the report of one search from records and bytes.

    Parameters
    ----------
    search : Search
        The search as it was stored.
    maps : SearchMaps
        What the regions of its probe contribute.
    case : Case or None
        The case that it belongs to.
    evidence : Evidence or None
        The intake record of the probe's file.
    card : ModelCard
        The card of the model that the search was made with.
    limits : ImagingSettings
        Limits to what is decoded here.
    picture : bytes
        The probe's file, or the lossless PNG of its video frame.
    probe_crop : bytes
        PNG of the aligned crop of the probe.
    candidate_crops : sequence of bytes or None
        PNG of the aligned crop of each candidate in the order of rank, None where it was removed.
    examination : Examination
        What examiners said of the search.
    record : CaseRecord
        The rest of the case.
    program_version : str, optional
        Version of this program.
    written : datetime, optional
        The instant that the report is dated with; that of the last thing it tells of, a search of the case or
        what an examiner said, when it is not given.
    decode : callable
        What decodes the picture, which came from elsewhere.

    Returns
    -------
    ReportContent
        The content.

    Raises
    ------
    IntegrityFailure
        If the picture's bytes do not have the hash that was stored with the search.
    ModelMismatch
        If the card is that of another model.
    UnreadableImage
        If the picture or a crop cannot be decoded within the limits.
    ValueError
        If there is not one crop for each candidate, or an instant has no time zone.
    """
    probe, result = search.probe, search.result
    told = (search.created, *examination.instants, *record.instants)
    if any(one.tzinfo is None for one in told) or (written is not None and written.tzinfo is None):
        raise ValueError("a report needs instants with a time zone")
    if hash_bytes(picture) != probe.picture_sha256:
        raise IntegrityFailure(
            f"The picture of search {search.search_id} no longer has the hash that was recorded for it."
        )
    if card.model_id != result.model_id:
        raise ModelMismatch(
            f"Search {search.search_id} was made with another model than {card.name}, so its report needs "
            "the card of that model."
        )
    found = Picture(picture, decode(picture, limits, None))
    crop = _picture(probe_crop, limits)
    candidates = tuple(
        _candidate(candidate, None if data is None else _picture(data, limits), maps, crop)
        for candidate, data in zip(result.candidates, candidate_crops, strict=True)
    )
    return ReportContent(
        case=case,
        search=SearchContent(
            search=search,
            evidence=evidence,
            picture=found,
            native=native_crop(found.image.pixels, probe.box),
            crop=crop,
            maps=tuple(MapContent(one, _overlay(crop, one)) for one in maps.probe),
            candidates=candidates,
        ),
        examination=examination,
        record=record,
        card=card,
        written=(written or max(told)).astimezone(UTC),
        program_version=program_version,
    )


def _candidate(
    candidate: Candidate, picture: Picture | None, maps: SearchMaps, crop: Picture
) -> CandidateContent:
    evidence = maps.of(candidate.rank)
    return CandidateContent(
        candidate, picture, evidence, None if evidence is None else _overlay(crop, evidence)
    )


def _overlay(crop: Picture, shown: AttentionMap | PairEvidence) -> NDArray[np.uint8]:
    test = shown.faithfulness
    return attention_overlay(crop.image.pixels, shown.values, informative=test is None or test.informative)


def _picture(data: bytes, limits: ImagingSettings) -> Picture:
    return Picture(data, decode_still(data, limits))
