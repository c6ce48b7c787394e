"""The tables, as SQLAlchemy sees them; :mod:`core.storage.migrations` makes them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
"""Constraints have names, so that a later migration can change them."""

NEVER_REUSED: dict[str, Any] = {"sqlite_autoincrement": True}
"""A key is never given out twice: old candidate lists keep the keys of what was removed."""


class UtcDateTime(TypeDecorator[datetime]):
    """A point in time, stored as ISO 8601 text in UTC."""

    impl = String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """Return the text to store for a time that knows its zone."""
        return None if value is None else value.astimezone(UTC).isoformat(timespec="microseconds")

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        """Return the time that a stored text stands for."""
        return None if value is None else datetime.fromisoformat(value)


def now() -> datetime:
    """Return the present time in UTC."""
    return datetime.now(UTC)


class Base(DeclarativeBase):
    """Base of all tables."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)
    type_annotation_map = {datetime: UtcDateTime, bytes: LargeBinary, str: Text}  # noqa: RUF012


class CounterRow(Base):
    """A number that the whole workspace shares, such as the gallery revision."""

    __tablename__ = "counters"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    value: Mapped[int]


class GalleryRow(Base):
    """A named set of subjects."""

    __tablename__ = "galleries"
    __table_args__ = (NEVER_REUSED,)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    created: Mapped[datetime] = mapped_column(default=now)


class SubjectRow(Base):
    """A person of a gallery."""

    __tablename__ = "subjects"
    __table_args__ = (UniqueConstraint("gallery_id", "name"), NEVER_REUSED)

    id: Mapped[int] = mapped_column(primary_key=True)
    gallery_id: Mapped[int] = mapped_column(ForeignKey("galleries.id", ondelete="CASCADE"))
    name: Mapped[str]
    created: Mapped[datetime] = mapped_column(default=now)


class SampleRow(Base):
    """One enrolled face, without its pixels and its embeddings."""

    __tablename__ = "samples"
    __table_args__ = (
        Index(None, "subject_id", "recognizability"),
        Index(None, "source_sha256", "subject_id"),
        NEVER_REUSED,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey("subjects.id", ondelete="CASCADE"))
    source: Mapped[str]
    source_sha256: Mapped[str] = mapped_column(String(64))
    box_x: Mapped[float]
    box_y: Mapped[float]
    box_width: Mapped[float]
    box_height: Mapped[float]
    landmarks: Mapped[bytes | None]
    detector: Mapped[str]
    confidence: Mapped[float | None]
    eye_distance_px: Mapped[float]
    alignment: Mapped[str] = mapped_column(String(16))
    recognizability: Mapped[float]
    band: Mapped[str] = mapped_column(String(16))
    recognizability_kind: Mapped[str] = mapped_column(String(16))
    provisional: Mapped[bool]
    model_id: Mapped[str] = mapped_column(String(64))
    overridden: Mapped[bool]
    authority: Mapped[str] = mapped_column(default="")
    created: Mapped[datetime] = mapped_column(default=now)


class CropRow(Base):
    """The aligned crop of a sample, apart so that a listing does not read pixels."""

    __tablename__ = "crops"

    sample_id: Mapped[int] = mapped_column(ForeignKey("samples.id", ondelete="CASCADE"), primary_key=True)
    png: Mapped[bytes]


class EmbeddingRow(Base):
    """The unit-length embedding of a sample under one model, and its weight in the template."""

    __tablename__ = "embeddings"
    __table_args__ = (Index(None, "model_id", "sample_id"),)

    sample_id: Mapped[int] = mapped_column(ForeignKey("samples.id", ondelete="CASCADE"), primary_key=True)
    model_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    recognizability: Mapped[float]
    norm: Mapped[float]
    dim: Mapped[int]
    vector: Mapped[bytes]


class TemplateRow(Base):
    """The unit-length template of a subject under one model."""

    __tablename__ = "templates"
    __table_args__ = (UniqueConstraint("subject_id", "model_id"), NEVER_REUSED)

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey("subjects.id", ondelete="CASCADE"))
    model_id: Mapped[str] = mapped_column(String(64))
    dim: Mapped[int]
    vector: Mapped[bytes]


