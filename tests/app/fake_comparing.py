"""The pictures behind a comparison, in memory: the probe's file, and scikit-image's small real faces."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import skimage.data

from core.errors import NotFound
from core.imaging.alignment import ARCFACE_TEMPLATE, CROP_SIZE, box_landmarks, similarity_transform
from core.types import Band, BoundingBox, ComparedFaces, FacePicture, Sample, Search

FACE_OF_CROP = BoundingBox(3.0, 1.0, 19.0, 24.0)
GONE = "The picture that the candidate was enrolled from can no longer be read as it was."


class FakeComparing:
    """Pictures of a :class:`tests.app.fakes.FakeWorkspace`; samples in `lost` have no source any more."""

    derived: bool = False

    @property
    def lost(self) -> set[int]:
        """The samples whose source file is gone."""
        found: set[int] = self.__dict__.setdefault("_lost", set())
        return found

    def compared_faces(self, search_id: int, rank: int) -> ComparedFaces:
        """Return the probe in its picture, and a small real face as the candidate."""
        known: Any = self
        shown, _ = known.comparison_view(search_id, rank)
        sample: Sample | None = known._samples.get(shown.sample_id)
        if sample is None:
            raise NotFound(f"There is no sample with the number {shown.sample_id}.")
        search: Search = known.search_record(search_id)
        path = Path(search.probe.path)
        still = path.exists() and path.suffix != ".mp4"
        pixels = known.read_still(path).pixels if still else skimage.data.astronaut()
        index = search.probe.recognizability
        grey = (skimage.data.lfw_subset()[sample.sample_id % 100] * 255).astype(np.uint8)
        small = np.repeat(grey[:, :, None], 3, axis=2)
        lost = sample.sample_id in self.lost
        probe = _face(pixels, search.probe.box, search.probe.landmarks, index.index, index.band)
        if self.derived:
            probe = replace(probe, original=False)
        return ComparedFaces(
            probe,
            _crop(sample),
            None if lost else _face(small, FACE_OF_CROP, None, sample.recognizability, sample.band),
            GONE if lost else "",
        )


def _face(pixels: Any, box: BoundingBox, landmarks: Any, index: float, band: Band) -> FacePicture:
    marks = box_landmarks(box) if landmarks is None else landmarks
    return FacePicture(
        np.asarray(pixels),
        box,
        np.asarray(marks, np.float32),
        landmarks is None,
        similarity_transform(marks, ARCFACE_TEMPLATE),
        True,
        index,
        band,
    )


def _crop(sample: Sample) -> FacePicture:
    from tests.app.fakes import small_face

    return FacePicture(
        small_face(sample.sample_id),
        BoundingBox(0, 0, CROP_SIZE, CROP_SIZE),
        ARCFACE_TEMPLATE.astype(np.float32),
        False,
        np.eye(2, 3),
        False,
        sample.recognizability,
        sample.band,
    )
