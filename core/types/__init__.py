"""Frozen data objects that cross layers.

Arrays are checked once, at construction, and are read-only from then on. Coordinates are px of the
source image after its EXIF orientation was applied, x to the right and y down, and a point lies at
the centre of pixel (0, 0) when it is (0, 0).
"""

from core.types.cases import AuditEntry, Case, CaseStatus, Evidence, EvidenceKind
from core.types.faces import (
    AlignedFace,
    AlignmentSource,
    AttentionMap,
    Band,
    BoundingBox,
    FaceAnalysis,
    FaceDetection,
    ImageAnalysis,
    Outcome,
    Recognizability,
)
from core.types.gallery import (
    Enrolment,
    EnrolmentStatus,
    Gallery,
    GalleryStats,
    Sample,
    Subject,
    SubjectEmbeddings,
)
from core.types.images import FrameReference, SourceImage, VideoInfo
from core.types.models import BandEdges, ModelCard, Preprocessing
from core.types.searching import Candidate, CandidateList, Fusion, Probe, Search, Template

__all__ = [
    "AlignedFace",
    "AlignmentSource",
    "AttentionMap",
    "AuditEntry",
    "Band",
    "BandEdges",
    "BoundingBox",
    "Candidate",
    "CandidateList",
    "Case",
    "CaseStatus",
    "Enrolment",
    "EnrolmentStatus",
    "Evidence",
    "EvidenceKind",
    "FaceAnalysis",
    "FaceDetection",
    "FrameReference",
    "Fusion",
    "Gallery",
    "GalleryStats",
    "ImageAnalysis",
    "ModelCard",
    "Outcome",
    "Preprocessing",
    "Probe",
    "Recognizability",
    "Sample",
    "Search",
    "SourceImage",
    "Subject",
    "SubjectEmbeddings",
    "Template",
    "VideoInfo",
]
