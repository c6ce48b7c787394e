"""The evaluation as JSON, schema `discern.evaluation/1`.

Keys are a contract with scripts and only grow.

schema, protocol
    "discern.evaluation/1" and "lfw-lowres".
versions
    Of discern and numpy.
data
    {splits, people, pictures, people_with_mated_pairs, cap, over_cap, unreadable}; `cap` is the most pictures
    of one person, `over_cap` and `unreadable` count the pictures left out.
plan
    {sizes, seed, replicates, level}.
systems
    One object each: {name, system_id, sizes, mixed_low_to_high, mixed_low_to_low, spearman_with_size}. Each
    of `sizes` is {size, low_to_high, low_to_low, closed_set, open_set, quality}; `quality` and the two of
    mixed sizes may be null; `spearman_with_size` is an object by measure.

A rate is {numerator, denominator, value, low, high, method}; the last three are null without an interval. A
verification is {mated_pairs, non_mated_pairs, mated_people, points: [{target_fmr, threshold, fmr, tar}], det:
{threshold, fmr, fnmr}}; where the non-mated pairs cannot resolve a target, threshold and rates are null. A
closed set is {gallery, probes, people, ranks: [{rank, rate}], cmc}, an open set {gallery, mated_probes,
non_mated_probes, points: [{target_fpir, threshold, fpir, dir}]}. A quality is {fmr, verification, measures:
[{name, fixed, recomputed, pauc_interval}], differences: [{measure, other, difference,
low, high, method}]}, where a curve is {convention, discarded, fnmr, auc, pauc, auc_relative, pauc_relative}.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from core import __version__
from core.errors import UsageError
from core.evaluation.identification import ClosedSet, OpenSet
from core.evaluation.intervals import LEVEL, Interval, Rate
from core.evaluation.protocols.lfw_faces import LfwFaces
from core.evaluation.protocols.lfw_lowres import Plan, SizeResult, SystemResult
from core.evaluation.quality import ErrorVersusDiscard
from core.evaluation.quality_results import QualityResult
from core.evaluation.verification import Verification

SCHEMA = "discern.evaluation/1"
FILE_NAME = "evaluation.json"


def lfw_document(
    faces: LfwFaces, splits: range, cap: int, plan: Plan, systems: Sequence[SystemResult]
) -> dict[str, Any]:
    """Put an evaluation of the `lfw-lowres` protocol into the schema.

    Parameters
    ----------
    faces : LfwFaces
        The people.
    splits : range
        Which splits they are from.
    cap : int
        Most pictures of one person.
    plan : Plan
        What was measured.
    systems : sequence of SystemResult
        The results.

    Returns
    -------
    dict
        As the module says.
    """
    return {
        "schema": SCHEMA,
        "protocol": "lfw-lowres",
        "versions": {"discern": __version__, "numpy": np.__version__},
        "data": {
            "splits": list(splits),
            "people": len(faces.names),
            "pictures": len(faces.person),
            "people_with_mated_pairs": len(np.unique(faces.person[faces.later])),
            "cap": cap,
            "over_cap": faces.over_cap,
            "unreadable": len(faces.unreadable),
        },
        "plan": {
            "sizes": list(plan.sizes),
            "seed": plan.seed,
            "replicates": plan.replicates,
            "level": LEVEL,
        },
        "systems": [
            {
                "name": system.name,
                "system_id": system.system_id,
                "sizes": [_size(result) for result in system.sizes],
                "mixed_low_to_high": _quality(system.mixed_low_to_high),
                "mixed_low_to_low": _quality(system.mixed_low_to_low),
                "spearman_with_size": dict(system.spearman_with_size),
            }
            for system in systems
        ],
    }


def write_document(document: dict[str, Any], directory: Path) -> Path:
    """Write `evaluation.json`.

    Parameters
    ----------
    document : dict
        From :func:`lfw_document`.
    directory : Path
        Made when missing.

    Returns
    -------
    Path
        The file. Equal results give equal bytes.

    Raises
    ------
    UsageError
        If it cannot be written.
    """
    path = directory / FILE_NAME
    text = json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False)
    try:
        directory.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise UsageError(f"The evaluation cannot be written to {directory}: {error.strerror}.") from error
    return path


def _size(result: SizeResult) -> dict[str, Any]:
    return {
        "size": result.size,
        "low_to_high": _verification(result.low_to_high),
        "low_to_low": _verification(result.low_to_low),
        "closed_set": _closed_set(result.closed_set),
        "open_set": _open_set(result.open_set),
        "quality": _quality(result.quality),
    }


def _interval(interval: Interval | None) -> dict[str, Any]:
    if interval is None:
        return {"low": None, "high": None, "method": None}
    return {"low": interval.low, "high": interval.high, "method": interval.method}


def _rate(rate: Rate | None) -> dict[str, Any] | None:
    if rate is None:
        return None
    counts = {"numerator": rate.numerator, "denominator": rate.denominator, "value": rate.value}
    return {**counts, **_interval(rate.interval)}


def _verification(result: Verification) -> dict[str, Any]:
    return {
        "mated_pairs": result.mated_pairs,
        "non_mated_pairs": result.non_mated_pairs,
        "mated_people": result.mated_people,
        "points": [
            {
                "target_fmr": point.target_fmr,
                "threshold": point.threshold,
                "fmr": _rate(point.fmr),
                "tar": _rate(point.tar),
            }
            for point in result.points
        ],
        "det": {
            "threshold": [point.threshold for point in result.det],
            "fmr": [point.fmr for point in result.det],
            "fnmr": [point.fnmr for point in result.det],
        },
    }


def _closed_set(result: ClosedSet) -> dict[str, Any]:
    return {
        "gallery": result.gallery,
        "probes": result.probes,
        "people": result.people,
        "ranks": [{"rank": rank, "rate": _rate(rate)} for rank, rate in result.ranks],
        "cmc": list(result.cmc),
    }


def _open_set(result: OpenSet) -> dict[str, Any]:
    return {
        "gallery": result.gallery,
        "mated_probes": result.mated_probes,
        "non_mated_probes": result.non_mated_probes,
        "points": [
            {
                "target_fpir": point.target_fpir,
                "threshold": point.threshold,
                "fpir": _rate(point.fpir),
                "dir": _rate(point.dir),
            }
            for point in result.points
        ],
    }


def _curve(curve: ErrorVersusDiscard | None) -> dict[str, Any] | None:
    if curve is None:
        return None
    return {
        "convention": curve.convention.value,
        "discarded": list(curve.discarded),
        "fnmr": list(curve.fnmr),
        "auc": curve.auc,
        "pauc": curve.pauc,
        "auc_relative": curve.auc_relative,
        "pauc_relative": curve.pauc_relative,
    }


def _quality(result: QualityResult | None) -> dict[str, Any] | None:
    if result is None:
        return None
    return {
        "fmr": result.fmr,
        "verification": _verification(result.verification),
        "measures": [
            {
                "name": measure.name,
                "fixed": _curve(measure.fixed),
                "recomputed": _curve(measure.recomputed),
                "pauc_interval": _interval(measure.pauc_interval),
            }
            for measure in result.measures
        ],
        "differences": [
            {
                "measure": difference.measure,
                "other": difference.other,
                "difference": difference.difference,
                **_interval(difference.interval),
            }
            for difference in result.differences
        ],
    }
