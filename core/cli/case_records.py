"""The JSON of `discern case`; its keys are a contract with scripts and only grow."""

from __future__ import annotations

import json
from typing import Any

from core.cli.records import of_frame
from core.types import Adjustment, CaseFace, CasePicture, Step
from core.workspace import KeptAnalysis


def of_picture(picture: CasePicture) -> dict[str, Any]:
    """Return {picture_id, case_id, evidence_id, path, sha256, width, ..., outcome, reason, faces, best, ...}.

    `parent_id`, `operation` and `parameters` say how a derived picture was made; `faces` counts those that
    are not said to be none, and `best` is the highest recognizability index among them. `failure` and
    `failed` say what was found, and when, if the bytes once were not those of intake.
    """
    return {
        "picture_id": picture.picture_id,
        "case_id": picture.case_id,
        "evidence_id": picture.evidence_id,
        "path": picture.path,
        "sha256": picture.sha256,
        "width": picture.width,
        "height": picture.height,
        "frame": of_frame(picture.frame),
        "parent_id": picture.parent_id,
        "operation": picture.operation,
        "parameters": dict(picture.parameters),
        "outcome": picture.outcome.value,
        "reason": picture.reason,
        "faces": picture.faces,
        "best": picture.best,
        "created": picture.created.isoformat(),
        "pixel_sha256": picture.pixel_sha256,
        "failure": picture.failure,
        "failed": picture.failed.isoformat() if picture.failed else None,
    }


def of_face(face: CaseFace) -> dict[str, Any]:
    """Return {face_id, picture_id, state, subject, box, landmarks, ..., recognizability, band, ...}."""
    detection, index = face.detection, face.recognizability
    return {
        "face_id": face.face_id,
        "picture_id": face.picture_id,
        "state": face.state.value,
        "subject": face.subject,
        "box": [round(value, 2) for value in detection.box.as_list()],
        "landmarks": None if detection.landmarks is None else detection.landmarks.round(2).tolist(),
        "confidence": None if detection.confidence is None else round(detection.confidence, 4),
        "detector": detection.detector,
        "outcome": face.outcome.value,
        "reason": face.reason,
        "eye_distance_px": None if face.eye_distance_px is None else round(face.eye_distance_px, 2),
        "alignment": face.alignment.value if face.alignment else None,
        "recognizability": index.index if index else None,
        "recognizability_kind": index.kind if index else None,
        "provisional": index.provisional if index else None,
        "band": index.band.value if index else None,
        "model_id": face.model_id,
        "created": face.created.isoformat(),
    }


def of_kept(kept: KeptAnalysis) -> dict[str, Any]:
    """Return {path, outcome, reason, picture, faces}; `picture` is null for a file that was not kept."""
    return {
        "path": str(kept.analysis.path or ""),
        "outcome": kept.analysis.outcome.value,
        "reason": kept.reason or kept.analysis.reason,
        "picture": None if kept.picture is None else of_picture(kept.picture),
        "faces": [of_face(face) for face in kept.faces],
    }


def of_step(step: Step) -> dict[str, Any]:
    """Return {step_id, case_id, action, details, operator, undone, created}."""
    return {
        "step_id": step.step_id,
        "case_id": step.case_id,
        "action": step.action,
        "details": json.loads(step.details),
        "operator": step.operator,
        "undone": step.undone,
        "created": step.created.isoformat(),
    }


def of_adjustment(adjustment: Adjustment) -> dict[str, Any]:
    """Return {operation, summary, geometric, parameters: [{name, minimum, maximum, default, unit, ...}]}."""
    return {
        "operation": adjustment.name,
        "summary": adjustment.summary,
        "geometric": adjustment.geometric,
        "parameters": [
            {
                "name": one.name,
                "minimum": one.minimum,
                "maximum": one.maximum,
                "default": one.default,
                "unit": one.unit,
                "whole": one.whole,
                "choices": list(one.choices),
            }
            for one in adjustment.parameters
        ],
    }
