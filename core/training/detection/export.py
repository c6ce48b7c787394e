"""From a finished run to the detector that the application ships.

    python -m core.training.detection.export RUN [--refiner RUN] --out resources/models
        [--evaluation DIR/evaluation.json]

writes `<name>.safetensors` and its card. The figures of the card come from `discern evaluate detection`,
which needs the files: export, evaluate, and export again with what was measured; the weights stay the same to
the bit.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import safetensors.torch
from safetensors import SafetensorError

from core.detection.cards import ARCHITECTURE
from core.detection.refinement.network import RefinementNet
from core.detection.retinaface.network import RetinaFaceNet
from core.detection.retinaface.weights import save_retinaface
from core.errors import DiscernError, ModelUnavailable
from core.training.checkpoint import read_state
from core.training.detection.recipe import DetectionRecipe
from core.training.recipe_file import build
from core.training.refinement.recipe import RefinementRecipe
from core.training.run_loop import BEST, CHECKPOINT
from core.types.detectors import DetectorCard

_RecipeKind = TypeVar("_RecipeKind", DetectionRecipe, RefinementRecipe)
_NetworkKind = TypeVar("_NetworkKind", RetinaFaceNet, RefinementNet)

_LICENCE = (
    "The network and the code that trained it: as this project. The training pictures carry no licence "
    "beyond research use, so neither do the weights."
)
_LIMITATIONS = (
    "Trained on one public set of press photographs of adults, mostly from North America and Europe, and "
    "mostly in frontal view; other groups and profiles are found less reliably and were not measured apart.",
    "Small faces were made by shrinking large ones: real distance, heat and cameras do more than that.",
    "Its labels come from another detector (libfacedetection), whose habits it learned, and whose own errors "
    "are in every figure.",
)


def export(
    run: Path, directory: Path, evaluation: Path | None = None, refiner: Path | None = None
) -> DetectorCard:
    """Write the weights of a run and their card.

    Parameters
    ----------
    run : Path
        Directory of the run.
    directory : Path
        Where the files go; made when missing.
    evaluation : Path, optional
        What `discern evaluate detection` wrote of this detector.
    refiner : Path, optional
        Directory of the run of its refinement network.

    Returns
    -------
    DetectorCard
        As written.

    Raises
    ------
    ModelUnavailable
        If the run holds no weights, or they do not fit its recipe.
    UsageError
        If its recipe is not one of a detector.
    """
    recipe, best_step, network = _finished(run, DetectionRecipe, RetinaFaceNet)
    commands = [f"discern train resources/recipes/{recipe.name.rpartition('-v')[0]}.toml --out DIR"]
    origin = f"Trained for this project; weights averaged at step {best_step} of {recipe.steps}."
    training_data = _training_data(recipe)
    refinement: tuple[RefinementRecipe, RefinementNet] | None = None
    if refiner is not None:
        closer, step, small = _finished(refiner, RefinementRecipe, RefinementNet)
        refinement = closer, small
        commands.append(f"discern train resources/recipes/{closer.name}.toml --out DIR")
        origin += f" Refinement network: averaged at step {step} of {closer.steps}."
        training_data += f" Refinement network: {_refinement_data(closer)}"
    card = DetectorCard(
        model_id="",
        name=recipe.name,
        architecture=ARCHITECTURE,
        config=recipe.network,
        licence=_LICENCE,
        origin=origin,
        training_data=training_data,
        command="; ".join(commands),
        refiner=None if refinement is None else refinement[0].network,
        figures=_figures(evaluation, recipe.name),
        limitations=_LIMITATIONS,
    )
    directory.mkdir(parents=True, exist_ok=True)
    return save_retinaface(
        network.state_dict(), card, directory, None if refinement is None else refinement[1].state_dict()
    )


def _finished(
    run: Path, recipe_kind: type[_RecipeKind], network_kind: Callable[[Any], _NetworkKind]
) -> tuple[_RecipeKind, int, _NetworkKind]:
    """Return the recipe of a run, the step of its best measurement and the network with those weights."""
    try:
        state = read_state(run / CHECKPOINT)
        recipe = build(recipe_kind, state.recipe, str(run))
        network = network_kind(recipe.network)
        network.load_state_dict(safetensors.torch.load_file(run / BEST))
    except (OSError, SafetensorError, KeyError, TypeError, ValueError, RuntimeError) as error:
        raise ModelUnavailable(f"{run} holds no finished run of this kind.") from error
    return recipe, state.best_step or 0, network


def _training_data(recipe: DetectionRecipe) -> str:
    def listed(splits: tuple[int, ...]) -> str:
        return ", ".join(map(str, splits))

    return (
        f"Mosaics (core.imaging.mosaics, seed {recipe.seed}, {recipe.steps * recipe.batch_size:,} pictures) "
        "of Labeled Faces in the Wild, deep-funneled, people with sha256(name) mod 10 in "
        f"{listed(recipe.data.train)}, boxes and landmarks by libfacedetection, on photographs of BSDS500 "
        f"with sha256(name) mod 10 in {listed(recipe.data.train_backgrounds)}. No weights of anybody else "
        "were used."
    )


def _refinement_data(recipe: RefinementRecipe) -> str:
    candidates = recipe.candidates
    return (
        f"what the detector proposes from a confidence of {candidates.least_confidence:g} on "
        f"{candidates.mosaics:,} such mosaics (seed {recipe.seed}), the same people and backgrounds."
    )


def _figures(evaluation: Path | None, name: str) -> tuple[str, ...]:
    if evaluation is None:
        return ()
    try:
        document = json.loads(evaluation.read_text(encoding="utf-8"))
        (found,) = [one for one in document["detectors"] if one["name"] == name]
        figures = [_size_sentence(size) for size in found["sizes"]]
        if found["backgrounds"]:
            pictures = found["backgrounds"]["pictures"]
            figures += [_background_sentence(pictures, one) for one in found["backgrounds"]["points"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelUnavailable(f"{evaluation} holds no evaluation of {name}.") from error
    return tuple(figures)


def _size_sentence(size: dict[str, Any]) -> str:
    recall, landmarks = size["recall"], size["landmark_error"]
    interval = "" if recall["low"] is None else f" [{recall['low']:.3f}, {recall['high']:.3f}]"
    error = "" if landmarks["value"] is None else f", landmark error {landmarks['value']:.3f} eye distances"
    return (
        f"Mosaics with faces of {size['side']} px, {size['pictures']} pictures: recall {recall['value']:.3f}"
        f"{interval} ({recall['numerator']}/{recall['denominator']}) at "
        f"{size['false_positives_per_picture']:g} false positives a picture, average precision "
        f"{size['average_precision']['value']:.3f}{error}."
    )


def _background_sentence(pictures: int, point: dict[str, Any]) -> str:
    return (
        f"Backgrounds without faces, {pictures} photographs, threshold {point['threshold']:g}: "
        f"{point['false_positives']} false positives ({point['per_megapixel']:.3f} a megapixel)."
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Parameters
    ----------
    arguments : sequence of str, optional
        Instead of `sys.argv[1:]`.

    Returns
    -------
    int
        0, or 1 when it failed.
    """
    parser = argparse.ArgumentParser(prog="python -m core.training.detection.export", description=__doc__)
    parser.add_argument("run", type=Path, metavar="RUN", help="directory of the run")
    parser.add_argument("--refiner", type=Path, metavar="RUN", help="the run of its refinement network")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="for weights and card")
    parser.add_argument("--evaluation", type=Path, metavar="FILE", help="from discern evaluate detection")
    chosen = parser.parse_args(arguments)
    try:
        card = export(chosen.run, chosen.out, chosen.evaluation, chosen.refiner)
    except DiscernError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{card.name}: {card.model_id}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
