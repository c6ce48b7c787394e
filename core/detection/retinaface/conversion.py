"""A published RetinaFace as a detector of ours, with its card."""

from __future__ import annotations

from pathlib import Path

from core.checkpoints import Checkpoint
from core.detection.cards import ARCHITECTURE, read_detector_card
from core.detection.retinaface.foreign import recognise_detector
from core.detection.retinaface.weights import save_retinaface
from core.errors import Conflict, ModelUnavailable, UsageError
from core.types.detectors import DetectorCard

_LICENCE = (
    "Code and weights: MIT. The weights were trained on WIDER FACE (CC BY-NC-ND 4.0), whose terms exclude "
    "commercial use."
)


def convert_detector(
    checkpoint: Checkpoint,
    directory: Path,
    *,
    name: str | None = None,
    publisher: str | None = None,
    licence: str = "",
    origin: str = "",
    command: str = "discern models add",
) -> DetectorCard:
    """Convert a weight file of somebody else's RetinaFace into one of ours, with its card.

    Parameters
    ----------
    checkpoint : Checkpoint
        The file.
    directory : Path
        An existing directory.
    name : str, optional
        What to call it; by default after backbone, publisher and hash.
    publisher : str, optional
        As for :func:`recognise_detector`.
    licence : str
        Instead of the licence under which the publisher offers his weights; empty when nothing was said.
    origin : str
        Where the file comes from, besides what is known of its publisher.
    command : str
        The command that was given.

    Returns
    -------
    DetectorCard
        The card, as it was written. The same file gives the same weights and the same `model_id`; its
        origin holds the SHA-256 of the file.

    Raises
    ------
    ModelUnavailable
        If the file holds no RetinaFace, or an incomplete one.
    UsageError
        If the publisher is not known or the name is none for a file.
    Conflict
        If the directory has another detector of this name.
    """
    found = recognise_detector(checkpoint, publisher)
    if found is None:
        raise ModelUnavailable(f"{checkpoint.path.name} holds no RetinaFace network.")
    whose, config = found.publisher, found.config
    name = name or f"retinaface-{config.backbone.replace('.', '')}-{whose.name}-{checkpoint.sha256[:8]}"
    if Path(name).name != name or name.startswith("."):
        raise UsageError(f"A detector cannot be named {name!r}.")
    existing = read_detector_card(name, directory)
    said = f"{origin}; " if origin else ""
    origin = f"{said}{whose.repository}; file {checkpoint.path.name}, SHA-256 {checkpoint.sha256}."
    taken = (directory / f"{name}.json").exists()
    if taken and (existing is None or checkpoint.sha256 not in existing.origin):
        raise Conflict(f"There is already another model named {name!r}.")
    limitations = ["Not measured by us: its figures are those of its publisher, on photographs."]
    if not found.published:
        limitations.append(
            f"{whose.repository} published no such file. That it is fed {whose.channel_order}, "
            f"less {_numbers(whose.mean)} and divided by {_numbers(whose.std)}, "
            "was concluded from the names of its layers or said by whoever added it."
        )
    card = DetectorCard(
        model_id="",
        name=name,
        architecture=ARCHITECTURE,
        config=config,
        licence=licence or _LICENCE,
        origin=origin,
        training_data="WIDER FACE, according to its publisher; backbone from ImageNet.",
        command=command,
        limitations=tuple(limitations),
    )
    return save_retinaface(found.state, card, directory)


def _numbers(values: tuple[float, ...]) -> str:
    return ", ".join(f"{value:g}" for value in values)
