"""`discern train`: sets, runs and verdicts from the command line, beside the recipes that it always took."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.cli.exit_codes import ExitCode
from core.cli.main import main
from tests.core.made_people import write_people


@pytest.fixture
def at(tmp_path: Path) -> list[str]:
    """Arguments that choose a workspace of the test's own."""
    return ["--json", "--workspace", str(tmp_path / "workspace")]


@pytest.mark.parametrize(
    "arguments",
    [
        ["nothere.toml", "--out", "run"],
        ["--out", "run", "nothere.toml"],
        ["--json", "nothere.toml", "--out", "run"],
        ["recipe", "nothere.toml", "--out", "run"],
    ],
)
def test_a_recipe_needs_no_command(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", *arguments]) == ExitCode.USAGE
    assert capsys.readouterr().err == "The recipe nothere.toml cannot be read: No such file or directory.\n"


def test_a_missing_recipe_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train"]) == ExitCode.USAGE
    assert "Missing argument 'RECIPE.toml'" in capsys.readouterr().err


def test_help_names_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "--help"]) == ExitCode.DONE
    told = capsys.readouterr().out
    assert all(f"\n  {name} " in told for name in ("set", "tune", "gate", "promote", "rollback", "recipe"))


def test_a_set_is_made_shown_listed_and_removed(
    at: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    people = write_people(tmp_path / "people", range(3), 2)
    assert main([*at, "train", "set", "make", "camera", str(people)]) == ExitCode.DONE
    made = json.loads(capsys.readouterr().out)
    assert (made["name"], made["parts"]["all"]["people"], len(made["pictures"])) == ("camera", 3, 6)
    assert [one["kind"] for one in made["warnings"] if one["stops"]] == ["people"]
    assert main([*at, "train", "set", "show", "camera"]) == ExitCode.DONE
    assert json.loads(capsys.readouterr().out) == made
    assert main([*at, "train", "set", "list"]) == ExitCode.DONE
    assert json.loads(capsys.readouterr().out)["name"] == "camera"
    assert main([*at, "train", "tune", "camera", "--name", "mine", "--steps", "1"]) == ExitCode.USAGE
    assert "There are 3 people, and 10 are needed at least." in capsys.readouterr().err
    assert main([*at, "train", "set", "remove", "camera"]) == ExitCode.DONE
    assert main([*at, "train", "set", "show", "camera"]) == ExitCode.FAILED
    assert "There is no labelled set named 'camera'." in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["gate", "mine"], ExitCode.FAILED, "There is no run named 'mine'."),
        (["promote", "mine", "--override", "why"], ExitCode.FAILED, "There is no run named 'mine'."),
        (["report", "../mine"], ExitCode.FAILED, "There is no run named '../mine'."),
        (["rollback", "--reason", "why"], ExitCode.FAILED, "was not tuned in a workspace"),
        (["rollback"], ExitCode.USAGE, "Missing option '--reason'"),
        (["tune", "nothing", "--name", "mine"], ExitCode.FAILED, "There is no labelled set named 'nothing'."),
    ],
)
def test_what_is_not_there_is_named(
    at: list[str], arguments: list[str], code: ExitCode, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*at, "train", *arguments]) == code
    assert told in capsys.readouterr().err


def test_a_workspace_without_runs_lists_none(at: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*at, "train", "runs"]) == ExitCode.DONE
    assert capsys.readouterr().out == ""
