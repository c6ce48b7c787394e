"""What each part of a recipe contributes: the same steps and seed with parts left out.

    python -m core.training.ablation resources/recipes/ril-mobilefacenet.toml --steps 400 --out DIR

Each row is trained from the start (a row that is done is not done again) and measured on the recipe's
validation people by the `lfw-lowres` protocol. The short runs compare parts with one another; they say less
than the whole recipe about how good the model becomes.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.evaluation.protocols.lfw_faces import LfwFaces, load_lfw
from core.evaluation.protocols.lfw_lowres import Plan, evaluate_system
from core.evaluation.systems import FaceSystem, ModelSystem, ResampledFaces
from core.progress import Progress
from core.recognition.cards import read_card
from core.recognition.network import RecognizabilityNetwork
from core.settings import load_settings
from core.training.ablation_table import WEIGHTS, Row, ablation_table, measure_row
from core.training.checkpoint import read_network, read_state
from core.training.diversion_evidence import UnrecognizedShare, unrecognized_share
from core.training.network_system import EmbeddingChoice, NetworkSystem
from core.training.recipe import LossRecipe, Recipe, load_recipe
from core.training.recipe_text import recipe_text
from core.training.run_loop import CHECKPOINT

SIZES = (112, 24, 16, 12, 8)
_CAP = 10
_WITHOUT = LossRecipe(direction=0.0, similarity=0.0)


@dataclass(frozen=True, slots=True)
class Variant:
    """One row of the table.

    Attributes
    ----------
    name : str
        What is trained, in words.
    losses : callable
        The recipe's losses to those of this row.
    """

    name: str
    losses: Callable[[LossRecipe], LossRecipe]


def variants() -> tuple[Variant, ...]:
    """Return the rows, each part of the paper added to those before it."""
    return (
        Variant("ArcFace only", lambda full: dataclasses.replace(_WITHOUT, identity=1.0)),
        Variant("distillation only", lambda full: _only(full, "direction", "similarity")),
        Variant(
            "distillation + ArcFace",
            lambda full: dataclasses.replace(_only(full, "direction", "similarity"), identity=0.1),
        ),
        Variant("distillation + RI", lambda full: _only(full, "direction", "similarity", "recognizability")),
        Variant(
            "distillation + RI + index diversion",
            lambda full: _only(full, "direction", "similarity", "recognizability", "diversion"),
        ),
        Variant("distillation + RI + index diversion + attention", lambda full: full),
        Variant(
            "the paper's four losses, no distillation",
            lambda full: dataclasses.replace(full, identity=1.0, direction=0.0, similarity=0.0),
        ),
        Variant("all", lambda full: dataclasses.replace(full, identity=0.1)),
    )


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("recipe", type=Path)
    parser.add_argument("--steps", type=int, required=True, help="steps of each row")
    parser.add_argument("--processes", type=int, default=2, help="processes that share each run")
    parser.add_argument("--replicates", type=int, default=300, help="bootstrap samples of people")
    parser.add_argument("--out", type=Path, required=True, help="for the runs, ablation.json and ablation.md")
    arguments = parser.parse_args()
    recipe = shortened(load_recipe(arguments.recipe), arguments.steps)
    for variant in variants():
        _train(dataclasses.replace(recipe, losses=variant.losses(recipe.losses)), variant, arguments)
    faces = _validation_faces(recipe)
    rows = tuple(_rows(recipe, faces, arguments.out, Plan(SIZES, recipe.seed, arguments.replicates)))
    table = ablation_table(rows, recipe, arguments.steps, len(faces.names), len(faces.person))
    (arguments.out / "ablation.json").write_text(
        json.dumps([dataclasses.asdict(row) for row in rows], indent=1) + "\n", encoding="utf-8"
    )
    (arguments.out / "ablation.md").write_text(table, encoding="utf-8")
    sys.stdout.write(table)


def shortened(recipe: Recipe, steps: int) -> Recipe:
    """Return a recipe of fewer steps that is measured at its end only."""
    warmup = min(recipe.optimizer.warmup, max(steps // 8, 1))
    return dataclasses.replace(
        recipe,
        steps=steps,
        checkpoint_every=steps,
        optimizer=dataclasses.replace(recipe.optimizer, warmup=warmup),
        validation=dataclasses.replace(recipe.validation, every=steps, sizes=(112, 16)),
    )


def _only(full: LossRecipe, *kept: str) -> LossRecipe:
    left_out: dict[str, Any] = {name: 0.0 for name in WEIGHTS if name not in kept}
    return dataclasses.replace(full, **left_out)


def _directory(out: Path, variant: Variant) -> Path:
    return out / "".join(letter if letter.isalnum() else "-" for letter in variant.name)


def _train(recipe: Recipe, variant: Variant, arguments: argparse.Namespace) -> None:
    directory = _directory(arguments.out, variant)
    checkpoint = directory / CHECKPOINT
    if checkpoint.is_file() and read_state(checkpoint).step == recipe.steps:
        return
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / "recipe.toml"
    path.write_text(recipe_text(recipe), encoding="utf-8")
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone"]
    command += [f"--nproc_per_node={arguments.processes}", "-m", "core.cli", "train", str(path)]
    command += ["--out", str(directory), "--kept", str(arguments.out), "--json"]
    with (directory / "events.jsonl").open("wb") as events:
        subprocess.run(command, stdout=events, check=True)  # noqa: S603


def _validation_faces(recipe: Recipe) -> LfwFaces:
    splits = recipe.data.validation
    return load_lfw(
        Path(recipe.data.root), range(min(splits), max(splits) + 1), _CAP, load_settings().imaging
    )


def _rows(recipe: Recipe, faces: LfwFaces, out: Path, plan: Plan) -> Iterator[Row]:
    resampled = ResampledFaces(faces.crops)

    def measured(system: FaceSystem, losses: LossRecipe, share: UnrecognizedShare | None) -> Row:
        result = evaluate_system(system, faces, resampled, plan, Progress())
        return measure_row(result, losses, share)

    yield measured(ModelSystem(recipe.start, load_settings().recognition), _WITHOUT, None)
    preprocessing = read_card(recipe.start).preprocessing
    for variant in variants():
        network = _network(recipe, _directory(out, variant) / CHECKPOINT)
        losses = variant.losses(recipe.losses)
        share = None
        if losses.recognizability:
            share = unrecognized_share(network, preprocessing, faces.crops, losses.tau, recipe.seed)
        choices: tuple[EmbeddingChoice, ...] = ("v", "v_attn", "sum") if losses.perceptibility else ("v",)
        for choice in choices:
            system = NetworkSystem(
                f"{variant.name}{'' if choice == 'v' else f', compared by {choice}'}",
                network,
                preprocessing,
                compared=choice,
                with_index=losses.recognizability > 0,
            )
            yield measured(system, losses, share)


def _network(recipe: Recipe, path: Path) -> RecognizabilityNetwork:
    return read_network(path, read_card(recipe.start))


if __name__ == "__main__":
    main()
