"""Weights that were trained elsewhere, made into models of a workspace."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from core.detection.cards import list_detector_cards
from core.errors import Conflict, ModelUnavailable, UsageError, WorkspaceUnusable
from core.progress import Progress
from core.recognition.cards import models_directory
from core.settings import Settings
from core.storage import audit
from core.types import DetectorCard
from core.workspace.opened import OpenedWorkspace

if TYPE_CHECKING:
    from core.checkpoints import Checkpoint

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


@dataclass(frozen=True, slots=True)
class WeightSource:
    """A weight file that somebody wants to use, and what they say of it.

    Attributes
    ----------
    path : Path
        The file.
    faces : Path or None
        Folder with pictures of faces, from which a recognition model's unrecognizable cluster is measured.
    name : str
        What the model shall be called.
    licence, origin : str
        As they shall stand in the card; empty when nothing was said.
    channel_order : str or None
        "RGB" or "BGR" where what the publisher documents does not hold.
    """

    path: Path
    faces: Path | None
    name: str
    licence: str
    origin: str
    channel_order: str | None


@dataclass(frozen=True, slots=True)
class AddedModel:
    """A model that is in the workspace now.

    Attributes
    ----------
    name : str
        What the settings choose it by.
    architecture : str
        Key of its network.
    model_id : str
        SHA-256 of its weight file.
    source_sha256 : str
        SHA-256 of the file it was made from.
    existed : bool
        Whether it was there before.
    remarks : tuple of str
        What is worth knowing, one sentence each.
    """

    name: str
    architecture: str
    model_id: str
    source_sha256: str
    existed: bool
    remarks: tuple[str, ...]


Installer = Callable[["Checkpoint", WeightSource, Path, Settings, Progress], AddedModel | None]
"""Makes a model of a checkpoint in a directory, or returns None when it does not know such weights."""


class ModelFiles(OpenedWorkspace):
    """The part of the front door that takes in weights."""

    def detectors(self) -> tuple[DetectorCard, ...]:
        """Return the cards of all detectors, those of the workspace last, without loading any."""
        return list_detector_cards() + list_detector_cards(self.models_directory)

    def add_model(
        self,
        path: Path,
        *,
        faces: Path | None = None,
        name: str | None = None,
        licence: str = "",
        origin: str = "",
        channel_order: str | None = None,
        progress: Progress | None = None,
    ) -> AddedModel:
        """Make a model of a weight file.

        Parameters
        ----------
        path : Path
            A PyTorch checkpoint, a zip that holds one, or a safetensors file; it stays as it is.
        faces : Path, optional
            Folder with at least 20 pictures of faces, or of aligned crops of 112 x 112 px, which a
            recognition model needs. A folder for each of 50 people in it, with two pictures each, gives the
            edges of the bands too.
        name : str, optional
            What to call the model; else after the file.
        licence, origin : str
            For the card.
        channel_order : str, optional
            "RGB" or "BGR", instead of what the publisher documents.
        progress : Progress, optional
            Hears of pictures and passes and may cancel.

        Returns
        -------
        AddedModel
            The model; the one that is there when the same file was added before.

        Raises
        ------
        ModelUnavailable
            If the file cannot be read or its network is not known.
        UsageError
            If the name or the faces will not do.
        Conflict
            If the name is taken by another model.
        Cancelled
            If a stop was asked for.
        """
        if channel_order not in (None, "RGB", "BGR"):
            raise UsageError(f"The channel order is RGB or BGR, not {channel_order}.")
        named = _named(name, path)
        source = WeightSource(path, faces, named, licence.strip(), origin.strip(), channel_order)
        # torch takes seconds to import, which nothing else here needs.
        from core.checkpoints import read_checkpoint

        checkpoint = read_checkpoint(path)
        for install in _installers():
            added = install(
                checkpoint, source, self._writable_models(), self.settings, progress or Progress()
            )
            if added is not None:
                break
        else:
            some = next(iter(checkpoint.tensors))
            raise ModelUnavailable(f"{path.name} holds weights of an unknown network, such as {some}.")
        if not added.existed:
            details = {
                "model": added.name,
                "model_id": added.model_id,
                "file": str(path),
                "sha256": added.source_sha256,
            }
            with self._database.write() as session:
                audit.append(session, self.settings.operator, "model.add", details)
        return added

    def _writable_models(self) -> Path:
        try:
            self.models_directory.mkdir(exist_ok=True, mode=0o700)
        except OSError as error:
            reason = os.strerror(error.errno) if error.errno else str(error)
            raise WorkspaceUnusable(f"{self.models_directory} cannot be made: {reason}.") from error
        return self.models_directory


def check_name(name: str) -> None:
    """Make sure that a model can have a name.

    Parameters
    ----------
    name : str
        The name.

    Raises
    ------
    UsageError
        If it holds anything but letters, digits, dots, hyphens and underscores.
    """
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"A model's name consists of letters, digits, dots, hyphens and underscores, unlike {name!r}."
        )


def check_free(name: str, directory: Path) -> None:
    """Make sure that no other model has a name.

    Parameters
    ----------
    name : str
        The name.
    directory : Path
        Models of the workspace.

    Raises
    ------
    Conflict
        If it is taken, there or by a model that comes with the application.
    """
    for place in (models_directory(), directory):
        if (place / f"{name}.json").exists():
            raise Conflict(f"There is another model named {name!r}; choose a name with --name.")


def _named(name: str | None, path: Path) -> str:
    if name is None:
        name = re.sub(r"[^A-Za-z0-9._-]+", "-", path.stem).strip("-._").lower() or "model"
    check_name(name)
    return name


def _installers() -> tuple[Installer, ...]:
    """Return what can take weights in, each for its own kind of network; the first that knows them does."""
    from core.workspace.models.detector_weights import install_detector
    from core.workspace.models.recognition_weights import install_recognition

    return (install_detector, install_recognition)
