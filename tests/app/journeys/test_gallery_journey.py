"""The gallery, by pointing and typing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QCheckBox, QDoubleSpinBox, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.bootstrap import Desk
from app.pages.gallery_page import GalleryPage
from app.widgets.dialogs import NameDialog, ReasonDialog
from app.widgets.enrolment_dialog import EnrolmentDialog
from tests.app.fakes import FakeWorkspace

Screenshot = Callable[[QWidget, str], QImage]


@pytest.fixture
def page(desk: Desk) -> GalleryPage:
    """Return the page, on show."""
    desk.window.show_page("gallery")
    return desk.window.pages.gallery


@pytest.fixture
def people(tmp_path: Path) -> Path:
    """Return a folder with a folder for each of two subjects, one picture of which cannot be read."""
    for name in ("Ada/1.png", "Ada/bad.png", "Grace/1.png"):
        file = tmp_path / "people" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"")
    return tmp_path / "people"


def rest(desk: Desk, qtbot: QtBot) -> None:
    """Wait until nothing runs."""
    qtbot.waitUntil(lambda: not desk.runner.active(quiet=True))


def button(dialog: QWidget, text: str) -> QPushButton:
    """Return the button whose text begins so."""
    return next(one for one in dialog.findChildren(QPushButton) if one.text().startswith(text))


def test_samples_are_shown_with_their_pictures(
    desk: Desk, page: GalleryPage, qtbot: QtBot, screenshot: Screenshot
) -> None:
    desk.window.grab()
    rest(desk, qtbot)
    assert page.samples.rowCount() == 12
    image = screenshot(desk.window, "gallery")
    assert image.width() >= 1440


def test_a_filter_narrows_the_grid_and_says_when_nothing_fits(
    desk: Desk, page: GalleryPage, qtbot: QtBot
) -> None:
    qtbot.keyClicks(page.filter, "003")
    qtbot.waitUntil(lambda: page.samples.rowCount() == 1)
    qtbot.keyClicks(page.filter, "x")
    qtbot.waitUntil(lambda: page.samples.rowCount() == 0)
    page.filter.clear()
    qtbot.waitUntil(lambda: page.samples.rowCount() == 12)


def test_a_folder_is_previewed_before_anything_is_enrolled(
    desk: Desk,
    page: GalleryPage,
    workspace: FakeWorkspace,
    people: Path,
    qtbot: QtBot,
    screenshot: Screenshot,
) -> None:
    dialog = enrolment_dialog(desk, page, people, qtbot)
    button(dialog, "Preview").click()
    rest(desk, qtbot)
    screenshot(dialog, "enrolment")
    assert len(workspace.samples()) == 12
    enrol = button(dialog, "Enrol")
    assert enrol.text() == "Enrol 2"
    enrol.click()
    rest(desk, qtbot)
    assert [sample.subject for sample in workspace.samples()][12:] == ["Ada", "Grace"]
    assert page.notice.text == "2 enrolled in default, 1 refused."
    assert page.samples.rowCount() == 14


def test_a_gate_refuses_unless_it_is_overridden_with_a_reason(
    desk: Desk, page: GalleryPage, people: Path, qtbot: QtBot
) -> None:
    dialog = enrolment_dialog(desk, page, people, qtbot)
    dialog.form.findChildren(QDoubleSpinBox)[0].setValue(0.9)
    button(dialog, "Preview").click()
    rest(desk, qtbot)
    assert not button(dialog, "Enrol").isEnabled()
    dialog.form.findChildren(QCheckBox)[0].setChecked(True)
    assert not button(dialog, "Preview").isEnabled()
    reason = next(
        field for field in dialog.form.findChildren(QLineEdit) if field.accessibleName() == "Reason"
    )
    qtbot.keyClicks(reason, "The only picture there is")
    button(dialog, "Preview").click()
    rest(desk, qtbot)
    assert button(dialog, "Enrol").text() == "Enrol 2"
    dialog.reject()


def test_a_source_that_is_neither_folder_nor_list_is_refused_in_one_sentence(
    desk: Desk, page: GalleryPage, tmp_path: Path, qtbot: QtBot
) -> None:
    dialog = enrolment_dialog(desk, page, tmp_path / "nothing here", qtbot)
    button(dialog, "Preview").click()
    rest(desk, qtbot)
    assert "neither a folder nor a CSV file" in dialog._summary.text
    assert button(dialog, "Preview").isEnabled()
    dialog.reject()


def test_a_subject_is_renamed(desk: Desk, page: GalleryPage, workspace: FakeWorkspace, qtbot: QtBot) -> None:
    page.rename_action.trigger()
    (dialog,) = page.findChildren(NameDialog)
    qtbot.keyClicks(dialog.findChildren(QLineEdit)[0], "Miller")
    button(dialog, "Rename").click()
    rest(desk, qtbot)
    assert workspace.samples()[0].subject == "Miller"
    assert page.samples.rows[0].subject == "Miller"


def test_a_subject_is_removed_only_with_a_reason(
    desk: Desk, page: GalleryPage, workspace: FakeWorkspace, qtbot: QtBot
) -> None:
    page.remove_action.trigger()
    (dialog,) = page.findChildren(ReasonDialog)
    remove = button(dialog, "Remove")
    assert not remove.isEnabled()
    qtbot.keyClicks(dialog._required[0], "Asked for erasure")
    remove.click()
    rest(desk, qtbot)
    assert workspace.removal_reasons == ["Asked for erasure"]
    assert page.samples.rowCount() == 11
    assert "Subject 001" not in [sample.subject for sample in page.samples.rows]


def test_a_new_gallery_can_be_chosen_and_removed(
    desk: Desk, page: GalleryPage, workspace: FakeWorkspace, qtbot: QtBot
) -> None:
    page.new_action.trigger()
    (dialog,) = page.findChildren(NameDialog)
    qtbot.keyClicks(dialog.findChildren(QLineEdit)[0], "Watch list")
    button(dialog, "Create").click()
    rest(desk, qtbot)
    page.chooser.setCurrentIndex(page.chooser.findData("Watch list"))
    rest(desk, qtbot)
    assert page.samples.rowCount() == 0
    page.remove_gallery_action.trigger()
    (confirm,) = page.findChildren(ReasonDialog)
    qtbot.keyClicks(confirm._required[0], "No longer needed")
    button(confirm, "Remove").click()
    rest(desk, qtbot)
    assert page.gallery is None
    assert page.samples.rowCount() == 12
    assert [gallery.name for gallery in workspace.galleries()] == ["default"]


def enrolment_dialog(desk: Desk, page: GalleryPage, source: Path, qtbot: QtBot) -> EnrolmentDialog:
    """Open the dialog on a source."""
    page._enrolment.begin(source)
    rest(desk, qtbot)
    (dialog,) = page.findChildren(EnrolmentDialog)
    return dialog
