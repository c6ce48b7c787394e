from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from core.errors import WorkspaceUnusable
from core.storage import database as database_module
from core.storage import record_schema  # noqa: F401  (the tables that it adds)
from core.storage import upgrade as upgrade_module
from core.storage.audit import append as audit_append
from core.storage.audit import problems as audit_problems
from core.storage.database import Database
from core.storage.filesystem import is_network_share
from core.storage.gallery import create_gallery, galleries, remove_gallery
from core.storage.samples import add_samples
from core.storage.schema import Base
from core.storage.upgrade import HEAD, MIGRATIONS, upgrade


def pragma(database: Database, name: str) -> object:
    with database.read() as session:
        return session.connection().exec_driver_sql(f"PRAGMA {name}").scalar_one()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("page_size", 16384),
        ("journal_mode", "wal"),
        ("foreign_keys", 1),
        ("synchronous", 2),
        ("busy_timeout", 30000),
        ("secure_delete", 1),
    ],
)
def test_a_database_is_opened_as_the_design_says(database: Database, name: str, value: object) -> None:
    assert pragma(database, name) == value


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_only_the_owner_may_read_the_files(database: Database, path: Path) -> None:
    with database.write() as session:
        create_gallery(session, "a")
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert modes == dict.fromkeys(["discern.sqlite", "discern.sqlite-wal", "discern.sqlite-shm"], 0o600)
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_what_was_written_is_there_after_closing(path: Path) -> None:
    first = Database.open(path)
    with first.write() as session:
        create_gallery(session, "a")
    first.close()
    second = Database.open(path)
    with second.read() as session:
        assert [one.name for one in galleries(session)] == ["a"]
    assert second.integrity_problems() == ()
    second.close()


def test_a_block_that_raises_leaves_nothing_behind(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.write() as session:
        len(create_gallery(session, "half").name) / 0
    with database.read() as session:
        assert galleries(session) == ()


def test_a_process_that_dies_in_a_transaction_leaves_nothing_behind(database: Database, path: Path) -> None:
    script = (
        "import os, sys; from pathlib import Path; from core.storage.database import Database;"
        "from core.storage.gallery import create_gallery;"
        "session = Database.open(Path(sys.argv[1])).write().__enter__();"
        "create_gallery(session, 'half'); os._exit(9)"
    )
    assert subprocess.run([sys.executable, "-c", script, str(path)], check=False).returncode == 9
    with database.read() as session:
        assert galleries(session) == ()
    assert database.integrity_problems() == ()


def test_a_reading_session_cannot_write(database: Database) -> None:
    with pytest.raises(WorkspaceUnusable, match="readonly"), database.read() as session:
        create_gallery(session, "a")


def test_a_reader_sees_one_state_while_another_writes(database: Database) -> None:
    with database.read() as reader:
        assert galleries(reader) == ()
        with database.write() as writer:
            create_gallery(writer, "later")
        reader.expire_all()
        assert galleries(reader) == ()


def test_two_processes_and_two_threads_write_without_losing_anything(database: Database, path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from core.storage.database import Database;"
        "from core.storage.gallery import create_gallery; from core.storage.audit import append\n"
        "database = Database.open(Path(sys.argv[1]))\n"
        "for i in range(15):\n"
        "    with database.write() as session:\n"
        "        create_gallery(session, f'{sys.argv[2]}-{i}')\n"
        "        append(session, 'x', 'gallery.create', {'i': i})\n"
    )
    processes = [subprocess.Popen([sys.executable, "-c", script, str(path), name]) for name in ("one", "two")]
    failures: list[BaseException] = []

    def work(name: str) -> None:
        try:
            for i in range(15):
                with database.write() as session:
                    create_gallery(session, f"{name}-{i}")
                    audit_append(session, "x", "gallery.create", {"i": i})
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(name,)) for name in ("three", "four")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [process.wait() for process in processes] == [0, 0]
    assert failures == []
    with database.read() as session:
        assert len(galleries(session)) == 60
        assert audit_problems(session) == ()
    assert database.integrity_problems() == ()


