"""Frozen data objects that cross layers.

Arrays are checked once, at construction, and are read-only from then on. Coordinates are px of the
source image after its EXIF orientation was applied, x to the right and y down, and a point lies at
the centre of pixel (0, 0) when it is (0, 0).
"""

from core.types.attention import AttentionKind, AttentionMap, Faithfulness, PairEvidence
from core.types.cases import AuditEntry, Case, CaseStatus, Evidence, EvidenceKind
from core.types.detectors import DetectorCard, RetinaFaceConfig
from core.types.faces import (
    AlignedFace,
    AlignmentSource,
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
from core.types.searching import Candidate, CandidateList, Fusion, Probe, Search, SearchMaps, Template

__all__ = [
    "AlignedFace",
    "AlignmentSource",
    "AttentionKind",
    "AttentionMap",
    "AuditEntry",
    "Band",
    "BandEdges",
    "BoundingBox",
    "Candidate",
    "CandidateList",
    "Case",
    "CaseStatus",
    "DetectorCard",
    "Enrolment",
    "EnrolmentStatus",
    "Evidence",
    "EvidenceKind",
    "FaceAnalysis",
    "FaceDetection",
    "Faithfulness",
    "FrameReference",
    "Fusion",
    "Gallery",
    "GalleryStats",
    "ImageAnalysis",
    "ModelCard",
    "Outcome",
    "PairEvidence",
    "Preprocessing",
    "Probe",
    "Recognizability",
    "RetinaFaceConfig",
    "Sample",
    "Search",
    "SearchMaps",
    "SourceImage",
    "Subject",
    "SubjectEmbeddings",
    "Template",
    "VideoInfo",
]
