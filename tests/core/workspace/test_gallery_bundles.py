"""A gallery leaves a workspace and comes into another one; what was tampered with does not."""

from __future__ import annotations

import csv
import hashlib
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.errors import Cancelled, Conflict, IntegrityFailure, NotFound, UsageError
from core.progress import Progress, Step
from core.types import Sample
from core.workspace import EnrolmentItem, Workspace
from core.workspace.galleries.gallery_csv import guarded, unguarded

Change = Callable[[dict[str, bytes], dict[str, Any]], None]


@pytest.fixture
def bundle(populated: Workspace, tmp_path: Path) -> Path:
    """The gallery of eleven people as a bundle."""
    populated.export_gallery_bundle("default", tmp_path / "gallery.zip")
    return tmp_path / "gallery.zip"


def facts(samples: tuple[Sample, ...]) -> list[tuple[object, ...]]:
    """Return what must be the same of samples in two workspaces."""
    return [
        (
            one.subject,
            one.source,
            one.source_sha256,
            one.box,
            one.eye_distance_px,
            one.recognizability,
            one.band,
            one.authority,
        )
        for one in samples
    ]


def rewritten(bundle: Path, change: Change) -> Path:
    """Write a bundle whose files and manifest somebody has changed."""
    with zipfile.ZipFile(bundle) as source:
        files = {name: source.read(name) for name in source.namelist()}
    manifest = json.loads(files.pop("manifest.json"))
    change(files, manifest)
    made = bundle.with_name("changed.zip")
    with zipfile.ZipFile(made, "w") as target:
        for name, data in files.items():
            target.writestr(name, data)
        target.writestr("manifest.json", json.dumps(manifest))
    return made


def sealed(change: Callable[[dict[str, bytes]], None]) -> Change:
    """Return a change after which the manifest fits again, as a forger would do it."""

    def apply(files: dict[str, bytes], manifest: dict[str, Any]) -> None:
        change(files)
        manifest["files"] = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}

    return apply


def edited(files: dict[str, bytes], **values: object) -> None:
    """Change the first sample of the list."""
    records = json.loads(files["samples.json"])
    records[0].update(values)
    files["samples.json"] = json.dumps(records).encode()


def test_a_bundle_brings_everything_along_without_the_network(
    bundle: Path, populated: Workspace, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Workspace, "_analyzer", lambda self: pytest.fail("the network was loaded"))
    result = workspace.import_gallery_bundle(bundle)
    assert (result.imported, result.already, result.refused, result.reembedded) == (11, 0, 0, 0)
    assert facts(workspace.samples()) == facts(populated.samples())
    assert workspace.verify() == ()
    again = workspace.import_gallery_bundle(bundle)
    assert (again.imported, again.already) == (0, 11)
    actions = [entry.action for entry in workspace.audit_entries()]
    assert actions.count("gallery.import") == 1


def test_embeddings_of_another_model_are_passed_over_and_made_from_the_crops(
    bundle: Path, populated: Workspace, workspace: Workspace
) -> None:
    workspace.settings = workspace.settings.replace("recognition", model="mobilefacenet-ms1m")
    result = workspace.import_gallery_bundle(bundle)
    assert (result.imported, result.reembedded) == (11, 11)
    assert workspace.gallery_stats().samples_by_model == ((workspace.active_model().model_id, 11),)
    list(populated.reembed("mobilefacenet-ms1m"))
    here, there = workspace.samples(), populated.samples()
    assert np.allclose([s.recognizability for s in here], [s.recognizability for s in there], atol=1e-6)


def test_a_bundle_may_go_to_another_gallery_and_meets_its_gate(bundle: Path, workspace: Workspace) -> None:
    result = workspace.import_gallery_bundle(bundle, gallery="Guests", min_recognizability=2.0)
    assert (result.gallery, result.imported, result.refused) == ("Guests", 0, 11)
    result = workspace.import_gallery_bundle(
        bundle, gallery="Guests", min_recognizability=2.0, override_reason="asked for by the court"
    )
    assert result.imported == 11
    assert all(sample.overridden and sample.gallery == "Guests" for sample in workspace.samples())


@pytest.mark.parametrize(
    "change",
    [
        lambda files, manifest: files.update({"crops/1.png": files["crops/2.png"]}),
        lambda files, manifest: files.update({"../outside.png": b"x"}),
        lambda files, manifest: files.update({"/etc/outside": b"x"}),
        lambda files, manifest: files.pop("crops/3.png"),
        lambda files, manifest: manifest["files"].pop("crops/3.png"),
        sealed(lambda files: files.update({"crops/../../outside.png": b"x"})),
        sealed(lambda files: files.update({"crops/1.png": b"no picture"})),
        sealed(lambda files: files.update({"samples.json": b"[{}]"})),
        sealed(lambda files: edited(files, crop="../../discern.db")),
        sealed(lambda files: edited(files, box=[1, 2, -3, 4])),
        sealed(lambda files: edited(files, eye_distance_px=float("nan"))),
        sealed(lambda files: edited(files, embeddings={"ab" * 32: 0})),
        sealed(
            lambda files: files.update(
                {name: bytes(len(data)) for name, data in files.items() if name.startswith("embeddings/")}
            )
        ),
    ],
    ids=[
        "another crop",
        "a path that leaves",
        "an absolute path",
        "a file lacks",
        "a file is not in the manifest",
        "a sealed path that leaves",
        "no picture",
        "no list",
        "a list that points outside",
        "no box",
        "no eye distance",
        "embeddings that are not there",
        "embeddings without length",
    ],
)
def test_a_bundle_that_is_not_what_it_says_is_refused_and_nothing_is_stored(
    bundle: Path, workspace: Workspace, tmp_path: Path, change: Change
) -> None:
    head = workspace.audit_head()
    with pytest.raises(IntegrityFailure):
        workspace.import_gallery_bundle(rewritten(bundle, change))
    assert workspace.samples() == ()
    assert workspace.audit_head() == head
    assert not list(tmp_path.rglob("outside*"))


