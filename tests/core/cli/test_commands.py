"""The command line as a script sees it: exit codes, JSON lines, and errors in one sentence."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image
from skimage import data

from core.cli import main


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """A video of ten frames of the astronaut, moving to the right."""
    path = tmp_path / "clip.mp4"
    with av.open(path, "w") as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width = stream.height = 512
        stream.pix_fmt = "yuv420p"
        for shift in range(10):
            pixels = np.ascontiguousarray(np.roll(data.astronaut(), 4 * shift, axis=1))
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        container.mux(stream.encode())
    return path


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, list[dict[str, object]], str]:
    """Run a command and return its exit code, its JSON lines and what it said on standard error."""
    code = main(["--json", *map(str, arguments)])
    said = capsys.readouterr()
    return code, [json.loads(line) for line in said.out.splitlines()], said.err


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--version"], 0),
        (["--help"], 0),
        (["enroll", "--help"], 0),
        ([], 2),
        (["identify"], 2),
        (["search"], 2),
        (["report", "one", "--out", "x"], 2),
    ],
    ids=str,
)
def test_usage_decides_between_zero_and_two(
    capsys: pytest.CaptureFixture[str], arguments: list[str], code: int
) -> None:
    assert main(arguments) == code
    assert "Traceback" not in capsys.readouterr().err


def test_a_request_for_what_is_not_there_fails_with_one_sentence(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    base = ["--workspace", tmp_path / "w"]
    for arguments in (["report", "7", "--out", tmp_path / "r"], ["case", "show", "7"]):
        code, records, error = run(capsys, *base, *arguments)
        assert code == 1
        assert records == []
        assert len(error.strip().splitlines()) == 1
    code, _, error = run(capsys, *base, "enroll", tmp_path / "no such list.csv")
    assert code == 2
    assert len(error.strip().splitlines()) == 1


def test_a_workspace_that_cannot_be_made_fails_with_one_sentence(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    code, _, error = run(capsys, "--workspace", tmp_path / "file" / "w", "gallery", "stats")
    assert code == 1
    assert len(error.strip().splitlines()) == 1


def test_cases_are_kept_and_the_workspace_may_be_named_after_the_verb(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISCERN_WORKSPACE", str(tmp_path / "other"))
    code, (made,), _ = run(
        capsys, "case", "new", "Дело 7", "--reference", "R7", "--workspace", tmp_path / "w"
    )
    assert code == 0
    assert run(capsys, "case", "list")[1] == []
    monkeypatch.setenv("DISCERN_WORKSPACE", str(tmp_path / "w"))
    assert run(capsys, "case", "list")[1] == [made]
    code, (shown,), _ = run(capsys, "case", "show", made["case_id"])
    assert code == 0
    assert made["opened"] is None
    assert shown == made | {"searches": [], "opened": shown["opened"]}
    assert shown["opened"]
    assert run(capsys, "case", "new", "Another", "--reference", "R7")[0] == 1


def test_frames_of_a_video_are_analysed_by_number_and_time_and_a_missing_one_stops_nothing(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, clip: Path
) -> None:
    code, records, _ = run(
        capsys, "--workspace", tmp_path / "w", "analyze", clip, "--frame", 3, "--frame", 99, "--at", 0.5
    )
    assert code == 0
    assert [record["outcome"] for record in records] == ["ok", "ok", "unreadable"]
    assert [record["frame"] and record["frame"]["ordinal"] for record in records] == [5, 3, None]
    left = [record["faces"][0]["box"][0] for record in records[:2]]
    assert left[0] - left[1] == pytest.approx(8, abs=3)


def test_a_model_says_its_licence_and_whether_its_index_is_provisional(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, records, _ = run(capsys, "--workspace", tmp_path / "w", "models", "list")
    assert code == 0
    networks = [record for record in records if record["kind"] == "recognition"]
    (active,) = [record for record in networks if record["active"]]
    assert {record["recognizability"]: record["provisional"] for record in networks} == {
        "ERS": True,
        "RI": False,
    }
    assert all("research" in record["licence"] for record in records)
    assert active["recognizability"] == "RI"


def test_an_intact_workspace_verifies_and_an_edited_log_is_named(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    base = ["--workspace", tmp_path / "w"]
    for title in ("One", "Two", "Three"):
        run(capsys, *base, "case", "new", title)
    code, (said,), _ = run(capsys, *base, "verify")
    assert (code, said["ok"], said["problems"]) == (0, True, [])
    with sqlite3.connect(tmp_path / "w" / "discern.db") as connection:
        triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in triggers:
            connection.execute(f'DROP TRIGGER "{name}"')
        connection.execute("UPDATE audit_log SET details = replace(details, 'Two', 'Six')")
    code, (said,), _ = run(capsys, *base, "verify")
    assert (code, said["ok"]) == (1, False)
    assert any("2" in problem for problem in said["problems"])


def test_aligned_crops_are_embedded_as_they_are_and_anything_else_is_named(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    folder = tmp_path / "crops"
    folder.mkdir()
    crop = Image.fromarray(data.astronaut()[40:200, 140:300]).resize((112, 112))
    crop.save(folder / "a.png")
    crop.resize((100, 112)).save(folder / "b.png")
    out = tmp_path / "e.npz"
    base = ["--workspace", tmp_path / "w", "embed", folder, "--aligned", "--out", out]
    code, (said,), _ = run(capsys, *base)
    assert (code, said["embedded"], said["failed"]) == (0, 1, 1)
    with np.load(out) as arrays:
        assert list(arrays["path"]) == [str(folder / "a.png")]
        assert list(arrays["failed_path"]) == [str(folder / "b.png")]
        assert np.linalg.norm(arrays["embedding"], axis=1) == pytest.approx(1, abs=1e-6)
        whole = arrays["embedding"].copy()
    run(capsys, *base, "--resize", 8)
    with np.load(out) as arrays:
        assert float((arrays["embedding"] @ whole.T).item()) < 0.7
    assert run(capsys, *base, "--resize", 0)[0] == 2
