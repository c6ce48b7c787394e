"""Aligned crops of an exported gallery, assessed as they are: nothing is detected or aligned again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.errors import UnreadableImage
from core.imaging.alignment import CROP_SIZE
from core.types import (
    AlignedFace,
    AlignmentSource,
    FaceAnalysis,
    FaceDetection,
    ImageAnalysis,
    Outcome,
    SourceImage,
)
from core.workspace.galleries.enrolment_plan import AlignedOrigin, EnrolmentItem

if TYPE_CHECKING:
    from core.analysis import FaceAnalyzer
    from core.recognition.embedder import FaceEmbedding

DETECTOR = "exported gallery"


def analyze_crops(
    analyzer: FaceAnalyzer, items: Sequence[EnrolmentItem], read: Callable[[Path], SourceImage]
) -> dict[EnrolmentItem, ImageAnalysis]:
    """Assess aligned crops; a bad file is an outcome and stops nothing.

    Parameters
    ----------
    analyzer : FaceAnalyzer
        The loaded model.
    items : sequence of EnrolmentItem
        Those that are not aligned crops are passed over.
    read : callable
        Decodes a file.

    Returns
    -------
    dict of EnrolmentItem to ImageAnalysis
        One for each aligned crop, with the hash of the picture that it was cut from.
    """
    analyses: dict[EnrolmentItem, ImageAnalysis] = {}
    readable: list[tuple[EnrolmentItem, AlignedOrigin, SourceImage]] = []
    for item in items:
        if item.aligned is None:
            continue
        try:
            image = read(item.path)
        except UnreadableImage as error:
            analyses[item] = ImageAnalysis(item.path, Outcome.UNREADABLE, str(error))
            continue
        if image.pixels.shape != (CROP_SIZE, CROP_SIZE, 3):
            reason = (
                f"An aligned crop measures {CROP_SIZE} x {CROP_SIZE} px, not {image.width} x {image.height}."
            )
            analyses[item] = ImageAnalysis(item.path, Outcome.NOT_ASSESSED, reason)
            continue
        readable.append((item, item.aligned, image))
    crops = np.stack([image.pixels for _, _, image in readable]) if readable else None
    faces = () if crops is None else analyzer.embed_aligned(crops)
    for (item, origin, image), face in zip(readable, faces, strict=True):
        analyses[item] = _analysis(item, origin, image, face, analyzer.card.model_id)
    return analyses


def _analysis(
    item: EnrolmentItem, origin: AlignedOrigin, image: SourceImage, face: FaceEmbedding, model_id: str
) -> ImageAnalysis:
    found = FaceAnalysis(
        FaceDetection(origin.box, None, None, DETECTOR),
        Outcome.OK,
        aligned=AlignedFace(image.pixels, np.eye(2, 3), origin.eye_distance_px, AlignmentSource.LANDMARKS),
        embedding=face.embedding,
        embedding_norm=face.norm,
        recognizability=face.recognizability,
        attention_maps=face.attention_maps,
        model_id=model_id,
    )
    return ImageAnalysis(item.path, Outcome.OK, "", image, (found,), origin.sha256)