@pytest.mark.parametrize("content", [b"", b"no zip", None], ids=["empty", "no zip", "no file"])
def test_a_file_that_is_no_bundle_is_refused_in_one_sentence(
    workspace: Workspace, tmp_path: Path, content: bytes | None
) -> None:
    if content is not None:
        (tmp_path / "file.zip").write_bytes(content)
    with pytest.raises(UsageError, match="no bundle"):
        workspace.import_gallery_bundle(tmp_path / "file.zip")


def test_a_bundle_of_a_newer_version_is_refused(bundle: Path, workspace: Workspace) -> None:
    newer = rewritten(bundle, lambda files, manifest: manifest.update(version=2))
    with pytest.raises(UsageError, match="newer"):
        workspace.import_gallery_bundle(newer)


def test_an_exported_folder_is_enrolled_with_what_is_known_of_each_picture(
    populated: Workspace, workspace: Workspace, tmp_path: Path
) -> None:
    made = populated.export_gallery("default", tmp_path / "out")
    assert (made.subjects, made.samples) == (11, 11)
    plan = workspace.plan_enrolment(tmp_path / "out" / "gallery.csv")
    results = list(workspace.enroll(plan, authority="Court order 7"))
    assert [one.status.value for one in results] == ["enrolled"] * 11
    known = {one.source_sha256: one for one in populated.samples()}
    for sample in workspace.samples():
        before = known[sample.source_sha256]
        assert (sample.source, sample.box, sample.eye_distance_px) == (
            before.source,
            before.box,
            before.eye_distance_px,
        )
        assert sample.recognizability == before.recognizability
        assert sample.authority == "Court order 7"
    again = list(workspace.enroll(plan))
    assert [one.status.value for one in again] == ["already_enrolled"] * 11


def test_an_export_keeps_the_authority_and_guards_cells_that_a_spreadsheet_would_run(
    workspace: Workspace, astronaut: Path, tmp_path: Path
) -> None:
    item = EnrolmentItem("=cmd|' /C calc'!A0", astronaut)
    list(workspace.enroll([item], authority="+49 order"))
    workspace.export_gallery("default", tmp_path / "out")
    with (tmp_path / "out" / "gallery.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["subject"].startswith("'=")
    assert row["authority"] == "'+49 order"
    (planned,) = workspace.plan_enrolment(tmp_path / "out" / "gallery.csv")
    assert (planned.subject, planned.authority) == (item.subject, "+49 order")


@pytest.mark.parametrize("name", ["=1", "'=1", "''=1", "@a", "-a", "+a", "plain", "'t Hooft", ""])
def test_a_guarded_cell_comes_back_as_it_was(name: str) -> None:
    assert unguarded(guarded(name)) == name
    assert guarded(name)[:1] not in ("=", "+", "-", "@")


def test_an_export_overwrites_nothing_and_leaves_nothing_half_done(
    populated: Workspace, tmp_path: Path
) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "file").touch()
    (tmp_path / "there.zip").touch()
    with pytest.raises(Conflict):
        populated.export_gallery("default", tmp_path / "there")
    with pytest.raises(Conflict):
        populated.export_gallery_bundle("default", tmp_path / "there.zip")
    with pytest.raises(NotFound):
        populated.export_gallery("nothing", tmp_path / "new")
    progress = Progress()

    def stop(step: Step) -> None:
        progress.cancel()

    progress.on_step = stop
    for export, target in (
        (populated.export_gallery, tmp_path / "new"),
        (populated.export_gallery_bundle, tmp_path / "new.zip"),
    ):
        with pytest.raises(Cancelled):
            export("default", target, progress)
        assert not target.exists()
        assert not list(tmp_path.glob(".discern-*"))


def test_an_export_is_in_the_audit_log(populated: Workspace, bundle: Path) -> None:
    entry = populated.audit_entries()[-1]
    assert entry.action == "gallery.export"
    assert json.loads(entry.details)["samples"] == 11


@pytest.mark.parametrize("kind", ["wide", "unreadable"])
def test_an_aligned_crop_that_is_none_is_refused_and_the_rest_is_enrolled(
    populated: Workspace, workspace: Workspace, tmp_path: Path, astronaut: Path, kind: str
) -> None:
    populated.export_gallery("default", tmp_path / "out")
    first = sorted((tmp_path / "out" / "crops").iterdir())[0]
    first.write_bytes(astronaut.read_bytes() if kind == "wide" else b"none")
    results = list(workspace.enroll(workspace.plan_enrolment(tmp_path / "out" / "gallery.csv")))
    assert sorted(one.status.value for one in results) == ["enrolled"] * 10 + ["refused"]
