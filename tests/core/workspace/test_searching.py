"""Searches: ranked, kept, and honest about what they compared."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.errors import IntegrityFailure, NotFound, UsageError
from core.types import Fusion, Outcome
from core.workspace import EnrolmentItem, Workspace


@pytest.fixture
def probe(tmp_path: Path, astronaut: Path) -> Path:
    """The astronaut at a fifth of her size, as a JPEG."""
    path = tmp_path / "probe.jpg"
    Image.open(astronaut).resize((102, 102), Image.Resampling.BOX).save(path, quality=92)
    return path


def test_a_small_face_finds_its_person_and_the_search_is_kept_as_it_was(
    populated: Workspace, probe: Path
) -> None:
    (result,) = populated.search_paths([probe], top=5)
    assert result.search is not None
    found = result.search
    assert found.result.candidates[0].subject == "Eileen Collins"
    assert [candidate.rank for candidate in found.result.candidates] == [1, 2, 3, 4, 5]
    similarities = [candidate.similarity for candidate in found.result.candidates]
    assert similarities == sorted(similarities, reverse=True)
    assert found.result.gallery_size == 11
    assert found.result.gallery_revision == populated.gallery_stats().revision
    kept = populated.search_record(found.search_id)
    assert kept.result == found.result
    assert np.array_equal(kept.probe.embedding, found.probe.embedding)
    assert populated.probe_picture(found.search_id) == probe.read_bytes()


def test_the_similarity_is_the_cosine_of_the_embeddings(populated: Workspace, probe: Path) -> None:
    (result,) = populated.search_paths([probe], top=1)
    assert result.search is not None
    candidate = result.search.result.candidates[0]
    (analysis,) = populated.analyze_paths([Path(candidate.sample_source)])
    embedding = analysis.faces[0].embedding
    assert embedding is not None
    cosine = float(embedding.astype(np.float64) @ result.search.probe.embedding.astype(np.float64))
    assert candidate.similarity == pytest.approx(cosine, abs=1e-6)


def test_a_search_again_gives_the_same_list(populated: Workspace, probe: Path) -> None:
    (first,) = populated.search_paths([probe])
    (second,) = populated.search_paths([probe])
    assert first.search is not None
    assert second.search is not None
    assert first.search.result == second.search.result
    assert first.search.search_id != second.search.search_id


@pytest.mark.parametrize("fusion", list(Fusion))
def test_only_the_named_galleries_are_searched(
    populated: Workspace, astronaut: Path, probe: Path, fusion: Fusion
) -> None:
    list(populated.enroll([EnrolmentItem("Another name", astronaut)], gallery="second"))
    (result,) = populated.search_paths([probe], galleries=["second"], fusion=fusion)
    assert result.search is not None
    assert [candidate.subject for candidate in result.search.result.candidates] == ["Another name"]
    assert result.search.result.gallery_size == 1
    assert result.search.result.galleries == ("second",)
    with pytest.raises(NotFound):
        list(populated.search_paths([probe], galleries=["third"]))


def test_an_empty_gallery_gives_an_empty_list_that_is_kept(workspace: Workspace, probe: Path) -> None:
    case = workspace.new_case("Nobody to compare with")
    (result,) = workspace.search_paths([probe], case_id=case.case_id)
    assert result.search is not None
    assert result.search.result.candidates == ()
    assert result.search.result.gallery_size == 0
    assert [found.search_id for found in workspace.searches(case.case_id)] == [result.search.search_id]


def test_a_probe_that_cannot_be_assessed_is_an_outcome_and_the_others_are_searched(
    populated: Workspace, tmp_path: Path, probe: Path
) -> None:
    grey = tmp_path / "grey.png"
    Image.new("RGB", (200, 200), "grey").save(grey)
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"\x89PNG but no more")
    results = list(populated.search_paths([grey, broken, probe]))
    assert [result.outcome for result in results] == [
        Outcome.NOT_DETECTED,
        Outcome.UNREADABLE,
        Outcome.OK,
    ]
    assert all(result.reason for result in results[:2])


def test_a_file_that_changed_after_it_was_examined_is_not_searched_for(
    populated: Workspace, probe: Path
) -> None:
    image = populated.read_still(probe)
    face = populated.analyze(image).faces[0]
    probe.write_bytes(probe.read_bytes() + b" ")
    with pytest.raises(IntegrityFailure, match="changed"):
        populated.search(image, face)
    assert populated.searches() == ()


def test_a_list_without_places_is_a_usage_error(populated: Workspace, probe: Path) -> None:
    image = populated.read_still(probe)
    with pytest.raises(UsageError):
        populated.search(image, populated.analyze(image).faces[0], top=0)


def test_a_stored_picture_that_was_edited_is_found(populated: Workspace, probe: Path) -> None:
    (result,) = populated.search_paths([probe])
    assert result.search is not None
    (stored,) = [
        path
        for path in (populated.directory / "files").rglob("*")
        if path.is_file() and result.search.probe.picture_sha256 in path.as_posix().replace("/", "")
    ]
    stored.chmod(0o600)
    stored.write_bytes(stored.read_bytes()[:-1] + b"!")
    with pytest.raises(IntegrityFailure):
        populated.probe_picture(result.search.search_id)
    assert any(result.search.probe.picture_sha256 in problem for problem in populated.verify())


def test_a_search_can_be_run_again_on_the_gallery_as_it_is_now(
    populated: Workspace, astronaut: Path, probe: Path
) -> None:
    case = populated.new_case("Twice")
    populated.set_case_blind(case.case_id, False, "A review.")
    (before,) = populated.search_paths([probe], case_id=case.case_id)
    assert before.search is not None
    probe.unlink()
    list(populated.enroll([EnrolmentItem("Her other name", astronaut)], gallery="second"))
    again = populated.search_again(before.search.search_id, galleries=["second"], top=3)
    assert again.case_id == case.case_id
    assert [candidate.subject for candidate in again.result.candidates] == ["Her other name"]
    assert again.probe.embedding.tobytes() == before.search.probe.embedding.tobytes()
    assert again.result.gallery_revision > before.search.result.gallery_revision
    assert ("probe.from_search", str(before.search.search_id)) in again.conditions
    assert populated.probe_crop(again.search_id) == populated.probe_crop(before.search.search_id)


def test_the_intake_of_a_file_is_logged_once(populated: Workspace, probe: Path) -> None:
    list(populated.search_paths([probe, probe]))
    actions = [entry.action for entry in populated.audit_entries()]
    assert actions.count("evidence.intake") == 1
    assert actions.count("search.run") == 2
