"""Weights of another project become a model of the workspace, by the front door and by the command line."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from skimage import data

from core.checkpoints import read_checkpoint
from core.cli import main
from core.cli.evaluate_verb import weights_of
from core.errors import Conflict, ModelMismatch, ModelUnavailable, UsageError
from core.recognition.cards import list_models
from core.recognition.iresnet import IResNet
from core.recognition.mbf import InsightMobileFaceNet
from core.recognition.weights import load_network
from core.settings import load_settings
from core.types import Band, Preprocessing
from core.workspace import EnrolmentItem, Workspace

NAME = "arcface-mbf"


@pytest.fixture(scope="session")
def crops(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twenty aligned crops of 112 x 112 px, from the small faces that scikit-image ships."""
    folder = tmp_path_factory.mktemp("crops")
    for number, face in enumerate(data.lfw_subset()[:20]):
        small = Image.fromarray((face * 255).astype(np.uint8)).convert("RGB")
        small.resize((112, 112), Image.Resampling.BICUBIC).save(folder / f"{number:02}.png")
    return folder


@pytest.fixture(scope="session")
def weights(tmp_path_factory: pytest.TempPathFactory, crops: Path) -> Path:
    """A state dict as insightface writes it: random weights, statistics of the crops."""
    torch.manual_seed(7)
    network = InsightMobileFaceNet()
    for module in network.modules():
        if isinstance(module, (torch.nn.BatchNorm1d, torch.nn.BatchNorm2d)):
            module.train()
            module.momentum = None
    pictures = np.stack([np.asarray(Image.open(path)) for path in sorted(crops.iterdir())])
    with torch.no_grad():
        network(torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 127.5 - 1)
    path = tmp_path_factory.mktemp("weights") / "backbone.pth"
    torch.save(network.state_dict(), path)
    return path


@pytest.fixture(scope="session")
def added_once(tmp_path_factory: pytest.TempPathFactory, weights: Path, crops: Path) -> Path:
    """The directory of a closed workspace to which the weights were added."""
    directory = tmp_path_factory.mktemp("added") / "workspace"
    with Workspace.open(directory) as opened:
        made = opened.add_model(weights, faces=crops, name=NAME, licence="Nobody's.", origin="A test")
    assert not made.existed
    assert made.name == NAME
    return directory


@pytest.fixture
def added(added_once: Path, tmp_path: Path) -> Iterator[Workspace]:
    """A copy of that workspace to work in."""
    shutil.copytree(added_once, tmp_path / "added")
    with Workspace.open(tmp_path / "added") as opened:
        yield opened


def test_the_card_says_what_the_file_was_and_how_it_is_fed(added: Workspace, weights: Path) -> None:
    *shipped, card = added.models()
    assert tuple(shipped) == list_models()
    assert card.name == NAME
    assert card.architecture == "mbf"
    assert card.embedding_dim == 512
    assert card.preprocessing == Preprocessing(channel_order="RGB")
    assert card.licence == "Nobody's."
    assert hashlib.sha256(weights.read_bytes()).hexdigest() in card.origin
    assert card.origin.startswith("A test; file backbone.pth")
    assert card.command.startswith(f"discern models add {weights} --faces ")
    assert card.provisional
    written = (added.models_directory / f"{NAME}.safetensors").read_bytes()
    assert card.model_id == hashlib.sha256(written).hexdigest()


def test_edges_that_are_not_known_call_no_face_good(added: Workspace) -> None:
    card = added.models()[-1]
    assert {card.bands.band(index) for index in (0.0, 0.5, 1.0)} == {Band.LOW}
    assert "not known" in card.bands.derivation


@torch.inference_mode()
def test_the_model_says_what_the_file_says(added: Workspace, weights: Path) -> None:
    network = load_network(added.models()[-1], added.models_directory).backbone
    original = InsightMobileFaceNet()
    original.load_state_dict(read_checkpoint(weights).tensors)
    x = torch.rand(1, 3, 112, 112)
    assert torch.equal(network(x).embedding, original.eval()(x).embedding)


