"""The pictures behind a comparison: the probe's, the candidate's crop, and the file it was enrolled from."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from core.errors import DiscernError, NotFound, UnreadableImage
from core.imaging.alignment import ARCFACE_TEMPLATE, CROP_SIZE, box_landmarks, similarity_transform
from core.imaging.still import decode_still, read_still
from core.storage import samples
from core.storage.carried import carried_crop
from core.storage.judgements import probe_is_original
from core.storage.sample_faces import sample_face
from core.types import (
    Band,
    BoundingBox,
    Candidate,
    ComparedFaces,
    FaceDetection,
    FacePicture,
    Sample,
    SourceImage,
)
from core.workspace.judgement.search_view import SearchViews


class SamplePictures(SearchViews):
    """The part of the front door that lays two faces side by side; it stores nothing."""

    def sample_picture(self, sample_id: int) -> SourceImage:
        """Return the picture that a sample was enrolled from, read again from its file.

        Parameters
        ----------
        sample_id : int
            The sample.

        Returns
        -------
        SourceImage
            The whole picture; its bytes have the hash that was recorded at enrolment.

        Raises
        ------
        NotFound
            If there is no such sample, or its file is gone or no longer the same.
        """
        with self._database.read() as session:
            kept = samples.sample(session, sample_id)
        return self._source_of(kept)

    def compared_faces(self, search_id: int, rank: int) -> ComparedFaces:
        """Return the pictures of the probe of a search and of one of its candidates.

        Parameters
        ----------
        search_id : int
            The search.
        rank : int
            The candidate's key in it.

        Returns
        -------
        ComparedFaces
            The original pictures wherever they are still there; nothing in it says who the candidate is.

        Raises
        ------
        NotFound
            If there is no such search, no such candidate among those that are shown, or the candidate's
            sample was removed.
        IntegrityFailure
            If the stored picture of the probe no longer has its hash.
        """
        shown, _ = self.comparison_view(search_id, rank)
        search = self.search_record(search_id)
        probe = search.probe
        with self._database.read() as session:
            original = probe_is_original(session, search_id)
            came = self._kept_search(search_id).result.candidates[rank - 1]
            if came.sample_id < 0:
                kept, face = None, None
                crop = carried_crop(session, self._files, came.sample_id)
                candidate: Sample | Candidate = came
            else:
                candidate = kept = samples.sample(session, shown.sample_id)
                face = sample_face(session, kept.sample_id)
                crop = samples.sample_crop(session, kept.sample_id)
        limits = self.settings.imaging
        self._notice_original(probe.evidence_id, "comparison.view", videos=False)
        picture = self._stills.decode(self._read_probe(search, "comparison.view"), limits)
        found = FaceDetection(probe.box, probe.landmarks, probe.confidence, probe.detector)
        index = probe.recognizability
        source, why = None, "The picture that the candidate was enrolled from did not come with the case."
        if kept is not None and face is not None:
            try:
                source = _of_picture(self._source_of(kept), face, kept.recognizability, kept.band)
                why = ""
            except DiscernError:
                why = "The picture that the candidate was enrolled from can no longer be read as it was."
        return ComparedFaces(
            _of_picture(picture, found, index.index, index.band, original=original),
            _of_crop(decode_still(crop, limits), candidate),
            source,
            why,
        )

    def _source_of(self, kept: Sample) -> SourceImage:
        name = Path(kept.source).name
        try:
            image = read_still(Path(kept.source), self.settings.imaging, self._stills.decode)
        except UnreadableImage as error:
            raise NotFound(f"The picture {name} of this sample can no longer be read.") from error
        if image.sha256 != kept.source_sha256:
            raise NotFound(f"The picture {name} has changed since this sample was enrolled from it.")
        return image


def _of_picture(
    image: SourceImage, face: FaceDetection, index: float, band: Band, *, original: bool = True
) -> FacePicture:
    """Return a face in the picture it was found in; without landmarks they are those of an average face."""
    landmarks = box_landmarks(face.box) if face.landmarks is None else face.landmarks.astype(np.float64)
    return FacePicture(
        pixels=image.pixels,
        box=face.box,
        landmarks=landmarks.astype(np.float32),
        estimated=face.landmarks is None,
        to_crop=similarity_transform(landmarks, ARCFACE_TEMPLATE),
        original=original,
        recognizability=index,
        band=band,
    )


def _of_crop(image: SourceImage, kept: Sample | Candidate) -> FacePicture:
    """Return a sample's aligned crop, whose landmarks lie on the template it was aligned to."""
    return FacePicture(
        pixels=image.pixels,
        box=BoundingBox(0, 0, CROP_SIZE, CROP_SIZE),
        landmarks=ARCFACE_TEMPLATE.astype(np.float32),
        estimated=False,
        to_crop=np.eye(2, 3),
        original=False,
        recognizability=kept.recognizability,
        band=kept.band,
    )
