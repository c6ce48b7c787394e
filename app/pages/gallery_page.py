"""The subjects and samples that probes are compared with."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QModelIndex, QSignalBlocker, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QAction, QImage
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QListView, QStackedWidget, QWidget

from app.actions import SourceEnrolment, make_action
from app.jobs import JobRunner
from app.qtimage import image_from_bytes
from app.qtmodels.gallery import SamplesModel
from app.qtmodels.thumbnails import Thumbnails
from app.state import AppState
from app.widgets.delegates import SAMPLE_CELL, SampleDelegate
from app.widgets.dialogs import NameDialog, ReasonDialog
from app.widgets.empty_state import EmptyState
from app.widgets.lists import row_list
from app.widgets.page import Page, tool_buttons
from app.widgets.sample_panel import SamplePanel
from app.widgets.terms import definition
from app.widgets.text import TextLabel
from app.widgets.theme import SPACING
from core.types import Gallery, Sample

if TYPE_CHECKING:
    from core.workspace import Workspace

_TYPING_PAUSE_MS = 150
_KEPT_PICTURES = 4096


class GalleryPage(Page):
    """A grid of samples with a filter, and the selected sample at the right.

    Parameters
    ----------
    workspace : Workspace
        The front door of the engine.
    runner : JobRunner
        Where work is done.
    state : AppState
        What pages share.
    parent : QWidget, optional
        Parent widget.
    """

    def __init__(
        self, workspace: Workspace, runner: JobRunner, state: AppState, parent: QWidget | None = None
    ) -> None:
        super().__init__(QCoreApplication.translate("GalleryPage", "Gallery"), parent)
        self._workspace, self._runner, self._state = workspace, runner, state
        self._crops = Thumbnails(runner, self._sample_crop, _KEPT_PICTURES, self)
        self._question = 0
        self.samples = SamplesModel(self._crops, self)
        self._enrolment = SourceEnrolment(workspace, runner, state, self)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_TYPING_PAUSE_MS)
        self._pause.timeout.connect(self._read_samples)
        tr = self.tr
        self.enrol_action = make_action(
            self, tr("&Enrol pictures…"), self._enrolment.begin, shortcut="Ctrl+Shift+E", picture="enrol"
        )
        self.new_action = make_action(self, tr("&New gallery…"), self._ask_gallery, picture="add")
        self.remove_gallery_action = make_action(
            self, tr("Remove this &gallery…"), self._ask_remove_gallery, picture="remove"
        )
        self.rename_action = make_action(
            self, tr("Re&name the subject…"), self._ask_name, shortcut="F2", picture="rename"
        )
        self.remove_action = make_action(
            self, tr("&Remove the subject…"), self._ask_remove, shortcut="Delete", picture="remove"
        )
        self.filter_action = make_action(
            self, tr("&Filter"), lambda: self.filter.setFocus(), shortcut="Ctrl+F", picture="search"
        )
        self._lay_out()
        self._crops.loaded.connect(self._show_crop)
        self._enrolment.told.connect(self.notice.say)
        state.gallery_changed.connect(self.refresh)
        self.refresh()

    @property
    def gallery(self) -> str | None:
        """The gallery that is shown, None for all."""
        name = self.chooser.currentData()
        return str(name) if name else None

    @property
    def sample(self) -> Sample | None:
        """The selected sample."""
        return self.samples.item(self.grid.currentIndex())

    @property
    def menu(self) -> tuple[str, list[QAction]]:
        """Title and entries of the page's menu."""
        subject = [self.filter_action, self.rename_action, self.remove_action]
        return self.tr("&Gallery"), [self.enrol_action, self.new_action, self.remove_gallery_action, *subject]

    @Slot()
    def refresh(self) -> None:
        """Read galleries and samples again."""
        self._ask(self.tr("List the galleries"), self._workspace.galleries, self._offer_galleries)
        self._read_samples()

    def _lay_out(self) -> None:
        tr = self.tr
        self.chooser = QComboBox()
        self.chooser.setMinimumWidth(184)
        self.chooser.setAccessibleName(tr("Gallery"))
        self.chooser.setToolTip(definition("gallery"))
        self.chooser.addItem(tr("All galleries"), "")
        self.chooser.currentIndexChanged.connect(self._read_samples)
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(tr("Filter by subject or file"))
        self.filter.setClearButtonEnabled(True)
        self.filter.setAccessibleName(tr("Filter"))
        self.filter.setMinimumWidth(200)
        self.filter.textChanged.connect(lambda _text: self._pause.start())
        self._count = TextLabel("", "muted")
        self.add_tools(tool_buttons([self.enrol_action, self.new_action, self.remove_gallery_action]))
        head = QHBoxLayout()
        head.setSpacing(SPACING)
        head.addWidget(self.chooser)
        head.addWidget(self.filter)
        head.addWidget(self._count)
        head.addStretch(1)
        self.grid = row_list(self.samples, SampleDelegate, tr("Samples"))
        self.grid.setFlow(QListView.Flow.LeftToRight)
        self.grid.setWrapping(True)
        self.grid.setResizeMode(QListView.ResizeMode.Adjust)
        self.grid.setGridSize(SAMPLE_CELL)
        self.grid.setIconSize(QSize(112, 112))
        self.grid.verticalScrollBar().setSingleStep(SAMPLE_CELL.height() // 4)
        self.grid.selectionModel().currentChanged.connect(self._show_current)
        hint = tr(
            "A gallery holds the people that probes are compared with. Enrol a folder that holds a folder "
            "for each subject, or a CSV file; you see what would be refused before anything is stored."
        )
        self._empty = EmptyState(
            "gallery", tr("Nobody is enrolled"), hint, [self.enrol_action, self.new_action]
        )
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self.grid)
        self.panel = SamplePanel(self._state.card, self.rename_action, self.remove_action)
        body = QHBoxLayout()
        body.setSpacing(SPACING)
        body.addWidget(self._stack, 1)
        body.addWidget(self.panel)
        self.body.addLayout(head)
        self.body.addLayout(body, 1)
        self.setFocusProxy(self.grid)

    def _offer_galleries(self, galleries: tuple[Gallery, ...]) -> None:
        chosen = self.gallery
        with QSignalBlocker(self.chooser):
            self.chooser.clear()
            self.chooser.addItem(self.tr("All galleries"), "")
            for gallery in galleries:
                text = self.tr("{0}  ({1} subjects)").format(gallery.name, gallery.subjects)
                self.chooser.addItem(text, gallery.name)
            self.chooser.setCurrentIndex(max(self.chooser.findData(chosen or ""), 0))
        if self.gallery != chosen:
            self._read_samples()
        self.remove_gallery_action.setEnabled(self.gallery is not None)

    @Slot()
    def _read_samples(self) -> None:
        self._question += 1
        question, gallery, text = self._question, self.gallery, self.filter.text().strip()
        self.remove_gallery_action.setEnabled(gallery is not None)

        def _show(samples: tuple[Sample, ...]) -> None:
            if question == self._question:
                self._show_samples(samples, text)

        self._ask(
            self.tr("List the samples"), lambda: self._workspace.samples(gallery=gallery, text=text), _show
        )

    def _show_samples(self, samples: tuple[Sample, ...], text: str) -> None:
        before = self.sample
        self.samples.replace(samples)
        people = len({sample.subject_id for sample in samples})
        self._count.setText(self.tr("{0} samples of {1} subjects").format(len(samples), people))
        if text:
            self._empty.say(
                self.tr("Nothing fits the filter"), self.tr("No subject or file contains “{0}”.").format(text)
            )
        self._stack.setCurrentIndex(int(bool(samples)))
        wanted = before.sample_id if before else None
        row = next((row for row, sample in enumerate(samples) if sample.sample_id == wanted), 0)
        if samples:
            self.grid.setCurrentIndex(self.samples.index(row))
        else:
            self._show_current(QModelIndex(), QModelIndex())

    @Slot(QModelIndex, QModelIndex)
    def _show_current(self, current: QModelIndex, before: QModelIndex) -> None:
        sample = self.samples.item(current)
        self.panel.show_sample(sample)
        self.rename_action.setEnabled(sample is not None)
        self.remove_action.setEnabled(sample is not None)
        self._show_crop()

    @Slot()
    def _show_crop(self) -> None:
        if self.sample is not None:
            self.panel.show_crop(self._crops.get(self.sample.sample_id))

    def _ask_gallery(self) -> None:
        hint = self.tr(
            "Subjects are unique within a gallery, and a search can be restricted to some galleries."
        )
        dialog = NameDialog(
            self.tr("New gallery"), hint, self.tr("Name"), self.tr("Create gallery"), parent=self
        )
        self._open(dialog, self._workspace.create_gallery)

    def _ask_remove_gallery(self) -> None:
        name = self.gallery
        if name is None:
            return
        hint = self.tr("{0} is removed with all its subjects, samples and embeddings. This cannot be undone.")
        dialog = ReasonDialog(
            self.tr("Remove a gallery"), hint.format(name), self.tr("Remove gallery"), parent=self
        )
        self._open(dialog, lambda reason: self._workspace.remove_gallery(name, reason))

    def _ask_name(self) -> None:
        sample = self.sample
        if sample is None:
            return
        dialog = NameDialog(
            self.tr("Rename the subject"),
            "",
            self.tr("Name"),
            self.tr("Rename"),
            sample.subject,
            parent=self,
        )
        self._open(dialog, lambda name: self._workspace.rename_subject(sample.subject_id, name))

    def _ask_remove(self) -> None:
        sample = self.sample
        if sample is None:
            return
        hint = self.tr("{0} is removed with all samples, crops and embeddings. This cannot be undone.")
        dialog = ReasonDialog(
            self.tr("Remove a subject"), hint.format(sample.subject), self.tr("Remove subject"), parent=self
        )
        self._open(dialog, lambda reason: self._workspace.remove_subject(sample.subject_id, reason))

    def _open(self, dialog: NameDialog | ReasonDialog, change: Callable[[str], object]) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self._change(partial(change, dialog.answer)))
        dialog.open()

    def _change(self, change: Callable[[], object]) -> None:
        self.notice.say("")
        self._ask(self.tr("Change the gallery"), change, lambda _: self._state.gallery_changed.emit())

    def _sample_crop(self, sample_id: int) -> QImage:
        return image_from_bytes(self._workspace.sample_crop(sample_id))

    def _ask(self, title: str, question: Callable[[], object], then: Callable[..., None]) -> None:
        self._runner.ask(title, question, owner=self, then=then, failed=self.say_failed)
