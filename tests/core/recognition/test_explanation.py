"""One crop explained: its maps, their tests, and that nothing depends on what ran beside it."""

from __future__ import annotations

import dataclasses
import hashlib

import cv2
import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from core.errors import Cancelled
from core.progress import Progress
from core.recognition.embedder import Embedder, FaceEmbedding
from core.recognition.faithfulness import FILLING_BLUR
from core.recognition.network import RecognizabilityNetwork
from core.recognition.unrecognizable import MAX_COSINE
from core.recognition.weights import Network, serialize_network
from core.settings import RecognitionSettings
from core.types import AttentionKind, ModelCard


@pytest.fixture(scope="module")
def trained(
    network: Network,
    card: ModelCard,
    recognition_settings: RecognitionSettings,
    tmp_path_factory: pytest.TempPathFactory,
) -> Embedder:
    """Return the shipped backbone with an attention module of random weights and an index head."""
    torch.manual_seed(8)
    whole = RecognizabilityNetwork(network.backbone, card.embedding_dim)
    for parameter in whole.attention.parameters():
        torch.nn.init.normal_(parameter, 0, 0.2)
    state = {name: value.detach().cpu().numpy() for name, value in whole.state_dict().items()}
    data = serialize_network(state, network.unrecognizable, {}, prefix="")
    folder = tmp_path_factory.mktemp("models")
    (folder / "trained.safetensors").write_bytes(data)
    named = dataclasses.replace(
        card,
        name="trained",
        architecture=f"ril-{card.architecture.removeprefix('ril-')}",
        model_id=hashlib.sha256(data).hexdigest(),
        recognizability="RI",
    )
    return Embedder(named, recognition_settings, folder)


def test_a_network_with_attention_gives_both_maps_and_one_without_gives_one(
    trained: Embedder, embedder: Embedder, crops: NDArray[np.uint8]
) -> None:
    (with_attention,), (plain,) = trained.embed(crops[:1]), embedder.embed(crops[:1])
    kinds = [one.kind for one in with_attention.attention_maps]
    assert kinds == [AttentionKind.DECOMPOSITION, AttentionKind.PERCEPTIBILITY]
    assert plain.attention_maps[0].kind is AttentionKind.DECOMPOSITION
    np.testing.assert_allclose(
        with_attention.attention_maps[0].values, plain.attention_maps[0].values, atol=1e-6
    )


@pytest.mark.parametrize("together", [1, 3, 7])
def test_both_maps_depend_to_the_bit_on_their_crop_alone(
    trained: Embedder, crops: NDArray[np.uint8], together: int
) -> None:
    straight = trained.embed(crops)
    parts: list[FaceEmbedding] = []
    for start in range(0, len(crops), together):
        parts += trained.embed(crops[start : start + together][::-1])[::-1]
    for face, other in zip(straight, parts, strict=True):
        for one, same in zip(face.attention_maps, other.attention_maps, strict=True):
            np.testing.assert_array_equal(one.values, same.values)


def test_an_explanation_is_of_the_embedding_up_to_rounding_and_to_the_bit_the_same_each_time(
    trained: Embedder, crops: NDArray[np.uint8]
) -> None:
    face, first, second = trained.embed(crops)[2], trained.explain(crops[2]), trained.explain(crops[2])
    np.testing.assert_allclose(first.raw / np.linalg.norm(first.raw), face.embedding, atol=1e-5)
    np.testing.assert_array_equal(first.raw, second.raw)
    np.testing.assert_array_equal(first.feature_map, second.feature_map)


def test_scores_of_the_whole_crop_are_what_the_maps_claim_to_explain(
    trained: Embedder, network: Network, crops: NDArray[np.uint8]
) -> None:
    (face,) = trained.embed(crops[:1])
    decomposition, perceptibility = map(trained.explain(crops[0]).tested_map, face.attention_maps)
    assert decomposition.faithfulness is not None
    assert perceptibility.faithfulness is not None
    assert decomposition.faithfulness.deletion[0] == pytest.approx(1.0, abs=1e-5)
    centre = network.unrecognizable.centre.astype(np.float64)
    cosine = float(face.embedding @ centre) / float(np.linalg.norm(centre))
    assert perceptibility.faithfulness.deletion[0] == pytest.approx(1 - cosine**2, abs=1e-5)


def test_the_test_of_a_pair_begins_at_its_similarity(trained: Embedder, crops: NDArray[np.uint8]) -> None:
    embedding, compared = (face.embedding for face in trained.embed(crops[:2]))
    explanation = trained.explain(crops[0])
    evidence = explanation.tested_evidence(explanation.evidence(embedding, compared), compared)
    assert evidence.faithfulness is not None
    assert evidence.faithfulness.deletion[0] == pytest.approx(evidence.similarity, abs=1e-6)
    assert evidence.faithfulness.insertion[-1] == evidence.faithfulness.deletion[0]


def test_a_test_gives_the_same_numbers_whatever_was_tested_before(
    embedder: Embedder, crops: NDArray[np.uint8]
) -> None:
    face, other = embedder.embed(crops[:2])
    first, second = embedder.explain(crops[0]), embedder.explain(crops[0])
    second.tested_map(face.attention_maps[0])
    tests = [
        one.tested_evidence(one.evidence(face.embedding, other.embedding), other.embedding).faithfulness
        for one in (first, second)
    ]
    assert tests[0] == tests[1]


def test_the_decomposition_of_a_clear_face_is_informative(
    embedder: Embedder, crops: NDArray[np.uint8]
) -> None:
    (face,) = embedder.embed(crops[:1])
    test = embedder.explain(crops[0]).tested_map(face.attention_maps[0]).faithfulness
    assert test is not None
    assert test.informative


def test_the_filling_has_lost_the_identity_of_the_face(embedder: Embedder, crops: NDArray[np.uint8]) -> None:
    blurred = np.asarray(cv2.GaussianBlur(crops[0], (0, 0), FILLING_BLUR), np.uint8)
    face, filling = embedder.embed(np.stack([crops[0], blurred]))
    assert float(face.embedding @ filling.embedding) < MAX_COSINE
    assert filling.recognizability.index < face.recognizability.index


def test_a_request_to_stop_is_honoured_during_a_test(embedder: Embedder, crops: NDArray[np.uint8]) -> None:
    (face,) = embedder.embed(crops[:1])
    progress = Progress()
    progress.on_step = lambda step: progress.cancel()
    explanation = embedder.explain(crops[0], progress)
    with pytest.raises(Cancelled):
        explanation.tested_map(face.attention_maps[0])
