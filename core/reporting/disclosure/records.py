"""The JSON files of a pack besides its reports.

::

    case.json        {case} as in the report, or null
    evidence.json    {evidence [{evidence_id, case_id, kind, path, sha256, byte_size, copied, changed,
                     created, file, why}]}
    pictures.json    {pictures [{picture_id, evidence_id, parent_id, operation, parameters, sha256, width,
                     height, frame, pixel_sha256, changed, outcome, reason, created, file}]}
    judgements.json  {judgements [{judgement_id, search_id, rank, examiner, second, answer, features, note,
                     on_original, created}],
                     verdicts [{search_id, rank, subject_id, verdict, examiner, created}]}
    searches/        {schema, search, nobody_suitable, embedding, faces [], crop, picture, candidates []}
      faces          {face_id, weight, crop}: the faces that a template of several was made of
      candidates     {rank, compared, why, samples [{sample_id, recognizability, crop}]}
      embedding, compared  {length, base64}: little-endian float32, unit length

`copied` says that the workspace keeps a copy of the whole file, `changed` what was found when bytes were not
those of intake (empty while that never happened), `pixel_sha256` is of a frame's decoded RGB bytes.

`search` is what the report's JSON says of the search; see :mod:`core.reporting.document`. `file`, `crop` and
`picture` are names of files of the pack, or null.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.types import CandidateVerdict, CasePicture, Evidence, FrameReference, Judgement

SEARCH_SCHEMA = "discern.search/1"


def of_embedding(vector: NDArray[np.float32] | None) -> dict[str, Any] | None:
    """Return {length, base64}, or None for None."""
    if vector is None:
        return None
    data = np.ascontiguousarray(vector, "<f4").tobytes()
    return {"length": vector.size, "base64": b64encode(data).decode("ascii")}


def of_evidence(piece: Evidence, file: str | None, why: str) -> dict[str, Any]:
    """Return what is known of a file that was taken in.

    Parameters
    ----------
    piece : Evidence
        The file.
    file : str or None
        Its name in the pack.
    why : str
        One sentence that says why it is not in the pack.

    Returns
    -------
    dict
        As `evidence.json` holds it.
    """
    return {
        "evidence_id": piece.evidence_id,
        "case_id": piece.case_id,
        "kind": piece.kind.value,
        "path": piece.path,
        "sha256": piece.sha256,
        "byte_size": piece.byte_size,
        "copied": piece.copied,
        "changed": piece.failure,
        "created": _instant(piece.created),
        "file": file,
        "why": why,
    }


def of_picture(picture: CasePicture, file: str | None) -> dict[str, Any]:
    """Return what is known of a picture of the case, and its name in the pack."""
    return {
        "picture_id": picture.picture_id,
        "evidence_id": picture.evidence_id,
        "parent_id": picture.parent_id,
        "operation": picture.operation,
        "parameters": dict(picture.parameters),
        "sha256": picture.sha256,
        "width": picture.width,
        "height": picture.height,
        "frame": _frame(picture.frame),
        "pixel_sha256": picture.pixel_sha256,
        "changed": picture.failure,
        "outcome": picture.outcome.value,
        "reason": picture.reason,
        "created": _instant(picture.created),
        "file": file,
    }


def of_judgements(judgements: Sequence[Judgement], verdicts: Sequence[CandidateVerdict]) -> dict[str, Any]:
    """Return what examiners said, as `judgements.json` holds it."""
    return {
        "judgements": [_judgement(one) for one in judgements],
        "verdicts": [
            {
                "search_id": one.search_id,
                "rank": one.rank,
                "subject_id": one.subject_id,
                "verdict": one.verdict.value,
                "examiner": one.examiner,
                "created": _instant(one.created),
            }
            for one in verdicts
        ],
    }


def _judgement(one: Judgement) -> dict[str, Any]:
    answer = one.suitability or one.conclusion
    return {
        "judgement_id": one.judgement_id,
        "search_id": one.search_id,
        "rank": one.rank,
        "examiner": one.examiner,
        "second": one.second,
        "answer": answer and answer.value,
        "features": [
            {
                "component": line.component.value,
                "visible": line.visible,
                "finding": line.finding and line.finding.value,
                "note": line.note,
            }
            for line in one.features
        ],
        "note": one.note,
        "on_original": one.on_original,
        "created": _instant(one.created),
    }


def _frame(frame: FrameReference | None) -> dict[str, Any] | None:
    if frame is None:
        return None
    return {
        "stream": frame.stream,
        "pts": frame.pts,
        "time_base": [frame.time_base.numerator, frame.time_base.denominator],
        "ordinal": frame.ordinal,
    }


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
