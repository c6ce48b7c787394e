"""Weight files of other projects: read for what they hold, and never run."""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import os
import pickle
import zipfile
from collections import OrderedDict
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.torch
import torch
from torch import Tensor, nn

from core.checkpoints import read_checkpoint
from core.errors import ModelUnavailable

WEIGHTS = {"conv.weight": torch.arange(6.0).reshape(2, 3), "bn.num_batches_tracked": torch.tensor(3)}


def saved(content: object, **options: Any) -> bytes:
    buffer = BytesIO()
    torch.save(content, buffer, **options)
    return buffer.getvalue()


def packed(files: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def assert_same(tensors: dict[str, Tensor]) -> None:
    assert tensors.keys() == WEIGHTS.keys()
    assert all(torch.equal(tensors[name], value) for name, value in WEIGHTS.items())


GOOD: dict[str, Callable[[], bytes]] = {
    "state dict": lambda: saved(OrderedDict(WEIGHTS)),
    "of parameters": lambda: saved(
        {"conv.weight": nn.Parameter(WEIGHTS["conv.weight"])}
        | {"bn.num_batches_tracked": WEIGHTS["bn.num_batches_tracked"]}
    ),
    "before torch 1.6": lambda: saved(WEIGHTS, _use_new_zipfile_serialization=False),
    "state_dict": lambda: saved({"state_dict": WEIGHTS, "epoch": 7}),
    "model_state_dict": lambda: saved({"model_state_dict": WEIGHTS, "optimizer": {"lr": 0.1}}),
    "net": lambda: saved({"net": WEIGHTS}),
    "net in state_dict": lambda: saved({"state_dict": {"net": WEIGHTS}}),
    "data-parallel": lambda: saved({f"module.{name}": value for name, value in WEIGHTS.items()}),
    "safetensors": lambda: safetensors.torch.save(WEIGHTS),
    "zip": lambda: packed({"weights/backbone.pth": saved(WEIGHTS), "weights/README.md": b"read me"}),
    "zip from a Mac": lambda: packed({"a.ckpt": saved(WEIGHTS), "__MACOSX/._a.ckpt": b"\0"}),
    "zip of safetensors": lambda: packed({"model.safetensors": safetensors.torch.save(WEIGHTS)}),
    "with settings": lambda: saved({"state_dict": WEIGHTS, "hyper_parameters": argparse.Namespace(lr=0.1)}),
    "with callbacks by class": lambda: saved(
        {"callbacks": {argparse.ArgumentParser: {"best": np.float64(0.9)}}, "state_dict": WEIGHTS}
    ),
}


@pytest.mark.parametrize("kind", GOOD)
def test_the_weights_of_a_file_are_read_whatever_they_are_wrapped_in(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(GOOD[kind]())
    checkpoint = read_checkpoint(path)
    assert_same(checkpoint.tensors)
    assert checkpoint.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert checkpoint.path == path


def test_module_is_left_where_it_is_part_of_some_names_only(tmp_path: Path) -> None:
    path = tmp_path / "file.pth"
    torch.save({"module.conv": torch.zeros(1), "head": torch.zeros(1)}, path)
    assert set(read_checkpoint(path).tensors) == {"module.conv", "head"}


class Malicious:
    """Runs a command when it is unpickled the ordinary way."""

    def __init__(self, command: Callable[..., object], *arguments: object) -> None:
        self.call = (command, arguments)

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return self.call


@pytest.mark.parametrize("zipped", [True, False], ids=["zip", "before torch 1.6"])
@pytest.mark.parametrize("command", [os.system, eval, exec, os.mkdir], ids=lambda command: command.__name__)
def test_nothing_in_a_file_is_run(command: Callable[..., object], zipped: bool, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    call = {
        os.system: f"mkdir {mark}",
        os.mkdir: str(mark),
    }.get(command, f"__import__('os').mkdir({str(mark)!r})")
    path = tmp_path / "file.pth"
    content = {"state_dict": WEIGHTS, "extra": Malicious(command, call)}
    path.write_bytes(saved(content, _use_new_zipfile_serialization=zipped))
    with contextlib.suppress(ModelUnavailable):
        assert_same(read_checkpoint(path).tensors)
    assert not mark.exists()
    pickle.loads(pickle.dumps(Malicious(command, call)))
    assert mark.exists()


BAD: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "no weight file"),
    "text": (lambda: b"weights, honestly", "no weight file"),
    "picture": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(40), "no weight file"),
    "cut off": (lambda: saved(WEIGHTS)[:-200], "no weight file|damaged"),
    "damaged inside": (lambda: saved(WEIGHTS).replace(b"conv.weight", b"\xff" * 11, 1), "damaged"),
    "pickle cut off": (lambda: saved(WEIGHTS, _use_new_zipfile_serialization=False)[:60], "damaged"),
    "safetensors cut off": (lambda: safetensors.torch.save(WEIGHTS)[:-8], "damaged safetensors"),
    "zip of nothing": (lambda: packed({"README.md": b""}), "zip with 0 weight files"),
    "zip of two": (lambda: packed({"a.pth": b"", "b.pt": b""}), "zip with 2 weight files"),
    "zip in a zip": (
        lambda: packed({"a.pth": packed({"b.pth": saved(WEIGHTS)})}),
        "a.pth in file is a zip with 1 weight files",
    ),
    "program": (lambda: packed({"m/constants.pkl": b"", "m/data.pkl": b""}), "TorchScript"),
    "no table": (lambda: saved([1, 2]), "holds no weights"),
    "a whole network": (lambda: saved(nn.Linear(2, 2)), "holds no weights"),
    "numbers": (lambda: saved({"epoch": 3, "lr": 0.1}), "its entry 'epoch' is none"),
    "nothing": (lambda: saved({}), "holds no weights"),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_file_without_weights_is_refused_in_one_sentence(kind: str, tmp_path: Path) -> None:
    make, sentence = BAD[kind]
    path = tmp_path / "file"
    path.write_bytes(make())
    with pytest.raises(ModelUnavailable, match=sentence) as caught:
        read_checkpoint(path)
    assert str(caught.value).startswith(("file ", "a.pth in file "))
    assert "\n" not in str(caught.value)


def test_a_file_that_is_too_large_or_unpacks_to_too_much_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "file.pth"
    path.write_bytes(saved(WEIGHTS))
    with pytest.raises(ModelUnavailable, match="more than the limit of 100"):
        read_checkpoint(path, max_bytes=100)
    path.write_bytes(packed({"weights.pth": bytes(1_000_000)}))
    assert path.stat().st_size < 10_000
    with pytest.raises(ModelUnavailable, match="unpacks to more than the limit of 10,000"):
        read_checkpoint(path, max_bytes=10_000)


@pytest.mark.parametrize("what", ["absent", "folder"])
def test_a_path_that_is_no_file_is_refused(what: str, tmp_path: Path) -> None:
    path = tmp_path / "absent" if what == "absent" else tmp_path
    with pytest.raises(ModelUnavailable, match="There is no file"):
        read_checkpoint(path)
