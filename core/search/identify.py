"""Exact 1:N search: every row is compared, and the ranking does not depend on how it was computed.

A product of matrices in float32 finds the rows that may be among the first k; what it gives depends on the
order of additions, thus on the machine and on how many probes are searched at once. So the few rows that are
left are compared again, exactly. The first step may not lose a row that belongs on the list; a bound on its
error says how much must be kept.

For unit vectors of length d, the float32 product differs from the true one by at most
g = d u / (1 - d u), u = 2**-24, in whatever order it was added (Higham, Accuracy and Stability of Numerical
Algorithms, section 3.1, with sum |x_i q_i| <= |x| |q| = 1). Let f be a float32 similarity that at least k
subjects reach. Their true similarities reach f - g, hence so does every subject of the first k, and its
float32 similarity reaches f - 2 g. Nothing below that can be on the list.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.errors import ModelMismatch
from core.search.exact import similarities
from core.search.index import Index
from core.types import Fusion, Template

_PROBES_AT_ONCE = 64
_CHUNK_CELLS = 1 << 19
_CHUNK_ROWS = (1 << 14, 1 << 16)
_BLOCK_SUBJECTS = 64
_UNIT_TOLERANCE = 1e-3


class Hit(NamedTuple):
    """A subject in its place on the list.

    Attributes
    ----------
    similarity : float
        Cosine in [-1, 1].
    gallery_id, subject_id, template_id : int
        Keys.
    sample_id : int
        Key of the subject's sample most similar to the probe, whatever the fusion.
    """

    similarity: float
    gallery_id: int
    subject_id: int
    template_id: int
    sample_id: int


class _Pairs(NamedTuple):
    """Columns of what is compared: place of the probe, template row, compared row, similarity."""

    probe: NDArray[np.int64]
    subject: NDArray[np.int64]
    row: NDArray[np.int64]
    similarity: NDArray[np.float64]

    def take(self, wanted: NDArray[np.int64] | NDArray[np.bool_]) -> _Pairs:
        return _Pairs(self.probe[wanted], self.subject[wanted], self.row[wanted], self.similarity[wanted])


def identify(
    index: Index,
    probes: Sequence[Template],
    *,
    k: int,
    galleries: Sequence[int] | None = None,
    fusion: Fusion = Fusion.BEST,
) -> tuple[tuple[Hit, ...], ...]:
    """Rank subjects by their similarity to each probe.

    Parameters
    ----------
    index : Index
        What to compare with.
    probes : sequence of Template
        Probes of the index's model.
    k : int
        Length of a list, which is shorter when there are fewer subjects.
    galleries : sequence of int, optional
        Keys of the galleries to search; None means all.
    fusion : Fusion
        `BEST` takes the most similar sample of a subject, `WEIGHTED` its template.

    Returns
    -------
    tuple of tuple of Hit
        For each probe, the most similar subject first; subjects with the same similarity are in the order of
        their template ids.

    Raises
    ------
    ModelMismatch
        If a probe comes from another model.
    ValueError
        If k is not positive or a probe is not of unit length.
    IntegrityFailure
        If the index is damaged.
    """
    if k < 1:
        raise ValueError("a candidate list has at least one place")
    for probe in probes:
        _check(index, probe)
    spans = index.spans(galleries)
    if not spans:
        return tuple(() for _ in probes)
    found: list[tuple[Hit, ...]] = []
    for first in range(0, len(probes), _PROBES_AT_ONCE):
        batch = np.stack([probe.embedding for probe in probes[first : first + _PROBES_AT_ONCE]])
        found += _identify(index, batch, k, spans, fusion)
    return tuple(found)


def _check(index: Index, probe: Template) -> None:
    if probe.model_id != index.model_id:
        raise ModelMismatch(
            f"The probe comes from model {probe.model_id[:12]} and the gallery from {index.model_id[:12]}; "
            "their similarities mean nothing."
        )
    if index.header.dim and probe.embedding.size != index.header.dim:
        raise ModelMismatch(
            f"The probe has {probe.embedding.size} numbers and the gallery {index.header.dim}; they do not "
            "come from the same model."
        )
    if abs(float(np.linalg.norm(probe.embedding)) - 1) > _UNIT_TOLERANCE:
        raise ValueError("a probe must be of unit length")


def _identify(
    index: Index, probes: NDArray[np.float32], k: int, spans: Sequence[tuple[int, int]], fusion: Fusion
) -> list[tuple[Hit, ...]]:
    if fusion is Fusion.BEST:
        rows, starts = index.samples(), index.sample_starts
    else:
        rows, starts = index.templates(), np.arange(index.header.templates + 1)
    row, probe = _survivors(rows, starts, probes, k, spans)
    subject = np.searchsorted(starts, row, side="right") - 1
    pairs = _Pairs(probe, subject, row, similarities(rows, row, probes, probe))

    # One row for each subject: the most similar one, of equals the first.
    pairs = pairs.take(np.lexsort((pairs.row, -pairs.similarity, pairs.subject, pairs.probe)))
    first = np.ones(len(pairs.row), dtype=bool)
    first[1:] = (np.diff(pairs.subject) != 0) | (np.diff(pairs.probe) != 0)
    pairs = pairs.take(first)

    pairs = pairs.take(np.lexsort((index.template_ids[pairs.subject], -pairs.similarity, pairs.probe)))
    place = np.arange(len(pairs.row)) - np.searchsorted(pairs.probe, pairs.probe)
    pairs = pairs.take(place < k)

    sample = pairs.row if fusion is Fusion.BEST else _best_samples(index, pairs, probes)
    columns = (
        pairs.similarity,
        index.gallery_of(pairs.subject),
        index.subject_ids[pairs.subject],
        index.template_ids[pairs.subject],
        index.sample_ids[sample],
    )
    hits = list(map(Hit._make, zip(*(column.tolist() for column in columns), strict=True)))
    bounds = np.searchsorted(pairs.probe, np.arange(len(probes) + 1))
    return [tuple(hits[bounds[i] : bounds[i + 1]]) for i in range(len(probes))]


def _survivors(
    rows: NDArray[np.float32],
    starts: NDArray[np.int64],
    probes: NDArray[np.float32],
    k: int,
    spans: Sequence[tuple[int, int]],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the pairs of row and probe that may belong to the first k subjects of the probe.

    Blocks of neighbouring subjects have disjoint subjects, so the k-th highest maximum of blocks is a
    similarity that k subjects reach. It is far cheaper to have than the k-th highest similarity, and hardly
    lower.
    """
    count, dim = probes.shape
    # 2 g, a little more for lengths that are 1 only to float32, and for the subtraction below.
    unit = dim * 2.0**-24
    margin = np.float32(2.01 * unit / (1 - unit) + 2.0**-23)
    total = sum(stop - start for start, stop in spans)
    block = max(1, min(_BLOCK_SUBJECTS, total // (8 * k)))
    best = np.full((k, count), -np.inf, dtype=np.float32)
    kept_rows, kept_probes, kept_scores = [], [], []
    columns = np.ascontiguousarray(probes.T)
    for first, last in _chunks(
        starts, spans, max(_CHUNK_ROWS[0], min(_CHUNK_ROWS[1], _CHUNK_CELLS // count))
    ):
        begin = int(starts[first])
        scores = rows[begin : starts[last]] @ columns
        maxima = np.maximum.reduceat(scores, starts[first:last:block] - begin, axis=0)
        best = np.concatenate((best, maxima))
        best.partition(len(best) - k, axis=0)
        best = best[-k:]
        row, probe = np.divmod(np.flatnonzero(scores >= best[0] - margin), count)
        kept_rows.append(row + begin)
        kept_probes.append(probe)
        kept_scores.append(scores[row, probe])
    row, probe, score = map(np.concatenate, (kept_rows, kept_probes, kept_scores))
    left = score >= (best[0] - margin)[probe]
    return row[left], probe[left]


def _chunks(
    starts: NDArray[np.int64], spans: Sequence[tuple[int, int]], wanted: int
) -> Iterator[tuple[int, int]]:
    """Cut ranges of subjects where about as many rows as wanted are full; a subject is never cut."""
    for first, last in spans:
        while first < last:
            full = int(np.searchsorted(starts, starts[first] + wanted, side="right")) - 1
            stop = min(last, max(first + 1, full))
            yield first, stop
            first = stop


def _best_samples(index: Index, pairs: _Pairs, probes: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return the sample row of each subject that is most similar to its probe, of equals the first."""
    begin = index.sample_starts[pairs.subject]
    counts = index.sample_starts[pairs.subject + 1] - begin
    starts = np.concatenate(([0], np.cumsum(counts)))
    pair = np.repeat(np.arange(len(counts)), counts)
    row = np.arange(starts[-1]) - starts[pair] + begin[pair]
    similarity = similarities(index.samples(), row, probes, pairs.probe[pair])
    order = np.lexsort((row, -similarity, pair))
    best: NDArray[np.int64] = row[order[starts[:-1]]]
    return best
