"""The low-resolution protocol on a made-up population: who is compared with whom, and what comes out."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from core.errors import Cancelled, UsageError
from core.evaluation.protocols.lfw_faces import LfwFaces, load_lfw, split_of
from core.evaluation.protocols.lfw_lowres import (
    NATIVE_EYE_DISTANCE,
    Plan,
    enrolled,
    evaluate_system,
    mixed_sizes,
    native_eye_distance,
)
from core.evaluation.systems import FaceSystem, ResampledFaces
from core.imaging.degradation import resample_through
from core.progress import Progress
from core.settings import load_settings

PLAN = Plan(sizes=(112, 28, 8), seed=5, replicates=60)


def test_rates_at_a_size_are_what_loops_over_people_and_pictures_count(
    population: LfwFaces, patterns: FaceSystem
) -> None:
    result = evaluate_system(patterns, population, ResampledFaces(population.crops), PLAN).sizes[2]
    small = np.stack([resample_through(crop, 8) for crop in population.crops])
    high, low = patterns.describe(population.crops).vectors, patterns.describe(small).vectors
    person = population.person.tolist()
    first = {p: person.index(p) for p in reversed(person)}
    later = [row for row, p in enumerate(person) if row != first[p]]

    mated = [(i, j) for i in range(len(person)) for j in range(i + 1, len(person)) if person[i] == person[j]]
    non_mated = [(first[p], j) for p in first for j in later if person[j] != p]
    for reference, found in ((high, result.low_to_high), (low, result.low_to_low)):
        assert (found.mated_pairs, found.non_mated_pairs) == (len(mated), len(non_mated))
        scores = sorted((float(reference[i] @ low[j]) for i, j in non_mated), reverse=True)
        threshold = scores[int(len(scores) * 0.01 + 1e-9)]
        assert found.points[0].threshold == pytest.approx(threshold, abs=1e-6)
        accepted = sum(1 for i, j in mated if float(reference[i] @ low[j]) > threshold + 1e-7)
        assert found.points[0].tar is not None
        assert found.points[0].tar.numerator == accepted

    ranked_first = 0
    for j in later:
        similarity = {p: float(high[first[p]] @ low[j]) for p in first}
        ranked_first += max(similarity, key=similarity.__getitem__) == person[j]
    rank, rate = result.closed_set.ranks[0]
    assert (rank, rate.numerator, rate.denominator) == (1, ranked_first, len(later))
    assert result.closed_set.gallery == 60

    inside = enrolled(population.names, PLAN.seed)
    assert result.open_set.gallery == inside.sum()
    assert result.open_set.mated_probes == sum(1 for j in later if inside[person[j]])
    assert result.open_set.non_mated_probes == sum(1 for p in person if not inside[p])


def test_at_full_size_low_to_high_is_low_to_low(population: LfwFaces, patterns: FaceSystem) -> None:
    full = evaluate_system(patterns, population, ResampledFaces(population.crops), PLAN).sizes[0]
    assert full.low_to_high == full.low_to_low
    assert full.quality is None


def test_fewer_pixels_are_recognized_worse(population: LfwFaces, patterns: FaceSystem) -> None:
    sizes = evaluate_system(patterns, population, ResampledFaces(population.crops), PLAN).sizes
    rates = [size.low_to_high.points[0].tar for size in sizes]
    values = [rate.value for rate in rates if rate is not None and rate.value is not None]
    assert values[0] > values[2] + 0.2
    assert len(values) == 3


def test_nothing_is_embedded_twice_and_another_system_is_embedded_anew(
    population: LfwFaces, patterns: FaceSystem
) -> None:
    resampled = ResampledFaces(population.crops)
    evaluate_system(patterns, population, resampled, PLAN)
    seen = patterns.seen  # type: ignore[attr-defined]
    assert seen == 4 * len(population.person)
    evaluate_system(patterns, population, resampled, PLAN)
    assert patterns.seen == seen  # type: ignore[attr-defined]
    patterns.system_id = "e" * 64  # type: ignore[misc]
    evaluate_system(patterns, population, resampled, PLAN)
    assert patterns.seen == 2 * seen  # type: ignore[attr-defined]


def test_the_same_seed_gives_the_same_result_and_another_seed_another(
    population: LfwFaces, patterns: FaceSystem
) -> None:
    resampled = ResampledFaces(population.crops)
    once = evaluate_system(patterns, population, resampled, PLAN)
    assert evaluate_system(patterns, population, resampled, PLAN) == once
    assert evaluate_system(patterns, population, resampled, dataclasses.replace(PLAN, seed=6)) != once


def test_quality_on_mixed_sizes_names_each_measure_and_sets_the_systems_own_against_the_others(
    population: LfwFaces, patterns: FaceSystem
) -> None:
    result = evaluate_system(patterns, population, ResampledFaces(population.crops), PLAN)
    for mixed in (result.mixed_low_to_high, result.mixed_low_to_low):
        assert mixed is not None
        assert [measure.name for measure in mixed.measures] == ["contrast", "nothing", NATIVE_EYE_DISTANCE]
        assert [difference.other for difference in mixed.differences] == ["nothing", NATIVE_EYE_DISTANCE]
        nothing = mixed.measures[1]
        assert nothing.fixed is not None
        assert nothing.fixed.pauc_relative == pytest.approx(1.0)
    assert dict(result.spearman_with_size)["nothing"] is None
    assert dict(result.spearman_with_size)[NATIVE_EYE_DISTANCE] == pytest.approx(1.0, abs=0.01)


def test_a_system_without_quality_measures_has_no_quality_result(
    population: LfwFaces, patterns: FaceSystem
) -> None:
    patterns.with_quality = False  # type: ignore[attr-defined]
    result = evaluate_system(patterns, population, ResampledFaces(population.crops), PLAN)
    assert (result.mixed_low_to_high, result.mixed_low_to_low, result.spearman_with_size) == (None, None, ())
    assert [size.quality for size in result.sizes] == [None, None, None]


def test_a_cancelled_evaluation_stops(population: LfwFaces, patterns: FaceSystem) -> None:
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        evaluate_system(patterns, population, ResampledFaces(population.crops), PLAN, progress)


def test_who_is_enrolled_depends_on_the_name_and_the_seed_alone() -> None:
    names = [f"Person_{number}" for number in range(400)]
    inside = enrolled(names, 1)
    assert inside.mean() == pytest.approx(0.5, abs=0.08)
    assert enrolled(names[::-1], 1).tolist() == inside.tolist()[::-1]
    assert enrolled(names, 2).tolist() != inside.tolist()


def test_mixed_sizes_reach_from_8_to_112_px_evenly_on_a_logarithmic_scale() -> None:
    sizes = mixed_sizes(20_000, 0)
    assert (sizes.min(), sizes.max()) == (8, 112)
    assert np.median(sizes) == pytest.approx(np.sqrt(7.5 * 112.5), abs=1)


def test_the_native_eye_distance_is_that_of_the_coarsest_picture_on_the_way(population: LfwFaces) -> None:
    # Eyes of an aligned crop are 35.24 px apart: 8.81 px in a crop that went through 28 px.
    assert native_eye_distance(population, 28) == pytest.approx(
        np.full(len(population.person), 8.81), abs=0.01
    )
    close = dataclasses.replace(population, eye_distance_px=np.full(len(population.person), 6.0))
    assert native_eye_distance(close, 28) == pytest.approx(np.full(len(population.person), 6.0))


def test_faces_are_read_for_the_people_of_the_wanted_splits(lfw_root: Path) -> None:
    faces = load_lfw(lfw_root, range(6, 8), 10, load_settings().imaging)
    assert len(faces.names) == 4
    assert {split_of(name) for name in faces.names} == {6}
    assert faces.person.tolist() == [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3]
    assert faces.first.tolist() == [0, 3, 6, 9]
    assert faces.later.tolist() == [1, 2, 4, 5, 7, 8, 10]
    assert len(faces.unreadable) == 1
    assert "0003.jpg" in faces.unreadable[0]


def test_of_several_faces_the_one_nearest_the_centre_is_taken(lfw_root: Path) -> None:
    faces = load_lfw(lfw_root, range(6, 7), 10, load_settings().imaging)
    similar = np.corrcoef(faces.crops[:3].reshape(3, -1))
    assert similar.min() > 0.9


def test_a_person_with_many_pictures_is_cut_to_the_cap(lfw_root: Path) -> None:
    faces = load_lfw(lfw_root, range(6, 7), 2, load_settings().imaging)
    assert faces.person.tolist() == [0, 0, 1, 1, 2, 2, 3, 3]
    assert faces.over_cap == 4


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (lambda path: path.unlink(), "cannot be read"),
        (lambda path: path.write_text("image,x\nA/A_0001.jpg,many\n"), "damaged"),
        (lambda path: path.write_text("picture,x\nA/A_0001.jpg,1\n"), "damaged"),
        (lambda path: path.write_text("image,x\n"), "no readable faces"),
    ],
    ids=["missing", "no number", "no column", "empty"],
)
def test_a_folder_that_is_not_as_described_is_refused_with_a_sentence(
    lfw_root: Path, damage: object, sentence: str
) -> None:
    damage(lfw_root / "faces.csv")  # type: ignore[operator]
    with pytest.raises(UsageError, match=sentence):
        load_lfw(lfw_root, range(10), 10, load_settings().imaging)


@pytest.mark.faces
def test_the_laboratorys_validation_people_are_all_there(lfw: Path) -> None:
    listed = {
        line.partition("/")[0] for line in (lfw / "faces.csv").read_text(encoding="utf-8").splitlines()[1:]
    }
    assert sum(split_of(name) in (6, 7) for name in listed) == 1171
