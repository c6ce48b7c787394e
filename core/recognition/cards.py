"""Model cards: what can be known of a model without loading it, and without torch."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from core.errors import ModelUnavailable
from core.types import BandEdges, DetectorCard, ModelCard, Preprocessing

DETECTORS = frozenset({"retinaface"})
"""Architectures whose cards lie in the same directories and are those of detectors."""


def models_directory() -> Path:
    """Return the directory of the models that come with the application."""
    return Path(str(files("resources").joinpath("models")))


def weights_path(card: ModelCard, directory: Path | None = None) -> Path:
    """Return where the weight file of a model lies.

    Parameters
    ----------
    card : ModelCard
        The model.
    directory : Path, optional
        Where its card lies; by default :func:`models_directory`.

    Returns
    -------
    Path
        The safetensors file, which may be absent.
    """
    return (directory or models_directory()) / f"{card.name}.safetensors"


def list_models(directory: Path | None = None) -> tuple[ModelCard, ...]:
    """Read all cards of recognition models in a directory, which may hold cards of detectors too.

    Parameters
    ----------
    directory : Path, optional
        By default :func:`models_directory`.

    Returns
    -------
    tuple of ModelCard
        In order of name.

    Raises
    ------
    ModelUnavailable
        If a card is damaged.
    """
    directory = directory or models_directory()
    return tuple(read_card(name, directory) for name in _names(directory))


def find_model(name: str, directories: Sequence[Path]) -> Path:
    """Find the directory that a model lies in.

    Parameters
    ----------
    name : str
        Name of the model.
    directories : sequence of Path
        Where to look, in this order; they need not exist.

    Returns
    -------
    Path
        The first directory with a card of this name.

    Raises
    ------
    ModelUnavailable
        If no directory has one.
    """
    names = [(directory, _names(directory)) for directory in directories]
    for directory, installed in names:
        if name in installed:
            return directory
    raise _absent(name, [found for _, installed in names for found in installed])


def read_card(name: str, directory: Path | None = None) -> ModelCard:
    """Read the card of a model.

    Parameters
    ----------
    name : str
        Name of the model, which is the stem of its files.
    directory : Path, optional
        By default :func:`models_directory`.

    Returns
    -------
    ModelCard
        The card; whether the weights belong to it is checked when they are loaded.

    Raises
    ------
    ModelUnavailable
        If there is no such card, or it is damaged.
    """
    directory = directory or models_directory()
    path = directory / f"{name}.json"
    try:
        return parse_card(path.read_bytes())
    except FileNotFoundError:
        raise _absent(name, _names(directory)) from None
    except (OSError, ValueError) as error:
        raise ModelUnavailable(f"The model card {path} cannot be read: {error}.") from error


def parse_card(data: bytes) -> ModelCard:
    """Return the card that the bytes of a card file hold.

    Parameters
    ----------
    data : bytes
        JSON, as :func:`write_card` writes it.

    Returns
    -------
    ModelCard
        The card.

    Raises
    ------
    ValueError
        If they hold none.
    """
    try:
        return _from_json(json.loads(data))
    except (TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ValueError(str(error)) from error


def write_card(card: ModelCard | DetectorCard, directory: Path) -> Path:
    """Write a card beside its weights.

    Parameters
    ----------
    card : ModelCard or DetectorCard
        The card of a network or of a detector.
    directory : Path
        An existing directory.

    Returns
    -------
    Path
        The JSON file. The same card always gives the same bytes.
    """
    path = directory / f"{card.name}.json"
    text = json.dumps(dataclasses.asdict(card), indent=2, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")
    return path


def _names(directory: Path) -> list[str]:
    return [path.stem for path in sorted(directory.glob("*.json")) if not _is_of_detector(path)]


def _is_of_detector(path: Path) -> bool:
    try:
        card = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        # Whoever reads the card will say what is wrong with it.
        return False
    return isinstance(card, dict) and card.get("architecture") in DETECTORS


def _absent(name: str, installed: Sequence[str]) -> ModelUnavailable:
    names = ", ".join(sorted(installed)) or "none"
    return ModelUnavailable(f"There is no model named {name!r} (installed: {names}).")


def _from_json(data: dict[str, Any]) -> ModelCard:
    known = dict(data)
    return ModelCard(
        preprocessing=Preprocessing(**known.pop("preprocessing")),
        bands=BandEdges(**known.pop("bands")),
        figures=tuple(known.pop("figures")),
        limitations=tuple(known.pop("limitations")),
        **known,
    )
