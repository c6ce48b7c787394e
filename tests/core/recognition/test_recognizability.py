"""The score, its bands, and which crops are unrecognizable."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from core.recognition.embedder import Embedder
from core.recognition.recognizability import embedding_recognizability_score, grade
from core.recognition.unrecognizable import UnrecognizableReference, is_unrecognizable
from core.types import Band, ModelCard


@pytest.mark.parametrize(
    ("embedding", "score"),
    [((2.0, 0.0), 0.0), ((0.0, 3.0), 1.0), ((-1.0, 0.0), 1.0), ((1.0, 1.0), 1.0 - np.sqrt(0.5))],
    ids=["in the centre", "at a right angle", "opposite", "at 45 degrees"],
)
def test_the_score_is_one_minus_the_cosine_with_the_centre_and_at_most_one(
    embedding: tuple[float, float], score: float
) -> None:
    given = embedding_recognizability_score(np.array(embedding), np.array((0.5, 0.0)))
    assert given == pytest.approx(score, abs=1e-12)


def test_the_score_does_not_depend_on_the_length_of_either_vector() -> None:
    rng = np.random.default_rng(1)
    v, u = rng.normal(size=192), rng.normal(size=192)
    score = embedding_recognizability_score(v, u)
    assert embedding_recognizability_score(17.0 * v, 0.01 * u) == pytest.approx(score, abs=1e-12)


def test_the_score_never_leaves_zero_to_one_through_rounding() -> None:
    v = np.random.default_rng(2).normal(size=192).astype(np.float32)
    assert 0.0 <= embedding_recognizability_score(v, 3.0 * v) < 1e-12


def test_a_grade_carries_kind_and_provisional_from_the_card(card: ModelCard) -> None:
    graded = grade(card.bands.fair, card)
    assert (graded.band, graded.kind, graded.provisional) == (Band.FAIR, "ERS", True)


def test_a_face_of_fourteen_px_is_less_recognizable_than_the_photograph(
    embedder: Embedder, crops: NDArray[np.uint8]
) -> None:
    coarse = crops[0, 4::8, 4::8].repeat(8, axis=0).repeat(8, axis=1)
    clear, blocks = embedder.embed(np.stack([crops[0], coarse]))
    assert clear.recognizability.band is Band.GOOD
    assert blocks.recognizability.band is Band.UNRECOGNIZABLE


def test_crops_below_the_cosine_are_unrecognizable() -> None:
    clean = np.array([(1, 0), (1, 0), (0, 1)], np.float32)
    degraded = np.array([(1, 0), (0, 1), (np.sqrt(0.75), 0.5)], np.float32)
    assert is_unrecognizable(clean, degraded, max_cosine=0.5).tolist() == [False, True, False]


def test_a_reference_whose_parts_disagree_in_length_is_refused() -> None:
    with pytest.raises(ValueError, match="contributions must be"):
        UnrecognizableReference(np.zeros(3, np.float32), np.zeros((49, 4), np.float32))
