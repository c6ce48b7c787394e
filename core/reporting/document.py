"""The report as JSON, for programs and for checking the PDF.

Schema ``discern.report/1``. Keys are sorted, text is ASCII with escapes, pictures are named by the SHA-256 of
their bytes, coordinates are px of the picture, instants are ISO 8601 in UTC, what does not exist is null::

    schema       "discern.report/1"
    statement    the sentence that stands on every page of the PDF
    written      instant that the report is dated with
    program      {name, version}
    case         {id, title, reference, authority, notes, status, created} or null
    model        {id, name, architecture, embedding_dim, recognizability, provisional, licence, origin,
                 bands {low, fair, good, derivation}, training_data, command, figures [], limitations []}
    judgements   [judgement], oldest first; those that a later one replaced are there too
    verdicts     [verdict]
    nobody_suitable  whether that is the answer
    case_searches  [case_search], all searches of the case, oldest first, this one among them
    pictures     [picture of disclosure.records]: what was searched with and what it was derived from
    log          {sequence, entry_hash} of the last entry that changed what a report can tell, or null
    limitations  [sentence]
    probe_faces  [{face_id, weight}] of the faces of the case that the probe stands for, the one shown first
    search       {id, created, operator, top, fusion, galleries [], gallery_size, gallery_revision,
                 gallery_digest, model_id, conditions {dotted name: value as text}, audit_hash, probe,
                 candidates []}

    probe        {path, sha256, byte_size, evidence_id, picture, frame, box [x, y, width, height],
                 landmarks [[x, y] x 5] or null, detector, detector_confidence, eye_distance_px, alignment,
                 crop_sha256, recognizability, attention {kind, shares [[]]} or null, maps [map]}
    picture      {sha256, format, byte_size, width, height, orientation, notes []}
    frame        {stream, pts, time_base [numerator, denominator], ordinal, seconds} or null
    recognizability  {index, band, kind, provisional, meaning, consequence}
    case_search  {id, created, operator, picture_sha256, recognizability {index, band}, galleries [],
                 gallery_size, gallery_revision, model_id, hidden, candidates [{rank, subject, similarity}],
                 nobody_suitable, judgements [judgement], verdicts [verdict]}
    candidate    {rank, subject, subject_id, gallery, similarity, template_id, sample_id, sample_source,
                 recognizability, band, crop_sha256 or null when the subject was removed,
                 evidence or null when it was not worked out}

map and evidence are described in :mod:`core.reporting.map_records`, judgement and verdict in
:mod:`core.reporting.disclosure.records`; attention is the map of the kind
"decomposition" once more, as earlier versions wrote it.

A later schema with other meanings gets another number; keys may be added under this one.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from core.reporting import wording
from core.reporting.case_record import CaseSearch
from core.reporting.content import CandidateContent, ReportContent, SearchContent
from core.reporting.disclosure.records import of_judgements, of_picture
from core.reporting.files import replace_file
from core.reporting.limitations import limitations
from core.reporting.map_records import of_evidence, of_map
from core.types import AttentionKind, Case, ModelCard

SCHEMA = "discern.report/1"


def write_json(content: ReportContent, path: Path) -> Path:
    """Write a report as JSON in the schema that this module describes.

    Parameters
    ----------
    content : ReportContent
        What to say.
    path : Path
        The file; it appears when it is complete and replaces one that is there.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    replace_file(path, report_json(content))
    return path


def report_json(content: ReportContent) -> bytes:
    """Return a report as JSON text in the schema that this module describes."""
    examination, log = content.examination, content.record.log
    document = {
        "schema": SCHEMA,
        "statement": wording.LEAD_ONLY,
        "written": _instant(content.written),
        "program": {"name": "Discern", "version": content.program_version},
        "case": of_case(content.case) if content.case else None,
        "model": _model(content.card),
        "search": of_search(content.search),
        "nobody_suitable": examination.nobody_suitable,
        "probe_faces": [
            {"face_id": one.face_id, "weight": one.weight} for one in content.search.search.faces
        ],
        "case_searches": [_case_search(one) for one in content.record.searches],
        "pictures": [of_picture(one, None) for one in content.record.pictures],
        "log": {"sequence": log.sequence, "entry_hash": log.entry_hash} if log else None,
        "limitations": list(limitations(content)),
        **of_judgements(examination.judgements, examination.verdicts),
    }
    text = json.dumps(document, sort_keys=True, indent=2, allow_nan=False)
    return f"{text}\n".encode("ascii")


def of_case(case: Case) -> dict[str, Any]:
    """Return {id, title, reference, authority, notes, status, created}."""
    return {
        "id": case.case_id,
        "title": case.title,
        "reference": case.reference,
        "authority": case.authority,
        "notes": case.notes,
        "status": case.status,
        "created": _instant(case.created),
    }


