"""Mosaics: what the labels say is what the pictures show."""

from __future__ import annotations

import csv
import dataclasses
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from core.errors import UsageError
from core.imaging.mosaics.canvas import made_up, photographed
from core.imaging.mosaics.effects import Sensor, blur, compress, relight
from core.imaging.mosaics.labels import FaceLabels
from core.imaging.mosaics.mosaic import Mosaic, MosaicGenerator
from core.imaging.mosaics.plan import MosaicPlan
from core.imaging.mosaics.sources import (
    Background,
    LabelledFrame,
    MosaicSources,
    read_backgrounds,
    read_frames,
)
from core.settings import load_settings

SIDE = 250
COLOURS = np.array([(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0), (0, 255, 255)], np.uint8)
POINTS = np.array([(104.0, 110), (146, 112), (126, 136), (108, 160), (142, 161)], np.float32)
BOX = np.array([88.0, 66, 162, 190], np.float32)


def marked_frame(colours: NDArray[np.uint8] = COLOURS) -> LabelledFrame:
    """A grey photograph with a coloured disc on each landmark, and one face that nobody is sure of."""
    pixels = np.full((SIDE, SIDE, 3), 90, np.uint8)
    for point, colour in zip(POINTS, colours, strict=True):
        cv2.circle(pixels, (int(point[0]), int(point[1])), 8, tuple(int(one) for one in colour), -1)
    encoded = cv2.imencode(".png", pixels[..., ::-1])[1]
    labels = FaceLabels(
        np.stack([np.array([200.0, 60, 230, 100], np.float32), BOX]),
        np.stack([np.zeros((5, 2), np.float32), POINTS]),
        np.array([False, True]),
    )
    return LabelledFrame("Somebody", encoded.ravel(), labels, main=1)


def plain_plan(**changes: object) -> MosaicPlan:
    plan = MosaicPlan(
        smallest=60, largest=90, small=0, empty=0, block=0, enlarged=0, occluded=0, strength=0, far_turned=0
    )
    return dataclasses.replace(plan, **changes)


def centroid(
    pixels: NDArray[np.uint8], colour: NDArray[np.uint8], near: NDArray[np.float32]
) -> NDArray[np.float64]:
    """Centre of the pixels that have a colour and lie near a place."""
    distance = np.abs(pixels.astype(int) - colour.astype(int)).max(axis=2)
    y, x = np.nonzero(distance < 60)
    close = np.hypot(x - near[0], y - near[1]) < 14
    return np.array([x[close].mean(), y[close].mean()])


@pytest.mark.parametrize(
    "changes",
    [
        {"turned": 0.0},
        {"turned": 1.0},
        {"turned": 1.0, "far_turned": 1.0},
        {"turned": 0.5, "enlarged": 1.0},
        {"turned": 0.0, "block": 1.0, "most_faces": 1, "width": 640, "height": 640},
    ],
)
def test_the_landmarks_of_the_labels_lie_where_the_picture_shows_them(changes: dict[str, object]) -> None:
    generator = MosaicGenerator(MosaicSources((marked_frame(),), ()), plain_plan(**changes), seed=4)
    checked = 0
    for number in range(24):
        mosaic = generator.make(number)
        whole = mosaic.labels.visible(0, 0, mosaic.pixels.shape[1], mosaic.pixels.shape[0]) == 1
        for place in np.flatnonzero(mosaic.labels.certain & whole):
            points = mosaic.labels.landmarks[place]
            seen = [centroid(mosaic.pixels, *one) for one in _with_mirror(mosaic, points)]
            # Of one of the five, half may have faded into a canvas of any colour.
            errors = np.sort(np.linalg.norm(np.array(seen) - points, axis=1))
            assert errors[3] < 0.8, (number, place, errors)
            checked += 1
    assert checked >= 5


def _with_mirror(
    mosaic: Mosaic, points: NDArray[np.float32]
) -> list[tuple[NDArray[np.uint8], NDArray[np.float32]]]:
    """Pair colours and points; in a mirrored face the names of right and left have changed places."""
    x, y = points[0].round().astype(int)
    mirrored = np.abs(mosaic.pixels[y, x].astype(int) - COLOURS[0]).max() > 60
    order = [1, 0, 2, 4, 3] if mirrored else [0, 1, 2, 3, 4]
    return [(COLOURS[place], point) for place, point in zip(order, points, strict=True)]


