"""`discern evaluate detection` as it is typed, with a detector that sees bright discs."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from core.cli.main import main
from core.detection import detector
from core.evaluation.detection_pictures import read_table
from core.evaluation.protocols.lfw_faces import split_of
from core.evaluation.protocols.mosaic_data import with_people
from core.types import BoundingBox, FaceDetection

POINTS = [108, 112, 142, 112, 125, 135, 110, 160, 140, 160]


class Brightness:
    """Finds what is bright; a stand-in that needs no weights."""

    detector_id = "brightness 1"
    max_side = 2048
    face_px = (4.0, 400.0)
    refiner = None

    def detect(self, pixels: NDArray[np.uint8]) -> tuple[FaceDetection, ...]:
        """Return a box about each bright spot."""
        bright = (pixels.min(axis=2) > 150).astype(np.uint8)
        count, _, boxes, _ = cv2.connectedComponentsWithStats(bright)
        found = []
        for x, y, width, height, area in boxes[1:count].astype(float):
            # An ellipse fills pi / 4 of its box.
            confidence = 1 - abs(area / (width * height) - math.pi / 4)
            if area > 12:
                found.append(
                    FaceDetection(BoundingBox(x, y, width, height), None, confidence, self.detector_id)
                )
        return tuple(found)

    def detect_many(self, pictures: Sequence[NDArray[np.uint8]]) -> list[tuple[FaceDetection, ...]]:
        """Look at one picture after the other."""
        return [self.detect(pixels) for pixels in pictures]


@pytest.fixture(autouse=True)
def brightness(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(detector, "load_detector", lambda *_, **__: Brightness())
    monkeypatch.setenv("DISCERN_WORKSPACE", str(tmp_path / "workspace"))


@pytest.fixture
def faces(tmp_path: Path) -> Path:
    """One photograph of each of three people of split 6: a bright oval in the dark; and dark backgrounds."""
    root = tmp_path / "data" / "lfw"
    columns = ["image", "confidence", "x", "y", "width", "height", *(f"p{number}" for number in range(10))]
    people = [name for name in (f"p{number}" for number in range(60)) if split_of(name) == 6][:3]
    rows: list[list[object]] = [[*columns]]
    for name in people:
        (root / "images" / name).mkdir(parents=True)
        pixels = np.full((250, 250, 3), 30, np.uint8)
        cv2.ellipse(pixels, (125, 128), (37, 62), 0, 0, 360, (255, 255, 255), -1)
        cv2.imwrite(str(root / "images" / name / "0.jpg"), pixels)
        rows.append([f"{name}/0.jpg", 0.9, 88, 66, 74, 124, *POINTS])
    with (root / "faces.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    (root.parent / "backgrounds").mkdir()
    for name in [name for name in (f"b{number}" for number in range(60)) if split_of(name) == 8][:3]:
        cv2.imwrite(str(root.parent / "backgrounds" / f"{name}.png"), np.full((90, 120, 3), 40, np.uint8))
    return root


def run(*arguments: str) -> int:
    return main(["evaluate", "detection", *arguments, "--replicates", "20", "--no-figures"])


def test_mosaics_are_made_measured_written_and_shown(
    faces: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = run(str(faces), "--out", str(tmp_path / "out"), "--pictures", "8", "--sizes", "40,20")
    shown = capsys.readouterr().out
    assert code == 0
    document = json.loads((tmp_path / "out" / "evaluation.json").read_text(encoding="utf-8"))
    assert document["protocol"] == "mosaic-faces"
    assert document["data"]["people"] == 3
    (found,) = document["detectors"]
    assert found["detector_id"] == "brightness 1"
    assert [size["side"] for size in found["sizes"]] == [40, 20]
    assert found["sizes"][0]["recall"]["denominator"] > 10
    assert found["sizes"][0]["recall"]["value"] > 0.3
    assert found["backgrounds"]["pictures"] == 3
    assert found["backgrounds"]["points"][0]["false_positives"] == 0
    assert "Faces found at an intersection over union of 0.5" in shown
    assert "Backgrounds without faces" in shown


def test_a_table_of_boxes_is_measured_by_size(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pixels = np.zeros((200, 200, 3), np.uint8)
    pixels[20:60, 20:60], pixels[100:110, 100:110], pixels[150:170, 10:30] = 255, 255, 255
    cv2.imwrite(str(tmp_path / "a.png"), pixels)
    cv2.imwrite(str(tmp_path / "b.png"), np.zeros((50, 50, 3), np.uint8))
    table = tmp_path / "boxes.csv"
    table.write_text(
        "image,x,y,width,height,ignore\na.png,20,20,40,40,\na.png,100,100,10,10,0\n"
        "a.png,150,150,30,30,\na.png,8,148,24,24,1\nb.png,,,,,\n",
        encoding="utf-8",
    )
    code = run(
        str(table), "--out", str(tmp_path / "out"), "--json", "--detector", "bright", "--peer", "again"
    )
    assert code == 0
    line = json.loads(capsys.readouterr().out)
    document = json.loads(Path(line["out"]).read_text(encoding="utf-8"))
    assert document["protocol"] == "labelled-faces"
    assert [one["name"] for one in document["detectors"]] == ["bright", "again"]
    whole, small, medium, large = document["detectors"][0]["sizes"]
    assert (whole["low"], whole["high"]) == (0.0, None)
    assert (whole["recall"]["numerator"], whole["faces"], whole["pictures"]) == (2, 3, 2)
    assert (small["low"], small["recall"]["numerator"], small["faces"]) == (0.0, 1, 1)
    assert (medium["low"], medium["recall"]["numerator"], medium["faces"]) == (24.0, 0, 1)
    assert (large["low"], large["recall"]["numerator"], large["faces"]) == (32.0, 1, 1)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("image,x,y\na.png,1,2\n", "needs the columns"),
        ("image,x,y,width,height\na.png,1,2,three,4\n", "needs the columns"),
        ("image,x,y,width,height\n", "names no picture"),
        ("image,x,y,width,height\nnone.png,1,2,3,4\n", "cannot be used"),
    ],
)
def test_a_table_that_makes_no_sense_is_refused(
    tmp_path: Path, text: str, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "boxes.csv"
    table.write_text(text, encoding="utf-8")
    assert run(str(table), "--out", str(tmp_path / "out")) == 2
    assert sentence in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_the_landmarks_of_a_table_are_read_whole_or_not_at_all(tmp_path: Path) -> None:
    names = ("right_eye", "left_eye", "nose", "mouth_right", "mouth_left")
    points = ",".join(f"{name}_{axis}" for name in names for axis in "xy")
    table = tmp_path / "boxes.csv"
    table.write_text(
        f"image,x,y,width,height,{points}\na.png,1,2,3,4,{','.join(map(str, POINTS))}\n"
        f"a.png,1,2,3,4,{','.join(map(str, POINTS[:8]))},,\n",
        encoding="utf-8",
    )
    (picture,) = read_table(table)
    assert picture.labels.landmarks[0].ravel().tolist() == POINTS
    assert not picture.labels.landmarks[1].any()


@pytest.mark.parametrize(
    ("option", "value"),
    [("--people", "7-6"), ("--background-splits", "x"), ("--sizes", "3"), ("--sizes", "8,,9")],
)
def test_what_makes_no_sense_is_refused_with_a_sentence(
    faces: Path, tmp_path: Path, option: str, value: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(str(faces), "--out", str(tmp_path / "out"), option, value) == 2
    assert value in capsys.readouterr().err


def test_backgrounds_with_people_are_known_by_name() -> None:
    names = with_people()
    assert "302003" in names
    assert "100007" not in names
    assert all(name.isdigit() for name in names)
