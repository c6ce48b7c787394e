"""The pictures that a comparison lays side by side."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.errors import NotFound
from core.types import Search
from core.workspace import Workspace


@pytest.fixture
def search(populated: Workspace, tmp_path: Path, astronaut: Path) -> Search:
    """A search for the astronaut at a fifth of her size."""
    path = tmp_path / "probe.jpg"
    Image.open(astronaut).resize((102, 102), Image.Resampling.BOX).save(path, quality=92)
    (result,) = populated.search_paths([path], top=5)
    assert result.search is not None
    return result.search


def moved(path: Path) -> None:
    """Take a file away."""
    path.unlink()


def edited(path: Path) -> None:
    """Change one byte at the end."""
    path.write_bytes(path.read_bytes() + b"\0")


def test_both_original_pictures_are_shown_with_the_landmarks_of_their_faces(
    populated: Workspace, search: Search, astronaut: Path
) -> None:
    faces = populated.compared_faces(search.search_id, 1)
    assert faces.source is not None
    assert faces.why == ""
    assert np.array_equal(faces.source.pixels, np.asarray(Image.open(astronaut)))
    assert faces.probe.pixels.shape == (102, 102, 3)
    assert np.array_equal(faces.probe.landmarks, search.probe.landmarks)
    eyes = np.linalg.norm(faces.source.landmarks[1] - faces.source.landmarks[0])
    assert eyes == pytest.approx(5 * search.probe.eye_distance_px, rel=0.15)
    assert faces.probe.original
    assert faces.source.original
    assert not faces.crop.original


def test_the_crop_is_the_picture_seen_through_the_transform_to_the_crop(
    populated: Workspace, search: Search
) -> None:
    faces = populated.compared_faces(search.search_id, 1)
    assert faces.source is not None
    there = np.linalg.inv(np.vstack([faces.source.to_crop, (0, 0, 1)]))
    for x, y in ((30, 40), (56, 72), (80, 60)):
        left, top = np.rint((there @ (x, y, 1))[:2]).astype(int)
        seen = faces.source.pixels[top - 1 : top + 2, left - 1 : left + 2].mean(axis=(0, 1))
        assert np.abs(seen - faces.crop.pixels[y, x]).max() < 30


def test_a_face_without_landmarks_is_registered_by_those_of_an_average_face(
    populated: Workspace, search: Search
) -> None:
    source = populated.compared_faces(search.search_id, 2).source
    assert source is not None
    assert source.estimated
    right, left = source.landmarks[:2]
    assert right[1] == left[1]
    assert source.box.x < right[0] < left[0] < source.box.x + source.box.width


@pytest.mark.parametrize("harm", [moved, edited])
def test_a_source_that_is_gone_or_no_longer_the_same_leaves_the_enrolled_crop(
    populated: Workspace, search: Search, tmp_path: Path, harm: Callable[[Path], None]
) -> None:
    picture = tmp_path / "Somebody.png"
    Image.fromarray(np.asarray(populated.compared_faces(search.search_id, 1).probe.pixels)).save(picture)
    (probe,) = populated.analyze_paths([picture])
    assert probe.image is not None
    made = populated.enroll_face(probe.image, probe.assessed[0], "Somebody")
    assert made.sample_id is not None
    again = populated.search_again(search.search_id)
    rank = next(one.rank for one in again.result.candidates if one.subject == "Somebody")
    assert populated.compared_faces(again.search_id, rank).source is not None
    harm(picture)
    faces = populated.compared_faces(again.search_id, rank)
    assert faces.source is None
    assert faces.why.endswith(".")
    assert "Somebody" not in faces.why
    assert faces.crop.pixels.shape == (112, 112, 3)
    with pytest.raises(NotFound, match=r"Somebody\.png"):
        populated.sample_picture(made.sample_id)


def test_a_blind_case_shows_the_pictures_and_nothing_else(
    populated: Workspace, tmp_path: Path, astronaut: Path
) -> None:
    path = tmp_path / "probe.png"
    Image.open(astronaut).resize((102, 102), Image.Resampling.BOX).save(path)
    case = populated.new_case("Blind")
    populated.set_case_blind(case.case_id, True, "as usual")
    (result,) = populated.search_paths([path], top=3, case_id=case.case_id)
    assert result.search is not None
    view = populated.search_view(result.search.search_id)
    assert view.hidden
    for shown in view.candidates:
        assert shown.candidate is None
        faces = populated.compared_faces(view.search_id, shown.rank)
        assert faces.source is not None


def test_nobody_is_compared_with_a_candidate_that_is_not_there(populated: Workspace, search: Search) -> None:
    with pytest.raises(NotFound):
        populated.compared_faces(search.search_id, 6)
    subject = search.result.candidates[1].subject_id
    populated.remove_subject(subject, "by mistake")
    with pytest.raises(NotFound):
        populated.compared_faces(search.search_id, 2)