def test_right_and_left_stay_right_and_left_in_a_mirrored_face() -> None:
    generator = MosaicGenerator(MosaicSources((marked_frame(),), ()), plain_plan(turned=0.3), seed=9)
    for number in range(20):
        labels = generator.make(number).labels
        eyes = labels.landmarks[labels.certain]
        assert (eyes[:, 0, 0] < eyes[:, 1, 0]).all()
        assert (eyes[:, 3, 0] < eyes[:, 4, 0]).all()


def test_a_mosaic_depends_on_seed_and_number_alone() -> None:
    sources = MosaicSources((marked_frame(),), ())
    one, other = (MosaicGenerator(sources, MosaicPlan(), seed=3) for _ in range(2))
    one.make(1)
    first, second = one.make(7), other.make(7)
    assert np.array_equal(first.pixels, second.pixels)
    assert np.array_equal(first.labels.boxes, second.labels.boxes)
    assert not np.array_equal(first.pixels, MosaicGenerator(sources, MosaicPlan(), seed=4).make(7).pixels)


def test_faces_have_the_sizes_of_the_plan() -> None:
    plan = plain_plan(smallest=8, largest=8, turned=0.5, occluded=0.5, strength=1.0)
    generator = MosaicGenerator(MosaicSources((marked_frame(),), ()), plan, seed=1)
    sides = np.concatenate([one.labels.sides[one.labels.certain] for one in map(generator.make, range(30))])
    assert len(sides) > 60
    assert np.abs(np.log(sides / 8)).max() < np.log(1.15)


def test_no_two_faces_that_count_lie_on_each_other() -> None:
    generator = MosaicGenerator(MosaicSources((marked_frame(),), ()), plain_plan(smallest=12), seed=2)
    for number in range(20):
        labels = generator.make(number).labels
        boxes = labels.boxes[labels.certain]
        for place, (left, top, right, bottom) in enumerate(boxes):
            others = labels.chosen(labels.certain).chosen(np.arange(len(boxes)) != place)
            assert (others.visible(left + 0.5, top + 0.5, right + 0.5, bottom + 0.5) < 0.05).all()


def test_a_picture_may_be_empty() -> None:
    generator = MosaicGenerator(MosaicSources((marked_frame(),), ()), plain_plan(empty=1.0), seed=1)
    assert all(len(generator.make(number).labels) == 0 for number in range(5))


def test_a_face_that_leaves_the_picture_is_not_certain() -> None:
    generator = MosaicGenerator(MosaicSources((marked_frame(),), ()), plain_plan(), seed=5)
    for number in range(20):
        mosaic = generator.make(number)
        seen = mosaic.labels.visible(0, 0, 320, 320)
        assert not mosaic.labels.certain[seen < 0.7].any()


def test_a_background_moves_together_with_its_uncertain_places() -> None:
    pixels = np.zeros((200, 300, 3), np.uint8)
    pixels[60:100, 120:150] = 255
    box = np.array([[119.5, 59.5, 149.5, 99.5]], np.float32)
    background = Background("one", pixels, FaceLabels.uncertain(box))
    found = 0
    for number in range(20):
        canvas, labels = photographed(background, 160, 120, np.random.default_rng(number))
        assert canvas.shape == (120, 160, 3)
        if not len(labels) or labels.visible(0, 0, 160, 120)[0] < 1:
            continue
        y, x = np.nonzero(canvas[..., 0] > 127)
        edges = [x.min() - 0.5, y.min() - 0.5, x.max() + 0.5, y.max() + 0.5]
        assert np.abs(labels.boxes[0] - edges).max() < 1.0
        found += 1
    assert found > 3


