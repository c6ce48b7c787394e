"""What interrupted work left in a workspace: no damage, because nothing refers to it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from core.storage.files import FileStore
from core.storage.filesystem import WRITING
from core.storage.protection.place import Place

_BEGUN = {
    "root": (f"{WRITING}*", f"files/??/{WRITING}*", "index/.*.idx-*"),
    "directory": (f"{WRITING}*", "models/*.unfinished", "training/sets/.*.unfinished"),
}
"""Names under which files and folders are begun, below the content of a workspace and below the workspace."""


def left_over(place: Place, store: FileStore, wanted: Collection[str]) -> tuple[str, ...]:
    """Find files that nothing refers to.

    What another process is writing at this moment is found as well.

    Parameters
    ----------
    place : Place
        Where the content of the workspace lies.
    store : FileStore
        Its files.
    wanted : collection of str
        Keys of all files that something refers to.

    Returns
    -------
    tuple of str
        One sentence each.
    """
    orphans = (f"The stored file {sha256} belongs to nothing." for sha256 in store.orphans(wanted))
    begun = sorted(set(_begun(place.root, "root")) | set(_begun(place.directory, "directory")))
    return (*orphans, *(f"{path} was begun and not finished." for path in begun))


def _begun(directory: Path, kind: str) -> Iterator[Path]:
    for pattern in _BEGUN[kind]:
        yield from directory.glob(pattern)
