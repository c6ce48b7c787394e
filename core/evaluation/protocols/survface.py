"""QMUL-SurvFace (Cheng, Zhu and Gong 2018): surveillance faces, open-set 1:N and 1:1.

::

    training_set/<ID>/<ID>_cam<c>_<k>.jpg
    Face_Identification_Test_Set/gallery, mated_probe, unmated_probe
    Face_Identification_Test_Set/gallery_img_ID_pairs.mat       gallery_set, gallery_ids
    Face_Identification_Test_Set/mated_probe_img_ID_pairs.mat   mated_probe_set, mated_probe_ids
    Face_Verification_Test_Set/verification_images
    Face_Verification_Test_Set/positive_pairs_names.mat, negative_pairs_names.mat

The two lists of the identification test may lie in `Face_Identification_Evaluation` instead. Who is on a
picture is said by the lists, not by the file names. Published: TPIR20 at FPIR 30, 20 and 10 %, that is
`open_set(..., targets=FPIR_TARGETS, rank=20)` with :func:`mean_templates` as gallery; TAR at FAR 30, 10, 1
and 0.1 %.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.evaluation.protocols.pictures import (
    LabelledPictures,
    labelled_by,
    pictures_in,
    read_names,
    require_folder,
)

FPIR_TARGETS = (0.3, 0.2, 0.1)
FAR_TARGETS = (0.3, 0.1, 0.01, 0.001)
RANK = 20


@dataclass(frozen=True, slots=True, eq=False)
class SurvFaceSearch:
    """The identification test.

    Attributes
    ----------
    gallery, mated_probes : LabelledPictures
        Several pictures of a person each.
    non_mated_probes : tuple of Path
        Pictures of people who are not enrolled.
    """

    gallery: LabelledPictures
    mated_probes: LabelledPictures
    non_mated_probes: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class SurvFacePairs:
    """The verification test.

    Attributes
    ----------
    mated, non_mated : tuple of (Path, Path)
        Pairs of pictures; who is on them is not told.
    """

    mated: tuple[tuple[Path, Path], ...]
    non_mated: tuple[tuple[Path, Path], ...]


def load_survface_search(root: Path) -> SurvFaceSearch:
    """Find the pictures of the identification test.

    Parameters
    ----------
    root : Path
        The folder of the data set.

    Returns
    -------
    SurvFaceSearch
        Gallery and probes.

    Raises
    ------
    UsageError
        If something is missing.
    """
    test = require_folder(root / "Face_Identification_Test_Set")
    return SurvFaceSearch(
        gallery=labelled_by(
            _list_of(root, "gallery_img_ID_pairs.mat"), "gallery_set", "gallery_ids", test / "gallery"
        ),
        mated_probes=labelled_by(
            _list_of(root, "mated_probe_img_ID_pairs.mat"),
            "mated_probe_set",
            "mated_probe_ids",
            test / "mated_probe",
        ),
        non_mated_probes=pictures_in(test / "unmated_probe"),
    )


def load_survface_pairs(root: Path) -> SurvFacePairs:
    """Find the pairs of the verification test.

    Parameters
    ----------
    root : Path
        The folder of the data set.

    Returns
    -------
    SurvFacePairs
        In the order of the lists.

    Raises
    ------
    UsageError
        If something is missing, or a list does not hold pairs.
    """
    test = require_folder(root / "Face_Verification_Test_Set")
    pictures = require_folder(test / "verification_images")

    def pairs(key: str) -> tuple[tuple[Path, Path], ...]:
        rows = read_names(test / f"{key}.mat", key, columns=2)
        return tuple((pictures / first, pictures / second) for first, second in rows)

    return SurvFacePairs(pairs("positive_pairs_names"), pairs("negative_pairs_names"))


def mean_templates(
    vectors: NDArray[np.float32], labels: NDArray[np.integer]
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Make one template of all pictures of a person.

    Parameters
    ----------
    vectors : ndarray of float32, shape (n, dim)
        Unit-length embeddings.
    labels : ndarray of int, shape (n,)
        Who is on them.

    Returns
    -------
    templates : ndarray of float32, shape (people, dim)
        Mean of the embeddings of each person, at unit length.
    people : ndarray of int64, shape (people,)
        Their labels, ascending.
    """
    people, inverse = np.unique(labels, return_inverse=True)
    sums = np.zeros((len(people), vectors.shape[1]), np.float64)
    np.add.at(sums, inverse, vectors)
    templates = sums / np.linalg.norm(sums, axis=1, keepdims=True)
    return templates.astype(np.float32), people.astype(np.int64)


def _list_of(root: Path, name: str) -> Path:
    places = [
        root / folder / name for folder in ("Face_Identification_Test_Set", "Face_Identification_Evaluation")
    ]
    return next((place for place in places if place.is_file()), places[0])
