"""Maps as a script sees them: in the JSON of analyze and search, and in words on a terminal."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from skimage import data

from core.cli import main


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace that knows the astronaut and herself mirrored, and a small picture of her."""
    base = tmp_path_factory.mktemp("maps")
    photograph = Image.fromarray(data.astronaut())
    for name, picture in (
        ("Ann", photograph),
        ("Bo", photograph.transpose(Image.Transpose.FLIP_LEFT_RIGHT)),
    ):
        (base / "people" / name).mkdir(parents=True)
        picture.save(base / "people" / name / "1.png")
    photograph.resize((128, 128), Image.Resampling.BOX).save(base / "probe.png")
    assert main(["--workspace", str(base / "w"), "enroll", str(base / "people")]) == 0
    return base


def line(capsys: pytest.CaptureFixture[str], folder: Path, *arguments: str) -> dict[str, Any]:
    capsys.readouterr()
    assert main(["--json", "--workspace", str(folder / "w"), *arguments]) == 0
    (only,) = capsys.readouterr().out.splitlines()
    record: dict[str, Any] = json.loads(only)
    return record


def test_analyze_gives_the_maps_of_each_face_untested(
    capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    (face,) = line(capsys, folder, "analyze", str(folder / "probe.png"))["faces"]
    first = face["maps"][0]
    assert first["kind"] == "decomposition"
    assert np.sum(first["values"]) == pytest.approx(1.0, abs=1e-5)
    assert first["faithfulness"] is None


def test_search_for_one_picture_gives_tested_evidence_that_adds_up(
    capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    found = line(capsys, folder, "search", str(folder / "probe.png"), "--test", "1")
    first, second = found["candidates"]
    for candidate in (first, second):
        parts = np.sum(candidate["evidence"]["values"]) + candidate["evidence"]["constant"]
        assert parts == pytest.approx(candidate["similarity"], abs=1e-9)
    assert first["evidence"]["faithfulness"]["random_maps"] == 20
    assert second["evidence"]["faithfulness"] is None
    assert found["maps"][0]["faithfulness"]["informative"] in (True, False)


def test_search_for_a_folder_tests_nothing_unless_asked_to(
    capsys: pytest.CaptureFixture[str], folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "probe.png").write_bytes((folder / "probe.png").read_bytes())
    found = line(capsys, folder, "search", str(tmp_path))
    assert found["maps"][0]["faithfulness"] is None
    assert all(candidate["evidence"]["faithfulness"] is None for candidate in found["candidates"])


def test_a_picture_without_a_search_has_no_maps(
    capsys: pytest.CaptureFixture[str], folder: Path, tmp_path: Path
) -> None:
    Image.new("RGB", (90, 90), "grey").save(tmp_path / "grey.png")
    main(["--json", "--workspace", str(folder / "w"), "search", str(tmp_path / "grey.png")])
    assert json.loads(capsys.readouterr().out)["maps"] == []


def test_a_terminal_is_told_the_verdicts_in_words(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    main(["--workspace", str(folder / "w"), "search", str(folder / "probe.png")])
    said = capsys.readouterr().out
    assert "Map of the probe, decomposition: " in said
    assert "Evidence on rank 2: " in said
    assert "of 20 random maps)" in said
    assert "no proof of a shared feature" in said
