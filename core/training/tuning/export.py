"""From the last weights of a tuning to a model with a card: the parent's kind, with a measured reference."""

from __future__ import annotations

import dataclasses
import hashlib
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import safetensors.torch
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from torch import Tensor

from core.errors import ModelUnavailable
from core.imaging.alignment import CROP_SIZE
from core.imaging.degradation import resample_through
from core.progress import Progress
from core.recognition.cards import read_card, weights_path, write_card
from core.recognition.features import COUNTER, Backbone
from core.recognition.index_head import IndexHead
from core.recognition.mirrored import MirroredBackbone, unmirrored
from core.recognition.passes import FixedPasses
from core.recognition.recognizability import embedding_recognizability_score
from core.recognition.unrecognizable import MAX_COSINE
from core.recognition.weights import Network, load_network, serialize_network
from core.training.checkpoint import read_network, read_state
from core.training.run_files import write_whole
from core.training.run_loop import CHECKPOINT
from core.training.tuning.material import read_material
from core.training.tuning.presets import Preset
from core.training.tuning.run import Tuning
from core.training.unrecognizable_centre import MeasuredReference, measure_reference
from core.types import BandEdges, ModelCard

SHARE = 0.5
"""Part of the way from the parent to the tuned weights (Wortsman et al., "Robust fine-tuning of zero-shot
models", CVPR 2022). On the camera of `tests.benchmarks.simulated_camera`, 0.9 of the way gains half as much
again as half of it, and the gate refuses it for what it costs on other photographs."""

_LEAST_DEGRADED = 200
_LINKED_COPIES = 3
_BACKBONE = "backbone."
_LIMITATIONS = (
    "Tuned by the laboratory on its own pictures: what is measured of it holds for pictures like those of "
    "its hold-out.",
    "Its bands were carried over from its parent and say nothing of errors that the parent did not make.",
)


@dataclass(frozen=True, slots=True)
class Lineage:
    """Where a tuned model comes from, as the header of its weight file says.

    Attributes
    ----------
    parent, parent_id : str
        Name of the model it was made of, and SHA-256 of its weights.
    run : str
        Name of the run.
    labelled : str
        Name of the labelled set.
    """

    parent: str
    parent_id: str
    run: str
    labelled: str


def export_tuned(
    tuning: Tuning, preset: Preset, run: Path, out: Path, progress: Progress
) -> tuple[ModelCard, Lineage]:
    """Write weight file and card of a finished tuning.

    Parameters
    ----------
    tuning : Tuning
        What was tuned.
    preset : Preset
        For the command in the card.
    run : Path
        Directory of the run.
    out : Path
        Directory for the two files; made when missing.
    progress : Progress
        Hears of the passes and may cancel.

    Returns
    -------
    card : ModelCard
        Of the new model; it holds no measured figures yet.
    lineage : Lineage
        Where it comes from.

    Raises
    ------
    ModelUnavailable
        If the run or the parent cannot be read.
    UsageError
        If the set is gone, or the network recognizes whatever is degraded.
    """
    recipe = tuning.recipe
    parent = load_network(read_card(recipe.start, tuning.models), tuning.models)
    material = read_material(tuning.labelled, tuning.kept, tuning.kept_people)
    inner = _between(unmirrored(parent.backbone), run / CHECKPOINT, parent.card)
    backbone: Backbone = MirroredBackbone(inner).eval() if parent.card.preprocessing.mirrored else inner
    _, first = np.unique(material.faces.labels, return_index=True)
    clean = material.faces.crops[np.sort(first)]
    repeats = math.ceil(_LEAST_DEGRADED / len(clean))
    measured = measure_reference(backbone, parent.card.preprocessing, clean, recipe.seed, repeats, progress)
    pool = _pool(material.faces.crops, recipe.seed)
    before = _indices(parent.backbone, parent, parent.unrecognizable.centre, pool)
    after = _indices(backbone, parent, measured.reference.centre, pool)
    bands = carried_over(parent.card.bands, before, after, parent.card.name)
    lineage = Lineage(parent.card.name, parent.card.model_id, recipe.name, tuning.labelled.name)
    steps = read_state(run / CHECKPOINT).step
    notes = dataclasses.asdict(lineage) | {"seed": recipe.seed, "share": SHARE, "steps": steps}
    state = _state(inner, parent, tuning.models)
    arrays = {name: tensor.numpy() for name, tensor in state.items()}
    data = serialize_network(arrays, measured.reference, notes, prefix="")
    out.mkdir(parents=True, exist_ok=True)
    people = len(np.unique(material.faces.labels[: material.learnt]))
    learnt = f"{material.learnt} pictures of {people} people"
    model_id = hashlib.sha256(data).hexdigest()
    card = _card(tuning, preset, parent.card, model_id, bands, measured, steps, learnt)
    write_whole(weights_path(card, out), data)
    write_card(card, out)
    return card, lineage


