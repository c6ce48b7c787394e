"""A picture or video as the desk lists it, kept by a case or not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtGui import QImage

from core.types import (
    CaseFace,
    CasePicture,
    FaceAnalysis,
    FaceState,
    FrameReference,
    ImageAnalysis,
    Outcome,
)


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """A still, a video, a frame taken from one, or a picture derived from one of these.

    Attributes
    ----------
    source_id : int
        Key; results are filed by it, never by the row that happens to be current.
    path : Path
        The file.
    video : bool
        Whether this is a video to scrub through.
    awaited : bool
        Whether an analysis of it is under way.
    analysis : ImageAnalysis or None
        What was found while no case keeps it. Its picture is left out for a still, which can be read again,
        and kept for a frame.
    picture : CasePicture or None
        What the case keeps of it.
    faces : tuple of CaseFace
        Its faces; those that no case keeps have negative keys.
    thumbnail : QImage or None
        A small picture.
    """

    source_id: int
    path: Path
    video: bool = False
    awaited: bool = False
    analysis: ImageAnalysis | None = None
    picture: CasePicture | None = None
    faces: tuple[CaseFace, ...] = ()
    thumbnail: QImage | None = None

    @property
    def settled(self) -> bool:
        """Whether it is known what it holds."""
        return self.analysis is not None or self.picture is not None

    @property
    def derived(self) -> bool:
        """Whether it is not an original."""
        return self.picture is not None and self.picture.derived

    @property
    def frame(self) -> FrameReference | None:
        """The place in the video when it is a frame."""
        known = self.picture or self.analysis
        return known.frame if known else None

    @property
    def outcome(self) -> Outcome:
        """How its analysis ended; `OK` while it is not known."""
        known = self.picture or self.analysis
        return known.outcome if known else Outcome.OK

    @property
    def reason(self) -> str:
        """One sentence when its analysis did not end well."""
        known = self.picture or self.analysis
        return known.reason if known else ""

    def face(self, face_id: int) -> CaseFace | None:
        """Return one of its faces by the face's key."""
        return next((face for face in self.faces if face.face_id == face_id), None)


def loose_face(analysed: FaceAnalysis, face_id: int) -> CaseFace:
    """Return a face that no case keeps in the form of those that one keeps.

    Parameters
    ----------
    analysed : FaceAnalysis
        The face.
    face_id : int
        A negative key.

    Returns
    -------
    CaseFace
        In the state `UNKNOWN`.
    """
    aligned = analysed.aligned
    return CaseFace(
        face_id,
        0,
        analysed.detection,
        analysed.outcome,
        analysed.reason,
        aligned.eye_distance_px if aligned else None,
        aligned.source if aligned else None,
        analysed.recognizability,
        analysed.model_id or "",
        FaceState.UNKNOWN,
        "",
        datetime.now(UTC),
    )


def real_faces(faces: Iterable[CaseFace]) -> tuple[CaseFace, ...]:
    """Return the faces that nobody has called none."""
    return tuple(face for face in faces if face.state is not FaceState.NOT_A_FACE)


def families(
    record: Sequence[tuple[CasePicture, tuple[CaseFace, ...]]],
) -> list[tuple[CasePicture, tuple[CaseFace, ...]]]:
    """Return every original followed by what was derived from it, and from that, in order of intake."""
    children: dict[int | None, list[tuple[CasePicture, tuple[CaseFace, ...]]]] = {}
    for entry in record:
        children.setdefault(entry[0].parent_id, []).append(entry)
    ordered = []
    waiting = children.get(None, [])[::-1]
    while waiting:
        entry = waiting.pop()
        ordered.append(entry)
        waiting.extend(children.get(entry[0].picture_id, [])[::-1])
    return ordered
