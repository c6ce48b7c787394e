"""The network of the paper: one backbone that gives embedding, recognizability index and attention."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from torch import Tensor, nn

from core.recognition.attention import PerceptibilityAttention
from core.recognition.backbones import build_backbone
from core.recognition.features import Backbone
from core.recognition.recognizability_head import PooledRecognizabilityHead, RecognizabilityHead

PREFIX = "ril-"
"""What the architecture of a card begins with when the network has attention and an index head."""


class NetworkOutput(NamedTuple):
    """What the network says of n crops.

    Attributes
    ----------
    embedding : Tensor, shape (n, dim)
        v, not normalised.
    attended : Tensor, shape (n, dim)
        v_attn: the head on the attended feature map, divided by |v| (taken as a constant), so that it
        compares with a unit-length embedding.
    attention : Tensor, shape (n, rows, columns)
        Spatial gates in (0, 2).
    recognizability : Tensor, shape (n,)
        The index, xi_hat.
    feature_map : Tensor, shape (n, channels, rows, columns)
        The last one before the head.
    """

    embedding: Tensor
    attended: Tensor
    attention: Tensor
    recognizability: Tensor
    feature_map: Tensor


class RecognizabilityNetwork(nn.Module):
    """Backbone, perceptibility attention and recognizability head.

    Parameters
    ----------
    backbone : Backbone
        Gives the raw embedding and the last feature map.
    dim : int
        Length of the embedding.
    dropout : float
        Of the index head.
    with_norm : bool
        Whether the index head sees log |v| as well.
    typical_norm : float
        Length of an ordinary embedding, for the scale of the index head's input.
    """

    def __init__(
        self,
        backbone: Backbone,
        dim: int,
        *,
        dropout: float = 0.4,
        with_norm: bool = False,
        typical_norm: float = 1.0,
    ) -> None:
        super().__init__()
        self.backbone = backbone
        self.attention = PerceptibilityAttention(backbone.channels)
        self.head: RecognizabilityHead | PooledRecognizabilityHead = RecognizabilityHead(
            dim, dropout, with_norm, typical_norm
        )

    def forward(self, x: Tensor) -> NetworkOutput:
        """Describe crops (n, 3, 112, 112), prepared as the card says."""
        features = self.backbone(x)
        embedding = features.embedding.float()
        feature_map = features.feature_map
        attended = self.attention(feature_map)
        raw = self.backbone.project(attended.feature_map).float()
        length = embedding.detach().norm(dim=1, keepdim=True).clamp(min=1e-6)
        return NetworkOutput(
            embedding, raw / length, attended.weights.float(), self.head(embedding, feature_map), feature_map
        )


def build_network(architecture: str, dim: int, state: Mapping[str, Tensor]) -> RecognizabilityNetwork:
    """Make a trained network from its state.

    Parameters
    ----------
    architecture : str
        As in the model's card, "ril-" and the key of a backbone.
    dim : int
        Length of an embedding.
    state : mapping of str to Tensor
        The state of a :class:`RecognizabilityNetwork`; none may be missing and none may be left over.

    Returns
    -------
    RecognizabilityNetwork
        In evaluation mode.

    Raises
    ------
    ModelUnavailable
        If this version does not know the backbone.
    RuntimeError
        If names or shapes differ.
    """
    backbone = build_backbone(architecture.removeprefix(PREFIX), dim)
    with_norm = "head.linear.weight" in state and state["head.linear.weight"].shape[1] == dim + 1
    network = RecognizabilityNetwork(backbone, dim, with_norm=with_norm)
    if "head.linear.weight" in state and "head.typical_norm" not in state:
        # Of a mirrored network the head sees two maps.
        network.head = PooledRecognizabilityHead(state["head.linear.weight"].shape[1] - 1)
    network.load_state_dict(dict(state))
    return network.eval()
