"""A gallery as columns, and the search for bytes in files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from core.errors import NotFound
from core.storage import subjects as subject_store
from core.storage import traces
from core.storage.database import Database
from core.storage.listing import listing
from core.storage.protection.place import Place
from core.storage.samples import NewSample, add_samples, samples
from core.storage.traces import found_in, traces_of

MakeSample = Callable[..., NewSample]


@pytest.fixture
def filled(database: Database, make_sample: MakeSample) -> Database:
    """A database with two galleries."""
    with database.write() as session:
        add_samples(session, "b", "Grace", [make_sample("g1", index=0.3), make_sample("g2", index=0.9)])
        add_samples(session, "a", "Zoë", [make_sample("z", index=0.4)])
        add_samples(session, "a", "Ada", [make_sample("a", index=0.6)])
    return database


def test_a_listing_says_what_the_samples_say(filled: Database) -> None:
    with filled.read() as session:
        columns, rows = listing(session), samples(session)
    shown = [columns.sample(place) for place in range(len(columns.sample_ids))]
    assert [(one.sample_id, one.subject_id, one.subject, one.gallery) for one in shown] == [
        (one.sample_id, one.subject_id, one.subject, one.gallery) for one in rows
    ]
    assert [(one.recognizability, one.band, one.overridden) for one in shown] == [
        (one.recognizability, one.band, one.overridden) for one in rows
    ]
    assert columns.starts.tolist() == [0, 1, 2, 4]


@pytest.mark.parametrize(
    ("gallery", "text", "expected"),
    [("a", "", ["Ada", "Zoë"]), (None, "zoë", ["Zoë"]), (None, "G2.JPG", ["Grace"]), ("a", "grace", [])],
)
def test_a_listing_can_be_narrowed(
    filled: Database, gallery: str | None, text: str, expected: list[str]
) -> None:
    with filled.read() as session:
        assert list(listing(session, gallery, text).subjects) == expected


def test_a_gallery_that_is_not_there_has_no_listing(filled: Database) -> None:
    with filled.read() as session, pytest.raises(NotFound):
        listing(session, "c")


@pytest.mark.parametrize("offset", [0, 5, 29, 30, 31, 32, 61])
def test_bytes_are_found_wherever_they_lie_in_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, offset: int
) -> None:
    monkeypatch.setattr(traces, "_CHUNK", 32)
    content = bytearray(range(200, 254)) + bytearray(16)
    content[offset : offset + 5] = b"trace"
    path = tmp_path / "file"
    path.write_bytes(content)
    pieces = Place.of(tmp_path).content(path)
    assert found_in(pieces, [b"trace", b"other", b""]) == (b"trace",)


def test_a_file_that_is_gone_holds_nothing(tmp_path: Path) -> None:
    assert found_in(Place.of(tmp_path).content(tmp_path / "gone"), [b"x"]) == ()


def test_every_vector_and_crop_of_a_subject_has_a_piece_that_tells_it(filled: Database, path: Path) -> None:
    with filled.read() as session:
        grace = subject_store.subjects(session, text="grace")[0]
        person = traces_of(session, grace.subject_id)
    filled.checkpoint()
    assert len(person.vectors) == 3
    assert len(person.crops) == 2
    stored = path.read_bytes()
    for value in (*person.vectors, *person.crops):
        assert any(piece in value and piece in stored for piece in person.patterns())


def test_rewriting_the_file_keeps_what_is_in_it(filled: Database) -> None:
    with filled.read() as session:
        before = samples(session)
    filled.rewrite()
    with filled.read() as session:
        assert samples(session) == before
    assert filled.integrity_problems() == ()
