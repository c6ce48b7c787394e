"""Faces that a detector proposes, looked at once more by the refinement network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.detection.refinement.network import Refinement, RefinementNet
from core.detection.refinement.views import Square, cut_out
from core.types import FaceDetection
from core.types.detectors import RefinerConfig
from core.types.faces import MIRRORED_LANDMARKS

_AT_ONCE = 8
"""Faces of a pass. It is always filled up, because torch rounds otherwise for other numbers of pictures, and
what is said of one face must not depend on the others."""


class FaceRefiner:
    """The network behind the protocol :class:`core.detection.detector.Refiner`.

    Each face is seen as it is and as its mirror image, and the two answers are averaged.

    Parameters
    ----------
    network : RefinementNet
        With its weights.
    config : RefinerConfig
        What the network sees of a face.
    device : torch.device
        Where to run.
    """

    def __init__(self, network: RefinementNet, config: RefinerConfig, device: torch.device) -> None:
        self._network = network.to(device).eval()
        self._config = config
        self._device = device

    def refine(self, faces: Sequence[FaceDetection], pixels: NDArray[np.uint8]) -> list[FaceDetection]:
        """Place landmarks anew and doubt what is no face.

        Parameters
        ----------
        faces : sequence of FaceDetection
            As they were proposed, in px of the picture.
        pixels : ndarray of uint8, shape (height, width, 3)
            The picture, RGB.

        Returns
        -------
        list of FaceDetection
            The same boxes with the network's landmarks. The confidence is the product of the detector's and
            the network's, so that a face is one in the eyes of both.
        """
        refined: list[FaceDetection] = []
        for start in range(0, len(faces), _AT_ONCE):
            some = faces[start : start + _AT_ONCE]
            squares = [Square.around(face.box, self._config.reach) for face in some]
            views = np.zeros((_AT_ONCE, self._config.side, self._config.side, 3), np.uint8)
            for place, square in enumerate(squares):
                views[place] = cut_out(pixels, square, self._config.side)
            points, shares = self._look(views)
            refined += [
                replace(
                    face,
                    landmarks=(points[place] * square.side + (square.x, square.y)).astype(np.float32),
                    confidence=float((face.confidence or 0.0) * shares[place]),
                )
                for place, (face, square) in enumerate(zip(some, squares, strict=True))
            ]
        return refined

    @torch.inference_mode()
    def _look(self, views: NDArray[np.uint8]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        straight = as_input(views).to(self._device)
        answer = averaged(self._network(straight), self._network(straight.flip(3)))
        return (
            answer.landmarks.double().cpu().numpy(),
            torch.sigmoid(answer.logits.double()).cpu().numpy(),
        )


def as_input(views: NDArray[np.uint8]) -> Tensor:
    """Return views (n, side, side, 3) as the network takes them, shape (n, 3, side, side)."""
    return ((torch.from_numpy(views).permute(0, 3, 1, 2).float() - 127.5) / 127.5).contiguous(
        memory_format=torch.channels_last
    )


def averaged(straight: Refinement, mirrored: Refinement) -> Refinement:
    """Return the mean of what is said of candidates and of their mirror images, as of the candidates."""
    back = mirrored.landmarks[:, list(MIRRORED_LANDMARKS)] * torch.tensor(
        [-1.0, 1.0], device=mirrored.logits.device
    )
    return Refinement((straight.landmarks + back) / 2, (straight.logits + mirrored.logits) / 2)
