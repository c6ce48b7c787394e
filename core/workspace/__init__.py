"""The front door: everything a user can do, composed. The desk and the command line use nothing else."""

from core.imaging.video import VideoSource
from core.workspace.demo import Demo, Demonstration
from core.workspace.embedding import Embeddings, PictureEmbedding
from core.workspace.enrolment_plan import EnrolmentItem
from core.workspace.integrity import Integrity
from core.workspace.model_files import AddedModel, ModelFiles
from core.workspace.reports import ReportFiles, Reports
from core.workspace.search_maps import TESTED
from core.workspace.searching import ProbeSearch

__all__ = [
    "TESTED",
    "AddedModel",
    "Demo",
    "EnrolmentItem",
    "PictureEmbedding",
    "ProbeSearch",
    "ReportFiles",
    "VideoSource",
    "Workspace",
]


class Workspace(Demonstration, Embeddings, Reports, Integrity, ModelFiles):
    """A workspace with all that can be done in it.

    Calls may come from any thread. Those that run the network (`warm_up`, `analyze`, `analyze_paths`,
    `enroll`, `search_paths`, `embed_paths`, `build_demo`, `add_model`) should come from one thread at a time:
    each thread that runs torch keeps a team of processor threads of its own.
    """
