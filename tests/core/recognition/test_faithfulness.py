"""Deletion and insertion on networks that are simple enough to know the answer."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from core.recognition.faithfulness import RANDOM_MAPS, STEPS, FaithfulnessTest, random_fields
from core.types import Faithfulness

GRID = (7, 7)


@pytest.fixture(scope="module")
def crop() -> NDArray[np.uint8]:
    """Return cells of noise, so that every cell differs from its blur."""
    cells = np.random.default_rng(5).integers(0, 256, (14, 14, 3)).astype(np.uint8)
    return cells.repeat(8, axis=0).repeat(8, axis=1)


def cell_means(crops: NDArray[np.uint8]) -> NDArray[np.float32]:
    """A network that reports the mean of each cell."""
    return crops.reshape(len(crops), 7, 16, 7, 16, 3).mean(axis=(2, 4, 5)).reshape(-1, 49).astype(np.float32)


class Watched:
    """A network that adds up how far cells are from their filling, weighted, and counts crops."""

    def __init__(self, crop: NDArray[np.uint8], weights: NDArray[np.float64]) -> None:
        self.crops = 0
        self._crop = crop.reshape(7, 16, 7, 16, 3)
        self._weights = weights

    def embed(self, crops: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return one number a crop: the weight of the cells that are as in the crop."""
        self.crops += len(crops)
        kept = (crops.reshape(-1, 7, 16, 7, 16, 3) == self._crop).all(axis=(2, 4, 5))
        return (kept * self._weights).sum(axis=(1, 2), keepdims=True)[:, 0].astype(np.float32)


def first(raw: NDArray[np.float32]) -> NDArray[np.float64]:
    return raw[:, 0].astype(np.float64)


@pytest.fixture(scope="module")
def weights() -> NDArray[np.float64]:
    """Return a hill of importance in the upper left, adding up to 1."""
    rows, columns = np.mgrid[0:7, 0:7]
    hill = np.exp(-((rows - 1) ** 2 + (columns - 2) ** 2) / 4.0)
    return np.asarray(hill / hill.sum())


def test_curves_of_the_true_map_are_sums_of_the_weights_in_order(
    crop: NDArray[np.uint8], weights: NDArray[np.float64]
) -> None:
    test = FaithfulnessTest(crop, GRID, Watched(crop, weights).embed).run(weights, first)
    falling = np.sort(weights.ravel())[::-1]
    wanted = [1 - falling[: 7 * step].sum() for step in range(STEPS + 1)]
    np.testing.assert_allclose(test.deletion, wanted, atol=1e-6)
    np.testing.assert_allclose(test.insertion, 1 - np.array(wanted), atol=1e-6)


def test_the_true_map_is_informative_and_its_opposite_is_not(
    crop: NDArray[np.uint8], weights: NDArray[np.float64]
) -> None:
    tester = FaithfulnessTest(crop, GRID, Watched(crop, weights).embed)
    true, opposite = tester.run(weights, first), tester.run(-weights, first)
    assert (true.rank, true.beaten, true.informative) == (1, 20, True)
    assert (opposite.rank, opposite.beaten, opposite.informative) == (21, 0, False)
    assert opposite.margin == pytest.approx(-true.margin)


