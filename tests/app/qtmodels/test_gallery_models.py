"""The columns of a gallery as lists: what Qt demands of models, and rows that are objects when asked for."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from pytestqt.modeltest import ModelTester

from app.jobs import JobRunner
from app.qtmodels.gallery import SamplesModel, SubjectsModel
from app.qtmodels.thumbnails import Thumbnails
from core.errors import NotFound
from core.types import Band, GalleryListing


@pytest.fixture
def listing() -> GalleryListing:
    """Return three subjects with one, three and two samples."""
    return GalleryListing(
        subject_ids=np.array([7, 3, 5]),
        subjects=("Ada", "Grace", "Hedy"),
        galleries=("a", "a", "b"),
        starts=np.array([0, 1, 4, 6]),
        sample_ids=np.array([40, 11, 12, 13, 2, 1]),
        recognizability=np.array([0.5, 0.2, 0.9, 0.9, 0.4, 0.1]),
        bands=np.array([2, 0, 3, 3, 1, 0], np.uint8),
        overridden=np.array([False, True, False, False, False, False]),
    )


@pytest.fixture
def thumbnails(runner: JobRunner) -> Thumbnails:
    """Return a cache that finds nothing."""

    def load(key: int) -> QImage:
        raise NotFound("There is none.")

    return Thumbnails(runner, load, 8)


def test_both_models_behave_as_qt_expects(
    listing: GalleryListing, thumbnails: Thumbnails, qtmodeltester: ModelTester
) -> None:
    samples, subjects = SamplesModel(thumbnails), SubjectsModel(thumbnails)
    for model in (samples, subjects):
        qtmodeltester.check(model)
    samples.replace(listing)
    subjects.replace(listing)
    for model in (samples, subjects):
        qtmodeltester.check(model)


def test_samples_keep_their_subject_and_can_be_narrowed_to_some(
    listing: GalleryListing, thumbnails: Thumbnails
) -> None:
    model = SamplesModel(thumbnails)
    model.replace(listing)
    assert [(one.subject, one.sample_id) for one in model.rows] == [
        ("Ada", 40),
        ("Grace", 11),
        ("Grace", 12),
        ("Grace", 13),
        ("Hedy", 2),
        ("Hedy", 1),
    ]
    assert model.at(1).overridden
    assert model.at(2).band is Band.GOOD
    model.replace(listing, np.array([2, 0]))
    assert [one.sample_id for one in model.rows] == [40, 2, 1]
    assert [model.row_of(key) for key in (40, 2, 1, 11)] == [0, 1, 2, None]


def test_a_subject_shows_the_first_of_its_most_recognizable_samples(
    listing: GalleryListing, thumbnails: Thumbnails
) -> None:
    model = SubjectsModel(thumbnails)
    model.replace(listing)
    assert [(one.subject, one.samples, one.best.sample_id) for one in model.rows] == [
        ("Ada", 1, 40),
        ("Grace", 3, 12),
        ("Hedy", 2, 2),
    ]
    assert listing.sample_ids[listing.best_positions()].tolist() == [40, 12, 2]
    assert model.row_of(5) == 2
    assert model.row_of(6) is None


@pytest.mark.parametrize("kind", [SamplesModel, SubjectsModel])
def test_a_picture_that_arrives_changes_its_row_and_no_other(
    listing: GalleryListing, thumbnails: Thumbnails, kind: Callable[..., SamplesModel | SubjectsModel]
) -> None:
    model = kind(thumbnails)
    model.replace(listing)
    changed: list[int] = []
    model.dataChanged.connect(lambda first, last, roles: changed.append(first.row()))
    thumbnails.loaded.emit([12, 999])
    assert changed == [2 if kind is SamplesModel else 1]


def test_a_screen_reader_hears_one_line(listing: GalleryListing, thumbnails: Thumbnails) -> None:
    model = SubjectsModel(thumbnails)
    model.replace(listing)
    assert model.data(model.index(1), Qt.ItemDataRole.AccessibleTextRole) == "Grace, a, samples: 3"
    assert model.data(model.index(7)) is None


def test_columns_of_different_lengths_are_no_listing(listing: GalleryListing) -> None:
    with pytest.raises(ValueError, match="starts"):
        GalleryListing(
            listing.subject_ids,
            listing.subjects,
            listing.galleries,
            listing.starts[:-1],
            listing.sample_ids,
            listing.recognizability,
            listing.bands,
            listing.overridden,
        )
