"""The SQLite file: how it is opened, and the two kinds of transaction that it is used with."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, Connection
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.orm import Session

from core.errors import WorkspaceUnusable
from core.storage.filesystem import is_network_share, make_private
from core.storage.names import fold
from core.storage.upgrade import upgrade

PAGE_SIZE = 16384
"""Bytes of a page; at the default of 4096 a table of 2 kB vectors takes twice the room."""

BUSY_SECONDS = 30.0
"""How long a writer waits for another one before it gives up."""

_MAGIC = b"SQLite format 3\x00"
_BEGIN = "discern_begin"


class Database:
    """The open database of a workspace; may be shared by any number of threads.

    Several processes may have the same file open. A writer holds the only write lock from its first
    statement on (`BEGIN IMMEDIATE`), so what it read cannot have changed when it writes; readers see the
    state at their first statement and never wait.

    Attributes
    ----------
    path : Path
        The file.
    notes : tuple of str
        What a user should know about where the file lies, one sentence each.
    """

    def __init__(self, path: Path, engine: Engine, notes: tuple[str, ...]) -> None:
        self.path = path
        self.notes = notes
        self._engine = engine
        self._writer = engine.execution_options(**{_BEGIN: "BEGIN IMMEDIATE"})
        self._bare = engine.execution_options(**{_BEGIN: ""})

    @classmethod
    def open(cls, path: Path) -> Database:
        """Open a database, make it when there is none, and bring an older one up to date.

        Parameters
        ----------
        path : Path
            The file. Its directory is made, readable by its owner alone, when it is missing.

        Returns
        -------
        Database
            Ready for use.

        Raises
        ------
        WorkspaceUnusable
            If the file cannot be written, is no SQLite database or another program's, is damaged, or was
            written by a newer version of Discern.
        """
        try:
            make_private(path)
            with path.open("rb") as file:
                start = file.read(len(_MAGIC))
        except OSError as error:
            reason = error.strerror or str(error)
            raise WorkspaceUnusable(f"The workspace file {path} cannot be used: {reason}.") from error
        if start not in (b"", _MAGIC):
            raise WorkspaceUnusable(f"The workspace file {path} is no SQLite database.")
        engine = _make_engine(path)
        try:
            with _in_a_sentence(path):
                bare = engine.execution_options(**{_BEGIN: ""})
                notes = _choose_journal(bare, path)
                upgrade(bare, path)
        except BaseException:
            engine.dispose()
            raise
        return cls(path, engine, notes)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Give a session that sees one state of the database and cannot change it.

        Yields
        ------
        Session
            Open until the block ends.
        """
        with _in_a_sentence(self.path), Session(self._engine) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Give a session whose changes are all on disk when the block ends, or none of them.

        Yields
        ------
        Session
            Holds the write lock until the block ends; committed at its end, rolled back when it raises.

        Raises
        ------
        WorkspaceUnusable
            If another writer holds the lock for longer than `BUSY_SECONDS`, or the disk refuses.
        """
        with _in_a_sentence(self.path), Session(self._writer) as session, session.begin():
            session.connection()
            yield session

    def checkpoint(self) -> None:
        """Move the write-ahead log into the file and empty it, so that nothing removed is left in it."""
        with _in_a_sentence(self.path), self._bare.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").all()

    def rewrite(self) -> None:
        """Write the whole file anew from what is in it, so that its free space holds nothing of the past.

        Raises
        ------
        WorkspaceUnusable
            If somebody else uses the file all the while, or the disk has no room for a second copy.
        """
        with _in_a_sentence(self.path), self._bare.connect() as connection:
            connection.exec_driver_sql("VACUUM")
        self.checkpoint()

    def integrity_problems(self) -> tuple[str, ...]:
        """Check the file with SQLite's own means.

        Returns
        -------
        tuple of str
            One sentence for each problem, empty for a sound file.
        """
        try:
            with self._bare.connect() as connection:
                found = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
                dangling = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        except DatabaseError as error:
            return (f"The workspace file cannot be checked: {error.orig}.",)
        problems = [f"The workspace file is damaged: {line}." for line in found if line != "ok"]
        problems += [
            f"Row {row[1]} of table {row[0]} refers to a missing row of {row[2]}." for row in dangling
        ]
        return tuple(problems)

    def close(self) -> None:
        """Close all connections; the last process to do so removes the write-ahead log."""
        self._engine.dispose()


def _make_engine(path: Path) -> Engine:
    """Return an engine whose transactions begin where we say so.

    The `sqlite3` module would begin them by itself, late and only before some statements; with
    `isolation_level = None` it leaves that to the `begin` event here, as SQLAlchemy's documentation of the
    pysqlite driver advises.
    """
    url = URL.create("sqlite+pysqlite", database=os.fspath(path))
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def configure(connection: sqlite3.Connection, record: Any) -> None:
        connection.isolation_level = None
        connection.create_function("fold", 1, fold, deterministic=True)
        connection.execute(f"PRAGMA page_size = {PAGE_SIZE}")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA secure_delete = ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        statement = connection.get_execution_options().get(_BEGIN, "BEGIN")
        connection.exec_driver_sql(f"PRAGMA query_only = {int(statement == 'BEGIN')}")
        if statement:
            connection.exec_driver_sql(statement)

    return engine


def _choose_journal(engine: Engine, path: Path) -> tuple[str, ...]:
    """Switch to write-ahead logging where the file system can have it; say so where it cannot.

    The log needs memory that all processes share, which two machines on one network share do not have:
    SQLite may not notice, so the file system is asked as well.
    """
    with engine.connect() as connection:
        wanted = "DELETE" if is_network_share(path) else "WAL"
        mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()
        if str(mode).upper() != wanted:
            mode = connection.exec_driver_sql(f"PRAGMA journal_mode = {wanted}").scalar_one()
    if str(mode).upper() == "WAL":
        return ()
    return (
        f"The workspace {path.parent} lies on a network share or another file system without write-ahead "
        "logging: it works, but readers wait for writers, and no other computer should use it meanwhile.",
    )


@contextmanager
def _in_a_sentence(path: Path) -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        reason = str(error.orig)
        if "locked" in reason:
            told = f"The workspace {path.parent} is in use by another program that does not let go of it."
        else:
            told = f"The workspace file {path} cannot be used: {reason}."
        raise WorkspaceUnusable(told) from error
    except DatabaseError as error:
        if isinstance(error.orig, sqlite3.IntegrityError | sqlite3.ProgrammingError):
            raise
        raise WorkspaceUnusable(f"The workspace file {path} is damaged: {error.orig}.") from error
