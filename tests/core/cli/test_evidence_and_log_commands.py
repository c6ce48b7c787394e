"""Evidence, the log and uses on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from skimage import data

from core.cli.main import main


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DISCERN_WORKSPACE", str(tmp_path / "workspace"))
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[dict[str, object]]]:
    """Run a command with --json; return its exit code and what it printed."""
    capsys.readouterr()
    code = main([*arguments, "--json"])
    return int(code), [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_evidence_is_referred_to_checked_copied_and_told_of_in_the_log(
    directory: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = [directory / name for name in ("face.png", "nobody.png")]
    Image.fromarray(data.astronaut()).save(paths[0])
    Image.fromarray(np.zeros((32, 32, 3), np.uint8)).save(paths[1])
    _, (made,) = run(capsys, "case", "new", "Till robbery", "--references")
    assert made["evidence_mode"] == "references"
    assert run(capsys, "case", "add", "1", *map(str, paths))[0] == 0
    paths[1].write_bytes(b"changed")
    code, lines = run(capsys, "case", "evidence", "1", "--check")
    assert code == 1
    assert [line.get("copied") for line in lines] == [False, False, None]
    assert [one["path"] for one in lines[-1]["problems"]] == [str(paths[1])]  # type: ignore[attr-defined]
    _, pictures = run(capsys, "case", "pictures", "1")
    assert [bool(picture["failure"]) for picture in pictures] == [False, True]
    code, (taken,) = run(capsys, "case", "copies", "1")
    assert code == 1
    assert taken["case"]["evidence_mode"] == "copies"  # type: ignore[index]
    assert len(taken["copied"]) == len(taken["failed"]) == 1  # type: ignore[arg-type]
    run(capsys, "case", "edit", "1", "--notes", "a slip")
    run(capsys, "case", "undo", "1", "--reason", "typed into the wrong case")
    _, entries = run(capsys, "case", "log", "1")
    told = [entry["action"] for entry in entries]
    assert told[:3] == ["case.create", "evidence.intake", "picture.analyze"]
    assert "evidence.failure" in told
    assert (told[-1], entries[-1]["reason"]) == ("step.undo", "typed into the wrong case")
    _, uses = run(capsys, "verify", "--uses")
    assert [use["what"] for use in uses] == [
        "discern case add",
        "discern case evidence",
        "discern case copies",
    ]
    assert {use["end"] for use in uses} == {"done"}
    assert [one["path"] for one in uses[0]["inputs"]] == list(map(str, paths))  # type: ignore[attr-defined]
    assert run(capsys, "case", "uses", "1")[1] == uses
    code, (checked,) = run(capsys, "verify")
    assert (code, checked["problems"], checked["notices"]) == (0, [], [])


@pytest.mark.parametrize(
    "arguments", [("verify", "--uses", "--recompute"), ("case", "log", "x"), ("case", "copies")]
)
def test_what_makes_no_sense_is_a_usage_error(
    directory: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    assert main(list(arguments)) == 2


@pytest.mark.parametrize("command", ["log", "uses", "evidence", "copies"])
def test_a_case_that_is_not_there_is_one_sentence(
    directory: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    assert main(["case", command, "7"]) == 1
    assert capsys.readouterr().err == "There is no case with the number 7.\n"
