"""`discern case` as a script sees it: pictures and faces of a case, decisions, steps, derived pictures."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image
from skimage import data

from core.cli import main

Run = Callable[..., tuple[int, list[dict[str, Any]], str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Run `discern case`; give its exit code, its JSON lines and what it said on standard error."""

    def command(*arguments: object) -> tuple[int, list[dict[str, Any]], str]:
        code = main(["--json", "--workspace", str(tmp_path / "w"), "case", *map(str, arguments)])
        said = capsys.readouterr()
        return code, [json.loads(line) for line in said.out.splitlines()], said.err

    return command


@pytest.fixture
def astronaut(tmp_path: Path) -> Path:
    path = tmp_path / "astronaut.png"
    Image.fromarray(data.astronaut()).save(path)
    return path


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """A video of four frames of the astronaut."""
    path = tmp_path / "clip.mp4"
    with av.open(path, "w") as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width = stream.height = 512
        stream.pix_fmt = "yuv420p"
        for shift in range(4):
            pixels = np.ascontiguousarray(np.roll(data.astronaut(), 4 * shift, axis=1))
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        container.mux(stream.encode())
    return path


def test_pictures_are_added_decided_on_undone_and_derived(run: Run, tmp_path: Path, astronaut: Path) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"\x89PNG but no more")
    assert run("new", "Till robbery")[0] == 0
    code, lines, _ = run("add", 1, broken, tmp_path / "gone.png", astronaut)
    assert code == 0
    assert [line["outcome"] for line in lines] == ["unreadable", "unreadable", "ok"]
    assert [line["picture"] and line["picture"]["picture_id"] for line in lines] == [1, None, 2]
    assert all(line["reason"] for line in lines[:2])
    faces = lines[2]["faces"]
    keys = [face["face_id"] for face in faces]

    code, decided, _ = run("state", *keys, "confirmed", "--subject", "Eileen Collins")
    assert code == 0
    assert {(face["state"], face["subject"]) for face in decided} == {("confirmed", "Eileen Collins")}
    code, (again,), _ = run("add", 1, astronaut)
    assert [face["face_id"] for face in again["faces"]] == keys
    assert {face["state"] for face in again["faces"]} == {"confirmed"}
    assert run("faces", 1, "--picture", 2)[1] == decided
    assert run("faces", 1, "--picture", 1)[1] == []

    code, (derived,), _ = run("derive", 2, "rotate", "--set", "degrees=10", "--analyze")
    assert (code, derived["parent_id"], derived["parameters"]) == (0, 2, {"degrees": 10.0})
    assert derived["found"]
    assert [picture["picture_id"] for picture in run("pictures", 1)[1]] == [1, 2, 3]

    actions = ["face.state", "picture.derive", "picture.analyze"]
    assert [step["action"] for step in run("steps", 1)[1]] == actions
    code, undone, _ = run("undo", 1, "--steps", 3)
    assert (code, [step["action"] for step in undone]) == (0, actions[::-1])
    assert {face["state"] for face in run("faces", 1)[1]} == {"unknown"}
    code, undone, error = run("undo", 1)
    assert (code, undone) == (1, [])
    assert len(error.strip().splitlines()) == 1
    assert [step["action"] for step in run("redo", 1, "--steps", 3)[1]] == actions
    assert run("show", 1)[1][0]["faces"] == len(keys) + len(derived["found"])


def test_a_picture_named_from_where_one_stands_is_found_again_from_elsewhere(
    run: Run, tmp_path: Path, astronaut: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("new", "Till robbery")
    monkeypatch.chdir(astronaut.parent)
    (added,) = run("add", 1, astronaut.name)[1]
    assert added["picture"]["path"] == str(astronaut)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert run("derive", 1, "gamma", "--set", "gamma=2")[0] == 0


def test_frames_of_a_video_are_added_and_one_that_is_not_there_is_no_picture(run: Run, clip: Path) -> None:
    run("new", "Till robbery")
    code, lines, _ = run("add", 1, clip, "--frame", 3, "--frame", 99, "--at", 0.1)
    assert code == 0
    assert [line["picture"] and line["picture"]["frame"]["ordinal"] for line in lines] == [1, 3, None]
    pictures = run("pictures", 1)[1]
    assert [picture["frame"]["ordinal"] for picture in pictures] == [1, 3]
    assert len({picture["evidence_id"] for picture in pictures}) == 1


def test_a_case_is_edited_closed_and_opened_again(run: Run) -> None:
    run("new", "Till robbery")
    code, (edited,), _ = run("edit", 1, "--notes", "second", "--reference", "R7")
    assert (code, edited["notes"], edited["reference"], edited["title"]) == (
        0,
        "second",
        "R7",
        "Till robbery",
    )
    assert run("blind", 1, "--off")[0] == 2
    assert run("blind", 1, "--off", "--reason", "a review")[1][0]["blind"] is False
    assert run("status", 1, "closed")[1][0]["status"] == "closed"
    code, lines, error = run("edit", 1, "--notes", "late")
    assert (code, lines) == (1, [])
    assert "opened again" in error
    assert run("status", 1, "open")[0] == 2
    assert run("status", 1, "open", "--reason", "new footage")[1][0]["status"] == "open"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["add", "7", "x.png"], 1),
        (["add", "1"], 2),
        (["add", "1", "no such picture.png"], 4),
        (["pictures", "7"], 1),
        (["faces", "7"], 1),
        (["steps", "7"], 1),
        (["undo", "1"], 1),
        (["undo", "7"], 1),
        (["redo", "1", "--steps", "0"], 2),
        (["state", "7", "confirmed"], 1),
        (["state", "7", "perhaps"], 2),
        (["status", "1", "archived"], 1),
        (["derive", "7", "gamma"], 1),
        (["derive", "7", "gamma", "--set", "gamma"], 2),
        (["derive", "7", "sharpen"], 2),
        (["derive", "7", "gamma", "--set", "gamma=99"], 2),
    ],
    ids=str,
)
def test_what_cannot_be_done_ends_with_its_exit_code(run: Run, arguments: list[str], code: int) -> None:
    run("new", "Till robbery")
    assert run(*arguments)[0] == code


def test_the_adjustments_are_listed_with_their_ranges(run: Run) -> None:
    code, lines, _ = run("adjustments")
    assert code == 0
    by_name = {line["operation"]: line for line in lines}
    assert by_name["rotate"]["parameters"] == [
        {
            "name": "degrees",
            "minimum": -180,
            "maximum": 180,
            "default": 0,
            "unit": "°",
            "whole": False,
            "choices": [],
        }
    ]
    assert by_name["deinterlace"]["parameters"][0]["choices"] == ["upper", "lower", "both"]


@pytest.mark.parametrize("command", ["pictures", "faces", "steps", "adjustments"])
def test_a_person_gets_a_table(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, run: Run, command: str
) -> None:
    run("new", "Till robbery")
    case = [] if command == "adjustments" else ["1"]
    assert main(["--workspace", str(tmp_path / "w"), "case", command, *case]) == 0
    assert capsys.readouterr().out.strip()