def _case_search(one: CaseSearch) -> dict[str, Any]:
    search, result, index = one.search, one.search.result, one.search.probe.recognizability
    return {
        "id": search.search_id,
        "created": _instant(search.created),
        "operator": search.operator,
        "picture_sha256": search.probe.picture_sha256,
        "recognizability": {"index": index.index, "band": index.band},
        "galleries": list(result.galleries),
        "gallery_size": result.gallery_size,
        "gallery_revision": result.gallery_revision,
        "model_id": result.model_id,
        "hidden": search.candidates_hidden,
        "candidates": [
            {"rank": found.rank, "subject": found.subject, "similarity": found.similarity}
            for found in result.candidates
        ],
        "nobody_suitable": one.examination.nobody_suitable,
        **of_judgements(one.examination.judgements, one.examination.verdicts),
    }


def _model(card: ModelCard) -> dict[str, Any]:
    return {
        "id": card.model_id,
        "name": card.name,
        "architecture": card.architecture,
        "embedding_dim": card.embedding_dim,
        "recognizability": card.recognizability,
        "provisional": card.provisional,
        "bands": {
            "low": card.bands.low,
            "fair": card.bands.fair,
            "good": card.bands.good,
            "derivation": card.bands.derivation,
        },
        "licence": card.licence,
        "origin": card.origin,
        "training_data": card.training_data,
        "command": card.command,
        "figures": list(card.figures),
        "limitations": list(card.limitations),
    }


def of_search(content: SearchContent) -> dict[str, Any]:
    """Return what the schema says of a search, its probe and its candidates."""
    search, result = content.search, content.search.result
    return {
        "id": search.search_id,
        "created": _instant(search.created),
        "operator": search.operator,
        "top": search.top,
        "fusion": result.fusion,
        "galleries": list(result.galleries),
        "gallery_size": result.gallery_size,
        "gallery_revision": result.gallery_revision,
        "gallery_digest": result.gallery_digest,
        "model_id": result.model_id,
        "conditions": dict(search.conditions),
        "audit_hash": search.audit_hash,
        "probe": _probe(content),
        "candidates": [_candidate(entry) for entry in content.candidates],
    }


def _probe(content: SearchContent) -> dict[str, Any]:
    probe, image = content.search.probe, content.picture.image
    frame, recognizability = probe.frame, probe.recognizability
    maps = [shown.attention for shown in content.maps]
    shares = [one.values.tolist() for one in maps if one.kind is AttentionKind.DECOMPOSITION]
    return {
        "path": probe.path,
        "sha256": probe.sha256,
        "byte_size": content.evidence.byte_size if content.evidence else None,
        "evidence_id": probe.evidence_id,
        "picture": {
            "sha256": probe.picture_sha256,
            "format": image.file_format,
            "byte_size": image.byte_size,
            "width": probe.width,
            "height": probe.height,
            "orientation": image.orientation,
            "notes": list(image.notes),
        },
        "frame": None
        if frame is None
        else {
            "stream": frame.stream,
            "pts": frame.pts,
            "time_base": [frame.time_base.numerator, frame.time_base.denominator],
            "ordinal": frame.ordinal,
            "seconds": frame.seconds,
        },
        "box": probe.box.as_list(),
        "landmarks": None if probe.landmarks is None else probe.landmarks.tolist(),
        "detector": probe.detector,
        "detector_confidence": probe.confidence,
        "eye_distance_px": probe.eye_distance_px,
        "alignment": probe.alignment,
        "crop_sha256": content.crop.image.sha256,
        "recognizability": {
            "index": recognizability.index,
            "band": recognizability.band,
            "kind": recognizability.kind,
            "provisional": recognizability.provisional,
            "meaning": wording.meaning(recognizability.band),
            "consequence": wording.consequence(recognizability.band, probe.eye_distance_px),
        },
        "attention": {"kind": "decomposition", "shares": shares[0]} if shares else None,
        "maps": [of_map(one) for one in maps],
    }


def _candidate(entry: CandidateContent) -> dict[str, Any]:
    candidate = entry.candidate
    return {
        "rank": candidate.rank,
        "subject": candidate.subject,
        "subject_id": candidate.subject_id,
        "gallery": candidate.gallery,
        "similarity": candidate.similarity,
        "template_id": candidate.template_id,
        "sample_id": candidate.sample_id,
        "sample_source": candidate.sample_source,
        "recognizability": candidate.recognizability,
        "band": candidate.band,
        "crop_sha256": entry.crop.image.sha256 if entry.crop else None,
        "evidence": of_evidence(entry.evidence),
    }


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
