"""RetinaFace detectors of other projects, made into detectors of a workspace."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

from core.checkpoints import Checkpoint
from core.detection.cards import list_detector_cards
from core.detection.detector import available_detectors
from core.detection.retinaface.conversion import convert_detector
from core.detection.retinaface.foreign import PUBLISHERS, recognise_detector
from core.errors import Conflict, WorkspaceUnusable
from core.progress import Progress
from core.settings import Settings
from core.types.detectors import DetectorCard
from core.workspace.models.model_files import AddedModel, WeightSource, check_free


def install_detector(
    checkpoint: Checkpoint, source: WeightSource, directory: Path, settings: Settings, progress: Progress
) -> AddedModel | None:
    """Make a detector of the weights of a known RetinaFace.

    Parameters
    ----------
    checkpoint : Checkpoint
        The weights.
    source : WeightSource
        What is said of them; the channel order stands for the publisher whose preprocessing has it.
    directory : Path
        Models of the workspace.
    settings : Settings
        Not looked at.
    progress : Progress
        Not told: it takes less than a second.

    Returns
    -------
    AddedModel or None
        None if the weights are those of another network.

    Raises
    ------
    ModelUnavailable
        If the weights are an incomplete or damaged RetinaFace.
    Conflict
        If the name is taken.
    WorkspaceUnusable
        If the files cannot be written.
    """
    publisher = next(
        (name for name, other in PUBLISHERS.items() if other.channel_order == source.channel_order), None
    )
    found = recognise_detector(checkpoint, publisher)
    if found is None:
        return None
    for card in list_detector_cards(directory):
        if checkpoint.sha256 in card.origin and card.config == found.config:
            remark = f"{source.path.name} was added before, as {card.name}."
            return _added(card, checkpoint, existed=True, remarks=(remark,))
    check_free(source.name, directory)
    if source.name in available_detectors():
        raise Conflict(f"There is a detector named {source.name!r}; choose a name with --name.")
    try:
        card = convert_detector(
            checkpoint,
            directory,
            name=source.name,
            publisher=publisher,
            licence=source.licence,
            origin=source.origin,
            command=_command(source),
        )
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise WorkspaceUnusable(f"The detector cannot be written to {directory}: {reason}.") from error
    remarks = (
        f"RetinaFace of {found.publisher.repository}, fed {found.config.channel_order}.",
        *card.limitations,
        f'To use it, say detector = "{card.name}" under [detection] in settings.toml of the workspace.',
    )
    return _added(card, checkpoint, existed=False, remarks=remarks)


def _added(
    card: DetectorCard, checkpoint: Checkpoint, *, existed: bool, remarks: tuple[str, ...]
) -> AddedModel:
    return AddedModel(card.name, card.architecture, card.model_id, checkpoint.sha256, existed, remarks)


def _command(source: WeightSource) -> str:
    options = {
        "--name": source.name,
        "--licence": source.licence,
        "--origin": source.origin,
        "--channel-order": source.channel_order or "",
    }
    given = [part for option, value in options.items() if value for part in (option, value)]
    return shlex.join(["discern", "models", "add", str(source.path), *given])
