"""The maps of a search are read back as they were kept, also those of an older file."""

from __future__ import annotations

import dataclasses
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import create_engine

from core.errors import NotFound
from core.storage.database import Database
from core.storage.evidence import add_evidence
from core.storage.search_maps import put_search_maps, search_maps
from core.storage.searches import NewSearch, add_search, search
from core.storage.upgrade import upgrade
from core.types import (
    AlignmentSource,
    AttentionKind,
    AttentionMap,
    Band,
    BoundingBox,
    Candidate,
    CandidateList,
    EvidenceKind,
    Faithfulness,
    Fusion,
    PairEvidence,
    Probe,
    Recognizability,
    SearchMaps,
)

TEST = Faithfulness((1.0, 0.1 + 0.2, 0.0), (0.0, 1 / 3, 1.0), (0.25, -0.25))
SHARES = np.linspace(-0.1, 0.3, 6, dtype=np.float32).reshape(2, 3)
MAPS = SearchMaps(
    (
        AttentionMap(SHARES, AttentionKind.DECOMPOSITION, TEST),
        AttentionMap(SHARES[:, ::-1], AttentionKind.PERCEPTIBILITY),
    ),
    (PairEvidence(SHARES.astype(np.float64) / 3, 0.1 + 0.2, TEST), PairEvidence(np.eye(3) / 7, -0.2), None),
)


def keep(database: Database, maps: SearchMaps) -> int:
    with database.write() as session:
        piece = add_evidence(session, None, EvidenceKind.STILL, "/e/1.png", "5" * 64, 99, True)
        probe = Probe(
            evidence_id=piece.evidence_id,
            path="/e/1.png",
            sha256="5" * 64,
            picture_sha256="5" * 64,
            width=64,
            height=48,
            frame=None,
            box=BoundingBox(1, 2, 3, 4),
            landmarks=None,
            detector="manual",
            confidence=None,
            eye_distance_px=7.5,
            alignment=AlignmentSource.BOX,
            recognizability=Recognizability(0.31, Band.LOW, "ERS", True),
            embedding=np.array([0.6, 0.8], dtype=np.float32),
        )
        candidates = tuple(
            Candidate(rank, 0.9 - rank / 10, rank, rank, rank, f"S{rank}", "g", f"/s/{rank}", 0.5, Band.FAIR)
            for rank in (1, 2, 3)
        )
        result = CandidateList(candidates, 3, 7, "d" * 64, ("g",), "a" * 64, Fusion.BEST)
        return add_search(session, NewSearch(None, probe, b"png", result, 20, "Zoë", maps=maps))


def plain(maps: SearchMaps) -> list[object]:
    """Maps as values that can be compared."""
    of_probe = [(one.kind, one.values.dtype, one.values.tolist(), one.faithfulness) for one in maps.probe]
    of_candidates = [
        one and (one.constant, one.values.dtype, one.values.tolist(), one.faithfulness)
        for one in maps.candidates
    ]
    return [of_probe, of_candidates]


def test_maps_are_read_back_to_the_last_bit(database: Database) -> None:
    key = keep(database, MAPS)
    with database.read() as session:
        assert plain(search_maps(session, key)) == plain(MAPS)


def test_a_search_without_maps_has_none_for_each_candidate(database: Database) -> None:
    key = keep(database, SearchMaps())
    with database.read() as session:
        found = search_maps(session, key)
    assert found.probe == ()
    assert found.candidates == (None, None, None)
    assert [found.of(rank) for rank in (0, 1, 4)] == [None, None, None]


def test_a_test_that_is_made_later_takes_the_place_of_none(database: Database) -> None:
    key = keep(database, MAPS)
    untested = MAPS.of(2)
    assert untested is not None
    later = SearchMaps((), (None, dataclasses.replace(untested, faithfulness=TEST)))
    with database.write() as session:
        put_search_maps(session, key, later)
    with database.read() as session:
        found = search_maps(session, key)
    assert found.of(1) is not None
    evidence = found.of(2)
    assert evidence is not None
    assert evidence.faithfulness == TEST
    assert len(found.probe) == 2


def test_maps_of_a_search_that_is_not_there_are_told(database: Database) -> None:
    with pytest.raises(NotFound, match="no search with the number 5"), database.read() as session:
        search_maps(session, 5)


@pytest.mark.parametrize("with_map", [True, False])
def test_a_search_of_the_first_schema_keeps_its_map_and_stays_readable(path: Path, with_map: bool) -> None:
    path.parent.mkdir(parents=True)
    engine = create_engine(f"sqlite:///{path}", isolation_level="AUTOCOMMIT")
    assert upgrade(engine, path, head="0001") is None
    engine.dispose()
    with closing(sqlite3.connect(path)) as file, file:
        file.execute(
            "INSERT INTO evidence (id, kind, path, sha256, byte_size, stored, created) "
            "VALUES (1, 'still', '/e', ?, 9, 1, '2026-01-01T00:00:00.000000+00:00')",
            ["5" * 64],
        )
        row = {
            "id": 4,
            "evidence_id": 1,
            "picture_sha256": "5" * 64,
            **dict.fromkeys(("width", "height", "top", "gallery_size", "gallery_revision"), 1),
            **dict.fromkeys(("box_x", "box_y", "box_width", "box_height", "eye_distance_px"), 1.0),
            "recognizability": 0.5,
            "detector": "manual",
            "alignment": "box",
            "band": "low",
            "recognizability_kind": "ERS",
            "provisional": 1,
            "attention_kind": "decomposition" if with_map else None,
            "attention_rows": 2 if with_map else None,
            "attention": SHARES.tobytes() if with_map else None,
            "embedding": np.array([0.6, 0.8], np.float32).tobytes(),
            "fusion": "best",
            "galleries": "[]",
            "operator": "Zoë",
            "conditions": "[]",
            "created": "2026-01-01T00:00:00.000000+00:00",
            **dict.fromkeys(("model_id", "gallery_digest", "audit_hash"), "a" * 64),
        }
        names = ", ".join(row)
        file.execute(f"INSERT INTO searches ({names}) VALUES ({', '.join('?' * len(row))})", [*row.values()])
        file.execute(
            "INSERT INTO candidates VALUES (4, 1, 0.5, 1, 1, 1, 'S', 'g', '/s', 0.5, 'low')",
        )
    opened = Database.open(path)
    with opened.read() as session:
        assert search(session, 4).operator == "Zoë"
        found = search_maps(session, 4)
    opened.close()
    assert found.candidates == (None,)
    assert len(found.probe) == with_map
    if with_map:
        assert found.probe[0].kind is AttentionKind.DECOMPOSITION
        assert found.probe[0].faithfulness is None
        np.testing.assert_array_equal(found.probe[0].values, SHARES)


def test_keys_of_searches_are_not_given_out_again_after_the_file_was_brought_up_to_date(path: Path) -> None:
    path.parent.mkdir(parents=True)
    engine = create_engine(f"sqlite:///{path}", isolation_level="AUTOCOMMIT")
    upgrade(engine, path, head="0001")
    engine.dispose()
    with closing(sqlite3.connect(path)) as file, file:
        file.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('searches', 41)")
    opened = Database.open(path)
    assert keep(opened, SearchMaps()) == 42
    opened.close()
