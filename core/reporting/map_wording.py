"""The sentences of a report on maps: what they show, what they do not, and what their test says."""

from __future__ import annotations

from core.reporting.wording import number
from core.types import AttentionKind, AttentionMap, Candidate, Faithfulness, PairEvidence
from core.types.attention import NEEDED_BEATEN

READING = (
    "The maps divide the aligned crop into regions. Orange regions have a positive value, purple ones a "
    "negative value. A region's value rests on everything the network sees around it as well. A map is not "
    "what a person looks at, and it proves nothing about which features two faces share: it is arithmetic of "
    "this network on this crop. A map that fails its test is drawn in grey."
)

NO_MAPS = "No map was stored with this search."

NO_EVIDENCE = (
    "Which regions of the probe speak for or against a candidate was not worked out when this search was "
    "made."
)

EVIDENCE_TITLE = "Regions that speak for and against the first candidates"
EVIDENCE = (
    "The similarity of the probe and a candidate is split, exactly, into what each region of the probe adds "
    "to it and one constant, which is what an unrecognizable face in the probe's place would have. Orange "
    "regions speak for this candidate, purple ones against. A region's part in a similarity is arithmetic of "
    "this network. It is no proof that the two faces share a feature there, and regions speak for wrong "
    "candidates as well."
)

METHOD = (
    "Maps",
    "The last step of the network is linear, so an embedding, and a similarity, can be taken apart into what "
    "each region of the crop adds, compared with the mean over unrecognizable faces. To test a map, the "
    "regions of the crop are replaced by a blur in which nothing can be recognized, in seven steps: those "
    "with the highest values first (deletion); and, in a second run, put back into the blur in the same "
    "order (insertion). A map is called informative if its insertion area less its deletion area is larger "
    f"than that of at least {NEEDED_BEATEN} of 20 random maps on the same crop, which are as smooth as maps "
    "of the network are. A map that knows nothing would pass once in eleven times.",
)

_MADE = {
    AttentionKind.DECOMPOSITION: (
        "Decomposition",
        "Each region's share in lifting this face out of the cluster of unrecognizable faces; the shares add "
        "up to 1, and purple regions pull the face towards the cluster. Exact: the last step of the network "
        "is linear.",
        "the distance from the unrecognizable cluster",
    ),
    AttentionKind.PERCEPTIBILITY: (
        "Perceptibility",
        "How much more (orange) or less (purple) of a region the trained attention module of the network "
        "lets through than of the average one. It does not change the embedding that is searched with.",
        "the part of the embedding that is not that of an unrecognizable face",
    ),
}


def map_name(kind: AttentionKind) -> str:
    """Return the name of a kind of map."""
    return _MADE[kind][0]


def map_legend(attention: AttentionMap) -> str:
    """Say exactly what a map of the probe shows."""
    rows, columns = attention.values.shape
    return f"{rows} × {columns} regions. {_MADE[attention.kind][1]}"


def map_verdict(attention: AttentionMap) -> tuple[str, str]:
    """Return the verdict on a map of the probe: a few words, and what was measured."""
    return _verdict(attention.faithfulness, _MADE[attention.kind][2])


def evidence_verdict(evidence: PairEvidence) -> tuple[str, str]:
    """Return the verdict on the evidence on a candidate: a few words, and what was measured."""
    return _verdict(evidence.faithfulness, "the similarity to this candidate")


def evidence_sum(candidate: Candidate, evidence: PairEvidence) -> str:
    """Write a similarity as the sum of its parts."""
    against = number(abs(evidence.speaking_against), 4)
    return (
        f"Similarity {number(candidate.similarity, 4)} = {number(evidence.constant, 4)} (constant) + "
        f"{number(evidence.speaking_for, 4)} (regions that speak for) − {against} (regions that speak "
        "against)."
    )


def _verdict(test: Faithfulness | None, explained: str) -> tuple[str, str]:
    if test is None:
        return (
            "Not tested.",
            f"Whether the map finds the regions on which {explained} rests was not measured.",
        )
    count = len(test.random)
    areas = (
        f"(insertion area {number(test.insertion_area, 3)}, deletion area {number(test.deletion_area, 3)})"
    )
    if test.informative:
        return "Informative here.", (
            f"It beats {test.beaten} of {count} random maps at finding the regions on which {explained} "
            f"rests {areas}."
        )
    return "Not informative here.", (
        f"It beats only {test.beaten} of {count} random maps at finding the regions on which {explained} "
        f"rests {areas}. Nothing follows from where its values lie."
    )
