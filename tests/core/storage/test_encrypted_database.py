"""An encrypted database works like a plain one, holds nothing in plain, and is made of a plain one whole."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from core.errors import Conflict, IntegrityFailure, ModelUnavailable, WorkspaceUnusable
from core.storage import audit
from core.storage import database as database_module
from core.storage import upgrade as upgrade_module
from core.storage.connecting import PAGE_SIZE, Connector
from core.storage.database import Database
from core.storage.gallery import create_gallery, galleries
from core.storage.protection import converting, moving
from core.storage.protection import keys as keys_module
from core.storage.protection.moving import protect, remove_plain
from core.storage.protection.pages import pages
from core.storage.protection.place import Place, is_protected
from core.storage.samples import NewSample, add_samples
from core.storage.upgrade import HEAD, MIGRATIONS

KEY = bytes(range(32))
PASSPHRASE = "correct horse battery staple"
NAME = "Jörg Nobody"


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Derive keys fast; what is tested does not depend on the cost."""
    monkeypatch.setattr(keys_module, "N", 1 << 4)


@pytest.fixture
def encrypted(path: Path) -> Iterator[Database]:
    opened = Database.open(path, Connector(KEY))
    yield opened
    opened.close()


@pytest.fixture
def plain(tmp_path: Path, make_sample: Callable[..., NewSample]) -> Place:
    """A plain workspace, closed, with a gallery, a log, a kept file, an index and a copy from an upgrade."""
    place = Place.of(tmp_path / "workspace")
    database = Database.open(place.database)
    with database.write() as session:
        add_samples(session, "default", NAME, [make_sample("one"), make_sample("two")])
        audit.append(session, "me", "subject.add", {"name": NAME})
    database.close()
    place.files().put(b"picture of " + NAME.encode())
    place.index.mkdir()
    (place.index / "0123.idx").write_bytes(b"vectors")
    shutil.copy(place.database, place.database.with_name("discern-schema-0002-2026.db"))
    return place


def encrypt(place: Place) -> Place:
    """Encrypt it, with its entry in the log."""
    return protect(place, PASSPHRASE, lambda session: audit.append(session, "me", "workspace.protect", {}))


def everything(directory: Path) -> bytes:
    return b"".join(file.read_bytes() for file in directory.rglob("*") if file.is_file())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("page_size", 16384),
        ("journal_mode", "wal"),
        ("foreign_keys", 1),
        ("synchronous", 2),
        ("busy_timeout", 30000),
        ("secure_delete", 1),
        ("temp_store", 2),
    ],
)
def test_it_is_opened_as_a_plain_one_is_and_spills_nothing(
    encrypted: Database, name: str, value: object
) -> None:
    with encrypted.read() as session:
        found = session.connection().exec_driver_sql(f"PRAGMA {name}").scalar_one()
        # SQLCipher gives the size of a page as text.
        assert str(found) == str(value)


def test_neither_the_file_nor_its_log_holds_a_name(encrypted: Database, path: Path) -> None:
    with encrypted.write() as session:
        create_gallery(session, NAME)
    names = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert names == dict.fromkeys([path.name, f"{path.name}-wal", f"{path.name}-shm"], 0o600)
    raw = everything(path.parent)
    assert NAME.encode() not in raw
    assert b"SQLite format" not in raw
    assert b"galleries" not in raw


def test_its_pages_and_log_are_deciphered_by_another_route(encrypted: Database, path: Path) -> None:
    with encrypted.write() as session:
        create_gallery(session, NAME)
    log = path.with_name(f"{path.name}-wal")
    assert NAME.encode() in b"".join(pages(log, KEY))
    encrypted.checkpoint()
    found = list(pages(path, KEY))
    assert NAME.encode() in b"".join(found)
    assert len(found) == path.stat().st_size // PAGE_SIZE
    assert NAME.encode() not in b"".join(pages(path, bytes(32)))


def test_the_log_stays_append_only_and_rows_stay_consistent(encrypted: Database) -> None:
    with encrypted.write() as session:
        audit.append(session, "me", "gallery.create", {})
    with pytest.raises(IntegrityError, match="audit log"), encrypted.write() as session:
        session.connection().exec_driver_sql("DELETE FROM audit_log")
    with pytest.raises(IntegrityError), encrypted.write() as session:
        session.connection().exec_driver_sql(
            "INSERT INTO subjects (gallery_id, name, created) VALUES (99, 'x', 'y')"
        )
    assert encrypted.integrity_problems() == ()


