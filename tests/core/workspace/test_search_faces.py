"""Several faces of one person as one probe, with the network at work."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.errors import Conflict, ModelMismatch, NotFound, UsageError
from core.types import CaseStatus, FaceState, Suitability
from core.workspace import Workspace


@pytest.fixture
def case(populated: Workspace) -> int:
    """A case whose candidates show at once."""
    made = populated.new_case("Several probes").case_id
    populated.set_case_blind(made, False, "A review.")
    return made


@pytest.fixture
def faces(populated: Workspace, case: int, astronaut: Path, tmp_path: Path) -> dict[int, np.ndarray]:
    """The astronaut at three sizes, the smallest first, as kept faces of the case with their embeddings."""
    found = {}
    for size in (64, 102, 200):
        path = tmp_path / f"probe {size}.png"
        Image.open(astronaut).resize((size, size), Image.Resampling.BOX).save(path)
        (analysis,) = populated.analyze_paths([path])
        face = max(analysis.faces, key=lambda one: one.detection.box.area)
        _, kept = populated.keep_analysis(case, analysis)
        largest = max(kept, key=lambda one: one.detection.box.area)
        assert face.embedding is not None
        found[largest.face_id] = face.embedding.astype(np.float64)
    return found


def test_the_template_is_the_mean_weighted_by_recognizability_and_is_what_is_compared(
    populated: Workspace, case: int, faces: dict[int, np.ndarray]
) -> None:
    indices = {key: populated.case_face(key).recognizability for key in faces}
    quality = {key: max(one.index, 0.0) for key, one in indices.items() if one is not None}
    found = populated.search_faces([*faces, *faces], top=3)

    total = sum(quality.values())
    assert {one.face_id: one.weight for one in found.faces} == pytest.approx(
        {key: value / total for key, value in quality.items()}
    )
    mean = sum(quality[key] * faces[key] for key in faces)
    np.testing.assert_allclose(found.probe.embedding, mean / np.linalg.norm(mean), atol=1e-6)
    best = max(quality, key=lambda key: quality[key])
    assert found.faces[0].face_id == best
    assert found.probe.recognizability.index == pytest.approx(quality[best], abs=1e-6)

    first = found.result.candidates[0]
    assert first.subject == "Eileen Collins"
    (enrolled,) = populated.analyze_paths([Path(first.sample_source)])
    assert enrolled.faces[0].embedding is not None
    cosine = float(found.probe.embedding.astype(np.float64) @ enrolled.faces[0].embedding.astype(np.float64))
    assert first.similarity == pytest.approx(cosine, abs=1e-6)

    kept = populated.search_record(found.search_id)
    assert kept.faces == found.faces
    assert kept.case_id == case
    assert populated.search_again(found.search_id).faces == found.faces
    assert populated.search_maps(found.search_id).candidates == (None, None, None)
    with pytest.raises(UsageError, match="template of 3 faces"):
        populated.test_maps(found.search_id, [1])


def test_a_single_face_is_searched_for_as_it_is(
    populated: Workspace, case: int, faces: dict[int, np.ndarray]
) -> None:
    key = max(faces)
    found = populated.search_faces([key], top=2)
    assert [(one.face_id, one.weight) for one in found.faces] == [(key, 1.0)]
    np.testing.assert_allclose(found.probe.embedding, faces[key], atol=1e-6)
    image, face = populated.assess_face(key)
    by_hand = populated.search(image, face, top=2, case_id=case, face_id=key)
    assert by_hand.faces == found.faces
    assert [one.subject_id for one in by_hand.result.candidates] == [
        one.subject_id for one in found.result.candidates
    ]
    evidence = populated.search_maps(found.search_id).of(1)
    assert evidence is not None
    assert evidence.similarity == pytest.approx(found.result.candidates[0].similarity, abs=1e-9)


def test_faces_that_cannot_form_a_template_are_refused(
    populated: Workspace, case: int, faces: dict[int, np.ndarray], tmp_path: Path
) -> None:
    one, other, third = faces
    with pytest.raises(UsageError, match="at least one face"):
        populated.search_faces([])
    with pytest.raises(NotFound, match="no face with the number 999"):
        populated.search_faces([one, 999])
    populated.set_face_states([other], FaceState.NOT_A_FACE)
    with pytest.raises(UsageError, match="said to be no face"):
        populated.search_faces([one, other])
    elsewhere = populated.new_case("Elsewhere").case_id
    (analysis,) = populated.analyze_paths([tmp_path / "probe 102.png"])
    _, (stranger, *_) = populated.keep_analysis(elsewhere, analysis)
    with pytest.raises(UsageError, match="several cases"):
        populated.search_faces([one, stranger.face_id])
    image, face = populated.assess_face(one)
    with pytest.raises(UsageError, match="does not belong to the case"):
        populated.search(image, face, case_id=elsewhere, face_id=one)
    populated.undo(case)
    with closing(sqlite3.connect(populated.directory / "discern.db")) as file, file:
        file.execute("UPDATE faces SET model_id = ? WHERE id = ?", ("f" * 64, third))
        file.execute("UPDATE faces SET embedding = NULL WHERE id = ?", (other,))
    with pytest.raises(ModelMismatch, match=f"Face {third} was assessed with another model"):
        populated.search_faces([one, third])
    with pytest.raises(UsageError, match=f"Face {other} could not be assessed"):
        populated.search_faces([one, other])


def test_a_blind_search_returns_no_candidates_and_a_closed_case_takes_no_search(
    populated: Workspace, case: int, faces: dict[int, np.ndarray], tmp_path: Path
) -> None:
    populated.set_case_blind(case, True, "")
    found = populated.search_faces([*faces], top=3)
    assert found.candidates_hidden
    assert found.result.candidates == ()
    (batch,) = populated.search_paths([tmp_path / "probe 102.png"], case_id=case, top=3, tested=1)
    assert batch.search is not None
    assert batch.maps is not None
    assert batch.search.candidates_hidden
    assert batch.maps.candidates == ()
    populated.judge_probe(batch.search.search_id, Suitability.SUITABLE)
    revealed = populated.search_maps(batch.search.search_id).of(1)
    assert revealed is not None
    assert revealed.faithfulness is not None, "it was tested while it was hidden"
    before = len(populated.searches(case))
    populated.set_case_status(case, CaseStatus.CLOSED)
    image, face = populated.assess_face(max(faces))
    for refused in (
        lambda: populated.search_faces([*faces]),
        lambda: populated.search(image, face, case_id=case),
        lambda: populated.search_again(found.search_id),
    ):
        with pytest.raises(Conflict, match="closed"):
            refused()
    assert len(populated.searches(case)) == before
