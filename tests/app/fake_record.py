"""The record of a case, in memory."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.errors import NotFound, UnreadableImage, UsageError
from core.types import (
    Adjustment,
    AdjustmentParameter,
    BoundingBox,
    CaseFace,
    CasePicture,
    FaceAnalysis,
    FaceDetection,
    FaceState,
    ImageAnalysis,
    SourceImage,
    Subject,
)
from core.workspace import KeptAnalysis

TAKEN_IN = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
ADJUSTMENTS = (
    Adjustment("exposure", "Multiply the light.", (AdjustmentParameter("stops", -5, 5, 0, "stops"),)),
    Adjustment(
        "rotate", "Turn clockwise.", (AdjustmentParameter("degrees", -180, 180, 0, "°"),), geometric=True
    ),
    Adjustment(
        "deinterlace",
        "Show one field.",
        (AdjustmentParameter("field", 0, 1, 0, whole=True, choices=("top", "bottom")),),
    ),
)


@dataclass
class RecordTables:
    """What is kept; the faces that a step took away or brought go in and out of `faces`."""

    pictures: dict[int, CasePicture] = field(default_factory=dict)
    images: dict[int, SourceImage] = field(default_factory=dict)
    faces: dict[int, CaseFace] = field(default_factory=dict)
    crops: dict[int, bytes] = field(default_factory=dict)
    analyses: dict[int, FaceAnalysis] = field(default_factory=dict)
    last: int = 100

    def key(self) -> int:
        """Return a new key."""
        self.last += 1
        return self.last


class FakeRecord:
    """The part of a :class:`tests.app.fakes.FakeWorkspace` that keeps pictures and faces of cases."""

    @property
    def record(self) -> RecordTables:
        """What is kept."""
        found: RecordTables = self.__dict__.setdefault("_record", RecordTables())
        return found

    def keep_analysis(
        self, case_id: int, analysis: ImageAnalysis, thumbnail: bytes | None = None
    ) -> tuple[CasePicture, tuple[CaseFace, ...]]:
        """Keep a picture with its faces; faces in the same place keep key and state."""
        tables = self.record
        if analysis.path is None or (analysis.image is None and analysis.sha256 is None):
            raise UnreadableImage(analysis.reason)
        known = [
            one
            for one in tables.pictures.values()
            if (one.case_id, one.path, one.frame, one.parent_id)
            == (case_id, str(analysis.path), analysis.frame, None)
        ]
        key = known[0].picture_id if known else tables.key()
        image = analysis.image
        tables.pictures[key] = CasePicture(
            key,
            case_id,
            1,
            str(analysis.path),
            analysis.sha256 or "",
            image.width if image else 0,
            image.height if image else 0,
            analysis.frame,
            None,
            "",
            (),
            analysis.outcome,
            analysis.reason,
            0,
            None,
            TAKEN_IN,
        )
        if image is not None:
            tables.images[key] = image
        for face in analysis.faces:
            old = [one for one in self._faces_of(key) if one.detection.box == face.detection.box]
            self._put(key, face, old[0] if old else None)
        return self.case_picture(key), self._faces_of(key)

    def keep_analyses(self, case_id: int, analyses: Iterable[ImageAnalysis]) -> Iterator[KeptAnalysis]:
        """Keep one after the other."""
        for analysis in analyses:
            try:
                yield KeptAnalysis(analysis, *self.keep_analysis(case_id, analysis))
            except UnreadableImage as error:
                yield KeptAnalysis(analysis, None, (), str(error))

    def analyze_picture(self, picture_id: int) -> tuple[CasePicture, tuple[CaseFace, ...]]:
        """Look for faces as if the picture had come from its file."""
        picture = self.case_picture(picture_id)
        found = self._front.analyze(replace(self.record.images[picture_id], path=Path(picture.path)))
        self.record.pictures[picture_id] = replace(picture, outcome=found.outcome, reason=found.reason)
        for face in found.faces:
            self._put(picture_id, face, None)
        return self.case_picture(picture_id), self._faces_of(picture_id)

    def case_picture(self, picture_id: int) -> CasePicture:
        """Return a picture with its count of faces."""
        if picture_id not in self.record.pictures:
            raise NotFound(f"There is no picture {picture_id}.")
        faces = [one for one in self._faces_of(picture_id) if one.state is not FaceState.NOT_A_FACE]
        indices = [one.recognizability.index for one in faces if one.recognizability]
        return replace(self.record.pictures[picture_id], faces=len(faces), best=max(indices, default=None))

    def case_pictures(self, case_id: int) -> tuple[CasePicture, ...]:
        """Return the pictures of a case."""
        found = [key for key, one in self.record.pictures.items() if one.case_id == case_id]
        return tuple(map(self.case_picture, found))

    def case_faces(self, case_id: int, picture_id: int | None = None) -> tuple[CaseFace, ...]:
        """Return the faces of a case or of one of its pictures."""
        wanted = [one.picture_id for one in self.case_pictures(case_id)]
        return tuple(
            face
            for face in sorted(self.record.faces.values(), key=lambda face: face.face_id)
            if face.picture_id in wanted and picture_id in (None, face.picture_id)
        )

    def case_face(self, face_id: int) -> CaseFace:
        """Return a face."""
        if face_id not in self.record.faces:
            raise NotFound(f"There is no face {face_id}.")
        return self.record.faces[face_id]

    def face_crop(self, face_id: int) -> bytes:
        """Return the crop of a face."""
        if face_id not in self.record.crops:
            raise NotFound(f"Face {face_id} has no crop.")
        return self.record.crops[face_id]

    def picture_thumbnail(self, picture_id: int) -> bytes | None:
        """Return a small copy."""
        image = self.record.images.get(picture_id)
        return None if image is None else _png(image.pixels[::8, ::8])

    def read_case_picture(self, picture_id: int) -> SourceImage:
        """Return the picture as it was taken in."""
        if picture_id not in self.record.images:
            raise UnreadableImage("The picture could not be read.")
        return self.record.images[picture_id]

    def assess_face(self, face_id: int) -> tuple[SourceImage, FaceAnalysis]:
        """Return the analysis of a face."""
        face = self.case_face(face_id)
        return self.record.images[face.picture_id], self.record.analyses[face_id]

    def set_face_states(
        self, face_ids: Sequence[int], state: FaceState, subject: str = ""
    ) -> tuple[CaseFace, ...]:
        """Set states as one step."""
        before = [self.case_face(face_id) for face_id in face_ids]
        after = [replace(face, state=state, subject=subject) for face in before]
        self._step(before[0].picture_id, "face.state", before, after)
        return tuple(after)

    def add_face(
        self, picture_id: int, box: BoundingBox, landmarks: NDArray[np.float32] | None = None
    ) -> CaseFace:
        """Keep a face that was drawn, as one step."""
        face = self._put(picture_id, self._drawn(picture_id, box, landmarks), None, keep=False)
        self._step(picture_id, "face.draw", [], [face])
        return face

    def change_face(
        self, face_id: int, box: BoundingBox, landmarks: NDArray[np.float32] | None = None
    ) -> CaseFace:
        """Put a face elsewhere, as one step."""
        before = self.case_face(face_id)
        drawn = self._drawn(before.picture_id, box, landmarks)
        after = self._put(before.picture_id, drawn, before, keep=False)
        self._step(before.picture_id, "face.change", [before], [after])
        return after

    def adjustments(self) -> tuple[Adjustment, ...]:
        """Return a short list."""
        return ADJUSTMENTS

    def derived_preview(
        self, picture_id: int, operation: str, parameters: Mapping[str, float]
    ) -> SourceImage:
        """Lighten, or turn by quarters."""
        image = self.read_case_picture(picture_id)
        pixels = image.pixels.astype(np.float64)
        if operation == "exposure":
            pixels = pixels * 2 ** parameters["stops"]
        elif operation == "rotate":
            pixels = np.rot90(pixels, -int(parameters["degrees"] // 90))
        out = np.clip(pixels, 0, 255).astype(np.uint8)
        return SourceImage(out, sha256(out.tobytes()).hexdigest(), None, "PNG", out.size)

    def derive_picture(self, picture_id: int, operation: str, parameters: Mapping[str, float]) -> CasePicture:
        """Keep what a preview shows."""
        parent, image = self.case_picture(picture_id), self.derived_preview(picture_id, operation, parameters)
        if np.array_equal(image.pixels, self.record.images[picture_id].pixels):
            raise UsageError("With these parameters the picture stays as it is.")
        key = self.record.key()
        self.record.images[key] = image
        self.record.pictures[key] = replace(
            parent,
            picture_id=key,
            sha256=image.sha256,
            width=image.width,
            height=image.height,
            parent_id=picture_id,
            operation=operation,
            parameters=tuple(parameters.items()),
        )
        return self.case_picture(key)

    def subjects(self, gallery: str | None = None, text: str = "") -> tuple[Subject, ...]:
        """Return everybody who has a sample."""
        names = {sample.subject_id: sample for sample in self._front.samples(gallery=gallery, text=text)}
        return tuple(
            Subject(key, one.gallery, one.subject, 1, key, one.created) for key, one in names.items()
        )

    @property
    def _front(self) -> Any:
        return self

    def _faces_of(self, picture_id: int) -> tuple[CaseFace, ...]:
        found = [face for face in self.record.faces.values() if face.picture_id == picture_id]
        return tuple(sorted(found, key=lambda face: face.face_id))

    def _drawn(
        self, picture_id: int, box: BoundingBox, landmarks: NDArray[np.float32] | None
    ) -> FaceAnalysis:
        image = self.record.images[picture_id]
        detection = FaceDetection(box, landmarks, None, FaceDetection.MANUAL)
        found: FaceAnalysis = self._front.analyze(image, [detection], detect=False).faces[0]
        return found

    def _put(
        self, picture_id: int, face: FaceAnalysis, old: CaseFace | None, *, keep: bool = True
    ) -> CaseFace:
        key = old.face_id if old else self.record.key()
        aligned = face.aligned
        kept = CaseFace(
            key,
            picture_id,
            face.detection,
            face.outcome,
            face.reason,
            aligned.eye_distance_px if aligned else None,
            aligned.source if aligned else None,
            face.recognizability,
            face.model_id or "",
            old.state if old else FaceState.UNKNOWN,
            old.subject if old else "",
            TAKEN_IN,
        )
        self.record.analyses[key] = face
        if aligned is not None:
            self.record.crops[key] = _png(aligned.crop)
        if keep:
            self.record.faces[key] = kept
        return kept

    def _step(
        self, picture_id: int, action: str, before: Sequence[CaseFace], after: Sequence[CaseFace]
    ) -> None:
        faces = self.record.faces

        def _swap(gone: Sequence[CaseFace], come: Sequence[CaseFace]) -> None:
            for face in gone:
                faces.pop(face.face_id, None)
            faces.update({face.face_id: face for face in come})

        self._front.do(
            self.record.pictures[picture_id].case_id,
            action,
            lambda: _swap(before, after),
            lambda: _swap(after, before),
        )


def _png(pixels: NDArray[np.uint8]) -> bytes:
    out = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(out, "PNG")
    return out.getvalue()
