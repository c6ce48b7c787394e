"""`discern train`: sets, runs and verdicts from the command line, beside the recipes that it always took."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from core.cli.exit_codes import ExitCode
from core.cli.main import main
from core.imaging.degradation import gaussian_blur
from tests.core.made_people import photograph, write_people


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
        (["pause", "mine"], ExitCode.FAILED, "There is no run named 'mine'."),
        (["continue", "mine"], ExitCode.FAILED, "There is no run named 'mine'."),
        (["stop", "mine"], ExitCode.FAILED, "There is no run named 'mine'."),
        (["estimate", "nothing"], ExitCode.FAILED, "There is no labelled set named 'nothing'."),
        (["tune", "nothing", "--name", "mine"], ExitCode.FAILED, "There is no labelled set named 'nothing'."),
    ],
)
def test_what_is_not_there_is_named(
    at: list[str], arguments: list[str], code: ExitCode, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*at, "train", *arguments]) == code
    assert told in capsys.readouterr().err


def shuffled(folder: Path) -> None:
    """Give pictures of twelve people names at random."""
    for place, row in enumerate(np.random.default_rng(1).permutation(36).tolist()):
        own = folder / f"person {place // 3:03}"
        own.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(own / f"{place}.png"), photograph(row // 3, row % 3))


def of_one_person(folder: Path) -> None:
    """Take all pictures of the same person."""
    write_people(folder, range(1), 12)


def smears(folder: Path) -> None:
    """Call faces of many people that were 22 px wide and are smears now by one name."""
    (folder / "smears").mkdir(parents=True)
    for number in range(20):
        small = cv2.resize(photograph(40 + number, 0), (22, 22), interpolation=cv2.INTER_AREA)
        smear = gaussian_blur(np.asarray(small, np.uint8), 5.0)
        cv2.imwrite(str(folder / "smears" / f"{number}.png"), cv2.resize(smear, (112, 112)))


def copies(folder: Path) -> None:
    """Put two hundred copies of one picture under twenty names."""
    for number in range(200):
        own = folder / f"person {number % 20:03}"
        own.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(own / f"{number}.jpg"), photograph(3, 0), [1, 85 + number % 15])


@pytest.mark.parametrize(
    ("poison", "reason"),
    [
        (shuffled, "Stops: The labels contradict the faces"),
        (of_one_person, "Stops: All 12 pictures are of one person, person 000"),
        (copies, "Stops: Pictures under different names are nearly the same"),
    ],
)
def test_a_poisoned_set_says_why_and_nothing_is_trained_with_it(
    tmp_path: Path, poison: Callable[[Path], None], reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    at = ["--workspace", str(tmp_path / "workspace")]
    poison(tmp_path / "people")
    assert main([*at, "train", "set", "make", "poisoned", str(tmp_path / "people")]) == ExitCode.DONE
    assert reason in capsys.readouterr().out
    assert main([*at, "train", "tune", "poisoned", "--name", "mine"]) == ExitCode.USAGE
    assert reason.removeprefix("Stops: ") in capsys.readouterr().err
    assert main([*at, "train", "runs"]) == ExitCode.DONE
    assert capsys.readouterr().out == ""


def test_a_subject_of_smears_makes_no_set(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    at = ["--workspace", str(tmp_path / "workspace")]
    smears(tmp_path / "people")
    assert main([*at, "train", "set", "make", "smears", str(tmp_path / "people")]) == ExitCode.USAGE
    assert "smears: 20 of 20 pictures are below any recognizability" in capsys.readouterr().err
    assert main([*at, "train", "set", "list"]) == ExitCode.DONE
    assert capsys.readouterr().out == ""


def test_a_workspace_without_runs_lists_none(at: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*at, "train", "runs"]) == ExitCode.DONE
    assert capsys.readouterr().out == ""