def test_processes_that_open_a_new_workspace_together_all_succeed(path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from core.storage.database import Database;"
        "Database.open(Path(sys.argv[1])).close()"
    )
    processes = [subprocess.Popen([sys.executable, "-c", script, str(path)]) for _ in range(4)]
    assert [process.wait() for process in processes] == [0] * 4


def test_a_writer_that_waits_too_long_is_told_in_a_sentence(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "BUSY_SECONDS", 0.05)
    opened = Database.open(path)
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(WorkspaceUnusable, match="in use by another program"), opened.write():
            pass
    opened.close()


@pytest.mark.parametrize("content", [b"GIF89a" * 40, b"SQLite format 4\x00" * 30, b"x"])
def test_a_file_that_is_no_database_is_refused_and_left_alone(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(WorkspaceUnusable, match="no SQLite database"):
        Database.open(path)
    assert path.read_bytes() == content


def test_a_damaged_database_is_refused(path: Path) -> None:
    Database.open(path).close()
    content = bytearray(path.read_bytes())
    content[100:12000] = bytes(11900)
    path.write_bytes(content)
    with pytest.raises(WorkspaceUnusable, match=r"damaged|cannot be used"):
        Database.open(path)


def test_damage_behind_the_first_page_is_reported(path: Path) -> None:
    Database.open(path).close()
    content = bytearray(path.read_bytes())
    content[3 * 16384 : 3 * 16384 + 200] = b"\xff" * 200
    path.write_bytes(content)
    opened = Database.open(path)
    assert opened.integrity_problems() != ()
    opened.close()


def test_the_database_of_another_program_is_refused(path: Path) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE songs (title TEXT)")
    with pytest.raises(WorkspaceUnusable, match="another program"):
        Database.open(path)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="needs a user whom modes bind")
def test_a_directory_that_cannot_be_written_is_told_in_a_sentence(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(WorkspaceUnusable, match="Permission denied"):
        Database.open(tmp_path / "w" / "discern.sqlite")
    tmp_path.chmod(0o700)


def test_a_path_below_a_file_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(WorkspaceUnusable, match="cannot be used"):
        Database.open(tmp_path / "file" / "discern.sqlite")


def test_on_a_network_share_the_log_is_not_used_and_the_user_is_told(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "is_network_share", lambda path: True)
    opened = Database.open(path)
    assert pragma(opened, "journal_mode") == "delete"
    assert len(opened.notes) == 1
    assert "network share" in opened.notes[0]
    opened.close()


def test_a_local_workspace_has_no_notes(database: Database) -> None:
    assert database.notes == ()


@pytest.mark.parametrize(
    ("place", "shared"),
    [("/home/a/w", False), ("/mnt/team/w", True), ("/mnt/team files/w", True), ("/mnt/teams/w", False)],
)
def test_a_network_share_is_known_by_its_mount(tmp_path: Path, place: str, shared: bool) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(
        "/dev/sda1 / ext4 rw 0 0\nserver:/x /mnt/team nfs4 rw 0 0\n//s/y /mnt/team\\040files cifs rw 0 0\n"
    )
    assert is_network_share(Path(place), mounts) is shared


def test_without_a_table_of_mounts_a_path_counts_as_local(tmp_path: Path) -> None:
    assert not is_network_share(tmp_path, tmp_path / "absent")


def test_the_migrations_make_exactly_the_tables_of_the_schema(database: Database, path: Path) -> None:
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()


def test_the_wanted_revision_is_the_last_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def test_a_newer_schema_is_refused_and_left_alone(path: Path) -> None:
    Database.open(path).close()
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("UPDATE alembic_version SET version_num = '9999'")
    before = path.read_bytes()
    with pytest.raises(WorkspaceUnusable, match="newer version of Discern"):
        Database.open(path)
    assert path.read_bytes() == before


NEXT = """
import sqlalchemy as sa
from alembic import op
revision = "0005"
down_revision = "0004"
def upgrade():
    with op.batch_alter_table("galleries", recreate="always") as batch:
        batch.add_column(sa.Column("colour", sa.Text(), nullable=True))
    {fails}
"""


@pytest.fixture
def next_migrations(tmp_path: Path) -> Path:
    target = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, target, ignore=shutil.ignore_patterns("__pycache__"))
    (target / "versions" / "0005_next.py").write_text(NEXT.format(fails=""))
    return target


