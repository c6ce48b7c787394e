"""What the training page needs beside the front door: the data objects of sets, runs, verdicts and models."""

from core.training.sets.manifest import LabelledSet, Part, SetPicture, SetWarning
from core.training.tuning.presets import STEPS, Method, Preset
from core.workspace.tuning.gate_record import Direction, GateRecord, JudgedOrder, JudgedRate, Verdict
from core.workspace.tuning.labelled_sets import HOLDOUT_SHARE
from core.workspace.tuning.recognizability_shift import RecognizabilityShift
from core.workspace.tuning.run_controls import TuningState, TuningStatus
from core.workspace.tuning.run_overview import ModelOrigin, RunOverview, RunStage, RunSummary
from core.workspace.tuning.run_reports import RunReportFiles
from core.workspace.tuning.tuning_plan import TuningPlan
from core.workspace.tuning.tuning_run import TuningRun

__all__ = [
    "HOLDOUT_SHARE",
    "STEPS",
    "Direction",
    "GateRecord",
    "JudgedOrder",
    "JudgedRate",
    "LabelledSet",
    "Method",
    "ModelOrigin",
    "Part",
    "Preset",
    "RecognizabilityShift",
    "RunOverview",
    "RunReportFiles",
    "RunStage",
    "RunSummary",
    "SetPicture",
    "SetWarning",
    "TuningPlan",
    "TuningRun",
    "TuningState",
    "TuningStatus",
    "Verdict",
]
