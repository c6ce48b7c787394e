"""Connections to database files: plain ones by SQLite, encrypted ones by SQLCipher."""

from __future__ import annotations

import os
import sqlite3
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

from core.errors import ModelUnavailable
from core.storage.names import fold

PAGE_SIZE = 16384
"""Bytes of a page; at the default of 4096 a table of 2 kB vectors takes twice the room."""

MAGIC = b"SQLite format 3\x00"
"""How a plain database begins; an encrypted one begins with its salt."""


@dataclass(frozen=True, slots=True)
class Connector:
    """Opens the files of one workspace.

    Attributes
    ----------
    key : bytes or None
        Of an encrypted workspace: 32 bytes, SQLCipher's raw key.
    """

    key: bytes | None = field(default=None, repr=False)

    @property
    def driver(self) -> ModuleType:
        """The module that speaks to the file, with the interface of `sqlite3`.

        Raises
        ------
        ModelUnavailable
            If SQLCipher is needed and not installed.
        """
        if self.key is None:
            return sqlite3
        try:
            from sqlcipher3 import dbapi2
        except ImportError as error:
            raise ModelUnavailable(
                "An encrypted workspace needs the package sqlcipher3: install discern[protected]."
            ) from error
        return dbapi2  # type: ignore[no-any-return]

    def connect(self, path: Path, seconds: float) -> sqlite3.Connection:
        """Open a connection that begins no transaction by itself and any thread may use.

        Parameters
        ----------
        path : Path
            The file.
        seconds : float
            How long it waits for another writer.

        Returns
        -------
        sqlite3.Connection
            Or SQLCipher's, which has the same interface.
        """
        connection: sqlite3.Connection = self.driver.connect(
            os.fspath(path), timeout=seconds, isolation_level=None, check_same_thread=False
        )
        if self.key is not None:
            unlock(connection, self.key)
        connection.create_function("fold", 1, fold, deterministic=True)
        connection.execute(f"PRAGMA page_size = {PAGE_SIZE}")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA secure_delete = ON")
        return connection


def unlock(connection: sqlite3.Connection, key: bytes) -> None:
    """Give a fresh connection the key of its file.

    Parameters
    ----------
    connection : sqlite3.Connection
        SQLCipher's; it has not read anything yet.
    key : bytes
        32 bytes.

    Raises
    ------
    ModelUnavailable
        If the driver was built without encryption: it would write everything in plain.
    """
    # Its complaints on standard error repeat what the exception says.
    connection.execute("PRAGMA cipher_log_level = NONE").fetchall()
    connection.execute(f"PRAGMA key = {key_literal(key)}").fetchall()
    if not connection.execute("PRAGMA cipher_version").fetchall():
        raise ModelUnavailable("The package sqlcipher3 on this machine was built without encryption.")
    connection.execute(f"PRAGMA cipher_page_size = {PAGE_SIZE}").fetchall()
    connection.execute("PRAGMA temp_store = MEMORY").fetchall()


def key_literal(key: bytes) -> str:
    """Return a raw key as SQLCipher reads it in a statement."""
    return f"\"x'{key.hex()}'\""
