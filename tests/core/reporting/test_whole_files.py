"""An exported file is there as a whole or not at all, and what a kill leaves does not stay for ever."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.reporting.files import replace_file, replacing

KILLED = """
import os, signal, sys
from pathlib import Path
from core.reporting.files import replacing
with replacing(Path(sys.argv[1])) as stream:
    stream.write(b"half")
    stream.flush()
    os.kill(os.getpid(), signal.SIGKILL)
"""


def part_files(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.suffix == ".part"]


def kill_while_writing(path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED, path], check=False)
    assert done.returncode == -9


def test_a_kill_leaves_the_file_that_was_there_and_the_next_export_removes_the_part(tmp_path: Path) -> None:
    path = tmp_path / "search-[1].pdf"
    replace_file(path, b"before")
    kill_while_writing(path)
    assert path.read_bytes() == b"before"
    (part,) = part_files(tmp_path)
    os.utime(part, (0, 0))
    replace_file(path, b"after")
    assert path.read_bytes() == b"after"
    assert part_files(tmp_path) == []


def test_a_part_that_somebody_is_writing_or_that_is_new_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "search-1.pdf"
    kill_while_writing(path)
    new = part_files(tmp_path)
    with replacing(path) as stream:
        (begun,) = (one for one in part_files(tmp_path) if one not in new)
        os.utime(begun, (0, 0))
        replace_file(path, b"another")
        assert sorted(part_files(tmp_path)) == sorted([*new, begun])
        stream.write(b"last")
    assert path.read_bytes() == b"last"
    assert part_files(tmp_path) == new


def test_a_failure_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(TypeError), replacing(tmp_path / "a.zip") as stream:
        stream.write("no bytes")  # type: ignore[call-overload]
    assert list(tmp_path.iterdir()) == []
