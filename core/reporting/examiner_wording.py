"""What examiners say, in the words of a report; there are no percentages."""

from __future__ import annotations

from core.types import Component, Conclusion, Finding, Judgement, Suitability, Verdict

NOTHING = (
    "No examiner has judged this search: neither the probe nor a candidate was examined, and no verdict was "
    "given."
)

OPINION = (
    "What follows are opinions of the examiners who are named, formed by looking at the pictures and given "
    "in words. The program computed none of them. The audit log says what each examiner could see of the "
    "search when a judgement was made."
)

NOBODY_SUITABLE = "The answer of the examiners is that nobody on the list is suitable."

AGREE = "The examiners agree on everything that more than one of them judged."

ON_ORIGINAL = "The original picture"

ON_DERIVED = "A picture derived from the original, not the original itself"

COMPONENTS = {
    Component.FACE_SHAPE: "Face shape",
    Component.HAIRLINE: "Hairline",
    Component.FOREHEAD: "Forehead",
    Component.EYEBROWS: "Eyebrows",
    Component.EYES: "Eyes",
    Component.NOSE: "Nose",
    Component.CHEEKS: "Cheeks",
    Component.EARS: "Ears",
    Component.MOUTH: "Mouth",
    Component.CHIN: "Chin and jaw",
    Component.NECK: "Neck",
    Component.FACIAL_HAIR: "Facial hair",
    Component.LINES: "Lines",
    Component.SCARS_AND_MARKS: "Scars, marks",
}
"""The parts of a face."""

FINDINGS = {
    Finding.SIMILAR: "Similar",
    Finding.DIFFERENT: "Different",
    Finding.NOT_COMPARABLE: "Not comparable",
}
"""How parts of two faces relate."""

SUITABILITIES = {
    Suitability.SUITABLE: "Suited to a comparison",
    Suitability.LIMITED: "Suited with limits",
    Suitability.UNSUITABLE: "Not suited to a comparison",
}
"""Whether a probe can be compared."""

CONCLUSIONS = {
    Conclusion.SAME_STRONGLY: "Strong support for one person",
    Conclusion.SAME: "Support for one person",
    Conclusion.UNDECIDED: "Support for neither",
    Conclusion.DIFFERENT: "Support for two persons",
    Conclusion.DIFFERENT_STRONGLY: "Strong support for two persons",
    Conclusion.INSUFFICIENT: "Insufficient to conclude",
}
"""What the observations of a comparison support."""

VERDICTS = {Verdict.SHORTLISTED: "shortlisted", Verdict.REJECTED: "rejected"}
"""What is said of a place on the list before or without a comparison."""

_SUITABILITY_MEANING = {
    Suitability.SUITABLE: "Enough of the face can be seen to compare it.",
    Suitability.LIMITED: "Some of the face can be compared, with care.",
    Suitability.UNSUITABLE: "Too little of the face can be seen to compare it.",
}

_CONCLUSION_MEANING = {
    Conclusion.SAME_STRONGLY: "What was seen strongly supports that both pictures show one person.",
    Conclusion.SAME: "What was seen supports that both pictures show one person more than that they do not.",
    Conclusion.UNDECIDED: (
        "The faces can be compared, and what was seen supports neither more than the other."
    ),
    Conclusion.DIFFERENT: (
        "What was seen supports that the pictures show two persons more than that they do not."
    ),
    Conclusion.DIFFERENT_STRONGLY: "What was seen strongly supports that the pictures show two persons.",
    Conclusion.INSUFFICIENT: (
        "Too little can be seen to compare these faces. This is a full answer, and no failure."
    ),
}


def answer(judgement: Judgement) -> str:
    """Return the answer of a judgement in a few words."""
    if judgement.conclusion is not None:
        return CONCLUSIONS[judgement.conclusion]
    return SUITABILITIES[judgement.suitability] if judgement.suitability is not None else ""


def answer_in_full(judgement: Judgement) -> str:
    """Return the answer of a judgement with a sentence that says what it means."""
    if judgement.conclusion is not None:
        meaning = _CONCLUSION_MEANING[judgement.conclusion]
    else:
        meaning = "" if judgement.suitability is None else _SUITABILITY_MEANING[judgement.suitability]
    return f"{answer(judgement)}. {meaning}"
