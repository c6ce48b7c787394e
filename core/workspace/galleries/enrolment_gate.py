"""The gate of an enrolment: who is let in, and as what sample."""

from __future__ import annotations

from dataclasses import dataclass

from core.imaging.still import encode_png
from core.storage import samples as stored
from core.types import Enrolment, EnrolmentStatus, FaceAnalysis, ImageAnalysis, Outcome
from core.workspace.galleries.enrolment_plan import EnrolmentItem
from core.workspace.searches.assessed_face import AssessedFace


@dataclass(frozen=True, slots=True)
class Gate:
    """The terms of an enrolment.

    Attributes
    ----------
    gallery : str
        Where to.
    min_recognizability : float
        Faces below it are refused.
    override_reason : str
        Why they are let in all the same; empty when they are not.
    dry_run : bool
        Whether only to say what would happen.
    authority : str
        On whose authority, where an item does not name its own.
    """

    gallery: str
    min_recognizability: float
    override_reason: str
    dry_run: bool
    authority: str


def verdict_on(
    item: EnrolmentItem, analysis: ImageAnalysis, face: FaceAnalysis | None, gate: Gate
) -> Enrolment:
    """Say whether a face comes through the gate, before anything is stored of it.

    Parameters
    ----------
    item : EnrolmentItem
        What was to be enrolled.
    analysis : ImageAnalysis
        What was found in its picture.
    face : FaceAnalysis or None
        The face that is meant.
    gate : Gate
        The terms.

    Returns
    -------
    Enrolment
        Enrolled, without a key yet, or refused with a reason.
    """

    def refused(reason: str) -> Enrolment:
        index = face.recognizability if face else None
        return Enrolment(
            item.path,
            item.subject,
            EnrolmentStatus.REFUSED,
            reason,
            None,
            index.index if index else None,
            index.band if index else None,
        )

    if face is None:
        return refused(analysis.reason)
    if face.outcome is not Outcome.OK or face.recognizability is None:
        return refused(face.reason)
    index = face.recognizability
    below = index.index < gate.min_recognizability
    if below and not gate.override_reason:
        return refused(
            f"Its recognizability {index.index:.2f} lies below the gate of {gate.min_recognizability:.2f}."
        )
    reason = f"Enrolled below the gate: {gate.override_reason}" if below else ""
    return Enrolment(
        item.path, item.subject, EnrolmentStatus.ENROLLED, reason, None, index.index, index.band, below
    )


def new_sample(
    item: EnrolmentItem, sha256: str, face: AssessedFace, overridden: bool, gate: Gate
) -> stored.NewSample:
    """Return a face that came through the gate as it is stored.

    Parameters
    ----------
    item : EnrolmentItem
        What was to be enrolled.
    sha256 : str
        Hash of its picture.
    face : AssessedFace
        The face.
    overridden : bool
        Whether it lies below the gate.
    gate : Gate
        The terms.

    Returns
    -------
    NewSample
        With where it comes from.
    """
    detection = face.detection
    return stored.NewSample(
        source=item.source,
        source_sha256=sha256,
        box=detection.box,
        landmarks=detection.landmarks,
        detector=detection.detector,
        confidence=detection.confidence,
        eye_distance_px=face.aligned.eye_distance_px,
        alignment=face.aligned.source,
        recognizability=face.recognizability,
        crop_png=encode_png(face.aligned.crop),
        embedding=face.embedding,
        embedding_norm=face.embedding_norm,
        model_id=face.model_id,
        overridden=overridden,
        authority=item.authority or gate.authority,
    )
