"""RetinaFace weights of another project become a detector of the workspace."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from core.detection.cards import ARCHITECTURE, list_detector_cards
from core.detection.detector import load_detector
from core.detection.retinaface.network import RetinaFaceNet
from core.errors import Conflict, ModelUnavailable
from core.recognition.cards import DETECTORS, list_models
from core.types.detectors import RetinaFaceConfig
from core.workspace import Workspace


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file as biubug6 writes it, with random weights."""
    torch.manual_seed(1)
    state = RetinaFaceNet(RetinaFaceConfig()).state_dict()
    path = tmp_path_factory.mktemp("weights") / "mobilenet0.25_Final.pth"
    torch.save({"module." + name: value for name, value in state.items()}, path)
    return path


def test_a_detector_is_added_listed_and_loaded_by_its_name(workspace: Workspace, weights: Path) -> None:
    added = workspace.add_model(weights, origin="A test")
    (card,) = list_detector_cards(workspace.models_directory)
    assert card in workspace.detectors()
    assert (added.name, added.architecture, added.existed) == ("mobilenet0.25_final", "retinaface", False)
    assert added.model_id == card.model_id
    assert card.origin.startswith("A test; biubug6/Pytorch_Retinaface; file mobilenet0.25_Final.pth, SHA-256")
    assert added.source_sha256 in card.origin
    assert card.command == f"discern models add {weights} --name mobilenet0.25_final --origin 'A test'"
    assert "fed BGR" in added.remarks[0]
    assert 'detector = "mobilenet0.25_final"' in added.remarks[-1]
    settings = workspace.settings.detection
    detector = load_detector(added.name, settings, directories=[workspace.models_directory])
    assert detector.detect(np.zeros((32, 32, 3), np.uint8)) == ()
    assert workspace.models() == list_models()
    assert workspace.audit_entries()[-1].action == "model.add"
    assert workspace.verify() == ()


def test_the_same_file_is_added_once_and_once_more_when_it_is_fed_otherwise(
    workspace: Workspace, weights: Path
) -> None:
    first = workspace.add_model(weights)
    again = workspace.add_model(weights, name="another-name")
    assert again.existed
    assert replace(again, remarks=(), existed=False) == replace(first, remarks=())
    other = workspace.add_model(weights, name="fed-rgb", channel_order="RGB")
    assert not other.existed
    assert other.model_id == first.model_id
    orders = {
        card.name: card.config.channel_order for card in list_detector_cards(workspace.models_directory)
    }
    assert orders == {"mobilenet0.25_final": "BGR", "fed-rgb": "RGB"}


@pytest.mark.parametrize("name", ["mobilefacenet-ms1m", "libfacedetection"])
def test_the_name_of_another_model_is_refused(name: str, workspace: Workspace, weights: Path) -> None:
    with pytest.raises(Conflict, match=name):
        workspace.add_model(weights, name=name)
    assert list_detector_cards(workspace.models_directory) == ()


def test_an_incomplete_detector_is_refused_with_what_it_lacks(
    workspace: Workspace, weights: Path, tmp_path: Path
) -> None:
    state = torch.load(weights, weights_only=True)
    del state["module.ssh1.conv3X3.0.weight"]
    torch.save(state, tmp_path / "broken.pth")
    with pytest.raises(ModelUnavailable, match=r"broken\.pth looks like RetinaFace .* lacks ssh1\.conv3X3"):
        workspace.add_model(tmp_path / "broken.pth")


def test_both_kinds_of_cards_know_each_other() -> None:
    assert ARCHITECTURE in DETECTORS
