"""A blind examination by two examiners on the command line, from the first look to the disagreement."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from core.cli import main
from core.types import CaseStatus
from core.workspace import Workspace
from tests.core.stored_search import NAMES, SIMILARITIES, store_search

Run = Any


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """The directory of a closed workspace with a search in a blind case."""
    with Workspace.open(tmp_path / "workspace") as opened:
        case = opened.new_case("Blind")
    assert store_search(tmp_path / "workspace", case.case_id) == 1
    return tmp_path / "workspace"


@pytest.fixture
def run(directory: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command of `discern case` as an examiner; return its exit code, JSON or text, and error."""

    def command(examiner: str, *arguments: object, text: bool = False) -> tuple[int, Any, str]:
        before = ["--workspace", str(directory), *([] if text else ["--json"]), "case"]
        code = main([*before, *map(str, arguments), "--examiner", examiner])
        said = capsys.readouterr()
        if text:
            return code, said.out, said.err
        return code, json.loads(said.out) if said.out else None, said.err

    return command


@pytest.mark.parametrize("text", [True, False])
def test_a_hidden_list_is_not_told(run: Run, text: bool) -> None:
    code, told, _ = run("Ada", "view", 1, text=text)
    assert code == 0
    for secret in (*NAMES, *map(str, SIMILARITIES)):
        assert secret not in str(told)
    if not text:
        assert told["hidden"]
        assert [one["rank"] for one in told["candidates"]] == [None] * 6


def test_the_whole_blind_journey_of_two_examiners(run: Run, directory: Path) -> None:
    assert run("Ada", "verdict", 1, 1, "rejected")[0] == 2
    assert run("Ada", "judge", 1, "--position", 1, "--conclusion", "same")[0] == 2
    code, view, _ = run(
        *("Ada", "judge", 1, "--suitability", "limited", "--note", "18 px"),
        *("--feature", "eyes=visible", "--feature", "ears=not_visible:hair: long"),
    )
    assert code == 0
    assert not view["hidden"]
    assert [one["subject"] for one in view["candidates"]] == list(NAMES)
    assert view["judgements"][0]["features"] == [
        {"component": "eyes", "visible": True, "finding": None, "note": ""},
        {"component": "ears", "visible": False, "finding": None, "note": "hair: long"},
    ]
    run("Ada", "judge", 1, "--rank", 1, "--conclusion", "same", "--feature", "eyes=similar")
    _, view, _ = run("Ada", "verdict", 1, 3, "shortlisted")
    assert view["candidates"][2]["verdict"] == "shortlisted"
    with Workspace.open(directory) as opened:
        opened.set_case_status(1, CaseStatus.IN_VERIFICATION)

    _, view, _ = run("Ben", "view", 1)
    assert view["second"]
    assert view["hidden"]
    assert len(view["candidates"]) == 2
    assert view["judgements"] == []
    code, _, said = run("Ben", "judge", 1, "--rank", 1, "--conclusion", "different")
    assert code == 2
    assert "--position" in said
    _, view, _ = run("Ben", "judge", 1, "--position", 1, "--conclusion", "different")
    assert view["hidden"]
    assert [(one["position"], one["rank"]) for one in view["judgements"]] == [(1, None)]
    _, view, _ = run("Ben", "judge", 1, "--position", 2, "--conclusion", "different", "--derived")
    assert not view["hidden"]
    said_of_1 = [
        (one["examiner"], one["second"], one["conclusion"]) for one in view["judgements"] if one["rank"] == 1
    ]
    assert said_of_1 == [("Ada", False, "same"), ("Ben", True, "different")]
    assert not view["judgements"][-1]["on_original"]
    assert run("Ben", "nobody", 1)[1]["nobody_suitable"]
    assert not run("Ben", "nobody", 1, "--undo")[1]["nobody_suitable"]
    assert run("Ben", "verdict", 1, 2, "rejected")[1]["candidates"][1]["verdict"] == "rejected"
    assert run("Ben", "verdict", 1, 2, "none")[1]["candidates"][1]["verdict"] is None
    _, text, _ = run("Ada", "view", 1, text=True)
    assert "Judgement 3 of Ben, second examiner" in text


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["judge", 1], "Give --suitability"),
        (["judge", 1, "--suitability", "limited", "--rank", 1], "separate judgements"),
        (["judge", 1, "--conclusion", "same"], "Name the candidate by --rank"),
        (["judge", 1, "--suitability", "limited", "--feature", "beard=visible"], "no part of the checklist"),
        (["judge", 1, "--suitability", "limited", "--feature", "eyes=similar"], "visible, not_visible here"),
        (["judge", 1, "--rank", 1, "--conclusion", "same", "--feature", "eyes=visible"], "not_comparable"),
        (["verdict", 1, 1, "perhaps"], "shortlisted, rejected, none"),
        (["judge", 1, "--position", 9, "--conclusion", "same"], "no candidate at position 9"),
        (["view", 7], "no search with the number 7"),
        (["search-faces", 1, 4], "no face with the number 4"),
    ],
    ids=str,
)
def test_a_request_that_makes_no_sense_is_one_sentence(
    run: Run, arguments: list[object], sentence: str
) -> None:
    code, told, said = run("Ada", *arguments)
    assert code in (1, 2)
    assert told is None
    assert sentence in said
    assert said.count("\n") == 1
