"""`discern evaluate` as it is typed."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest

from core.cli.main import main
from core.progress import Progress
from core.settings import load_settings

ARGUMENTS = ["--people", "6", "--sizes", "112,16", "--replicates", "20", "--no-figures"]


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DISCERN_WORKSPACE", str(tmp_path / "workspace"))


def test_an_evaluation_is_written_and_shown(
    lfw_root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["evaluate", "lfw-lowres", str(lfw_root), "--out", str(tmp_path / "out"), *ARGUMENTS])
    shown = capsys.readouterr()
    assert code == 0
    found = json.loads((tmp_path / "out" / "evaluation.json").read_text(encoding="utf-8"))
    assert found["data"]["people"] == 4
    assert found["data"]["unreadable"] == 1
    assert found["systems"][0]["name"] == load_settings().recognition.model
    assert found["systems"][0]["sizes"][1]["closed_set"]["gallery"] == 4
    assert "cannot say" in shown.out
    assert "Left out" in shown.err
    assert not (tmp_path / "workspace").exists()


def test_asked_for_json_it_prints_one_line_of_it(
    lfw_root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(
        ["evaluate", "lfw-lowres", str(lfw_root), "--out", str(tmp_path / "out"), *ARGUMENTS, "--json"]
    )
    (line,) = capsys.readouterr().out.splitlines()
    assert code == 0
    assert Path(json.loads(line)["out"]).is_file()


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--people", "7-6"),
        ("--people", "all"),
        ("--sizes", "0"),
        ("--sizes", "113"),
        ("--sizes", "8,,9"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence(
    lfw_root: Path, tmp_path: Path, option: str, value: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["evaluate", "lfw-lowres", str(lfw_root), "--out", str(tmp_path / "out"), option, value])
    assert code == 2
    assert value in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_model_that_is_not_there_fails_before_anything_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["evaluate", "lfw-lowres", str(tmp_path), "--out", str(tmp_path), "--model", "none-such"])
    assert code == 1
    assert "none-such" in capsys.readouterr().err


def test_people_with_one_picture_each_leave_most_things_unsaid_but_break_nothing(
    lfw_root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--people", "0", "--sizes", "16", "--replicates", "5", "--no-figures"]
    code = main(["evaluate", "lfw-lowres", str(lfw_root), "--out", str(tmp_path / "out"), *arguments])
    assert code == 0
    found = json.loads((tmp_path / "out" / "evaluation.json").read_text(encoding="utf-8"))
    (size,) = found["systems"][0]["sizes"]
    assert (size["low_to_high"]["mated_pairs"], size["low_to_high"]["non_mated_pairs"]) == (0, 0)
    assert size["closed_set"]["ranks"][0]["rate"]["value"] is None
    assert "cannot say" in capsys.readouterr().out


def test_a_cancelled_evaluation_writes_nothing_and_says_so(
    lfw_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(progress: Progress, *_: object) -> None:
        signal.raise_signal(signal.SIGINT)
        progress.check()

    monkeypatch.setattr(Progress, "step", interrupt)
    code = main(["evaluate", "lfw-lowres", str(lfw_root), "--out", str(tmp_path / "out"), *ARGUMENTS])
    assert code == 3
    assert not (tmp_path / "out").exists()


def test_another_model_is_measured_in_the_same_run(lfw_root: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    models = ["--model", "mobilefacenet-ms1m", "--against", "ril-mobilefacenet-v1"]
    assert main(["evaluate", "lfw-lowres", str(lfw_root), "--out", str(out), *models, *ARGUMENTS]) == 0
    found = json.loads((out / "evaluation.json").read_text(encoding="utf-8"))
    assert [system["name"] for system in found["systems"]] == ["mobilefacenet-ms1m", "ril-mobilefacenet-v1"]
    first, second = found["systems"]
    assert first["system_id"] != second["system_id"]


def test_baselines_are_not_measured_on_the_people_they_were_fitted_to(
    lfw_root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = [*ARGUMENTS, "--people", "0-5", "--baselines", "--out", str(tmp_path / "out")]
    assert main(["evaluate", "lfw-lowres", str(lfw_root), *arguments]) == 2
    assert "fitted to people 0-5" in capsys.readouterr().err
