"""How a search is laid out in its columns, and read back from them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from core.storage.schema import CandidateRow, EvidenceRow, SearchRow
from core.storage.vectors import from_bytes, to_bytes
from core.types import (
    AlignmentSource,
    Band,
    BoundingBox,
    Candidate,
    CandidateList,
    FrameReference,
    Fusion,
    Probe,
    ProbeFace,
    Recognizability,
    Search,
)


def probe_columns(probe: Probe) -> dict[str, Any]:
    """Return the columns of a search that tell of its probe, without what the evidence tells."""
    frame = probe.frame
    return {
        "evidence_id": probe.evidence_id,
        "picture_sha256": probe.picture_sha256,
        "width": probe.width,
        "height": probe.height,
        "frame_stream": frame and frame.stream,
        "frame_pts": frame and frame.pts,
        "frame_time_base": frame and str(frame.time_base),
        "frame_ordinal": frame and frame.ordinal,
        "box_x": probe.box.x,
        "box_y": probe.box.y,
        "box_width": probe.box.width,
        "box_height": probe.box.height,
        "landmarks": None if probe.landmarks is None else to_bytes(probe.landmarks),
        "detector": probe.detector,
        "confidence": probe.confidence,
        "eye_distance_px": probe.eye_distance_px,
        "alignment": probe.alignment.value,
        "recognizability": probe.recognizability.index,
        "band": probe.recognizability.band.value,
        "recognizability_kind": probe.recognizability.kind,
        "provisional": probe.recognizability.provisional,
        "embedding": to_bytes(probe.embedding),
    }


def result_columns(result: CandidateList) -> dict[str, Any]:
    """Return the columns of a search that tell what the probe was compared with."""
    return {
        "model_id": result.model_id,
        "fusion": result.fusion.value,
        "gallery_size": result.gallery_size,
        "gallery_revision": result.gallery_revision,
        "gallery_digest": result.gallery_digest,
        "galleries": json.dumps(result.galleries, ensure_ascii=False),
    }


def candidate_columns(search_id: int, candidate: Candidate) -> dict[str, Any]:
    """Return the columns of a candidate."""
    return {
        "search_id": search_id,
        "rank": candidate.rank,
        "similarity": candidate.similarity,
        "subject_id": candidate.subject_id,
        "template_id": candidate.template_id,
        "sample_id": candidate.sample_id,
        "subject": candidate.subject,
        "gallery": candidate.gallery,
        "sample_source": candidate.sample_source,
        "recognizability": candidate.recognizability,
        "band": candidate.band.value,
    }


def read_search(
    row: SearchRow,
    evidence: EvidenceRow,
    candidates: Iterable[CandidateRow],
    faces: tuple[ProbeFace, ...] = (),
) -> Search:
    """Return the search that rows hold, its candidates and faces in the order given."""
    return Search(
        search_id=row.id,
        case_id=row.case_id,
        probe=_probe(row, evidence),
        result=CandidateList(
            candidates=tuple(_candidate(one) for one in candidates),
            gallery_size=row.gallery_size,
            gallery_revision=row.gallery_revision,
            gallery_digest=row.gallery_digest,
            galleries=tuple(json.loads(row.galleries)),
            model_id=row.model_id,
            fusion=Fusion(row.fusion),
        ),
        top=row.top,
        created=row.created,
        operator=row.operator,
        conditions=tuple((name, value) for name, value in json.loads(row.conditions)),
        audit_hash=row.audit_hash,
        faces=faces,
    )


def _probe(row: SearchRow, evidence: EvidenceRow) -> Probe:
    frame = None
    if row.frame_time_base is not None:
        assert row.frame_stream is not None
        assert row.frame_pts is not None
        assert row.frame_ordinal is not None
        time_base = Fraction(row.frame_time_base)
        frame = FrameReference(row.frame_stream, row.frame_pts, time_base, row.frame_ordinal)
    return Probe(
        evidence_id=evidence.id,
        path=evidence.path,
        sha256=evidence.sha256,
        picture_sha256=row.picture_sha256,
        width=row.width,
        height=row.height,
        frame=frame,
        box=BoundingBox(row.box_x, row.box_y, row.box_width, row.box_height),
        landmarks=None if row.landmarks is None else from_bytes(row.landmarks, columns=2),
        detector=row.detector,
        confidence=row.confidence,
        eye_distance_px=row.eye_distance_px,
        alignment=AlignmentSource(row.alignment),
        recognizability=Recognizability(
            row.recognizability, Band(row.band), row.recognizability_kind, row.provisional
        ),
        embedding=from_bytes(row.embedding),
    )


def _candidate(row: CandidateRow) -> Candidate:
    return Candidate(
        rank=row.rank,
        similarity=row.similarity,
        subject_id=row.subject_id,
        template_id=row.template_id,
        sample_id=row.sample_id,
        subject=row.subject,
        gallery=row.gallery,
        sample_source=row.sample_source,
        recognizability=row.recognizability,
        band=Band(row.band),
    )
