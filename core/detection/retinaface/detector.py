"""The detector RetinaFace."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from core.detection.detector import Refiner
from core.detection.refinement.refiner import FaceRefiner
from core.detection.retinaface.decoding import decode
from core.detection.retinaface.folding import folded
from core.detection.retinaface.network import RetinaFaceNet
from core.detection.retinaface.passes import Passes
from core.detection.retinaface.weights import load_retinaface
from core.recognition.passes import choose_device
from core.settings import DetectionSettings
from core.types import BoundingBox, FaceDetection
from core.types.detectors import DetectorCard

MAX_SIDE = 2048
"""Longest side in px of a picture that is examined at once: more needs gigabytes of memory."""


def open_retinaface(
    card: DetectorCard, settings: DetectionSettings, device: str = "auto", directory: Path | None = None
) -> RetinaFace:
    """Load the detector that belongs to a card.

    Parameters
    ----------
    card : DetectorCard
        The detector.
    settings : DetectionSettings
        Thresholds.
    device : str
        "auto", "cpu" or "cuda"; a device that is not there falls back to the processor.
    directory : Path, optional
        Where its files lie; by default the models that come with the application.

    Returns
    -------
    RetinaFace
        Its id is the name of the card and the first eight digits of its `model_id`.

    Raises
    ------
    ModelUnavailable
        If the weights are absent, damaged or not those of the card.
    """
    where = choose_device(device)
    network, refinement = load_retinaface(card, directory)
    detector = RetinaFace(
        network,
        f"{card.name} ({card.model_id[:8]})",
        min_confidence=settings.min_confidence,
        nms_iou=settings.nms_iou,
        device=where,
    )
    if refinement is not None and card.refiner is not None:
        detector.refiner = FaceRefiner(refinement, card.refiner, where)
    return detector


class RetinaFace:
    """RetinaFace behind the protocol :class:`core.detection.detector.Detector`.

    On a processor, and for one number of threads, what is found in a picture depends to the bit on this
    picture alone.

    Parameters
    ----------
    network : RetinaFaceNet
        With its weights; left as it is.
    detector_id : str
        Name and version, as results record it.
    min_confidence : float
        Least confidence that is reported, in [0, 1].
    nms_iou : float
        Boxes that overlap more than this are one face.
    device : torch.device
        Where to run.
    """

    def __init__(
        self,
        network: RetinaFaceNet,
        detector_id: str,
        *,
        min_confidence: float,
        nms_iou: float,
        device: torch.device,
    ) -> None:
        self.detector_id = detector_id
        self.max_side = MAX_SIDE
        self.face_px = network.config.face_px
        self.refiner: Refiner | None = None
        self._config = network.config
        self._min_confidence = min_confidence
        self._nms_iou = nms_iou
        self._passes = Passes(folded(network), network.config, device)

    @property
    def device(self) -> str:
        """Where the network runs: "cpu" or "cuda"."""
        return self._passes.device.type

    def detect(self, pixels: NDArray[np.uint8]) -> tuple[FaceDetection, ...]:
        """Find faces.

        Parameters
        ----------
        pixels : ndarray of uint8, shape (height, width, 3)
            RGB, no side longer than :data:`MAX_SIDE`.

        Returns
        -------
        tuple of FaceDetection
            The most confident first, with landmarks; a box may reach beyond the picture.

        Raises
        ------
        ValueError
            If the picture is too large.
        """
        return self.detect_many([pixels])[0]

    def detect_many(self, pictures: Sequence[NDArray[np.uint8]]) -> list[tuple[FaceDetection, ...]]:
        """Find faces in several pictures, those of about the same size together.

        Parameters
        ----------
        pictures : sequence of ndarray of uint8, shape (height, width, 3)
            RGB, no side longer than :data:`MAX_SIDE`.

        Returns
        -------
        list of tuple of FaceDetection
            One for each picture, in order.

        Raises
        ------
        ValueError
            If a picture is too large.
        """
        alike: dict[tuple[int, int], list[int]] = defaultdict(list)
        for number, pixels in enumerate(pictures):
            if max(pixels.shape[:2]) > MAX_SIDE:
                raise ValueError(f"no side may be longer than {MAX_SIDE} px, not {pixels.shape[:2]}")
            alike[bucket(pixels.shape[0]), bucket(pixels.shape[1])].append(number)
        found: list[tuple[FaceDetection, ...]] = [()] * len(pictures)
        for size, numbers in alike.items():
            answers = self._passes.run([pictures[number] for number in numbers], size)
            for number, raw in zip(numbers, answers, strict=True):
                with torch.inference_mode():
                    faces = decode(raw, size, self._config, self._min_confidence, self._nms_iou)
                found[number] = self._detections(faces.cpu().numpy(), pictures[number].shape)
        return found

    def _detections(self, faces: NDArray[np.float32], shape: tuple[int, ...]) -> tuple[FaceDetection, ...]:
        centre = (faces[:, :2] + faces[:, 2:4]) / 2
        inside = ((centre >= 0) & (centre <= (shape[1], shape[0]))).all(axis=1)
        return tuple(
            FaceDetection(
                box=BoundingBox(float(left), float(top), float(right - left), float(bottom - top)),
                landmarks=points.reshape(5, 2),
                confidence=float(confidence),
                detector=self.detector_id,
            )
            for left, top, right, bottom, confidence, *_, points in (
                (*face[:5], face[5:]) for face in faces[inside]
            )
        )


def bucket(side: int) -> int:
    """Return the side of the network's input for the side of a picture.

    Parameters
    ----------
    side : int
        In px, at least 1.

    Returns
    -------
    int
        The next multiple of 32 px, above 256 px of 64, above 1024 px of 128: few sizes, little padding.
    """
    step = 32 if side <= 256 else 64 if side <= 1024 else 128
    return -(-side // step) * step