@pytest.mark.parametrize("connector", [Connector(bytes(32)), Connector()])
def test_another_key_or_none_opens_nothing_and_changes_nothing(
    encrypted: Database, path: Path, connector: Connector
) -> None:
    encrypted.close()
    before = path.read_bytes()
    with pytest.raises(WorkspaceUnusable):
        Database.open(path, connector)
    assert path.read_bytes() == before


def test_a_changed_page_is_found(encrypted: Database, path: Path) -> None:
    with encrypted.write() as session:
        create_gallery(session, NAME)
    encrypted.checkpoint()
    encrypted.close()
    data = bytearray(path.read_bytes())
    data[PAGE_SIZE + 100] ^= 1
    path.write_bytes(data)
    with pytest.raises(WorkspaceUnusable):
        Database.open(path, Connector(KEY))


def test_two_processes_may_use_one_at_a_time_each(encrypted: Database, path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from core.storage.database import Database;"
        "from core.storage.connecting import Connector; from core.storage.gallery import create_gallery;\n"
        "database = Database.open(Path(sys.argv[1]), Connector(bytes(range(32))))\n"
        "with database.write() as session: create_gallery(session, 'theirs')\n"
    )
    with encrypted.write() as session:
        create_gallery(session, "ours")
    subprocess.run([sys.executable, "-c", code, str(path)], check=True)
    with encrypted.read() as session:
        assert [one.name for one in galleries(session)] == ["ours", "theirs"]


def test_an_older_schema_is_copied_encrypted_before_it_is_changed(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Database.open(path, Connector(KEY)).close()
    migrations = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, migrations, ignore=shutil.ignore_patterns("__pycache__"))
    (migrations / "versions" / "9999_next.py").write_text(
        f"from alembic import op\nrevision = '9999'\ndown_revision = '{HEAD}'\n"
        "def upgrade():\n    op.execute('CREATE TABLE later (id INTEGER PRIMARY KEY)')\n"
    )
    monkeypatch.setattr(
        database_module,
        "upgrade",
        lambda engine, file: upgrade_module.upgrade(engine, file, "9999", migrations),
    )
    Database.open(path, Connector(KEY)).close()
    (copy,) = path.parent.glob(f"*-schema-{HEAD}-*")
    assert b"alembic" not in everything(path.parent)
    for file, revision in ((copy, HEAD), (path, "9999")):
        with closing(Connector(KEY).connect(file, 1.0)) as connection:
            query = "SELECT version_num FROM alembic_version"
            assert connection.execute(query).fetchall() == [(revision,)]


def test_without_the_package_one_sentence_names_what_to_install(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "sqlcipher3", None)
    with pytest.raises(ModelUnavailable, match=r"discern\[protected\]"):
        Database.open(path, Connector(KEY))
    with pytest.raises(ModelUnavailable, match=r"sqlcipher3.*discern\[protected\]"):
        keys_module.require_packages()


def test_a_plain_workspace_is_encrypted_whole_and_nothing_of_it_stays_in_plain(plain: Place) -> None:
    place = encrypt(plain)
    remove_plain(place)
    assert is_protected(plain.directory)
    assert [file.name for file in plain.directory.iterdir()] == ["protected"]
    raw = everything(plain.directory)
    assert not [text for text in (NAME.encode(), b"png of", b"picture of", b"SQLite format") if text in raw]
    again = Place.of(plain.directory, PASSPHRASE)
    database = Database.open(again.database, again.connector)
    with database.read() as session:
        (gallery,) = galleries(session)
        assert (gallery.subjects, gallery.samples) == (1, 2)
        assert [entry.action for entry in audit.entries(session)] == ["subject.add", "workspace.protect"]
        assert audit.problems(session) == ()
    assert database.integrity_problems() == ()
    (key,) = again.files().orphans([])
    assert again.files().read(key) == b"picture of " + NAME.encode()
    (copy,) = again.root.glob("discern-schema-*")
    assert NAME.encode() in b"".join(again.content(copy))
    modes = {stat.S_IMODE(file.stat().st_mode) for file in plain.directory.rglob("*")}
    assert modes == {0o600, 0o700}
    database.close()


