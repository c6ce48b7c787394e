"""The words of the field as the user reads them: names, definitions, consequences."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from core.types import (
    AttentionKind,
    AttentionMap,
    Band,
    CaseFace,
    CaseStatus,
    EnrolmentStatus,
    FaceState,
    Fusion,
    PairEvidence,
    band_wording,
)

_translate = QCoreApplication.translate


def band_name(band: Band) -> str:
    """Return a band of recognizability in a word."""
    return {
        Band.UNRECOGNIZABLE: _translate("terms", "unrecognizable"),
        Band.LOW: _translate("terms", "low"),
        Band.FAIR: _translate("terms", "fair"),
        Band.GOOD: _translate("terms", "good"),
    }[band]


def consequence(band: Band, eye_distance_px: float | None = None) -> str:
    """Return what a face of a band, and of a native eye distance in px, may be used for.

    The text is the one of the report; a catalogue translates it under the context "terms".
    """
    text = _translate("terms", band_wording.CONSEQUENCES[band])
    if band_wording.needs_size_caveat(band, eye_distance_px):
        return f"{text} {_translate('terms', band_wording.SIZE_CAVEAT)}"
    return text


def state_name(state: FaceState) -> str:
    """Return a state of a face in a word or three."""
    return {
        FaceState.UNKNOWN: _translate("terms", "unknown"),
        FaceState.SUGGESTED: _translate("terms", "suggested"),
        FaceState.CONFIRMED: _translate("terms", "confirmed"),
        FaceState.REJECTED: _translate("terms", "rejected"),
        FaceState.IGNORED: _translate("terms", "ignored"),
        FaceState.NOT_A_FACE: _translate("terms", "not a face"),
    }[state]


def state_definition(state: FaceState) -> str:
    """Return what a state of a face stands for."""
    return {
        FaceState.UNKNOWN: _translate("terms", "Nothing has been said of this face."),
        FaceState.SUGGESTED: _translate("terms", "A name was proposed and is not yet confirmed."),
        FaceState.CONFIRMED: _translate("terms", "You say whose face this is."),
        FaceState.REJECTED: _translate("terms", "A face, but not one that this case looks for."),
        FaceState.IGNORED: _translate("terms", "A face that is left out of the review."),
        FaceState.NOT_A_FACE: _translate("terms", "No face at all; a new analysis will not bring it back."),
    }[state]


def face_size(face: CaseFace) -> str:
    """Return the native size of a face, by its eyes where their distance is known."""
    if face.eye_distance_px is not None:
        return _translate("terms", "eyes {0:.1f} px apart").format(face.eye_distance_px)
    box = face.detection.box
    return _translate("terms", "box {0:.0f} × {1:.0f} px").format(box.width, box.height)


def case_status(status: CaseStatus) -> str:
    """Return the status of a case in words."""
    return {
        CaseStatus.OPEN: _translate("terms", "open"),
        CaseStatus.IN_VERIFICATION: _translate("terms", "in verification"),
        CaseStatus.CLOSED: _translate("terms", "closed"),
        CaseStatus.ARCHIVED: _translate("terms", "archived"),
    }[status]


def fusion_name(fusion: Fusion) -> str:
    """Return how the samples of a subject are put together."""
    return {
        Fusion.BEST: _translate("terms", "Most similar sample"),
        Fusion.WEIGHTED: _translate("terms", "RI-weighted template"),
    }[fusion]


def map_name(kind: AttentionKind) -> str:
    """Return the name of a kind of map."""
    return {
        AttentionKind.DECOMPOSITION: _translate("terms", "Decomposition"),
        AttentionKind.PERCEPTIBILITY: _translate("terms", "Perceptibility"),
    }[kind]


def map_caution() -> str:
    """Return what a map must not be taken for."""
    return _translate(
        "terms",
        "A map is arithmetic of this network. It does not prove which features two faces share, and regions "
        "speak for wrong candidates as well.",
    )


def verdict(shown: AttentionMap | PairEvidence | None, *, testing: bool = False) -> str:
    """Return what the test of a map says; None stands for a map that was not worked out.

    Parameters
    ----------
    shown : AttentionMap or PairEvidence or None
        The map.
    testing : bool
        Whether it is being tested at this moment.

    Returns
    -------
    str
        One or two sentences.
    """
    test = None if shown is None else shown.faithfulness
    if test is None and testing:
        return _translate("terms", "Being tested against random maps…")
    if shown is None:
        return _translate("terms", "Not worked out when this search was made.")
    if test is None:
        return _translate("terms", "Not tested: whether the network looks where the map says is not known.")
    if test.informative:
        text = _translate("terms", "Informative here: beats {0} of {1} random maps on this crop.")
    else:
        text = _translate(
            "terms",
            "Not informative here: beats only {0} of {1} random maps on this crop. Nothing follows from the "
            "map.",
        )
    return text.format(test.beaten, len(test.random))


def evidence_sum(evidence: PairEvidence) -> str:
    """Return a similarity as the sum of its parts."""
    text = _translate("terms", "Similarity {0:.4f} = {1:.4f} constant + {2:.4f} for − {3:.4f} against")
    parts = (evidence.similarity, evidence.constant, evidence.speaking_for, -evidence.speaking_against)
    return text.format(*parts).replace("-", "−")


def enrolment_status(status: EnrolmentStatus, *, dry_run: bool) -> str:
    """Return what became, or would become, of a picture that was to be enrolled."""
    if status is EnrolmentStatus.ENROLLED:
        return _translate("terms", "would be enrolled") if dry_run else _translate("terms", "enrolled")
    if status is EnrolmentStatus.REFUSED:
        return _translate("terms", "refused")
    return _translate("terms", "already enrolled")


def definition(term: str) -> str:
    """Return the definition of a term for its tooltip, by the term's key."""
    return {
        "recognizability": _translate(
            "terms",
            "Recognizability index (RI): how much of an identity the network can read from this face. Higher "
            "is more recognizable. It is not a probability and not an ISO/IEC 29794-5 quality score.",
        ),
        "provisional": _translate(
            "terms",
            "Provisional: the index is the distance from a cluster of unrecognizable faces (ERS), not yet "
            "the answer of a head trained for it.",
        ),
        "similarity": _translate(
            "terms",
            "Similarity: cosine of two embeddings, higher is more alike. It is no probability of identity.",
        ),
        "rank": _translate(
            "terms",
            "Rank: the place on the candidate list, from 1. Rank 1 exists for every probe, also when the "
            "person is not in the gallery.",
        ),
        "eye_distance": _translate(
            "terms", "Eye distance in native px, measured in the picture before anything is enlarged."
        ),
        "attention": _translate(
            "terms",
            "A map says what each region of the crop contributes: orange is positive, purple negative, and "
            "grey a map that failed its test. What the network sees around a region counts as well.",
        ),
        "decomposition": _translate(
            "terms",
            "Decomposition: what each region does to lift this face out of the unrecognizable cluster. "
            "Exact; the shares add up to 1, and negative ones pull it back.",
        ),
        "perceptibility": _translate(
            "terms",
            "Perceptibility: how much more or less of a region the network's attention lets through than of "
            "the average one. It does not change the embedding that is searched with.",
        ),
        "evidence": _translate(
            "terms",
            "For and against: what each region of the probe adds to its similarity with this candidate, "
            "compared with an unrecognizable face. Exact; the regions and the constant add up to the "
            "similarity.",
        ),
        "aligned": _translate(
            "terms",
            "The crop that the network gets, turned and scaled to 112 × 112 px. Enlarging adds nothing.",
        ),
        "found": _translate(
            "terms", "The pixels of the box as they are in the picture, enlarged without interpolation."
        ),
        "sample": _translate("terms", "Sample: one enrolled picture of a subject, a person of a gallery."),
        "gallery": _translate("terms", "Gallery: a named set of subjects that probes are compared with."),
        "detector_confidence": _translate(
            "terms", "How sure the detector is that this is a face. It says nothing about who it is."
        ),
        "gate": _translate(
            "terms",
            "Pictures whose face has a lower recognizability index are refused: poor samples draw strangers "
            "up the list.",
        ),
        "fusion": _translate(
            "terms",
            "How several samples of one subject become one similarity: the most similar sample, or one "
            "template weighted by recognizability.",
        ),
    }[term]
