"""Nobody but the owner may read anything in a workspace, whatever wrote it and whatever the umask is."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.cli import main
from core.storage.protection import keys as keys_module
from core.types import FaceState, Suitability
from core.workspace import EnrolmentItem, Workspace

pytestmark = pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")


@pytest.fixture(autouse=True)
def _careless(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Work under a umask that keeps nothing from anybody."""
    monkeypatch.setattr(keys_module, "N", 1 << 4)
    before = os.umask(0)
    yield
    os.umask(before)


def open_to_others(directory: Path) -> list[str]:
    """Return what others may read, write or enter, with its mode; the workspace itself included."""
    found = []
    for path in (directory, *directory.rglob("*")):
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & 0o077 or mode & ~(0o700 if path.is_dir() else 0o600):
            found.append(f"{path.relative_to(directory).as_posix()} {mode:o}")
    return found


@pytest.mark.parametrize("encrypted", [False, True])
def test_every_kind_of_write_leaves_files_for_their_owner_alone(
    tmp_path: Path, astronaut: Path, strangers: tuple[EnrolmentItem, ...], encrypted: bool
) -> None:
    directory = tmp_path / "workspace"
    with Workspace.open(directory) as workspace:
        if encrypted:
            workspace.protect("correct horse battery staple")
        workspace.sign_in("Ada")
        assert len(list(workspace.enroll((EnrolmentItem("Eileen Collins", astronaut), *strangers[:2])))) == 3
        case = workspace.new_case("Modes")
        analysis = workspace.analyze(workspace.read_still(astronaut))
        picture, faces = workspace.keep_analysis(case.case_id, analysis, thumbnail=b"small")
        workspace.derive_picture(picture.picture_id, "gamma", {"gamma": 2.0})
        workspace.set_face_states([faces[0].face_id], FaceState.CONFIRMED, "Eileen Collins")
        assert analysis.image is not None
        found = workspace.search(analysis.image, analysis.assessed[0], case_id=case.case_id)
        workspace.judge_probe(found.search_id, Suitability.SUITABLE)
        workspace.report(found.search_id, directory / "reports")
        workspace.change_settings("gallery", top=7)
        workspace.export_gallery("default", directory / "exports" / "default")
        workspace.erase_subject(workspace.subjects(text="stranger 0")[0].subject_id, "Request 113")
        assert open_to_others(directory) == []
        kinds = {".db", ".db-wal", ".db-shm", ".toml", ".pdf", ".csv", ".png"}
        assert {path.suffix for path in directory.rglob("*")} >= kinds
    assert open_to_others(directory) == []


def test_a_directory_that_stood_open_is_closed_while_it_is_empty(tmp_path: Path) -> None:
    (tmp_path / "w").mkdir(mode=0o777)
    Workspace.open(tmp_path / "w").close()
    assert open_to_others(tmp_path / "w") == []


def test_the_programs_keep_what_they_write_for_their_owner(tmp_path: Path) -> None:
    assert main(["--workspace", str(tmp_path / "w"), "case", "list"]) == 0
    assert os.umask(0o077) == 0o077