def test_adding_a_model_is_recorded_once(added: Workspace, weights: Path) -> None:
    entries = [entry for entry in added.audit_entries() if entry.action == "model.add"]
    assert len(entries) == 1
    assert hashlib.sha256(weights.read_bytes()).hexdigest() in str(entries[0])


def test_the_same_file_again_is_the_same_model_whatever_it_shall_be_called(
    added: Workspace, weights: Path, tmp_path: Path
) -> None:
    before = sorted(added.models_directory.iterdir())
    elsewhere = tmp_path / "renamed.pt"
    shutil.copyfile(weights, elsewhere)
    for again in (added.add_model(weights, name=NAME), added.add_model(elsewhere)):
        assert again.existed
        assert (again.name, again.model_id) == (NAME, added.models()[-1].model_id)
        assert "was added before" in again.remarks[0]
    assert sorted(added.models_directory.iterdir()) == before
    assert len([entry for entry in added.audit_entries() if entry.action == "model.add"]) == 1


@pytest.mark.parametrize("name", [NAME, "mobilefacenet-ms1m"])
def test_a_name_that_another_model_has_is_refused(
    name: str, added: Workspace, tmp_path: Path, crops: Path
) -> None:
    other = tmp_path / "other.pth"
    torch.save(InsightMobileFaceNet().state_dict(), other)
    with pytest.raises(Conflict, match="choose a name"):
        added.add_model(other, name=name, faces=crops)


def test_the_settings_choose_a_model_of_the_workspace_and_embeddings_of_two_models_do_not_mix(
    added: Workspace, astronaut: Path
) -> None:
    directory = added.directory
    list(added.enroll([EnrolmentItem("Eileen Collins", astronaut)]))
    (directory / "settings.toml").write_text(f'[recognition]\nmodel = "{NAME}"\n')
    with Workspace.open(directory) as opened:
        assert opened.active_model().name == NAME
        image = opened.read_still(astronaut)
        face = opened.analyze(image).assessed[0]
        assert face.embedding is not None
        assert face.embedding.shape == (512,)
        assert face.model_id == opened.active_model().model_id
        assert face.recognizability is not None
        assert face.recognizability.band is Band.LOW
        with pytest.raises(ModelMismatch, match=NAME):
            opened.search(image, face)
        list(opened.enroll([EnrolmentItem("Eileen Collins", astronaut)], gallery="again"))
        found = opened.search(image, face, galleries=["again"])
        assert found.result.candidates[0].similarity == pytest.approx(1.0, abs=1e-5)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({}, "backbone.pth needs --faces DIR"),
        ({"faces": Path("absent")}, "There is no folder absent"),
        ({"name": "../outside"}, "A model's name consists of"),
        ({"name": ""}, "A model's name consists of"),
        ({"channel_order": "GBR"}, "RGB or BGR, not GBR"),
    ],
    ids=["no faces", "no folder", "name", "no name", "channel order"],
)
def test_a_request_that_cannot_be_met_is_refused_in_one_sentence(
    options: dict[str, object], sentence: str, workspace: Workspace, weights: Path
) -> None:
    with pytest.raises(UsageError, match=sentence):
        workspace.add_model(weights, **options)  # type: ignore[arg-type]
    assert workspace.models() == list_models()


def test_too_few_faces_are_refused(workspace: Workspace, weights: Path, crops: Path, tmp_path: Path) -> None:
    few = tmp_path / "few"
    few.mkdir()
    for path in sorted(crops.iterdir())[:19]:
        shutil.copy(path, few)
    (few / "damaged.png").write_bytes(b"no picture")
    Image.new("RGB", (200, 200)).save(few / "no-face.png")
    with pytest.raises(UsageError, match=r"19 usable faces in 21 pictures.* 20 are needed"):
        workspace.add_model(weights, faces=few)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ({"body.0.weight": torch.zeros(1)}, "unknown network, such as body.0.weight"),
        (IResNet((1, 1, 1, 1), 8).state_dict(), "residual network of 1-1-1-1 units"),
        ([1, 2], "holds no weights"),
    ],
    ids=["names", "depth", "no weights"],
)
def test_a_file_of_no_known_network_is_refused(
    content: object, sentence: str, workspace: Workspace, tmp_path: Path
) -> None:
    path = tmp_path / "foreign.pth"
    torch.save(content, path)
    with pytest.raises(ModelUnavailable, match=sentence):
        workspace.add_model(path)


