"""The files in the directory of a run: their names, and how they are written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

CHECKPOINT = "checkpoint.safetensors"
BEST = "best.safetensors"


def write_whole(path: Path, data: bytes) -> None:
    """Replace a file in one step; a reader finds the old bytes or the new ones, also after a power cut.

    Where the new ones cannot be written, such as on a full disk, nothing of them is left to take up room.
    """
    waiting = path.with_name(path.name + ".writing")
    try:
        with waiting.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        waiting.replace(path)
    except OSError:
        waiting.unlink(missing_ok=True)
        raise