def test_a_workspace_that_another_program_has_open_is_not_encrypted(plain: Place) -> None:
    code = (
        "import sys; from pathlib import Path; from core.storage.database import Database\n"
        "database = Database.open(Path(sys.argv[1]))\n"
        "with database.read() as session: session.connection()\n"
        "print('open', flush=True); sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(plain.database)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "open\n"
        with pytest.raises(WorkspaceUnusable, match="open in another program"):
            encrypt(plain)
        other.communicate("")
    assert not is_protected(plain.directory)
    assert not list(plain.directory.glob("protecting-*"))
    remove_plain(encrypt(plain))
    assert is_protected(plain.directory)


def test_whoever_waited_for_the_plain_database_is_told_to_open_it_again(
    plain: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    late: list[str] = []
    retire = converting.retire

    def _retire(alone: sqlite3.Connection) -> None:
        retire(alone)
        # The lock is gone with its connection; the file is still there, as it is for a program that has it.
        shutil.copy(plain.database, plain.directory / "kept.db")

    monkeypatch.setattr(moving, "retire", _retire)
    encrypt(plain)
    with pytest.raises(WorkspaceUnusable, match="encrypted meanwhile"):
        late.append(str(Database.open(plain.directory / "kept.db")))
    assert not late


def test_a_damaged_file_stops_the_encryption_and_the_workspace_stays_plain(plain: Place) -> None:
    (path,) = plain.files().paths()
    path.write_bytes(b"other")
    with pytest.raises(IntegrityFailure):
        encrypt(plain)
    assert not is_protected(plain.directory)
    database = Database.open(plain.database)
    with database.read() as session:
        assert [entry.action for entry in audit.entries(session)] == ["subject.add"]
    database.close()
    assert not list(plain.directory.glob("protecting-*"))


def test_a_plain_database_of_another_history_is_never_removed(plain: Place, tmp_path: Path) -> None:
    kept = tmp_path / "kept.db"
    shutil.copy(plain.database, kept)
    place = encrypt(plain)
    shutil.copy(kept, plain.database)
    other = Database.open(plain.database)
    with other.write() as session:
        audit.append(session, "me", "written.since", {})
    other.close()
    with pytest.raises(WorkspaceUnusable, match="another history"):
        remove_plain(place)
    assert plain.database.exists()


STAGES = ("sealing", "converting", "logging", "renaming", "retiring", "removing", "unlinking")

KILLED = """
import os, signal, sys
from pathlib import Path
from core.storage import audit
from core.storage.protection import keys, moving
from core.storage.protection.place import Place

keys.N = 1 << 4
stage, directory = sys.argv[1], Path(sys.argv[2])

def die(*arguments, **named):
    os.kill(os.getpid(), signal.SIGKILL)

def after(function):
    def both(*arguments, **named):
        function(*arguments, **named)
        die()
    return both

if stage == "sealing":
    moving._seal_files = after(moving._seal_files)
elif stage == "converting":
    moving.convert = after(moving.convert)
elif stage == "renaming":
    os.rename = after(os.rename)
elif stage == "retiring":
    moving.retire = after(moving.retire)
elif stage == "removing":
    moving.check_left_behind = die
elif stage == "unlinking":
    moving._remove_directory = die
log = die if stage == "logging" else lambda session: audit.append(session, "me", "workspace.protect", {})
moving.remove_plain(moving.protect(Place.of(directory), sys.argv[3], log))
"""


@pytest.mark.parametrize("stage", STAGES)
def test_a_kill_at_any_stage_loses_nothing(plain: Place, stage: str) -> None:
    command = [sys.executable, "-c", KILLED, stage, str(plain.directory), PASSPHRASE]
    assert subprocess.run(command, check=False).returncode == -9
    switched = is_protected(plain.directory)
    assert switched == (STAGES.index(stage) >= STAGES.index("renaming"))
    place = Place.of(plain.directory, PASSPHRASE) if switched else encrypt(plain)
    remove_plain(place)
    assert [file.name for file in plain.directory.iterdir()] == ["protected"]
    assert NAME.encode() not in everything(plain.directory)
    database = Database.open(place.database, place.connector)
    with database.read() as session:
        (gallery,) = galleries(session)
        assert (gallery.subjects, gallery.samples) == (1, 2)
        assert [entry.action for entry in audit.entries(session)] == ["subject.add", "workspace.protect"]
    database.close()
    (key,) = place.files().orphans([])
    assert place.files().read(key) == b"picture of " + NAME.encode()


def test_others_wait_while_a_database_is_suspended_and_go_on_with_the_new_one(
    plain: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database.open(plain.database)
    found: list[str] = []

    def _read() -> None:
        with database.read() as session:
            found.extend(one.name for one in galleries(session))

    thread = threading.Thread(target=_read)
    with database.suspended():
        thread.start()
        place = encrypt(plain)
        assert not found
        database.move(place.database, place.connector)
    thread.join()
    assert found == ["default"]
    assert database.path == place.database
    monkeypatch.setattr(database_module, "BUSY_SECONDS", 0.01)
    with database.read(), pytest.raises(Conflict, match="under way"), database.suspended():
        pass
    database.close()


def test_modes_of_a_database_that_was_open_to_others_are_mended(path: Path) -> None:
    Database.open(path).close()
    os.chmod(path, 0o644)
    Database.open(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