@pytest.fixture
def nameless(tmp_path: Path) -> Path:
    """The few names that tell an IR network, of AdaFace or of CVLface, with 18 layers."""
    widths = (64, 64, 128, 128, 256, 256, 512, 512)
    state = {f"body.{n}.res_layer.1.weight": torch.zeros(width, 1, 3, 3) for n, width in enumerate(widths)}
    path = tmp_path / "ir18.pth"
    torch.save(state | {"input_layer.0.weight": torch.zeros(64, 3, 3, 3)}, path)
    return path


@pytest.mark.parametrize(
    ("file", "text"),
    [("config.json", '{"conf": {"color_space": "BGR"}}'), ("model.yaml", "color_space: 'RGB'\nname: ir18\n")],
    ids=["hub", "file"],
)
def test_a_channel_order_that_the_names_do_not_tell_is_asked_for_or_read_beside_the_file(
    file: str, text: str, nameless: Path, workspace: Workspace
) -> None:
    with pytest.raises(UsageError, match="say which it is with --channel-order"):
        workspace.add_model(nameless)
    with pytest.raises(UsageError, match="needs --faces"):
        workspace.add_model(nameless, channel_order="BGR")
    (nameless.parent / file).write_text(text)
    with pytest.raises(UsageError, match="needs --faces"):
        workspace.add_model(nameless)


def test_the_command_line_lists_and_uses_an_added_model(
    added: Workspace, weights: Path, crops: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    base = ["--json", "--workspace", str(added.directory)]
    assert main([*base, "models", "list"]) == 0
    every = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    listed = [model for model in every if model["kind"] == "recognition"]
    active = added.active_model().name
    assert [(model["name"], model["active"]) for model in listed] == [
        *((card.name, card.name == active) for card in list_models()),
        (NAME, False),
    ]
    assert main([*base, "models", "add", str(weights)]) == 0
    again = json.loads(capsys.readouterr().out)
    assert (again["name"], again["existed"]) == (NAME, True)
    out = tmp_path / "embedded.npz"
    options = ["--aligned", "--model", NAME, "--out", str(out)]
    assert main([*base, "embed", str(crops / "00.png"), *options]) == 0
    capsys.readouterr()
    with np.load(out) as arrays:
        assert arrays["embedding"].shape == (1, 512)
        assert str(arrays["model_id"]) == added.models()[-1].model_id


def test_the_command_line_refuses_in_one_sentence(
    tmp_path: Path, weights: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    base = ["--workspace", str(tmp_path / "workspace")]
    for arguments, code, sentence in (
        (["models", "add", str(weights)], 2, "needs --faces"),
        (["models", "add", str(tmp_path / "absent.pth")], 1, "There is no file"),
        (["analyze", str(tmp_path), "--model", "nobody"], 1, "There is no model named 'nobody'"),
        (
            ["evaluate", "lfw-lowres", str(tmp_path), "--out", str(tmp_path), "--model", "nobody"],
            1,
            "no model",
        ),
    ):
        assert main([*base, *arguments]) == code
        said = capsys.readouterr()
        assert said.out == ""
        assert sentence in said.err
        assert len(said.err.splitlines()) == 1


def test_a_model_of_the_workspace_is_evaluated_by_its_name(added: Workspace) -> None:
    assert weights_of(NAME, added.models_directory) == str(added.models_directory / f"{NAME}.safetensors")
    assert weights_of("some/file.safetensors", added.models_directory) == "some/file.safetensors"


def test_a_setting_that_names_no_model_says_which_there_are(added: Workspace) -> None:
    settings = load_settings().replace("recognition", model="nobody")
    with (
        Workspace.open(added.directory, settings) as opened,
        pytest.raises(ModelUnavailable, match=f"installed: {NAME}, .*mobilefacenet-ms1m"),
    ):
        opened.active_model()