class CaseRow(Base):
    """An examination."""

    __tablename__ = "cases"
    __table_args__ = (
        Index("uq_cases_reference", "reference", unique=True, sqlite_where=text("reference <> ''")),
        NEVER_REUSED,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    reference: Mapped[str]
    authority: Mapped[str]
    notes: Mapped[str]
    status: Mapped[str] = mapped_column(String(32))
    blind: Mapped[bool] = mapped_column(default=True)
    place: Mapped[str] = mapped_column(default="")
    opened: Mapped[datetime | None]
    evidence_mode: Mapped[str] = mapped_column(String(16), default="references")
    created: Mapped[datetime] = mapped_column(default=now)


class EvidenceRow(Base):
    """A file that an examination used."""

    __tablename__ = "evidence"
    __table_args__ = (Index(None, "sha256", "case_id"), NEVER_REUSED)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    path: Mapped[str]
    sha256: Mapped[str] = mapped_column(String(64))
    byte_size: Mapped[int]
    stored: Mapped[bool]
    copied: Mapped[bool] = mapped_column(default=False)
    created: Mapped[datetime] = mapped_column(default=now)


class SearchRow(Base):
    """A search: its probe, what it was compared with and how."""

    __tablename__ = "searches"
    __table_args__ = (NEVER_REUSED,)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    evidence_id: Mapped[int] = mapped_column(ForeignKey("evidence.id"), index=True)
    picture_sha256: Mapped[str] = mapped_column(String(64))
    width: Mapped[int]
    height: Mapped[int]
    frame_stream: Mapped[int | None]
    frame_pts: Mapped[int | None]
    frame_time_base: Mapped[str | None]
    frame_ordinal: Mapped[int | None]
    box_x: Mapped[float]
    box_y: Mapped[float]
    box_width: Mapped[float]
    box_height: Mapped[float]
    landmarks: Mapped[bytes | None]
    detector: Mapped[str]
    confidence: Mapped[float | None]
    eye_distance_px: Mapped[float]
    alignment: Mapped[str] = mapped_column(String(16))
    recognizability: Mapped[float]
    band: Mapped[str] = mapped_column(String(16))
    recognizability_kind: Mapped[str] = mapped_column(String(16))
    provisional: Mapped[bool]
    embedding: Mapped[bytes]
    model_id: Mapped[str] = mapped_column(String(64))
    fusion: Mapped[str] = mapped_column(String(16))
    top: Mapped[int]
    gallery_size: Mapped[int]
    gallery_revision: Mapped[int]
    gallery_digest: Mapped[str] = mapped_column(String(64))
    galleries: Mapped[str]
    operator: Mapped[str]
    conditions: Mapped[str]
    audit_hash: Mapped[str] = mapped_column(String(64))
    face_id: Mapped[int | None]
    nobody_suitable: Mapped[bool] = mapped_column(default=False)
    created: Mapped[datetime] = mapped_column(default=now)


class ProbeCropRow(Base):
    """The aligned crop of a probe."""

    __tablename__ = "probe_crops"

    search_id: Mapped[int] = mapped_column(ForeignKey("searches.id", ondelete="CASCADE"), primary_key=True)
    png: Mapped[bytes]


class SearchMapRow(Base):
    """A map of a search: of its probe when the rank is 0, otherwise of the probe towards a candidate."""

    __tablename__ = "search_maps"

    search_id: Mapped[int] = mapped_column(ForeignKey("searches.id", ondelete="CASCADE"), primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(32), primary_key=True)
    rows: Mapped[int]
    cells: Mapped[bytes]
    constant: Mapped[float | None]
    faithfulness: Mapped[str | None]


class CandidateRow(Base):
    """A place on a candidate list; its keys may outlive the subject, so they refer to nothing."""

    __tablename__ = "candidates"

    search_id: Mapped[int] = mapped_column(ForeignKey("searches.id", ondelete="CASCADE"), primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True)
    similarity: Mapped[float]
    subject_id: Mapped[int]
    template_id: Mapped[int]
    sample_id: Mapped[int]
    subject: Mapped[str]
    gallery: Mapped[str]
    sample_source: Mapped[str]
    recognizability: Mapped[float]
    band: Mapped[str] = mapped_column(String(16))


class AuditRow(Base):
    """One line of the log; triggers forbid to change or remove it.

    Lines of versions before the last three columns hold NULL in them, and their hashes are made without.
    """

    __tablename__ = "audit_log"

    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    created: Mapped[str] = mapped_column(String(32))
    operator: Mapped[str]
    action: Mapped[str] = mapped_column(index=True)
    details: Mapped[str]
    previous_hash: Mapped[str] = mapped_column(String(64))
    entry_hash: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str | None]
    session: Mapped[str | None] = mapped_column(String(32))
    monotonic_ns: Mapped[int | None] = mapped_column(BigInteger)
