"""The evaluation of detectors as JSON, schema `discern.evaluation/1`, and as tables.

schema, protocol, versions
    As in :mod:`core.evaluation.document`; the protocol is "mosaic-faces", "labelled-faces" or "wider-face".
data, plan
    What was measured on, and how.
detectors
    One object each: {name, detector_id, sizes, backgrounds}. Each of `sizes` is {side, low, high, pictures,
    faces, average_precision, recall, false_positives_per_picture, threshold, false_positives,
    landmark_error, curve: {threshold, recall, precision}}; `side` is null where faces differ, `high` without
    an end; average_precision and landmark_error are {value, low, high, method}. `backgrounds` is null or
    {pictures, megapixels, points: [{threshold, false_positives, per_picture, per_megapixel}]}. Of
    "wider-face": {name, detector_id, settings: [{name, faces, average_precision}]}.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from core import __version__
from core.evaluation.document import SCHEMA
from core.evaluation.intervals import Interval
from core.evaluation.protocols.mosaic_faces import BackgroundResult, DetectorResult, SizeOfFace
from core.evaluation.protocols.wider_face import WiderSetting
from core.evaluation.tables import UNRESOLVED, ResultTable, rate_text


def detection_document(
    protocol: str, data: Mapping[str, Any], plan: Mapping[str, Any], detectors: Sequence[DetectorResult]
) -> dict[str, Any]:
    """Put an evaluation by size of face into the schema.

    Parameters
    ----------
    protocol : str
        Its name.
    data, plan : mapping
        Facts for the reader, ready for JSON.
    detectors : sequence of DetectorResult
        The results.

    Returns
    -------
    dict
        As the module says.
    """
    return _head(protocol, data, plan) | {
        "detectors": [
            {
                "name": one.name,
                "detector_id": one.detector_id,
                "sizes": [_size(size) for size in one.sizes],
                "backgrounds": None if one.backgrounds is None else _backgrounds(one.backgrounds),
            }
            for one in detectors
        ]
    }


def wider_document(
    data: Mapping[str, Any], detectors: Sequence[tuple[str, str, Sequence[WiderSetting]]]
) -> dict[str, Any]:
    """Put results (name, id, settings) on WIDER FACE into the schema."""
    return _head("wider-face", data, {}) | {
        "detectors": [
            {
                "name": name,
                "detector_id": detector_id,
                "settings": [
                    {"name": one.name, "faces": one.faces, "average_precision": one.average_precision}
                    for one in settings
                ],
            }
            for name, detector_id, settings in detectors
        ]
    }


def detection_tables(detectors: Sequence[DetectorResult]) -> tuple[ResultTable, ...]:
    """Lay out an evaluation by size of face, detectors side by side in rows.

    Parameters
    ----------
    detectors : sequence of DetectorResult
        The results.

    Returns
    -------
    tuple of ResultTable
        Faces, and false positives on backgrounds where there were any.
    """
    rows = [
        (
            one.name,
            range_text(size),
            rate_text(size.point.recall),
            _valued(size.average_precision.value, size.average_precision.interval),
            _valued(size.point.landmark_error, size.point.landmark_interval),
            UNRESOLVED if size.point.threshold is None else f"{size.point.threshold:.3f}",
            f"{size.point.false_positives} in {size.pictures}",
        )
        for one in detectors
        for size in one.sizes
    ]
    allowed = {size.point.false_positives_per_picture for one in detectors for size in one.sizes}
    title = (
        "Faces found at an intersection over union of 0.5, with at most "
        f"{', '.join(f'{value:g}' for value in sorted(allowed))} false positives a picture."
    )
    columns = ("detector", "px", "recall", "average precision", "landmark error / eye distance")
    tables = [ResultTable(title, (*columns, "threshold", "false positives"), tuple(rows))]
    empty = [
        (
            one.name,
            f"{threshold:g}",
            f"{count} in {one.backgrounds.pictures}",
            f"{count / one.backgrounds.pictures:.3f}",
            f"{count / one.backgrounds.megapixels:.3f}",
        )
        for one in detectors
        if one.backgrounds is not None
        for threshold, count in one.backgrounds.false_positives
    ]
    if empty:
        heads = ("detector", "threshold", "false positives", "a picture", "a megapixel")
        tables.append(ResultTable("Backgrounds without faces.", heads, tuple(empty)))
    return tuple(tables)


def wider_table(detectors: Sequence[tuple[str, str, Sequence[WiderSetting]]]) -> ResultTable:
    """Lay out results (name, id, settings) on WIDER FACE."""
    heads = tuple(f"{one.name}, {one.faces} faces" for one in detectors[0][2])
    rows = tuple(
        (name, *(f"{one.average_precision:.4f}" for one in settings)) for name, _, settings in detectors
    )
    return ResultTable("WIDER FACE validation: average precision.", ("detector", *heads), rows)


def _head(protocol: str, data: Mapping[str, Any], plan: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "protocol": protocol,
        "versions": {"discern": __version__, "numpy": np.__version__},
        "data": dict(data),
        "plan": dict(plan),
    }


def _size(size: SizeOfFace) -> dict[str, Any]:
    point, rate = size.point, size.point.recall
    counts = {"numerator": rate.numerator, "denominator": rate.denominator, "value": rate.value}
    thresholds, recalls, precisions = zip(*size.curve, strict=True) if size.curve else ((), (), ())
    return {
        "side": size.side,
        "low": size.low,
        "high": None if math.isinf(size.high) else size.high,
        "pictures": size.pictures,
        "faces": rate.denominator,
        "average_precision": {
            "value": size.average_precision.value,
            **_ends(size.average_precision.interval),
        },
        "recall": counts | _ends(rate.interval),
        "false_positives_per_picture": point.false_positives_per_picture,
        "threshold": point.threshold,
        "false_positives": point.false_positives,
        "landmark_error": {"value": point.landmark_error, **_ends(point.landmark_interval)},
        "curve": {
            "threshold": list(thresholds),
            "recall": list(recalls),
            "precision": list(precisions),
        },
    }


def _backgrounds(result: BackgroundResult) -> dict[str, Any]:
    return {
        "pictures": result.pictures,
        "megapixels": result.megapixels,
        "points": [
            {
                "threshold": threshold,
                "false_positives": count,
                "per_picture": count / result.pictures,
                "per_megapixel": count / result.megapixels,
            }
            for threshold, count in result.false_positives
        ],
    }


def _ends(interval: Interval | None) -> dict[str, Any]:
    if interval is None:
        return {"low": None, "high": None, "method": None}
    return {"low": interval.low, "high": interval.high, "method": interval.method}


def _valued(value: float | None, interval: Interval | None) -> str:
    if value is None:
        return UNRESOLVED
    ends = "" if interval is None else f" [{interval.low:.3f}, {interval.high:.3f}]"
    return f"{value:.3f}{ends}"


def range_text(size: SizeOfFace) -> str:
    """Write which faces were counted, in px: "16", "12 to 16", "64 and more" or "all"."""
    if size.side is not None:
        return str(size.side)
    if math.isinf(size.high):
        return f"{size.low:g} and more" if size.low else "all"
    return f"{size.low:g} to {size.high:g}"
