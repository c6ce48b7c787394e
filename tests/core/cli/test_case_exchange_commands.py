"""`discern case export` and `import` as a script sees them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from core.cli import main
from core.cli.exit_codes import ExitCode

JsonLines = list[dict[str, object]]


def test_a_case_goes_from_one_workspace_to_another(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(workspace: str, *arguments: object) -> tuple[int, JsonLines, str]:
        code = main(["--json", "--workspace", str(tmp_path / workspace), "case", *map(str, arguments)])
        said = capsys.readouterr()
        return code, [json.loads(line) for line in said.out.splitlines()], said.err

    picture, bundle = tmp_path / "grey.png", tmp_path / "case.zip"
    Image.new("RGB", (64, 48), "grey").save(picture)
    assert run("a", "new", "Till robbery", "--reference", "L-17")[0] == 0
    assert run("a", "add", 1, picture)[0] == ExitCode.NOTHING_ASSESSABLE
    assert run("b", "new", "Own case", "--reference", "L-17")[0] == 0
    code, (made,), _ = run("a", "export", 1, bundle)
    assert code == 0
    assert made["path"] == str(bundle)
    code, nothing, said = run("a", "export", 1, bundle)
    assert (code, nothing) == (1, [])
    assert "overwrites nothing" in said
    assert run("a", "export", 2, tmp_path / "none.zip")[0] == 1
    code, nothing, said = run("b", "import", bundle, "--manifest-sha256", "0" * 64)
    assert (code, nothing) == (1, [])
    assert "handed over" in said
    code, (brought,), _ = run("b", "import", bundle, "--manifest-sha256", made["manifest_sha256"])
    assert code == 0
    case = brought["case"]
    assert isinstance(case, dict)
    assert (case["case_id"], case["title"], case["reference"]) == (2, "Till robbery", "L-17 (imported)")
    assert (brought["source_case_id"], brought["pictures"], brought["searches"]) == (1, 1, 0)
    code, nothing, said = run("b", "import", bundle)
    assert (code, nothing) == (1, [])
    assert "it is case 2 here" in said
    code, nothing, said = run("b", "import", picture)
    assert (code, nothing) == (2, [])
    assert "is no bundle of a case" in said
    picture.unlink()
    assert main(["--workspace", str(tmp_path / "b"), "verify"]) == 0
