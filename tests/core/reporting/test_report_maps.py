"""Maps in a report: the verdict is said in words, and nothing is shown in colour that failed its test."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pypdf
import pytest

from core.imaging.overlay import GREY, attention_rgba
from core.reporting import map_wording
from core.reporting.content import ReportContent
from core.reporting.document import write_json
from core.reporting.pdf import write_pdf
from core.types import AttentionKind, AttentionMap, Faithfulness, PairEvidence, SearchMaps

MakeContent = Callable[..., ReportContent]

VALUES = np.linspace(-0.05, 0.09, 49).reshape(7, 7)


def beating(beaten: int) -> Faithfulness:
    random = (0.0,) * beaten + (1.0,) * (20 - beaten)
    return Faithfulness((0.6, 0.1, 0.1), (0.1, 0.6, 0.6), random)


def evidence(similarity: float, test: Faithfulness | None = None) -> PairEvidence:
    return PairEvidence(VALUES, similarity - float(VALUES.sum()), test)


@pytest.fixture
def maps(make_content: MakeContent) -> SearchMaps:
    """Both maps of a probe, one of which failed, and evidence on its candidates but the last."""
    similarities = [one.similarity for one in make_content().search.search.result.candidates]
    return SearchMaps(
        (
            AttentionMap(VALUES.astype(np.float32), AttentionKind.DECOMPOSITION, beating(20)),
            AttentionMap(VALUES.astype(np.float32), AttentionKind.PERCEPTIBILITY, beating(7)),
        ),
        (evidence(similarities[0], beating(19)), evidence(similarities[1]), None),
    )


def words(content: ReportContent, folder: Path) -> str:
    reader = pypdf.PdfReader(write_pdf(content, folder / "report.pdf"))
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def test_the_verdict_on_each_map_is_said_with_what_was_measured(
    make_content: MakeContent, maps: SearchMaps, tmp_path: Path
) -> None:
    text = words(make_content(maps=maps), tmp_path)
    assert "Informative here. It beats 20 of 20 random maps" in text
    assert "Not informative here. It beats only 7 of 20 random maps" in text
    assert "Informative here. It beats 19 of 20 random maps" in text
    assert "Not tested." in text
    assert "It is no proof that the two faces share a feature there" in text
    assert text.count("Rank 1: ") == text.count("Rank 2: ") == 1
    assert "Rank 3: " not in text


def test_a_similarity_is_written_as_the_sum_that_it_is(make_content: MakeContent, maps: SearchMaps) -> None:
    entry = make_content(maps=maps).search.candidates[0]
    assert entry.evidence is not None
    sentence = map_wording.evidence_sum(entry.candidate, entry.evidence)
    numbers = [
        float(part) for part in sentence.replace("−", "-").replace("- ", "-").split() if part[-1].isdigit()
    ]
    similarity, constant, speaking_for, against = numbers
    assert similarity == pytest.approx(entry.candidate.similarity, abs=1e-4)
    assert constant + speaking_for + against == pytest.approx(similarity, abs=2e-4)


def test_a_search_of_an_older_version_says_that_nothing_was_worked_out(
    make_content: MakeContent, tmp_path: Path
) -> None:
    content = make_content(attention=False)
    assert map_wording.NO_EVIDENCE in words(content, tmp_path)
    assert map_wording.NO_MAPS in words(content, tmp_path)
    search = json.loads(write_json(content, tmp_path / "r.json").read_text())["search"]
    assert search["probe"]["maps"] == []
    assert [one["evidence"] for one in search["candidates"]] == [None, None, None]


def test_the_document_holds_maps_and_tests_to_the_last_digit(
    make_content: MakeContent, maps: SearchMaps, tmp_path: Path
) -> None:
    search = json.loads(write_json(make_content(maps=maps), tmp_path / "r.json").read_text())["search"]
    assert [one["kind"] for one in search["probe"]["maps"]] == ["decomposition", "perceptibility"]
    assert search["probe"]["attention"]["shares"] == search["probe"]["maps"][0]["values"]
    first, second, third = (one["evidence"] for one in search["candidates"])
    assert first["values"] == VALUES.tolist()
    assert first["faithfulness"]["deletion"] == [0.6, 0.1, 0.1]
    assert first["faithfulness"]["rank"] == 2
    assert second["faithfulness"] is None
    assert third is None


def test_a_map_that_failed_its_test_is_grey(make_content: MakeContent, maps: SearchMaps) -> None:
    passed, failed = make_content(maps=maps).search.maps
    assert (passed.overlay.max(axis=2) != passed.overlay.min(axis=2)).any()
    np.testing.assert_array_equal(failed.overlay.max(axis=2), failed.overlay.min(axis=2))
    layer = attention_rgba(VALUES, 112, informative=False)
    assert (layer[..., :3] == GREY).all()
    np.testing.assert_array_equal(layer[..., 3], attention_rgba(VALUES, 112)[..., 3])


def test_reports_on_one_search_are_the_same_bytes_and_a_later_test_changes_them(
    make_content: MakeContent, maps: SearchMaps, tmp_path: Path
) -> None:
    first = write_pdf(make_content(maps=maps), tmp_path / "a.pdf").read_bytes()
    assert write_pdf(make_content(maps=maps), tmp_path / "b.pdf").read_bytes() == first
    one, other, _ = maps.candidates
    assert other is not None
    later = dataclasses.replace(
        maps, candidates=(one, dataclasses.replace(other, faithfulness=beating(3)), None)
    )
    assert write_pdf(make_content(maps=later), tmp_path / "c.pdf").read_bytes() != first
