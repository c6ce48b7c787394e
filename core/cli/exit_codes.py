"""What the exit code of a command says."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes; they are part of the contract with scripts."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    CANCELLED = 3
    NOTHING_ASSESSABLE = 4
