"""From a plain workspace to an encrypted one, without a moment in which anything could be lost.

Everything is encrypted into a new directory beside the plain files, read back and compared. The renaming of
that directory to `protected/` is the switch: before it the workspace is plain and whole, after it encrypted
and whole. What is plain is removed afterwards; if a power cut comes between, the next opening removes it.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from sqlalchemy.orm import Session

from core.errors import IntegrityFailure, WorkspaceUnusable
from core.storage.database import Database
from core.storage.files import FileStore
from core.storage.filesystem import WRITING, sync_directory
from core.storage.protection.converting import check_left_behind, convert, plain_alone, retire
from core.storage.protection.keys import Keys, require_packages, write_keys
from core.storage.protection.passphrases import check_new
from core.storage.protection.place import KEYS, PROTECTED, Place

UNFINISHED = "protecting-"
"""How the name of a directory begins in which an encryption is under way, or was when power failed."""


def protect(plain: Place, passphrase: str, log: Callable[[Session], object]) -> Place:
    """Encrypt a plain workspace that nobody has open.

    Parameters
    ----------
    plain : Place
        The workspace; this process has closed its database.
    passphrase : str
        What opens it from now on.
    log : callable
        Called with a session of the encrypted database before the switch, to note it in the audit log.

    Returns
    -------
    Place
        The encrypted workspace; :func:`remove_plain` has to follow.

    Raises
    ------
    UsageError
        If the passphrase is too short.
    ModelUnavailable
        If a package for it is not installed.
    WorkspaceUnusable
        If another program has the workspace open, or the disk refuses; it is plain and whole then.
    IntegrityFailure
        If a kept file is damaged; the workspace is plain and whole then.
    """
    check_new(passphrase)
    require_packages()
    building = plain.directory / f"{UNFINISHED}{secrets.token_hex(8)}"
    try:
        with plain_alone(plain.database) as alone:
            remove_unfinished(plain.directory)
            keys = _build(alone, plain, building, passphrase, log)
            os.rename(building, plain.directory / PROTECTED)
            # From here on the workspace is encrypted, whatever else fails.
            with contextlib.suppress(OSError):
                sync_directory(plain.directory)
            retire(alone)
    except OSError as error:
        raise WorkspaceUnusable(
            f"The workspace {plain.directory} cannot be encrypted: {error.strerror or error}."
        ) from error
    except sqlite3.Error as error:
        raise WorkspaceUnusable(f"The workspace {plain.directory} cannot be encrypted: {error}.") from error
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return Place(plain.directory, plain.directory / PROTECTED, keys)


def remove_unfinished(directory: Path) -> None:
    """Remove what an encryption left that did not come to its switch; nobody has its key."""
    for left in directory.glob(f"{UNFINISHED}*"):
        shutil.rmtree(left, ignore_errors=True)


def remove_plain(place: Place) -> None:
    """Remove what is still there in plain of a workspace that is encrypted.

    Nothing is removed that the encrypted workspace does not hold.

    Parameters
    ----------
    place : Place
        The encrypted workspace.

    Raises
    ------
    WorkspaceUnusable
        If a plain database holds what the encrypted one does not, or a file cannot be removed.
    IntegrityFailure
        If a kept file is damaged.
    """
    plain = Place(place.directory, place.directory)
    databases = _databases(plain)
    if not databases and not plain.index.is_dir() and not (plain.root / "files").is_dir():
        return
    if plain.database.exists():
        with closing(place.connector.connect(place.database, 0.0)) as connection:
            check_left_behind(connection, plain.database)
    try:
        _seal_files(plain, place.files(), remove=True)
        for path in databases:
            for suffix in ("-wal", "-shm", "-journal", ""):
                path.with_name(path.name + suffix).unlink(missing_ok=True)
        for kind in (plain.index, plain.root / "files"):
            _remove_directory(kind)
    except OSError as error:
        raise WorkspaceUnusable(
            f"The workspace {place.directory} is encrypted, but {error.filename} is still there in plain and "
            f"cannot be removed: {error.strerror or error}."
        ) from error


def _build(
    alone: sqlite3.Connection,
    plain: Place,
    building: Path,
    passphrase: str,
    log: Callable[[Session], object],
) -> Keys:
    building.mkdir(mode=0o700)
    keys = write_keys(building / KEYS, Keys.fresh(), passphrase)
    place = Place(plain.directory, building, keys)
    place.index.mkdir(mode=0o700)
    _seal_files(plain, place.files(), remove=False)
    key = keys.part("database")
    for path in _databases(plain):
        convert(alone, None if path == plain.database else path, building / path.name, key)
    database = Database.open(place.database, place.connector)
    try:
        with database.write() as session:
            log(session)
        database.checkpoint()
        problems = database.integrity_problems()
    finally:
        database.close()
    if problems:
        raise IntegrityFailure(problems[0])
    for path in sorted(building.rglob("*")):
        if path.is_dir():
            sync_directory(path)
    sync_directory(building)
    return keys


def _databases(plain: Place) -> list[Path]:
    """Return the database and the copies of it that were made before upgrades."""
    database = plain.database
    copies = sorted(plain.root.glob(f"{database.stem}-schema-*{database.suffix}"))
    return [path for path in (database, *copies) if path.is_file()]


def _seal_files(plain: Place, sealed: FileStore, *, remove: bool) -> None:
    """Keep every plain file sealed as well, verified; one that was damaged before is refused, not hidden."""
    for path in plain.files().paths():
        sealed.put_file(path, path.name)
        if remove:
            path.unlink()


def _remove_directory(directory: Path) -> None:
    """Remove a directory of the plain workspace; what somebody else put there stays, and so does it."""
    for path in _own_files(directory):
        path.unlink(missing_ok=True)
    for path in sorted((*directory.glob("??"), directory), reverse=True):
        with contextlib.suppress(OSError):
            path.rmdir()


def _own_files(directory: Path) -> Iterator[Path]:
    if directory.name == "index":
        yield from directory.glob("*.idx")
        yield from directory.glob(".*.idx-*")
    else:
        yield from directory.glob(f"??/{WRITING}*")
