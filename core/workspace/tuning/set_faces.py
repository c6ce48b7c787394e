"""Faces for labelled sets and hold-outs: confirmed ones of cases, and the main face of picture files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import IntegrityFailure, UnreadableImage
from core.imaging.alignment import CROP_SIZE
from core.imaging.still import decode_still
from core.progress import Progress
from core.storage import case_faces
from core.storage.cases import case_row
from core.storage.names import clean_name, storable
from core.training.sets.listing import LabelledFile
from core.types import BoundingBox, FaceDetection, FaceState, Outcome, SourceImage
from core.workspace.cases.case_pictures import CasePictures

_ALL_FACE_PX = 64
"""A smaller picture in which no face is found is taken for a cut-out face."""


@dataclass(frozen=True, slots=True, eq=False)
class TakenFace:
    """A picture that can be used, before it has a file and a part.

    Attributes
    ----------
    subject : str
        Who is on it.
    source, sha256 : str
        Where it comes from, and the hash of the bytes it was read from.
    case_id, face_id : int or None
        The confirmed face of a case that it is.
    face_px : float or None
        Native width of the face in px.
    width, height : int
        Extent of the picture in px.
    compression : str
        Format of the file, empty where it is not known.
    crop : ndarray of uint8, shape (112, 112, 3)
        The face, aligned.
    group : str
        Group of people that the subject was labelled with.
    """

    subject: str
    source: str
    sha256: str
    case_id: int | None
    face_id: int | None
    face_px: float | None
    width: int
    height: int
    compression: str
    crop: NDArray[np.uint8]
    group: str = ""


class SetFaces(CasePictures):
    """The part of the front door that finds faces to learn from and to judge on."""

    def _confirmed_faces(self, case_ids: Sequence[int], left_out: list[str]) -> Iterator[TakenFace]:
        for case_id in case_ids:
            with self._database.read() as session:
                case_row(session, case_id)
                found = case_faces.faces(session, case_id)
            for face in found:
                if face.state is not FaceState.CONFIRMED or not face.subject:
                    continue
                source = f"case {case_id}, face {face.face_id}"
                if face.outcome is not Outcome.OK:
                    left_out.append(f"{source}: {face.reason or 'it could not be assessed.'}")
                    continue
                try:
                    picture = self.check_picture(face.picture_id, "training.set")
                except IntegrityFailure as error:
                    left_out.append(f"{source}: {error}")
                    continue
                with self._database.read() as session:
                    crop = decode_still(case_faces.crop(session, face.face_id), self.settings.imaging)
                yield TakenFace(
                    subject=face.subject,
                    source=source,
                    sha256=picture.sha256,
                    case_id=case_id,
                    face_id=face.face_id,
                    face_px=face.detection.box.width,
                    width=picture.width,
                    height=picture.height,
                    compression=Path(picture.path).suffix.lstrip(".").upper().replace("JPG", "JPEG"),
                    crop=crop.pixels,
                )

    def _main_faces(
        self, files: Sequence[LabelledFile], left_out: list[str], progress: Progress
    ) -> Iterator[TakenFace]:
        for number, file in enumerate(files):
            progress.step(number, len(files), file.path.name)
            try:
                subject = clean_name("subject", file.subject)
                image = self.read_still(file.path)
            except UnreadableImage as error:
                left_out.append(str(error))
                continue
            crop, face_px, reason = self._main_face(image)
            if crop is None:
                left_out.append(f"{file.path.name}: {reason}")
                continue
            yield TakenFace(
                subject=subject,
                source=storable(str(file.path.absolute())),
                sha256=image.sha256 or "",
                case_id=None,
                face_id=None,
                face_px=file.face_px or face_px,
                width=image.width,
                height=image.height,
                compression=image.file_format,
                crop=crop,
                group=file.group,
            )

    def _main_face(self, image: SourceImage) -> tuple[NDArray[np.uint8] | None, float | None, str]:
        if image.pixels.shape[:2] == (CROP_SIZE, CROP_SIZE):
            return image.pixels, None, ""
        analysis = self.analyze(image)
        face = analysis.main
        if face is None and max(image.width, image.height) <= _ALL_FACE_PX:
            box = BoundingBox(0.0, 0.0, float(image.width), float(image.height))
            drawn = FaceDetection(box, None, None, FaceDetection.MANUAL)
            analysis = self.analyze(image, (drawn,), detect=False)
            face = analysis.main
        if face is None or face.aligned is None or face.outcome is not Outcome.OK:
            return None, None, (face.reason if face else analysis.reason) or "no face could be assessed."
        return face.aligned.crop, face.detection.box.width, ""


def distinct(taken: Sequence[TakenFace], left_out: list[str]) -> list[TakenFace]:
    """Leave out what is there before under the same name.

    Parameters
    ----------
    taken : sequence of TakenFace
        What was found.
    left_out : list of str
        One sentence is added for each that goes.

    Returns
    -------
    list of TakenFace
        In order of subject and source. The same picture under another name stays, to be warned of.
    """
    kept: list[TakenFace] = []
    known: dict[tuple[str, str, bytes], str] = {}
    for one in sorted(taken, key=lambda one: (one.subject, one.source)):
        key = (one.subject, one.sha256, one.crop.tobytes())
        if key in known:
            left_out.append(f"{one.source}: the same picture as {known[key]}.")
            continue
        known[key] = one.source
        kept.append(one)
    return kept
