"""The JSON of the command line; its keys are a contract with scripts and only grow."""

from __future__ import annotations

from typing import Any

from core.reporting.map_records import of_evidence, of_map
from core.types import (
    AuditEntry,
    Case,
    DetectorCard,
    Enrolment,
    FaceAnalysis,
    FrameReference,
    Gallery,
    ImageAnalysis,
    ModelCard,
    Sample,
    Search,
    SearchMaps,
    Subject,
)
from core.workspace import ProbeSearch


def of_analysis(analysis: ImageAnalysis) -> dict[str, Any]:
    """Return {path, outcome, reason, sha256, width, height, frame, notes, faces}."""
    image = analysis.image
    return {
        "path": str(analysis.path or ""),
        "outcome": analysis.outcome.value,
        "reason": analysis.reason,
        "sha256": analysis.sha256,
        "width": image.width if image else None,
        "height": image.height if image else None,
        "frame": of_frame(analysis.frame),
        "notes": list(image.notes) if image else [],
        "faces": [of_face(face) for face in analysis.faces],
    }


def of_face(face: FaceAnalysis) -> dict[str, Any]:
    """Return {box, landmarks, confidence, detector, eye_distance_px, recognizability, band, ..., maps}.

    The maps say what regions of the aligned crop contribute, untested:
    :func:`core.reporting.map_records.of_map`.
    """
    detection, index = face.detection, face.recognizability
    return {
        "box": [round(value, 2) for value in detection.box.as_list()],
        "landmarks": None if detection.landmarks is None else detection.landmarks.round(2).tolist(),
        "confidence": None if detection.confidence is None else round(detection.confidence, 4),
        "detector": detection.detector,
        "eye_distance_px": round(face.aligned.eye_distance_px, 2) if face.aligned else None,
        "recognizability": index.index if index else None,
        "recognizability_kind": index.kind if index else None,
        "provisional": index.provisional if index else None,
        "band": index.band.value if index else None,
        "outcome": face.outcome.value,
        "reason": face.reason,
        "maps": [of_map(one) for one in face.attention_maps],
    }


def of_frame(frame: FrameReference | None) -> dict[str, Any] | None:
    """Return {stream, pts, time_base, ordinal, seconds}, or None for a still."""
    if frame is None:
        return None
    return {
        "stream": frame.stream,
        "pts": frame.pts,
        "time_base": str(frame.time_base),
        "ordinal": frame.ordinal,
        "seconds": frame.seconds,
    }


def of_enrolment(enrolment: Enrolment) -> dict[str, Any]:
    """Return {path, subject, status, reason, sample_id, recognizability, band, overridden}."""
    return {
        "path": str(enrolment.path),
        "subject": enrolment.subject,
        "status": enrolment.status.value,
        "reason": enrolment.reason,
        "sample_id": enrolment.sample_id,
        "recognizability": enrolment.recognizability,
        "band": enrolment.band.value if enrolment.band else None,
        "overridden": enrolment.overridden,
    }


def of_probe(probe: ProbeSearch) -> dict[str, Any]:
    """Return {probe, outcome, reason} and, where a search was made, what :func:`of_search` says."""
    record: dict[str, Any] = {
        "probe": str(probe.path),
        "outcome": probe.outcome.value,
        "reason": probe.reason,
        "search_id": None,
        "recognizability": None,
        "band": None,
        "model_id": None,
        "gallery_size": None,
        "candidates_hidden": False,
        "candidates": [],
        "maps": [],
    }
    return record if probe.search is None else record | of_search(probe.search, probe.maps)


