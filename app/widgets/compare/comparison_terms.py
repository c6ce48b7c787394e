"""The words of a comparison as the examiner reads them: parts of a face, findings, conclusions."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from core.types import Component, Conclusion, Finding, Suitability

_translate = QCoreApplication.translate


def component_name(component: Component) -> str:
    """Return a part of a face in a word or two."""
    return {
        Component.FACE_SHAPE: _translate("comparison", "Face shape"),
        Component.HAIRLINE: _translate("comparison", "Hairline"),
        Component.FOREHEAD: _translate("comparison", "Forehead"),
        Component.EYEBROWS: _translate("comparison", "Eyebrows"),
        Component.EYES: _translate("comparison", "Eyes"),
        Component.NOSE: _translate("comparison", "Nose"),
        Component.CHEEKS: _translate("comparison", "Cheeks"),
        Component.EARS: _translate("comparison", "Ears"),
        Component.MOUTH: _translate("comparison", "Mouth"),
        Component.CHIN: _translate("comparison", "Chin and jaw"),
        Component.NECK: _translate("comparison", "Neck"),
        Component.FACIAL_HAIR: _translate("comparison", "Facial hair"),
        Component.LINES: _translate("comparison", "Lines"),
        Component.SCARS_AND_MARKS: _translate("comparison", "Scars, marks"),
    }[component]


def component_tip(component: Component) -> str:
    """Return what to look at in a part of a face."""
    return {
        Component.FACE_SHAPE: _translate(
            "comparison", "The outline of the face as a whole, and its fullness."
        ),
        Component.HAIRLINE: _translate(
            "comparison", "The course of the hairline, and where hair is missing."
        ),
        Component.FOREHEAD: _translate("comparison", "Slope and bulges between the hairline and the brows."),
        Component.EYEBROWS: _translate("comparison", "Course, thickness and gaps of the brows."),
        Component.EYES: _translate("comparison", "The form of the opening, the lids and their folds."),
        Component.NOSE: _translate("comparison", "Root, bridge, tip, wings and nostrils."),
        Component.CHEEKS: _translate("comparison", "Fullness of the cheeks, and where the cheekbones run."),
        Component.EARS: _translate("comparison", "Rim, inner folds and lobe, and how the ear stands off."),
        Component.MOUTH: _translate(
            "comparison", "Form and fullness of the lips, the corners, the groove above."
        ),
        Component.CHIN: _translate(
            "comparison", "Form of the chin and the edge of the jaw, dimples included."
        ),
        Component.NECK: _translate("comparison", "Form and folds of the neck as far as it is seen."),
        Component.FACIAL_HAIR: _translate("comparison", "Where hair grows on the face, and where none does."),
        Component.LINES: _translate(
            "comparison", "Creases and folds of the skin; they change with expression."
        ),
        Component.SCARS_AND_MARKS: _translate(
            "comparison", "Scars, moles, spots and tattoos: their form and place."
        ),
    }[component]


def finding_name(finding: Finding) -> str:
    """Return how a part of the probe relates to that of the candidate."""
    return {
        Finding.SIMILAR: _translate("comparison", "similar"),
        Finding.DIFFERENT: _translate("comparison", "different"),
        Finding.NOT_COMPARABLE: _translate("comparison", "not comparable"),
    }[finding]


def conclusion_name(conclusion: Conclusion) -> str:
    """Return a conclusion in a few words."""
    return {
        Conclusion.SAME_STRONGLY: _translate("comparison", "Strong support for one person"),
        Conclusion.SAME: _translate("comparison", "Support for one person"),
        Conclusion.UNDECIDED: _translate("comparison", "Support for neither"),
        Conclusion.DIFFERENT: _translate("comparison", "Support for two persons"),
        Conclusion.DIFFERENT_STRONGLY: _translate("comparison", "Strong support for two persons"),
        Conclusion.INSUFFICIENT: _translate("comparison", "Insufficient to conclude"),
    }[conclusion]


def conclusion_answer(conclusion: Conclusion) -> str:
    """Return what a conclusion answers to the question what was seen supports, in the fewest words."""
    return {
        Conclusion.SAME_STRONGLY: _translate("comparison", "one person, strongly"),
        Conclusion.SAME: _translate("comparison", "one person"),
        Conclusion.UNDECIDED: _translate("comparison", "neither"),
        Conclusion.DIFFERENT: _translate("comparison", "two persons"),
        Conclusion.DIFFERENT_STRONGLY: _translate("comparison", "two persons, strongly"),
        Conclusion.INSUFFICIENT: _translate("comparison", "insufficient to say"),
    }[conclusion]


def conclusion_tip(conclusion: Conclusion) -> str:
    """Return what a conclusion says of the observations."""
    return {
        Conclusion.SAME_STRONGLY: _translate(
            "comparison", "What was seen strongly supports that both pictures show one person."
        ),
        Conclusion.SAME: _translate(
            "comparison",
            "What was seen supports that both pictures show one person more than that they do not.",
        ),
        Conclusion.UNDECIDED: _translate(
            "comparison", "The faces can be compared, and what was seen supports neither more than the other."
        ),
        Conclusion.DIFFERENT: _translate(
            "comparison",
            "What was seen supports that the pictures show two persons more than that they do not.",
        ),
        Conclusion.DIFFERENT_STRONGLY: _translate(
            "comparison", "What was seen strongly supports that the pictures show two persons."
        ),
        Conclusion.INSUFFICIENT: _translate(
            "comparison", "Too little can be seen to compare these faces. A full answer, and no failure."
        ),
    }[conclusion]


def suitability_name(suitability: Suitability) -> str:
    """Return whether a probe can be compared, in a few words."""
    return {
        Suitability.SUITABLE: _translate("comparison", "Suited to a comparison"),
        Suitability.LIMITED: _translate("comparison", "Suited with limits"),
        Suitability.UNSUITABLE: _translate("comparison", "Not suited to a comparison"),
    }[suitability]
