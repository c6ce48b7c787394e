"""The method of a report in plain words, with the papers that it rests on."""

from __future__ import annotations

from core.reporting import map_wording, wording
from core.types import ModelCard

_MOBILE = (
    "MobileFaceNet (Chen et al., MobileFaceNets: Efficient CNNs for Accurate Real-Time Face Verification on "
    "Mobile Devices, CCBR 2018)"
)

_RESIDUAL = (
    "the residual network of Deng et al. (ArcFace: Additive Angular Margin Loss for Deep Face Recognition, "
    "CVPR 2019)"
)

_BACKBONES = (("mobilefacenet", _MOBILE), ("mbf", _MOBILE), ("iresnet", _RESIDUAL))
"""A part of the name of an architecture, and what it is."""

_LEARNT = (
    "Recognizability and the attention of the network follow Chai et al., Recognizability Embedding "
    "Enhancement for Very Low-Resolution Face Recognition and Quality Estimation, CVPR 2023."
)

_DISTANCE = (
    "Recognizability is the distance from unrecognizable faces that Deng et al. describe in Harnessing "
    "Unrecognizable Faces for Improving Face Recognition, 2021."
)


def method(card: ModelCard) -> tuple[tuple[str, str], ...]:
    """Return the steps of the method, each with its name, for searches made with one model."""
    return (
        *wording.METHOD[:2],
        ("The network", _network(card)),
        *wording.METHOD[2:],
        ("Recognizability", wording.INDEX),
        map_wording.METHOD,
    )


def _network(card: ModelCard) -> str:
    kind = next((words for part, words in _BACKBONES if part in card.architecture.lower()), card.architecture)
    learnt = card.recognizability == "RI"
    return (
        f"The model “{card.name}” is built on {kind}. {_LEARNT if learnt else _DISTANCE} Its card, with "
        "its licence, what it was trained on and what is known of its errors, is given in the section on the "
        "model."
    )
