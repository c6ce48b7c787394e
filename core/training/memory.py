"""Memory that is kept from step to step instead of being handed back."""

from __future__ import annotations

import ctypes
import os
import sys

_TRIM_THRESHOLD, _MMAP_MAX = -1, -4
_LARGEST = 2**31 - 1


def keep_memory() -> None:
    """Let the C library keep large blocks, in huge pages where the system offers them on request.

    Every step of a training asks for the same large arrays. glibc would map each of them anew and the
    kernel would clear it page by page, which took 10 to 20 % of a step. To be called before torch is
    imported. Without glibc nothing happens.
    """
    os.environ.setdefault("THP_MEM_ALLOC_ENABLE", "1")
    if not sys.platform.startswith("linux"):
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(ctypes.c_int(_MMAP_MAX), ctypes.c_int(0))
        mallopt(ctypes.c_int(_TRIM_THRESHOLD), ctypes.c_int(_LARGEST))
