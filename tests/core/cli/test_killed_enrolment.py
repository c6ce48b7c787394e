"""SIGKILL in the middle of enrolment: what was reported is there as a whole, and nothing else is."""

from __future__ import annotations

import json
import random
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from skimage import data

from core.workspace import Workspace

SUBJECTS = 30
KILLS = 20

WHOLE = """
SELECT subjects.name, count(samples.id), count(embeddings.sample_id), count(crops.sample_id),
       (SELECT count(*) FROM templates WHERE templates.subject_id = subjects.id)
FROM subjects
LEFT JOIN samples ON samples.subject_id = subjects.id
LEFT JOIN embeddings ON embeddings.sample_id = samples.id
LEFT JOIN crops ON crops.sample_id = samples.id
GROUP BY subjects.id
"""


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Thirty people with two pictures each, listed with their face boxes."""
    folder = tmp_path_factory.mktemp("people")
    faces = (data.lfw_subset()[: 2 * SUBJECTS] * 255).astype(np.uint8)
    lines = ["subject,path,x,y,width,height"]
    for number, face in enumerate(faces):
        Image.fromarray(np.dstack([face] * 3)).save(folder / f"{number}.png")
        lines.append(f"person {number // 2:02},{number}.png,3,1,19,24")
    listing = folder / "people.csv"
    listing.write_text("\n".join(lines), encoding="utf-8")
    return listing


def enroll_and_kill(people: Path, workspace: Path, after_lines: int, delay: float) -> set[str]:
    """Kill the enrolment some time after it has printed so many lines; return whom it reported."""
    process = subprocess.Popen(
        [sys.executable, "-m", "core.cli", "--json", "--workspace", workspace, "enroll", people],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line)
        if len(lines) == after_lines:
            threading.Timer(delay, process.send_signal, [signal.SIGKILL]).start()
    process.wait()
    return {json.loads(line)["subject"] for line in lines if line.endswith("\n")}


@pytest.mark.slow
def test_a_kill_at_any_moment_leaves_whole_subjects_and_a_sound_database(
    people: Path, tmp_path: Path
) -> None:
    moments = random.Random(20261124)
    interrupted = 0
    for kill in range(KILLS):
        workspace = tmp_path / f"workspace {kill // 4}"
        reported = enroll_and_kill(people, workspace, moments.randint(1, 12), moments.uniform(0.0, 0.15))
        connection = sqlite3.connect(workspace / "discern.db")
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        subjects = {row[0]: row[1:] for row in connection.execute(WHOLE)}
        connection.close()
        assert reported <= set(subjects)
        assert set(subjects.values()) <= {(2, 2, 2, 1)}
        with Workspace.open(workspace) as opened:
            assert opened.verify() == ()
            names = {one.subject_id: one.name for one in opened.subjects()}
            logged = {
                names[json.loads(entry.details)["subject_id"]]
                for entry in opened.audit_entries()
                if entry.action == "subject.enroll"
            }
            assert logged == set(subjects)
            index = opened._current_index()
            assert index.size() == len(subjects)
            assert opened.verify() == ()
        interrupted += len(subjects) < SUBJECTS
    assert interrupted >= KILLS // 2, "most kills must fall into the work, or the test shows nothing"
    subprocess.run(
        [sys.executable, "-m", "core.cli", "--json", "--workspace", workspace, "enroll", people],
        check=True,
        capture_output=True,
    )
    with Workspace.open(workspace) as opened:
        assert len(opened.subjects()) == SUBJECTS
