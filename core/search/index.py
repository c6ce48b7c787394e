"""The index of a model: every template and sample of the workspace, mapped into memory from a side file.

SQLite is the truth; the file is made from it and may be thrown away at any time. It says which revision of
the galleries it was made from, so that one which is out of date is noticed, and carries the hash of its
contents, so that one which is damaged is noticed. In an encrypted workspace the file is sealed, and opened
into memory as a whole.
"""

from __future__ import annotations

import hashlib
import mmap
import os
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import IntegrityFailure, NotFound
from core.search.build import write_index
from core.search.layout import BLOCK, Header, IndexSeal
from core.types import SubjectEmbeddings


class Index:
    """What a search compares with; may be shared by any number of threads.

    The hashes of the header and of the keys are verified when the file is opened. Those of the vectors are
    verified before the first search that uses them, once for each object: opening then takes no longer for a
    larger gallery, so a window can show one at once, while a search has to read every vector anyway, and no
    ranking ever comes from vectors that were not verified.

    Attributes
    ----------
    header : Header
        What the file says of itself.
    gallery_ids, gallery_starts : ndarray of int64, shape (g,) and (g + 1,)
        Keys of the galleries, and the first template row of each.
    subject_ids, template_ids : ndarray of int64, shape (n,)
        Keys, for each template row.
    sample_starts : ndarray of int64, shape (n + 1,)
        First sample row of each template row.
    sample_ids : ndarray of int64, shape (m,)
        Keys, for each sample row.
    """

    def __init__(self, header: Header, data: mmap.mmap | bytes) -> None:
        self.header = header
        columns = np.frombuffer(data, dtype="<i8", count=header.column_count, offset=BLOCK)
        if hashlib.sha256(columns.data).digest() != header.columns_sha256:
            raise IntegrityFailure("The keys in the search index are damaged.")
        g, n, m = header.galleries, header.templates, header.samples
        bounds = np.cumsum([g, g + 1, n, n, n + 1, m])[:-1]
        (
            self.gallery_ids,
            self.gallery_starts,
            self.subject_ids,
            self.template_ids,
            self.sample_starts,
            self.sample_ids,
        ) = np.split(columns, bounds)
        shape = (-1, header.dim or 1)
        self._samples = np.frombuffer(
            data, dtype="<f4", count=m * header.dim, offset=header.samples_offset
        ).reshape(shape)
        self._templates = np.frombuffer(
            data, dtype="<f4", count=n * header.dim, offset=header.templates_offset
        ).reshape(shape)
        self._verified: set[bytes] = set()
        self._lock = threading.Lock()

    @classmethod
    def build(
        cls,
        path: Path,
        rows: Iterable[SubjectEmbeddings],
        model_id: str,
        revision: int,
        seal: IndexSeal | None = None,
    ) -> Index:
        """Write an index and open it; see :func:`core.search.build.write_index`.

        Parameters
        ----------
        path : Path
            The file.
        rows : iterable of SubjectEmbeddings
            In ascending order of gallery and subject.
        model_id : str
            SHA-256 of the weights.
        revision : int
            Revision of the galleries.
        seal : IndexSeal, optional
            Of an encrypted workspace.

        Returns
        -------
        Index
            The new index.
        """
        write_index(path, rows, model_id, revision, seal)
        return cls.open(path, seal)

    @classmethod
    def open(cls, path: Path, seal: IndexSeal | None = None) -> Index:
        """Open an index that was built before.

        Parameters
        ----------
        path : Path
            The file.
        seal : IndexSeal, optional
            Of an encrypted workspace: the file is opened into memory, since what is mapped is plain.

        Returns
        -------
        Index
            Ready for searches; compare :meth:`is_current` before any.

        Raises
        ------
        NotFound
            If there is no such file.
        IntegrityFailure
            If it is no index, is cut short, or its header or keys are damaged.
        """
        try:
            with path.open("rb") as file:
                if seal is not None:
                    data = seal.unseal(file.read(), path.name)
                    return cls(Header.from_bytes(data[:BLOCK]), data)
                header = Header.from_bytes(file.read(BLOCK))
                if os.fstat(file.fileno()).st_size != header.byte_size:
                    raise IntegrityFailure(f"The search index {path} does not have its full length.")
                return cls(header, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        except FileNotFoundError as error:
            raise NotFound(f"There is no search index {path}.") from error
        except OSError as error:
            reason = error.strerror or str(error)
            raise IntegrityFailure(f"The search index {path} cannot be read: {reason}.") from error

    @property
    def model_id(self) -> str:
        """SHA-256 of the weights that all rows come from."""
        return self.header.model_id

    @property
    def revision(self) -> int:
        """Revision of the galleries that the index was built from."""
        return self.header.revision

    @property
    def digest(self) -> str:
        """SHA-256 over what a search compares with, see :attr:`core.search.layout.Header.digest`."""
        return self.header.digest

    def is_current(self, model_id: str, revision: int) -> bool:
        """Whether the index stands for a model and a revision of the galleries."""
        return self.header.model_id == model_id and self.header.revision == revision

    def size(self, galleries: Sequence[int] | None = None) -> int:
        """Return the number of subjects that a search compares with.

        Parameters
        ----------
        galleries : sequence of int, optional
            Keys of the galleries that are searched; None means all.

        Returns
        -------
        int
            N.
        """
        return sum(stop - start for start, stop in self.spans(galleries))

    def spans(self, galleries: Sequence[int] | None = None) -> list[tuple[int, int]]:
        """Return the template rows of galleries as [start, stop) ranges, each as long as can be.

        Parameters
        ----------
        galleries : sequence of int, optional
            Keys; None means all. A gallery without subjects has no rows.

        Returns
        -------
        list of (int, int)
            Ascending, not touching one another.
        """
        wanted = np.isin(self.gallery_ids, self.gallery_ids if galleries is None else list(galleries))
        spans: list[tuple[int, int]] = []
        for row in np.flatnonzero(wanted):
            start, stop = int(self.gallery_starts[row]), int(self.gallery_starts[row + 1])
            if spans and spans[-1][1] == start:
                start = spans.pop()[0]
            spans.append((start, stop))
        return spans

    def gallery_of(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the key of the gallery of each template row."""
        return self.gallery_ids[np.searchsorted(self.gallery_starts, rows, side="right") - 1]

    def samples(self) -> NDArray[np.float32]:
        """Return the sample rows, shape (m, dim), once their hash is known to be right.

        Raises
        ------
        IntegrityFailure
            If they are not what was written.
        """
        return self._checked(self._samples, self.header.samples_sha256)

    def templates(self) -> NDArray[np.float32]:
        """Return the template rows, shape (n, dim), once their hash is known to be right.

        Raises
        ------
        IntegrityFailure
            If they are not what was written.
        """
        return self._checked(self._templates, self.header.templates_sha256)

    def verify(self) -> None:
        """Verify all that was not verified yet.

        Raises
        ------
        IntegrityFailure
            If the vectors are not what was written.
        """
        self.samples()
        self.templates()

    def _checked(self, rows: NDArray[np.float32], sha256: bytes) -> NDArray[np.float32]:
        with self._lock:
            if sha256 not in self._verified:
                if hashlib.sha256(rows.data).digest() != sha256:
                    raise IntegrityFailure("The vectors in the search index are damaged.")
                self._verified.add(sha256)
        return rows
