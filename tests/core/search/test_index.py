from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from core.errors import IntegrityFailure, ModelMismatch, NotFound, WorkspaceUnusable
from core.search.build import write_index
from core.search.identify import identify
from core.search.index import Index
from core.search.layout import BLOCK, Header
from core.types import Fusion, SubjectEmbeddings, Template

MODEL = "a" * 64
DIM = 6


def subjects(count: int, *, seed: int = 0, dim: int = DIM) -> Iterator[SubjectEmbeddings]:
    rng = np.random.default_rng(seed)
    for key in range(1, count + 1):
        samples = rng.standard_normal((2, dim))
        samples = (samples / np.linalg.norm(samples, axis=1, keepdims=True)).astype(np.float32)
        ids = (2 * key, 2 * key + 1)
        yield SubjectEmbeddings(1 + key // 10, key, 100 + key, samples[0], ids, samples)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    write_index(tmp_path / "index", subjects(25), MODEL, 4)
    return tmp_path / "index"


def test_an_index_holds_what_it_was_built_of(path: Path) -> None:
    index = Index.open(path)
    given = list(subjects(25))
    np.testing.assert_array_equal(index.templates(), np.stack([row.template for row in given]))
    np.testing.assert_array_equal(index.samples(), np.concatenate([row.samples for row in given]))
    np.testing.assert_array_equal(index.subject_ids, np.arange(1, 26))
    np.testing.assert_array_equal(index.template_ids, np.arange(101, 126))
    np.testing.assert_array_equal(index.sample_ids, np.arange(2, 52))
    np.testing.assert_array_equal(index.sample_starts, 2 * np.arange(26))
    np.testing.assert_array_equal(index.gallery_of(np.array([0, 8, 9, 24])), [1, 1, 2, 3])
    assert index.spans() == [(0, 25)]
    assert index.spans([3, 1]) == [(0, 9), (19, 25)]
    assert index.spans([2, 3, 77]) == [(9, 25)]
    assert (index.size(), index.size([2]), index.size([])) == (25, 10, 0)


def test_an_index_knows_whether_it_is_current(path: Path) -> None:
    index = Index.open(path)
    assert index.is_current(MODEL, 4)
    assert not index.is_current(MODEL, 5)
    assert not index.is_current("b" * 64, 4)


def test_the_layout_can_be_read_without_this_program(path: Path) -> None:
    content = path.read_bytes()
    magic, version, dim, revision, g, n, m, columns, size = struct.unpack_from("<8sII6Q", content)
    model_id, *digests = struct.unpack_from("<64s32s32s32s", content, 64)
    assert (magic, version, dim, revision, g, n, m) == (b"DISCERNX", 1, DIM, 4, 3, 25, 50)
    assert size == len(content)
    start, found = BLOCK, []
    for length in (8 * columns, 4 * m * dim, 4 * n * dim):
        found.append(hashlib.sha256(content[start : start + length]).digest())
        start += -(-length // BLOCK) * BLOCK
    assert found == digests
    identity = f"{model_id.decode()} {dim} ".encode() + b"".join(digests)
    assert hashlib.sha256(identity).hexdigest() == Index.open(path).digest


def test_the_digest_follows_the_contents_and_not_the_revision(tmp_path: Path) -> None:
    def digest(name: str, *, seed: int = 0, count: int = 5, revision: int = 1, model: str = MODEL) -> str:
        return Index.build(tmp_path / name, subjects(count, seed=seed), model, revision).digest

    first = digest("a")
    assert digest("b") == digest("c", revision=9) == first
    assert len({first, digest("d", seed=1), digest("e", count=6), digest("f", model="b" * 64)}) == 4


def test_every_changed_byte_of_the_contents_is_noticed_before_a_list_is_given(path: Path) -> None:
    header = Header.from_bytes(path.read_bytes()[:BLOCK])
    content = path.read_bytes()
    probe = Template(next(subjects(1)).template, MODEL)
    used = [
        *range(256),
        *range(BLOCK, BLOCK + 8 * header.column_count, 7),
        *range(header.samples_offset, header.samples_offset + 4 * DIM * 50, 31),
        *range(header.templates_offset, header.templates_offset + 4 * DIM * 25, 31),
    ]
    for place in used:
        changed = bytearray(content)
        changed[place] ^= 1
        path.write_bytes(changed)
        with pytest.raises(IntegrityFailure):
            identify(Index.open(path), [probe], k=3, fusion=Fusion.WEIGHTED)


def test_opening_verifies_no_vectors_and_verify_does(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[Index.open(path).header.templates_offset] ^= 1
    path.write_bytes(content)
    index = Index.open(path)
    index.samples()
    with pytest.raises(IntegrityFailure, match="vectors"):
        index.verify()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "no index"),
        (b"DISCERNX", "no index"),
        (b"GIF89a" * 2000, "no index"),
        (b"DISCERNX" + bytes(2 * BLOCK), "header"),
    ],
)
def test_a_file_that_is_no_index_is_told(path: Path, content: bytes, sentence: str) -> None:
    path.write_bytes(content)
    with pytest.raises(IntegrityFailure, match=sentence):
        Index.open(path)


