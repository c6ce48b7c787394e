"""The gallery, by pointing and typing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel
from PySide6.QtGui import QImage
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QLineEdit,
    QListView,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.bootstrap import Desk
from app.pages.gallery_page import GalleryPage
from app.widgets.dialogs import NameDialog, ReasonDialog
from app.widgets.galleries.enrolment_dialog import EnrolmentDialog
from app.widgets.galleries.gallery_dialogs import CertificateDialog, EraseDialog, SubjectDialog
from app.widgets.galleries.reembedding_strip import ReembeddingStrip
from app.widgets.text import Notice
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
    page.commands.rename_action.trigger()
    (dialog,) = page.findChildren(NameDialog)
    qtbot.keyClicks(dialog.findChildren(QLineEdit)[0], "Miller")
    button(dialog, "Rename").click()
    rest(desk, qtbot)
    assert workspace.samples()[0].subject == "Miller"
    assert page.samples.rows[0].subject == "Miller"


def test_a_subject_is_removed_only_with_a_reason(
    desk: Desk, page: GalleryPage, workspace: FakeWorkspace, qtbot: QtBot
) -> None:
    page.commands.remove_action.trigger()
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
    page.commands.new_action.trigger()
    (dialog,) = page.findChildren(NameDialog)
    qtbot.keyClicks(dialog.findChildren(QLineEdit)[0], "Watch list")
    button(dialog, "Create").click()
    rest(desk, qtbot)
    page.chooser.setCurrentIndex(page.chooser.findData("Watch list"))
    rest(desk, qtbot)
    assert page.samples.rowCount() == 0
    page.commands.remove_gallery_action.trigger()
    (confirm,) = page.findChildren(ReasonDialog)
    qtbot.keyClicks(confirm._required[0], "No longer needed")
    button(confirm, "Remove").click()
    rest(desk, qtbot)
    assert page.gallery is None
    assert page.samples.rowCount() == 12
    assert [gallery.name for gallery in workspace.galleries()] == ["default"]


def choose(page: GalleryPage, view: QListView, *rows: int) -> None:
    """Choose rows of a list as with Ctrl and the mouse."""
    view.clearSelection()
    for row in rows:
        index = view.model().index(row, 0)
        view.selectionModel().select(index, QItemSelectionModel.SelectionFlag.Select)


def test_subjects_are_merged_under_the_name_that_is_chosen(
    desk: Desk, page: GalleryPage, workspace: FakeWorkspace, qtbot: QtBot, screenshot: Screenshot
) -> None:
    assert not page.commands.merge_action.isEnabled()
    choose(page, page.browser.subjects, 1, 3, 4)
    rest(desk, qtbot)
    qtbot.waitUntil(lambda: page.samples.rowCount() == 3)
    screenshot(desk.window, "gallery-merge")
    page.commands.merge_action.trigger()
    (dialog,) = page.findChildren(SubjectDialog)
    dialog.findChildren(QComboBox)[0].setCurrentIndex(1)
    button(dialog, "Merge").click()
    rest(desk, qtbot)
    assert workspace.moves == [("merge", (4, (2, 5)))]
    assert page.subjects.rowCount() == 10
    assert {one.subject: one.samples for one in page.subjects.rows}["Subject 004"] == 3


def test_chosen_samples_are_split_off_and_others_must_stay(
    desk: Desk, page: GalleryPage, workspace: FakeWorkspace, qtbot: QtBot
) -> None:
    workspace.merge_subjects(1, [2, 3])
    page.refresh()
    rest(desk, qtbot)
    choose(page, page.browser.subjects, 0)
    qtbot.waitUntil(lambda: page.samples.rowCount() == 3)
    choose(page, page.browser.samples, 0, 1, 2)
    assert not page.commands.split_action.isEnabled()
    choose(page, page.browser.samples, 1, 2)
    assert page.commands.split_action.isEnabled()
    page.commands.split_action.trigger()
    (dialog,) = page.findChildren(NameDialog)
    choose(page, page.browser.samples, 0)
    qtbot.keyClicks(dialog.findChildren(QLineEdit)[0], "Somebody else")
    button(dialog, "Split").click()
    rest(desk, qtbot)
    assert workspace.moves[-1] == ("split", (1, (2, 3), "Somebody else"))


def test_a_name_that_is_taken_is_refused_in_one_sentence_and_nothing_is_lost(
    desk: Desk, page: GalleryPage, workspace: FakeWorkspace, qtbot: QtBot
) -> None:
    workspace.merge_subjects(1, [2])
    page.refresh()
    rest(desk, qtbot)
    choose(page, page.browser.samples, 0)
    page.commands.split_action.trigger()
    (dialog,) = page.findChildren(NameDialog)
    qtbot.keyClicks(dialog.findChildren(QLineEdit)[0], "Subject 007")
    button(dialog, "Split").click()
    rest(desk, qtbot)
    assert page.notice.text == "There is already a subject 'Subject 007' in this gallery."
    assert page.samples.rowCount() == 12


def test_samples_are_moved_to_a_subject_by_its_name(
    desk: Desk, page: GalleryPage, workspace: FakeWorkspace, qtbot: QtBot
) -> None:
    choose(page, page.browser.samples, 2, 5)
    page.commands.move_action.trigger()
    (dialog,) = page.findChildren(NameDialog)
    qtbot.keyClicks(dialog.findChildren(QLineEdit)[0], "Subject 009")
    button(dialog, "Move").click()
    rest(desk, qtbot)
    assert workspace.moves == [("move", ((3, 6), 9))]


@pytest.mark.parametrize("unverified", [False, True])
def test_a_person_is_erased_with_a_reason_and_the_certificate_is_shown(
    desk: Desk,
    page: GalleryPage,
    workspace: FakeWorkspace,
    qtbot: QtBot,
    screenshot: Screenshot,
    unverified: bool,
) -> None:
    workspace.unverified = unverified
    page.commands.erase_action.trigger()
    (dialog,) = page.findChildren(EraseDialog)
    screenshot(dialog, "gallery-erase")
    assert not button(dialog, "Erase").isEnabled()
    qtbot.keyClicks(dialog._required[0], "Request 113")
    dialog.findChildren(QCheckBox)[0].click()
    button(dialog, "Erase").click()
    rest(desk, qtbot)
    assert workspace.moves == [("erase", (1, "Request 113", True))]
    assert page.samples.rowCount() == 11
    (certificate,) = page.findChildren(CertificateDialog)
    screenshot(certificate, "gallery-certificate")
    texts = [field.toPlainText() for field in certificate.findChildren(QPlainTextEdit)]
    assert "Certificate of erasure: subject 1" in texts[0]
    verdict = certificate.findChildren(Notice)[0].text
    assert ("should be gone: see" in verdict) is unverified
    button(certificate, "Close").click()


def test_a_reason_that_names_the_person_is_refused(
    desk: Desk, page: GalleryPage, workspace: FakeWorkspace, qtbot: QtBot
) -> None:
    page.commands.erase_action.trigger()
    (dialog,) = page.findChildren(EraseDialog)
    qtbot.keyClicks(dialog._required[0], "Subject 001 asked")
    button(dialog, "Erase").click()
    rest(desk, qtbot)
    assert "must not name the person" in page.notice.text
    assert page.samples.rowCount() == 12


def test_a_gallery_of_another_model_says_so_and_is_embedded_anew(
    desk: Desk, page: GalleryPage, workspace: FakeWorkspace, qtbot: QtBot, screenshot: Screenshot
) -> None:
    assert not page.commands.reembed_action.isEnabled()
    workspace.lacking = 12
    page.refresh()
    rest(desk, qtbot)
    strip = page.findChildren(ReembeddingStrip)[0]
    assert strip.text.startswith("12 of 12 samples have no embedding of the model in use, fake-network.")
    screenshot(desk.window, "gallery-reembed")
    button(strip, "Re-em").click()
    rest(desk, qtbot)
    assert workspace.lacking == 0
    assert not strip.isVisible()
    assert page.notice.text == "All 12 samples have an embedding of fake-network, which serves from now on."


def test_a_gallery_is_exported_and_imported(
    desk: Desk, page: GalleryPage, workspace: FakeWorkspace, qtbot: QtBot, tmp_path: Path
) -> None:
    assert not page.commands.export_action.isEnabled()
    page.chooser.setCurrentIndex(1)
    rest(desk, qtbot)
    assert page.commands.export_action.isEnabled()
    page.commands.transfer.export("default", tmp_path / "out.zip")
    rest(desk, qtbot)
    assert page.notice.text == f"12 samples of 12 subjects were written to {tmp_path / 'out.zip'}."
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "something").touch()
    page.commands.transfer.export("default", tmp_path / "full")
    rest(desk, qtbot)
    assert "overwrites nothing" in page.notice.text
    page.commands.transfer.import_bundle(tmp_path / "out.zip", "default")
    rest(desk, qtbot)
    assert page.notice.text.startswith("1 samples imported into default")
    assert page.samples.rowCount() == 13
    page.commands.transfer.import_bundle(tmp_path / "nothing.zip")
    rest(desk, qtbot)
    assert "is no bundle" in page.notice.text


def test_the_authority_of_an_enrolment_is_asked_for_and_shown(
    desk: Desk, page: GalleryPage, people: Path, qtbot: QtBot
) -> None:
    dialog = enrolment_dialog(desk, page, people, qtbot)
    field = next(one for one in dialog.form.findChildren(QLineEdit) if one.accessibleName() == "Authority")
    qtbot.keyClicks(field, "Court order 7")
    assert dialog.form.terms.authority == "Court order 7"
    dialog.reject()


def test_what_is_chosen_stays_chosen_when_the_gallery_is_read_again(
    desk: Desk, page: GalleryPage, qtbot: QtBot
) -> None:
    choose(page, page.browser.subjects, 2, 3)
    qtbot.waitUntil(lambda: page.samples.rowCount() == 2)
    page.browser.choose_sample(1)
    page.refresh()
    rest(desk, qtbot)
    assert [one.subject for one in page.chosen_subjects] == ["Subject 003", "Subject 004"]
    assert page.sample is not None
    assert page.sample.sample_id == 4


def enrolment_dialog(desk: Desk, page: GalleryPage, source: Path, qtbot: QtBot) -> EnrolmentDialog:
    """Open the dialog on a source."""
    page._enrolment.begin(source)
    rest(desk, qtbot)
    (dialog,) = page.findChildren(EnrolmentDialog)
    return dialog
