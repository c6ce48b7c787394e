"""What is said of labels before anything is trained with them."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from numpy.typing import NDArray

from core.training.sets.checks import (
    find_warnings,
    labels_contradict,
    near_copies,
    unrecognizable_subjects,
)
from core.training.sets.manifest import Part, SetPicture
from core.training.sets.partition import partition


def people(count: int, each: int) -> tuple[list[SetPicture], NDArray[np.float32]]:
    """Return pictures of people whose embeddings lie close to a direction of their own."""
    rng = np.random.default_rng(4)
    pictures, vectors = [], []
    for person in range(count):
        centre = rng.normal(size=64)
        for number in range(each):
            vector = centre + 0.6 * rng.normal(size=64)
            vectors.append(vector / np.linalg.norm(vector))
            pictures.append(
                SetPicture(
                    subject=f"person {person}",
                    file=f"crops/{len(pictures)}.png",
                    source=f"{person}/{number}.jpg",
                    sha256=f"{len(pictures):064x}",
                    case_id=None,
                    face_id=None,
                    recognizability=0.4 + 0.005 * person,
                    band="low",
                    face_px=16.0,
                    width=640 + len(pictures) % 2,
                    height=480,
                    compression="JPEG",
                    part=Part.TRAIN,
                )
            )
    return pictures, np.array(vectors, np.float32)


def stopping(pictures: list[SetPicture], vectors: NDArray[np.float32], **judged: str) -> list[str]:
    """Return the kinds of warnings that stop a training."""
    return [one.kind for one in find_warnings(pictures, vectors, judged, 1) if one.stops]


def test_a_good_set_is_not_warned_of() -> None:
    pictures, vectors = people(40, 4)
    assert find_warnings(pictures, vectors, {}, 1) == ()


@pytest.mark.parametrize("seed", range(5))
def test_shuffled_labels_stop_a_training(seed: int) -> None:
    pictures, vectors = people(40, 4)
    order = np.random.default_rng(seed).permutation(len(pictures))
    shuffled = [
        dataclasses.replace(picture, subject=pictures[row].subject)
        for picture, row in zip(pictures, order, strict=True)
    ]
    assert stopping(shuffled, vectors) == ["labels"]


@pytest.mark.parametrize(("count", "each"), [(1, 30), (6, 5)])
def test_too_few_people_stop_a_training(count: int, each: int) -> None:
    pictures, vectors = people(count, each)
    assert stopping(pictures, vectors) == ["people"]


def test_people_with_one_picture_each_stop_a_training() -> None:
    pictures, vectors = people(40, 1)
    assert "pictures" in stopping(pictures, vectors)


def test_copies_under_different_names_stop_a_training() -> None:
    pictures, vectors = people(40, 5)
    assert stopping(pictures, np.repeat(vectors[:1], len(vectors), axis=0)) == ["copies", "labels"]


def test_a_copy_is_one_of_a_picture_that_is_none_itself() -> None:
    vectors = np.eye(3, 8, dtype=np.float32)[[0, 1, 0, 0, 2, 1]]
    assert near_copies(["a", "a", "a", "b", "b", "a"], vectors) == {2: 0, 5: 1}


def test_one_picture_under_two_names_stops_a_training() -> None:
    pictures, vectors = people(40, 4)
    pictures[-1] = dataclasses.replace(pictures[-1], sha256=pictures[0].sha256)
    assert stopping(pictures, vectors) == ["labels"]


def test_two_faces_of_one_picture_of_a_case_are_no_contradiction() -> None:
    pictures, vectors = people(40, 4)
    pictures[0] = dataclasses.replace(pictures[0], case_id=1, face_id=1)
    pictures[-1] = dataclasses.replace(pictures[-1], case_id=1, face_id=2, sha256=pictures[0].sha256)
    assert stopping(pictures, vectors) == []


def test_who_is_also_judged_stops_a_training() -> None:
    pictures, vectors = people(40, 4)
    assert stopping(pictures, vectors, ff="person 3") == ["holdout"]
    assert stopping(pictures, vectors, **{pictures[0].sha256: "somebody else"}) == ["holdout"]


def test_one_size_and_compression_is_one_camera() -> None:
    pictures, vectors = people(40, 4)
    alike = [dataclasses.replace(one, width=640) for one in pictures]
    (warning,) = find_warnings(alike, vectors, {}, 1)
    assert (warning.kind, warning.stops) == ("camera", False)


def test_a_subject_of_smears_is_named_and_one_of_few_is_not() -> None:
    subjects = ["smear"] * 5 + ["person"] * 5 + ["once"]
    bands = ["unrecognizable"] * 5 + ["unrecognizable"] * 2 + ["low"] * 3 + ["unrecognizable"]
    assert list(unrecognizable_subjects(subjects, bands)) == ["smear"]


def test_labels_of_people_with_one_picture_contradict_nothing() -> None:
    _, vectors = people(12, 1)
    assert not labels_contradict([str(row) for row in range(12)], vectors, 1)


def test_a_split_is_by_people_and_even_in_recognizability() -> None:
    pictures, _ = people(50, 3)
    subjects = [one.subject for one in pictures]
    index = [one.recognizability for one in pictures]
    parts = partition(subjects, index, 0.2, 7)
    assert parts == partition(subjects, index, 0.2, 7)
    counts = {part: list(parts.values()).count(part) for part in Part}
    assert counts == {Part.TRAIN: 35, Part.CURVES: 5, Part.HOLDOUT: 10}
    means = {
        part: np.mean([i for s, i in zip(subjects, index, strict=True) if parts[s] is part]) for part in Part
    }
    assert abs(means[Part.HOLDOUT] - means[Part.TRAIN]) < 0.02


def test_people_with_one_picture_are_only_learnt_from() -> None:
    parts = partition(["a", "b", "b", "c", "c", "d", "d", "e", "e"], [0.5] * 9, 0.5, 1)
    assert parts["a"] is Part.TRAIN
    assert list(parts.values()).count(Part.HOLDOUT) == 2


def test_without_a_hold_out_nobody_is_held_out() -> None:
    pictures, _ = people(20, 2)
    parts = partition([one.subject for one in pictures], [0.5] * 40, 0.0, 1)
    assert Part.HOLDOUT not in parts.values()
