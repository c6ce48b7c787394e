"""Recognition networks of other projects, made into models with a card and a recognizability of their own."""

from __future__ import annotations

import hashlib
import math
import os
import re
import shlex
from dataclasses import dataclass
from pathlib import Path

from core.checkpoints import Checkpoint
from core.errors import ModelUnavailable, UsageError, WorkspaceUnusable
from core.progress import Progress
from core.recognition.cards import list_models, weights_path, write_card
from core.recognition.foreign import Recognised, build, recognise
from core.recognition.recognizability import ERS
from core.recognition.unrecognizable import MAX_COSINE
from core.recognition.weights import backbone_arrays, read_notes, serialize_network
from core.settings import Settings
from core.training.folder_bands import folder_bands
from core.training.unrecognizable_centre import MeasuredReference, measure_reference
from core.types import BandEdges, ModelCard, Preprocessing
from core.workspace.models.face_folder import FolderFaces, read_face_folder
from core.workspace.models.model_files import AddedModel, WeightSource, check_free

SEED = 20261124
LEAST_UNRECOGNIZABLE = 10
"""A mean over fewer crops says more of the crops than of the network."""

_DEGRADATIONS = 200
_SOURCE, _ORDER = "source_sha256", "channel_order"
_COLOUR_SPACE = re.compile(r"""["']?color_space["']?\s*:\s*["']?(RGB|BGR)\b""")
_LIMITATIONS = (
    "Not measured here: run `discern evaluate` on labelled faces before anything is concluded from its "
    "similarities.",
    "Recognizability is provisional: the ERS is a distance from a cluster of synthetic unrecognizable crops, "
    "not the output of a head trained for it. It is not an ISO/IEC 29794-5 quality score.",
    "Similarity is not a probability of identity, and similarities of two models do not compare.",
)


def install_recognition(
    checkpoint: Checkpoint, source: WeightSource, directory: Path, settings: Settings, progress: Progress
) -> AddedModel | None:
    """Make a model of the weights of a known recognition network.

    Parameters
    ----------
    checkpoint : Checkpoint
        The weights.
    source : WeightSource
        What is said of them.
    directory : Path
        Models of the workspace.
    settings : Settings
        Detector and limits.
    progress : Progress
        Hears of pictures and passes and may cancel.

    Returns
    -------
    AddedModel or None
        None if the network is not known.

    Raises
    ------
    ModelUnavailable
        If the weights do not fit the network that their names are of, or it tells degraded faces apart.
    UsageError
        If the channel order or enough faces are not known.
    Conflict
        If the name is taken.
    """
    file = source.path.name
    found = recognise(checkpoint.tensors, file)
    if found is None:
        return None
    order = source.channel_order or _documented_order(found, source.path)
    for card in list_models(directory):
        notes = read_notes(weights_path(card, directory))
        if (notes.get(_SOURCE), notes.get(_ORDER)) == (checkpoint.sha256, order):
            remark = f"{file} was added before, as {card.name}."
            return AddedModel(card.name, card.architecture, card.model_id, checkpoint.sha256, True, (remark,))
    check_free(source.name, directory)
    if source.faces is None:
        raise UsageError(
            f"{file} needs --faces DIR, a folder with 20 pictures of faces or more: degraded beyond "
            "recognition, they show where this network puts faces that nobody can recognize, from which "
            "recognizability is measured."
        )
    network = build(found, file)
    preprocessing = Preprocessing(channel_order=order)
    faces = read_face_folder(source.faces, settings, directory, progress)
    clean = faces.one_each()
    repeats = math.ceil(_DEGRADATIONS / len(clean))
    measured = measure_reference(network, preprocessing, clean, SEED, repeats, progress)
    if measured.kept < LEAST_UNRECOGNIZABLE:
        raise ModelUnavailable(
            f"Of {measured.tried} degraded faces, the network of {file} takes only {measured.kept} for "
            "another person, too few to know what it makes of unrecognizable faces."
        )
    progress.check()
    bands = folder_bands(network, preprocessing, measured.reference.centre, *faces.two_each(), SEED)
    notes = {_SOURCE: checkpoint.sha256, _ORDER: order, "seed": SEED, "unrecognizable_crops": measured.kept}
    data = serialize_network(backbone_arrays(network), measured.reference, notes)
    made = _Made(checkpoint, source, found, preprocessing, faces, measured, bands)
    card = made.card(hashlib.sha256(data).hexdigest())
    _write(data, card, directory)
    return AddedModel(card.name, card.architecture, card.model_id, checkpoint.sha256, False, made.remarks())


