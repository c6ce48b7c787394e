"""From the schema that a file has to the schema that this program needs."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.engine import Connection

from core.errors import WorkspaceUnusable
from core.storage.connecting import Connector

HEAD = "0004"
"""Revision of the schema in :mod:`core.storage.schema` and :mod:`core.storage.record_schema`."""

MIGRATIONS = Path(__file__).parent / "migrations"

CONNECTOR = "discern_connector"
"""The option of an engine under which its :class:`Connector` is found; without one its file is plain."""

MOVED = "moved"
"""What stands for the revision in a plain database whose content was encrypted and lies elsewhere since."""

_COPY_SECONDS = 30.0


def upgrade(engine: Engine, path: Path, head: str = HEAD, migrations: Path = MIGRATIONS) -> Path | None:
    """Bring a database to a schema, in one transaction.

    Parameters
    ----------
    engine : Engine
        Opens the file; its connections begin no transaction by themselves.
    path : Path
        The file.
    head : str
        The revision wanted.
    migrations : Path
        Directory with alembic's `env.py` and `versions`.

    Returns
    -------
    Path or None
        The verified copy of the file as it was, when an older schema was changed.

    Raises
    ------
    WorkspaceUnusable
        If the schema is newer than `head`, the tables are not ours, or the copy is not sound.
    """
    with engine.connect() as connection:
        if _revision(connection, path) == head:
            return None
        # A migration that rebuilds a table drops the old one, which would cascade.
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        try:
            copy = _upgrade_locked(connection, path, head, migrations)
        except BaseException:
            connection.exec_driver_sql("ROLLBACK")
            raise
        else:
            connection.exec_driver_sql("COMMIT")
        finally:
            connection.exec_driver_sql("PRAGMA foreign_keys = ON")
    return copy


def _upgrade_locked(connection: Connection, path: Path, head: str, migrations: Path) -> Path | None:
    # Another process may have done the work while this one waited for the lock.
    present = _revision(connection, path)
    if present == head:
        return None

    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", os.fspath(migrations).replace("%", "%%"))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if present == MOVED:
        raise WorkspaceUnusable(f"The workspace {path.parent} was encrypted meanwhile: open it again.")
    if present is not None and present not in known:
        raise WorkspaceUnusable(
            f"The workspace file {path} was written by a newer version of Discern (its schema is {present}, "
            f"this version knows {head}); please use that version."
        )
    connector = connection.engine.get_execution_options().get(CONNECTOR, Connector())
    copy = None if present is None else _copy(path, present, connector)
    config.attributes["connection"] = connection
    command.upgrade(config, head)
    dangling = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if dangling:
        raise WorkspaceUnusable(
            f"The workspace file {path} could not be brought up to date; it is unchanged."
        )
    return copy


def _revision(connection: Connection, path: Path) -> str | None:
    tables = set(connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars())
    if not tables:
        return None
    if "alembic_version" not in tables:
        raise WorkspaceUnusable(f"The file {path} is a database of another program.")
    return str(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one())


def _copy(path: Path, revision: str, connector: Connector) -> Path:
    """Copy the file through SQLite, which knows what is still in the log, and read the copy back."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
    copy = path.with_name(f"{path.stem}-schema-{revision}-{stamp}{path.suffix}")
    os.close(os.open(copy, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    with (
        closing(connector.connect(path, _COPY_SECONDS)) as source,
        closing(connector.connect(copy, _COPY_SECONDS)) as target,
    ):
        source.backup(target)
        # A copy that needs no log beside it is a single file, fit to be kept.
        target.execute("PRAGMA journal_mode = DELETE")
        sound = target.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        if not sound or _rows(source) != _rows(target):
            raise WorkspaceUnusable(
                f"The workspace file {path} is older than this version and could not be copied soundly "
                "before a change of its schema; it is unchanged."
            )
    return copy


def _rows(connection: sqlite3.Connection) -> dict[str, int]:
    names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {
        name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608
        for name in names
    }
