"""A plain database written anew as an encrypted one, compared with it row by row."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import ModuleType

from core.errors import IntegrityFailure, WorkspaceUnusable
from core.storage.connecting import PAGE_SIZE, Connector, key_literal
from core.storage.names import fold
from core.storage.upgrade import MOVED

_SECONDS = 5.0
_ALONE = "plain"
_ROWS = 256


@contextmanager
def plain_alone(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a plain database through SQLCipher and keep every other program out of it.

    Parameters
    ----------
    path : Path
        The plain database; this process has no other connection to it.

    Yields
    ------
    sqlite3.Connection
        SQLCipher's, with the database attached as "plain".

    Raises
    ------
    WorkspaceUnusable
        If another program has it open.
    """
    driver = _driver()
    with closing(driver.connect(":memory:", timeout=_SECONDS, isolation_level=None)) as connection:
        connection.execute("PRAGMA cipher_log_level = NONE").fetchall()
        connection.execute("PRAGMA temp_store = MEMORY").fetchall()
        connection.create_function("fold", 1, fold, deterministic=True)
        try:
            _attach(connection, path, _ALONE, "''")
            connection.execute(f"PRAGMA {_ALONE}.locking_mode = EXCLUSIVE").fetchall()
            # Leaving the write-ahead log takes all that is in it into the file, and needs it alone.
            mode = connection.execute(f"PRAGMA {_ALONE}.journal_mode = DELETE").fetchone()[0]
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("COMMIT")
        except driver.OperationalError as error:
            if "locked" not in str(error):
                raise _as_sqlite(error) from error
            mode = ""
        if str(mode).lower() != "delete":
            raise WorkspaceUnusable(
                f"The workspace {path.parent} is open in another program: close it there, then encrypt it."
            )
        try:
            yield connection
        except driver.Error as error:
            raise _as_sqlite(error) from error


def convert(connection: sqlite3.Connection, source: Path | None, target: Path, key: bytes) -> None:
    """Write a database anew as an encrypted one.

    Parameters
    ----------
    connection : sqlite3.Connection
        As :func:`plain_alone` gives it.
    source : Path or None
        A plain database; None for the one that is attached.
    target : Path
        The encrypted file, which must not be there.
    key : bytes
        32 bytes, its raw key.

    Raises
    ------
    IntegrityFailure
        If what was written is not what was read.
    """
    os.close(os.open(target, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    name = _ALONE if source is None else "copy"
    if source is not None:
        _attach(connection, source, name, "''")
    _attach(connection, target, "target", key_literal(key))
    connection.execute(f"PRAGMA target.cipher_page_size = {PAGE_SIZE}").fetchall()
    connection.execute("SELECT sqlcipher_export('target', ?)", (name,)).fetchall()
    _compare(connection, name, "target")
    connection.execute("DETACH DATABASE target")
    if source is not None:
        connection.execute("DETACH DATABASE copy")


def retire(connection: sqlite3.Connection) -> None:
    """Leave nothing in the plain database that a program waiting for it could take for the workspace.

    It is about to be removed; if this fails, the next opening compares before it removes.

    Parameters
    ----------
    connection : sqlite3.Connection
        As :func:`plain_alone` gives it.
    """
    with contextlib.suppress(_driver().Error):
        connection.execute("BEGIN")
        version = connection.execute(f"PRAGMA {_ALONE}.schema_version").fetchone()[0]
        connection.execute(f"UPDATE {_ALONE}.alembic_version SET version_num = ?", (MOVED,))  # noqa: S608
        connection.execute("PRAGMA writable_schema = ON").fetchall()
        connection.execute(f"DELETE FROM {_ALONE}.sqlite_master WHERE tbl_name <> 'alembic_version'")  # noqa: S608
        connection.execute(f"PRAGMA {_ALONE}.schema_version = {version + 1}").fetchall()
        connection.execute("COMMIT")


def check_left_behind(encrypted: sqlite3.Connection, plain: Path) -> None:
    """Make sure that a plain database holds nothing that the encrypted one lacks.

    Parameters
    ----------
    encrypted : sqlite3.Connection
        Of the encrypted database.
    plain : Path
        The plain one.

    Raises
    ------
    WorkspaceUnusable
        If its audit log ends with an entry that the encrypted one does not have.
    """
    last = "SELECT entry_hash FROM audit_log ORDER BY sequence DESC LIMIT 1"
    try:
        with closing(sqlite3.connect(plain, timeout=_SECONDS)) as connection:
            tables = connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'audit_log'")
            head = connection.execute(last).fetchone() if tables.fetchone()[0] else None
    except sqlite3.Error as error:
        raise WorkspaceUnusable(
            f"The workspace {plain.parent} is encrypted, and the plain database beside it cannot be read "
            f"({error}): move {plain.name} away."
        ) from error
    known = "SELECT count(*) FROM audit_log WHERE entry_hash = ?"
    if head is not None and not encrypted.execute(known, head).fetchone()[0]:
        raise WorkspaceUnusable(
            f"The workspace {plain.parent} is encrypted, but {plain.name} beside it holds entries of another "
            "history: move it away."
        )


def _driver() -> ModuleType:
    """Return SQLCipher, which any key asks for."""
    return Connector(bytes(32)).driver


def _attach(connection: sqlite3.Connection, path: Path, name: str, key: str) -> None:
    connection.execute(f"ATTACH DATABASE ? AS {name} KEY {key}", (os.fspath(path),)).fetchall()


def _compare(connection: sqlite3.Connection, one: str, other: str) -> None:
    objects = "SELECT type, name, tbl_name, sql FROM {0}.sqlite_master ORDER BY type, name"
    if _all(connection, objects.format(one)) != _all(connection, objects.format(other)):
        raise IntegrityFailure("The encrypted database does not have the schema of the plain one.")
    names = [row[0] for row in _all(connection, f"SELECT name FROM {one}.sqlite_master WHERE type = 'table'")]  # noqa: S608
    for name in names:
        cursors = [connection.execute(f'SELECT * FROM {place}."{name}"') for place in (one, other)]  # noqa: S608
        while True:
            rows, copied = (cursor.fetchmany(_ROWS) for cursor in cursors)
            if rows != copied:
                raise IntegrityFailure(f"The table {name} was not encrypted soundly.")
            if not rows:
                break


def _all(connection: sqlite3.Connection, statement: str) -> list[tuple[object, ...]]:
    return connection.execute(statement).fetchall()


def _as_sqlite(error: Exception) -> sqlite3.Error:
    """Return an error of SQLCipher's driver as one of the module that everybody knows."""
    return sqlite3.OperationalError(str(error))
