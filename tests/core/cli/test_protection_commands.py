"""The encryption of a workspace on the command line."""

from __future__ import annotations

import getpass
import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from core.cli import main
from core.storage.protection import keys as keys_module

PASSPHRASE = "correct horse battery staple"


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Derive keys fast, and take nothing from the environment of whoever runs the tests."""
    monkeypatch.setattr(keys_module, "N", 1 << 4)
    monkeypatch.delenv("DISCERN_PASSPHRASE_FILE", raising=False)
    monkeypatch.setattr(sys, "stdin", io.StringIO())


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "passphrase"
    path.write_text(f"{PASSPHRASE}\n", encoding="utf-8")
    return path


@pytest.fixture
def encrypted(tmp_path: Path, file: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """An encrypted workspace with a case."""
    directory = tmp_path / "w"
    assert run(directory, "case", "new", "Kept") == 0
    assert run(directory, "case", "protect", "--new-passphrase-file", file) == 0
    assert "Nobody can recover a lost passphrase" in capsys.readouterr().err
    return directory


def run(directory: Path, *arguments: object, options: tuple[object, ...] = ()) -> int:
    return main([str(part) for part in ("--workspace", directory, *options, *arguments)])


def record(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    return dict(json.loads(capsys.readouterr().out))


def test_a_plain_workspace_says_that_it_is_not_encrypted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path / "w", "case", "protection") == 0
    assert capsys.readouterr().out == "This workspace is not encrypted.\n"


def test_an_encrypted_workspace_says_by_what_and_what_that_does_not_cover(
    encrypted: Path, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(encrypted, "case", "protection", "--json", options=("--passphrase-file", file)) == 0
    told = record(capsys)
    assert told["encrypted"] is True
    assert "scrypt" in told["derivation"]
    assert "SQLCipher" in told["ciphers"]
    assert [phrase for phrase in told["not_covered"] if "training/" in phrase]


def test_the_passphrase_comes_from_the_option_the_environment_or_a_prompt(
    encrypted: Path, file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(encrypted, "case", "list", "--json", options=("--passphrase-file", file)) == 0
    assert record(capsys)["title"] == "Kept"
    monkeypatch.setenv("DISCERN_PASSPHRASE_FILE", str(file))
    assert run(encrypted, "case", "list", "--json") == 0
    assert record(capsys)["title"] == "Kept"
    monkeypatch.delenv("DISCERN_PASSPHRASE_FILE")
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr(getpass, "getpass", lambda prompt, stream: PASSPHRASE)
    assert run(encrypted, "case", "list", "--json") == 0
    assert record(capsys)["title"] == "Kept"
    monkeypatch.setattr(getpass, "getpass", lambda prompt, stream: "")
    assert run(encrypted, "case", "list") == 3


def test_without_it_the_answer_is_one_sentence_and_exit_code_1(
    encrypted: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(encrypted, "case", "list") == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert "is encrypted: name a file with its passphrase" in told.err
    assert told.err.count("\n") == 1
    (tmp_path / "wrong").write_text("something else altogether", encoding="utf-8")
    assert run(encrypted, "case", "list", options=("--passphrase-file", tmp_path / "wrong")) == 1
    told = capsys.readouterr()
    assert told.err == f"The passphrase does not open the workspace {encrypted}.\n"


def test_a_passphrase_for_a_workspace_that_has_none_is_a_usage_error(
    tmp_path: Path, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path / "w", "case", "list", options=("--passphrase-file", file)) == 2
    assert "is not encrypted" in capsys.readouterr().err
    assert not (tmp_path / "w").exists()
    assert run(tmp_path / "w", "case", "passphrase", "--new-passphrase-file", file) == 2


def test_the_passphrase_is_changed(
    encrypted: Path, file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "new").write_text("another one of five words", encoding="utf-8")
    changed = ("case", "passphrase", "--new-passphrase-file", tmp_path / "new")
    assert run(encrypted, *changed, options=("--passphrase-file", file)) == 0
    assert run(encrypted, "case", "list", options=("--passphrase-file", file)) == 1
    assert run(encrypted, "verify", options=("--passphrase-file", tmp_path / "new")) == 0
    assert "No problems" in capsys.readouterr().out


def test_what_cannot_be_encrypted_is_told_and_stays_plain(
    encrypted: Path, file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(encrypted, "case", "protect", "--new-passphrase-file", file) == 2
    assert "encrypted already" in capsys.readouterr().err
    (tmp_path / "short").write_text("short", encoding="utf-8")
    for arguments in (("--new-passphrase-file", tmp_path / "short"), ()):
        assert run(tmp_path / "other", "case", "protect", *arguments) == 2
    assert run(tmp_path / "other", "case", "protection") == 0
    assert capsys.readouterr().out == "This workspace is not encrypted.\n"


def test_a_new_passphrase_is_typed_twice(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter([PASSPHRASE, "with a slip of it", PASSPHRASE, PASSPHRASE])
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr(getpass, "getpass", lambda prompt, stream: next(answers))
    assert run(tmp_path / "w", "case", "protect") == 2
    assert "differ" in capsys.readouterr().err
    assert run(tmp_path / "w", "case", "protect") == 0
    assert (tmp_path / "w" / "protected").is_dir()


def test_the_desk_is_told_the_file_and_never_the_passphrase(
    encrypted: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[list[str]] = []

    def _call(command: list[str]) -> int:
        started.append(command)
        return 0

    monkeypatch.setattr("subprocess.call", _call)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: object())
    assert run(encrypted, "desk", options=("--passphrase-file", file)) == 0
    (command,) = started
    assert command[-2:] == ["--passphrase-file", str(file)]
    assert PASSPHRASE not in " ".join(command)
