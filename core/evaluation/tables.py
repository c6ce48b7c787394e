"""The evaluation as tables for a person: every rate with its counts and its interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.evaluation.intervals import Interval, Rate
from core.evaluation.protocols.lfw_lowres import SystemResult
from core.evaluation.quality import Convention
from core.evaluation.quality_results import MeasureResult, QualityResult
from core.evaluation.verification import Verification

UNRESOLVED = "cannot say"


@dataclass(frozen=True, slots=True)
class ResultTable:
    """Cells that are ready to print.

    Attributes
    ----------
    title : str
        One sentence.
    columns : tuple of str
        Headings.
    rows : tuple of tuple of str
        As many cells as headings.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def result_tables(systems: Sequence[SystemResult]) -> tuple[ResultTable, ...]:
    """Lay out the results of the `lfw-lowres` protocol.

    Parameters
    ----------
    systems : sequence of SystemResult
        The results, systems side by side in rows.

    Returns
    -------
    tuple of ResultTable
        Low-to-high, low-to-low, search, and quality for each system that has measures.
    """
    tables = [
        _verification_table("Low-to-high: true accept rate at FMR.", systems, low_to_high=True),
        _verification_table("Low-to-low: true accept rate at FMR.", systems, low_to_high=False),
        _search_table(systems),
    ]
    for system in systems:
        tables += _quality_tables(system)
    return tuple(tables)


def rate_text(rate: Rate | None) -> str:
    """Write a rate as "0.750 [0.612, 0.861] 30/40"; "cannot say" when it is not known."""
    if rate is None or rate.value is None:
        return UNRESOLVED
    return f"{rate.value:.3f} {_interval_text(rate.interval)} {rate.numerator}/{rate.denominator}"


def _interval_text(interval: Interval | None) -> str:
    return "[none]" if interval is None else f"[{interval.low:.3f}, {interval.high:.3f}]"


def _number(value: float | None, signed: bool = False) -> str:
    if value is None:
        return UNRESOLVED
    return f"{value:+.3f}" if signed else f"{value:.3f}"


def _verification_table(title: str, systems: Sequence[SystemResult], *, low_to_high: bool) -> ResultTable:
    rows: list[tuple[str, ...]] = []
    targets: tuple[float, ...] = ()
    for system in systems:
        for size in system.sizes:
            result: Verification = size.low_to_high if low_to_high else size.low_to_low
            targets = tuple(point.target_fmr for point in result.points)
            cells = (rate_text(point.tar) for point in result.points)
            rows.append((system.name, str(size.size), *cells, f"{result.non_mated_pairs:,}"))
    columns = ("system", "px", *(f"TAR at {target:g}" for target in targets), "non-mated pairs")
    return ResultTable(title, columns, tuple(rows))


def _search_table(systems: Sequence[SystemResult]) -> ResultTable:
    rows: list[tuple[str, ...]] = []
    heads: tuple[str, ...] = ()
    for system in systems:
        for size in system.sizes:
            closed, opened = size.closed_set, size.open_set
            heads = (
                *(f"rank {rank}, {closed.gallery} enrolled" for rank, _ in closed.ranks),
                *(f"DIR at FPIR {point.target_fpir:g}, {opened.gallery} enrolled" for point in opened.points),
            )
            cells = [rate_text(rate) for _, rate in closed.ranks]
            cells += [rate_text(point.dir) for point in opened.points]
            rows.append((system.name, str(size.size), *cells))
    return ResultTable(
        "Search: low probes, clean gallery; closed set by rank, open set at FPIR.",
        ("system", "px", *heads),
        tuple(rows),
    )


def _quality_tables(system: SystemResult) -> list[ResultTable]:
    tables = []
    kinds = (("low-to-high", system.mixed_low_to_high), ("low-to-low", system.mixed_low_to_low))
    for kind, quality in kinds:
        if quality is not None:
            tables.append(_areas_table(system, kind, quality))
        if quality is not None and quality.differences:
            rows = tuple(
                (f"{d.measure} - {d.other}", _number(d.difference, signed=True), _interval_text(d.interval))
                for d in quality.differences
            )
            title = (
                f"{system.name}, {kind} on mixed sizes: paired differences of relative pAUC 0.30, fixed "
                "(below 0 the first is better)."
            )
            tables.append(ResultTable(title, ("measures", "difference", "interval"), rows))
    within = [(size.size, size.quality.measures) for size in system.sizes if size.quality is not None]
    if within:
        title = f"{system.name}, quality within one size (low-to-low): relative pAUC 0.30, fixed."
        columns = ("px", *(measure.name for measure in within[0][1]))
        cells = tuple(
            (str(size), *(_pauc_text(measure) for measure in measures)) for size, measures in within
        )
        tables.append(ResultTable(title, columns, cells))
    return tables


def _areas_table(system: SystemResult, kind: str, quality: QualityResult) -> ResultTable:
    correlation = dict(system.spearman_with_size)
    rows = tuple(
        (
            measure.name,
            _pauc_text(measure),
            _number(measure.fixed.auc_relative if measure.fixed else None),
            _number(measure.recomputed.pauc_relative if measure.recomputed else None),
            _number(measure.recomputed.auc_relative if measure.recomputed else None),
            _number(correlation.get(measure.name), signed=True),
        )
        for measure in quality.measures
    )
    title = (
        f"{system.name}, {kind} on mixed sizes: areas of error versus discard at FMR {quality.fmr:g} "
        "relative to no rejection (1 is rejecting at random, less is better). "
        f"Fixed: {Convention.FIXED.value}. Recomputed: {Convention.RECOMPUTED.value}. "
        f"TAR with nothing rejected: {rate_text(quality.verification.points[0].tar)}."
    )
    heads = ("pAUC 0.30 fixed", "AUC 0.95 fixed", "pAUC 0.30 recomputed", "AUC 0.95 recomputed")
    return ResultTable(title, ("measure", *heads, "Spearman with size"), rows)


def _pauc_text(measure: MeasureResult) -> str:
    value = measure.fixed.pauc_relative if measure.fixed else None
    return UNRESOLVED if value is None else f"{value:.3f} {_interval_text(measure.pauc_interval)}"
