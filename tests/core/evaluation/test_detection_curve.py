"""Recall, precision and false positives, against counting by hand."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import precision_recall_curve

from core.evaluation.detection_curve import DetectionCurve
from core.evaluation.detection_pairing import Pairing


def pairing(faces: int, *detections: tuple[float, bool]) -> Pairing:
    """A picture with `faces` faces and detections of (confidence, whether true), descending."""
    true = np.array([hit for _, hit in detections], bool)
    confidence = np.array([value for value, _ in detections], np.float64)
    return Pairing(faces, confidence, true, np.where(true, confidence / 10, np.nan))


PICTURES = [
    pairing(2, (0.9, True), (0.6, False), (0.5, True)),
    pairing(1, (0.8, False), (0.7, True)),
    pairing(1),
    pairing(0, (0.3, False)),
]


def test_the_points_of_the_curve_are_those_of_counting() -> None:
    thresholds, recall, precision = DetectionCurve(PICTURES).points()
    assert thresholds.tolist() == [0.9, 0.8, 0.7, 0.6, 0.5, 0.3]
    assert recall.tolist() == [0.25, 0.25, 0.5, 0.5, 0.75, 0.75]
    assert precision == pytest.approx([1, 1 / 2, 2 / 3, 2 / 4, 3 / 5, 3 / 6])


def test_average_precision_is_the_area_under_the_falling_envelope() -> None:
    # Recall 0 to 1/4 at precision 1, to 1/2 at 2/3, to 3/4 at 3/5.
    value = DetectionCurve(PICTURES).average_precision().value
    assert value == pytest.approx(0.25 * (1 + 2 / 3 + 3 / 5))


def test_average_precision_agrees_with_the_curve_of_scikit_learn() -> None:
    rng = np.random.default_rng(4)
    confidence, true = np.sort(rng.random(80))[::-1], rng.random(80) < 0.5
    one = Pairing(int(true.sum()), confidence, true, np.full(80, np.nan))
    precision, recall, _ = precision_recall_curve(true, confidence)
    envelope = np.maximum.accumulate(precision)
    wanted = -(np.diff(recall) * envelope[:-1]).sum()
    assert DetectionCurve([one]).average_precision().value == pytest.approx(wanted)


@pytest.mark.parametrize(
    ("allowed", "threshold", "recall", "false"),
    [(0.0, 0.9, 1, 0), (0.25, 0.7, 2, 1), (0.5, 0.5, 3, 2), (0.75, 0.3, 3, 3), (9.0, 0.3, 3, 3)],
)
def test_the_threshold_is_the_lowest_that_allows_so_many_false_positives(
    allowed: float, threshold: float, recall: int, false: int
) -> None:
    point = DetectionCurve(PICTURES).operating_point(allowed)
    assert point.threshold == threshold
    assert (point.recall.numerator, point.recall.denominator) == (recall, 4)
    assert point.false_positives == false


def test_detections_of_one_confidence_are_accepted_together_or_not_at_all() -> None:
    curve = DetectionCurve([pairing(2, (0.9, True), (0.8, True), (0.8, False))])
    assert curve.operating_point(0.0).recall.numerator == 1
    assert curve.operating_point(1.0).recall.numerator == 2
    assert len(curve.points()[0]) == 2


def test_landmarks_are_averaged_over_the_faces_that_are_found_there() -> None:
    assert DetectionCurve(PICTURES).operating_point(0.25).landmark_error == pytest.approx((0.09 + 0.07) / 2)


def test_nothing_found_is_no_recall_and_no_threshold() -> None:
    curve = DetectionCurve([pairing(3), pairing(1)])
    point = curve.operating_point(0.1, replicates=20)
    assert (point.threshold, point.recall.value, point.landmark_error) == (None, 0.0, None)
    assert curve.average_precision(20).value == 0.0


def test_without_faces_nothing_can_be_said() -> None:
    curve = DetectionCurve([pairing(0, (0.9, False))])
    assert curve.average_precision(10).value is None
    assert curve.operating_point(0.1, 10).recall.value is None
    assert curve.false_positives(0.5) == 1


def test_a_bootstrap_sample_is_the_curve_of_the_drawn_pictures() -> None:
    rng = np.random.default_rng(1)
    pictures = [
        pairing(
            int(rng.integers(1, 4)),
            *sorted(((rng.random(), bool(rng.random() < 0.6)) for _ in range(3)), reverse=True),
        )
        for _ in range(12)
    ]
    pictures = [Pairing(max(one.faces, int(one.true.sum())), *_rest(one)) for one in pictures]
    curve = DetectionCurve(pictures)
    seed, replicates = 3, 60
    draws = np.random.default_rng(seed).multinomial(12, np.full(12, 1 / 12), size=replicates)
    recalls, areas = [], []
    for row in draws:
        drawn = DetectionCurve([one for one, times in zip(pictures, row, strict=True) for _ in range(times)])
        recalls.append(drawn.operating_point(0.5).recall.value)
        areas.append(drawn.average_precision().value)
    point, area = curve.operating_point(0.5, replicates, seed), curve.average_precision(replicates, seed)
    assert point.recall.interval is not None
    assert area.interval is not None
    ends = np.quantile(np.array(recalls, float), [0.025, 0.975])
    assert [point.recall.interval.low, point.recall.interval.high] == pytest.approx(ends)
    ends = np.quantile(np.array(areas, float), [0.025, 0.975])
    assert [area.interval.low, area.interval.high] == pytest.approx(ends)


def _rest(one: Pairing) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return one.confidence, one.true, one.landmark_error
