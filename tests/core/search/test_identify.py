from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from core.errors import ModelMismatch
from core.search import identify as identify_module
from core.search.exact import similarities
from core.search.identify import Hit, identify
from core.search.index import Index
from core.types import Fusion, SubjectEmbeddings, Template

MODEL = "a" * 64
Ranked = list[tuple[float, int, int, int, int]]


def unit(vectors: NDArray[np.floating]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / lengths, dtype=np.float32)


def make_gallery(
    rng: np.random.Generator, subjects: int, dim: int, galleries: int
) -> list[SubjectEmbeddings]:
    """Subjects with one to four samples, one sample in three a copy of one that is there already."""
    rows: list[SubjectEmbeddings] = []
    template_ids = rng.permutation(subjects) + 1
    places = np.sort(rng.integers(1, galleries + 1, subjects))
    seen: list[NDArray[np.float32]] = []
    for subject in range(subjects):
        samples = unit(rng.standard_normal((int(rng.integers(1, 5)), dim)))
        for place in range(len(samples)):
            if seen and rng.random() < 1 / 3:
                samples[place] = seen[int(rng.integers(len(seen)))]
            seen.append(samples[place].copy())
        first = len(seen) - len(samples)
        rows.append(
            SubjectEmbeddings(
                gallery_id=int(places[subject]),
                subject_id=subject + 1,
                template_id=int(template_ids[subject]),
                template=unit(samples.astype(np.float64).mean(axis=0) + 1e-3),
                sample_ids=tuple(range(first + 1, first + 1 + len(samples))),
                samples=samples,
            )
        )
    return rows


def truth(
    rows: Sequence[SubjectEmbeddings], probe: NDArray[np.float32], k: int, galleries: object, fusion: Fusion
) -> Ranked:
    """The list by brute force: correctly rounded inner products of one pair at a time."""

    def similarity(vector: NDArray[np.float32]) -> float:
        return math.fsum(a * b for a, b in zip(vector.tolist(), probe.tolist(), strict=True))

    ranked: Ranked = []
    for row in rows:
        if galleries is None or row.gallery_id in galleries:  # type: ignore[operator]
            each = [round(similarity(sample), 12) for sample in row.samples]
            fused = max(each) if fusion is Fusion.BEST else round(similarity(row.template), 12)
            best = row.sample_ids[each.index(max(each))]
            ranked.append((fused, row.template_id, row.gallery_id, row.subject_id, best))
    return sorted(ranked, key=lambda one: (-one[0], one[1]))[:k]


def comparable(hits: Sequence[Hit]) -> Ranked:
    return [(h.similarity, h.template_id, h.gallery_id, h.subject_id, h.sample_id) for h in hits]


def assert_same(hits: Sequence[Hit], expected: Ranked) -> None:
    assert [one[1:] for one in comparable(hits)] == [one[1:] for one in expected]
    np.testing.assert_allclose([one.similarity for one in hits], [one[0] for one in expected], atol=2e-12)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 2**32 - 1),
    subjects=st.integers(1, 40),
    dim=st.sampled_from([2, 3, 16]),
    k=st.integers(1, 50),
    galleries=st.none() | st.lists(st.integers(1, 5), max_size=3),
    fusion=st.sampled_from(Fusion),
    chunk=st.sampled_from([1, 3, 1 << 14]),
)
def test_the_list_is_that_of_brute_force(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    seed: int,
    subjects: int,
    dim: int,
    k: int,
    galleries: list[int] | None,
    fusion: Fusion,
    chunk: int,
) -> None:
    monkeypatch.setattr(identify_module, "_CHUNK_ROWS", (chunk, chunk))
    rng = np.random.default_rng(seed)
    rows = make_gallery(rng, subjects, dim, 4)
    index = Index.build(tmp_path / "index", rows, MODEL, 1)
    probes = unit(rng.standard_normal((3, dim)))
    probes[0] = rows[-1].samples[0]
    found = identify(
        index, [Template(probe, MODEL) for probe in probes], k=k, galleries=galleries, fusion=fusion
    )
    for probe, hits in zip(probes, found, strict=True):
        assert_same(hits, truth(rows, probe, k, galleries, fusion))


@pytest.fixture
def rows() -> list[SubjectEmbeddings]:
    return make_gallery(np.random.default_rng(3), 400, 24, 3)


@pytest.fixture
def index(tmp_path: Path, rows: list[SubjectEmbeddings]) -> Index:
    return Index.build(tmp_path / "index", rows, MODEL, 1)


@pytest.mark.parametrize("fusion", Fusion)
@pytest.mark.parametrize("at_once", [1, 2, 7, 130])
def test_a_list_does_not_depend_on_how_many_probes_are_searched_at_once(
    index: Index, fusion: Fusion, at_once: int
) -> None:
    vectors = unit(np.random.default_rng(4).standard_normal((130, 24)))
    probes = [Template(vector, MODEL) for vector in vectors]
    alone = [identify(index, [probe], k=9, fusion=fusion)[0] for probe in probes]
    together: list[tuple[Hit, ...]] = []
    for first in range(0, len(probes), at_once):
        together += identify(index, probes[first : first + at_once], k=9, fusion=fusion)
    assert together == alone


