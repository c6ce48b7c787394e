"""Write what was measured into the card of a model.

    discern evaluate lfw-lowres ../shared/data/lfw --against mobilefacenet-ms1m --baselines --out DIR
    python -m core.training.card_figures ril-mobilefacenet-v1 DIR/evaluation.json --ablation DIR/ablation.md

The figures of a card are one sentence each and come from nowhere else.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from core.errors import UsageError
from core.recognition.cards import models_directory, read_card, write_card
from core.types import ModelCard

_FMR = 1e-3
_RANKED_PX = 16


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("model", help="name of a bundled model")
    parser.add_argument("evaluation", type=Path, help="evaluation.json with this model as its first system")
    parser.add_argument("--ablation", type=Path, help="ablation.md of the same recipe")
    arguments = parser.parse_args()
    card = read_card(arguments.model)
    document = json.loads(arguments.evaluation.read_text(encoding="utf-8"))
    figures = [*evaluation_figures(card, document)]
    if arguments.ablation is not None:
        figures += ablation_figures(arguments.ablation.read_text(encoding="utf-8"))
    write_card(dataclasses.replace(card, figures=tuple(figures)), models_directory())


def evaluation_figures(card: ModelCard, document: dict[str, Any]) -> Iterator[str]:
    """Put an evaluation into sentences.

    Parameters
    ----------
    card : ModelCard
        The model.
    document : dict
        Schema `discern.evaluation/1`; its first system is the model.

    Yields
    ------
    str
        A sentence for each size, for search and for quality on mixed sizes.

    Raises
    ------
    UsageError
        If another model was evaluated.
    """
    own, *others = document["systems"]
    if own["system_id"] != card.model_id:
        raise UsageError(f"The evaluation is of {own['name']} {own['system_id']}, not of {card.name}.")
    data, seed = document["data"], document["plan"]["seed"]
    source = (
        f"LFW, {data['people']:,} people and {data['pictures']:,} pictures with sha256(name) mod 10 in "
        f"{', '.join(map(str, data['splits']))}; 95 %, bootstrap over people; discern evaluate lfw-lowres, "
        f"seed {seed}"
    )
    for place, at in enumerate(own["sizes"]):
        compared = [f"{other['name']} {_rate(_tar(other['sizes'][place]))}" for other in others]
        yield (
            f"TAR at FMR {_FMR:g}, low-to-high, {at['size']} px: {_rate(_tar(at))}"
            f"{''.join('; ' + text for text in compared)} ({source})."
        )
    for place, at in enumerate(own["sizes"]):
        if at["size"] == _RANKED_PX:
            compared = [f"{other['name']} {_rate(_first(other['sizes'][place]))}" for other in others]
            yield (
                f"Closed-set rank 1, probes of {_RANKED_PX} px, {at['closed_set']['gallery']:,} people in "
                f"the gallery: {_rate(_first(at))}{''.join('; ' + text for text in compared)} ({source})."
            )
    for direction in ("low_to_high", "low_to_low"):
        if own[f"mixed_{direction}"] is not None:
            yield _quality(own[f"mixed_{direction}"], direction.replace("_", "-"), source)
    rho = ", ".join(
        f"{name} {value:.2f}" for name, value in own["spearman_with_size"].items() if value is not None
    )
    yield f"Spearman's rank correlation with the size in px, mixed sizes: {rho} ({source})."


def ablation_figures(table: str) -> list[str]:
    """Put the table of :mod:`core.training.ablation` into sentences, one for each row."""
    lines = [line for line in table.splitlines() if line]
    conditions = lines[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[1:]]
    names = rows[0]
    sentences = [f"Ablation (python -m core.training.ablation): {conditions}"]
    for row in rows[2:]:
        cells = [f"{name} {cell}" for name, cell in zip(names[1:], row[1:], strict=True) if cell != "-"]
        sentences.append(f"Ablation, {row[0]}: {', '.join(cells)}.")
    return sentences


def _tar(at: dict[str, Any]) -> dict[str, Any] | None:
    points = at["low_to_high"]["points"]
    found: dict[str, Any] | None = next(point["tar"] for point in points if point["target_fmr"] == _FMR)
    return found


def _first(at: dict[str, Any]) -> dict[str, Any] | None:
    found: dict[str, Any] | None = next(
        rank["rate"] for rank in at["closed_set"]["ranks"] if rank["rank"] == 1
    )
    return found


def _rate(rate: dict[str, Any] | None) -> str:
    if rate is None:
        return "cannot say"
    counts = f"{rate['numerator']:,}/{rate['denominator']:,}"
    if rate["low"] is None:
        return f"{rate['value']:.3f} ({counts})"
    return f"{rate['value']:.3f} [{rate['low']:.3f}, {rate['high']:.3f}] ({counts})"


def _quality(quality: dict[str, Any], direction: str, source: str) -> str:
    measured = [
        f"{measure['name']} {measure['fixed']['pauc_relative']:.3f}"
        for measure in quality["measures"]
        if measure["fixed"] is not None and measure["fixed"]["pauc_relative"] is not None
    ]
    differences = [
        f"{one['other']} {one['difference']:+.3f} [{one['low']:+.3f}, {one['high']:+.3f}]"
        for one in quality["differences"]
        if one["low"] is not None
    ]
    own = quality["measures"][0]["name"]
    pairs = f"{quality['verification']['mated_pairs']:,}"
    return (
        f"Error versus discard, {direction}, mixed sizes, FMR {quality['fmr']:g}, threshold fixed on the "
        f"whole set, pAUC(0.30) relative to no rejection (less is better): {', '.join(measured)}. {own} "
        f"minus the others: {', '.join(differences)} ({pairs} mated pairs; {source})."
    )


if __name__ == "__main__":
    main()
