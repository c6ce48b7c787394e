"""How pictures flow through two threads."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from core.analysis.flow import ahead, grouped
from core.progress import Progress
from core.types import BoundingBox, FaceAnalysis, FaceDetection, ImageAnalysis, Outcome, SourceImage


def picture(name: str, faces: int = 0, side: int = 1) -> ImageAnalysis:
    image = SourceImage(np.zeros((side, side, 3), np.uint8), "0" * 64, Path(name), "PNG", 0)
    detection = FaceDetection(BoundingBox(0, 0, 1, 1), None, None, FaceDetection.MANUAL)
    face = FaceAnalysis(detection, Outcome.OK)
    return ImageAnalysis(Path(name), Outcome.OK, "", image, (face,) * faces)


def names(analyses: list[ImageAnalysis]) -> list[str]:
    return [str(analysis.path) for analysis in analyses]


def test_results_come_in_the_order_of_the_jobs_from_another_thread() -> None:
    threads: set[int] = set()

    def job(i: int) -> ImageAnalysis:
        threads.add(threading.get_ident())
        return picture(str(i))

    jobs: Iterator[Callable[[], ImageAnalysis]] = (partial(job, i) for i in range(20))
    assert names(list(ahead(jobs, Progress()))) == [str(i) for i in range(20)]
    assert len(threads) == 1
    assert threading.get_ident() not in threads


def test_no_more_than_a_few_jobs_are_drawn_before_a_result_is_taken() -> None:
    drawn: list[int] = []

    def jobs() -> Iterator[Callable[[], ImageAnalysis]]:
        for i in range(100):
            drawn.append(i)
            yield partial(picture, str(i))

    results = ahead(jobs(), Progress())
    next(results)
    assert len(drawn) < 10
    results.close()  # type: ignore[attr-defined]
    assert len(drawn) < 10


def test_an_error_in_a_job_reaches_whoever_takes_the_results() -> None:
    def job() -> ImageAnalysis:
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        list(ahead(iter([job]), Progress()))


@pytest.mark.parametrize(
    ("faces", "sizes"),
    [
        ([1, 1, 1, 1, 1], [4, 1]),
        ([3, 3, 1], [2, 1]),
        ([9, 0, 1], [1, 2]),
        ([0] * 9, [4, 4, 1]),
        ([], []),
    ],
    ids=["one face each", "an overfull pass", "a crowd", "no faces", "nothing"],
)
def test_pictures_are_gathered_until_their_faces_fill_a_pass(faces: list[int], sizes: list[int]) -> None:
    pictures = [picture(str(i), n) for i, n in enumerate(faces)]
    groups = list(grouped(iter(pictures), 4))
    assert [len(group) for group in groups] == sizes
    assert [analysis for group in groups for analysis in group] == pictures


def test_large_pictures_do_not_wait_for_one_another() -> None:
    groups = list(grouped([picture("large", side=8000), picture("small")], 4))
    assert [names(group) for group in groups] == [["large"], ["small"]]
