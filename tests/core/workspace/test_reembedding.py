"""Another model for a gallery: nothing mixed, nothing lost, the old one serving until all is done."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from core.errors import Cancelled, IntegrityFailure, ModelMismatch, ModelUnavailable, WorkspaceUnusable
from core.progress import Progress, Step
from core.settings import load_settings
from core.workspace import Workspace

OTHER = "mobilefacenet-ms1m"


@pytest.fixture(autouse=True)
def small_batches(populated: Workspace) -> None:
    """Let eleven samples be three batches, so that there is something to stop between."""
    populated.settings = populated.settings.replace("recognition", batch_size=4)


def vectors(workspace: Workspace, model_id: str) -> list[tuple[int, bytes]]:
    """Return the stored embeddings of a model."""
    with sqlite3.connect(workspace.directory / "discern.db") as connection:
        query = "SELECT sample_id, vector FROM embeddings WHERE model_id = ? ORDER BY sample_id"
        return connection.execute(query, (model_id,)).fetchall()


def change(workspace: Workspace, statement: str, *values: object) -> None:
    """Change the database behind the program's back."""
    with sqlite3.connect(workspace.directory / "discern.db") as connection:
        connection.execute(statement, values)


def test_the_old_model_serves_until_the_new_one_is_complete(populated: Workspace, astronaut: Path) -> None:
    before = populated.active_model()
    image = populated.read_still(astronaut)
    populated.search(image, populated.analyze(image).faces[0])
    steps = []
    for step in populated.reembed(OTHER):
        steps.append(step)
        if not step.complete:
            assert populated.active_model() == before
            assert populated.search_again(1).result.model_id == before.model_id
    assert [step.done for step in steps] == [4, 8, 11, 11]
    assert [step.complete for step in steps] == [False, False, False, True]
    assert populated.active_model().name == OTHER
    found = populated.search(image, populated.analyze(image).faces[0])
    assert found.result.model_id == populated.active_model().model_id
    assert found.result.candidates[0].subject == "Eileen Collins"
    assert found.result.gallery_size == 11


def test_every_sample_bears_the_index_and_band_of_the_model_that_serves(populated: Workspace) -> None:
    before = {one.sample_id: one.recognizability for one in populated.samples()}
    list(populated.reembed(OTHER))
    card = populated.active_model()
    for sample in populated.samples():
        assert sample.model_id == card.model_id
        assert sample.band is card.bands.band(sample.recognizability)
        assert sample.recognizability != before[sample.sample_id]
    list(populated.reembed(load_settings().recognition.model))
    assert {one.sample_id: one.recognizability for one in populated.samples()} == before


def test_settings_keep_what_else_they_say(populated: Workspace) -> None:
    path = populated.directory / "settings.toml"
    path.write_text("[gallery]\ntop = 7\n", encoding="utf-8")
    list(populated.reembed(OTHER))
    read = load_settings(path)
    assert (read.recognition.model, read.gallery.top) == (OTHER, 7)


def test_what_was_stopped_goes_on_where_it_was(populated: Workspace) -> None:
    progress = Progress()

    def stop(step: Step) -> None:
        progress.cancel()

    progress.on_step = stop
    with pytest.raises(Cancelled):
        list(populated.reembed(OTHER, progress))
    done = populated.embedded_samples(OTHER)
    assert (done.embedded, done.samples, done.complete) == (4, 11, False)
    assert populated.active_model().name != OTHER
    assert [step.done for step in populated.reembed(OTHER)] == [8, 11, 11]


def test_a_search_is_refused_while_people_have_no_embedding_of_the_model(
    populated: Workspace, astronaut: Path
) -> None:
    image = populated.read_still(astronaut)
    face = populated.analyze(image).faces[0]
    model_id = populated.active_model().model_id
    change(populated, "DELETE FROM embeddings WHERE sample_id > 3")
    change(populated, "UPDATE counters SET value = value + 1 WHERE name = 'gallery'")
    with pytest.raises(ModelMismatch, match=r"only 3 of 11 samples.*gallery reembed"):
        populated.search(image, face)
    list(populated.reembed())
    assert len(vectors(populated, model_id)) == 11
    assert populated.search(image, face).result.gallery_size == 11


def test_a_stored_crop_gives_the_embedding_that_enrolment_gave(populated: Workspace) -> None:
    model_id = populated.active_model().model_id
    before = vectors(populated, model_id)
    change(populated, "DELETE FROM embeddings")
    # To the bit only for the same number of crops in a pass.
    populated.settings = load_settings()
    list(populated.reembed())
    assert vectors(populated, model_id) == before


def test_a_damaged_crop_stops_nothing_and_keeps_the_old_model(populated: Workspace) -> None:
    name = populated.active_model().name
    change(populated, "UPDATE crops SET png = x'00' WHERE sample_id = 5")
    with pytest.raises(IntegrityFailure, match="samples 5"):
        list(populated.reembed(OTHER))
    assert populated.embedded_samples(OTHER).embedded == 10
    assert populated.active_model().name == name


def test_settings_that_cannot_be_written_leave_everything_as_it_was(
    populated: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = populated.samples()
    name = populated.active_model().name

    def refuse(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("core.workspace.galleries.reembedding.write_settings", refuse)
    with pytest.raises(WorkspaceUnusable, match="No space left"):
        list(populated.reembed(OTHER))
    assert populated.samples() == before
    assert populated.active_model().name == name


def test_a_merge_before_the_change_of_model_can_no_longer_be_undone(populated: Workspace) -> None:
    first, second = (one.subject_id for one in populated.subjects(text="stranger")[:2])
    populated.merge_subjects(first, [second])
    list(populated.reembed(OTHER))
    assert populated.steps(None) == ()


def test_a_model_that_is_not_there_is_refused(populated: Workspace) -> None:
    with pytest.raises(ModelUnavailable):
        list(populated.reembed("nothing"))
