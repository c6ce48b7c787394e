"""Which face a picture is taken to show."""

from __future__ import annotations

import numpy as np
import pytest

from core.types import (
    BoundingBox,
    FaceAnalysis,
    FaceDetection,
    ImageAnalysis,
    Outcome,
    SourceImage,
)

Box = tuple[float, float, float, float]


def shown(*boxes: Box) -> Box | None:
    """The box of the main face of a picture of 200 x 100 px."""
    image = SourceImage(np.zeros((100, 200, 3), np.uint8), "0" * 64, None, "PNG", 1)
    faces = tuple(
        FaceAnalysis(
            FaceDetection(BoundingBox(*box), None, 0.9, "test"), Outcome.TOO_SMALL, "It is not assessed here."
        )
        for box in sorted(boxes, key=lambda box: -box[2] * box[3])
    )
    main = ImageAnalysis(None, Outcome.OK, "", image, faces).main
    if main is None:
        return None
    box = main.detection.box
    return box.x, box.y, box.width, box.height


@pytest.mark.parametrize(
    ("boxes", "expected"),
    [
        ((), None),
        (((10, 10, 20, 20), (80, 30, 40, 40)), (80, 30, 40, 40)),
        (((10, 10, 40, 40), (85, 30, 36, 36)), (85, 30, 36, 36)),
        (((10, 10, 40, 40), (85, 30, 30, 30)), (10, 10, 40, 40)),
        (((160, 20, 80, 60), (90, 30, 40, 50)), (90, 30, 40, 50)),
        (((-60, -60, 100, 100), (90, 30, 45, 45)), (90, 30, 45, 45)),
    ],
    ids=[
        "none",
        "the largest",
        "of two alike the one in the middle",
        "a clearly larger one at the edge",
        "one that the edge cuts counts as far as it is seen",
        "one that a corner cuts",
    ],
)
def test_the_main_face_is_the_largest_that_is_seen(boxes: tuple[Box, ...], expected: Box | None) -> None:
    assert shown(*boxes) == expected


@pytest.mark.parametrize(
    ("box", "area"),
    [((10, 10, 20, 20), 400), ((-10, 90, 20, 20), 100), ((190, 10, 40, 10), 100), ((300, 10, 9, 9), 0)],
)
def test_a_box_has_the_area_that_lies_in_the_picture(box: Box, area: float) -> None:
    assert BoundingBox(*box).area_within(200, 100) == area
