"""Priors, coding and suppression, by another route."""

from __future__ import annotations

from itertools import product
from math import ceil, log

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from core.detection import suppression as by_loops
from core.detection.retinaface.coding import decode_boxes, decode_landmarks, encode_boxes, encode_landmarks
from core.detection.retinaface.decoding import TOP_K, decode
from core.detection.retinaface.network import RawDetections
from core.detection.retinaface.priors import priors
from core.detection.retinaface.suppression import survivors
from core.types import BoundingBox, FaceDetection
from core.types.detectors import RetinaFaceConfig

CONFIG = RetinaFaceConfig()
VARIANCES = CONFIG.variances


@pytest.mark.parametrize("size", [(32, 64), (33, 250), (1, 1), (100, 37)])
@pytest.mark.parametrize("steps", [(8, 16, 32), (4, 8, 16)])
def test_priors_are_those_of_nested_loops(size: tuple[int, int], steps: tuple[int, ...]) -> None:
    config = RetinaFaceConfig(steps=steps, min_sizes=((7, 9, 11), (20,), (40, 80)))
    expected = []
    for step, sides in zip(config.steps, config.min_sizes, strict=True):
        rows, columns = ceil(size[0] / step), ceil(size[1] / step)
        for row, column, side in product(range(rows), range(columns), sides):
            centre = ((column + 0.5) * step / size[1], (row + 0.5) * step / size[0])
            expected.append((*centre, side / size[1], side / size[0]))
    np.testing.assert_array_equal(priors(*size, config).numpy(), np.array(expected, np.float32))


def test_priors_are_made_once_for_a_size() -> None:
    assert priors(64, 96, CONFIG) is priors(64, 96, RetinaFaceConfig(channel_order="BGR"))
    assert priors(64, 96, CONFIG) is not priors(96, 64, CONFIG)


def test_a_box_is_coded_as_worked_by_hand() -> None:
    prior = torch.tensor([[0.5, 0.5, 0.2, 0.4]])
    # A box with centre (0.52, 0.46) and size (0.4, 0.4): 0.02 / (0.2 * 0.1) = 1, -0.04 / (0.4 * 0.1) = -1,
    # log(2) / 0.2 and log(1) / 0.2.
    box = torch.tensor([[0.32, 0.26, 0.72, 0.66]])
    coded = encode_boxes(box, prior, VARIANCES)
    torch.testing.assert_close(coded, torch.tensor([[1.0, -1.0, log(2) / 0.2, 0.0]]), rtol=1e-4, atol=1e-5)


def test_landmarks_are_coded_as_worked_by_hand() -> None:
    prior = torch.tensor([[0.5, 0.5, 0.2, 0.4]])
    points = torch.tensor([[0.5, 0.5, 0.52, 0.46, 0.48, 0.54, 0.5, 0.7, 0.1, 0.5]])
    coded = torch.tensor([[0.0, 0, 1, -1, -1, 1, 0, 5, -20, 0]])
    torch.testing.assert_close(encode_landmarks(points, prior, VARIANCES), coded, rtol=1e-4, atol=1e-5)


@examples(deadline=None)
@given(seed=st.integers(0, 10_000), first=st.floats(0.05, 1), second=st.floats(0.05, 1))
def test_decoding_undoes_encoding(seed: int, first: float, second: float) -> None:
    rng = np.random.default_rng(seed)
    anchors = torch.from_numpy(rng.uniform(0.05, 0.9, (6, 4)))
    corner, size = rng.uniform(-0.5, 1, (3, 6, 2)), rng.uniform(0.01, 1, (3, 6, 2))
    boxes = torch.from_numpy(np.concatenate([corner, corner + size], axis=-1))
    points = torch.from_numpy(rng.uniform(-1, 2, (3, 6, 10)))
    variances = (first, second)
    torch.testing.assert_close(
        decode_boxes(encode_boxes(boxes, anchors, variances), anchors, variances), boxes
    )
    back = decode_landmarks(encode_landmarks(points, anchors, variances), anchors, variances)
    torch.testing.assert_close(back, points)