def test_a_random_map_and_its_negative_have_opposite_margins_as_if_each_were_run(
    crop: NDArray[np.uint8], weights: NDArray[np.float64]
) -> None:
    tester = FaithfulnessTest(crop, GRID, Watched(crop, weights).embed)
    margins = tester.run(weights, first).random
    fields = random_fields(crop, GRID, RANDOM_MAPS // 2)
    alone = [tester.run(sign * field, first).margin for field in fields for sign in (1, -1)]
    np.testing.assert_allclose(margins, alone, atol=1e-6)


def test_each_further_map_costs_only_its_own_crops(
    crop: NDArray[np.uint8], weights: NDArray[np.float64]
) -> None:
    watched = Watched(crop, weights)
    tester = FaithfulnessTest(crop, GRID, watched.embed)
    inner = 2 * (STEPS - 1)
    tester.run(weights, first)
    assert watched.crops == 2 + (RANDOM_MAPS // 2 + 1) * inner
    tester.run(-weights, first)
    assert watched.crops == 2 + (RANDOM_MAPS // 2 + 2) * inner


def test_what_is_replaced_shows_the_crop_blurred_beyond_recognition(crop: NDArray[np.uint8]) -> None:
    seen: list[NDArray[np.uint8]] = []

    def embed(crops: NDArray[np.uint8]) -> NDArray[np.float32]:
        seen.append(crops)
        return cell_means(crops)

    order = np.arange(49.0).reshape(GRID)
    FaithfulnessTest(crop, GRID, embed).run(order, first)
    whole, filling = seen[0][:2]
    np.testing.assert_array_equal(whole, crop)
    assert filling.std() < 0.2 * crop.std()
    removed, kept = seen[1][0], seen[1][STEPS - 1]
    # The seven highest cells are the last row.
    np.testing.assert_array_equal(removed[:96], crop[:96])
    np.testing.assert_array_equal(removed[96:], filling[96:])
    np.testing.assert_array_equal(kept[:96], filling[:96])
    np.testing.assert_array_equal(kept[96:], crop[96:])


def test_random_fields_depend_on_the_crop_and_are_the_same_each_time(crop: NDArray[np.uint8]) -> None:
    fields = random_fields(crop, GRID, 10)
    np.testing.assert_array_equal(fields, random_fields(crop.copy(), GRID, 10))
    other = crop.copy()
    other[0, 0, 0] ^= 1
    assert not np.allclose(fields, random_fields(other, GRID, 10))


def test_neighbouring_cells_of_random_fields_go_together_as_in_maps_of_the_network(
    crop: NDArray[np.uint8],
) -> None:
    fields = random_fields(crop, GRID, 400)
    fields -= fields.mean(axis=(1, 2), keepdims=True)
    products = (fields[:, :, 1:] * fields[:, :, :-1]).mean((1, 2)) + (fields[:, 1:] * fields[:, :-1]).mean(
        (1, 2)
    )
    correlation = np.median(products / 2 / (fields**2).mean(axis=(1, 2)))
    assert 0.5 < correlation < 0.7


def test_a_map_that_knows_nothing_passes_about_once_in_eleven_times() -> None:
    margins = np.random.default_rng(1).standard_normal((4000, 11))
    passed = [
        Faithfulness(
            (0.0, 0.0, 0.0),
            (0.0, 2 * float(one), 0.0),
            tuple(float(sign * field) for field in fields for sign in (1, -1)),
        ).informative
        for one, *fields in margins
    ]
    assert np.mean(passed) == pytest.approx(1 / 11, abs=0.015)


@pytest.mark.parametrize("grid", [(7, 7), (4, 5), (14, 14), (3, 2)])
def test_other_grids_are_tested_too(crop: NDArray[np.uint8], grid: tuple[int, int]) -> None:
    tester = FaithfulnessTest(crop, grid, cell_means)
    test = tester.run(np.random.default_rng(0).standard_normal(grid), first)
    assert len(test.deletion) == len(test.insertion) == STEPS + 1
    assert test.deletion[0] == test.insertion[-1]
    assert test.deletion[-1] == test.insertion[0]
    assert sorted(test.random) == sorted(-margin for margin in test.random)


@pytest.mark.parametrize(("beaten", "informative"), [(20, True), (19, True), (18, False), (0, False)])
def test_the_verdict_asks_for_nineteen_of_twenty(beaten: int, informative: bool) -> None:
    random = (0.0,) * beaten + (1.0,) * (20 - beaten)
    test = Faithfulness((1.0, 0.0, 0.0), (0.0, 1.0, 1.0), random)
    assert test.margin == pytest.approx(0.5)
    assert (test.beaten, test.rank, test.informative) == (beaten, 21 - beaten, informative)


def test_areas_are_mean_heights() -> None:
    test = Faithfulness((1.0, 0.5, 0.0), (0.0, 0.9, 1.0), (0.0,))
    assert test.deletion_area == pytest.approx((0.75 + 0.25) / 2)
    assert test.insertion_area == pytest.approx((0.45 + 0.95) / 2)


def test_a_test_without_random_maps_is_none() -> None:
    with pytest.raises(ValueError, match="random maps"):
        Faithfulness((1.0, 0.0), (0.0, 1.0), ())
