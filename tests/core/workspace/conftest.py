"""A workspace with a few real people in its gallery."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from skimage import data

from core.imaging.still import read_still
from core.settings import load_settings
from core.types import (
    AlignedFace,
    AlignmentSource,
    Band,
    BoundingBox,
    FaceAnalysis,
    FaceDetection,
    ImageAnalysis,
    Outcome,
    Recognizability,
)
from core.workspace import EnrolmentItem, Workspace

CROP_FACE = BoundingBox(3.0, 1.0, 19.0, 24.0)


@pytest.fixture(scope="session")
def astronaut(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The photograph of Eileen Collins that scikit-image ships, 512 x 512 px."""
    path = tmp_path_factory.mktemp("pictures") / "astronaut.png"
    Image.fromarray(data.astronaut()).save(path)
    return path


@pytest.fixture(scope="session")
def strangers(tmp_path_factory: pytest.TempPathFactory) -> tuple[EnrolmentItem, ...]:
    """Ten people of 25 x 25 px with the face boxes that a person would draw."""
    folder = tmp_path_factory.mktemp("strangers")
    items = []
    for number, crop in enumerate(data.lfw_subset()[:10]):
        path = folder / f"stranger {number}.png"
        Image.fromarray(np.dstack([(crop * 255).astype(np.uint8)] * 3)).save(path)
        items.append(EnrolmentItem(f"stranger {number}", path, CROP_FACE))
    return tuple(items)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """An empty workspace."""
    with Workspace.open(tmp_path / "workspace") as opened:
        yield opened


@pytest.fixture(scope="session")
def enrolled_once(
    tmp_path_factory: pytest.TempPathFactory, astronaut: Path, strangers: tuple[EnrolmentItem, ...]
) -> Path:
    """The directory of a closed workspace whose gallery holds the astronaut and ten strangers."""
    directory = tmp_path_factory.mktemp("enrolled") / "workspace"
    items = (EnrolmentItem("Eileen Collins", astronaut), *strangers)
    with Workspace.open(directory) as opened:
        assert [result.status.value for result in opened.enroll(items)] == ["enrolled"] * 11
    return directory


@pytest.fixture
def populated(enrolled_once: Path, tmp_path: Path) -> Iterator[Workspace]:
    """A copy of that workspace to work in."""
    shutil.copytree(enrolled_once, tmp_path / "populated")
    with Workspace.open(tmp_path / "populated") as opened:
        yield opened


MakeAnalysis = Callable[..., ImageAnalysis]


@pytest.fixture
def analysis_of() -> MakeAnalysis:
    """Make what an analysis of a picture file would find: one face a box, without a network."""

    def make(path: Path, *boxes: BoundingBox, model: str = "a", detector: str = "synthetic") -> ImageAnalysis:
        image = read_still(path, load_settings().imaging)
        faces = tuple(_face(box, model, detector) for box in boxes)
        outcome = Outcome.OK if faces else Outcome.NOT_DETECTED
        reason = "" if faces else "No face was found; a box can be drawn by hand."
        return ImageAnalysis(path, outcome, reason, image, faces, image.sha256)

    return make


def _face(box: BoundingBox, model: str, detector: str) -> FaceAnalysis:
    crop = np.full((112, 112, 3), int(box.x) % 256, np.uint8)
    manual = detector == FaceDetection.MANUAL
    return FaceAnalysis(
        detection=FaceDetection(box, None, None if manual else 0.9, detector),
        outcome=Outcome.OK,
        aligned=AlignedFace(crop, np.eye(2, 3), 0.4 * box.width, AlignmentSource.BOX),
        embedding=np.eye(1, 8, int(box.x) % 8, dtype=np.float32)[0],
        embedding_norm=9.0,
        recognizability=Recognizability(min(box.width / 100, 1.0), Band.FAIR, "RI", False),
        model_id=model * 64,
    )
