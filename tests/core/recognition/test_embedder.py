"""Embeddings depend on the crop alone."""

from __future__ import annotations

import dataclasses
import logging

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from core.errors import Cancelled
from core.progress import Progress, Step
from core.recognition.backbones import Features
from core.recognition.embedder import Embedder, FaceEmbedding
from core.recognition.passes import FixedPasses
from core.settings import RecognitionSettings
from core.types import ModelCard, Preprocessing


def rows(faces: tuple[FaceEmbedding, ...]) -> NDArray[np.float32]:
    return np.stack([face.embedding for face in faces])


def test_embeddings_have_unit_length_and_keep_the_norm(embedder: Embedder, crops: NDArray[np.uint8]) -> None:
    faces = embedder.embed(crops)
    np.testing.assert_allclose(np.linalg.norm(rows(faces), axis=1), 1.0, atol=1e-6)
    assert all(face.norm > 1.0 for face in faces)
    assert rows(faces).shape == (len(crops), embedder.card.embedding_dim)


@pytest.mark.parametrize("together", [1, 3, 4, 7])
def test_embeddings_do_not_depend_to_the_bit_on_how_many_crops_come_together(
    embedder: Embedder, crops: NDArray[np.uint8], together: int
) -> None:
    parts = [embedder.embed(crops[i : i + together]) for i in range(0, len(crops), together)]
    np.testing.assert_array_equal(np.concatenate([rows(part) for part in parts]), rows(embedder.embed(crops)))


def test_nothing_depends_to_the_bit_on_the_order_of_the_crops(
    embedder: Embedder, crops: NDArray[np.uint8]
) -> None:
    straight = embedder.embed(crops)
    order = np.random.default_rng(3).permutation(len(crops))
    shuffled = embedder.embed(crops[order])
    np.testing.assert_array_equal(rows(shuffled), rows(straight)[order])
    for place, face in zip(order, shuffled, strict=True):
        other = straight[place]
        assert (face.norm, face.recognizability) == (other.norm, other.recognizability)
        assert face.attention_maps
        for one, same in zip(face.attention_maps, other.attention_maps, strict=True):
            assert one.kind is same.kind
            np.testing.assert_array_equal(one.values, same.values)


@pytest.mark.parametrize("batch_size", [1, 8])
def test_the_batch_size_changes_embeddings_by_rounding_only(
    card: ModelCard,
    recognition_settings: RecognitionSettings,
    embedder: Embedder,
    crops: NDArray[np.uint8],
    batch_size: int,
) -> None:
    other = Embedder(card, dataclasses.replace(recognition_settings, batch_size=batch_size))
    np.testing.assert_allclose(rows(other.embed(crops[:5])), rows(embedder.embed(crops[:5])), atol=1e-6)


def test_no_crops_give_no_embeddings(embedder: Embedder) -> None:
    assert embedder.embed(np.zeros((0, 112, 112, 3), np.uint8)) == ()


@pytest.mark.parametrize(
    "crops",
    [
        np.zeros((1, 112, 112, 3), np.float32),
        np.zeros((112, 112, 3), np.uint8),
        np.zeros((1, 96, 112, 3), np.uint8),
        np.zeros((1, 3, 112, 112), np.uint8),
    ],
    ids=["float", "one crop without its axis", "another size", "channels first"],
)
def test_crops_of_another_kind_are_refused(embedder: Embedder, crops: NDArray[np.generic]) -> None:
    with pytest.raises(ValueError, match="crops must be uint8"):
        embedder.embed(crops)  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [0, 127, 255])
def test_a_crop_without_any_content_gives_finite_numbers(embedder: Embedder, value: int) -> None:
    face = embedder.embed(np.full((1, 112, 112, 3), value, np.uint8))[0]
    assert np.isfinite(face.embedding).all()
    assert 0.0 <= face.recognizability.index <= 1.0


def test_a_model_that_wants_bgr_gets_the_channels_turned_round(
    card: ModelCard, recognition_settings: RecognitionSettings, embedder: Embedder, crops: NDArray[np.uint8]
) -> None:
    turned = dataclasses.replace(card, preprocessing=Preprocessing(channel_order="BGR"))
    given = Embedder(turned, recognition_settings).embed(np.ascontiguousarray(crops[:2, ..., ::-1]))
    np.testing.assert_array_equal(rows(given), rows(embedder.embed(crops[:2])))


def test_progress_is_told_after_each_pass(embedder: Embedder, crops: NDArray[np.uint8]) -> None:
    steps: list[Step] = []
    embedder.embed(crops, Progress(steps.append))
    assert [(step.done, step.total) for step in steps] == [(4, 10), (8, 10), (10, 10)]


def test_a_request_to_stop_is_honoured_at_the_next_pass(embedder: Embedder, crops: NDArray[np.uint8]) -> None:
    progress = Progress()
    progress.on_step = lambda step: progress.cancel()
    with pytest.raises(Cancelled):
        embedder.embed(crops, progress)


def test_a_device_that_is_not_there_falls_back_to_the_processor_and_says_so(
    card: ModelCard,
    recognition_settings: RecognitionSettings,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with caplog.at_level(logging.WARNING):
        embedder = Embedder(card, dataclasses.replace(recognition_settings, device="cuda"))
    assert embedder.device == "cpu"
    assert "'cuda' is not available" in caplog.text


def test_choosing_by_itself_takes_the_processor_silently_where_there_is_no_gpu(
    card: ModelCard,
    recognition_settings: RecognitionSettings,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert Embedder(card, dataclasses.replace(recognition_settings, device="auto")).device == "cpu"
    assert not caplog.records


class SmallMemory(torch.nn.Module):
    """A network that cannot hold more than three crops, and gives each one's mean."""

    def forward(self, x: torch.Tensor) -> Features:
        if len(x) > 3:
            raise torch.cuda.OutOfMemoryError("out of memory")
        return Features(x.mean(dim=(2, 3)), x)


def test_running_out_of_memory_halves_the_pass_and_loses_no_crop() -> None:
    passes = FixedPasses(SmallMemory(), Preprocessing(), torch.device("cpu"), 16)  # type: ignore[arg-type]
    crops = np.arange(10, dtype=np.uint8)[:, None, None, None].repeat(3, axis=3)
    raw = np.concatenate([embedding for embedding, _ in passes.run(crops)])
    np.testing.assert_allclose(raw[:, 0], np.arange(10) / 127.5 - 1.0, atol=1e-6)
    assert passes.batch_size == 2


def test_a_single_crop_that_does_not_fit_is_an_error() -> None:
    class NoMemory(SmallMemory):
        def forward(self, x: torch.Tensor) -> Features:
            raise torch.cuda.OutOfMemoryError("out of memory")

    passes = FixedPasses(NoMemory(), Preprocessing(), torch.device("cpu"), 4)  # type: ignore[arg-type]
    with pytest.raises(torch.cuda.OutOfMemoryError):
        next(passes.run(np.zeros((1, 2, 2, 3), np.uint8)))
