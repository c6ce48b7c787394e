"""The tables of what examiners keep and decide: pictures, faces, judgements, verdicts, and the journal."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.storage.schema import NEVER_REUSED, Base, now


class PictureRow(Base):
    """A still, a frame, or a derived picture of a case."""

    __tablename__ = "pictures"
    __table_args__ = (Index(None, "evidence_id", "sha256"), NEVER_REUSED)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    evidence_id: Mapped[int] = mapped_column(ForeignKey("evidence.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("pictures.id"))
    operation: Mapped[str] = mapped_column(String(32), default="")
    parameters: Mapped[str] = mapped_column(default="{}")
    sha256: Mapped[str] = mapped_column(String(64))
    width: Mapped[int]
    height: Mapped[int]
    frame_stream: Mapped[int | None]
    frame_pts: Mapped[int | None]
    frame_time_base: Mapped[str | None]
    frame_ordinal: Mapped[int | None]
    pixel_sha256: Mapped[str] = mapped_column(String(64), default="")
    outcome: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(default="")
    created: Mapped[datetime] = mapped_column(default=now)


class EvidenceFailureRow(Base):
    """The first time that a file, or a picture kept of it, was not what was taken in; it is for good.

    It is apart from evidence and pictures, so that it neither is undone with a step nor stands in its way.
    """

    __tablename__ = "evidence_failures"
    __table_args__ = (NEVER_REUSED,)

    id: Mapped[int] = mapped_column(primary_key=True)
    evidence_id: Mapped[int] = mapped_column(ForeignKey("evidence.id"), index=True)
    picture_id: Mapped[int | None]
    reason: Mapped[str]
    created: Mapped[datetime] = mapped_column(default=now)


class PictureThumbnailRow(Base):
    """A small copy of a picture, apart so that a listing does not read pixels."""

    __tablename__ = "picture_thumbnails"

    picture_id: Mapped[int] = mapped_column(ForeignKey("pictures.id", ondelete="CASCADE"), primary_key=True)
    png: Mapped[bytes]


class FaceRow(Base):
    """A face of a picture of a case."""

    __tablename__ = "faces"
    __table_args__ = (NEVER_REUSED,)

    id: Mapped[int] = mapped_column(primary_key=True)
    picture_id: Mapped[int] = mapped_column(ForeignKey("pictures.id", ondelete="CASCADE"), index=True)
    box_x: Mapped[float]
    box_y: Mapped[float]
    box_width: Mapped[float]
    box_height: Mapped[float]
    landmarks: Mapped[bytes | None]
    detector: Mapped[str]
    confidence: Mapped[float | None]
    outcome: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(default="")
    eye_distance_px: Mapped[float | None]
    alignment: Mapped[str | None] = mapped_column(String(16))
    recognizability: Mapped[float | None]
    band: Mapped[str | None] = mapped_column(String(16))
    recognizability_kind: Mapped[str | None] = mapped_column(String(16))
    provisional: Mapped[bool | None]
    embedding: Mapped[bytes | None]
    norm: Mapped[float | None]
    model_id: Mapped[str] = mapped_column(String(64), default="")
    state: Mapped[str] = mapped_column(String(16), default="unknown")
    subject: Mapped[str] = mapped_column(default="")
    created: Mapped[datetime] = mapped_column(default=now)


class FaceCropRow(Base):
    """The aligned crop of a face."""

    __tablename__ = "face_crops"

    face_id: Mapped[int] = mapped_column(ForeignKey("faces.id", ondelete="CASCADE"), primary_key=True)
    png: Mapped[bytes]


class SearchProbeRow(Base):
    """A face that went into the template of a search, and its weight there."""

    __tablename__ = "search_probes"

    search_id: Mapped[int] = mapped_column(ForeignKey("searches.id", ondelete="CASCADE"), primary_key=True)
    face_id: Mapped[int] = mapped_column(primary_key=True)
    weight: Mapped[float]


class JudgementRow(Base):
    """An examiner's judgement; triggers forbid to change or remove it."""

    __tablename__ = "judgements"
    __table_args__ = (Index(None, "search_id", "rank"), NEVER_REUSED)

    id: Mapped[int] = mapped_column(primary_key=True)
    search_id: Mapped[int] = mapped_column(ForeignKey("searches.id"))
    rank: Mapped[int]
    examiner: Mapped[str]
    second: Mapped[bool]
    suitability: Mapped[str | None] = mapped_column(String(16))
    conclusion: Mapped[str | None] = mapped_column(String(32))
    features: Mapped[str]
    note: Mapped[str]
    on_original: Mapped[bool]
    created: Mapped[datetime] = mapped_column(default=now)


class CandidateVerdictRow(Base):
    """What an examiner said of a place on a candidate list."""

    __tablename__ = "candidate_verdicts"

    search_id: Mapped[int] = mapped_column(ForeignKey("searches.id", ondelete="CASCADE"), primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True)
    examiner: Mapped[str] = mapped_column(primary_key=True)
    subject_id: Mapped[int] = mapped_column(index=True)
    verdict: Mapped[str] = mapped_column(String(16))
    created: Mapped[datetime] = mapped_column(default=now)


class StepRow(Base):
    """A step that can be undone: how rows were before it and after it."""

    __tablename__ = "journal"
    __table_args__ = (NEVER_REUSED,)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    operator: Mapped[str]
    action: Mapped[str]
    details: Mapped[str]
    changes: Mapped[str]
    undone: Mapped[bool] = mapped_column(default=False)
    created: Mapped[datetime] = mapped_column(default=now)
