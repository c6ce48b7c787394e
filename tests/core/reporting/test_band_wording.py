"""What a band lets one conclude: one text for all, and never more than a lead."""

from __future__ import annotations

import pytest

from core.reporting import wording
from core.types import Band
from core.types.band_wording import CONSEQUENCES, SIZE_CAVEAT, consequence


@pytest.mark.parametrize("band", list(Band))
def test_the_report_says_what_the_desk_says(band: Band) -> None:
    assert wording.consequence(band) == CONSEQUENCES[band]


@pytest.mark.parametrize("band", [Band.LOW, Band.FAIR, Band.GOOD])
def test_no_band_promises_more_than_a_lead(band: Band) -> None:
    assert "a lead at most" in consequence(band)
    assert "suited" not in consequence(band).lower()


@pytest.mark.parametrize(
    ("band", "eye_distance", "small"),
    [
        (Band.GOOD, 23.9, True),
        (Band.GOOD, 24.0, False),
        (Band.FAIR, 8.0, True),
        (Band.LOW, 8.0, False),
        (Band.UNRECOGNIZABLE, 8.0, False),
        (Band.GOOD, None, False),
    ],
)
def test_a_small_face_in_a_promising_band_is_told_to_be_small(
    band: Band, eye_distance: float | None, small: bool
) -> None:
    assert (SIZE_CAVEAT in consequence(band, eye_distance)) is small
