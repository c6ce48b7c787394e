"""WIDER FACE by its official rules, on a few made-up pictures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from scipy.io import savemat

from core.errors import UsageError
from core.evaluation.protocols.wider_face import (
    SETTINGS,
    WiderPicture,
    evaluate_wider,
    is_wider,
    load_wider,
    rate_wider,
)
from core.settings import load_settings
from core.types import BoundingBox, FaceDetection

EVENTS = {"0--Parade": ["0_Parade_1", "0_Parade_2"], "1--Handshaking": ["1_Handshaking_1"]}
BOXES = {
    "0_Parade_1": [(10, 10, 20, 20), (50, 10, 8, 8)],
    "0_Parade_2": [(5, 5, 30, 40)],
    "1_Handshaking_1": [],
}
KEPT = {"easy": {"0_Parade_1": [1], "0_Parade_2": [1]}, "medium": {"0_Parade_1": [1], "0_Parade_2": [1]}}
KEPT["hard"] = {"0_Parade_1": [1, 2], "0_Parade_2": [1]}


def cell(items: list[object]) -> NDArray[np.object_]:
    """A MATLAB cell array of one column."""
    array = np.empty((len(items), 1), object)
    for number, item in enumerate(items):
        array[number, 0] = item
    return array


@pytest.fixture
def wider(tmp_path: Path) -> Path:
    """The official layout with two events and three pictures, the last of which shows nobody."""
    lists = tmp_path / "eval_tools" / "ground_truth"
    lists.mkdir(parents=True)
    for event, names in EVENTS.items():
        folder = tmp_path / "WIDER_val" / "images" / event
        folder.mkdir(parents=True)
        for name in names:
            Image.new("RGB", (80, 60)).save(folder / f"{name}.jpg")
    boxes = cell(
        [cell([np.array(BOXES[name], float).reshape(-1, 4) for name in names]) for names in EVENTS.values()]
    )
    files = cell([cell(list(names)) for names in EVENTS.values()])
    savemat(
        lists / "wider_face_val.mat",
        {"event_list": cell(list(EVENTS)), "file_list": files, "face_bbx_list": boxes},
    )
    for setting in SETTINGS:
        kept = [
            cell([np.array(KEPT[setting].get(name, []), np.uint8).reshape(-1, 1) for name in names])
            for names in EVENTS.values()
        ]
        savemat(lists / f"wider_{setting}_val.mat", {"gt_list": cell(kept)})
    return tmp_path


def test_the_official_layout_is_read(wider: Path) -> None:
    assert is_wider(wider)
    pictures = load_wider(wider)
    assert [picture.path.stem for picture in pictures] == [
        name for names in EVENTS.values() for name in names
    ]
    assert pictures[0].boxes.tolist() == [list(box) for box in BOXES["0_Parade_1"]]
    assert pictures[0].counted["easy"].tolist() == [True, False]
    assert pictures[0].counted["hard"].tolist() == [True, True]
    assert pictures[2].boxes.shape == (0, 4)


def test_a_detector_that_finds_everything_is_perfect_in_every_setting(wider: Path) -> None:
    pictures = load_wider(wider)
    answers = iter(pictures)

    def find(pixels: NDArray[np.uint8]) -> list[FaceDetection]:
        picture = next(answers)
        return [
            FaceDetection(BoundingBox(*box), None, 1.0 - 0.1 * number, "oracle")
            for number, box in enumerate(picture.boxes.tolist())
        ]

    results = evaluate_wider(find, pictures, load_settings().imaging)
    assert [one.faces for one in results] == [2, 2, 3]
    assert [one.average_precision for one in results] == pytest.approx([1.0, 1.0, 1.0])


def test_lists_that_are_missing_or_do_not_belong_together_are_told(wider: Path, tmp_path: Path) -> None:
    lists = wider / "eval_tools" / "ground_truth"
    savemat(lists / "wider_hard_val.mat", {"gt_list": cell([cell([])])})
    with pytest.raises(UsageError, match="do not belong together"):
        load_wider(wider)
    (lists / "wider_hard_val.mat").unlink()
    with pytest.raises(UsageError, match="cannot be read"):
        load_wider(wider)
    (lists / "wider_face_val.mat").unlink()
    with pytest.raises(UsageError, match="lacks the list"):
        load_wider(wider)


def test_a_picture_that_is_missing_is_told(wider: Path) -> None:
    pictures = load_wider(wider)
    pictures[1].path.unlink()
    with pytest.raises(UsageError, match="not complete"):
        evaluate_wider(lambda _: [], pictures, load_settings().imaging)


def by_hand(pictures: list[WiderPicture], found: list[NDArray[np.float64]], setting: str) -> float:
    """The official rules, one threshold and one box at a time."""
    scores = np.concatenate([one[:, 4] for one in found])
    low, span = scores.min(), scores.max() - scores.min()
    recalls, precisions = [0.0], [0.0]
    total = sum(int(picture.counted[setting].sum()) for picture in pictures)
    for step in range(1, 1001):
        hits = proposed = 0
        for picture, boxes in zip(pictures, found, strict=True):
            if not len(picture.boxes):
                continue
            taken: set[int] = set()
            for x, y, width, height, score in sorted(boxes.tolist(), key=lambda box: -box[4]):
                if (score - low) / span < 1 - step / 1000:
                    continue
                best, place = 0.0, -1
                for number, (left, top, wide, high) in enumerate(picture.boxes.tolist()):
                    across = min(x + width, left + wide) - max(x, left) + 1
                    down = min(y + height, top + high) - max(y, top) + 1
                    shared = max(across, 0) * max(down, 0)
                    union = (width + 1) * (height + 1) + (wide + 1) * (high + 1) - shared
                    if shared / union > best:
                        best, place = shared / union, number
                if best >= 0.5 and not picture.counted[setting][place]:
                    continue
                proposed += 1
                if best >= 0.5 and place not in taken:
                    hits += 1
                    taken.add(place)
        recalls.append(hits / total)
        precisions.append(hits / max(proposed, 1))
    recalls.append(1.0)
    precisions.append(0.0)
    area = 0.0
    for place in range(1, len(recalls)):
        area += (recalls[place] - recalls[place - 1]) * max(precisions[place:])
    return area


@pytest.mark.parametrize("seed", range(4))
def test_the_rating_is_that_of_the_official_rules(seed: int) -> None:
    rng = np.random.default_rng(seed)
    pictures, found = [], []
    for number in range(6):
        boxes = np.concatenate([rng.uniform(0, 60, (4, 2)), rng.uniform(10, 30, (4, 2))], axis=1)
        boxes = boxes[: 4 * (number < 5)]
        counted = {setting: rng.random(len(boxes)) < 0.7 for setting in SETTINGS}
        pictures.append(WiderPicture(Path("none.jpg"), boxes, counted))
        near = np.concatenate([boxes + rng.normal(0, 2, boxes.shape), boxes, rng.uniform(5, 30, (3, 4))])
        found.append(np.column_stack([near, rng.uniform(0.2, 0.95, len(near))]))
    results = rate_wider(pictures, found)
    for result in results:
        assert result.average_precision == pytest.approx(by_hand(pictures, found, result.name), abs=1e-9)


def test_nothing_found_is_rated_nothing() -> None:
    picture = WiderPicture(Path("none.jpg"), np.ones((1, 4)), {name: np.ones(1, bool) for name in SETTINGS})
    assert [one.average_precision for one in rate_wider([picture], [np.zeros((0, 5))])] == [0.0, 0.0, 0.0]