@pytest.mark.parametrize("length", [BLOCK, 2 * BLOCK, -1])
def test_an_index_that_is_cut_short_is_told(path: Path, length: int) -> None:
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(IntegrityFailure, match="full length"):
        Index.open(path)


def test_an_index_of_another_version_is_told(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[8] = 2
    size = struct.calcsize("<8sII6Q64s32s32s32s")
    content[size : size + 32] = hashlib.sha256(content[:size]).digest()
    path.write_bytes(content)
    with pytest.raises(IntegrityFailure, match="another version"):
        Index.open(path)


def test_an_absent_index_and_a_directory_are_told(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        Index.open(tmp_path / "absent")
    with pytest.raises(IntegrityFailure, match="cannot be read"):
        Index.open(tmp_path)


def test_who_has_an_index_open_keeps_it_when_it_is_replaced(path: Path) -> None:
    old = Index.open(path)
    before = old.digest
    new = Index.build(path, subjects(3), MODEL, 5)
    old.verify()
    assert (old.digest, old.size()) == (before, 25)
    assert (new.size(), Index.open(path).revision) == (3, 5)


def test_a_build_that_fails_leaves_the_old_index_and_nothing_else(path: Path) -> None:
    before = path.read_bytes()

    def broken() -> Iterator[SubjectEmbeddings]:
        yield from subjects(5)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_index(path, broken(), MODEL, 5)
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_an_index_is_private(path: Path) -> None:
    assert path.stat().st_mode & 0o777 == 0o600


def test_an_index_that_cannot_be_written_is_told(path: Path) -> None:
    with pytest.raises(WorkspaceUnusable, match="cannot be written"):
        write_index(path / "below a file", [], MODEL, 1)


def row(
    gallery: int, subject: int, *, dim: int = 2, length: float = 1, ids: tuple[int, ...] = (1,)
) -> SubjectEmbeddings:
    vector = np.zeros(dim, dtype=np.float32)
    vector[0] = length
    return SubjectEmbeddings(gallery, subject, subject, vector, ids, vector[None])


@pytest.mark.parametrize(
    "rows",
    [
        [row(2, 1), row(1, 2)],
        [row(1, 2), row(1, 1)],
        [row(1, 1), row(1, 1)],
        [row(1, 1, length=2)],
        [row(1, 1, length=0)],
        [row(1, 1, length=float("nan"))],
        [row(1, 1, ids=())],
        [row(1, 1, ids=(1, 2))],
    ],
)
def test_rows_that_no_index_can_hold_are_refused(tmp_path: Path, rows: list[SubjectEmbeddings]) -> None:
    with pytest.raises(ValueError, match="an index takes"):
        write_index(tmp_path / "index", rows, MODEL, 1)


def test_rows_of_different_lengths_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelMismatch, match="2 numbers cannot take one of 3"):
        write_index(tmp_path / "index", [row(1, 1), row(1, 2, dim=3)], MODEL, 1)


def test_an_index_of_nobody_can_be_opened(tmp_path: Path) -> None:
    index = Index.build(tmp_path / "index", [], MODEL, 1)
    index.verify()
    assert (index.size(), index.spans(), len(index.digest)) == (0, [], 64)
