"""Cards of detectors: what can be known of one without loading it, and without torch."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from core.errors import ModelUnavailable
from core.recognition.cards import models_directory
from core.types.detectors import DetectorCard, RefinerConfig, RetinaFaceConfig

ARCHITECTURE = "retinaface"


def list_detector_cards(directory: Path | None = None) -> tuple[DetectorCard, ...]:
    """Read all cards of detectors in a directory, which may hold cards of other models too.

    Parameters
    ----------
    directory : Path, optional
        By default the models that come with the application.

    Returns
    -------
    tuple of DetectorCard
        In order of name.

    Raises
    ------
    ModelUnavailable
        If a card is damaged.
    """
    paths = sorted((directory or models_directory()).glob("*.json"))
    return tuple(_from_json(data, path) for path in paths if _is_of_detector(data := _read(path)))


def read_detector_card(name: str, directory: Path | None = None) -> DetectorCard | None:
    """Read the card of a detector.

    Parameters
    ----------
    name : str
        Name of the detector, which is the stem of its files.
    directory : Path, optional
        By default the models that come with the application.

    Returns
    -------
    DetectorCard or None
        None when the directory has no detector of this name.

    Raises
    ------
    ModelUnavailable
        If the card is damaged.
    """
    path = (directory or models_directory()) / f"{name}.json"
    if Path(name).name != name or not path.is_file():
        return None
    data = _read(path)
    return _from_json(data, path) if _is_of_detector(data) else None


def detector_weights_path(card: DetectorCard, directory: Path | None = None) -> Path:
    """Return where the weight file of a detector lies, which may be absent.

    Parameters
    ----------
    card : DetectorCard
        The detector.
    directory : Path, optional
        By default the models that come with the application.

    Returns
    -------
    Path
        The safetensors file.
    """
    return (directory or models_directory()) / f"{card.name}.safetensors"


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelUnavailable(f"The model card {path} cannot be read: {error}.") from error


def _is_of_detector(data: Any) -> bool:
    return isinstance(data, dict) and data.get("architecture") == ARCHITECTURE


def _from_json(data: dict[str, Any], path: Path) -> DetectorCard:
    try:
        known = dict(data)
        config = RetinaFaceConfig(**{key: _tuples(value) for key, value in known.pop("config").items()})
        figures, limitations = tuple(known.pop("figures")), tuple(known.pop("limitations"))
        refiner = known.pop("refiner", None)
        return DetectorCard(
            config=config,
            refiner=None if refiner is None else RefinerConfig(**refiner),
            figures=figures,
            limitations=limitations,
            **known,
        )
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ModelUnavailable(f"The model card {path} cannot be read: {error}.") from error


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if isinstance(value, list) else value
