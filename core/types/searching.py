"""Searches and what they found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from core.types.arrays import read_only
from core.types.attention import AttentionMap, PairEvidence
from core.types.faces import AlignmentSource, Band, BoundingBox, Recognizability
from core.types.images import FrameReference


class Fusion(StrEnum):
    """How several samples of a subject become one similarity.

    `BEST` takes the most similar sample; `WEIGHTED` compares with the template
    normalise(sum of q v / sum of q), q = max(recognizability, 0).
    """

    BEST = "best"
    WEIGHTED = "weighted"


@dataclass(frozen=True, slots=True, eq=False)
class Template:
    """A unit-length embedding that stands for a probe or a subject.

    Attributes
    ----------
    embedding : ndarray of float32, shape (dim,)
        Unit length.
    model_id : str
        SHA-256 of the weights.
    """

    embedding: NDArray[np.float32]
    model_id: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "embedding", read_only("embedding", self.embedding, np.float32, (None,)))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A subject of the gallery in its place on the list; never an identification.

    Attributes
    ----------
    rank : int
        From 1.
    similarity : float
        Cosine in [-1, 1]; not a probability of identity.
    subject_id, template_id, sample_id : int
        Keys. `sample_id` is the subject's sample most similar to the probe.
    subject, gallery : str
        Names at the time of the search.
    sample_source : str
        Path of that sample's picture as it was enrolled.
    recognizability : float
        Index of that sample.
    band : Band
        The index in words.
    """

    rank: int
    similarity: float
    subject_id: int
    template_id: int
    sample_id: int
    subject: str
    gallery: str
    sample_source: str
    recognizability: float
    band: Band


@dataclass(frozen=True, slots=True)
class CandidateList:
    """The ranked answer of one search.

    Attributes
    ----------
    candidates : tuple of Candidate
        Rank 1 first; ties in similarity are in the order of template id.
    gallery_size : int
        Subjects that were compared (N).
    gallery_revision : int
        Revision of the galleries.
    gallery_digest : str
        SHA-256 over what was compared, see `core.search.index`.
    galleries : tuple of str
        Names of the galleries that were searched.
    model_id : str
        SHA-256 of the weights.
    fusion : Fusion
        How samples of one subject were put together.
    """

    candidates: tuple[Candidate, ...]
    gallery_size: int
    gallery_revision: int
    gallery_digest: str
    galleries: tuple[str, ...]
    model_id: str
    fusion: Fusion


@dataclass(frozen=True, slots=True, eq=False)
class Probe:
    """The face that was searched for, as stored with the search.

    Attributes
    ----------
    evidence_id : int
        The file it comes from.
    path : str
        Path as it was given.
    sha256 : str
        Hash of the file's bytes.
    picture_sha256 : str
        Key of the picture in the workspace's file store: the file itself for a still, a lossless PNG for
        a video frame.
    width, height : int
        Size of the picture, in px.
    frame : FrameReference or None
        The place in the video, None for a still.
    box : BoundingBox
        Face box, in px of the picture.
    landmarks : ndarray of float32, shape (5, 2), or None
        Landmarks, in px of the picture.
    detector : str
        Id of the detector, or "manual".
    confidence : float or None
        The detector's confidence.
    eye_distance_px : float
        Native eye distance, in px.
    alignment : AlignmentSource
        What the crop was aligned to.
    recognizability : Recognizability
        Index and band.
    embedding : ndarray of float32, shape (dim,)
        Unit length.
    """

    evidence_id: int
    path: str
    sha256: str
    picture_sha256: str
    width: int
    height: int
    frame: FrameReference | None
    box: BoundingBox
    landmarks: NDArray[np.float32] | None
    detector: str
    confidence: float | None
    eye_distance_px: float
    alignment: AlignmentSource
    recognizability: Recognizability
    embedding: NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class SearchMaps:
    """What the regions of a probe contribute, as it is kept with a search.

    Attributes
    ----------
    probe : tuple of AttentionMap
        Towards its own embedding, at most one of each kind.
    candidates : tuple of PairEvidence or None
        Towards each candidate, rank 1 first; None where it was not worked out.
    """

    probe: tuple[AttentionMap, ...] = ()
    candidates: tuple[PairEvidence | None, ...] = ()

    def of(self, rank: int) -> PairEvidence | None:
        """Return the evidence on the candidate of a rank, None where there is none."""
        return self.candidates[rank - 1] if 0 < rank <= len(self.candidates) else None


@dataclass(frozen=True, slots=True)
class ProbeFace:
    """A face of a case that a search stands for.

    Attributes
    ----------
    face_id : int
        Key of the face.
    weight : float
        Its share in the template that was compared, in [0, 1]; the shares of a search add up to 1. Where no
        face has a recognizability index above 0 they are equal, otherwise in proportion to it; a face whose
        index is not above 0 then has the weight 0.
    """

    face_id: int
    weight: float


@dataclass(frozen=True, slots=True, eq=False)
class Search:
    """A search as it is kept, or as much of it as the examiner at work may see.

    Attributes
    ----------
    search_id : int
        Key.
    case_id : int or None
        The case it belongs to.
    probe : Probe
        What was searched for.
    result : CandidateList
        What was found.
    top : int
        How many candidates were asked for.
    created : datetime
        In UTC.
    operator : str
        Who ran it.
    conditions : tuple of (str, str)
        Versions, device and settings that the search was made with, by dotted name.
    audit_hash : str
        Hash of the log entry that recorded the search, 64 hexadecimal digits.
    faces : tuple of ProbeFace
        The faces of the case that the probe stands for, the one that is shown first; empty for a picture that
        was searched for without one. With several, the probe's embedding is their template.
    candidates_hidden : bool
        Whether the candidates were left out of `result`, because the examiner at work may not see them yet:
        an empty list then does not say that nobody was found. See :class:`core.types.SearchView`.
    """

    search_id: int
    case_id: int | None
    probe: Probe
    result: CandidateList
    top: int
    created: datetime
    operator: str
    conditions: tuple[tuple[str, str], ...]
    audit_hash: str
    faces: tuple[ProbeFace, ...] = ()
    candidates_hidden: bool = False
