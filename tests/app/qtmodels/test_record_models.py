"""The models over the record of a case: order, filter, families of pictures, keys that stay."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.modeltest import ModelTester

from app.qtmodels.pictures.analysed_faces import AnalysedFaces
from app.qtmodels.pictures.faces import FaceOrder, FacesModel, FaceView
from app.qtmodels.pictures.source import Source, loose_face
from app.qtmodels.pictures.source_wording import done_to
from app.qtmodels.pictures.sources import SourcesModel
from app.widgets.faces.face_wording import face_words
from core.types import (
    Band,
    BoundingBox,
    CaseFace,
    CasePicture,
    FaceAnalysis,
    FaceState,
    FrameReference,
    Outcome,
)
from tests.app.fakes import assessed_face

CREATED = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


def picture(
    key: int, name: str, *, parent: int | None = None, frame: int | None = None, path: str = ""
) -> CasePicture:
    """Return a picture of a case."""
    place = None if frame is None else FrameReference(0, frame, Fraction(1, 25), frame)
    operation, parameters = ("exposure", (("stops", 1.0),)) if parent else ("", ())
    return CasePicture(
        key, 1, 1, path or f"/evidence/{name}", "ab" * 32, 64, 48, place, parent, operation, parameters,
        Outcome.OK, "", 0, None, CREATED.replace(minute=key % 60),
    )  # fmt: skip


def analysis(index: float = 0.5, side: float = 20) -> FaceAnalysis:
    """Return a face with an index and a size of one's choice."""
    pixels = np.full((60, 60, 3), 90, np.uint8)
    return assessed_face(pixels, BoundingBox(2, 2, side, side), index, None)


def face(key: int, picture_id: int, index: float = 0.5, side: float = 20) -> CaseFace:
    """Return a face of a case."""
    return replace(loose_face(analysis(index, side), key), picture_id=picture_id)


def names(model: SourcesModel) -> list[str]:
    """Return the first line of each row."""
    return [str(model.index(row).data()).splitlines()[0] for row in range(model.rowCount())]


def keys(model: FacesModel) -> list[int]:
    """Return the keys of the faces that are shown."""
    return [model.index(row).data(Qt.ItemDataRole.UserRole).face_id for row in range(model.rowCount())]


def test_the_record_lists_derived_pictures_below_their_parents_and_frames_below_their_video(
    qtmodeltester: ModelTester,
) -> None:
    model = SourcesModel()
    record = [
        (picture(1, "a.jpg"), (face(11, 1),)),
        (picture(2, "b.mp4", frame=7), ()),
        (picture(3, "a.jpg", parent=1), ()),
        (picture(4, "b.mp4", frame=3), ()),
    ]
    model.show_record(record)
    qtmodeltester.check(model)
    assert names(model) == ["a.jpg", "↳ exposure +1.0", "b.mp4", "b.mp4, frame 7", "b.mp4, frame 3"]
    known = model.of_picture(3)
    model.show_record(record)
    again = model.of_picture(3)
    assert known is not None
    assert again is not None
    assert again.source_id == known.source_id
    assert model.rowCount() == 5


def test_files_that_are_awaited_stay_listed_when_the_record_is_read_again() -> None:
    model = SourcesModel()
    waiting = model.add(Path("/evidence/new.jpg"))
    model.show_record([(picture(1, "a.jpg"), ())])
    assert names(model) == ["a.jpg", "new.jpg"]
    settled = model.keep(picture(2, "new.jpg"), (face(21, 2),))
    assert settled == waiting
    assert names(model) == ["a.jpg", "new.jpg"]


def test_a_derived_picture_that_is_kept_comes_below_its_parent() -> None:
    model = SourcesModel()
    model.show_record([(picture(1, "a.jpg"), ()), (picture(2, "b.jpg"), ())])
    model.keep(picture(3, "a.jpg", parent=1), ())
    model.keep(picture(4, "a.jpg", parent=1), ())
    assert names(model) == ["a.jpg", "↳ exposure +1.0", "↳ exposure +1.0", "b.jpg"]
    source = model.of_picture(4)
    assert source is not None
    assert model.index_of(source.source_id).row() == 2


