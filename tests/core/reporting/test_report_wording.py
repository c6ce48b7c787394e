"""The sentences of a report."""

from __future__ import annotations

import pytest

from core.reporting import wording
from core.types import Band, Recognizability


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (0.123456, 4, "0.1235"),
        (-0.5, 4, "−0.5000"),
        (-0.00001, 4, "0.0000"),
        (-0.4, 0, "0"),
        (12.0, 1, "12.0"),
    ],
)
def test_numbers_have_a_true_minus_sign_and_no_negative_zero(value: float, decimals: int, text: str) -> None:
    assert wording.number(value, decimals) == text


def test_every_band_has_a_meaning_and_a_consequence_of_its_own() -> None:
    assert len({wording.meaning(band) for band in Band}) == len(Band)
    assert len({wording.consequence(band) for band in Band}) == len(Band)


@pytest.mark.parametrize("provisional", [True, False])
def test_a_provisional_index_is_always_called_so(provisional: bool) -> None:
    recognizability = Recognizability(0.5, Band.FAIR, "ERS" if provisional else "RI", provisional)
    sentences = " ".join(wording.index_basis(recognizability))
    assert ("provisional" in wording.index_name(recognizability)) is provisional
    assert ("Provisional" in sentences) is provisional
    assert "not a quality score of ISO/IEC 29794-5" in sentences
