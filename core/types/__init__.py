"""Frozen data objects that cross layers.

Arrays are checked once, at construction, and are read-only from then on. Coordinates are px of the
source image after its EXIF orientation was applied, x to the right and y down, and a point lies at
the centre of pixel (0, 0) when it is (0, 0).
"""

from core.types.adjustments import Adjustment, AdjustmentParameter
from core.types.attention import AttentionKind, AttentionMap, Faithfulness, PairEvidence
from core.types.cases import AuditEntry, Case, CaseStatus, Evidence, EvidenceKind, EvidenceMode
from core.types.comparing import ComparedFaces, FacePicture
from core.types.detectors import DetectorCard, RetinaFaceConfig
from core.types.erasure import ErasureCertificate, ErasurePlace
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
from core.types.gallery_listing import GalleryListing, ListedSample, ListedSubject
from core.types.images import FrameReference, SourceImage, VideoInfo
from core.types.judgements import (
    CandidateVerdict,
    Component,
    Conclusion,
    FeatureNote,
    Finding,
    Judgement,
    SearchView,
    ShownCandidate,
    Suitability,
    Verdict,
)
from core.types.models import BandEdges, ModelCard, Preprocessing
from core.types.protection import SHORTEST_PASSPHRASE, Protection
from core.types.record import CaseFace, CasePicture, FaceState, Step
from core.types.searching import (
    Candidate,
    CandidateList,
    Fusion,
    Probe,
    ProbeFace,
    Search,
    SearchMaps,
    Template,
)
from core.types.uses import Use, UsedDatabase, UsedInput, UseEnd

__all__ = [
    "SHORTEST_PASSPHRASE",
    "Adjustment",
    "AdjustmentParameter",
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
    "CandidateVerdict",
    "Case",
    "CaseFace",
    "CasePicture",
    "CaseStatus",
    "ComparedFaces",
    "Component",
    "Conclusion",
    "DetectorCard",
    "Enrolment",
    "EnrolmentStatus",
    "ErasureCertificate",
    "ErasurePlace",
    "Evidence",
    "EvidenceKind",
    "EvidenceMode",
    "FaceAnalysis",
    "FaceDetection",
    "FacePicture",
    "FaceState",
    "Faithfulness",
    "FeatureNote",
    "Finding",
    "FrameReference",
    "Fusion",
    "Gallery",
    "GalleryListing",
    "GalleryStats",
    "ImageAnalysis",
    "Judgement",
    "ListedSample",
    "ListedSubject",
    "ModelCard",
    "Outcome",
    "PairEvidence",
    "Preprocessing",
    "Probe",
    "ProbeFace",
    "Protection",
    "Recognizability",
    "RetinaFaceConfig",
    "Sample",
    "Search",
    "SearchMaps",
    "SearchView",
    "ShownCandidate",
    "SourceImage",
    "Step",
    "Subject",
    "SubjectEmbeddings",
    "Suitability",
    "Template",
    "Use",
    "UseEnd",
    "UsedDatabase",
    "UsedInput",
    "Verdict",
    "VideoInfo",
]