def test_similarities_do_not_depend_on_the_order_of_additions() -> None:
    rng = np.random.default_rng(5)
    rows, probe = unit(rng.standard_normal((200, 512))), unit(rng.standard_normal((1, 512)))
    order = rng.permutation(512)
    row, first = np.arange(200), np.zeros(200, dtype=np.int64)
    straight = similarities(rows, row, probe, first)
    shuffled = similarities(rows[:, order], row, probe[:, order], first)
    np.testing.assert_array_equal(straight, shuffled)
    exact = [math.fsum(a * b for a, b in zip(line.tolist(), probe[0].tolist(), strict=True)) for line in rows]
    np.testing.assert_allclose(straight, exact, atol=512 * 2.0**-53, rtol=0)


def test_a_restricted_list_is_the_full_list_without_the_others(
    index: Index, rows: list[SubjectEmbeddings]
) -> None:
    probe = Template(rows[7].samples[0], MODEL)
    (everyone,) = identify(index, [probe], k=len(rows))
    for galleries in ([1], [2], [3, 1], [2, 3, 2], []):
        (restricted,) = identify(index, [probe], k=len(rows), galleries=galleries)
        assert restricted == tuple(hit for hit in everyone if hit.gallery_id in galleries)
        assert index.size(galleries) == len(restricted)
    assert index.size() == len(everyone) == len(rows)


def test_equal_similarities_are_in_the_order_of_template_ids(tmp_path: Path) -> None:
    vector = unit(np.ones(5))
    ids = [40, 7, 99, 3, 15]
    rows = [
        SubjectEmbeddings(1, place, key, vector, (2 * place, 2 * place + 1), np.stack([vector, vector]))
        for place, key in enumerate(ids, start=1)
    ]
    index = Index.build(tmp_path / "index", rows, MODEL, 1)
    for fusion in Fusion:
        (hits,) = identify(index, [Template(vector, MODEL)], k=3, fusion=fusion)
        assert [hit.template_id for hit in hits] == [3, 7, 15]
        assert [hit.sample_id for hit in hits] == [8, 4, 10], "of equal samples the first"
        assert {hit.similarity for hit in hits} == {hits[0].similarity}
        assert hits[0].similarity == pytest.approx(1, abs=1e-7)


def test_a_difference_that_float32_cannot_see_still_decides(tmp_path: Path) -> None:
    dim = 512
    rng = np.random.default_rng(6)
    probe = unit(rng.standard_normal(dim))
    rows = []
    for key in range(1, 301):
        near = probe.copy()
        near[int(rng.integers(dim))] = np.nextafter(near[int(rng.integers(dim))], np.float32(1))
        near[key] = np.nextafter(near[key], np.float32(1))
        near = unit(near.astype(np.float64) + 0.3 * rng.permutation(probe))
        rows.append(SubjectEmbeddings(1, key, key, near, (key,), near[None]))
    index = Index.build(tmp_path / "index", rows, MODEL, 1)
    (hits,) = identify(index, [Template(probe, MODEL)], k=25)
    assert_same(hits, truth(rows, probe, 25, None, Fusion.BEST))


def test_the_weighted_template_and_the_best_sample_are_different_questions(tmp_path: Path) -> None:
    x, y, diagonal = (
        np.array([1, 0], dtype=np.float32),
        np.array([0, 1], dtype=np.float32),
        unit(np.ones(2)),
    )
    near = unit(np.array([0.9, 0.5]))
    rows = [
        SubjectEmbeddings(1, 1, 1, diagonal, (1, 2), np.stack([x, y])),
        SubjectEmbeddings(1, 2, 2, near, (3,), near[None]),
    ]
    index = Index.build(tmp_path / "index", rows, MODEL, 1)
    (best,) = identify(index, [Template(x, MODEL)], k=2, fusion=Fusion.BEST)
    (weighted,) = identify(index, [Template(x, MODEL)], k=2, fusion=Fusion.WEIGHTED)
    assert [(hit.subject_id, hit.sample_id) for hit in best] == [(1, 1), (2, 3)]
    assert [(hit.subject_id, hit.sample_id) for hit in weighted] == [(2, 3), (1, 1)]
    assert [hit.similarity for hit in weighted] == pytest.approx(
        [0.9 / np.sqrt(1.06), np.sqrt(0.5)], abs=1e-7
    )


def test_an_empty_gallery_gives_an_empty_list_for_each_probe(tmp_path: Path) -> None:
    index = Index.build(tmp_path / "index", [], MODEL, 0)
    probe = Template(unit(np.ones(4)), MODEL)
    assert identify(index, [probe, probe], k=5) == ((), ())
    assert identify(index, [], k=5) == ()
    assert index.size() == 0


@pytest.mark.parametrize("probe", [Template(unit(np.ones(24)), "b" * 64), Template(unit(np.ones(23)), MODEL)])
def test_a_probe_of_another_model_is_refused(index: Index, probe: Template) -> None:
    with pytest.raises(ModelMismatch, match="model"):
        identify(index, [Template(unit(np.ones(24)), MODEL), probe], k=5)


def test_a_probe_of_another_model_is_refused_before_an_empty_gallery_is_searched(tmp_path: Path) -> None:
    with pytest.raises(ModelMismatch):
        identify(Index.build(tmp_path / "index", [], MODEL, 0), [Template(unit(np.ones(4)), "b" * 64)], k=5)


@pytest.mark.parametrize(("scale", "k"), [(2.0, 5), (0.5, 5), (1.0, 0)])
def test_what_is_no_search_is_a_programmers_error(index: Index, scale: float, k: int) -> None:
    with pytest.raises(ValueError, match=r"unit length|at least one"):
        identify(index, [Template((unit(np.ones(24)) * scale).astype(np.float32), MODEL)], k=k)
