"""The record of a case: its pictures, the faces in them, and the steps that can be undone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.types.faces import AlignmentSource, FaceDetection, Outcome, Recognizability
from core.types.images import FrameReference


class FaceState(StrEnum):
    """What the examiner says of a face; a new analysis never changes it.

    `SUGGESTED` stands for a name that was proposed and not yet confirmed.
    """

    UNKNOWN = "unknown"
    SUGGESTED = "suggested"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    IGNORED = "ignored"
    NOT_A_FACE = "not_a_face"


@dataclass(frozen=True, slots=True)
class CasePicture:
    """A still, a frame of a video, or a picture derived from one of these, as a case keeps it.

    Attributes
    ----------
    picture_id : int
        Key.
    case_id : int
        The case.
    evidence_id : int
        The file that it comes from.
    path : str
        Path of that file as it was given at intake.
    sha256 : str
        Of the file's bytes for a still; of the lossless PNG in the file store for any other.
    width, height : int
        Extent in px, upright; 0 when it could not be read.
    frame : FrameReference or None
        The place in the video, None for a still.
    parent_id : int or None
        The picture that this one was derived from.
    operation : str
        What was done to the parent, empty for an original.
    parameters : tuple of (str, float)
        With which parameters, by name.
    outcome : Outcome
        How its analysis ended.
    reason : str
        One sentence when it did not end well.
    faces : int
        Faces that are kept of it, those that are no face left out.
    best : float or None
        Highest recognizability index among them.
    created : datetime
        When it was taken in, in UTC.
    pixel_sha256 : str
        Of the decoded RGB bytes of a frame; empty for any other, and for frames of versions without it.
    failure : str
        One sentence about the first time that its bytes were not those of intake; empty while that never
        happened.
    failed : datetime or None
        When that was, in UTC.
    """

    picture_id: int
    case_id: int
    evidence_id: int
    path: str
    sha256: str
    width: int
    height: int
    frame: FrameReference | None
    parent_id: int | None
    operation: str
    parameters: tuple[tuple[str, float], ...]
    outcome: Outcome
    reason: str
    faces: int
    best: float | None
    created: datetime
    pixel_sha256: str = ""
    failure: str = ""
    failed: datetime | None = None

    @property
    def derived(self) -> bool:
        """Whether it is not an original."""
        return self.parent_id is not None


@dataclass(frozen=True, slots=True, eq=False)
class CaseFace:
    """A face as a case keeps it; its key never changes.

    Attributes
    ----------
    face_id : int
        Key.
    picture_id : int
        The picture that holds it.
    detection : FaceDetection
        Box and landmarks, in px of the picture.
    outcome : Outcome
        `OK`, `TOO_SMALL` or `NOT_ASSESSED`.
    reason : str
        One sentence when it could not be assessed.
    eye_distance_px : float or None
        Native eye distance, in px.
    alignment : AlignmentSource or None
        What the crop was aligned to.
    recognizability : Recognizability or None
        Index and band.
    model_id : str
        SHA-256 of the weights that assessed it, empty when none did.
    state : FaceState
        What the examiner says of it.
    subject : str
        Who it is, for a suggested or confirmed face; empty otherwise.
    created : datetime
        When it was first found or drawn, in UTC.
    """

    face_id: int
    picture_id: int
    detection: FaceDetection
    outcome: Outcome
    reason: str
    eye_distance_px: float | None
    alignment: AlignmentSource | None
    recognizability: Recognizability | None
    model_id: str
    state: FaceState
    subject: str
    created: datetime


@dataclass(frozen=True, slots=True)
class Step:
    """Something that was done and can be undone.

    Attributes
    ----------
    step_id : int
        Key.
    case_id : int or None
        The case it belongs to; None for the galleries.
    action : str
        What, as the audit log writes it: "noun.verb".
    details : str
        Canonical JSON of the particulars.
    operator : str
        Who.
    undone : bool
        Whether it is undone at present, and can be redone.
    created : datetime
        In UTC.
    """

    step_id: int
    case_id: int | None
    action: str
    details: str
    operator: str
    undone: bool
    created: datetime
