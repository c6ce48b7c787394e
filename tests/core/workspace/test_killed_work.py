"""SIGKILL during intake, search and export: nothing that was reported is lost, nothing is half there."""

from __future__ import annotations

import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.imaging.digest import hash_file
from core.reporting.disclosure.log_extract import PACK
from core.workspace import Workspace, check_pack

FACES = 5
PICTURES = 8
RACE = 0.12
KILLS = 15

INTAKE = """
import dataclasses, sys
from fractions import Fraction
from pathlib import Path
from core.imaging.digest import hash_bytes
from core.types import BoundingBox, FaceAnalysis, FaceDetection, FrameReference, ImageAnalysis, Outcome
from core.workspace import Workspace

FACES = 5
faces = tuple(
    FaceAnalysis(FaceDetection(BoundingBox(25.0 * n, 0, 20, 30), None, 0.9, "s"), Outcome.TOO_SMALL, "Small.")
    for n in range(FACES)
)
paths = sorted(Path(sys.argv[2]).glob("*.png"))
with Workspace.open(Path(sys.argv[1])) as workspace:
    images = [workspace.read_still(path) for path in paths]
    print("ready", flush=True)
    for turn in range(10_000):
        case = workspace.new_case(f"Turn {turn}")
        for number, image in enumerate(images):
            if number % 2:
                # Frames are kept as files of the workspace, each another one.
                pixels = image.pixels.copy()
                pixels[0, 0] = turn % 251, number, turn // 251
                frame = FrameReference(0, number, Fraction(1, 25), number)
                sha256 = hash_bytes(pixels.tobytes())
                image = dataclasses.replace(image, pixels=pixels, frame=frame, pixel_sha256=sha256)
            analysis = ImageAnalysis(image.path, Outcome.OK, "", image, faces, image.sha256)
            workspace.keep_analysis(case.case_id, analysis)
            print(turn, number, flush=True)
"""

SEARCH = """
import sys
from pathlib import Path
from core.workspace import Workspace

with Workspace.open(Path(sys.argv[1])) as workspace:
    analysis = workspace.analyze(workspace.read_still(Path(sys.argv[2])))
    case = workspace.new_case("Searches")
    print("ready", flush=True)
    for number in range(10_000):
        found = workspace.search(analysis.image, analysis.main, top=3, case_id=case.case_id)
        print(found.search_id, flush=True)
"""

EXPORT = """
import sys
from pathlib import Path
from core.workspace import Workspace

out = Path(sys.argv[2])
with Workspace.open(Path(sys.argv[1])) as workspace:
    print("ready", flush=True)
    for number in range(10_000):
        workspace.report(1, out / f"report {number}")
        print("report", number, flush=True)
        workspace.disclose(out / f"pack {number}.zip", search_id=1)
        print("pack", number, flush=True)
"""


