"""What `discern gallery` changes, as scripts see it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from skimage import data

from core.cli import main
from core.workspace import Workspace

OTHER = "mobilefacenet-ms1m"


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, list[dict[str, object]], str]:
    """Run a command and return its exit code, its JSON lines and what it said on standard error."""
    code = main(["--json", *map(str, arguments)])
    said = capsys.readouterr()
    return code, [json.loads(line) for line in said.out.splitlines()], said.err


@pytest.fixture
def people(tmp_path: Path) -> Path:
    """A list of three small faces with the boxes that a person would draw."""
    rows = ["subject,path,x,y,width,height"]
    for number, crop in enumerate(data.lfw_subset()[:3]):
        Image.fromarray(np.dstack([(crop * 255).astype(np.uint8)] * 3)).save(tmp_path / f"{number}.png")
        rows.append(f"person {number},{number}.png,3,1,19,24")
    (tmp_path / "people.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return tmp_path / "people.csv"


def test_a_gallery_is_put_right_exported_imported_and_somebody_is_erased(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, people: Path
) -> None:
    base = ("--workspace", tmp_path / "w")
    assert run(capsys, *base, "enroll", people, "--authority", "Order 7")[0] == 0
    _, shown, _ = run(capsys, *base, "gallery", "show", "person 1")
    assert shown[0]["authority"] == "Order 7"

    code, merged, _ = run(capsys, *base, "gallery", "merge", 1, 2)
    assert (code, merged[0]["samples"]) == (0, 2)
    code, parts, _ = run(capsys, *base, "gallery", "split", 1, "--sample", 2, "--name", "again")
    assert (code, [part["subject"] for part in parts]) == (0, ["person 0", "again"])
    assert run(capsys, *base, "gallery", "move", 3, "--sample", 2)[1][0]["samples"] == 2
    for action in ("sample.move", "subject.split", "subject.merge"):
        assert run(capsys, *base, "gallery", "undo")[1][0]["action"] == action
    code, records, error = run(capsys, *base, "gallery", "undo")
    assert (code, records, error) == (1, [], "There is nothing to undo.\n")
    assert run(capsys, *base, "gallery", "redo")[1][0]["action"] == "subject.merge"

    code, steps, _ = run(capsys, *base, "gallery", "reembed", "--model", OTHER)
    assert (code, steps[-1]["complete"], steps[-1]["done"]) == (0, True, 3)
    code, made, _ = run(capsys, *base, "gallery", "export", "default", tmp_path / "out.zip")
    assert (code, made[0]["samples"]) == (0, 3)
    code, taken, _ = run(capsys, *base, "gallery", "import", tmp_path / "out.zip", "--gallery", "copy")
    assert (code, taken[0]["imported"], taken[0]["reembedded"]) == (0, 3, 0)

    code, certificates, _ = run(capsys, *base, "gallery", "erase", 3, "--reason", "Request 113")
    assert code == 1
    assert certificates[0]["verified"] is False
    (copy,) = (
        s for s in run(capsys, *base, "gallery", "list", "--gallery", "copy")[1] if s["subject"] == "person 2"
    )
    code, certificates, _ = run(
        capsys, *base, "gallery", "erase", copy["subject_id"], "--reason", "Request 113"
    )
    assert (code, certificates[0]["verified"]) == (0, True)
    assert main([*map(str, base), "verify"]) == 0


@pytest.mark.slow
def test_a_re_embedding_that_is_killed_keeps_the_old_model_and_goes_on(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, people: Path
) -> None:
    workspace = tmp_path / "w"
    assert run(capsys, "--workspace", workspace, "enroll", people)[0] == 0
    settings = workspace / "settings.toml"
    settings.write_text("[recognition]\nbatch_size = 1\n", encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "core.cli",
        "--json",
        "--workspace",
        str(workspace),
        "gallery",
        "reembed",
    ]
    with subprocess.Popen([*command, "--model", OTHER], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        first = json.loads(process.stdout.readline())
        process.send_signal(signal.SIGKILL)
    assert first["done"] == 1
    with Workspace.open(workspace) as opened:
        assert opened.verify() == ()
        assert opened.active_model().name != OTHER
        kept = opened.embedded_samples(OTHER).embedded
        assert 1 <= kept <= 3
        steps = list(opened.reembed(OTHER))
        assert len(steps) == 3 - kept + 1
        assert opened.active_model().name == OTHER
    assert "batch_size = 1" in settings.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["merge", "1", "1"], 2),
        (["merge", "1", "99"], 1),
        (["split", "1", "--sample", "1", "--name", "new"], 1),
        (["erase", "1", "--reason", " "], 2),
        (["erase", "99", "--reason", "why"], 1),
        (["export", "nothing", "out"], 1),
        (["import", "nothing.zip"], 2),
        (["reembed", "--model", "nothing"], 1),
    ],
    ids=str,
)
def test_what_makes_no_sense_fails_with_one_sentence(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, arguments: list[str], code: int
) -> None:
    found, records, error = run(capsys, "--workspace", tmp_path / "w", "gallery", *arguments)
    assert found == code
    assert records == []
    assert len(error.strip().splitlines()) == 1
