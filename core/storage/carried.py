"""The faces of candidates that came along with an imported case.

The people on the candidate lists of another workspace are not enrolled here. What the lists show and what
was compared travels in one file a search, which lies in the file store like the crops that it names; the
conditions of the search name the file by its hash.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import NotFound
from core.storage.files import FileStore
from core.storage.schema import CandidateRow, SearchRow
from core.storage.searches import candidate_crop
from core.storage.vectors import from_bytes, to_bytes
from core.types import Candidate

MARK = "imported."
"""How the names of conditions begin that say where an imported search comes from."""

CANDIDATES = f"{MARK}candidates"
"""The condition that holds the hash of the file with the candidates of a search."""

_DIGEST = re.compile(r"[0-9a-f]{64}")
_UNIT = 1e-3


@dataclass(frozen=True, slots=True)
class CarriedSample:
    """A sample that the compared embedding of a candidate comes from.

    Attributes
    ----------
    sample_id : int
        Its key in the workspace that the search was made in.
    recognizability : float
        Its index under the model of the search.
    crop : str
        SHA-256 of its aligned crop, a PNG file.
    """

    sample_id: int
    recognizability: float
    crop: str


@dataclass(frozen=True, slots=True, eq=False)
class CarriedCandidate:
    """What is kept of the face of a candidate who is not enrolled here.

    Attributes
    ----------
    rank : int
        Place on the list, from 1.
    crop : str or None
        SHA-256 of the aligned crop that the list shows; None when it was gone before the export.
    vector : ndarray of float32, shape (dim,), or None
        What the probe was compared with, unit length; None when it was gone.
    why : str
        One sentence that says why there is no vector; empty when there is one.
    samples : tuple of CarriedSample
        Where the vector comes from.
    """

    rank: int
    crop: str | None
    vector: NDArray[np.float32] | None
    why: str
    samples: tuple[CarriedSample, ...]

    @property
    def crops(self) -> set[str]:
        """Hashes of all crops that are named."""
        return {one.crop for one in self.samples} | ({self.crop} if self.crop else set())


def candidates_text(candidates: Sequence[CarriedCandidate]) -> bytes:
    """Return the file that keeps the candidates of one search; equal candidates give equal bytes."""
    lines = [
        {
            "rank": one.rank,
            "crop": one.crop,
            "vector": None if one.vector is None else base64.b64encode(to_bytes(one.vector)).decode("ascii"),
            "why": one.why,
            "samples": [
                {
                    "sample_id": sample.sample_id,
                    "recognizability": sample.recognizability,
                    "crop": sample.crop,
                }
                for sample in one.samples
            ],
        }
        for one in candidates
    ]
    return (json.dumps({"candidates": lines}, sort_keys=True, indent=1, allow_nan=False) + "\n").encode()


def read_candidates(data: bytes) -> tuple[CarriedCandidate, ...]:
    """Return the candidates that a file keeps.

    Parameters
    ----------
    data : bytes
        What :func:`candidates_text` made, or anything else.

    Returns
    -------
    tuple of CarriedCandidate
        In order of rank, from 1 without gaps.

    Raises
    ------
    ValueError
        If it is no such file.
    """
    try:
        found = tuple(_candidate(one) for one in json.loads(data)["candidates"])
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError("it does not list candidates") from error
    if [one.rank for one in found] != list(range(1, len(found) + 1)):
        raise ValueError("its ranks are not 1, 2, 3 and so on")
    return found


def carried_candidates(session: Session, store: FileStore, search_id: int) -> tuple[CarriedCandidate, ...]:
    """Return the candidates that came along with an imported search.

    Parameters
    ----------
    session : Session
        Any session.
    store : FileStore
        Where files of the workspace lie.
    search_id : int
        The search.

    Returns
    -------
    tuple of CarriedCandidate
        In order of rank; empty for a search that was made here.

    Raises
    ------
    IntegrityFailure
        If the file is no longer what was imported.
    """
    stored = session.scalar(select(SearchRow.conditions).where(SearchRow.id == search_id)) or "[]"
    sha256 = dict(json.loads(stored)).get(CANDIDATES)
    return () if sha256 is None else read_candidates(store.read(sha256))


def crop_of_candidate(
    session: Session, store: FileStore, search_id: int, candidate: Candidate
) -> bytes | None:
    """Return the crop that a candidate list shows, of somebody who is enrolled here or who came along.

    Parameters
    ----------
    session : Session
        Any session.
    store : FileStore
        Where files of the workspace lie.
    search_id : int
        The search.
    candidate : Candidate
        One of its candidates.

    Returns
    -------
    bytes or None
        A PNG file; None when the sample was removed since.

    Raises
    ------
    IntegrityFailure
        If a file is no longer what was imported.
    """
    if candidate.sample_id >= 0:
        return candidate_crop(session, search_id, candidate.rank)
    crop = carried_candidates(session, store, search_id)[candidate.rank - 1].crop
    return None if crop is None else store.read(crop)


def carried_crop(session: Session, store: FileStore, sample_id: int) -> bytes:
    """Return the crop of a sample that is not enrolled here.

    Parameters
    ----------
    session : Session
        Any session.
    store : FileStore
        Where files of the workspace lie.
    sample_id : int
        Its number below zero.

    Returns
    -------
    bytes
        A PNG file.

    Raises
    ------
    NotFound
        If no list has this number, or the crop was gone before the export.
    IntegrityFailure
        If the file is no longer what was imported.
    """
    place = session.execute(
        select(CandidateRow.search_id, CandidateRow.rank).where(CandidateRow.sample_id == sample_id).limit(1)
    ).first()
    if place is not None:
        crop = carried_candidates(session, store, place.search_id)[place.rank - 1].crop
        if crop is not None:
            return store.read(crop)
    raise NotFound(f"There is no sample with the number {sample_id}.")


def _candidate(line: dict[str, Any]) -> CarriedCandidate:
    crop, vector = line["crop"], line["vector"]
    unit = None if vector is None else _unit(base64.b64decode(vector, validate=True))
    return CarriedCandidate(
        rank=int(line["rank"]),
        crop=None if crop is None else _digest(crop),
        vector=unit,
        why=str(line["why"]),
        samples=tuple(
            CarriedSample(int(one["sample_id"]), float(one["recognizability"]), _digest(one["crop"]))
            for one in line["samples"]
        ),
    )


def _unit(stored: bytes) -> NDArray[np.float32]:
    vector = from_bytes(stored)
    if not abs(float(np.linalg.norm(vector.astype(np.float64))) - 1) < _UNIT:
        raise ValueError("a vector has not the length 1")
    return vector


def _digest(text: str) -> str:
    if not _DIGEST.fullmatch(text):
        raise ValueError("a hash is none")
    return text
