"""Work that leaves the machine to whoever sits before it: low priority, and a core to spare."""

from __future__ import annotations

import os
import subprocess
import sys

_NICENESS = 10


def lower_priority() -> None:
    """Let this process, and the threads that it starts from now on, give way to others.

    On Windows a process is started with a low priority instead, see :func:`creation_flags`. A system that
    refuses is left as it is: the work is the same, only less polite.
    """
    if sys.platform == "win32":
        return
    try:
        os.nice(_NICENESS)
    except OSError:
        return


def creation_flags() -> int:
    """Return the flags that start a process of low priority, which are 0 but on Windows."""
    if sys.platform == "win32":
        return subprocess.BELOW_NORMAL_PRIORITY_CLASS | subprocess.CREATE_NEW_PROCESS_GROUP
    return 0


def spare_threads(wanted: int = 0) -> int:
    """Return how many processor threads work in the background may use.

    Parameters
    ----------
    wanted : int
        As the settings say; 0 for all cores but one.

    Returns
    -------
    int
        At least 1.
    """
    if wanted > 0:
        return wanted
    if sys.platform == "linux":
        # A container may have fewer cores than the machine.
        return max(1, len(os.sched_getaffinity(0)) - 1)
    return max(1, (os.cpu_count() or 1) - 1)
