"""Writing an index: one pass over the subjects, in little memory, and a file that is whole or not there."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import tempfile
from array import array
from collections.abc import Iterable
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from core.errors import ModelMismatch, WorkspaceUnusable
from core.search.layout import Header, IndexSeal, Sink, padded
from core.types import SubjectEmbeddings

_BUFFER_ROWS = 4096
_CHUNK = 1 << 22
_UNIT_TOLERANCE = 1e-3


def write_index(
    path: Path,
    rows: Iterable[SubjectEmbeddings],
    model_id: str,
    revision: int,
    seal: IndexSeal | None = None,
) -> None:
    """Write an index beside its place and move it there when all of it is on disk.

    Parameters
    ----------
    path : Path
        The file; one that is there is replaced, and whoever has it open keeps the old one.
    rows : iterable of SubjectEmbeddings
        In ascending order of gallery and subject. Consumed once; 1 million rows need no more memory than
        their keys.
    model_id : str
        SHA-256 of the weights that all rows come from.
    revision : int
        Revision of the galleries that the rows belong to.
    seal : IndexSeal, optional
        Of an encrypted workspace: the file is sealed, and until it is the rows stay in memory.

    Raises
    ------
    ModelMismatch
        If rows differ in length.
    ValueError
        If rows are out of order, hold no sample, or are not of unit length.
    WorkspaceUnusable
        If the file cannot be written.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with contextlib.ExitStack() as stack:
            # The blocks are spooled because the number of rows is known only at the end.
            sample_rows, template_rows = (
                _Block(io.BytesIO() if seal else stack.enter_context(tempfile.TemporaryFile(dir=path.parent)))
                for _ in range(2)
            )
            header, columns = _spool(rows, sample_rows, template_rows, model_id, revision)
            _assemble(path, header, columns, (sample_rows, template_rows), seal)
    except OSError as error:
        reason = error.strerror or str(error)
        raise WorkspaceUnusable(f"The search index {path} cannot be written: {reason}.") from error


class _Block:
    """Rows of float32 on their way to a file, hashed as they pass."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.digest = hashlib.sha256()
        self.dim: int | None = None
        self.count = 0
        self._waiting: list[NDArray[np.float32]] = []
        self._waiting_rows = 0

    def add(self, rows: NDArray[np.float32]) -> None:
        if self.dim is None:
            self.dim = rows.shape[1]
        if rows.shape[1] != self.dim:
            raise ModelMismatch(f"An index of rows of {self.dim} numbers cannot take one of {rows.shape[1]}.")
        self._waiting.append(rows)
        self._waiting_rows += len(rows)
        self.count += len(rows)
        if self._waiting_rows >= _BUFFER_ROWS:
            self.flush()

    def flush(self) -> None:
        if not self._waiting:
            return
        rows = np.concatenate(self._waiting)
        lengths = np.linalg.norm(rows, axis=1)
        if rows.dtype != np.float32 or not (np.abs(lengths - 1) < _UNIT_TOLERANCE).all():
            raise ValueError("an index takes float32 rows of unit length")
        data = rows.astype("<f4", copy=False).tobytes()
        self.digest.update(data)
        self.file.write(data)
        self._waiting.clear()
        self._waiting_rows = 0


def _spool(
    rows: Iterable[SubjectEmbeddings],
    sample_rows: _Block,
    template_rows: _Block,
    model_id: str,
    revision: int,
) -> tuple[Header, bytes]:
    galleries, gallery_starts = array("q"), array("q")
    subjects, templates, starts, samples = array("q"), array("q"), array("q"), array("q")
    last = (-1, -1)
    for row in rows:
        if (row.gallery_id, row.subject_id) <= last or not row.sample_ids:
            raise ValueError("an index takes subjects in ascending order, each with a sample")
        if row.gallery_id != last[0]:
            galleries.append(row.gallery_id)
            gallery_starts.append(len(subjects))
        last = (row.gallery_id, row.subject_id)
        subjects.append(row.subject_id)
        templates.append(row.template_id)
        starts.append(len(samples))
        samples.extend(row.sample_ids)
        sample_rows.add(row.samples)
        template_rows.add(row.template[None])
    gallery_starts.append(len(subjects))
    starts.append(len(samples))
    for block in (sample_rows, template_rows):
        block.flush()
    if sample_rows.count != len(samples) or sample_rows.dim != template_rows.dim:
        raise ValueError("an index takes as many keys as rows, and samples as long as their template")
    parts = (galleries, gallery_starts, subjects, templates, starts, samples)
    columns = b"".join(np.asarray(part, dtype="<i8").tobytes() for part in parts)
    header = Header(
        model_id=model_id,
        dim=sample_rows.dim or 0,
        revision=revision,
        galleries=len(galleries),
        templates=len(templates),
        samples=len(samples),
        columns_sha256=hashlib.sha256(columns).digest(),
        samples_sha256=sample_rows.digest.digest(),
        templates_sha256=template_rows.digest.digest(),
    )
    return header, columns


def _assemble(
    path: Path, header: Header, columns: bytes, blocks: tuple[_Block, ...], seal: IndexSeal | None
) -> None:
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            with contextlib.nullcontext(file) if seal is None else seal.writer(file, path.name) as sink:
                _write_blocks(sink, header, columns, blocks)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary)
        raise


def _write_blocks(sink: Sink, header: Header, columns: bytes, blocks: tuple[_Block, ...]) -> None:
    sink.write(header.to_bytes())
    sink.write(columns.ljust(padded(len(columns)), b"\x00"))
    for block in blocks:
        size = block.file.tell()
        block.file.seek(0)
        while chunk := block.file.read(_CHUNK):
            sink.write(chunk)
        sink.write(bytes(padded(size) - size))