def test_labels_keep_their_size_when_a_head_leans_and_scale_with_the_picture() -> None:
    labels = FaceLabels(BOX[None], POINTS[None], np.ones(1, bool))
    turn = np.array([[0.0, -1.0, 250.0], [1.0, 0.0, 0.0]])
    turned = labels.moved(turn)
    # Counted from the corner, (x, y) goes to (250 - y, x); pixel centres are half a px further.
    assert np.allclose(turned.landmarks[0], np.stack([249 - POINTS[:, 1], POINTS[:, 0]], axis=1))
    assert turned.sides[0] == pytest.approx(labels.sides[0])
    halved = labels.moved(np.array([[0.5, 0.0, 0.0], [0.0, 0.5, 0.0]]))
    assert np.allclose(halved.boxes[0], BOX / 2 - 0.25)
    assert halved.sides[0] == pytest.approx(labels.sides[0] / 2)


def test_every_made_up_canvas_has_the_wanted_size() -> None:
    rng = np.random.default_rng(0)
    for _ in range(24):
        assert made_up(37, 21, rng).shape == (21, 37, 3)


def test_without_strength_nothing_becomes_poorer() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (40, 50, 3)).astype(np.uint8)
    sensor = Sensor(1)
    assert np.array_equal(sensor.photograph(pixels, np.random.default_rng(1), 0.0), pixels)
    assert np.array_equal(relight(pixels, np.random.default_rng(1), 0.0), pixels)
    assert np.array_equal(blur(pixels, np.random.default_rng(1), 0.0), pixels)


def test_noise_has_the_wanted_deviation_and_no_bias() -> None:
    grey = np.full((200, 200, 3), 128, np.uint8)
    noise = Sensor(1).add_noise(grey, np.random.default_rng(2), 6.0).astype(float) - 128
    assert noise.std() == pytest.approx(6.0, rel=0.05)
    assert abs(noise.mean()) < 0.2


def test_a_blur_keeps_the_mean_and_lowers_the_contrast() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (64, 64, 3)).astype(np.uint8)
    for seed in range(8):
        blurred = blur(pixels, np.random.default_rng(seed), 3.0)
        assert blurred.mean() == pytest.approx(pixels.mean(), abs=2)
        assert blurred.std() <= pixels.std()


def test_compression_changes_little_at_high_quality() -> None:
    smooth = np.linspace(0, 255, 64 * 64 * 3).reshape(64, 64, 3).astype(np.uint8)
    assert np.abs(compress(smooth, 95).astype(int) - smooth).mean() < 4


@pytest.fixture
def laid_out(tmp_path: Path) -> Path:
    """Two people, the second with a file that breaks off."""
    columns = ["image", "confidence", "x", "y", "width", "height", *(f"p{number}" for number in range(10))]
    frame = cv2.imencode(".jpg", np.full((SIDE, SIDE, 3), 90, np.uint8))[1].tobytes()
    with (tmp_path / "faces.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        for name, data in (("A", frame), ("B", frame[:-9])):
            (tmp_path / "images" / name).mkdir(parents=True)
            (tmp_path / "images" / name / "0.jpg").write_bytes(data)
            writer.writerow([f"{name}/0.jpg", 0.5, 5, 5, 20, 30, *range(10)])
            writer.writerow([f"{name}/0.jpg", 0.6, 88, 66, 74, 124, *POINTS.ravel()])
    return tmp_path


def test_frames_know_their_main_face_and_doubt_the_others(laid_out: Path) -> None:
    frames = read_frames(laid_out, lambda name: True, certain_confidence=0.8)
    assert [frame.person for frame in frames] == ["A"]
    assert frames[0].main == 1
    assert frames[0].labels.certain.tolist() == [False, True]
    assert frames[0].labels.boxes[1].tolist() == [88, 66, 162, 190]
    assert frames[0].main_side == pytest.approx(np.sqrt(74 * 124))
    assert frames[0].pixels(2).shape == (125, 125, 3)


def test_people_who_are_not_there_are_told_in_a_sentence(laid_out: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no readable picture"):
        read_frames(laid_out, lambda name: name == "B", 0.8)
    with pytest.raises(UsageError, match="cannot be read"):
        read_frames(tmp_path / "nowhere", lambda name: True, 0.8)


def test_a_folder_without_backgrounds_is_told_in_a_sentence(tmp_path: Path) -> None:
    limits = load_settings().imaging
    (tmp_path / "notes.jpg").write_bytes(b"no picture")
    with pytest.raises(UsageError, match="no background"):
        read_backgrounds(tmp_path, lambda name: True, lambda *_: np.zeros((0, 4), np.float32), limits)
