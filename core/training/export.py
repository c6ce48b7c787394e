"""Make a model of a finished run: weights, index head, unrecognizable reference, bands and card.

    python -m core.training.export resources/recipes/ril-mobilefacenet.toml RUN --out resources/models

The weights lie on the straight line from the start to those of the run's best measurement, `--share` of the
way (Wortsman et al., "Robust fine-tuning of zero-shot models", CVPR 2022): training on low resolution takes a
little from clean faces, and a part of the way back returns some of it. The index head is fitted anew to the
network that results. `core.training.card_figures` adds what was measured afterwards.
"""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import sys
from pathlib import Path

import numpy as np
import safetensors.torch
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from torch import Tensor
from torch.nn import functional

from core.errors import ModelUnavailable
from core.progress import Progress
from core.recognition.cards import read_card, write_card
from core.recognition.features import Backbone
from core.recognition.index_head import IndexHead
from core.recognition.mirrored import MirroredBackbone, unmirrored
from core.recognition.network import RecognizabilityNetwork, build_network
from core.recognition.recognizability_head import PooledRecognizabilityHead
from core.recognition.weights import load_network, serialize_network
from core.settings import load_settings
from core.training.band_measurement import measure_bands
from core.training.checkpoint import read_state, trained_architecture
from core.training.dataset import FaceSet, load_faces
from core.training.export_card import describe_model
from core.training.frozen_faces import describe_faces
from core.training.labelled_faces import read_faces
from core.training.quality_heads import fit_index
from core.training.recipe import Recipe, load_recipe
from core.training.run_loop import BEST, CHECKPOINT
from core.training.unrecognizable_centre import MeasuredReference, measure_reference
from core.types import ModelCard, Preprocessing

SHARE = 0.9
"""Of the way to the trained weights: on the validation people it gives back 0.3 points of TAR at 112 px and
costs one at 8 px; nearer to the start the small faces lose more."""

_PEOPLE = 1500
_REPEATS = 4


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("recipe", type=Path)
    parser.add_argument("run", type=Path, help="directory of the finished run")
    parser.add_argument("--out", type=Path, required=True, help="directory for the model's two files")
    parser.add_argument("--share", type=float, default=SHARE, help="part of the way to the trained weights")
    parser.add_argument("--with-centre", action="store_true", help="d_UI as a factor of the index's target")
    arguments = parser.parse_args()
    recipe = load_recipe(arguments.recipe)
    card = export_run(
        recipe, arguments.run, arguments.out, arguments.share, with_centre=arguments.with_centre
    )
    sys.stdout.write(f"{card.name} {card.model_id}\n{card.training_data}\n{card.bands.derivation}\n")


def export_run(recipe: Recipe, run: Path, out: Path, share: float, *, with_centre: bool = False) -> ModelCard:
    """Write weight file and card of a run.

    Parameters
    ----------
    recipe : Recipe
        What was trained; its data must be the layout "lfw".
    run : Path
        Directory of the run.
    out : Path
        Directory for the two files; made when missing.
    share : float
        Part of the way from the start to the trained weights.
    with_centre : bool
        Whether the index's target has the factor d_UI. After distillation a small face no longer lies near
        the centre of the unrecognizable ones, and the factor makes the index order errors worse.

    Returns
    -------
    ModelCard
        The card that was written; it holds no measured figures yet.

    Raises
    ------
    ModelUnavailable
        If the run or the start cannot be read.
    UsageError
        If the data are not there.
    """
    limits = load_settings().imaging
    start = read_card(recipe.start)
    trained = _read_best(run / BEST, start)
    best_step = read_state(run / CHECKPOINT).best_step
    splits = load_faces(recipe.data, limits)
    network = _between(unmirrored(load_network(start).backbone), trained, share, start)
    preprocessing = dataclasses.replace(start.preprocessing, mirrored=True)
    backbone = MirroredBackbone(network.backbone).eval()
    reference = measure_reference(
        backbone, preprocessing, _one_each(splits.train, recipe.seed), recipe.seed, _REPEATS
    )
    network.head = _fit(backbone, preprocessing, splits.train, recipe, reference if with_centre else None)
    head = IndexHead.of(network.head)
    centre = reference.reference.centre
    faces = read_faces(Path(recipe.data.root))
    bands = measure_bands(backbone, preprocessing, centre, faces, limits, recipe.seed, head)
    arrays = {name: tensor.numpy() for name, tensor in network.state_dict().items()}
    notes = {"seed": recipe.seed, "share": share, "best_step": best_step, "unrecognizable": reference.kept}
    data = serialize_network(arrays, reference.reference, notes, prefix="")
    out.mkdir(parents=True, exist_ok=True)
    (out / f"{recipe.name}.safetensors").write_bytes(data)
    card = describe_model(
        recipe,
        start,
        preprocessing,
        hashlib.sha256(data).hexdigest(),
        bands,
        reference,
        splits,
        best_step,
        share,
    )
    write_card(card, out)
    return card


def _read_best(path: Path, start: ModelCard) -> RecognizabilityNetwork:
    try:
        return build_network(
            trained_architecture(start), start.embedding_dim, safetensors.torch.load_file(path)
        )
    except (OSError, SafetensorError, RuntimeError) as error:
        raise ModelUnavailable(f"The weights {path} cannot be read or belong to another network.") from error


def _between(
    start: Backbone, trained: RecognizabilityNetwork, share: float, card: ModelCard
) -> RecognizabilityNetwork:
    state: dict[str, Tensor] = dict(trained.state_dict())
    for name, before in start.state_dict().items():
        after = state[f"backbone.{name}"]
        if after.is_floating_point():
            state[f"backbone.{name}"] = torch.lerp(before, after, share)
    return build_network(trained_architecture(card), card.embedding_dim, state)


def _one_each(faces: FaceSet, seed: int) -> NDArray[np.uint8]:
    _, first = np.unique(faces.labels, return_index=True)
    chosen = np.random.default_rng(seed).permutation(len(first))[:_PEOPLE]
    return faces.crops[first[np.sort(chosen)]]


def _fit(
    backbone: Backbone,
    preprocessing: Preprocessing,
    faces: FaceSet,
    recipe: Recipe,
    reference: MeasuredReference | None,
) -> PooledRecognizabilityHead:
    frozen = describe_faces(backbone, preprocessing, faces, recipe.degradation, recipe.seed, Progress())
    to_centre = None
    if reference is not None:
        centre = functional.normalize(torch.from_numpy(np.array(reference.reference.centre)), dim=0)
        to_centre = functional.normalize(frozen.raw) @ centre
    return fit_index(frozen, recipe.losses.target, to_centre)


if __name__ == "__main__":
    main()
