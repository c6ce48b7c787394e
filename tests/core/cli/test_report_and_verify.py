"""`discern report` and `discern verify` as a script sees them."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from PIL import Image
from skimage import data

from core.cli import main


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with one enrolled person, and a search for her outside of a case."""
    place = tmp_path_factory.mktemp("reported")
    path = place / "people" / "Eileen Collins" / "1.png"
    path.parent.mkdir(parents=True)
    Image.fromarray(data.astronaut()).save(path)
    base = ["--json", "--workspace", str(place / "w")]
    assert main([*base, "enroll", str(place / "people")]) == 0
    assert main([*base, "search", str(path), "--test", "0"]) == 0
    return place / "w"


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, list[dict[str, object]], str]:
    """Run a command and return its exit code, its JSON lines and what it said on standard error."""
    capsys.readouterr()
    code = main(["--json", *map(str, arguments)])
    said = capsys.readouterr()
    return code, [json.loads(line) for line in said.out.splitlines()], said.err


def test_a_report_has_four_formats(
    capsys: pytest.CaptureFixture[str], workspace: Path, tmp_path: Path
) -> None:
    code, (line,), _ = run(capsys, "--workspace", workspace, "report", 1, "--out", tmp_path)
    assert code == 0
    assert line["search_id"] == 1
    for ending in ("pdf", "html", "json", "csv"):
        assert line[ending] == str(tmp_path / f"search-1.{ending}")
        assert (tmp_path / f"search-1.{ending}").stat().st_size > 0


def test_a_pack_is_written_checked_and_computed_anew(
    capsys: pytest.CaptureFixture[str], workspace: Path, tmp_path: Path
) -> None:
    pack = tmp_path / "pack.zip"
    code, (line,), _ = run(capsys, "--workspace", workspace, "report", 1, "--bundle", pack)
    assert code == 0
    code, (checked,), _ = run(capsys, "verify", pack, "--manifest-sha256", line["manifest_sha256"])
    assert (code, checked) == (0, {"ok": True, "problems": [], "recomputed": None})
    code, (checked,), _ = run(capsys, "--workspace", workspace, "verify", pack, "--recompute")
    assert (code, checked["ok"]) == (0, True)
    assert checked["recomputed"]["similarities"] == 1  # type: ignore[index]
    code, (checked,), _ = run(capsys, "verify", pack, "--manifest-sha256", "0" * 64)
    assert (code, len(checked["problems"])) == (1, 1)  # type: ignore[arg-type]
    code, records, error = run(
        capsys, "--workspace", workspace, "verify", pack, "--recompute", "--model", "mobilefacenet-ms1m"
    )
    assert (code, records, len(error.strip().splitlines())) == (1, [], 1)


def test_a_spoilt_pack_fails_and_the_file_is_named(
    capsys: pytest.CaptureFixture[str], workspace: Path, tmp_path: Path
) -> None:
    pack = tmp_path / "pack.zip"
    run(capsys, "--workspace", workspace, "report", 1, "--bundle", pack, "--originals", "hashes")
    with zipfile.ZipFile(pack) as archive:
        archive.extractall(tmp_path / "pack")
    (tmp_path / "pack/report/search-1.csv").write_text("all is well")
    assert main(["verify", str(tmp_path / "pack")]) == 1
    said = capsys.readouterr().out.splitlines()
    assert said[-2].startswith("report/search-1.csv was changed: it has 11 bytes")
    assert said[-1] == "1 problem."


def test_a_log_is_checked_against_an_anchor(
    capsys: pytest.CaptureFixture[str], workspace: Path, tmp_path: Path
) -> None:
    head = {"sequence": 99, "entry_hash": "0" * 64, "created": "2026-11-24T08:00:00+00:00"}
    (tmp_path / "anchor").write_text(json.dumps(head) + "\n")
    code, (checked,), _ = run(capsys, "--workspace", workspace, "verify", "--anchor", tmp_path / "anchor")
    (problem,) = checked["problems"]  # type: ignore[misc]
    assert code == 1
    assert problem.startswith("Entry 99 of the audit log, of 2026-11-24T08:00:00+00:00, is missing")


@pytest.mark.parametrize(
    "arguments",
    [
        ["report"],
        ["report", "1"],
        ["report", "1", "--case", "1", "--out", "x"],
        ["report", "1", "--bundle", "x.zip", "--originals", "some"],
        ["verify", "--recompute"],
        ["verify", "--manifest-sha256", "00"],
        ["verify", "x.zip", "--anchor", "y"],
    ],
    ids=" ".join,
)
def test_what_makes_no_sense_is_a_mistake_in_usage(
    capsys: pytest.CaptureFixture[str], workspace: Path, arguments: list[str]
) -> None:
    assert main(["--workspace", str(workspace), *arguments]) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_a_pack_that_is_not_there_is_one_sentence(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, (checked,), _ = run(capsys, "verify", tmp_path / "no pack.zip")
    assert (code, len(checked["problems"])) == (1, 1)  # type: ignore[arg-type]
