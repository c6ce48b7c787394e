"""Steps that are undone and done again."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from core.errors import Conflict, NotFound
from core.storage import audit, journal
from core.storage.cases import new_case
from core.storage.database import Database
from core.storage.evidence import add_evidence
from core.storage.gallery import revision
from core.storage.record_schema import FaceCropRow, FaceRow, PictureRow, StepRow
from core.storage.samples import add_samples, samples
from core.storage.schema import CaseRow, EmbeddingRow, SampleRow, SubjectRow, TemplateRow
from core.storage.subjects import subjects
from core.types import EvidenceKind


@pytest.fixture
def case_id(database: Database) -> int:
    with database.write() as session:
        return new_case(session, "Till robbery").case_id


@pytest.fixture
def picture_id(database: Database, case_id: int) -> int:
    with database.write() as session:
        piece = add_evidence(session, case_id, EvidenceKind.STILL, "/a.png", "ab" * 32, 9, False)
        row = PictureRow(
            case_id=case_id, evidence_id=piece.evidence_id, sha256="ab" * 32, width=9, height=9, outcome="ok"
        )
        session.add(row)
        session.flush()
        return row.id


def title(database: Database, case_id: int) -> str:
    with database.read() as session:
        return session.get_one(CaseRow, case_id).title


def rename(database: Database, case_id: int, name: str) -> None:
    with (
        database.write() as session,
        journal.step(session, "Ada", "case.edit", {"title": name}, case_id=case_id),
    ):
        session.get_one(CaseRow, case_id).title = name


def undo(database: Database, case_id: int | None) -> str:
    with database.write() as session:
        return journal.undo(session, "Ada", case_id).action


def redo(database: Database, case_id: int | None) -> str:
    with database.write() as session:
        return journal.redo(session, "Ada", case_id).action


def draw(database: Database, case_id: int, picture_id: int) -> int:
    with database.write() as session, journal.step(session, "Ada", "face.draw", {}, case_id=case_id):
        face = FaceRow(
            picture_id=picture_id,
            box_x=1.5,
            box_y=2,
            box_width=3,
            box_height=4,
            detector="manual",
            outcome="ok",
            embedding=bytes(range(256)),
        )
        session.add(face)
        session.flush()
        session.add(FaceCropRow(face_id=face.id, png=b"\x89PNG"))
        session.flush()
        return face.id


def test_steps_are_undone_from_the_last_and_redone_from_the_first(database: Database, case_id: int) -> None:
    for name in "ABC":
        rename(database, case_id, name)
    for expected in ("B", "A", "Till robbery"):
        assert undo(database, case_id) == "case.edit"
        assert title(database, case_id) == expected
    with pytest.raises(NotFound, match="nothing to undo"):
        undo(database, case_id)
    for expected in "ABC":
        redo(database, case_id)
        assert title(database, case_id) == expected
    with pytest.raises(NotFound, match="nothing to redo"):
        redo(database, case_id)


def test_a_new_step_takes_the_place_of_those_that_were_undone(database: Database, case_id: int) -> None:
    rename(database, case_id, "A")
    rename(database, case_id, "B")
    undo(database, case_id)
    rename(database, case_id, "C")
    with database.read() as session:
        assert [(step.details, step.undone) for step in journal.steps(session, case_id)] == [
            ('{"title":"A"}', False),
            ('{"title":"C"}', False),
        ]
    with pytest.raises(NotFound):
        redo(database, case_id)


def test_a_face_with_its_crop_goes_and_comes_back_under_the_same_key(
    database: Database, case_id: int, picture_id: int
) -> None:
    key = draw(database, case_id, picture_id)
    undo(database, case_id)
    with database.read() as session:
        assert session.scalars(select(FaceRow)).all() == []
        assert session.scalars(select(FaceCropRow)).all() == []
    redo(database, case_id)
    with database.read() as session:
        face = session.get_one(FaceRow, key)
        assert (face.box_x, face.embedding, face.state) == (1.5, bytes(range(256)), "unknown")
        assert face.created.tzinfo is not None
        assert session.get_one(FaceCropRow, key).png == b"\x89PNG"


def test_what_was_changed_past_the_journal_is_not_overwritten(database: Database, case_id: int) -> None:
    rename(database, case_id, "A")
    with database.write() as session:
        session.get_one(CaseRow, case_id).title = "somebody else's"
    with pytest.raises(Conflict, match="changed again since"):
        undo(database, case_id)
    assert title(database, case_id) == "somebody else's"


def test_where_the_examiner_left_stands_in_the_way_of_no_undo(database: Database, case_id: int) -> None:
    rename(database, case_id, "A")
    with database.write() as session:
        session.get_one(CaseRow, case_id).place = "analyse/3"
    undo(database, case_id)
    with database.read() as session:
        row = session.get_one(CaseRow, case_id)
        assert (row.title, row.place) == ("Till robbery", "analyse/3")


def test_a_step_of_one_case_is_not_undone_from_another(database: Database, case_id: int) -> None:
    with database.write() as session:
        other = new_case(session, "Other").case_id
    rename(database, case_id, "A")
    for stack in (other, None):
        with pytest.raises(NotFound):
            undo(database, stack)


def test_a_block_that_fails_leaves_no_step_and_no_change(database: Database, case_id: int) -> None:
    def _fail() -> None:
        with (
            database.write() as session,
            journal.step(session, "Ada", "case.edit", {}, case_id=case_id),
        ):
            session.get_one(CaseRow, case_id).title = "half"
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        _fail()
    assert title(database, case_id) == "Till robbery"
    with database.read() as session:
        assert journal.steps(session, case_id) == ()


def test_a_block_that_changes_nothing_is_no_step(database: Database, case_id: int) -> None:
    with database.read() as session:
        before = audit.head(session)
    rename(database, case_id, "Till robbery")
    with database.read() as session:
        assert journal.steps(session, case_id) == ()
        assert audit.head(session) == before


def test_the_log_holds_the_step_its_undoing_and_its_redoing(database: Database, case_id: int) -> None:
    rename(database, case_id, "A")
    undo(database, case_id)
    redo(database, case_id)
    with database.read() as session:
        assert [entry.action for entry in audit.entries(session)][-3:] == [
            "case.edit",
            "step.undo",
            "step.redo",
        ]
        assert audit.problems(session) == ()


def test_subjects_put_together_come_apart_again_with_their_templates(
    database: Database, make_sample: object
) -> None:
    with database.write() as session:
        for name in ("Ada", "Bea"):
            add_samples(session, "a", name, [make_sample()])  # type: ignore[operator]
        before = revision(session)
        kept = [(one.name, one.samples) for one in subjects(session)]
        templates = session.execute(select(TemplateRow.id, TemplateRow.subject_id, TemplateRow.vector)).all()
    with database.write() as session, journal.step(session, "Ada", "subject.merge", {}):
        ada, bea = session.scalars(select(SubjectRow).order_by(SubjectRow.name))
        for sample in session.scalars(select(SampleRow).where(SampleRow.subject_id == bea.id)):
            sample.subject_id = ada.id
        for template in session.scalars(select(TemplateRow).where(TemplateRow.subject_id == bea.id)):
            session.delete(template)
        session.flush()
        session.delete(bea)
    with database.read() as session:
        assert [(one.name, one.samples) for one in subjects(session)] == [("Ada", 2)]
    undo(database, None)
    with database.read() as session:
        assert [(one.name, one.samples) for one in subjects(session)] == kept
        rows = session.execute(select(TemplateRow.id, TemplateRow.subject_id, TemplateRow.vector)).all()
        assert rows == templates
        assert revision(session) > before
    redo(database, None)
    with database.read() as session:
        assert len(samples(session)) == 2
        assert [one.name for one in subjects(session)] == ["Ada"]


def test_nothing_of_a_forgotten_row_is_left_in_the_journal(
    database: Database, case_id: int, picture_id: int, path: Path
) -> None:
    key = draw(database, case_id, picture_id)
    rename(database, case_id, "A")
    with database.write() as session:
        assert journal.forget(session, [("face_crops", {"face_id": key})]) == 1
        assert journal.forget(session, [("faces", {"id": key})]) == 0
    with database.read() as session:
        assert [row.action for row in session.scalars(select(StepRow))] == ["case.edit"]


def test_a_step_minds_only_what_it_changed(database: Database, case_id: int) -> None:
    rename(database, case_id, "A")
    with database.write() as session:
        session.get_one(CaseRow, case_id).blind = False
    undo(database, case_id)
    with database.read() as session:
        row = session.get_one(CaseRow, case_id)
        assert (row.title, row.blind) == ("Till robbery", False)


def test_an_embedding_with_a_key_of_text_goes_and_comes_back(database: Database, make_sample: object) -> None:
    with database.write() as session:
        add_samples(session, "a", "Ada", [make_sample()])  # type: ignore[operator]
        (before,) = session.execute(select(EmbeddingRow.model_id, EmbeddingRow.vector)).all()
    with database.write() as session, journal.step(session, "Ada", "embedding.remove", {}):
        session.delete(session.scalars(select(EmbeddingRow)).one())
    undo(database, None)
    with database.read() as session:
        assert session.execute(select(EmbeddingRow.model_id, EmbeddingRow.vector)).all() == [before]
    redo(database, None)
    with database.read() as session:
        assert session.scalars(select(EmbeddingRow)).all() == []
