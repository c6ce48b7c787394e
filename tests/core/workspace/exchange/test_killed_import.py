"""SIGKILL in the middle of an import: the case is there whole or not at all, and the next import succeeds."""

from __future__ import annotations

import random
import shutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from core.workspace import Workspace
from tests.core.workspace.exchange.conftest import Sent

IMPORT = """
import sys
from pathlib import Path
from core.progress import Progress
from core.workspace import Workspace

with Workspace.open(Path(sys.argv[1])) as workspace:
    workspace.import_case(Path(sys.argv[2]), progress=Progress(lambda step: print(step.message, flush=True)))
    print("done", flush=True)
"""


@pytest.mark.parametrize("kills", [2, pytest.param(20, marks=pytest.mark.soak)])
def test_a_kill_at_any_moment_leaves_no_half_of_a_case(
    busy_once: Path, sent: Sent, tmp_path: Path, kills: int
) -> None:
    moments = random.Random(20261124 + kills)
    directory = tmp_path / "workspace"
    for _ in range(kills):
        shutil.rmtree(directory, ignore_errors=True)
        shutil.copytree(busy_once, directory)
        command = [sys.executable, "-c", IMPORT, str(directory), str(sent.bundle)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            # Of each file its check is reported first, and later, for those that are kept, that it is kept.
            last = moments.randint(sent.export.files + 1, sent.export.files + 20)
            for number, _line in enumerate(process.stdout, start=1):
                if number == last:
                    process.send_signal(signal.SIGKILL)
        with sqlite3.connect(directory / "discern.db") as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        with Workspace.open(directory) as workspace:
            entries = [one for one in workspace.audit_entries() if one.action == "case.import"]
            assert len(workspace.cases()) == 3 + len(entries)
            assert all("belongs to nothing" in one for one in workspace.verify())
            if not entries:
                workspace.import_case(sent.bundle)
            assert workspace.verify() == ()
