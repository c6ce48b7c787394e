"""The losses of the detector, each computed a second way."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from core.detection.retinaface.coding import encode_boxes, encode_landmarks
from core.detection.retinaface.network import RawDetections
from core.detection.retinaface.priors import priors
from core.imaging.mosaics.labels import FaceLabels
from core.training.detection.anchor_assignment import BACKGROUND, NEITHER, assign_anchors, corners
from core.training.detection.losses import MinedClassification, OffsetRegression
from core.training.detection.multitask_loss import MultitaskLoss
from core.training.detection.recipe import AssignmentRecipe, DetectionLossRecipe
from core.types.detectors import RetinaFaceConfig

CONFIG = RetinaFaceConfig(steps=(8, 16), min_sizes=((8, 16), (32,)))
SIZE = (64, 96)


def test_the_classification_looks_at_all_faces_and_the_hardest_background() -> None:
    generator = torch.Generator().manual_seed(1)
    logits = torch.randn(2, 40, 2, generator=generator, dtype=torch.float64)
    assigned = torch.full((2, 40), BACKGROUND)
    assigned[0, [3, 7]], assigned[0, 10:14] = 0, NEITHER
    wanted = 0.0
    for picture, count in ((0, 6), (1, 5)):
        negatives = []
        for anchor in range(40):
            background, face = logits[picture, anchor].tolist()
            total = math.log(math.exp(background) + math.exp(face))
            if assigned[picture, anchor] >= 0:
                wanted += total - face
            elif assigned[picture, anchor] == BACKGROUND:
                negatives.append(total - background)
        wanted += sum(sorted(negatives, reverse=True)[:count])
    # Twice three faces in the first picture, and the least number in the second, which has none.
    assert float(MinedClassification(3, 5)(logits, assigned)) == pytest.approx(wanted)


def test_more_background_is_never_asked_for_than_there_is() -> None:
    logits = torch.zeros(1, 4, 2)
    assigned = torch.tensor([[0, 0, BACKGROUND, NEITHER]])
    assert float(MinedClassification(7, 32)(logits, assigned)) == pytest.approx(3 * math.log(2))


def test_what_is_neither_gets_no_gradient() -> None:
    logits = torch.zeros(1, 6, 2, requires_grad=True)
    assigned = torch.tensor([[0, BACKGROUND, NEITHER, NEITHER, BACKGROUND, NEITHER]])
    MinedClassification(7, 32)(logits, assigned).backward()
    assert logits.grad is not None
    assert (logits.grad[0, assigned[0] == NEITHER] == 0).all()
    assert (logits.grad[0, assigned[0] != NEITHER] != 0).all()


def test_the_regression_is_quadratic_near_and_linear_far() -> None:
    offsets = torch.tensor([[0.5, -0.5, 3.0, 0.0], [0.0, 0.0, 0.0, -2.0]])
    wanted = (0.125 + 0.125 + 2.5) / 4 + 1.5 / 4
    assert float(OffsetRegression()(offsets, torch.zeros(2, 4))) == pytest.approx(wanted)


def labels() -> FaceLabels:
    """Two faces that count, the first too small for landmarks, and a doubtful one."""
    boxes = np.array([(10, 10, 17, 17), (40, 12, 70, 46), (2, 40, 30, 62)], np.float32)
    points = np.repeat(((boxes[:, :2] + boxes[:, 2:]) / 2)[:, None], 5, axis=1)
    points += np.linspace(-3, 3, 5, dtype=np.float32)[:, None]
    return FaceLabels(boxes, points, np.array([True, True, False]))


def perfect(truth: FaceLabels) -> RawDetections:
    """What a network would say that knows everything."""
    anchors = priors(*SIZE, CONFIG)
    scale = torch.tensor([SIZE[1], SIZE[0]], dtype=torch.float32)
    certain = truth.chosen(truth.certain)
    boxes = torch.from_numpy(certain.boxes)
    assigned = assign_anchors(
        corners(anchors) * scale.repeat(2), boxes, torch.zeros(0, 4), AssignmentRecipe()
    )
    face = assigned.clamp(min=0)
    logits = torch.stack([torch.where(assigned >= 0, -30.0, 30.0), torch.zeros(len(anchors))], dim=1)
    points = torch.from_numpy(certain.landmarks.reshape(-1, 10))
    return RawDetections(
        encode_boxes((boxes / scale.repeat(2))[face], anchors, CONFIG.variances)[None],
        logits[None],
        encode_landmarks((points / scale.repeat(5))[face], anchors, CONFIG.variances)[None],
    )


def test_a_network_that_knows_everything_has_no_loss() -> None:
    loss = MultitaskLoss(CONFIG, SIZE, AssignmentRecipe(), DetectionLossRecipe())
    total, parts = loss(perfect(labels()), [labels()])
    assert float(total) == pytest.approx(0.0, abs=1e-4)
    assert set(parts) == {"class", "box", "landmark"}


def test_the_total_is_the_weighted_sum_of_means_over_anchors() -> None:
    recipe = DetectionLossRecipe(classification=1.5, boxes=2.5, landmarks=0.5)
    loss = MultitaskLoss(CONFIG, SIZE, AssignmentRecipe(), recipe)
    raw = perfect(labels())
    wrong = RawDetections(raw.boxes + 2.0, raw.logits, raw.landmarks - 0.5)
    total, parts = loss(wrong, [labels()])
    # Every number of every anchor is off by as much, so the means are those of one number.
    assert float(parts["box"]) == pytest.approx(1.5, rel=1e-4)
    assert float(parts["landmark"]) == pytest.approx(0.125, rel=1e-4)
    assert float(total) == pytest.approx(2.5 * 1.5 + 0.5 * 0.125, rel=1e-3)


def test_the_landmarks_of_a_face_that_is_too_small_are_not_learned() -> None:
    loss = MultitaskLoss(CONFIG, SIZE, AssignmentRecipe(), DetectionLossRecipe(landmarks_from_px=100.0))
    raw = perfect(labels())
    total, parts = loss(RawDetections(raw.boxes, raw.logits, raw.landmarks + 9.0), [labels()])
    assert float(parts["landmark"]) == 0.0
    assert float(total) == pytest.approx(0.0, abs=1e-4)


def test_pictures_without_faces_teach_what_background_is() -> None:
    loss = MultitaskLoss(CONFIG, SIZE, AssignmentRecipe(), DetectionLossRecipe(least_negatives=4))
    anchors = len(priors(*SIZE, CONFIG))
    logits = torch.zeros(2, anchors, 2, requires_grad=True)
    raw = RawDetections(torch.zeros(2, anchors, 4), logits, torch.zeros(2, anchors, 10))
    total, parts = loss(raw, [FaceLabels.none(), FaceLabels.none()])
    assert float(parts["class"].detach()) == pytest.approx(8 * math.log(2))
    total.backward()
    assert logits.grad is not None
    assert (logits.grad != 0).any()


def test_two_processes_with_halves_of_a_batch_have_the_gradients_of_one() -> None:
    truth = [labels(), FaceLabels.none(), labels().chosen(np.array([1])), labels()]
    anchors = len(priors(*SIZE, CONFIG))
    generator = torch.Generator().manual_seed(3)
    shapes = ((4, anchors, 4), (4, anchors, 2), (4, anchors, 10))
    leaves = [torch.randn(shape, generator=generator, requires_grad=True) for shape in shapes]
    loss = MultitaskLoss(CONFIG, SIZE, AssignmentRecipe(), DetectionLossRecipe())
    loss(RawDetections(*leaves), truth)[0].backward()
    whole = [leaf.grad.clone() for leaf in leaves if leaf.grad is not None]
    for leaf in leaves:
        leaf.grad = None
    counts: list[torch.Tensor] = []
    halves = (slice(0, 2), slice(2, 4))
    for half in halves:
        loss(RawDetections(*(leaf[half] for leaf in leaves)), truth[half], lambda n: counts.append(n) or n)
    mean = torch.stack(counts).mean(0)
    for half in halves:
        part = loss(RawDetections(*(leaf[half] for leaf in leaves)), truth[half], lambda n: mean)[0]
        (part / 2).backward()
    for leaf, wanted in zip(leaves, whole, strict=True):
        assert leaf.grad is not None
        assert torch.allclose(leaf.grad, wanted, atol=1e-6)
