"""The similarity of a pair, taken apart: the parts add up, and each is what the definition says."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from core.recognition.decomposition import LinearHead, contributions
from core.recognition.embedder import Embedder
from core.recognition.pair_evidence import pair_evidence
from core.recognition.weights import Network
from core.storage.templates import weighted_template


def unit(vector: NDArray[np.floating]) -> NDArray[np.float64]:
    wide = vector.astype(np.float64)
    return np.asarray(wide / np.linalg.norm(wide))


def test_a_similarity_worked_out_by_hand_is_split_as_the_definition_says() -> None:
    # Two positions, two dimensions, no bias: v = (3, 1) + (0, 3) = (3, 4), |v| = 5, v_UI = (0, 1) + (1, 0).
    contributed = np.array([[3.0, 1.0], [0.0, 3.0]])
    reference = np.array([[0.0, 1.0], [1.0, 0.0]], np.float32)
    embedding = np.array([0.6, 0.8], np.float32)
    evidence = pair_evidence(contributed, reference, 5.0, embedding, np.array([0.0, 1.0], np.float32), (1, 2))
    np.testing.assert_allclose(evidence.values, [[0.0, 3 / 5]])
    assert evidence.constant == pytest.approx(1 / 5, abs=1e-7)
    assert evidence.similarity == pytest.approx(0.8, abs=1e-7)
    opposed = pair_evidence(contributed, reference, 5.0, embedding, np.array([-1.0, 0.0], np.float32), (1, 2))
    np.testing.assert_allclose(opposed.values, [[-3 / 5, 1 / 5]])
    assert (opposed.speaking_for, opposed.speaking_against) == (pytest.approx(0.2), pytest.approx(-0.6))


@pytest.mark.parametrize("several", [False, True], ids=["a sample", "a template of three samples"])
def test_values_and_constant_add_up_to_the_cosine_whatever_was_compared(
    embedder: Embedder, crops: NDArray[np.uint8], several: bool
) -> None:
    gallery = np.stack([face.embedding for face in embedder.embed(crops[1:])])
    compared = weighted_template(gallery[:3], [0.5, 0.1, 0.9]) if several else gallery[4]
    (face,), explanation = embedder.embed(crops[:1]), embedder.explain(crops[0])
    evidence = explanation.evidence(face.embedding, compared)
    cosine = sum(float(a) * float(b) for a, b in zip(face.embedding, compared, strict=True))
    assert float(evidence.values.sum()) + evidence.constant == pytest.approx(cosine, abs=1e-9)
    assert cosine == pytest.approx(float(unit(explanation.raw) @ unit(compared)), abs=1e-6)


def test_each_value_and_the_constant_are_what_the_head_gives_for_them(
    embedder: Embedder, network: Network, crops: NDArray[np.uint8]
) -> None:
    face, compared = (embedder.embed(crops[place : place + 1])[0].embedding for place in (0, 3))
    explanation = embedder.explain(crops[0])
    head = LinearHead.of(network.backbone)
    reference = network.unrecognizable.contributions.astype(np.float64)
    parts = contributions(head, explanation.feature_map)
    bias = explanation.raw - parts.sum(axis=0)
    length = float(np.linalg.norm(explanation.raw.astype(np.float64)))
    evidence = explanation.evidence(face, compared)
    for position in (0, 17, 24, 48):
        wanted = float((parts[position] - reference[position]) @ compared) / length
        assert evidence.values.ravel()[position] == pytest.approx(wanted, abs=1e-12)
    unrecognizable = float((reference.sum(axis=0) + bias) @ compared) / length
    assert evidence.constant == pytest.approx(unrecognizable, abs=1e-6)


def test_evidence_on_a_candidate_turned_round_is_turned_round(
    embedder: Embedder, crops: NDArray[np.uint8]
) -> None:
    face, compared = (embedder.embed(crops[place : place + 1])[0].embedding for place in (0, 2))
    explanation = embedder.explain(crops[0])
    here, there = explanation.evidence(face, compared), explanation.evidence(face, -compared)
    np.testing.assert_array_equal(here.values, -there.values)
    assert here.speaking_for == -there.speaking_against
