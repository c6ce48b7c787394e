"""What a tuning learns from: the pictures of a labelled set, and pictures whose embedding must stay."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from core.errors import UsageError
from core.imaging.alignment import CROP_SIZE
from core.progress import Progress
from core.recognition.features import Backbone
from core.recognition.passes import FixedPasses
from core.training.batches import NOBODY, Batch
from core.training.dataset import FaceSet
from core.training.degradation_model import degrade, misalign
from core.training.made_ahead import made_ahead
from core.training.recipe import Recipe
from core.training.sampler import IdentitySampler
from core.training.sets.manifest import Part, read_crops, read_set
from core.training.tuning.camera_look import CameraLook, measure_look
from core.training.vectors import unit_rows
from core.types import Preprocessing

_PASS_SIZE = 32
_LEARNT_SHARE = 0.25
"""Share of a batch that is of the set itself. On a simulated camera half a batch of 36 people, with their
classification, was learnt by heart and made strangers on the same camera worse."""

_IMITATED_SHARE = 0.6
"""Share of the others that are made to look as if the camera of the set had taken them."""


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """Faces of a tuning.

    Attributes
    ----------
    faces : FaceSet
        Those of the set first, then those that are kept to; nobody is in both under one number.
    learnt : int
        How many are of the set.
    recognizability : ndarray of float64, shape (learnt,)
        Index of each face of the set.
    curves : FaceSet
        People of the set that the curves are measured on.
    look : CameraLook or None
        How the camera of the set looks, where that could be measured.
    """

    faces: FaceSet
    learnt: int
    recognizability: NDArray[np.float64]
    curves: FaceSet
    look: CameraLook | None = None


def read_material(directory: Path, kept: NDArray[np.uint8], kept_people: tuple[str, ...]) -> Material:
    """Read what a tuning learns from.

    Parameters
    ----------
    directory : Path
        Of the labelled set.
    kept : ndarray of uint8, shape (m, 112, 112, 3)
        Aligned crops whose embedding must stay what it is.
    kept_people : tuple of str
        Who is on each; people of the set are left out of them.

    Returns
    -------
    Material
        The faces.

    Raises
    ------
    UsageError
        If the set stops a training, or a crop of it is gone.
    """
    labelled = read_set(directory)
    if labelled.stopped_by:
        raise UsageError(
            f"Nothing can be trained with the labelled set {labelled.name!r}: {' '.join(labelled.stopped_by)}"
        )
    learnt, curves = labelled.of(Part.TRAIN), labelled.of(Part.CURVES)
    names = [picture.subject for picture in learnt]
    known = set(labelled.subjects)
    others = [row for row, name in enumerate(kept_people) if name not in known]
    crops = np.concatenate([read_crops(directory, learnt), kept[others]])
    # The mark keeps both kinds of people apart, and gives those of the set the first numbers.
    marked = [f"0/{name}" for name in names] + [f"1/{kept_people[row]}" for row in others]
    return Material(
        faces=FaceSet.of(crops, marked),
        learnt=len(learnt),
        recognizability=np.array([picture.recognizability for picture in learnt], np.float64),
        curves=FaceSet.of(read_crops(directory, curves), [picture.subject for picture in curves]),
        look=measure_look(
            crops[: len(learnt)], [picture.face_px for picture in learnt], crops[len(learnt) :]
        ),
    )


def material_targets(
    backbone: Backbone, preprocessing: Preprocessing, material: Material, progress: Progress
) -> NDArray[np.float32]:
    """Ask the frozen network where faces belong.

    Parameters
    ----------
    backbone : Backbone
        The frozen network as it is used.
    preprocessing : Preprocessing
        How it is fed.
    material : Material
        The faces.
    progress : Progress
        Told after each pass.

    Returns
    -------
    ndarray of float32, shape (n, dim)
        At unit length. A face of the set belongs where all pictures of its person lie on the average, each
        counted by the square of its recognizability; one that is kept to belongs where it is.
    """
    passes = FixedPasses(backbone, preprocessing, torch.device("cpu"), _PASS_SIZE)
    parts: list[NDArray[np.float32]] = []
    for raw, _ in passes.run(material.faces.crops):
        parts.append(raw)
        progress.step(sum(map(len, parts)), len(material.faces.crops), "what the model says now")
    targets = unit_rows(np.concatenate(parts))
    labels = material.faces.labels[: material.learnt]
    weights = np.square(np.maximum(material.recognizability, 1e-3))
    sums = np.zeros((len(material.faces.people), targets.shape[1]))
    np.add.at(sums, labels, weights[:, None] * targets[: material.learnt])
    targets[: material.learnt] = unit_rows(sums[labels].astype(np.float32))
    return targets


class TuningBatches:
    """Batches of both kinds of faces.

    Those of the set are moved and mirrored only, because they are as poor as they will be met; the others are
    made to look like them where the look is known, or degraded as the recipe says.

    Parameters
    ----------
    material : Material
        The faces.
    recipe : Recipe
        Batch size, seed and degradation.
    """

    def __init__(self, material: Material, recipe: Recipe) -> None:
        self._material = material
        self._recipe = recipe
        others = len(material.faces.crops) - material.learnt
        wanted = max(1, round(_LEARNT_SHARE * recipe.batch_size)) if others else recipe.batch_size
        # No more than two turns of each person in a batch, however few they are.
        people = len(np.unique(material.faces.labels[: material.learnt]))
        self._sampler = IdentitySampler(
            material.faces.labels[: material.learnt],
            min(wanted, material.learnt, 2 * people),
            recipe.data.largest_per_person,
            recipe.seed,
        )
        self._others = min(recipe.batch_size - self._sampler.batch_size, others)

    @property
    def steps_per_epoch(self) -> int:
        """Steps in which every person of the set has had a turn."""
        return self._sampler.steps_per_epoch

    def batch(self, step: int) -> Batch:
        """Make the batch of a step, counted from 0."""
        material, recipe = self._material, self._recipe
        learnt = self._sampler.batch(step)
        chosen = np.random.default_rng((recipe.seed, step)).integers(
            material.learnt, max(len(material.faces.crops), material.learnt + 1), self._others
        )
        indices = np.concatenate([learnt, chosen])
        crops = np.empty((len(indices), CROP_SIZE, CROP_SIZE, 3), np.uint8)
        sizes = np.zeros(len(indices), np.float32)
        for place, index in enumerate(indices.tolist()):
            rng = np.random.default_rng((recipe.seed, step, place))
            crop = material.faces.crops[index]
            if rng.random() < 0.5:
                crop = np.ascontiguousarray(crop[:, ::-1])
            if index < material.learnt:
                crops[place] = misalign(crop, rng, recipe.degradation.misalignment)
            else:
                crops[place], sizes[place] = self._made_worse(crop, rng)
        nobody = np.full_like(indices, NOBODY)
        # Whom the others show is of no interest: they only stay where they are.
        labels = np.where(indices < material.learnt, material.faces.labels[indices], NOBODY)
        return Batch(crops, indices, nobody, labels, nobody, sizes)

    def _made_worse(
        self, crop: NDArray[np.uint8], rng: np.random.Generator
    ) -> tuple[NDArray[np.uint8], float]:
        recipe, look = self._recipe.degradation, self._material.look
        if look is not None and rng.random() < _IMITATED_SHARE:
            return look.imitate(misalign(crop, rng, recipe.misalignment), rng)
        return degrade(crop, rng, recipe)

    def batches(self, first: int, last: int) -> Iterator[tuple[int, Batch]]:
        """Return the steps from `first` up to but not `last`, with their batches."""
        return made_ahead(self.batch, first, last)
