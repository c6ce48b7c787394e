"""SIGKILL in the middle of a review: the case has every decision whose call had returned, and no other."""

from __future__ import annotations

import json
import random
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from PIL import Image

from core.types import (
    BoundingBox,
    EvidenceMode,
    FaceAnalysis,
    FaceDetection,
    ImageAnalysis,
    Outcome,
    SourceImage,
)
from core.workspace import Workspace

FACES = 12

REVIEW = """
import sys
from pathlib import Path
from core.types import FaceState
from core.workspace import Workspace

STATES = [state for state in FaceState if state is not FaceState.SUGGESTED]
with Workspace.open(Path(sys.argv[1])) as workspace:
    (case,) = workspace.cases()
    keys = [face.face_id for face in workspace.case_faces(case.case_id)]
    number = 0
    while True:
        # No decision is the same as the last one on its face, so each is a step.
        turn, place = divmod(number, len(keys))
        workspace.set_face_states([keys[place]], STATES[1 + turn % (len(STATES) - 1)])
        print(number, flush=True)
        number += 1
"""


@pytest.fixture(scope="module")
def reviewed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of a closed workspace with a case of one picture and a dozen faces."""
    folder = tmp_path_factory.mktemp("review")
    path = folder / "crowd.png"
    Image.new("RGB", (300, 40), "grey").save(path)
    faces = tuple(
        FaceAnalysis(
            FaceDetection(BoundingBox(25.0 * place, 0, 20, 30), None, 0.9, "synthetic"),
            Outcome.TOO_SMALL,
            "Too small.",
        )
        for place in range(FACES)
    )
    with Workspace.open(folder / "workspace") as workspace:
        case_id = workspace.new_case("Crowd", evidence_mode=EvidenceMode.REFERENCES).case_id
        image: SourceImage = workspace.read_still(path)
        analysis = ImageAnalysis(path, Outcome.OK, "", image, faces, image.sha256)
        assert len(workspace.keep_analysis(case_id, analysis)[1]) == FACES
    return folder / "workspace"


def review_and_kill(workspace: Path, after_decisions: int, delay: float) -> int:
    """Kill a review some time after it has reported so many decisions; return how many it reported."""
    process = subprocess.Popen([sys.executable, "-c", REVIEW, workspace], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    reported = 0
    for line in process.stdout:
        reported += line.endswith("\n")
        if reported == after_decisions:
            threading.Timer(delay, process.send_signal, [signal.SIGKILL]).start()
    assert process.wait() == -signal.SIGKILL
    return reported


def states_after(decisions: int) -> list[str]:
    """What a case holds after so many decisions, worked out without the program."""
    order = ["confirmed", "rejected", "ignored", "not_a_face"]
    states = ["unknown"] * FACES
    for number in range(decisions):
        states[number % FACES] = order[(number // FACES) % len(order)]
    return states


@pytest.mark.parametrize("kills", [3, pytest.param(20, marks=pytest.mark.soak)])
def test_a_kill_at_any_moment_loses_no_decision_and_makes_none_up(
    reviewed: Path, tmp_path: Path, kills: int
) -> None:
    moments = random.Random(20261124 + kills)
    for kill in range(kills):
        directory = tmp_path / f"workspace {kill}"
        directory.mkdir()
        (directory / "discern.db").write_bytes((reviewed / "discern.db").read_bytes())
        reported = review_and_kill(directory, moments.randint(1, 60), moments.uniform(0.0, 0.05))
        with sqlite3.connect(directory / "discern.db") as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        with Workspace.open(directory) as workspace:
            (case,) = workspace.cases()
            steps = workspace.steps(case.case_id)
            # The decision at work when the kill came may have ended without having been reported.
            assert reported <= len(steps) <= reported + 1
            states = [face.state.value for face in workspace.case_faces(case.case_id)]
            assert states == states_after(len(steps))
            logged = [
                json.loads(entry.details)
                for entry in workspace.audit_entries()
                if entry.action == "face.state"
            ]
            assert logged == [json.loads(step.details) for step in steps]
            assert workspace.verify() == ()
            for done in range(len(steps) - 1, max(len(steps) - 11, -1), -1):
                workspace.undo(case.case_id)
                states = [face.state.value for face in workspace.case_faces(case.case_id)]
                assert states == states_after(done)
