"""A face that may be compared: everything that a comparison needs is there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.errors import UsageError
from core.types import AlignedFace, FaceAnalysis, FaceDetection, Recognizability


@dataclass(frozen=True, slots=True, eq=False)
class AssessedFace:
    """A face of which everything is there that a search needs.

    Attributes
    ----------
    detection : FaceDetection
        Where it is.
    aligned : AlignedFace
        Its crop.
    embedding : ndarray of float32, shape (dim,)
        Unit length.
    embedding_norm : float
        Length before it was normalised.
    recognizability : Recognizability
        Index and band.
    model_id : str
        SHA-256 of the weights.
    """

    detection: FaceDetection
    aligned: AlignedFace
    embedding: NDArray[np.float32]
    embedding_norm: float
    recognizability: Recognizability
    model_id: str

    @classmethod
    def of(cls, face: FaceAnalysis) -> AssessedFace:
        """Return the face, or raise :class:`~core.errors.UsageError` when it could not be assessed."""
        values = (face.aligned, face.embedding, face.embedding_norm, face.recognizability, face.model_id)
        aligned, embedding, norm, recognizability, model_id = values
        if (
            aligned is None
            or embedding is None
            or norm is None
            or recognizability is None
            or model_id is None
        ):
            raise UsageError(
                "This face could not be assessed, so it can be neither enrolled nor searched for."
            )
        return cls(face.detection, aligned, embedding, norm, recognizability, model_id)
