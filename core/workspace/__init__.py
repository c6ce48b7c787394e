"""The front door: everything a user can do, composed. The desk and the command line use nothing else."""

from core.imaging.video import VideoSource
from core.reporting.disclosure.archive import WrittenPack
from core.reporting.examiners import ExaminersPart
from core.workspace.case_log import CaseLog
from core.workspace.cases.case_record import KeptAnalysis
from core.workspace.cases.derived_pictures import DerivedPictures
from core.workspace.cases.evidence_copies import CopiesTaken, EvidenceCopies, EvidenceProblem
from core.workspace.cases.face_decisions import FaceDecisions
from core.workspace.demo import Demo, Demonstration
from core.workspace.embedding import Embeddings, PictureEmbedding
from core.workspace.exchange.case_export import CaseExport, CaseExports
from core.workspace.exchange.case_import import CaseImport, CaseImports
from core.workspace.galleries.enrolment_plan import EnrolmentItem
from core.workspace.galleries.erasure import Erasure
from core.workspace.galleries.gallery_exchange import GalleryExport, GalleryExports
from core.workspace.galleries.gallery_import import GalleryImport, GalleryImports
from core.workspace.galleries.reembedding import EmbeddedSamples, Reembedding, ReembeddingProgress
from core.workspace.galleries.subject_merging import SubjectMerging
from core.workspace.integrity import Integrity
from core.workspace.judgement.deciding import Deciding
from core.workspace.models.model_files import AddedModel, ModelFiles
from core.workspace.preferences import Preferences
from core.workspace.protecting import LOST, NOT_COVERED, Protecting, is_protected, read_passphrase
from core.workspace.reports.disclosure import Disclosures
from core.workspace.reports.pack_content import Originals
from core.workspace.reports.recomputation import (
    RECOMPUTE_TOLERANCE,
    PackCheck,
    Recomputation,
    Recomputing,
    check_pack,
)
from core.workspace.reports.reports import ReportFiles, Reports
from core.workspace.searches.probe_template import ProbeTemplates
from core.workspace.searches.sample_pictures import SamplePictures
from core.workspace.searches.search_answers import SearchAnswer, SearchAnswers
from core.workspace.searches.search_maps import TESTED
from core.workspace.searches.searching import ProbeSearch
from core.workspace.steps import Steps
from core.workspace.tuning.promotion import Promotion
from core.workspace.tuning.run_overview import TrainingDesk
from core.workspace.uses import Uses

__all__ = [
    "LOST",
    "NOT_COVERED",
    "RECOMPUTE_TOLERANCE",
    "TESTED",
    "AddedModel",
    "CaseExport",
    "CaseImport",
    "CopiesTaken",
    "Demo",
    "EmbeddedSamples",
    "EnrolmentItem",
    "EvidenceProblem",
    "ExaminersPart",
    "GalleryExport",
    "GalleryImport",
    "KeptAnalysis",
    "Originals",
    "PackCheck",
    "PictureEmbedding",
    "ProbeSearch",
    "Recomputation",
    "ReembeddingProgress",
    "ReportFiles",
    "SearchAnswer",
    "VideoSource",
    "Workspace",
    "WrittenPack",
    "check_pack",
    "is_protected",
    "read_passphrase",
]


class Workspace(
    Deciding,
    ProbeTemplates,
    Demonstration,
    Embeddings,
    Disclosures,
    Recomputing,
    Reports,
    Integrity,
    TrainingDesk,
    Promotion,
    ModelFiles,
    Steps,
    SubjectMerging,
    Reembedding,
    Erasure,
    GalleryExports,
    GalleryImports,
    CaseExports,
    CaseImports,
    SamplePictures,
    FaceDecisions,
    DerivedPictures,
    EvidenceCopies,
    CaseLog,
    Uses,
    Preferences,
    Protecting,
    SearchAnswers,
):
    """A workspace with all that can be done in it.

    Calls may come from any thread. Those that run the network (`warm_up`, `analyze`, `analyze_paths`,
    `enroll`, `search_paths`, `embed_paths`, `build_demo`, `add_model`) should come from one thread at a time:
    each thread that runs torch keeps a team of processor threads of its own.
    """
