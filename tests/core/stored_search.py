"""Searches that are stored without a network: what examiners say of them does not depend on one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from core.storage import audit
from core.storage.database import Database
from core.storage.evidence import add_evidence
from core.storage.record_schema import FaceRow, PictureRow
from core.storage.searches import NewSearch, add_search, seal_search
from core.types import (
    AlignmentSource,
    Band,
    BoundingBox,
    Candidate,
    CandidateList,
    EvidenceKind,
    FaceState,
    Fusion,
    PairEvidence,
    Probe,
    ProbeFace,
    Recognizability,
    SearchMaps,
)

NAMES = ("Ann Lee", "Bo Cruz", "Cy Dahl", "Di Eames", "Ed Falk", "Flo Grant")
SIMILARITIES = (0.7311, 0.6127, 0.5733, 0.4419, 0.3907, 0.2903)
SHA = "5" * 64


def store_search(
    workspace: Path,
    case_id: int | None,
    *,
    faces: Sequence[int] = (),
    subjects: Sequence[int] = (11, 12, 13, 14, 15, 16),
    operator: str = "Ada",
) -> int:
    """Keep a search with six candidates in the workspace of a directory, logged; return its key."""
    candidates = tuple(
        Candidate(rank, similarity, subject, 100 + subject, 200 + subject, name, "g", "/s", 0.5, Band.FAIR)
        for rank, (similarity, subject, name) in enumerate(
            zip(SIMILARITIES, subjects, NAMES, strict=True), start=1
        )
    )
    evidence = tuple(PairEvidence(np.zeros((2, 2)), one.similarity) for one in candidates)
    database = Database.open(workspace / "discern.db")
    with database.write() as session:
        piece = add_evidence(session, case_id, EvidenceKind.STILL, "/e/1.png", SHA, 99, False)
        probe = Probe(
            evidence_id=piece.evidence_id,
            path="/e/1.png",
            sha256=SHA,
            picture_sha256=SHA,
            width=64,
            height=48,
            frame=None,
            box=BoundingBox(1, 2, 20, 24),
            landmarks=None,
            detector="manual",
            confidence=None,
            eye_distance_px=7.5,
            alignment=AlignmentSource.BOX,
            recognizability=Recognizability(0.31, Band.LOW, "RI", False),
            embedding=np.array([0.6, 0.8], dtype=np.float32),
        )
        result = CandidateList(candidates, 40, 7, "d" * 64, ("g",), "a" * 64, Fusion.BEST)
        probes = tuple(ProbeFace(face_id, 1 / len(faces)) for face_id in faces)
        new = NewSearch(
            case_id, probe, b"png", result, 6, operator, maps=SearchMaps((), evidence), faces=probes
        )
        key = add_search(session, new)
        entry = audit.append(session, operator, "search.run", {"search_id": key, "case_id": case_id})
        seal_search(session, key, entry.entry_hash)
    database.close()
    return key


def store_face(
    workspace: Path,
    case_id: int,
    *,
    subject: str = "",
    parent: int | None = None,
    embedding: bytes | None = None,
    model_id: str = "",
) -> tuple[int, int]:
    """Keep a picture with one face in a case; return the keys of the picture and of the face."""
    database = Database.open(workspace / "discern.db")
    with database.write() as session:
        piece = add_evidence(session, case_id, EvidenceKind.STILL, "/e/1.png", SHA, 99, False)
        picture = PictureRow(
            case_id=case_id,
            evidence_id=piece.evidence_id,
            parent_id=parent,
            sha256=SHA,
            width=64,
            height=48,
            outcome="ok",
        )
        session.add(picture)
        session.flush()
        face = FaceRow(
            picture_id=picture.id,
            box_x=1,
            box_y=2,
            box_width=20,
            box_height=24,
            detector="manual",
            outcome="ok",
            state=(FaceState.CONFIRMED if subject else FaceState.UNKNOWN).value,
            subject=subject,
            embedding=embedding,
            recognizability=None if embedding is None else 0.3,
            band=None if embedding is None else "low",
            recognizability_kind=None if embedding is None else "RI",
            provisional=None if embedding is None else False,
            model_id=model_id,
        )
        session.add(face)
        session.flush()
        keys = picture.id, face.id
    database.close()
    return keys
