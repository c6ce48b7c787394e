from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Conflict, ModelMismatch, NotFound, UsageError
from core.storage.database import Database
from core.storage.gallery import (
    create_gallery,
    ensure_gallery,
    galleries,
    gallery,
    remove_gallery,
    revision,
    stats,
)
from core.storage.names import MAX_LENGTH, clean_name
from core.storage.samples import NewSample, add_samples, find_sample, sample, sample_crop, samples
from core.storage.subjects import remove_subject, rename_subject, subject, subjects
from core.storage.templates import embedding_rows, weighted_template
from core.types import Band

MakeSample = Callable[..., NewSample]
A, B = "a" * 64, "b" * 64


def rows_of(path: Path, table: str) -> int:
    with closing(sqlite3.connect(path)) as file:
        return int(file.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def test_an_enrolled_face_is_found_again_with_everything_it_came_with(
    database: Database, make_sample: MakeSample
) -> None:
    new = make_sample("ada", index=0.7)
    with database.write() as session:
        (key,) = add_samples(session, "people", "Ada", [new])
    with database.read() as session:
        found = sample(session, key)
        assert sample_crop(session, key) == new.crop_png
        assert find_sample(session, "people", "Ada", new.source_sha256) == key
        assert samples(session) == (found,)
        (one,) = subjects(session)
        (rows,) = embedding_rows(session, A)
    assert (found.subject, found.gallery, found.source) == ("Ada", "people", "/pictures/ada.jpg")
    assert (found.box, found.eye_distance_px, found.band) == (new.box, 12.5, Band.FAIR)
    assert (found.recognizability, found.model_id, found.overridden) == (0.7, A, False)
    assert found.created.utcoffset() is not None
    assert (one.samples, one.best_sample_id) == (1, key)
    np.testing.assert_allclose(rows.samples[0], new.embedding, atol=1e-7)
    np.testing.assert_array_equal(rows.template, rows.samples[0])


def test_a_template_is_the_weighted_mean_of_its_samples(database: Database, make_sample: MakeSample) -> None:
    x, y, z = np.eye(3)
    first = [make_sample("1", index=0.6, embedding=x), make_sample("2", index=0.2, embedding=y)]
    with database.write() as session:
        add_samples(session, "g", "Ada", first)
        add_samples(session, "g", "Ada", [make_sample("3", index=-1.0, embedding=z)])
    with database.read() as session:
        (rows,) = embedding_rows(session, A)
    # (0.6 x + 0.2 y + 0 z) at unit length is (3, 1, 0) / sqrt(10)
    np.testing.assert_allclose(rows.template, np.array([3, 1, 0]) / np.sqrt(10), atol=1e-7)


@given(st.integers(1, 6), st.integers(0, 2**32 - 1), st.booleans())
def test_a_template_has_unit_length_and_ignores_the_order_of_samples(
    count: int, seed: int, unusable: bool
) -> None:
    rng = np.random.default_rng(seed)
    vectors = rng.standard_normal((count, 5))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    quality = -rng.random(count) if unusable else rng.random(count) + 0.01
    template = weighted_template(vectors, quality.tolist())
    order = rng.permutation(count)
    assert np.linalg.norm(template) == pytest.approx(1, abs=1e-6)
    np.testing.assert_allclose(
        weighted_template(vectors[order], quality[order].tolist()), template, atol=1e-6
    )
    if unusable:
        mean = vectors.astype(np.float64).mean(axis=0)
        np.testing.assert_allclose(template, mean / np.linalg.norm(mean), atol=1e-6)


def test_samples_that_cancel_out_are_represented_by_the_most_recognizable_one() -> None:
    vectors = np.array([[1, 0], [-1, 0]], dtype=np.float32)
    np.testing.assert_array_equal(weighted_template(vectors, [0.5, 0.5]), vectors[0])


def test_templates_are_made_of_samples_of_one_model_only(database: Database, make_sample: MakeSample) -> None:
    with database.write() as session:
        add_samples(session, "g", "Ada", [make_sample("1", embedding=[1, 0])])
        add_samples(session, "g", "Ada", [make_sample("2", embedding=[0, 1, 0], model="b")])
    with database.read() as session:
        (under_a,), (under_b,) = list(embedding_rows(session, A)), list(embedding_rows(session, B))
        assert stats(session).samples_by_model == ((A, 1), (B, 1))
    np.testing.assert_array_equal(under_a.template, [1, 0])
    np.testing.assert_array_equal(under_b.template, [0, 1, 0])


def test_an_embedding_of_another_length_is_refused(database: Database, make_sample: MakeSample) -> None:
    with database.write() as session:
        add_samples(session, "g", "Ada", [make_sample("1", dim=8)])
    with pytest.raises(ModelMismatch, match="8 numbers, not 9"), database.write() as session:
        add_samples(session, "g", "Bob", [make_sample("2", dim=9)])
    with database.read() as session:
        assert [one.name for one in subjects(session)] == ["Ada"]


def test_rows_come_in_the_order_of_gallery_subject_and_sample(
    database: Database, make_sample: MakeSample
) -> None:
    with database.write() as session:
        for place, name in [("g", "Zoe"), ("h", "Bob"), ("g", "Ada"), ("h", "Bob"), ("g", "Zoe")]:
            add_samples(session, place, name, [make_sample(), make_sample()])
    with database.read() as session:
        rows = list(embedding_rows(session, A))
    assert [(row.gallery_id, row.subject_id) for row in rows] == [(1, 1), (1, 3), (2, 2)]
    assert [row.sample_ids for row in rows] == [(1, 2, 9, 10), (5, 6), (3, 4, 7, 8)]


def test_removing_a_subject_removes_everything_of_it_and_of_nobody_else(
    database: Database, path: Path, make_sample: MakeSample
) -> None:
    with database.write() as session:
        add_samples(session, "g", "Ada", [make_sample("1"), make_sample("2")])
        add_samples(session, "g", "Bob", [make_sample("3")])
        remove_subject(session, subjects(session, text="ada")[0].subject_id)
    for table in ("subjects", "samples", "crops", "embeddings", "templates"):
        assert rows_of(path, table) == 1, table
    with database.read() as session:
        assert [one.name for one in subjects(session)] == ["Bob"]


def test_removing_a_gallery_removes_its_subjects(
    database: Database, path: Path, make_sample: MakeSample
) -> None:
    with database.write() as session:
        add_samples(session, "g", "Ada", [make_sample("1")])
        add_samples(session, "h", "Bob", [make_sample("2")])
        assert remove_gallery(session, "g").subjects == 1
    for table in ("galleries", "subjects", "samples", "crops", "embeddings", "templates"):
        assert rows_of(path, table) == 1, table


def test_a_key_is_never_given_out_twice(database: Database, make_sample: MakeSample) -> None:
    with database.write() as session:
        (first,) = add_samples(session, "g", "Ada", [make_sample("1")])
        old = subjects(session)[0].subject_id
        remove_subject(session, old)
        (second,) = add_samples(session, "g", "Ada", [make_sample("1")])
        assert second > first
        assert subjects(session)[0].subject_id > old


def test_each_change_raises_the_revision_and_reading_does_not(
    database: Database, make_sample: MakeSample
) -> None:
    changes: list[Callable[..., object]] = [
        lambda session: create_gallery(session, "g"),
        lambda session: add_samples(session, "g", "Ada", [make_sample("1")]),
        lambda session: rename_subject(session, 1, "Ada L"),
        lambda session: remove_subject(session, 1),
        lambda session: remove_gallery(session, "g"),
    ]
    with database.read() as session:
        seen = [revision(session)]
    for change in changes:
        with database.write() as session:
            change(session)
        with database.read() as session:
            seen.append(revision(session))
            stats(session)
    assert seen == sorted(set(seen))
    assert seen[0] == 0


def test_enrolling_nobody_changes_nothing(database: Database) -> None:
    with database.write() as session:
        assert add_samples(session, "g", "Ada", []) == []
        assert galleries(session) == ()
        assert revision(session) == 0


def test_statistics_count_what_is_there(database: Database, make_sample: MakeSample) -> None:
    with database.write() as session:
        add_samples(session, "g", "Ada", [make_sample("1"), make_sample("2")])
        add_samples(session, "h", "Ada", [make_sample("1")])
        found = stats(session)
    assert (found.subjects, found.samples) == (2, 3)
    assert [(one.name, one.subjects, one.samples) for one in found.galleries] == [("g", 1, 2), ("h", 1, 1)]
    assert dict(found.samples_by_band) == {Band.UNRECOGNIZABLE: 0, Band.LOW: 0, Band.FAIR: 3, Band.GOOD: 0}


def test_the_best_sample_is_the_most_recognizable_and_of_equals_the_first(
    database: Database, make_sample: MakeSample
) -> None:
    with database.write() as session:
        made = [make_sample(str(i), index=index) for i, index in enumerate([0.2, 0.9, 0.9, 0.1])]
        keys = add_samples(session, "g", "Ada", made)
        assert subjects(session)[0].best_sample_id == keys[1]


@pytest.mark.parametrize("text", ["ÅNGSTRÖM", "ngstr", "STRASSE", "100%", "a_b"])
def test_a_listing_is_filtered_without_regard_to_case_and_without_wild_cards(
    database: Database, make_sample: MakeSample, text: str
) -> None:
    with database.write() as session:
        for name in ("Ångström", "Straße", "100% a_b", "axb"):
            add_samples(session, "g", name, [make_sample("p")])
        expected = {"ÅNGSTRÖM": "Ångström", "ngstr": "Ångström", "STRASSE": "Straße"}.get(text, "100% a_b")
        assert [one.name for one in subjects(session, text=text)] == [expected]
        assert [one.subject for one in samples(session, text=text)] == [expected]
        assert samples(session, text="PICTURES/P.JPG") == samples(session)


def test_listings_are_restricted_to_a_gallery_and_a_subject(
    database: Database, make_sample: MakeSample
) -> None:
    with database.write() as session:
        add_samples(session, "g", "Ada", [make_sample("1")])
        add_samples(session, "h", "Bob", [make_sample("2")])
        assert [one.name for one in subjects(session, "h")] == ["Bob"]
        assert [one.subject for one in samples(session, gallery="g")] == ["Ada"]
        assert [one.subject for one in samples(session, subject_id=2)] == ["Bob"]
        assert find_sample(session, "h", "Ada", make_sample("1").source_sha256) is None


def test_one_name_in_two_spellings_of_unicode_is_one_subject(
    database: Database, make_sample: MakeSample
) -> None:
    with database.write() as session:
        add_samples(session, "g", "Zoe\u0308", [make_sample("1")])
        add_samples(session, " g ", " Zo\u00eb", [make_sample("2")])
        assert [(one.name, one.samples) for one in subjects(session)] == [("Zo\u00eb", 2)]
        assert ensure_gallery(session, "g") == gallery(session, "g\n")


def test_a_name_that_is_taken_is_a_conflict(database: Database, make_sample: MakeSample) -> None:
    with database.write() as session:
        add_samples(session, "g", "Ada", [make_sample("1")])
        add_samples(session, "g", "Bob", [make_sample("2")])
        with pytest.raises(Conflict, match="already a gallery"):
            create_gallery(session, "g ")
        with pytest.raises(Conflict, match="already a subject"):
            rename_subject(session, 2, "Ada")
        assert rename_subject(session, 2, "Bob ").name == "Bob"
        assert rename_subject(session, 2, "Eve").name == "Eve"


@pytest.mark.parametrize(
    "call",
    [
        lambda session: gallery(session, "nowhere"),
        lambda session: remove_gallery(session, "nowhere"),
        lambda session: subjects(session, "nowhere"),
        lambda session: samples(session, gallery="nowhere"),
        lambda session: subject(session, 5),
        lambda session: rename_subject(session, 5, "x"),
        lambda session: remove_subject(session, 5),
        lambda session: sample(session, 5),
        lambda session: sample_crop(session, 5),
    ],
)
def test_what_is_not_there_is_told_in_a_sentence(database: Database, call: Callable[..., object]) -> None:
    with pytest.raises(NotFound, match=r"^There is no .*\.$"), database.write() as session:
        call(session)


@pytest.mark.parametrize(
    "name", ["", "  ", "\t\n", "a\x00b", "a\nb", "a\u2028b", "a\u202eb", "\ud800", "x" * (MAX_LENGTH + 1)]
)
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="subject"):
        clean_name("subject", name)


@given(st.text(max_size=30))
def test_a_cleaned_name_is_its_own_cleaned_name(name: str) -> None:
    try:
        cleaned = clean_name("subject", name)
    except UsageError:
        return
    assert clean_name("subject", cleaned) == cleaned
    assert cleaned == cleaned.strip() != ""


def test_a_path_that_is_no_utf_8_can_be_enrolled(database: Database, make_sample: MakeSample) -> None:
    with database.write() as session:
        (key,) = add_samples(session, "g", "Ada", [make_sample("x")])
        session.connection()
        odd = make_sample("x")
        object.__setattr__(odd, "source", "/x\udcff.jpg")
        (key,) = add_samples(session, "g", "Ada", [odd])
        assert sample(session, key).source == "/x\\udcff.jpg"
