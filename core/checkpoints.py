"""Weight files of other projects, read without running anything that is in them."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, Self

import safetensors.torch
import torch
from safetensors import SafetensorError
from torch import Tensor

from core.errors import ModelUnavailable

MAX_BYTES = 4 * 1024**3
"""Largest file that is read; a checkpoint of a large network with its classifier stays under it."""

SUFFIXES = (".pth", ".pt", ".ckpt", ".bin", ".safetensors")
"""What a weight file inside a zip ends in; a file on its own is known by its content."""

_WRAPPERS = ("state_dict", "model_state_dict", "net")
_PARALLEL = "module."
_PICKLE = b"\x80"


@dataclass(frozen=True, slots=True, eq=False)
class Checkpoint:
    """The weights of a file.

    Attributes
    ----------
    path : Path
        The file.
    sha256 : str
        SHA-256 of its bytes, 64 hexadecimal digits.
    tensors : dict of str to Tensor
        Weights by the names of whoever published them, without wrappers and without the "module." that
        data-parallel training puts before every name; on the processor.
    """

    path: Path
    sha256: str
    tensors: dict[str, Tensor]


def read_checkpoint(path: Path, max_bytes: int = MAX_BYTES) -> Checkpoint:
    """Read a weight file.

    Its kind is recognized by its content: what `torch.save` wrote, a zip that holds one such file, or
    safetensors. Python objects besides weights, which training checkpoints hold, are left out: none of their
    code is imported or run.

    Parameters
    ----------
    path : Path
        The file.
    max_bytes : int
        Largest file, and largest content of a packed one, that is read.

    Returns
    -------
    Checkpoint
        The weights and the hash of the file.

    Raises
    ------
    ModelUnavailable
        If the file is absent, too large, damaged, or holds no weights; the message is one sentence.
    """
    data = _read(path, max_bytes)
    digest = hashlib.sha256(data).hexdigest()
    return Checkpoint(path, digest, _tensors(_content(data, path.name, max_bytes), path.name))


def read_verified(path: Path, sha256: str, name: str) -> bytes:
    """Read a weight file of this project and make sure that it is the one its card was written for.

    Parameters
    ----------
    path : Path
        The file.
    sha256 : str
        What its card says of it.
    name : str
        Name of the model, for the sentence of an error.

    Returns
    -------
    bytes
        The file.

    Raises
    ------
    ModelUnavailable
        If the file is absent or another one.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ModelUnavailable(f"The weights {path} cannot be read: {error.strerror}.") from error
    if hashlib.sha256(data).hexdigest() != sha256:
        raise ModelUnavailable(f"The weights {path} are not the ones that the card of {name} describes.")
    return data


def _read(path: Path, max_bytes: int) -> bytes:
    try:
        if not path.is_file():
            raise ModelUnavailable(f"There is no file {path}.")
        size = path.stat().st_size
        if size > max_bytes:
            raise ModelUnavailable(f"{path.name} has {size:,} bytes, more than the limit of {max_bytes:,}.")
        return path.read_bytes()
    except OSError as error:
        raise ModelUnavailable(f"{path.name} cannot be read: {error.strerror}.") from error


def _content(data: bytes, name: str, max_bytes: int, *, packed: bool = False) -> object:
    if zipfile.is_zipfile(BytesIO(data)):
        return _zip_content(data, name, max_bytes, packed)
    if data.startswith(_PICKLE):
        return _load(data, (), name)
    if data[8:9] == b"{":
        try:
            return safetensors.torch.load(data)
        except (SafetensorError, ValueError) as error:
            raise ModelUnavailable(f"{name} is a damaged safetensors file.") from error
    raise ModelUnavailable(
        f"{name} is no weight file: neither a PyTorch checkpoint, nor a zip with one in it, nor safetensors."
    )


def _zip_content(data: bytes, name: str, max_bytes: int, packed: bool) -> object:
    """Tell the zip that `torch.save` writes from one that somebody packed a weight file into."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            members = [info for info in archive.infolist() if not info.is_dir()]
            if sum(info.file_size for info in members) > max_bytes:
                raise ModelUnavailable(f"{name} unpacks to more than the limit of {max_bytes:,} bytes.")
            names = {info.filename.rpartition("/")[2] for info in members}
            if "constants.pkl" in names:
                raise ModelUnavailable(f"{name} is a TorchScript program, not a file of weights.")
            if "data.pkl" in names:
                return _load(data, _foreign_classes(data, name), name)
            weights = [info.filename for info in members if _is_weights(info.filename)]
            if packed or len(weights) != 1:
                raise ModelUnavailable(f"{name} is a zip with {len(weights)} weight files; one is needed.")
            inner = archive.read(weights[0])
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError) as error:
        raise ModelUnavailable(f"{name} is a damaged or encrypted zip file.") from error
    return _content(inner, f"{weights[0]} in {name}", max_bytes, packed=True)


def _is_weights(filename: str) -> bool:
    return filename.endswith(SUFFIXES) and not filename.startswith("__MACOSX/")


class _StandIn:
    """Takes the place of every class and function that is no part of a weight; it does nothing."""

    def __new__(cls, *_arguments: object) -> Self:
        return super().__new__(cls)

    def __init__(self, *_arguments: object) -> None:
        """Take no notice of the arguments."""

    def __setstate__(self, _state: object) -> None:
        """Take no notice of the state."""


def _foreign_classes(data: bytes, name: str) -> tuple[str, ...]:
    try:
        return tuple(torch.serialization.get_unsafe_globals_in_checkpoint(BytesIO(data)))
    except Exception as error:  # whoever takes damaged bytes apart may meet anything
        raise ModelUnavailable(f"{name} is a damaged PyTorch checkpoint.") from error


def _load(data: bytes, foreign: tuple[str, ...], name: str) -> object:
    # Lightning's checkpoints name the classes of callbacks and settings beside their weights; with stand-ins
    # under these names the restricted reader gets past them, and the real classes are never looked up.
    stand_ins: list[Callable[..., Any] | tuple[Callable[..., Any], str]]
    stand_ins = [(_StandIn, full) for full in foreign]
    try:
        with torch.serialization.safe_globals(stand_ins):
            loaded: object = torch.load(BytesIO(data), map_location="cpu", weights_only=True)
    except Exception as error:  # the reader may raise anything when it is fed damaged bytes
        raise ModelUnavailable(
            f"{name} is damaged, or holds more than weights, which could run a program and is not loaded."
        ) from error
    return loaded


def _tensors(content: object, name: str) -> dict[str, Tensor]:
    while isinstance(content, Mapping) and (
        wrapper := next((key for key in _WRAPPERS if isinstance(content.get(key), Mapping)), None)
    ):
        content = content[wrapper]
    if not isinstance(content, Mapping) or not content:
        raise ModelUnavailable(f"{name} holds no weights.")
    for key, value in content.items():
        if not isinstance(key, str) or not isinstance(value, Tensor):
            raise ModelUnavailable(f"{name} holds no weights: its entry {key!r} is none.")
    prefix = _PARALLEL if all(key.startswith(_PARALLEL) for key in content) else ""
    return {key.removeprefix(prefix): value.detach() for key, value in content.items()}