def test_faces_are_put_by_their_keys_and_no_face_is_counted_that_is_none() -> None:
    model = SourcesModel()
    model.show_record([(picture(1, "a.jpg"), (face(11, 1, 0.2), face(12, 1, 0.9)))])
    model.put_faces([replace(face(12, 1, 0.9), state=FaceState.NOT_A_FACE), face(13, 1, 0.4)])
    source = model.of_picture(1)
    assert source is not None
    assert [one.face_id for one in source.faces] == [11, 12, 13]
    assert "2 faces, best RI 0.40" in str(model.index(0).data())
    model.put_faces([face(99, 7)])
    assert model.of_face(99) is None


def test_the_grid_sorts_by_all_its_orders(qtmodeltester: ModelTester) -> None:
    model = FacesModel(face_words)
    qtmodeltester.check(model)
    sources = [
        Source(
            1, Path("/b.jpg"), picture=picture(9, "b.jpg"), faces=(face(1, 9, 0.9, 8), face(2, 9, 0.1, 30))
        ),
        Source(2, Path("/a.jpg"), picture=picture(5, "a.jpg"), faces=(face(3, 5, 0.6, 20),)),
        Source(3, Path("/c.mp4"), picture=picture(3, "c.mp4", frame=4), faces=(face(4, 3, 0.4, 12),)),
    ]
    model.show_sources(sources, lambda source: source.path.name)
    qtmodeltester.check(model)
    shown = {}
    for order in FaceOrder:
        model.set_view(FaceView(order, descending=False))
        shown[order] = keys(model)
    assert shown == {
        FaceOrder.RECOGNIZABILITY: [2, 4, 3, 1],
        FaceOrder.SIZE: [1, 4, 3, 2],
        FaceOrder.TIME: [3, 1, 2, 4],
        FaceOrder.SOURCE: [3, 1, 2, 4],
    }
    model.set_view(FaceView(FaceOrder.SIZE))
    assert keys(model) == [2, 3, 4, 1]
    assert model.index(0).data(Qt.ItemDataRole.UserRole + 1) == "b.jpg"
    assert str(model.index(0).data()).startswith(
        "RI 0.10, unrecognizable, eyes 12.0 px apart, unknown, b.jpg"
    )


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        (FaceView(), [2, 1]),
        (FaceView(states=frozenset(FaceState)), [2, 1, 3]),
        (FaceView(states=frozenset({FaceState.NOT_A_FACE})), [3]),
        (FaceView(band=Band.GOOD), [2]),
        (FaceView(band=Band.LOW), []),
    ],
)
def test_the_grid_filters_by_state_and_band(view: FaceView, expected: list[int]) -> None:
    model = FacesModel(face_words)
    faces = (face(1, 1, 0.5), face(2, 1, 0.9), replace(face(3, 1, 0.2), state=FaceState.NOT_A_FACE))
    model.show_sources([Source(1, Path("/a.jpg"), faces=faces)], lambda source: source.path.name)
    model.set_view(view)
    assert keys(model) == expected
    assert model.count == 3
    assert model.row_of(99) == -1


def test_an_analysis_is_at_hand_only_for_the_very_box_and_landmarks_that_it_is_of() -> None:
    faces, found = AnalysedFaces(), analysis()
    kept = face(1, 1)
    faces.pair([kept, face(2, 1, side=9)], [found])
    assert faces.get(kept) is found
    assert faces.get(face(2, 1, side=9)) is None
    moved = replace(kept, detection=replace(kept.detection, box=BoundingBox(3, 2, 20, 20)))
    marked = replace(kept, detection=replace(kept.detection, landmarks=np.ones((5, 2), np.float32)))
    other = replace(kept, model_id="another")
    for changed in (moved, marked, other):
        assert faces.get(changed) is None


@pytest.mark.parametrize(
    ("operation", "parameters", "words"),
    [
        ("exposure", (("stops", 1.0),), "exposure +1.0"),
        ("exposure", (("stops", -0.5),), "exposure −0.5"),
        ("gamma", (("gamma", 1.25),), "gamma 1.25"),
        ("crop", (("x", 4.0), ("y", 5.0)), "crop x 4, y 5"),
    ],
)
def test_what_was_done_to_a_picture_is_said_in_a_few_words(
    operation: str, parameters: tuple[tuple[str, float], ...], words: str
) -> None:
    assert done_to(operation, parameters) == words
