"""What is kept of a search: the picture, the probe, the candidates and the audit entry."""

from __future__ import annotations

from dataclasses import dataclass

from core.errors import EvidenceChanged, IntegrityFailure
from core.imaging.digest import hash_bytes
from core.imaging.regular_file import read_regular
from core.imaging.still import encode_png
from core.search.identify import Hit
from core.storage.searches import NewSearch
from core.types import (
    Candidate,
    Fusion,
    Probe,
    ProbeFace,
    Sample,
    SourceImage,
)
from core.workspace.searches.assessed_face import AssessedFace


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """What was asked for.

    Attributes
    ----------
    top : int
        Length of the candidate list.
    galleries : tuple of str or None
        Names of the galleries, None for all.
    fusion : Fusion
        How the samples of a subject become one similarity.
    case_id : int or None
        The case the search belongs to.
    operator : str
        Who asks.
    conditions : tuple of (str, str)
        Versions, device and settings in force.
    faces : tuple of ProbeFace
        Faces of the case that the probe stands for, the one that is shown first.
    """

    top: int
    galleries: tuple[str, ...] | None
    fusion: Fusion
    case_id: int | None
    operator: str
    conditions: tuple[tuple[str, str], ...]
    faces: tuple[ProbeFace, ...] = ()


def picture_to_keep(image: SourceImage) -> bytes:
    """Return what the workspace keeps of a picture, which must still be what was examined."""
    if image.frame is not None or image.path is None:
        return encode_png(image.pixels)
    try:
        data = read_regular(image.path)
    except OSError as error:
        raise IntegrityFailure(f"The file {image.path} can no longer be read.") from error
    if hash_bytes(data) != image.sha256:
        raise EvidenceChanged(f"The file {image.path} has changed since it was examined.")
    return data


def candidate_of(rank: int, hit: Hit, sample: Sample) -> Candidate:
    """Return a hit with the names that its sample has now."""
    return Candidate(
        rank=rank,
        similarity=hit.similarity,
        subject_id=hit.subject_id,
        template_id=hit.template_id,
        sample_id=hit.sample_id,
        subject=sample.subject,
        gallery=sample.gallery,
        sample_source=sample.source,
        recognizability=sample.recognizability,
        band=sample.band,
    )


def probe_of(image: SourceImage, face: AssessedFace, evidence_id: int, picture_sha256: str) -> Probe:
    """Return a face as it is kept with a search."""
    return Probe(
        evidence_id=evidence_id,
        path=str(image.path or ""),
        sha256=image.sha256,
        picture_sha256=picture_sha256,
        width=image.width,
        height=image.height,
        frame=image.frame,
        box=face.detection.box,
        landmarks=face.detection.landmarks,
        detector=face.detection.detector,
        confidence=face.detection.confidence,
        eye_distance_px=face.aligned.eye_distance_px,
        alignment=face.aligned.source,
        recognizability=face.recognizability,
        embedding=face.embedding,
    )


def audit_details(search_id: int, new: NewSearch) -> dict[str, object]:
    """Return what the audit log says of a search; similarities are decimal text, to hash alike."""
    result = new.result
    return {
        "search_id": search_id,
        "case_id": new.case_id,
        "probe": new.probe.path,
        "probe_sha256": new.probe.sha256,
        "galleries": list(result.galleries),
        "gallery_size": result.gallery_size,
        "gallery_revision": result.gallery_revision,
        "gallery_digest": result.gallery_digest,
        "model_id": result.model_id,
        "fusion": result.fusion.value,
        "top": new.top,
        "faces": [{"face_id": one.face_id, "weight": f"{one.weight:.9f}"} for one in new.faces],
        "candidates": [
            {"subject_id": candidate.subject_id, "similarity": f"{candidate.similarity:.9f}"}
            for candidate in result.candidates
        ],
    }
