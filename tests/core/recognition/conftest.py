"""The shipped network on real pixels that scikit-image ships."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from skimage.data import astronaut, lfw_subset

from core.recognition.cards import read_card
from core.recognition.embedder import Embedder
from core.recognition.weights import Network, load_network
from core.settings import RecognitionSettings, load_settings
from core.types import ModelCard


@pytest.fixture(scope="session")
def recognition_settings() -> RecognitionSettings:
    """Return the default settings on the processor, with passes that ten crops do not fill evenly."""
    return dataclasses.replace(load_settings().recognition, device="cpu", batch_size=4)


@pytest.fixture(scope="session")
def card() -> ModelCard:
    """Return the card of the shipped model."""
    return read_card("mobilefacenet-ms1m")


@pytest.fixture(scope="session")
def network(card: ModelCard) -> Network:
    """Return the shipped model as loaded."""
    return load_network(card)


@pytest.fixture(scope="session")
def embedder(card: ModelCard, recognition_settings: RecognitionSettings) -> Embedder:
    """Return an embedder with the shipped model."""
    return Embedder(card, recognition_settings)


@pytest.fixture(scope="session")
def crops() -> NDArray[np.uint8]:
    """Return ten crops: the astronaut's face and nine small grey ones, not aligned but real."""
    pictures = [Image.fromarray(astronaut()[60:200, 155:295])]
    pictures += [Image.fromarray(np.uint8(face * 255)).convert("RGB") for face in lfw_subset()[:9]]
    return np.stack([np.asarray(picture.resize((112, 112))) for picture in pictures])