def of_search(search: Search, maps: SearchMaps | None = None) -> dict[str, Any]:
    """Return what is kept of a search, candidates in order of rank.

    Parameters
    ----------
    search : Search
        The search.
    maps : SearchMaps, optional
        What the regions of its probe contribute; without them the record has no `maps`, and its candidates
        no `evidence`. See :mod:`core.reporting.map_records` for both.

    Returns
    -------
    dict
        What is kept.
    """
    index, result = search.probe.recognizability, search.result
    record: dict[str, Any] = {
        "probe": search.probe.path,
        "search_id": search.search_id,
        "case_id": search.case_id,
        "created": search.created.isoformat(),
        "recognizability": index.index,
        "recognizability_kind": index.kind,
        "provisional": index.provisional,
        "band": index.band.value,
        "eye_distance_px": round(search.probe.eye_distance_px, 2),
        "box": [round(value, 2) for value in search.probe.box.as_list()],
        "frame": of_frame(search.probe.frame),
        "model_id": result.model_id,
        "gallery_size": result.gallery_size,
        "gallery_revision": result.gallery_revision,
        "gallery_digest": result.gallery_digest,
        "galleries": list(result.galleries),
        "fusion": result.fusion.value,
        "faces": [{"face_id": one.face_id, "weight": one.weight} for one in search.faces],
        "candidates_hidden": search.candidates_hidden,
        "candidates": [
            {
                "rank": candidate.rank,
                "subject": candidate.subject,
                "similarity": candidate.similarity,
                "sample": candidate.sample_source,
                "sample_id": candidate.sample_id,
                "gallery": candidate.gallery,
                "recognizability": candidate.recognizability,
                "band": candidate.band.value,
            }
            for candidate in result.candidates
        ],
    }
    if maps is not None:
        record["maps"] = [of_map(one) for one in maps.probe]
        for candidate in record["candidates"]:
            candidate["evidence"] = of_evidence(maps.of(candidate["rank"]))
    return record


def of_gallery(gallery: Gallery) -> dict[str, Any]:
    """Return {gallery, subjects, samples, created}."""
    return {
        "gallery": gallery.name,
        "subjects": gallery.subjects,
        "samples": gallery.samples,
        "created": gallery.created.isoformat(),
    }


def of_subject(subject: Subject) -> dict[str, Any]:
    """Return {subject_id, subject, gallery, samples, created}."""
    return {
        "subject_id": subject.subject_id,
        "subject": subject.name,
        "gallery": subject.gallery,
        "samples": subject.samples,
        "created": subject.created.isoformat(),
    }


def of_sample(sample: Sample) -> dict[str, Any]:
    """Return names, provenance and recognizability of an enrolled face."""
    return {
        "sample_id": sample.sample_id,
        "subject_id": sample.subject_id,
        "subject": sample.subject,
        "gallery": sample.gallery,
        "sample": sample.source,
        "sha256": sample.source_sha256,
        "box": sample.box.as_list(),
        "eye_distance_px": sample.eye_distance_px,
        "recognizability": sample.recognizability,
        "band": sample.band.value,
        "model_id": sample.model_id,
        "overridden": sample.overridden,
        "authority": sample.authority,
        "created": sample.created.isoformat(),
    }


def of_case(case: Case) -> dict[str, Any]:
    """Return {case_id, title, reference, authority, notes, status, blind, pictures, faces, searches, ...}."""
    return {
        "case_id": case.case_id,
        "title": case.title,
        "reference": case.reference,
        "authority": case.authority,
        "notes": case.notes,
        "status": case.status.value,
        "searches": case.searches,
        "created": case.created.isoformat(),
        "blind": case.blind,
        "pictures": case.pictures,
        "faces": case.faces,
        "opened": case.opened.isoformat() if case.opened else None,
        "evidence_mode": case.evidence_mode.value,
    }


def of_model(card: ModelCard, active: bool) -> dict[str, Any]:
    """Return what the card of a model says."""
    return {
        "kind": "recognition",
        "model_id": card.model_id,
        "name": card.name,
        "active": active,
        "architecture": card.architecture,
        "embedding_dim": card.embedding_dim,
        "recognizability": card.recognizability,
        "provisional": card.provisional,
        "licence": card.licence,
        "origin": card.origin,
        "training_data": card.training_data,
        "command": card.command,
        "figures": list(card.figures),
        "limitations": list(card.limitations),
    }


def of_detector(card: DetectorCard, active: bool) -> dict[str, Any]:
    """Return what the card of a detector says."""
    return {
        "kind": "detector",
        "model_id": card.model_id,
        "name": card.name,
        "active": active,
        "architecture": f"{card.architecture}, {card.config.backbone}",
        "smallest_face_px": card.config.face_px[0],
        "licence": card.licence,
        "origin": card.origin,
        "training_data": card.training_data,
        "command": card.command,
        "figures": list(card.figures),
        "limitations": list(card.limitations),
    }


def of_audit_entry(entry: AuditEntry) -> dict[str, Any]:
    """Return {sequence, created, operator, action, details, entry_hash}."""
    return {
        "sequence": entry.sequence,
        "created": entry.created,
        "operator": entry.operator,
        "action": entry.action,
        "details": entry.details,
        "entry_hash": entry.entry_hash,
    }