def carried_over(
    edges: BandEdges, before: NDArray[np.float64], after: NDArray[np.float64], parent: str
) -> BandEdges:
    """Find the edges at which as many of the same faces lie below as under the parent.

    Parameters
    ----------
    edges : BandEdges
        Of the parent.
    before, after : ndarray of float64, shape (n,)
        Index of the same faces in the parent and in the new model.
    parent : str
        Name of the parent.

    Returns
    -------
    BandEdges
        Edges of the new model (equipercentile linking).
    """
    found = []
    for edge in (edges.low, edges.fair, edges.good):
        share = float((before < edge).mean())
        inside = 0.0 < share < 1.0
        # Where no face lies beyond an edge it keeps its distance from the outermost one.
        shifted = edge + float(np.median(after) - np.median(before))
        found.append(round(float(np.quantile(after, share)) if inside else shifted, 2))
    low, fair, good = np.maximum.accumulate(found).tolist()
    text = (
        f"Carried over from {parent}: the edges below which the same share of {len(before):,} faces lies "
        f"(equipercentile linking; the faces that it was tuned with, as they are and resampled through 8 to "
        f"{CROP_SIZE} px). There: {edges.derivation}"
    )
    return BandEdges(low, fair, good, text)


def _between(start: Backbone, checkpoint: Path, card: ModelCard) -> Backbone:
    result = read_network(checkpoint, card).backbone
    tuned: dict[str, Tensor] = result.state_dict()
    for name, before in start.state_dict().items():
        if before.is_floating_point():
            tuned[name] = torch.lerp(before, tuned[name], SHARE)
    result.load_state_dict(tuned)
    return result.eval()


def _state(inner: Backbone, parent: Network, models: Path) -> dict[str, Tensor]:
    """Return the parent's state with the tuned backbone in it: attention and index head stay the parent's."""
    try:
        state = safetensors.torch.load_file(weights_path(parent.card, models))
    except (OSError, SafetensorError) as error:
        raise ModelUnavailable(f"The weights of {parent.card.name} cannot be read.") from error
    tuned = {f"{_BACKBONE}{name}": value for name, value in inner.state_dict().items()}
    kept = {name: value for name, value in state.items() if not name.startswith((_BACKBONE, "ui."))}
    return kept | {name: value.contiguous() for name, value in tuned.items() if not name.endswith(COUNTER)}


def _pool(crops: NDArray[np.uint8], seed: int) -> NDArray[np.uint8]:
    rng = np.random.default_rng(seed)
    sizes = np.rint(np.exp(rng.uniform(math.log(8), math.log(CROP_SIZE), (_LINKED_COPIES, len(crops)))))
    copies = [
        resample_through(crop, int(size)) for row in sizes for crop, size in zip(crops, row, strict=True)
    ]
    return np.concatenate([crops, np.stack(copies)])


def _indices(
    backbone: Backbone, parent: Network, centre: NDArray[np.float32], crops: NDArray[np.uint8]
) -> NDArray[np.float64]:
    head: IndexHead | None = parent.head
    found: list[float] = []
    for raw, maps in FixedPasses(backbone, parent.card.preprocessing, torch.device("cpu"), 32).run(crops):
        if head is None:
            found += [embedding_recognizability_score(one, centre) for one in raw]
        else:
            found += [head.index(one, features) for one, features in zip(raw, maps, strict=True)]
    return np.array(found, np.float64)


def _card(
    tuning: Tuning,
    preset: Preset,
    parent: ModelCard,
    model_id: str,
    bands: BandEdges,
    measured: MeasuredReference,
    steps: int,
    learnt: str,
) -> ModelCard:
    recipe = tuning.recipe
    return dataclasses.replace(
        parent,
        model_id=model_id,
        name=recipe.name,
        bands=bands,
        origin=(
            f"Tuned from {parent.name} ({parent.model_id}), {tuning.method.value.replace('_', ' ')}, {steps} "
            f"steps of {recipe.batch_size}, then {SHARE:g} of the way from there to here. Parent: "
            f"{parent.origin}"
        ),
        training_data=(
            f"Labelled set {tuning.labelled.name} of the laboratory ({learnt} learnt from) and "
            f"{len(tuning.kept)} faces that the parent's embedding was kept of. Unrecognizable cluster: "
            f"{measured.kept:,} of {measured.tried:,} degraded crops of them with cos(clean, degraded) < "
            f"{MAX_COSINE}. Parent: {parent.training_data}"
        ),
        command=(
            f"discern train tune {tuning.labelled.name} --preset {preset.value} --method "
            f"{tuning.method.value} --name {recipe.name}"
        ),
        figures=(),
        limitations=(*_LIMITATIONS, *(one for one in parent.limitations if one not in _LIMITATIONS)),
    )
