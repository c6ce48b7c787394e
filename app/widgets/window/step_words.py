"""Steps that can be undone, as the user reads them."""

from __future__ import annotations

import json
from typing import Any

from PySide6.QtCore import QCoreApplication

from core.types import Step

_translate = QCoreApplication.translate


def step_name(step: Step) -> str:
    """Return what a step did, in a few words; a kind without words of its own is named as the log does."""
    details = _details(step)
    faces = len(details.get("face_ids", ())) or 1
    several = _translate("steps", "state of {0} faces").format(faces)
    known = {
        "face.state": several if faces > 1 else _translate("steps", "state of a face"),
        "face.draw": _translate("steps", "a face drawn by hand"),
        "face.change": _translate("steps", "box or landmarks of a face"),
        "picture.analyze": _translate("steps", "analysis of a picture"),
        "picture.derive": _translate("steps", "a derived picture"),
        "case.edit": _translate("steps", "particulars of the case"),
        "candidate.verdict": _translate("steps", "verdict on a candidate"),
        "search.nobody_suitable": _translate("steps", "“nobody suitable” for a search"),
        "subject.merge": _translate("steps", "merged subjects"),
        "subject.split": _translate("steps", "a split subject"),
        "subject.rename": _translate("steps", "name of a subject"),
        "sample.move": _translate("steps", "moved samples"),
    }
    noun, _, verb = step.action.partition(".")
    return known.get(step.action, f"{noun}, {verb}".replace("_", " "))


def _details(step: Step) -> dict[str, Any]:
    details = json.loads(step.details or "{}")
    return details if isinstance(details, dict) else {}