def _documented_order(found: Recognised, path: Path) -> str:
    """Return the channel order of the publisher, or of the configuration that CVLface keeps beside a file."""
    if "CVLface" in found.publisher:
        for beside in ("config.json", "model.yaml"):
            try:
                said = _COLOUR_SPACE.search((path.parent / beside).read_text(encoding="utf-8"))
            except (OSError, UnicodeDecodeError):
                continue
            if said:
                return said[1]
    if found.channel_order is None:
        raise UsageError(
            f"{path.name} names its layers as both AdaFace, which is fed BGR, and CVLface, which is fed RGB, "
            "do; say which it is with --channel-order."
        )
    return found.channel_order


@dataclass(frozen=True, slots=True, eq=False)
class _Made:
    """What the card of a new model tells of how it was made."""

    checkpoint: Checkpoint
    source: WeightSource
    found: Recognised
    preprocessing: Preprocessing
    faces: FolderFaces
    measured: MeasuredReference
    bands: BandEdges

    def card(self, model_id: str) -> ModelCard:
        """Return the card."""
        source, measured = self.source, self.measured
        return ModelCard(
            model_id=model_id,
            name=source.name,
            architecture=self.found.architecture,
            embedding_dim=self.found.dim,
            preprocessing=self.preprocessing,
            bands=self.bands,
            recognizability=ERS,
            provisional=True,
            licence=source.licence or "Not stated; ask whoever published the weights before using them.",
            origin=(
                f"{source.origin or 'Not stated'}; file {source.path.name}, SHA-256 "
                f"{self.checkpoint.sha256}, read as {self.found.publisher} writes it."
            ),
            training_data=(
                f"Backbone: not stated in the file. Unrecognizable cluster: {measured.tried} degradations of "
                f"{len(self.faces.one_each())} faces from {self.faces.pictures} pictures in {source.faces}, "
                f"made by core.training.unrecognizable_centre (seed {SEED}); {measured.kept} kept with "
                f"cos(clean, degraded) < {MAX_COSINE}."
            ),
            command=self._command(),
            limitations=_LIMITATIONS,
        )

    def remarks(self) -> tuple[str, ...]:
        """Return what whoever added the model should know."""
        return (
            f"Read as {self.found.publisher} writes it, and fed {self.preprocessing.channel_order}.",
            f"Unrecognizable cluster: {self.measured.kept} of {self.measured.tried} degraded faces.",
            f"Bands: {self.bands.derivation}",
        )

    def _command(self) -> str:
        source = self.source
        options = {
            "--faces": str(source.faces),
            "--name": source.name,
            "--licence": source.licence,
            "--origin": source.origin,
            "--channel-order": source.channel_order or "",
        }
        given = [part for option, value in options.items() if value for part in (option, value)]
        return shlex.join(["discern", "models", "add", str(source.path), *given])


def _write(data: bytes, card: ModelCard, directory: Path) -> None:
    """Write the weights and then the card, which makes the model exist."""
    path = weights_path(card, directory)
    unfinished = path.with_suffix(".unfinished")
    try:
        unfinished.write_bytes(data)
        os.replace(unfinished, path)
        write_card(card, directory)
    except OSError as error:
        raise WorkspaceUnusable(f"The model {path} cannot be written: {error.strerror}.") from error
