"""What interrupted work left is named, is no damage, and changes no exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from core.cli import main
from core.types import ImageAnalysis, Outcome
from core.workspace import Workspace


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """The directory of a closed workspace with a case that keeps a copy of one picture."""
    path = tmp_path / "a.png"
    Image.new("RGB", (30, 20), "grey").save(path)
    with Workspace.open(tmp_path / "workspace") as opened:
        image = opened.read_still(path)
        case = opened.new_case("Copies")
        opened.keep_analysis(case.case_id, ImageAnalysis(path, Outcome.OK, "", image, (), image.sha256))
    return tmp_path / "workspace"


def test_a_sound_workspace_has_nothing_left_over(kept: Path) -> None:
    with Workspace.open(kept) as opened:
        assert opened.verify() == ()
        assert opened.left_over() == ()
        assert opened.left_over() == (), "verifying leaves nothing itself"


def test_what_nothing_refers_to_and_what_was_begun_is_named_and_is_no_damage(
    kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Workspace.open(kept) as opened:
        orphan = opened._files.put(b"nobody's")
    begun = [kept / "files" / orphan[:2] / ".writing-abc", kept / ".writing-x.toml", kept / "index/.a.idx-b"]
    for path in begun:
        path.write_bytes(b"half")
    assert main(["--json", "--workspace", str(kept), "verify"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert (record["ok"], record["problems"]) == (True, [])
    assert len(record["left_over"]) == 4
    for name in (orphan, *map(str, begun)):
        assert sum(name in sentence for sentence in record["left_over"]) == 1
    assert main(["--workspace", str(kept), "verify"]) == 0
    said = capsys.readouterr().out
    assert "no damage" in said
    assert orphan in said
    assert "No problems" in said


def test_a_kept_file_that_is_gone_or_changed_is_damage(
    kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stored = [path for path in (kept / "files").rglob("*") if path.is_file()]
    assert stored, "the case keeps no copy, so nothing would be shown"
    for path in stored:
        path.chmod(0o600)
        path.write_bytes(b"other")
    with Workspace.open(kept) as opened:
        assert len(opened.verify()) == len(stored)
    for path in stored:
        path.unlink()
    assert main(["--json", "--workspace", str(kept), "verify"]) == 1
    record = json.loads(capsys.readouterr().out)
    assert record["ok"] is False
    assert all(any(path.name in one for one in record["problems"]) for path in stored)
