"""Synthetic unrecognizable crops and the shipped reference made from them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from skimage.data import astronaut

from core.recognition.cards import read_card
from core.recognition.recognizability import embedding_recognizability_score
from core.recognition.weights import Network, load_network
from core.settings import load_settings
from core.training.labelled_faces import aligned_crops, read_faces, split_of
from core.training.unrecognizable_centre import degrade_beyond_recognition, measure_reference


@pytest.fixture(scope="module")
def network() -> Network:
    """Return the shipped model."""
    return load_network(read_card("mobilefacenet-ms1m"))


@pytest.fixture(scope="module")
def crops() -> NDArray[np.uint8]:
    """Return eight views of a real face."""
    face = Image.fromarray(astronaut())
    boxes = [(155 + dx, 60 + dy, 295 + dx, 200 + dy) for dx in (-4, 0, 4, 8) for dy in (0, 5)]
    return np.stack([np.asarray(face.crop(box).resize((112, 112))) for box in boxes])


def test_the_same_seed_degrades_alike(crops: NDArray[np.uint8]) -> None:
    first, second = (degrade_beyond_recognition(crops[0], np.random.default_rng(5)) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    assert first.dtype == np.uint8
    assert first.shape == crops[0].shape


def test_degrading_leaves_the_clean_crop_alone(crops: NDArray[np.uint8]) -> None:
    before = crops.copy()
    for seed in range(6):
        degrade_beyond_recognition(crops[0], np.random.default_rng(seed))
    np.testing.assert_array_equal(crops, before)


def test_the_reference_is_the_mean_over_the_crops_that_lost_the_identity(
    network: Network, crops: NDArray[np.uint8]
) -> None:
    measured = measure_reference(network.backbone, network.card.preprocessing, crops, seed=6)
    assert measured.tried == len(crops)
    assert 0 < measured.kept <= measured.tried
    assert 0.0 < float(np.linalg.norm(measured.reference.centre)) <= 1.0
    # Another seed, other crops: still the same cluster as the one that was shipped.
    shipped = network.unrecognizable.centre
    assert embedding_recognizability_score(measured.reference.centre, shipped) < 0.3


@pytest.mark.faces
def test_each_picture_has_one_labelled_face_and_a_damaged_picture_is_left_out(lfw: Path) -> None:
    faces = read_faces(lfw)
    assert len({face.path for face in faces}) == len(faces)
    person = "Zydrunas_Ilgauskas"
    chosen = [face for face in faces if face.person in (person, "Aaron_Eckhart")]
    readable, crops = aligned_crops(chosen, load_settings().imaging)
    assert [face.person for face in readable] == ["Aaron_Eckhart"]
    assert crops.shape == (1, 112, 112, 3)


def test_the_split_of_a_person_depends_on_the_name_alone() -> None:
    assert [split_of(name) for name in ("Aaron_Eckhart", "Aaron_Eckhart")] == [split_of("Aaron_Eckhart")] * 2
    assert {split_of(f"Person_{i}") for i in range(200)} == set(range(10))