def work_and_kill(script: str, *arguments: Path, after: int, delay: float) -> list[str]:
    """Kill a script some time after it has printed so many lines; return what it reported."""
    process = subprocess.Popen(
        [sys.executable, "-c", script, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stderr is not None
    lines: list[str] = []
    for line in process.stdout:
        if line.endswith("\n"):
            lines.append(line.strip())
        if len(lines) == after + 1:
            threading.Timer(delay, process.send_signal, [signal.SIGKILL]).start()
    assert process.wait() == -signal.SIGKILL, process.stderr.read()
    process.stdout.close()
    process.stderr.close()
    assert lines[0] == "ready"
    return lines[1:]


def sound(directory: Path) -> Iterator[Workspace]:
    """Check the database by itself and open the workspace."""
    with sqlite3.connect(directory / "discern.db") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    connection.close()
    with Workspace.open(directory) as workspace:
        yield workspace


def unnamed(workspace: Workspace, wanted: set[str]) -> set[Path]:
    """Return files of the store that no row names and that no sentence names either."""
    files = {path for path in (workspace.directory / "files").rglob("*") if path.is_file()}
    said = " ".join(workspace.left_over())
    return {path for path in files if path.name not in wanted and path.name not in said}


@pytest.mark.parametrize("kills", [2, pytest.param(20, marks=pytest.mark.soak)])
def test_a_kill_during_intake_leaves_whole_pictures_and_names_what_is_left_over(
    tmp_path: Path, kills: int
) -> None:
    moments = random.Random(20261124 + kills)
    for number in range(PICTURES):
        noise = np.random.default_rng(number).integers(0, 255, (40, 150, 3), np.uint8)
        Image.fromarray(noise).save(tmp_path / f"{number}.png")
    for kill in range(kills):
        directory = tmp_path / f"workspace {kill}"
        reported = work_and_kill(
            INTAKE, directory, tmp_path, after=moments.randint(1, 40), delay=moments.uniform(0, RACE)
        )
        for workspace in sound(directory):
            kept, wanted = [], {hash_file(path)[0] for path in tmp_path.glob("*.png")}
            for case in sorted(workspace.cases(), key=lambda one: one.case_id):
                for picture in workspace.case_pictures(case.case_id):
                    faces = workspace.case_faces(case.case_id, picture.picture_id)
                    assert len(faces) == FACES
                    assert workspace.read_case_picture(picture.picture_id).width == 150
                    kept.append(f"{case.title.split()[1]} {Path(picture.path).stem}")
                    wanted.add(picture.sha256)
            assert kept[: len(reported)] == reported
            assert len(kept) <= len(reported) + 1
            assert workspace.verify() == ()
            assert unnamed(workspace, wanted) == set()
            entries = [one for one in workspace.audit_entries() if one.action == "picture.analyze"]
            assert len(entries) == len(kept)


@pytest.mark.soak
def test_a_kill_during_a_search_leaves_whole_searches_and_names_what_is_left_over(
    enrolled_once: Path, astronaut: Path, tmp_path: Path
) -> None:
    moments = random.Random(20261125)
    for kill in range(KILLS):
        directory = tmp_path / f"workspace {kill}"
        shutil.copytree(enrolled_once, directory)
        reported = work_and_kill(
            SEARCH, directory, astronaut, after=moments.randint(0, 6), delay=moments.uniform(0, RACE)
        )
        for workspace in sound(directory):
            found = workspace.searches()
            keys = sorted(one.search_id for one in found)
            assert keys[: len(reported)] == [int(one) for one in reported]
            assert len(keys) <= len(reported) + 1
            for one in found:
                assert workspace.search_record(one.search_id).probe.picture_sha256
            logged = [one for one in workspace.audit_entries() if one.action == "search.run"]
            assert len(logged) == len(keys)
            assert workspace.verify() == ()
            # The picture is taken in as evidence of the case before it is searched for.
            cases = [one.case_id for one in workspace.cases()]
            taken_in = {one.sha256 for case in cases for one in workspace.case_evidence(case)}
            assert unnamed(workspace, taken_in | {one.probe.picture_sha256 for one in found}) == set()


@pytest.mark.soak
def test_a_kill_during_an_export_never_leaves_half_a_file_under_its_name(
    enrolled_once: Path, astronaut: Path, tmp_path: Path
) -> None:
    moments = random.Random(20261126)
    searched = tmp_path / "searched"
    shutil.copytree(enrolled_once, searched)
    with Workspace.open(searched) as workspace:
        analysis = workspace.analyze(workspace.read_still(astronaut))
        assert analysis.image is not None
        assert analysis.main is not None
        workspace.search(analysis.image, analysis.main, top=3)
        whole = {path.suffix: path.read_bytes() for path in _exported(workspace, tmp_path / "whole")}
    reports = packs = parts = 0
    for kill in range(KILLS):
        directory, out = tmp_path / f"workspace {kill}", tmp_path / f"out {kill}"
        shutil.copytree(searched, directory)
        out.mkdir()
        reported = work_and_kill(
            EXPORT, directory, out, after=moments.randint(0, 5), delay=moments.uniform(0, 4 * RACE)
        )
        for path in out.rglob("*"):
            if path.suffix == ".part":
                parts += 1
                assert path.name.startswith(".")
            elif path.suffix == ".zip":
                packs += 1
                assert check_pack(path).problems == ()
            elif path.is_file():
                reports += 1
                assert path.read_bytes() == whole[path.suffix]
        for workspace in sound(directory):
            assert workspace.verify() == ()
            assert workspace.left_over() == ()
            assert len(workspace.searches()) == 1
            logged = [one for one in workspace.audit_entries() if one.action in {"report.export", PACK}]
            assert len(logged) >= 1 + len(reported)
        for line in reported:
            kind, number = line.split()
            assert (out / (f"pack {number}.zip" if kind == "pack" else f"report {number}")).exists()
    print(f"{KILLS} kills: {reports} whole reports, {packs} whole packs, {parts} parts with hidden names")
    assert reports
    assert packs


def _exported(workspace: Workspace, out: Path) -> tuple[Path, ...]:
    files = workspace.report(1, out)
    return files.pdf, files.html, files.json, files.csv
