"""The recognizability of a face as the network shows it: the target of the index head."""

from __future__ import annotations

from typing import Literal, NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

Form = Literal["ratio", "log1p", "bounded"]


class Proximities(NamedTuple):
    """Distances of n embeddings, each 1 minus a cosine and so in [0, 2].

    Attributes
    ----------
    positive : Tensor, shape (n,)
        d_P, to the prototype of the face's own person.
    negative : Tensor, shape (n,)
        d_N, to the nearest prototype of another person.
    unrecognizable : Tensor, shape (n,)
        d_UI, to the centre of the unrecognizable cluster.
    """

    positive: Tensor
    negative: Tensor
    unrecognizable: Tensor


def proximities(cosines: Tensor, own: Tensor, labels: Tensor, to_centre: Tensor) -> Proximities:
    """Take the three distances of Chai et al., CVPR 2023 (confidence 90 %, 90 % and 95 %).

    Parameters
    ----------
    cosines : Tensor, shape (n, classes)
        Plain cosines, without margin, with all prototypes.
    own : Tensor, shape (n,)
        Cosine with the person's own prototype, which may be another one than that in `cosines`: one that
        leaves the picture itself out.
    labels : Tensor of int64, shape (n,)
        The person of each face; its column does not count for d_N.
    to_centre : Tensor, shape (n,)
        Cosine with the centre of the unrecognizable cluster.

    Returns
    -------
    Proximities
        The distances.
    """
    others = cosines.scatter(1, labels[:, None], -torch.inf)
    return Proximities(1 - own, 1 - others.amax(1), 1 - to_centre)


class RecognizabilityTarget:
    """xi = d_UI d_N / (d_P + eps), Chai et al., CVPR 2023 (reconstructed, confidence 85 %; eps is ours).

    High for a face that is near its own person and far from everybody else and from the unrecognizable
    cluster. It grows without bound as d_P goes to 0, so it is clamped; the forms "log1p", log(1 + xi), and
    "bounded", xi / (1 + xi), are ours and keep the regression from being spent on the easiest faces.

    Parameters
    ----------
    form : str
        "ratio", "log1p" or "bounded".
    eps : float
        Added to d_P.
    largest : float
        Where xi is clamped, before the form is applied.
    with_centre : bool
        Whether d_UI is a factor; without it the target does not depend on the unrecognizable cluster.
    """

    def __init__(
        self, form: Form = "ratio", eps: float = 1e-3, largest: float = 10.0, with_centre: bool = True
    ) -> None:
        self.form = form
        self.eps = eps
        self.largest = largest
        self.with_centre = with_centre

    @torch.no_grad()
    def __call__(self, distances: Proximities) -> Tensor:
        """Return the target, shape (n,), without gradient."""
        xi = distances.negative.clamp(min=0) / (distances.positive.clamp(min=0) + self.eps)
        if self.with_centre:
            xi = xi * distances.unrecognizable.clamp(min=0)
        xi = xi.clamp(max=self.largest)
        match self.form:
            case "log1p":
                return xi.log1p()
            case "bounded":
                return xi / (1 + xi)
            case "ratio":
                return xi


def unit(vectors: Tensor) -> Tensor:
    """Return vectors (n, dim) at unit length."""
    return functional.normalize(vectors, dim=1)
