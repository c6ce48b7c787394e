"""The rows of the ablation, and the table they make."""

from __future__ import annotations

from dataclasses import dataclass

from core.evaluation.intervals import Interval
from core.evaluation.protocols.lfw_lowres import SystemResult
from core.evaluation.quality_results import QualityResult
from core.recognition.index_head import RI
from core.training.diversion_evidence import UnrecognizedShare
from core.training.recipe import LossRecipe, Recipe

FMR = 1e-3
WEIGHTS = (
    "identity",
    "direction",
    "similarity",
    "contrast",
    "recognizability",
    "diversion",
    "perceptibility",
)
"""Losses by the name of their weight in a recipe."""

_SEARCH_PX = 16


@dataclass(frozen=True, slots=True)
class Figure:
    """A number and what it could have been with other people.

    Attributes
    ----------
    value : float
        The number.
    interval : Interval or None
        Bootstrap over people.
    """

    value: float
    interval: Interval | None


@dataclass(frozen=True, slots=True)
class Row:
    """What was measured of one variant.

    Attributes
    ----------
    name : str
        The variant.
    losses : dict of str to float
        Weights of the losses it was trained with.
    acceptance : dict of int to Figure
        By size in px: TAR at FMR 1e-3, low-to-high.
    rank_one : Figure
        Closed-set search, probes of 16 px against clean references.
    index_pauc : Figure or None
        Relative pAUC(0.30) of error versus discard of the RI, low-to-high, mixed sizes, threshold fixed.
    index_against_norm : Figure or None
        That minus the same of the embedding norm; below 0 the RI orders errors better.
    diversion : UnrecognizedShare or None
        Hard faces whose RI cannot be told from that of unrecognizable crops.
    """

    name: str
    losses: dict[str, float]
    acceptance: dict[int, Figure]
    rank_one: Figure
    index_pauc: Figure | None
    index_against_norm: Figure | None
    diversion: UnrecognizedShare | None


def measure_row(result: SystemResult, losses: LossRecipe, diversion: UnrecognizedShare | None) -> Row:
    """Take what the table shows out of a whole evaluation.

    Parameters
    ----------
    result : SystemResult
        With 16 px among its sizes.
    losses : LossRecipe
        What the variant was trained with.
    diversion : UnrecognizedShare or None
        See :mod:`core.training.diversion_evidence`.

    Returns
    -------
    Row
        The figures.
    """
    acceptance = {}
    for at in result.sizes:
        rate = next(point.tar for point in at.low_to_high.points if point.target_fmr == FMR)
        if rate is not None:
            acceptance[at.size] = Figure(rate.numerator / rate.denominator, rate.interval)
    search = next(at for at in result.sizes if at.size == _SEARCH_PX).closed_set
    first = next(rate for rank, rate in search.ranks if rank == 1)
    return Row(
        name=result.name,
        losses={name: getattr(losses, name) for name in WEIGHTS},
        acceptance=acceptance,
        rank_one=Figure(first.numerator / first.denominator, first.interval),
        index_pauc=_pauc(result.mixed_low_to_high),
        index_against_norm=_difference(result.mixed_low_to_high),
        diversion=diversion,
    )


def ablation_table(rows: tuple[Row, ...], recipe: Recipe, steps: int, people: int, pictures: int) -> str:
    """Lay the rows out in Markdown.

    Parameters
    ----------
    rows : tuple of Row
        In order.
    recipe : Recipe
        What they are parts of.
    steps : int
        Steps of each row.
    people, pictures : int
        That they were measured on.

    Returns
    -------
    str
        A paragraph and a table.
    """
    sizes = tuple(rows[0].acceptance)
    names = ["trained with", *(f"{size} px" for size in sizes), f"rank 1, {_SEARCH_PX} px"]
    names += ["RI pAUC", "RI - norm", f"{_SEARCH_PX} px within tau sigma of UI"]
    lines = [
        f"{steps} steps of {recipe.batch_size} each, seed {recipe.seed}, recipe {recipe.name}; {people} "
        f"people and {pictures} pictures of LFW, splits {', '.join(map(str, recipe.data.validation))}. TAR "
        f"at FMR {FMR:g}, low-to-high, by size; closed-set rank 1; pAUC(0.30) of error versus discard, "
        "low-to-high, mixed sizes, threshold fixed, relative to no rejection (less is better). In brackets "
        "95 %, bootstrap over people.",
        "",
        "| " + " | ".join(names) + " |",
        "|" + "---|" * len(names),
    ]
    for row in rows:
        cells = [row.name, *(_text(row.acceptance.get(size)) for size in sizes), _text(row.rank_one)]
        cells += [_text(row.index_pauc), _text(row.index_against_norm), _share(row.diversion)]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _pauc(quality: QualityResult | None) -> Figure | None:
    for measure in quality.measures if quality is not None else ():
        if measure.name == RI and measure.fixed is not None and measure.fixed.pauc_relative is not None:
            return Figure(measure.fixed.pauc_relative, measure.pauc_interval)
    return None


def _difference(quality: QualityResult | None) -> Figure | None:
    for one in quality.differences if quality is not None else ():
        if one.measure == RI and one.other == "embedding norm":
            return Figure(one.difference, one.interval)
    return None


def _text(figure: Figure | None) -> str:
    if figure is None:
        return "-"
    if figure.interval is None:
        return f"{figure.value:.3f}"
    return f"{figure.value:.3f} [{figure.interval.low:.3f}, {figure.interval.high:.3f}]"


def _share(share: UnrecognizedShare | None) -> str:
    if share is None:
        return "-"
    return f"{share.within}/{share.faces} ({share.unrecognizable} UI crops)"
