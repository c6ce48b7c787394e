"""The process in which files are decoded, from within: it owns nothing, and may be killed at any time."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Callable
from typing import IO

from core.imaging.messages import write_record

Serve = Callable[[IO[bytes], IO[bytes]], None]
"""Answers what it reads from the first file on the second, until the first ends."""


def run(serve: Serve, memory_bytes: int) -> None:
    """Serve standard input and output within limits, and say first that all is ready.

    Parameters
    ----------
    serve : callable
        What to do.
    memory_bytes : int
        Address space that the process may take, where the system can limit it.
    """
    _limit(memory_bytes)
    # What a library prints must not get between the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    write_record(answers, {"ready": True})
    serve(sys.stdin.buffer, answers)


def allow_seconds(seconds: float) -> None:
    """Have the system end this process when it computes for longer, even if nobody waits for it any more.

    Parameters
    ----------
    seconds : float
        Processor time from now on, of all threads together.
    """
    if sys.platform == "win32":
        return
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    wanted = math.ceil(used.ru_utime + used.ru_stime + seconds)
    allowed = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
    resource.setrlimit(resource.RLIMIT_CPU, (allowed, most))


def _limit(memory_bytes: int) -> None:
    if sys.platform == "win32":
        return
    import resource

    _, most = resource.getrlimit(resource.RLIMIT_AS)
    allowed = memory_bytes if most == resource.RLIM_INFINITY else min(memory_bytes, most)
    resource.setrlimit(resource.RLIMIT_AS, (allowed, most))
    # A decoder that dies must not leave the picture behind in a core file, nor write any other.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
