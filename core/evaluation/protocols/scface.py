"""SCface (Grgic, Delac and Grgic 2011): mugshots against surveillance cameras at three distances.

::

    mugshot_frontal_original_all/NNN_frontal.jpg
    surveillance_cameras_distance_{1,2,3}/cam_{1..5}/NNN_cam{c}_{d}.jpg

Distance 1 is 4.2 m, 2 is 2.6 m, 3 is 1.0 m. Protocol A searches the probes of one distance among all
mugshots; protocol B does so for 80 of the 130 people, drawn at random, after training on the other 50.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.errors import UsageError
from core.evaluation.protocols.pictures import LabelledPictures, pictures_in

DISTANCES = (1, 2, 3)
CAMERAS = (1, 2, 3, 4, 5)
TRAINING_PEOPLE = 50
_MUGSHOT = re.compile(r"(\d+)_frontal")
_PROBE = re.compile(r"(\d+)_cam(\d)_(\d)")


@dataclass(frozen=True, slots=True, eq=False)
class ScFace:
    """The pictures of the day-light cameras.

    Attributes
    ----------
    mugshots : LabelledPictures
        One of each person.
    probes : tuple of LabelledPictures
        One entry for each of :data:`DISTANCES`.
    """

    mugshots: LabelledPictures
    probes: tuple[LabelledPictures, ...]


def load_scface(root: Path) -> ScFace:
    """Find mugshots and probes.

    Parameters
    ----------
    root : Path
        The folder of the data set.

    Returns
    -------
    ScFace
        In order of person and camera.

    Raises
    ------
    UsageError
        If a folder is missing, a file name does not say who and where, or a probe has no mugshot.
    """
    mugshots = []
    for path in pictures_in(root / "mugshot_frontal_original_all"):
        found = _MUGSHOT.fullmatch(path.stem)
        if found is None:
            raise UsageError(f"{path} should be named NNN_frontal.")
        mugshots.append((path, int(found[1])))
    people = {person for _, person in mugshots}
    probes = tuple(LabelledPictures.of(_probes_at(root, distance, people)) for distance in DISTANCES)
    return ScFace(LabelledPictures.of(sorted(mugshots, key=lambda pair: pair[1])), probes)


def protocol_b(people: int, seed: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Draw who is trained on and who is tested.

    Parameters
    ----------
    people : int
        Number of people, labelled from 1; more than :data:`TRAINING_PEOPLE`.
    seed : int
        Report mean and standard deviation over several.

    Returns
    -------
    training, test : tuple of int
        Labels, ascending.
    """
    order = np.random.default_rng(seed).permutation(people) + 1
    training, test = order[:TRAINING_PEOPLE], order[TRAINING_PEOPLE:]
    return tuple(sorted(training.tolist())), tuple(sorted(test.tolist()))


def _probes_at(root: Path, distance: int, people: set[int]) -> list[tuple[Path, int]]:
    found = []
    for camera in CAMERAS:
        for path in pictures_in(root / f"surveillance_cameras_distance_{distance}" / f"cam_{camera}"):
            parts = _PROBE.fullmatch(path.stem)
            if parts is None or (int(parts[2]), int(parts[3])) != (camera, distance):
                raise UsageError(f"{path} should be named NNN_cam{camera}_{distance}.")
            if int(parts[1]) not in people:
                raise UsageError(f"There is no mugshot of the person on {path}.")
            found.append((int(parts[1]), camera, path))
    return [(path, person) for person, _, path in sorted(found)]
