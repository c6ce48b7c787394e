"""Keys under a passphrase, sealed files, and the rules for passphrases."""

from __future__ import annotations

import io
import json
import unicodedata
from pathlib import Path

import pytest

from core.errors import IntegrityFailure, NotFound, PassphraseRefused, UsageError, WorkspaceUnusable
from core.storage.files import FileStore
from core.storage.protection import keys as keys_module
from core.storage.protection import sealing
from core.storage.protection.keys import Keys, read_keys, write_keys
from core.storage.protection.passphrases import check_new, read_passphrase
from core.storage.protection.sealing import Seal

PASSPHRASE = "five words of a café"


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Derive keys fast; what is tested does not depend on the cost."""
    monkeypatch.setattr(keys_module, "N", 1 << 4)


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    path = tmp_path / "protected" / "keys.json"
    path.parent.mkdir()
    return path


@pytest.fixture
def seal() -> Seal:
    return Seal(bytes(range(32)), bytes(range(32, 64)))


def test_keys_open_with_their_passphrase_however_its_letters_are_composed(key_file: Path) -> None:
    keys = write_keys(key_file, Keys.fresh(), PASSPHRASE)
    for form in ("NFC", "NFD"):
        assert read_keys(key_file, unicodedata.normalize(form, PASSPHRASE)).data_key == keys.data_key
    assert key_file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("wrong", ["", PASSPHRASE + " ", PASSPHRASE.upper(), "x" * 5000])
def test_another_passphrase_is_refused_in_one_sentence_that_says_no_more(key_file: Path, wrong: str) -> None:
    write_keys(key_file, Keys.fresh(), PASSPHRASE)
    before = key_file.read_bytes()
    with pytest.raises(PassphraseRefused, match=r"^The passphrase does not open the workspace .*\.$"):
        read_keys(key_file, wrong)
    assert key_file.read_bytes() == before


def test_another_passphrase_keeps_the_data_key_and_takes_a_new_salt(key_file: Path) -> None:
    keys = write_keys(key_file, Keys.fresh(), PASSPHRASE)
    first = json.loads(key_file.read_bytes())
    assert write_keys(key_file, keys, "another one of five words").data_key == keys.data_key
    second = json.loads(key_file.read_bytes())
    assert first["salt"] != second["salt"]
    assert first["nonce"] != second["nonce"]
    assert read_keys(key_file, "another one of five words").data_key == keys.data_key
    with pytest.raises(PassphraseRefused):
        read_keys(key_file, PASSPHRASE)


@pytest.mark.parametrize("name", ["n", "r", "p", "salt", "nonce", "wrapped_key"])
def test_a_changed_field_of_the_key_file_opens_nothing(key_file: Path, name: str) -> None:
    write_keys(key_file, Keys.fresh(), PASSPHRASE)
    record = json.loads(key_file.read_bytes())
    value = record[name]
    record[name] = value * 2 if isinstance(value, int) else ("1" if value[0] == "0" else "0") + value[1:]
    key_file.write_text(json.dumps(record), encoding="utf-8")
    with pytest.raises(PassphraseRefused):
        read_keys(key_file, PASSPHRASE)


@pytest.mark.parametrize(
    "change",
    [
        {"n": 1 << 40},
        {"n": 3},
        {"n": True},
        {"r": 1 << 20},
        {"p": 1000},
        {"format": 2},
        {"kdf": "none"},
        {"salt": "zz"},
        {"wrapped_key": ""},
        {"extra": 1},
    ],
)
def test_a_key_file_that_asks_for_the_impossible_is_called_damaged(
    key_file: Path, change: dict[str, object]
) -> None:
    write_keys(key_file, Keys.fresh(), PASSPHRASE)
    key_file.write_text(json.dumps(json.loads(key_file.read_bytes()) | change), encoding="utf-8")
    with pytest.raises(IntegrityFailure, match="damaged"):
        read_keys(key_file, PASSPHRASE)


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"\xff\xfe"])
def test_a_key_file_that_is_none_is_called_damaged(key_file: Path, content: bytes) -> None:
    key_file.write_bytes(content)
    with pytest.raises(IntegrityFailure, match="damaged"):
        read_keys(key_file, PASSPHRASE)


def test_a_missing_key_file_is_named_because_nothing_opens_without_it(key_file: Path) -> None:
    with pytest.raises(WorkspaceUnusable, match=r"keys\.json is missing"):
        read_keys(key_file, PASSPHRASE)


def test_the_keys_of_different_purposes_have_nothing_in_common_and_are_never_shown() -> None:
    keys = Keys.fresh()
    parts = {keys.part(purpose) for purpose in ("database", "files", "names")} | {keys.data_key}
    assert len(parts) == 4
    assert keys.data_key.hex() not in repr(keys)
    assert repr(keys.data_key) not in repr(keys)


@pytest.mark.parametrize("size", [0, 1, 7, 16, 17, 31, 32, 33, 100])
def test_what_was_sealed_comes_out_again_whatever_its_size(
    seal: Seal, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(sealing, "SEGMENT", 16)
    data = bytes(range(size))
    sealed = seal.seal(data, "name")
    assert seal.unseal(sealed, "name") == data
    segments = max(-(-size // 16), 1)
    assert len(sealed) == 8 + 32 + size + 16 * segments
    assert list(map(len, seal.segments(io.BytesIO(sealed), "name")))[:-1] == [16] * (segments - 1)


def test_a_stream_of_odd_pieces_is_sealed_like_the_whole(seal: Seal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "SEGMENT", 16)
    out = io.BytesIO()
    with seal.writer(out, "name") as writer:
        for start in range(0, 100, 7):
            writer.write(bytes(range(start, min(start + 7, 100))))
    assert seal.unseal(out.getvalue(), "name") == bytes(range(100))


def test_a_change_of_any_byte_and_any_cut_is_found(seal: Seal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "SEGMENT", 16)
    sealed = seal.seal(bytes(range(40)), "name")
    for place in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 1
        with pytest.raises(IntegrityFailure):
            seal.unseal(bytes(changed), "name")
    for length in range(len(sealed)):
        with pytest.raises(IntegrityFailure):
            seal.unseal(sealed[:length], "name")
    with pytest.raises(IntegrityFailure):
        seal.unseal(sealed + b"x", "name")


def test_segments_cannot_change_places_and_files_cannot_change_names(
    seal: Seal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "SEGMENT", 16)
    sealed = seal.seal(bytes(range(48)), "name")
    header, body = sealed[:40], sealed[40:]
    swapped = header + body[32:64] + body[:32] + body[64:]
    for bad, name in ((swapped, "name"), (sealed, "other"), (header + body[:64], "name")):
        with pytest.raises(IntegrityFailure):
            seal.unseal(bad, name)
    with pytest.raises(IntegrityFailure):
        Seal(bytes(32), bytes(32)).unseal(sealed, "name")


def test_a_sealed_store_keeps_reads_lists_and_removes_like_a_plain_one(tmp_path: Path, seal: Seal) -> None:
    store = FileStore(tmp_path / "files", seal)
    key = store.put(b"a picture of somebody" * 100)
    other = store.put(b"another")
    assert store.read(key) == b"a picture of somebody" * 100
    assert store.orphans([key]) == (other,)
    names = [path.name for path in store.paths()]
    assert key not in names
    assert all(b"picture" not in path.read_bytes() for path in store.paths())
    store.remove(other)
    assert store.orphans([key]) == ()
    (path,) = store.paths()
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(IntegrityFailure):
        store.read(key)
    assert store.put(b"a picture of somebody" * 100) == key
    assert store.read(key) == b"a picture of somebody" * 100
    with pytest.raises(NotFound):
        FileStore(tmp_path / "files", Seal(bytes(32), bytes(32))).read(key)


@pytest.mark.parametrize("passphrase", ["", "short", "elevenchars"])
def test_a_short_passphrase_is_refused(passphrase: str) -> None:
    with pytest.raises(UsageError, match="at least 12 characters"):
        check_new(passphrase)


@pytest.mark.parametrize(
    ("content", "passphrase"),
    [(b"one two three", "one two three"), (b" kept blanks \r\n", " kept blanks "), ("ü\n".encode(), "ü")],
)
def test_a_passphrase_file_gives_its_one_line(tmp_path: Path, content: bytes, passphrase: str) -> None:
    (tmp_path / "file").write_bytes(content)
    assert read_passphrase(tmp_path / "file") == passphrase


@pytest.mark.parametrize("content", [b"", b"\n", b"one\ntwo\n", b"\xff\xfe", b"x" * 5000, None])
def test_a_passphrase_file_that_is_unfit_is_refused(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "file").write_bytes(content)
    with pytest.raises(UsageError, match="passphrase file"):
        read_passphrase(tmp_path / "file")
