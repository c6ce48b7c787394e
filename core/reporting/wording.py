"""The sentences of a report, in one place so that every format says the same and claims no more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from core.types import (
    AlignmentSource,
    Band,
    BoundingBox,
    CandidateList,
    CasePicture,
    FaceDetection,
    FrameReference,
    Fusion,
    Probe,
    ProbeFace,
    Recognizability,
    band_wording,
)

LEAD_ONLY = "An investigative lead, not an identification"

CAUTION = (
    "This report lists the subjects of a gallery whose enrolled pictures are most similar to one face, by "
    "the measure of one network. It does not say that any of them is the person in the picture. No measure "
    "against a person should rest on it alone: each candidate has to be examined by a trained examiner on "
    "the original pictures, and borne out by facts that do not come from this search."
)

SAYS = (
    "Which face was searched for, and how much of an identity the network can read from it.",
    "Which subjects of the named galleries are most similar to it, in order, out of how many.",
    "Which files, model, settings and program were used, so that others can repeat the search.",
)

SAYS_NOT = (
    "That a candidate is the person in the picture, or how probable that is.",
    "That the person is in the gallery at all. Somebody is at rank 1 for every probe.",
    "How often a search with a picture like this one puts the wrong subject first. "
    "The figures of the model, where there are any, were measured on other pictures.",
)

SIMILARITY = (
    "Similarity is the cosine between two embeddings, from −1 to 1; higher is more alike. "
    "Similarity is not a probability of identity."
)

RANK_ONE = "Rank 1 exists for every probe, also when the person is not in the gallery."

INDEX = (
    "The recognizability index says how much of an identity the network can read from a face. It judges the "
    "picture, not the person, and it is not a quality score of ISO/IEC 29794-5."
)

ERS = (
    "The index is ERS = min(1 − cos(v, u), 1) (Deng et al. 2021), where v is the embedding of the face and u "
    "the mean embedding of unrecognizable faces: 0 is such a face, 1 is as far from them as the scale goes."
)

TRAINED = (
    "The index is the output of a head of the network that was trained to predict recognizability "
    "(after Chai et al., CVPR 2023)."
)

PROVISIONAL = (
    "Provisional: the index does not yet come from a head trained for it. It may order faces differently "
    "from the index that will replace it."
)

METHOD = (
    (
        "Detection",
        "A detector proposes boxes with five landmarks, or a person draws the box. The choice of the face is "
        "the operator's.",
    ),
    (
        "Alignment",
        "The face is shifted, turned and scaled, without distortion, so that its landmarks come to lie as "
        "closely as possible on those of a fixed template of 112 × 112 px. Small faces are enlarged by that; "
        "no detail is added, and nothing is restored or generated.",
    ),
    (
        "Embedding",
        "The network turns the aligned crop into a vector of unit length. Pictures of one person tend to "
        "give vectors that point the same way.",
    ),
    (
        "Search",
        "The vector of the probe is compared with those of all subjects in the named galleries that were "
        "enrolled with the same model. Nothing is approximated. Ties are ordered by the number of the "
        "template.",
    ),
)

COPY = "A copy of the whole file in the workspace"

REFERENCE = "A reference: the file stayed where it was taken in from"

_MEANING = {
    Band.UNRECOGNIZABLE: "The network can read no identity from this face.",
    Band.LOW: "The network can read little of an identity from this face.",
    Band.FAIR: "The network can read a part of an identity from this face.",
    Band.GOOD: "The network can read an identity from this face.",
}


def meaning(band: Band) -> str:
    """Return what a band of recognizability means."""
    return _MEANING[band]


def consequence(band: Band, eye_distance_px: float | None = None) -> str:
    """Return what a probe in a band, of a size where it is known, may be used for."""
    return band_wording.consequence(band, eye_distance_px)


def index_name(recognizability: Recognizability) -> str:
    """Return the name of the index as it stands beside a number.

    Parameters
    ----------
    recognizability : Recognizability
        The index.

    Returns
    -------
    str
        Such as "ERS, provisional".
    """
    return recognizability.kind + (", provisional" if recognizability.provisional else "")


def index_basis(recognizability: Recognizability) -> tuple[str, ...]:
    """Return how the index is computed and what it is not, one sentence or two each."""
    basis = ERS if recognizability.kind == "ERS" else TRAINED
    return (INDEX, basis, PROVISIONAL) if recognizability.provisional else (INDEX, basis)


def fusion(result: CandidateList) -> str:
    """Say how several samples of one subject become one similarity."""
    if result.fusion is Fusion.BEST:
        return "A subject with several samples counts with its most similar one (fusion: best)."
    return (
        "A subject with several samples counts with one template, the mean of its embeddings weighted by "
        "recognizability (fusion: weighted). The picture shown is the sample most similar to the probe."
    )


def searched(result: CandidateList, top: int) -> str:
    """Say what was compared and how much of the order is listed.

    Parameters
    ----------
    result : CandidateList
        The answer.
    top : int
        How many candidates were asked for.

    Returns
    -------
    str
        One or two sentences.
    """
    names = ", ".join(f"“{name}”" for name in result.galleries)
    where = f"{'gallery' if len(result.galleries) == 1 else 'galleries'} {names}" if names else "no gallery"
    if result.gallery_size == 0:
        return f"The search ran over {where}, which held no subject. There is no candidate."
    if not result.candidates:
        return (
            f"The search ran over {count(result.gallery_size, 'subject')} of {where} and listed no candidate."
        )
    return (
        f"The probe was compared with {count(result.gallery_size, 'subject')} of {where}. "
        f"{count(top, 'candidate')} {'was' if top == 1 else 'were'} asked for, {len(result.candidates)} "
        f"{'is' if len(result.candidates) == 1 else 'are'} listed. The galleries stood at revision "
        f"{result.gallery_revision}, the model was {result.model_id[:12]}."
    )


def detection(probe: Probe) -> str:
    """Say who or what found the face."""
    if probe.detector == FaceDetection.MANUAL:
        return "Box drawn by hand" + (", without landmarks" if probe.landmarks is None else " with landmarks")
    if probe.confidence is None:
        return probe.detector
    return f"{probe.detector}, confidence of the detector {number(probe.confidence, 2)}"


def alignment(probe: Probe) -> str:
    """Say what the crop was aligned to."""
    if probe.alignment is AlignmentSource.LANDMARKS:
        return "To the five landmarks"
    return "To the box alone; the eye distance is an estimate from the box"


def template(faces: Sequence[ProbeFace]) -> str:
    """Say which faces of the case a template was made of, and how much each counts.

    Parameters
    ----------
    faces : sequence of ProbeFace
        The faces, the one that is shown first.

    Returns
    -------
    str
        One sentence.
    """
    weights = ", ".join(
        f"face {one.face_id}{' (shown here)' if one is faces[0] else ''} with weight {number(one.weight, 3)}"
        for one in faces
    )
    return (
        f"The search was made with one template of {count(len(faces), 'face')} of the case, weighted by "
        f"recognizability: {weights}."
    )


def frame(reference: FrameReference) -> str:
    """Say which frame of a video was used."""
    base = reference.time_base
    return (
        f"Frame {reference.ordinal} in order of presentation, counted from 0; stream {reference.stream}, "
        f"PTS {reference.pts} × {base.numerator}/{base.denominator} s = {reference.seconds:.3f} s"
    )


def derivation(picture: CasePicture) -> str:
    """Say what made a derived picture from the one that it was derived from."""
    done = ", ".join(f"{name} {value:g}" for name, value in picture.parameters)
    return (
        f"Picture {picture.picture_id}, {picture.width} × {picture.height} px: {picture.operation}"
        f"{f' ({done})' if done else ''} of picture {picture.parent_id}"
    )


def box(rectangle: BoundingBox) -> str:
    """Give a box in px with its place in the picture."""
    return (
        f"{number(rectangle.width, 1)} × {number(rectangle.height, 1)} px, left edge at "
        f"{number(rectangle.x, 1)}, top edge at {number(rectangle.y, 1)}"
    )


def number(value: float, decimals: int) -> str:
    """Write a number with a true minus sign, and no minus before a zero.

    Parameters
    ----------
    value : float
        The number.
    decimals : int
        Digits after the point.

    Returns
    -------
    str
        The number as it is printed.
    """
    text = f"{value:.{decimals}f}"
    return text.removeprefix("-") if float(text) == 0 else text.replace("-", "−")


def count(n: int, noun: str, plural: str = "") -> str:
    """Return a number with its noun, in the plural, with an s when none is given, where it is not 1."""
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {plural or noun + 's'}"


def instant(moment: datetime) -> str:
    """Write an instant in UTC to the second."""
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"
