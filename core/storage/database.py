"""The SQLite file: how it is opened, and the two kinds of transaction that it is used with."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, Connection
from sqlalchemy.exc import DatabaseError, IntegrityError, OperationalError, ProgrammingError
from sqlalchemy.orm import Session

from core.errors import WorkspaceUnusable
from core.storage.connecting import MAGIC, Connector
from core.storage.filesystem import is_network_share, make_private
from core.storage.gate import Gate
from core.storage.upgrade import CONNECTOR, upgrade

BUSY_SECONDS = 30.0
"""How long a writer waits for another one before it gives up."""

_BEGIN = "discern_begin"
_PLAIN = Connector()


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
        self._gate = Gate()
        self._use(path, engine, notes)

    def _use(self, path: Path, engine: Engine, notes: tuple[str, ...]) -> None:
        self.path = path
        self.notes = notes
        self._engine = engine
        self._writer = engine.execution_options(**{_BEGIN: "BEGIN IMMEDIATE"})
        self._bare = engine.execution_options(**{_BEGIN: ""})

    @classmethod
    def open(cls, path: Path, connector: Connector = _PLAIN) -> Database:
        """Open a database, make it when there is none, and bring an older one up to date.

        Parameters
        ----------
        path : Path
            The file. Its directory is made, readable by its owner alone, when it is missing.
        connector : Connector
            Opens its connections; it holds the key of an encrypted one.

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
        return cls(path, *_open_engine(path, connector))

    @contextmanager
    def suspended(self) -> Iterator[None]:
        """Close every connection and keep all other threads waiting until the block ends.

        Yields
        ------
        None
            Once nobody in this process uses the file.

        Raises
        ------
        Conflict
            If a transaction of another thread does not end within `BUSY_SECONDS`.
        """
        with self._gate.alone(BUSY_SECONDS):
            self._engine.dispose()
            yield

    def move(self, path: Path, connector: Connector) -> None:
        """Go on with another file that holds the same; only while :meth:`suspended`.

        Parameters
        ----------
        path : Path
            The file.
        connector : Connector
            Opens its connections.
        """
        self._use(path, *_open_engine(path, connector))

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Give a session that sees one state of the database and cannot change it.

        Yields
        ------
        Session
            Open until the block ends.
        """
        with self._gate.inside(), _in_a_sentence(self.path), Session(self._engine) as session:
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
        with (
            self._gate.inside(),
            _in_a_sentence(self.path),
            Session(self._writer) as session,
            session.begin(),
        ):
            session.connection()
            yield session

    def checkpoint(self) -> None:
        """Move the write-ahead log into the file and empty it, so that nothing removed is left in it."""
        with self._gate.inside(), _in_a_sentence(self.path), self._bare.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").all()

    def rewrite(self) -> None:
        """Write the whole file anew from what is in it, so that its free space holds nothing of the past.

        Raises
        ------
        WorkspaceUnusable
            If somebody else uses the file all the while, or the disk has no room for a second copy.
        """
        with self._gate.inside(), _in_a_sentence(self.path), self._bare.connect() as connection:
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
            with self._gate.inside(), self._bare.connect() as connection:
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


def _open_engine(path: Path, connector: Connector) -> tuple[Engine, tuple[str, ...]]:
    """Return what opens an up to date database, and the notes on where it lies."""
    try:
        make_private(path)
        with path.open("rb") as file:
            start = file.read(len(MAGIC))
    except OSError as error:
        reason = error.strerror or str(error)
        raise WorkspaceUnusable(f"The workspace file {path} cannot be used: {reason}.") from error
    if connector.key is None and start not in (b"", MAGIC):
        raise WorkspaceUnusable(f"The workspace file {path} is no SQLite database.")
    engine = _make_engine(path, connector)
    try:
        with _in_a_sentence(path):
            bare = engine.execution_options(**{_BEGIN: ""})
            notes = _choose_journal(bare, path)
            upgrade(bare, path)
    except BaseException:
        engine.dispose()
        raise
    return engine, notes


def _make_engine(path: Path, connector: Connector) -> Engine:
    """Return an engine whose transactions begin where we say so.

    The driver would begin them by itself, late and only before some statements; the connector turns that off
    and leaves it to the `begin` event here, as SQLAlchemy's documentation of the pysqlite driver advises.
    """
    url = URL.create("sqlite+pysqlite", database=os.fspath(path))
    seconds = BUSY_SECONDS
    engine = create_engine(
        url,
        module=connector.driver,
        creator=lambda: connector.connect(path, seconds),
        execution_options={CONNECTOR: connector},
    )

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
        if isinstance(error, IntegrityError | ProgrammingError):
            raise
        raise WorkspaceUnusable(f"The workspace file {path} is damaged: {error.orig}.") from error
