"""`discern report` and `discern case status` under the name of an examiner."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from skimage import data

from core.cli import main
from core.workspace import Workspace


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with a blind case: one search for an enrolled person, and one in an empty gallery."""
    place = tmp_path_factory.mktemp("examined")
    path = place / "people" / "محمد العربي" / "1.png"
    path.parent.mkdir(parents=True)
    Image.fromarray(data.astronaut()).save(path)
    base = ["--json", "--workspace", str(place / "w")]
    assert main([*base, "enroll", str(place / "people")]) == 0
    with Workspace.open(place / "w") as opened:
        opened.create_gallery("nobody")
    assert main([*base, "case", "new", "王小明の件"]) == 0
    assert main([*base, "search", str(path), "--case", "1", "--gallery", "default", "--test", "0"]) == 0
    assert main([*base, "search", str(path), "--case", "1", "--gallery", "nobody", "--test", "0"]) == 0
    return place / "w"


def run(
    capsys: pytest.CaptureFixture[str], workspace: Path, *arguments: object
) -> tuple[int, list[dict[str, Any]], str]:
    capsys.readouterr()
    code = main(["--json", "--workspace", str(workspace), *map(str, arguments)])
    said = capsys.readouterr()
    return code, [json.loads(line) for line in said.out.splitlines()], said.err


def logged(workspace: Path, action: str) -> list[str]:
    """Return who did something, oldest first."""
    with Workspace.open(workspace) as opened:
        return [one.operator for one in opened.audit_entries() if one.action == action]


def test_a_report_is_written_under_the_name_and_with_the_eyes_of_the_examiner(
    capsys: pytest.CaptureFixture[str], workspace: Path, tmp_path: Path
) -> None:
    code, lines, error = run(capsys, workspace, "report", 1, "--out", tmp_path / "a", "--examiner", "Ada")
    assert (code, lines, len(error.strip().splitlines())) == (2, [], 1)
    assert "until you have judged the probe" in error
    assert run(capsys, workspace, "case", "judge", 1, "--suitability", "limited", "--examiner", "Ada")[0] == 0
    for folder in ("a", "b"):
        code, _, _ = run(capsys, workspace, "report", 1, "--out", tmp_path / folder, "--examiner", "Ada")
        assert code == 0
    assert logged(workspace, "report.export")[-2:] == ["Ada", "Ada"]
    for ending in ("pdf", "html", "json", "csv"):
        first, second = (tmp_path / folder / f"search-1.{ending}" for folder in ("a", "b"))
        assert first.read_bytes() == second.read_bytes()
    code, lines, _ = run(capsys, workspace, "report", 1, "--out", tmp_path / "c", "--examiner", "Bob")
    assert (code, lines) == (2, [])
    assert not (tmp_path / "c").exists()


def test_the_report_tells_of_all_searches_of_the_case_and_hides_what_is_hidden(
    capsys: pytest.CaptureFixture[str], workspace: Path, tmp_path: Path
) -> None:
    run(capsys, workspace, "case", "judge", 1, "--suitability", "limited", "--examiner", "Cleo")
    assert run(capsys, workspace, "report", 1, "--out", tmp_path, "--examiner", "Cleo")[0] == 0
    told = json.loads((tmp_path / "search-1.json").read_text())
    assert [(one["id"], one["hidden"], len(one["candidates"])) for one in told["case_searches"]] == [
        (1, False, 1),
        (2, True, 0),
    ]
    run(capsys, workspace, "case", "judge", 2, "--suitability", "limited", "--examiner", "Cleo")
    assert run(capsys, workspace, "report", 1, "--out", tmp_path, "--examiner", "Cleo")[0] == 0
    told = json.loads((tmp_path / "search-1.json").read_text())
    assert [(one["hidden"], one["gallery_size"]) for one in told["case_searches"]] == [(False, 1), (False, 0)]
    with Workspace.open(workspace) as opened:
        entries = {one.sequence: one.entry_hash for one in opened.audit_entries()}
    assert entries[told["log"]["sequence"]] == told["log"]["entry_hash"]


def test_a_case_is_moved_on_under_the_name_of_the_examiner(
    capsys: pytest.CaptureFixture[str], workspace: Path
) -> None:
    code, (line,), _ = run(capsys, workspace, "case", "status", 1, "in_verification", "--examiner", "Dora")
    assert (code, line["status"]) == (0, "in_verification")
    assert logged(workspace, "case.status")[-1] == "Dora"


def test_an_examiner_needs_a_name(capsys: pytest.CaptureFixture[str], workspace: Path) -> None:
    code, _, error = run(capsys, workspace, "case", "status", 1, "open", "--examiner", "  ")
    assert (code, len(error.strip().splitlines())) == (2, 1)
