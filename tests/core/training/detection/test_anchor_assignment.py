"""Anchors answer for the faces that they overlap most, and every face gets some."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from core.detection.retinaface.priors import priors
from core.training.detection.anchor_assignment import BACKGROUND, NEITHER, assign_anchors, corners
from core.training.detection.recipe import AssignmentRecipe
from core.types.detectors import RetinaFaceConfig

NOTHING = torch.zeros(0, 4, dtype=torch.float64)


def iou(one: list[float], other: list[float]) -> float:
    """Intersection over union, one number at a time."""
    width = max(min(one[2], other[2]) - max(one[0], other[0]), 0.0)
    height = max(min(one[3], other[3]) - max(one[1], other[1]), 0.0)
    area = (one[2] - one[0]) * (one[3] - one[1]) + (other[2] - other[0]) * (other[3] - other[1])
    return width * height / (area - width * height)


def by_hand(anchors: Tensor, faces: Tensor, uncertain: Tensor, recipe: AssignmentRecipe) -> list[int]:
    """The same rule with loops."""
    claims: dict[int, list[tuple[float, int]]] = {}
    for face, box in enumerate(faces.tolist()):
        ranked = sorted((-iou(one, box), place) for place, one in enumerate(anchors.tolist()))
        for value, place in ((-value, place) for value, place in ranked[: recipe.least_anchors]):
            if value >= recipe.compensated_iou:
                claims.setdefault(place, []).append((value, face))
    result = []
    for place, anchor in enumerate(anchors.tolist()):
        best = max(((iou(anchor, box), face) for face, box in enumerate(faces.tolist())), default=(0.0, -1))
        if best[0] >= recipe.face_iou:
            result.append(best[1])
        elif place in claims:
            result.append(max(claims[place])[1])
        elif best[0] >= recipe.background_iou or any(
            _inside(anchor, box) >= recipe.ignored_share or iou(anchor, box) >= recipe.background_iou
            for box in uncertain.tolist()
        ):
            result.append(NEITHER)
        else:
            result.append(BACKGROUND)
    return result


def _inside(anchor: list[float], place: list[float]) -> float:
    width = max(min(anchor[2], place[2]) - max(anchor[0], place[0]), 0.0)
    height = max(min(anchor[3], place[3]) - max(anchor[1], place[1]), 0.0)
    return width * height / ((anchor[2] - anchor[0]) * (anchor[3] - anchor[1]))


@pytest.fixture
def anchors() -> Tensor:
    config = RetinaFaceConfig(steps=(8, 16), min_sizes=((8, 16), (32,)))
    # In double precision, as Python computes, so that equal overlaps are equal here and there.
    return (corners(priors(64, 96, config)) * torch.tensor([96.0, 64, 96, 64])).double().round()


@pytest.mark.parametrize("seed", range(8))
def test_the_rule_is_that_of_a_loop(anchors: Tensor, seed: int) -> None:
    rng = np.random.default_rng(seed)

    def boxes(count: int) -> Tensor:
        centre, size = rng.uniform(0, 1, (count, 2)) * (96, 64), rng.uniform(5, 40, (count, 1)) * (1.0, 1.25)
        both = np.concatenate([centre - size / 2, centre + size / 2], axis=1)
        return torch.from_numpy(both)

    faces, uncertain = boxes(4), boxes(2)
    found = assign_anchors(anchors, faces, uncertain, AssignmentRecipe())
    assert found.tolist() == by_hand(anchors, faces, uncertain, AssignmentRecipe())


def test_every_face_gets_its_anchors_however_it_lies_between_them(anchors: Tensor) -> None:
    recipe = AssignmentRecipe()
    for shift in np.linspace(0, 8, 9):
        face = torch.tensor([[30.0 + shift, 20.0 + shift, 36.0 + shift, 27.0 + shift]])
        assigned = assign_anchors(anchors, face, NOTHING, recipe)
        assert (assigned == 0).sum() >= 1
    face = torch.tensor([[8.0, 8.0, 40.0, 40.0]])
    assert (assign_anchors(anchors, face, NOTHING, recipe) == 0).sum() >= recipe.least_anchors


def test_without_faces_everything_is_background(anchors: Tensor) -> None:
    assert (assign_anchors(anchors, NOTHING, NOTHING, AssignmentRecipe()) == BACKGROUND).all()


def test_an_uncertain_place_is_neither_but_a_face_on_it_is_a_face(anchors: Tensor) -> None:
    place = torch.tensor([[0.0, 0.0, 48.0, 64.0]])
    assigned = assign_anchors(anchors, NOTHING, place, AssignmentRecipe())
    centres = (anchors[:, 0] + anchors[:, 2]) / 2
    assert (assigned[centres < 40] == NEITHER).all()
    assert (assigned[centres > 72] == BACKGROUND).all()
    face = torch.tensor([[8.0, 8.0, 24.0, 24.0]])
    assert (assign_anchors(anchors, face, place, AssignmentRecipe()) == 0).any()