@examples(deadline=None, max_examples=60)
@given(
    seed=st.integers(0, 100_000),
    count=st.integers(1, 60),
    spread=st.sampled_from([5, 20, 60]),
    most=st.sampled_from([0.0, 0.3, 0.4, 0.9]),
)
def test_suppression_keeps_what_a_loop_keeps(seed: int, count: int, spread: int, most: float) -> None:
    rng = np.random.default_rng(seed)
    corners = rng.integers(0, spread, (count, 2))
    sizes = rng.integers(1, 12, (count, 2))
    faces = [
        FaceDetection(BoundingBox(*map(float, (*corner, *size))), None, 1 - place / 100, "test")
        for place, (corner, size) in enumerate(zip(corners, sizes, strict=True))
    ]
    boxes = torch.from_numpy(np.concatenate([corners, corners + sizes], axis=1)).double()
    kept = torch.nonzero(survivors(boxes, most)).flatten().tolist()
    assert kept == by_loops.survivors(faces, most)


def test_a_chain_of_boxes_is_thinned_to_every_other_one() -> None:
    # Each overlaps only its neighbours (8 of 12 px: 2 / 3), so the answer takes as many rounds as boxes.
    left = torch.arange(1500) * 2.0
    boxes = torch.stack([left, left * 0, left + 10, left * 0 + 10], dim=1)
    assert survivors(boxes, 0.6).tolist() == [place % 2 == 0 for place in range(1500)]


def test_no_boxes_have_no_survivors() -> None:
    assert survivors(torch.zeros(0, 4), 0.4).shape == (0,)


def _raw(count: int, config: RetinaFaceConfig) -> RawDetections:
    logits = torch.full((count, 2), -5.0)
    logits[:, 0] = 5.0
    return RawDetections(torch.zeros(count, 4), logits, torch.zeros(count, 10))


def test_a_prior_that_is_sure_of_a_face_becomes_a_box_in_px() -> None:
    raw = _raw(len(priors(64, 128, CONFIG)), CONFIG)
    # Row 3, column 5 of the finest level, the side of 32 px: centre (44, 28).
    raw.logits[(3 * 16 + 5) * 2 + 1] = torch.tensor([0.0, 3.0])
    (face,) = decode(raw, (64, 128), CONFIG, 0.5, 0.4)
    np.testing.assert_allclose(face[:4], [28, 12, 60, 44], atol=1e-4)
    assert float(face[4]) == pytest.approx(1 / (1 + np.exp(-3)), abs=1e-6)
    np.testing.assert_allclose(face[5:], [44, 28] * 5, atol=1e-4)


@pytest.mark.parametrize("wrong", [float("nan"), float("inf"), 1e4, -1e4])
def test_answers_that_are_no_numbers_or_no_boxes_are_left_out(wrong: float) -> None:
    raw = _raw(len(priors(32, 32, CONFIG)), CONFIG)
    raw.logits[[0, 9]] = torch.tensor([0.0, 3.0])
    raw.boxes[0, 2] = wrong
    assert len(decode(raw, (32, 32), CONFIG, 0.5, 0.4)) == 1
    raw.logits[9, 1] = float("nan")
    assert len(decode(raw, (32, 32), CONFIG, 0.5, 0.4)) == 0


def test_only_the_most_confident_are_considered() -> None:
    count = len(priors(512, 512, CONFIG))
    assert count > TOP_K
    raw = _raw(count, CONFIG)
    raw.logits[:, 1] = torch.linspace(6, 9, count)
    # Boxes of almost no size, none of which overlap.
    raw.boxes[:, 2:] = -40
    faces = decode(raw, (512, 512), CONFIG, 0.5, 0.4)
    assert len(faces) <= TOP_K
    least = torch.softmax(raw.logits, dim=-1)[-TOP_K, 1]
    assert float(faces[:, 4].min()) >= float(least)
