"""TinyFace (Cheng, Zhu and Gong 2018): 1:N search of tiny web faces among many distractors.

::

    Training_Set/<ID>/*.jpg
    Testing_Set/Gallery_Match, Probe, Gallery_Distractor
    Testing_Set/gallery_match_img_ID_pairs.mat   gallery_set, gallery_ids
    Testing_Set/probe_img_ID_pairs.mat           probe_set, probe_ids
    aligned_pad_0.1_pad_high/Gallery_Match, Probe, Gallery_Distractor

The aligned pack lies in the data set, in `Testing_Set` or beside the data set; its files have the names of
the originals but for the suffix. Results on other crops cannot be compared with published ones: alignment
alone moved one checkpoint by more than 20 points.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.errors import UsageError
from core.evaluation.large_search import DISTRACTOR
from core.evaluation.protocols.pictures import (
    LabelledPictures,
    labelled_by,
    pictures_in,
    require_folder,
)

ALIGNED = "aligned_pad_0.1_pad_high"
RANKS = (1, 5, 10, 20)


@dataclass(frozen=True, slots=True, eq=False)
class TinyFace:
    """The test set.

    Attributes
    ----------
    probes, gallery : LabelledPictures
        Search each probe in `gallery` and `distractors` together.
    distractors : LabelledPictures
        All with the label `DISTRACTOR`.
    """

    probes: LabelledPictures
    gallery: LabelledPictures
    distractors: LabelledPictures


def load_tinyface(root: Path, *, aligned: bool = True) -> TinyFace:
    """Find the pictures of the test set.

    Parameters
    ----------
    root : Path
        The folder that holds `Testing_Set`.
    aligned : bool
        Take the pictures of the aligned pack instead of the originals.

    Returns
    -------
    TinyFace
        Labels from the MATLAB files, in their order.

    Raises
    ------
    UsageError
        If something is missing, or a picture of the lists is not in the aligned pack.
    """
    testing = require_folder(root / "Testing_Set")
    base = _aligned_pack(root) if aligned else testing
    gallery = labelled_by(
        testing / "gallery_match_img_ID_pairs.mat", "gallery_set", "gallery_ids", base / "Gallery_Match"
    )
    probes = labelled_by(testing / "probe_img_ID_pairs.mat", "probe_set", "probe_ids", base / "Probe")
    others = pictures_in(base / "Gallery_Distractor")
    return TinyFace(
        probes=_by_stem(probes),
        gallery=_by_stem(gallery),
        distractors=LabelledPictures(others, np.full(len(others), DISTRACTOR, np.int64)),
    )


def load_tinyface_training(root: Path) -> LabelledPictures:
    """Find the pictures of the training set.

    Parameters
    ----------
    root : Path
        The folder that holds `Training_Set`.

    Returns
    -------
    LabelledPictures
        Labels are the names of the folders.

    Raises
    ------
    UsageError
        If the folder is missing or a sub-folder is no number.
    """
    folder = root / "Training_Set"
    pairs = []
    for path in pictures_in(folder):
        person = path.relative_to(folder).parts[0]
        if not person.isdecimal():
            raise UsageError(f"The folder {folder / person} should be named by the number of a person.")
        pairs.append((path, int(person)))
    return LabelledPictures.of(pairs)


def _aligned_pack(root: Path) -> Path:
    for base in (root, root / "Testing_Set", root.parent):
        if (base / ALIGNED).is_dir():
            return base / ALIGNED
    raise UsageError(f"There is no folder {ALIGNED} in or beside {root}.")


def _by_stem(pictures: LabelledPictures) -> LabelledPictures:
    """Replace each path by the file of its stem, whatever its suffix."""
    if not pictures.paths:
        return pictures
    there = {path.stem: path for path in pictures_in(pictures.paths[0].parent)}
    missing = [path for path in pictures.paths if path.stem not in there]
    if missing:
        raise UsageError(f"{len(missing)} pictures of the list are missing, the first is {missing[0]}.")
    return LabelledPictures(tuple(there[path.stem] for path in pictures.paths), pictures.labels)
