"""Examine the pictures of a case: review, draw, adjust, undo, leave and come back; with keys alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import skimage.data
from PIL import Image
from PySide6.QtCore import QAbstractItemModel, QPoint, QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QComboBox, QWidget
from pytestqt.qtbot import QtBot

from app.bootstrap import Desk
from app.pages.analyse_page import AnalysePage
from app.widgets.cases.case_dialogs import CaseDialog
from app.widgets.faces.face_grid import EVERYTHING
from app.widgets.faces.name_dialog import FaceNameDialog
from app.widgets.pictures.face_drawing import DrawingStep
from app.widgets.text import ElidedLabel
from core.types import CaseFace, FaceState, Outcome
from tests.app.fakes import FakeWorkspace

Screenshot = Callable[[QWidget, str], QImage]
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def page(desk: Desk) -> AnalysePage:
    """Return the page, on show, without a case."""
    desk.window.show_page("analyse")
    return desk.window.pages.analyse


@pytest.fixture
def album(tmp_path: Path) -> Path:
    """Return a folder with four pictures of two faces each, in four sizes."""
    folder = tmp_path / "album"
    folder.mkdir()
    whole = Image.fromarray(skimage.data.astronaut())
    for number, side in enumerate((512, 448, 384, 320), start=1):
        whole.resize((side, side)).save(folder / f"DSC_{number}.png")
    return folder


def rest(desk: Desk, qtbot: QtBot) -> None:
    """Wait until nothing runs and nothing waits to be told."""
    page = desk.window.pages.analyse
    timers = (page.browsing._timer, page._watch._timer, page.adjusting._timer)

    def _still() -> bool:
        return not desk.runner.active(quiet=True) and not any(timer.isActive() for timer in timers)

    qtbot.waitUntil(_still)


def open_case(desk: Desk, qtbot: QtBot, workspace: FakeWorkspace) -> int:
    """Open a new case and return its key."""
    case = workspace.new_case("Station, camera 4", "2026-114")
    desk.window.pages.cases._state.open_case(case)
    rest(desk, qtbot)
    return case.case_id


def with_album(desk: Desk, page: AnalysePage, album: Path, workspace: FakeWorkspace, qtbot: QtBot) -> int:
    """Open a case, take the album into it, and return the key of the case."""
    case_id = open_case(desk, qtbot, workspace)
    page.add([album])
    rest(desk, qtbot)
    return case_id


def press(qtbot: QtBot, widget: QWidget, *keys: Qt.Key, modifier: Qt.KeyboardModifier | None = None) -> None:
    """Press keys one after the other."""
    for key in keys:
        qtbot.keyClick(widget, key, modifier or Qt.KeyboardModifier.NoModifier)


def states(workspace: FakeWorkspace, case_id: int) -> list[FaceState]:
    """Return the states of all faces of a case as they are kept."""
    return [face.state for face in workspace.case_faces(case_id)]


def name_it(page: AnalysePage, qtbot: QtBot, name: str) -> None:
    """Answer the question whose face it is, and give the keyboard back to the window."""
    qtbot.waitUntil(lambda: bool(page.findChildren(FaceNameDialog)))
    (dialog,) = page.findChildren(FaceNameDialog)
    dialog.name.clear()
    qtbot.keyClicks(dialog.name, name)
    dialog.accept()
    page.window().activateWindow()
    qtbot.waitUntil(page.window().isActiveWindow)


def in_grid(page: AnalysePage) -> list[CaseFace]:
    """Return the faces of the grid in its order."""
    model: QAbstractItemModel = page.browsing.model
    return [model.index(row, 0).data(Qt.ItemDataRole.UserRole) for row in range(model.rowCount())]


def test_without_a_case_a_sentence_says_that_nothing_is_kept_and_one_button_makes_a_case_of_it(
    desk: Desk,
    page: AnalysePage,
    album: Path,
    workspace: FakeWorkspace,
    qtbot: QtBot,
    screenshot: Screenshot,
) -> None:
    assert page.strip.text == "What is found here is not kept until a case is open."
    page.add([album / "DSC_1.png", album / "DSC_2.png"])
    rest(desk, qtbot)
    assert page.face is not None
    assert page.face.face_id < 0
    press(qtbot, page.view, Qt.Key.Key_R)
    assert not workspace.undoable
    screenshot(desk.window, "analyse-no-case")
    page.case_making.make.trigger()
    (dialog,) = page.findChildren(CaseDialog)
    qtbot.keyClicks(dialog.title, "Station")
    dialog.accept()
    rest(desk, qtbot)
    assert not page.strip.isVisible()
    (case,) = workspace.cases()
    kept = workspace.case_pictures(case.case_id)
    assert [Path(one.path).name for one in kept] == ["DSC_1.png", "DSC_2.png"]
    assert page.face is not None
    assert page.face.face_id > 0
    assert page.examination.loose.rowCount() == 0


def test_pictures_analysed_before_a_case_was_opened_are_taken_into_it_only_when_asked(
    desk: Desk, page: AnalysePage, album: Path, workspace: FakeWorkspace, qtbot: QtBot
) -> None:
    page.add([album / "DSC_1.png"])
    rest(desk, qtbot)
    case_id = open_case(desk, qtbot, workspace)
    assert workspace.case_pictures(case_id) == ()
    assert page.examination.sources.rowCount() == 0
    assert page.strip.text.startswith("1 picture was analysed while no case was open")
    page.case_making.take.trigger()
    rest(desk, qtbot)
    assert len(workspace.case_pictures(case_id)) == 1
    assert page.face is not None
    assert page.strip.text == ""


def test_a_file_that_has_changed_since_is_not_taken_into_the_case_and_stays_listed(
    desk: Desk, page: AnalysePage, album: Path, workspace: FakeWorkspace, qtbot: QtBot
) -> None:
    page.add([album / "DSC_1.png", album / "DSC_2.png"])
    rest(desk, qtbot)
    (album / "DSC_1.png").write_bytes((album / "DSC_3.png").read_bytes())
    case_id = open_case(desk, qtbot, workspace)
    page.case_making.take.trigger()
    rest(desk, qtbot)
    assert [Path(one.path).name for one in workspace.case_pictures(case_id)] == ["DSC_2.png"]
    assert page.examination.loose.rowCount() == 1


def test_a_failing_file_of_a_batch_is_listed_with_its_reason_and_the_rest_is_kept(
    desk: Desk, page: AnalysePage, pictures: Path, workspace: FakeWorkspace, qtbot: QtBot
) -> None:
    case_id = open_case(desk, qtbot, workspace)
    page.add([pictures / "bad.jpg", pictures / "astronaut.png", pictures / "empty.png"])
    rest(desk, qtbot)
    assert len(workspace.case_pictures(case_id)) == 2
    outcomes = [source.outcome for source in page.examination.sources.all]
    assert sorted(outcomes) == sorted([Outcome.UNREADABLE, Outcome.OK, Outcome.NOT_DETECTED])


def test_the_case_is_there_again_at_the_same_place_after_a_restart(
    desk: Desk,
    page: AnalysePage,
    album: Path,
    workspace: FakeWorkspace,
    qtbot: QtBot,
    screenshot: Screenshot,
) -> None:
    case_id = with_album(desk, page, album, workspace, qtbot)
    page.list.setCurrentIndex(page.examination.sources.index(2))
    rest(desk, qtbot)
    press(qtbot, page.view, Qt.Key.Key_Right)
    rest(desk, qtbot)
    chosen, place = page.face, page.place()
    assert chosen is not None
    screenshot(desk.window, "analyse-case")
    state = desk.window.pages.cases._state
    state.open_case(None)
    rest(desk, qtbot)
    assert page.examination.sources.rowCount() == 0
    assert not page.view.has_picture
    state.open_case(workspace.case(case_id))
    page.restore_place(place)
    assert page.place() == place
    rest(desk, qtbot)
    assert page.face is not None
    assert page.face.face_id == chosen.face_id
    assert page.view.chosen == 1
    assert page.place() == place
    assert page.panel.maps.count() == 2
    page.restore_place("no place at all")
    assert page.place() == place


def test_states_are_set_by_single_keys_by_face_and_undone(
    desk: Desk,
    page: AnalysePage,
    album: Path,
    workspace: FakeWorkspace,
    qtbot: QtBot,
    screenshot: Screenshot,
) -> None:
    case_id = with_album(desk, page, album, workspace, qtbot)
    press(qtbot, page.view, Qt.Key.Key_X)
    rest(desk, qtbot)
    assert states(workspace, case_id)[:2] == [FaceState.NOT_A_FACE, FaceState.UNKNOWN]
    press(qtbot, page.view, Qt.Key.Key_Right, Qt.Key.Key_C)
    name_it(page, qtbot, "Subject 003")
    rest(desk, qtbot)
    second = workspace.case_faces(case_id)[1]
    assert (second.state, second.subject) == (FaceState.CONFIRMED, "Subject 003")
    said = [label.text for label in page.panel.findChildren(ElidedLabel)]
    assert "✓ confirmed: Subject 003" in said
    screenshot(desk.window, "analyse-states")
    for _ in range(2):
        workspace.undo(case_id)
        desk.window.pages.cases._state.record_changed.emit(case_id)
        rest(desk, qtbot)
    assert set(states(workspace, case_id)) == {FaceState.UNKNOWN}
    assert page.face is not None
    assert page.face.face_id == second.face_id
    assert page.face.state is FaceState.UNKNOWN


def test_a_name_is_completed_from_subjects_and_from_names_given_before(
    desk: Desk, page: AnalysePage, album: Path, workspace: FakeWorkspace, qtbot: QtBot
) -> None:
    with_album(desk, page, album, workspace, qtbot)
    press(qtbot, page.view, Qt.Key.Key_S)
    name_it(page, qtbot, "Witness B")
    rest(desk, qtbot)
    press(qtbot, page.view, Qt.Key.Key_Right, Qt.Key.Key_S)
    qtbot.waitUntil(lambda: bool(page.findChildren(FaceNameDialog)))
    (dialog,) = page.findChildren(FaceNameDialog)
    model = dialog.name.completer().model()
    names = [model.index(row, 0).data() for row in range(model.rowCount())]
    assert "Witness B" in names
    assert "Subject 003" in names
    assert not dialog.accept_button.isEnabled()
    dialog.reject()


def test_a_name_is_written_to_the_face_that_was_selected_when_the_question_was_asked(
    desk: Desk, page: AnalysePage, album: Path, workspace: FakeWorkspace, qtbot: QtBot
) -> None:
    case_id = with_album(desk, page, album, workspace, qtbot)
    press(qtbot, page.view, Qt.Key.Key_C)
    qtbot.waitUntil(lambda: bool(page.findChildren(FaceNameDialog)))
    page.list.setCurrentIndex(page.examination.sources.index(3))
    rest(desk, qtbot)
    name_it(page, qtbot, "Collins")
    rest(desk, qtbot)
    assert [face.subject for face in workspace.case_faces(case_id)][:2] == ["Collins", ""]
    assert states(workspace, case_id).count(FaceState.CONFIRMED) == 1


def test_the_grid_sorts_filters_and_marks_many_faces_at_once(
    desk: Desk,
    page: AnalysePage,
    album: Path,
    workspace: FakeWorkspace,
    qtbot: QtBot,
    screenshot: Screenshot,
) -> None:
    case_id = with_album(desk, page, album, workspace, qtbot)
    press(qtbot, page.list, Qt.Key.Key_G)
    rest(desk, qtbot)
    grid = page.browsing.grid
    assert grid.isVisible()
    assert len(in_grid(page)) == 8
    indices = [face.recognizability.index for face in in_grid(page) if face.recognizability]
    assert indices == sorted(indices, reverse=True)
    grid.choose("size", False, EVERYTHING, "")
    sizes = [face.eye_distance_px or 0 for face in in_grid(page)]
    assert sizes == sorted(sizes)
    grid.choose("recognizability", True, "faces", "low")
    assert len(in_grid(page)) == 4
    grid.choose("source", True, "faces", "")
    picture_ids = [face.picture_id for face in in_grid(page)]
    assert picture_ids == sorted(picture_ids, reverse=True)
    first = in_grid(page)[0]
    grid.make_current(first.face_id)
    press(qtbot, grid.list, Qt.Key.Key_Right, Qt.Key.Key_Right, modifier=SHIFT)
    assert len(grid.selected) == 3
    rest(desk, qtbot)
    screenshot(desk.window, "analyse-grid")
    press(qtbot, grid.list, Qt.Key.Key_X)
    rest(desk, qtbot)
    assert states(workspace, case_id).count(FaceState.NOT_A_FACE) == 3
    assert len(workspace.undoable) == 1
    assert len(in_grid(page)) == 5
    assert len(grid.selected) == 1
    workspace.undo(case_id)
    desk.window.pages.cases._state.record_changed.emit(case_id)
    rest(desk, qtbot)
    assert len(in_grid(page)) == 8


def test_the_face_of_the_grid_is_the_face_of_the_picture(
    desk: Desk, page: AnalysePage, album: Path, workspace: FakeWorkspace, qtbot: QtBot
) -> None:
    with_album(desk, page, album, workspace, qtbot)
    press(qtbot, page.list, Qt.Key.Key_G)
    rest(desk, qtbot)
    press(qtbot, page.browsing.grid.list, Qt.Key.Key_End)
    rest(desk, qtbot)
    last = in_grid(page)[-1]
    assert page.face is not None
    assert page.face.face_id == last.face_id
    press(qtbot, page.browsing.grid.list, Qt.Key.Key_Return)
    rest(desk, qtbot)
    assert page.view.isVisible()
    source = page.review.source
    assert source is not None
    assert source.faces[page.view.chosen].face_id == last.face_id


def test_a_selection_in_the_grid_outlives_results_that_stream_in(
    desk: Desk, page: AnalysePage, album: Path, workspace: FakeWorkspace, qtbot: QtBot
) -> None:
    open_case(desk, qtbot, workspace)
    page.add([album / "DSC_1.png"])
    rest(desk, qtbot)
    press(qtbot, page.list, Qt.Key.Key_G)
    grid = page.browsing.grid
    qtbot.keyClick(grid.list, Qt.Key.Key_A, CTRL)
    chosen = {face.face_id for face in grid.selected}
    assert len(chosen) == 2
    page.add([album / "DSC_2.png", album / "DSC_3.png"])
    rest(desk, qtbot)
    assert len(in_grid(page)) == 6
    assert {face.face_id for face in grid.selected} == chosen


def test_a_face_is_drawn_with_keys_alone_and_taken_back(
    desk: Desk,
    page: AnalysePage,
    pictures: Path,
    workspace: FakeWorkspace,
    qtbot: QtBot,
    screenshot: Screenshot,
) -> None:
    case_id = open_case(desk, qtbot, workspace)
    page.add([pictures / "empty.png"])
    rest(desk, qtbot)
    press(qtbot, page.list, Qt.Key.Key_B)
    view = page.view
    assert view.hasFocus()
    press(qtbot, view, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Up)
    press(qtbot, view, Qt.Key.Key_Down, Qt.Key.Key_Down, modifier=SHIFT)
    press(qtbot, view, Qt.Key.Key_Left, modifier=CTRL)
    press(qtbot, view, Qt.Key.Key_Return)
    assert view.drawing.step is DrawingStep.LANDMARKS
    screenshot(desk.window, "analyse-drawing")
    press(qtbot, view, Qt.Key.Key_Right, *[Qt.Key.Key_Return] * 5)
    rest(desk, qtbot)
    (face,) = workspace.case_faces(case_id)
    assert face.detection.manual
    assert face.detection.landmarks is not None
    box = face.detection.box
    assert box.height > box.width
    assert page.face is not None
    assert page.face.face_id == face.face_id
    workspace.undo(case_id)
    desk.window.pages.cases._state.record_changed.emit(case_id)
    rest(desk, qtbot)
    assert page.face is None


def test_box_and_landmarks_of_a_face_are_changed_with_keys_and_the_state_stays(
    desk: Desk,
    page: AnalysePage,
    album: Path,
    workspace: FakeWorkspace,
    qtbot: QtBot,
    screenshot: Screenshot,
) -> None:
    case_id = with_album(desk, page, album, workspace, qtbot)
    before = page.face
    assert before is not None
    assert before.detection.landmarks is not None
    press(qtbot, page.view, Qt.Key.Key_I)
    rest(desk, qtbot)
    press(qtbot, page.view, Qt.Key.Key_M, Qt.Key.Key_Right)
    press(qtbot, page.view, Qt.Key.Key_Right, modifier=SHIFT)
    press(qtbot, page.view, Qt.Key.Key_Tab, Qt.Key.Key_Tab, Qt.Key.Key_Down)
    screenshot(desk.window, "analyse-changing")
    press(qtbot, page.view, Qt.Key.Key_Return)
    rest(desk, qtbot)
    after = workspace.case_face(before.face_id)
    step = round(max(before.detection.box.width, before.detection.box.height) / 16)
    assert after.detection.box.x == pytest.approx(before.detection.box.x + step)
    assert after.detection.box.width == pytest.approx(before.detection.box.width + step)
    assert after.detection.landmarks is not None
    moved = after.detection.landmarks - before.detection.landmarks
    np.testing.assert_allclose(moved[:, 0], step, atol=1e-3)
    np.testing.assert_allclose(moved[:, 1], [0, step / 2, 0, 0, 0], atol=step / 16)
    assert after.state is FaceState.IGNORED
    workspace.undo(case_id)
    desk.window.pages.cases._state.record_changed.emit(case_id)
    rest(desk, qtbot)
    assert page.face is not None
    assert page.face.detection.box == before.detection.box


def test_a_box_is_moved_and_resized_with_the_mouse(
    desk: Desk, page: AnalysePage, album: Path, workspace: FakeWorkspace, qtbot: QtBot
) -> None:
    with_album(desk, page, album, workspace, qtbot)
    before = page.face
    assert before is not None
    box = before.detection.box
    press(qtbot, page.view, Qt.Key.Key_M)
    pull(page, qtbot, (box.x + box.width - 10, box.y + 10), (box.x + box.width + 10, box.y + 10))
    pull(page, qtbot, (box.x + box.width + 20, box.y + 60), (box.x + box.width + 30, box.y + 60))
    press(qtbot, page.view, Qt.Key.Key_Return)
    rest(desk, qtbot)
    after = workspace.case_face(before.face_id).detection.box
    assert after.as_list() == pytest.approx([box.x + 20, box.y, box.width + 10, box.height], abs=1.5)


def test_escape_leaves_a_face_as_it_was(
    desk: Desk, page: AnalysePage, album: Path, workspace: FakeWorkspace, qtbot: QtBot
) -> None:
    with_album(desk, page, album, workspace, qtbot)
    press(qtbot, page.view, Qt.Key.Key_M, Qt.Key.Key_Right, Qt.Key.Key_Escape)
    rest(desk, qtbot)
    assert not workspace.undoable
    assert page.view.drawing.step is DrawingStep.IDLE


def test_a_face_is_assessed_anew_without_a_case_too(
    desk: Desk, page: AnalysePage, album: Path, qtbot: QtBot
) -> None:
    page.add([album / "DSC_1.png"])
    rest(desk, qtbot)
    before = page.face
    assert before is not None
    press(qtbot, page.view, Qt.Key.Key_R, modifier=CTRL)
    rest(desk, qtbot)
    assert page.face is not None
    assert page.face.face_id == before.face_id
    assert page.face.recognizability != before.recognizability


def test_a_picture_is_adjusted_kept_beside_the_original_and_flipped(
    desk: Desk,
    page: AnalysePage,
    album: Path,
    workspace: FakeWorkspace,
    qtbot: QtBot,
    screenshot: Screenshot,
) -> None:
    case_id = with_album(desk, page, album, workspace, qtbot)
    original = level(page)
    press(qtbot, page.view, Qt.Key.Key_A)
    panel = page.adjusting.panel
    assert panel.isVisible()
    assert page.area.banner == ""
    panel.field("stops").field.setValue(1.0)
    rest(desk, qtbot)
    assert page.area.banner.startswith("Preview, not kept: exposure +1.0, from DSC_1.png")
    assert level(page) > original
    assert not page.marking.draw.isEnabled()
    screenshot(desk.window, "analyse-adjusting")
    press(qtbot, page.view, Qt.Key.Key_O)
    assert (level(page), page.area.banner) == (original, "")
    press(qtbot, page.view, Qt.Key.Key_O)
    assert level(page) > original
    press(qtbot, page.view, Qt.Key.Key_K, modifier=CTRL)
    rest(desk, qtbot)
    kept = workspace.case_pictures(case_id)[-1]
    assert (kept.operation, kept.parameters) == ("exposure", (("stops", 1.0),))
    assert page.area.banner.startswith("Derived picture: exposure +1.0, from DSC_1.png")
    names = [page.examination.sources.name(one) for one in page.examination.sources.all]
    assert names[:3] == ["DSC_1.png", "↳ exposure +1.0, from DSC_1.png", "DSC_2.png"]
    screenshot(desk.window, "analyse-derived")
    press(qtbot, page.view, Qt.Key.Key_O)
    rest(desk, qtbot)
    assert (level(page), page.area.banner) == (original, "")
    press(qtbot, page.view, Qt.Key.Key_O)
    rest(desk, qtbot)
    assert page.area.banner.startswith("Derived picture")


def test_closing_the_adjustments_shows_the_picture_with_its_faces_as_it_is(
    desk: Desk, page: AnalysePage, album: Path, workspace: FakeWorkspace, qtbot: QtBot
) -> None:
    with_album(desk, page, album, workspace, qtbot)
    original = level(page)
    press(qtbot, page.view, Qt.Key.Key_A)
    panel = page.adjusting.panel
    panel.operation.setCurrentIndex(1)
    panel.field("degrees").field.setValue(90)
    rest(desk, qtbot)
    assert page.view.face_count == 0
    press(qtbot, page.view, Qt.Key.Key_A)
    assert level(page) == original
    assert page.view.face_count == 2
    assert page.panel.isVisible()
    assert not page.adjusting.previewing


def test_news_of_the_record_leave_a_preview_with_its_banner_and_without_faces(
    desk: Desk, page: AnalysePage, album: Path, workspace: FakeWorkspace, qtbot: QtBot
) -> None:
    case_id = with_album(desk, page, album, workspace, qtbot)
    press(qtbot, page.view, Qt.Key.Key_A)
    page.adjusting.panel.field("stops").field.setValue(1.0)
    rest(desk, qtbot)
    light, banner = level(page), page.area.banner
    desk.window.pages.cases._state.record_changed.emit(case_id)
    rest(desk, qtbot)
    press(qtbot, page.view, Qt.Key.Key_R)
    rest(desk, qtbot)
    assert (level(page), page.area.banner) == (light, banner)
    assert banner.startswith("Preview, not kept")
    assert page.view.face_count == 0
    page.list.setCurrentIndex(page.examination.sources.index(1))
    rest(desk, qtbot)
    assert page.area.banner == ""
    assert page.view.face_count == 2
    assert page.adjusting.panel.parameters == {"stops": 0.0}


def test_an_adjustment_that_changes_nothing_is_not_kept_and_the_panel_stays(
    desk: Desk, page: AnalysePage, album: Path, workspace: FakeWorkspace, qtbot: QtBot
) -> None:
    case_id = with_album(desk, page, album, workspace, qtbot)
    press(qtbot, page.view, Qt.Key.Key_A)
    press(qtbot, page.view, Qt.Key.Key_K, modifier=CTRL)
    rest(desk, qtbot)
    assert "stays as it is" in page.notice.text
    assert page.adjusting.panel.isVisible()
    assert len(workspace.case_pictures(case_id)) == 4


def test_the_choice_of_a_field_is_offered_by_name(
    desk: Desk, page: AnalysePage, album: Path, workspace: FakeWorkspace, qtbot: QtBot
) -> None:
    with_album(desk, page, album, workspace, qtbot)
    press(qtbot, page.view, Qt.Key.Key_A)
    panel = page.adjusting.panel
    panel.operation.setCurrentIndex(2)
    choice = next(box for box in panel.findChildren(QComboBox) if box.accessibleName() == "Field")
    assert [choice.itemText(row) for row in range(choice.count())] == ["top", "bottom"]
    choice.setCurrentIndex(1)
    assert panel.parameters == {"field": 1.0}
    rest(desk, qtbot)


def test_faces_are_looked_for_in_a_derived_picture_when_asked(
    desk: Desk, page: AnalysePage, album: Path, workspace: FakeWorkspace, qtbot: QtBot
) -> None:
    case_id = with_album(desk, page, album, workspace, qtbot)
    press(qtbot, page.view, Qt.Key.Key_A)
    page.adjusting.panel.field("stops").field.setValue(0.5)
    press(qtbot, page.view, Qt.Key.Key_K, modifier=CTRL)
    rest(desk, qtbot)
    assert page.face is None
    page.marking.find.trigger()
    rest(desk, qtbot)
    assert page.face is not None
    assert len(workspace.case_faces(case_id)) == 10


def test_a_face_of_the_record_is_searched_for_by_its_key(
    desk: Desk, page: AnalysePage, album: Path, workspace: FakeWorkspace, qtbot: QtBot
) -> None:
    with_album(desk, page, album, workspace, qtbot)
    desk.window.pages.cases._state.open_case(None)
    desk.window.pages.cases._state.open_case(workspace.cases()[0])
    rest(desk, qtbot)
    chosen = page.face
    assert chosen is not None
    with qtbot.waitSignal(page.search_requested) as told:
        qtbot.keyClick(page.view, Qt.Key.Key_Return, CTRL)
    assert told.args[0].face_id == chosen.face_id
    rest(desk, qtbot)


def test_a_video_frame_is_a_picture_of_the_case_and_its_video_is_listed_again(
    desk: Desk, page: AnalysePage, pictures: Path, workspace: FakeWorkspace, qtbot: QtBot
) -> None:
    case_id = open_case(desk, qtbot, workspace)
    page.add([pictures / "clip.mp4"])
    rest(desk, qtbot)
    for _ in range(3):
        qtbot.keyClick(page.list, Qt.Key.Key_Period)
        rest(desk, qtbot)
    qtbot.keyClick(page.list, Qt.Key.Key_T)
    rest(desk, qtbot)
    (kept,) = workspace.case_pictures(case_id)
    assert kept.frame is not None
    assert kept.frame.ordinal == 3
    state = desk.window.pages.cases._state
    state.open_case(None)
    state.open_case(workspace.case(case_id))
    rest(desk, qtbot)
    names = [page.examination.sources.name(one) for one in page.examination.sources.all]
    assert names == ["clip.mp4", "clip.mp4, frame 3"]


def pull(page: AnalysePage, qtbot: QtBot, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Drag in the picture, in px of it."""
    port = page.view.viewport()

    def _at(point: tuple[float, float]) -> QPoint:
        return page.view.mapFromScene(QPointF(*point))

    qtbot.mousePress(port, Qt.MouseButton.LeftButton, pos=_at(start))
    qtbot.mouseMove(port, _at(end))
    qtbot.mouseRelease(port, Qt.MouseButton.LeftButton, pos=_at(end))


def level(page: AnalysePage) -> int:
    """Return the grey level a little beside the middle of the picture on show."""
    port = page.view.viewport()
    return port.grab().toImage().pixelColor(port.rect().center() + QPoint(37, 61)).lightness()
