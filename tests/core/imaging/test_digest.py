"""Hashes of bytes and files."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from core.errors import Cancelled
from core.imaging.digest import hash_bytes, hash_file
from core.progress import Progress


def test_the_empty_string_has_the_published_hash() -> None:
    # FIPS 180-4, SHA-256 of no bytes.
    assert hash_bytes(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize("size", [0, 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1])
def test_a_file_is_hashed_as_a_whole(size: int, tmp_path: Path) -> None:
    data = bytes(range(256)) * (size // 256 + 1)
    path = tmp_path / "file"
    path.write_bytes(data[:size])
    assert hash_file(path) == (hashlib.sha256(data[:size]).hexdigest(), size)


def test_hashing_can_be_stopped(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"x")
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        hash_file(path, progress)
