"""What goes into a report."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import numpy as np
import pytest

from core.errors import IntegrityFailure, ModelMismatch, UnreadableImage
from core.reporting.content import ReportContent
from core.reporting.examination import Examination
from core.reporting.native_crop import native_crop
from core.types import BoundingBox, CandidateVerdict, Verdict

MakeContent = Callable[..., ReportContent]


def test_a_report_is_dated_with_the_last_thing_it_tells_unless_another_instant_is_given(
    make_content: MakeContent,
) -> None:
    later = datetime(2027, 1, 1, 1, 30, tzinfo=timezone(timedelta(hours=1)))
    content = make_content()
    assert content.written == content.search.search.created
    judged = content.written + timedelta(days=1)
    verdict = CandidateVerdict(42, 1, 1, Verdict.REJECTED, "Ada", judged)
    assert make_content(examination=Examination(verdicts=(verdict,))).written == judged
    assert make_content(written=later).written == datetime(2027, 1, 1, 0, 30, tzinfo=UTC)


def test_a_picture_whose_bytes_changed_since_the_search_stops_the_report(make_content: MakeContent) -> None:
    probe = make_content().search.search.probe
    changed = {"probe": dataclasses.replace(probe, picture_sha256="00" * 32)}
    with pytest.raises(IntegrityFailure, match="search 42 no longer has the hash"):
        make_content(search_changes=changed)


def test_the_card_of_another_model_stops_the_report(make_content: MakeContent) -> None:
    other = dataclasses.replace(make_content().card, model_id="00" * 32)
    with pytest.raises(ModelMismatch):
        make_content(card=other)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"candidate_crops": []}, ValueError),
        ({"written": datetime(2026, 1, 1)}, ValueError),
        ({"probe_crop": b"no picture"}, UnreadableImage),
    ],
)
def test_what_cannot_be_a_report_is_refused(
    make_content: MakeContent, changes: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        make_content(**changes)


def test_the_crop_of_a_removed_subject_is_gone_and_its_place_stays(make_content: MakeContent) -> None:
    candidates = make_content(removed=(2,)).search.candidates
    assert [entry.candidate.rank for entry in candidates] == [1, 2, 3]
    assert [entry.crop is None for entry in candidates] == [False, True, False]


def test_a_search_without_maps_has_no_overlays(make_content: MakeContent) -> None:
    without = make_content(attention=False).search
    assert without.maps == ()
    assert [(one.evidence, one.evidence_overlay) for one in without.candidates] == [(None, None)] * 3
    assert len(make_content().search.maps) == 1


def test_the_native_crop_holds_the_box_and_a_quarter_more_on_each_side() -> None:
    pixels = np.arange(40 * 50 * 3, dtype=np.uint16).astype(np.uint8).reshape(40, 50, 3)
    crop = native_crop(pixels, BoundingBox(10, 8, 20, 16))
    np.testing.assert_array_equal(crop, pixels[4:28, 5:35])


@pytest.mark.parametrize(
    "box",
    [
        BoundingBox(-500, -500, 10, 10),
        BoundingBox(900, 900, 5, 5),
        BoundingBox(0, 0, 0.01, 0.01),
        BoundingBox(-10, -10, 4000, 4000),
    ],
)
@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 300, 3), (300, 1, 3), (40, 50, 3)])
def test_the_native_crop_of_any_box_is_a_part_of_the_picture(
    box: BoundingBox, shape: tuple[int, int, int]
) -> None:
    crop = native_crop(np.zeros(shape, np.uint8), box)
    assert 1 <= crop.shape[0] <= shape[0]
    assert 1 <= crop.shape[1] <= shape[1]