def fill(path: Path, make_sample: object) -> None:
    opened = Database.open(path)
    with opened.write() as session:
        add_samples(session, "a", "Ada", [make_sample()])  # type: ignore[operator]
    opened.close()


def test_an_older_schema_is_copied_verified_and_brought_up_to_date(
    path: Path, next_migrations: Path, make_sample: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(path, make_sample)
    copies: list[Path | None] = []
    monkeypatch.setattr(
        database_module,
        "upgrade",
        lambda engine, file: copies.append(upgrade(engine, file, "0005", next_migrations)),
    )
    opened = Database.open(path)
    with opened.read() as session:
        assert [one.subjects for one in galleries(session)] == [1], "a table rebuilt must not cascade"
    assert opened.integrity_problems() == ()
    opened.close()
    (copy,) = copies
    assert copy is not None
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert not copy.with_name(copy.name + "-wal").exists()
    with closing(sqlite3.connect(copy)) as old, closing(sqlite3.connect(path)) as new:
        assert old.execute("SELECT version_num FROM alembic_version").fetchall() == [("0004",)]
        assert old.execute("SELECT name FROM subjects").fetchall() == [("Ada",)]
        assert new.execute("SELECT version_num FROM alembic_version").fetchall() == [("0005",)]
        assert new.execute("SELECT colour FROM galleries").fetchall() == [(None,)]


def test_a_migration_that_fails_leaves_the_file_as_it_was(
    path: Path, next_migrations: Path, make_sample: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(path, make_sample)
    script = next_migrations / "versions" / "0005_next.py"
    script.write_text(NEXT.format(fails="op.execute('INSERT INTO nowhere VALUES (1)')"))
    monkeypatch.setattr(
        database_module, "upgrade", lambda engine, file: upgrade(engine, file, "0005", next_migrations)
    )
    with pytest.raises(WorkspaceUnusable, match="nowhere"):
        Database.open(path)
    monkeypatch.undo()
    opened = Database.open(path)
    with opened.read() as session:
        assert [one.subjects for one in galleries(session)] == [1]
    opened.close()


def test_no_migration_runs_when_the_copy_is_not_sound(
    path: Path, next_migrations: Path, make_sample: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(path, make_sample)
    counts = iter([{"galleries": 1}, {"galleries": 0}])
    monkeypatch.setattr(upgrade_module, "_rows", lambda connection: next(counts))
    monkeypatch.setattr(
        database_module, "upgrade", lambda engine, file: upgrade(engine, file, "0005", next_migrations)
    )
    with pytest.raises(WorkspaceUnusable, match="could not be copied soundly"):
        Database.open(path)
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("SELECT version_num FROM alembic_version").fetchall() == [("0004",)]


def test_a_checkpoint_leaves_nothing_of_a_removed_gallery_in_any_file(database: Database, path: Path) -> None:
    with database.write() as session:
        create_gallery(session, "a name to forget")
    database.checkpoint()
    assert b"a name to forget" in path.read_bytes()
    with database.write() as session:
        remove_gallery(session, "a name to forget")
    database.checkpoint()
    for file in path.parent.iterdir():
        assert b"a name to forget" not in file.read_bytes()


def test_opening_imports_neither_torch_nor_alembic_when_the_schema_is_current(
    database: Database, path: Path
) -> None:
    script = (
        "import sys; from pathlib import Path; from core.storage.database import Database;"
        "from core.storage import audit, cases, evidence, files, samples, searches, subjects\n"
        "Database.open(Path(sys.argv[1])).close()\n"
        "sys.exit(bool({'torch', 'alembic', 'PySide6'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", script, str(path)], check=False).returncode == 0
