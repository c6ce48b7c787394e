"""Search with several mates in a gallery that is looked at in chunks."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from core.errors import Cancelled
from core.evaluation.large_search import DISTRACTOR, search_in_chunks
from core.progress import Progress


def products(first: NDArray[np.float32], second: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(first @ second.T)


def test_ranks_and_average_precision_of_a_hand_worked_list() -> None:
    # Similarities 5 4 3 2 1 with mates second and fourth.
    gallery = np.array([[5], [4], [3], [2], [1]], np.float32)
    found = search_in_chunks(
        np.array([[1]], np.float32), np.array([7]), gallery, np.array([1, 7, DISTRACTOR, 7, 2]), products
    )
    assert found.ranks.tolist() == [2]
    # Precision just before and at the mates: 0/1 and 1/2, 1/3 and 2/4.
    assert found.average_precision[0] == pytest.approx(((0 + 1 / 2) / 2 + (1 / 3 + 2 / 4) / 2) / 2)


def test_mates_that_all_come_first_have_perfect_precision_and_ties_count_against_them() -> None:
    gallery = np.array([[3], [2], [2], [1]], np.float32)
    probe, label = np.array([[1]], np.float32), np.array([7])
    perfect = search_in_chunks(probe, label, gallery, np.array([7, 7, 7, 1]), products)
    assert (perfect.ranks[0], perfect.average_precision[0]) == (1, 1.0)
    tied = search_in_chunks(probe, label, gallery[1:], np.array([7, 1, 1]), products)
    assert tied.ranks[0] == 2


@pytest.mark.parametrize("chunk", [1, 7, 100])
def test_the_size_of_the_chunks_changes_nothing_and_loops_find_the_same(chunk: int) -> None:
    rng = np.random.default_rng(0)
    probes, gallery = (rng.normal(size=(n, 6)).astype(np.float32) for n in (20, 60))
    probe_labels = np.arange(20) % 10
    gallery_labels = np.where(np.arange(60) < 30, np.arange(60) % 10, DISTRACTOR)
    found = search_in_chunks(probes, probe_labels, gallery, gallery_labels, products, chunk=chunk)
    for row in range(20):
        similarity = {column: float(probes[row] @ gallery[column]) for column in range(60)}
        order = sorted(similarity, key=similarity.__getitem__, reverse=True)
        is_mate = [gallery_labels[column] == probe_labels[row] for column in order]
        assert found.ranks[row] == is_mate.index(True) + 1
        recall = area = 0.0
        precision = 1.0
        for place in range(1, 61):
            new_recall, new_precision = sum(is_mate[:place]) / sum(is_mate), sum(is_mate[:place]) / place
            area += (new_recall - recall) * (precision + new_precision) / 2
            recall, precision = new_recall, new_precision
        assert found.average_precision[row] == pytest.approx(area)


@pytest.mark.parametrize("label", [5, DISTRACTOR])
def test_a_probe_without_a_mate_is_refused_also_when_it_has_the_label_of_distractors(label: int) -> None:
    ones = np.ones((1, 1), np.float32)
    with pytest.raises(ValueError, match="no mate"):
        search_in_chunks(ones, np.array([label]), ones, np.array([DISTRACTOR]), products)


def test_a_search_can_be_cancelled() -> None:
    progress = Progress()
    progress.cancel()
    ones = np.ones((1, 1), np.float32)
    with pytest.raises(Cancelled):
        search_in_chunks(ones, np.array([1]), ones, np.array([1]), products, progress=progress)
