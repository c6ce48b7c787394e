"""Subjects and samples that probes are compared with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.types.faces import Band, BoundingBox


@dataclass(frozen=True, slots=True)
class Gallery:
    """A named set of subjects.

    Attributes
    ----------
    gallery_id : int
        Key.
    name : str
        Unique name.
    subjects, samples : int
        How many it holds.
    created : datetime
        In UTC.
    """

    gallery_id: int
    name: str
    subjects: int
    samples: int
    created: datetime


@dataclass(frozen=True, slots=True)
class Subject:
    """A person of a gallery.

    Attributes
    ----------
    subject_id : int
        Key.
    gallery : str
        Name of the gallery.
    name : str
        Name or reference, unique within its gallery.
    samples : int
        Number of samples.
    best_sample_id : int or None
        The sample with the highest recognizability index.
    created : datetime
        In UTC.
    """

    subject_id: int
    gallery: str
    name: str
    samples: int
    best_sample_id: int | None
    created: datetime


@dataclass(frozen=True, slots=True)
class Sample:
    """One enrolled face of a subject.

    Attributes
    ----------
    sample_id, subject_id : int
        Keys.
    subject, gallery : str
        Names.
    source : str
        Path of the picture as it was enrolled.
    source_sha256 : str
        Hash of its bytes.
    box : BoundingBox
        Face box in px of the source.
    eye_distance_px : float
        Native eye distance in px of the source.
    recognizability : float
        Index under `model_id`.
    band : Band
        The index in words.
    model_id : str
        SHA-256 of the weights.
    overridden : bool
        Whether it was enrolled below the recognizability gate, with a reason in the audit log.
    created : datetime
        In UTC.
    authority : str
        On whose authority it was enrolled; empty when nobody said.
    """

    sample_id: int
    subject_id: int
    subject: str
    gallery: str
    source: str
    source_sha256: str
    box: BoundingBox
    eye_distance_px: float
    recognizability: float
    band: Band
    model_id: str
    overridden: bool
    created: datetime
    authority: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class SubjectEmbeddings:
    """What a search under one model compares with for one subject.

    Its arrays are checked where an index is built of them, all at once.

    Attributes
    ----------
    gallery_id, subject_id, template_id : int
        Keys.
    template : ndarray of float32, shape (dim,)
        RI-weighted template of the samples, unit length.
    sample_ids : tuple of int, length n
        Keys of the samples, ascending.
    samples : ndarray of float32, shape (n, dim)
        Their embeddings, unit length.
    """

    gallery_id: int
    subject_id: int
    template_id: int
    template: NDArray[np.float32]
    sample_ids: tuple[int, ...]
    samples: NDArray[np.float32]


class EnrolmentStatus(StrEnum):
    """How the enrolment of one picture ended."""

    ENROLLED = "enrolled"
    REFUSED = "refused"
    ALREADY = "already_enrolled"


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What became of one picture that was to be enrolled.

    Attributes
    ----------
    path : Path
        The picture as it was given.
    subject : str
        The person it was to be enrolled as.
    status : EnrolmentStatus
        Enrolled, refused, or already there (same bytes, same person).
    reason : str
        One sentence unless it was enrolled.
    sample_id : int or None
        Key of the sample.
    recognizability : float or None
        Index, where the face could be assessed.
    band : Band or None
        The index in words.
    overridden : bool
        Whether the recognizability gate was overridden.
    """

    path: Path
    subject: str
    status: EnrolmentStatus
    reason: str = ""
    sample_id: int | None = None
    recognizability: float | None = None
    band: Band | None = None
    overridden: bool = False


@dataclass(frozen=True, slots=True)
class GalleryStats:
    """What the galleries of a workspace hold.

    Attributes
    ----------
    revision : int
        Rises with each change to any gallery.
    galleries : tuple of Gallery
        All galleries.
    subjects, samples : int
        Totals.
    samples_by_model : tuple of (str, int)
        How many samples have an embedding of each model.
    samples_by_band : tuple of (Band, int)
        How many samples lie in each band of recognizability.
    """

    revision: int
    galleries: tuple[Gallery, ...]
    subjects: int
    samples: int
    samples_by_model: tuple[tuple[str, int], ...]
    samples_by_band: tuple[tuple[Band, int], ...]
