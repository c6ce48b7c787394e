"""Detectors with cards: written, listed, loaded by name, refused when they were tampered with."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from core.detection.cards import (
    ARCHITECTURE,
    detector_weights_path,
    list_detector_cards,
    read_detector_card,
)
from core.detection.detector import available_detectors, load_detector
from core.detection.retinaface.network import RetinaFaceNet
from core.detection.retinaface.weights import load_retinaface, save_retinaface
from core.errors import ModelUnavailable
from core.recognition.cards import write_card
from core.settings import DetectionSettings
from core.types.detectors import DetectorCard, RetinaFaceConfig

CONFIG = RetinaFaceConfig(
    steps=(4, 8, 16), min_sizes=((6, 9), (16,), (32, 64)), channel_order="BGR", face_px=(8.0, 120.0)
)


def _card(name: str = "tiny") -> DetectorCard:
    return DetectorCard(
        "",
        name,
        ARCHITECTURE,
        CONFIG,
        "MIT",
        "a test",
        "nothing",
        "pytest",
        ("One figure.",),
        ("Untrained.",),
    )


@pytest.fixture
def network() -> RetinaFaceNet:
    torch.manual_seed(4)
    return RetinaFaceNet(CONFIG).eval()


@pytest.fixture
def card(network: RetinaFaceNet, tmp_path: Path) -> DetectorCard:
    return save_retinaface(network.state_dict(), _card(), tmp_path)


def test_a_card_comes_back_as_it_was_written(card: DetectorCard, tmp_path: Path) -> None:
    assert read_detector_card("tiny", tmp_path) == card
    assert card.config == CONFIG
    assert len(card.model_id) == 64


def test_cards_of_other_models_lie_beside_without_being_listed(card: DetectorCard, tmp_path: Path) -> None:
    (tmp_path / "other.json").write_text(json.dumps({"architecture": "mobilefacenet", "name": "other"}))
    (tmp_path / "list.json").write_text("[1, 2]")
    second = replace(card, name="a second")
    write_card(second, tmp_path)
    assert list_detector_cards(tmp_path) == (second, card)
    assert read_detector_card("other", tmp_path) is None
    assert read_detector_card("absent", tmp_path) is None
    assert read_detector_card("../tiny", tmp_path / "deeper") is None


@pytest.mark.parametrize(
    "damage",
    [
        {"config": {"backbone": "mobilenet0.25", "width": 3}},
        {"config": {"steps": [8, 32]}},
        {"config": "small"},
        {"licence": None, "colour": "red"},
        {"figures": None},
    ],
)
def test_a_damaged_card_is_explained(damage: dict[str, object], card: DetectorCard, tmp_path: Path) -> None:
    path = tmp_path / "tiny.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | damage))
    with pytest.raises(ModelUnavailable, match=r"card .*tiny\.json cannot be read"):
        read_detector_card("tiny", tmp_path)
    path.write_text("{")
    with pytest.raises(ModelUnavailable, match=r"card .*tiny\.json cannot be read"):
        list_detector_cards(tmp_path)


def test_weights_come_back_to_the_bit_and_are_named_by_their_hash(
    network: RetinaFaceNet, card: DetectorCard, tmp_path: Path
) -> None:
    loaded = load_retinaface(card, tmp_path)[0].state_dict()
    assert loaded.keys() == network.state_dict().keys()
    assert all(torch.equal(value, loaded[name]) for name, value in network.state_dict().items())
    again = save_retinaface(network.state_dict(), _card("again"), tmp_path)
    assert again.model_id == card.model_id


def test_weights_that_are_absent_changed_or_of_another_network_are_refused(
    card: DetectorCard, tmp_path: Path
) -> None:
    wider = replace(card, config=RetinaFaceConfig())
    with pytest.raises(ModelUnavailable, match="do not fit"):
        load_retinaface(wider, tmp_path)
    with pytest.raises(ModelUnavailable, match="do not fit"):
        load_retinaface(replace(card, config=replace(CONFIG, backbone="resnet18")), tmp_path)
    path = detector_weights_path(card, tmp_path)
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    with pytest.raises(ModelUnavailable, match="not the ones that the card of tiny describes"):
        load_retinaface(card, tmp_path)
    path.unlink()
    with pytest.raises(ModelUnavailable, match="cannot be read"):
        load_retinaface(card, tmp_path)


def test_a_detector_is_loaded_by_the_name_of_its_card(
    card: DetectorCard, tmp_path: Path, settings: DetectionSettings
) -> None:
    assert set(available_detectors([tmp_path])) == {"libfacedetection", "tiny"}
    detector = load_detector("tiny", settings, device="cpu", directories=[tmp_path / "empty", tmp_path])
    assert detector.detector_id == f"tiny ({card.model_id[:8]})"
    assert detector.face_px == (8.0, 120.0)
    assert isinstance(detector.detect(np.zeros((40, 40, 3), np.uint8)), tuple)


def test_the_least_confidence_is_that_of_the_settings(
    card: DetectorCard, tmp_path: Path, settings: DetectionSettings
) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (64, 64, 3)).astype(np.uint8)
    counts = []
    for least in (0.0, 0.45, 0.99):
        chosen = replace(settings, min_confidence=least)
        faces = load_detector("tiny", chosen, directories=[tmp_path]).detect(pixels)
        assert all(face.confidence is not None and face.confidence >= least for face in faces)
        counts.append(len(faces))
    assert counts[0] > 0
    assert counts[2] == 0


def test_an_unknown_name_is_answered_with_those_of_all_directories(
    card: DetectorCard, tmp_path: Path, settings: DetectionSettings
) -> None:
    with pytest.raises(ModelUnavailable, match="'teeny'; known are: libfacedetection, tiny"):
        load_detector("teeny", settings, directories=[tmp_path])


def test_cards_are_read_without_torch(card: DetectorCard, tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from core.detection.detector import available_detectors; "
        "print(available_detectors([Path(sys.argv[1])]), 'torch' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "('libfacedetection', 'tiny') False"
