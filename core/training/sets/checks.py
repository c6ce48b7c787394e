"""What is odd about labels: seen from the embeddings, the hashes and the sizes of the pictures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from core.training.sets.manifest import SetPicture, SetWarning
from core.types import Band

COUNTED = ("people", "pictures")
LEAST_PEOPLE = 10
ENOUGH_PEOPLE = 30
LEAST_WITH_SEVERAL = 8
NEARLY_THE_SAME = 0.995
"""Cosine over which two pictures are copies of one another, whatever their bytes."""

_SMEARS = 0.8
_SHUFFLES = 100
_CLEARLY = 4.0
_NAMED = 5


def find_warnings(
    pictures: Sequence[SetPicture], embeddings: NDArray[np.float32], judged: Mapping[str, str], seed: int
) -> tuple[SetWarning, ...]:
    """Look at a set before anything is trained with it.

    Parameters
    ----------
    pictures : sequence of SetPicture
        Its pictures.
    embeddings : ndarray of float32, shape (n, dim)
        Unit-length embedding of each.
    judged : mapping of str to str
        Pictures of a hold-out that is not part of the set: SHA-256 of each to its subject.
    seed : int
        Of the shuffled labels that the labels are held against.

    Returns
    -------
    tuple of SetWarning
        Those that stop a training first.
    """
    found = [
        *people_warnings(pictures),
        *_one_picture_two_names(pictures),
        *_copies(pictures, embeddings),
        *_smears(pictures),
        *_contradiction(pictures, embeddings, seed),
        *_one_camera(pictures),
        *_also_judged(pictures, judged),
    ]
    return tuple(sorted(found, key=lambda warning: not warning.stops))


def labels_contradict(subjects: Sequence[str], embeddings: NDArray[np.float32], seed: int) -> bool:
    """Say whether pictures under one name are no more alike than they would be under shuffled names.

    Parameters
    ----------
    subjects : sequence of str
        The name of each picture.
    embeddings : ndarray of float32, shape (n, dim)
        At unit length.
    seed : int
        Of the shuffles.

    Returns
    -------
    bool
        True when the mean cosine inside subjects minus that between them is less than four standard
        deviations over what shuffles of the same names give; False when no two pictures share a name, which
        says nothing.
    """
    _, labels = np.unique(np.asarray(subjects, dtype=str), return_inverse=True)
    rows, columns = np.triu_indices(len(labels), 1)
    if not (labels[rows] == labels[columns]).any() or (labels == labels[0]).all():
        return False
    cosines = (embeddings @ embeddings.T)[rows, columns]

    def difference(names: NDArray[np.int64]) -> float:
        same = names[rows] == names[columns]
        return float(cosines[same].mean() - cosines[~same].mean())

    rng = np.random.default_rng(seed)
    shuffled = np.array([difference(rng.permutation(labels)) for _ in range(_SHUFFLES)])
    return difference(labels) <= float(shuffled.mean() + _CLEARLY * shuffled.std())


def people_warnings(pictures: Sequence[SetPicture]) -> Iterator[SetWarning]:
    """Look whether a set has people and pictures enough, which needs no embeddings.

    Parameters
    ----------
    pictures : sequence of SetPicture
        Its pictures.

    Yields
    ------
    SetWarning
        Of the kinds in `COUNTED`.
    """
    counts = Counter(picture.subject for picture in pictures)
    several = sum(count >= 2 for count in counts.values())
    if len(counts) == 1:
        yield SetWarning(
            "people",
            f"All {len(pictures)} pictures are of one person, {next(iter(counts))}: nothing can be "
            "learnt about telling people apart.",
            stops=True,
        )
    elif len(counts) < LEAST_PEOPLE:
        yield SetWarning(
            "people", f"There are {len(counts)} people, and {LEAST_PEOPLE} are needed at least.", stops=True
        )
    elif len(counts) < ENOUGH_PEOPLE:
        yield SetWarning(
            "people",
            f"There are only {len(counts)} people; with fewer than {ENOUGH_PEOPLE} a hold-out of the set can "
            "hardly show a difference.",
            stops=False,
        )
    if len(counts) >= LEAST_PEOPLE and several < LEAST_WITH_SEVERAL:
        yield SetWarning(
            "pictures",
            f"Only {several} people have two pictures or more, and {LEAST_WITH_SEVERAL} are needed at least.",
            stops=True,
        )
    elif several < len(counts) / 2:
        yield SetWarning(
            "pictures",
            f"{len(counts) - several} of {len(counts)} people have one picture, which cannot be compared "
            "with another one.",
            stops=False,
        )


def _one_picture_two_names(pictures: Sequence[SetPicture]) -> Iterator[SetWarning]:
    names: dict[tuple[str, int | None], set[str]] = {}
    for picture in pictures:
        # A picture of a case may hold faces of several people.
        names.setdefault((picture.sha256, picture.face_id), set()).add(picture.subject)
    contradictory = sorted(" and ".join(sorted(several)) for several in names.values() if len(several) > 1)
    if contradictory:
        yield SetWarning(
            "labels", f"One and the same picture bears two names: {_list(contradictory)}.", stops=True
        )


def _copies(pictures: Sequence[SetPicture], embeddings: NDArray[np.float32]) -> Iterator[SetWarning]:
    rows, columns = np.nonzero(np.triu(embeddings @ embeddings.T > NEARLY_THE_SAME, 1))
    pairs = (
        (pictures[row], pictures[column]) for row, column in zip(rows.tolist(), columns.tolist(), strict=True)
    )
    named = sorted({f"{one.subject} and {two.subject}" for one, two in pairs if one.subject != two.subject})
    if named:
        yield SetWarning(
            "copies",
            f"Pictures under different names are nearly the same (cosine over {NEARLY_THE_SAME:g}): "
            f"{_list(named)}.",
            stops=True,
        )


def unrecognizable_subjects(subjects: Sequence[str], bands: Sequence[str]) -> dict[str, str]:
    """Find subjects of whom hardly a picture shows anything that the model recognizes.

    Parameters
    ----------
    subjects, bands : sequence of str
        The person of each picture, and the band of its recognizability.

    Returns
    -------
    dict of str to str
        One sentence for each: nobody can tell whether their pictures are of one person, and a network that
        learns from them learns to call whatever it cannot recognize by their name.
    """
    counts = Counter(subjects)
    pairs = zip(subjects, bands, strict=True)
    lost = Counter(subject for subject, band in pairs if band == Band.UNRECOGNIZABLE)
    return {
        subject: f"{subject}: {lost[subject]} of {count} pictures are below any recognizability, so that "
        "nobody can tell whether they are one person."
        for subject, count in sorted(counts.items())
        if count >= 2 and lost[subject] >= _SMEARS * count
    }


def near_copies(subjects: Sequence[str], embeddings: NDArray[np.float32]) -> dict[int, int]:
    """Find pictures that add nothing to another one of the same person.

    Parameters
    ----------
    subjects : sequence of str
        The person of each picture.
    embeddings : ndarray of float32, shape (n, dim)
        At unit length.

    Returns
    -------
    dict of int to int
        From the row of each copy to the row of the picture it is a copy of, which is none itself.
    """
    kept: dict[str, list[int]] = {}
    copies = {}
    for row, subject in enumerate(subjects):
        others = kept.setdefault(subject, [])
        cosines = embeddings[others] @ embeddings[row]
        if (cosines > NEARLY_THE_SAME).any():
            copies[row] = others[int(cosines.argmax())]
        else:
            others.append(row)
    return copies


def _smears(pictures: Sequence[SetPicture]) -> Iterator[SetWarning]:
    lost = sum(picture.band == Band.UNRECOGNIZABLE for picture in pictures)
    if lost:
        yield SetWarning(
            "unrecognizable",
            f"{lost} of {len(pictures)} pictures are below any recognizability.",
            stops=lost >= _SMEARS * len(pictures),
        )


def _contradiction(
    pictures: Sequence[SetPicture], embeddings: NDArray[np.float32], seed: int
) -> Iterator[SetWarning]:
    subjects = [picture.subject for picture in pictures]
    # Of a handful of people, who are too few anyway, chance says anything.
    if len(set(subjects)) >= LEAST_PEOPLE and labels_contradict(subjects, embeddings, seed):
        yield SetWarning(
            "labels",
            "The labels contradict the faces: pictures under one name are no more alike than pictures under "
            "different names.",
            stops=True,
        )


def _one_camera(pictures: Sequence[SetPicture]) -> Iterator[SetWarning]:
    kinds = {(picture.width, picture.height, picture.compression) for picture in pictures}
    if len(kinds) == 1 and len(pictures) > 1:
        ((width, height, compression),) = kinds
        yield SetWarning(
            "camera",
            f"All pictures are {compression or 'crops'} of {width} x {height} px, as if from one camera: "
            "what is learnt may hold for it alone.",
            stops=False,
        )


def _also_judged(pictures: Sequence[SetPicture], judged: Mapping[str, str]) -> Iterator[SetWarning]:
    names = sorted({picture.subject for picture in pictures} & set(judged.values()))
    if names:
        yield SetWarning("holdout", f"Also in the hold-out: {_list(names)}.", stops=True)
    same = sorted({picture.source for picture in pictures if picture.sha256 in judged})
    if same:
        yield SetWarning("holdout", f"Pictures of the hold-out are in the set: {_list(same)}.", stops=True)


def _list(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
