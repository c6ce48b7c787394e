"""What the regions of a probe contribute: kept with each search, tested on request, and honest afterwards."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.errors import Conflict, ModelMismatch, NotFound
from core.progress import Progress
from core.types import Fusion, Search
from core.workspace import EnrolmentItem, Workspace

MakeSearch = Callable[..., Search]


@pytest.fixture
def probe(tmp_path: Path, astronaut: Path) -> Path:
    """The astronaut at a fifth of her size."""
    path = tmp_path / "probe.png"
    Image.open(astronaut).resize((102, 102), Image.Resampling.BOX).save(path)
    return path


@pytest.fixture
def search(populated: Workspace, probe: Path) -> MakeSearch:
    """Search for the probe without testing any map."""

    def make(**options: object) -> Search:
        image = populated.read_still(probe)
        return populated.search(image, populated.analyze(image).faces[0], **options)  # type: ignore[arg-type]

    return make


@pytest.mark.parametrize("fusion", list(Fusion))
def test_each_candidate_has_evidence_that_adds_up_to_its_similarity(
    populated: Workspace, astronaut: Path, search: MakeSearch, fusion: Fusion
) -> None:
    turned = astronaut.with_name("mirrored.png")
    Image.open(astronaut).transpose(Image.Transpose.FLIP_LEFT_RIGHT).save(turned)
    list(populated.enroll([EnrolmentItem("Eileen Collins", turned)]))
    found = search(top=5, fusion=fusion)
    maps = populated.search_maps(found.search_id)
    assert len(maps.candidates) == len(found.result.candidates)
    for candidate, evidence in zip(found.result.candidates, maps.candidates, strict=True):
        assert evidence is not None
        assert evidence.similarity == pytest.approx(candidate.similarity, abs=1e-9)
        assert evidence.faithfulness is None
    assert maps.probe[0].faithfulness is None


def test_the_maps_of_a_probe_are_those_of_its_analysis(
    populated: Workspace, search: MakeSearch, probe: Path
) -> None:
    (face, *_) = populated.analyze(populated.read_still(probe)).faces
    kept = populated.search_maps(search().search_id).probe
    for one, same in zip(kept, face.attention_maps, strict=True):
        assert one.kind is same.kind
        np.testing.assert_array_equal(one.values, same.values)


def test_a_test_is_kept_logged_and_not_made_twice(populated: Workspace, search: MakeSearch) -> None:
    key = search(top=4).search_id
    tested = populated.test_maps(key, [1, 3])
    assert all(one.faithfulness is not None for one in tested.probe)
    assert [one is not None and one.faithfulness is not None for one in tested.candidates] == [
        True,
        False,
        True,
        False,
    ]
    kept = populated.search_maps(key)
    assert [one and one.faithfulness for one in kept.candidates] == [
        one and one.faithfulness for one in tested.candidates
    ]
    entries = populated.audit_entries()
    assert populated.test_maps(key, [1]).probe[0].faithfulness == tested.probe[0].faithfulness
    assert populated.audit_entries() == entries
    (logged,) = [entry for entry in entries if entry.action == "search.test_maps"]
    assert "rank 3" in str(logged.details)


def test_the_same_search_tested_twice_gives_the_same_numbers(
    populated: Workspace, search: MakeSearch
) -> None:
    first, second = (populated.test_maps(search(top=2).search_id, ranks) for ranks in ([1, 2], [2]))
    assert first.probe[0].faithfulness == second.probe[0].faithfulness
    one, other = first.of(2), second.of(2)
    assert one is not None
    assert other is not None
    assert one.faithfulness == other.faithfulness


def test_a_batch_tests_as_many_candidates_as_it_is_told(populated: Workspace, probe: Path) -> None:
    (untested,) = populated.search_paths([probe])
    (tested,) = populated.search_paths([probe], top=5, tested=2)
    assert untested.maps is not None
    assert tested.maps is not None
    assert untested.maps.probe[0].faithfulness is None
    assert tested.maps.probe[0].faithfulness is not None
    done = [one is not None and one.faithfulness is not None for one in tested.maps.candidates]
    assert done == [True, True, False, False, False]


def test_evidence_on_somebody_who_was_removed_can_be_read_but_no_longer_tested(
    populated: Workspace, search: MakeSearch
) -> None:
    found = search(top=2)
    populated.remove_subject(found.result.candidates[0].subject_id, reason="asked for it")
    assert populated.search_maps(found.search_id).of(1) is not None
    with pytest.raises(NotFound, match="was removed from the gallery"):
        populated.test_maps(found.search_id, [1])
    assert populated.test_maps(found.search_id, [2]).of(2) is not None


def test_evidence_on_a_template_that_has_changed_can_no_longer_be_tested(
    populated: Workspace, astronaut: Path, search: MakeSearch
) -> None:
    found = search(top=1, fusion=Fusion.WEIGHTED)
    smaller = astronaut.with_name("smaller.png")
    Image.open(astronaut).resize((300, 300)).save(smaller)
    list(populated.enroll([EnrolmentItem("Eileen Collins", smaller)]))
    with pytest.raises(Conflict, match="has changed since"):
        populated.test_maps(found.search_id, [1])


def test_maps_of_another_model_are_not_tested(
    populated: Workspace, search: MakeSearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = search(top=1)
    other = type("Card", (), {"model_id": "0" * 64})()
    monkeypatch.setattr(populated, "active_model", lambda: other)
    with pytest.raises(ModelMismatch, match="another model"):
        populated.test_maps(found.search_id)


def test_a_candidate_that_is_not_on_the_list_is_told(populated: Workspace, search: MakeSearch) -> None:
    found = search(top=1)
    for rank in (0, 2):
        with pytest.raises(NotFound, match=f"no candidate of rank {rank}"):
            populated.test_maps(found.search_id, [rank])


def test_progress_counts_the_crops_of_a_test(populated: Workspace, search: MakeSearch) -> None:
    steps: list[int] = []
    progress = Progress(lambda step: steps.append(step.done))
    populated.test_maps(search(top=1).search_id, [1], progress)
    assert max(steps) > 100


def test_a_search_without_candidates_has_maps_of_its_probe(workspace: Workspace, probe: Path) -> None:
    (result,) = workspace.search_paths([probe], tested=3)
    assert result.maps is not None
    assert result.maps.candidates == ()
    assert result.maps.probe[0].faithfulness is not None


def test_a_report_shows_what_was_tested_and_says_what_was_not(
    populated: Workspace, search: MakeSearch, tmp_path: Path
) -> None:
    found = search(top=3)
    populated.test_maps(found.search_id, [1])
    files = populated.report(found.search_id, tmp_path / "one")
    again = populated.report(found.search_id, tmp_path / "two")
    assert files.pdf.read_bytes() == again.pdf.read_bytes()
    told = json.loads(files.json.read_text(encoding="ascii"))["search"]
    first, second, _ = (candidate["evidence"] for candidate in told["candidates"])
    assert sum(map(sum, first["values"])) + first["constant"] == pytest.approx(
        told["candidates"][0]["similarity"], abs=1e-9
    )
    assert first["faithfulness"]["random_maps"] == 20
    assert second["faithfulness"] is None
    assert told["probe"]["maps"][0]["faithfulness"]["informative"] in (True, False)


def test_a_search_again_keeps_the_maps_of_its_probe_and_their_tests(
    populated: Workspace, search: MakeSearch
) -> None:
    before = search(top=2).search_id
    tested = populated.test_maps(before)
    again = populated.search_maps(populated.search_again(before).search_id)
    assert again.probe[0].faithfulness == tested.probe[0].faithfulness
    np.testing.assert_array_equal(again.probe[0].values, tested.probe[0].values)
    evidence, same = again.of(1), tested.of(1)
    assert evidence is not None
    assert same is not None
    np.testing.assert_array_equal(evidence.values, same.values)
    assert evidence.faithfulness is None
