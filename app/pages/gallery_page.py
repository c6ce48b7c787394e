"""The subjects and samples that probes are compared with."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QCoreApplication, QSignalBlocker, QTimer, Slot
from PySide6.QtGui import QAction, QImage
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QWidget

from app.actions import SourceEnrolment, make_action
from app.actions.galleries.gallery_commands import GalleryCommands
from app.jobs import JobRunner
from app.qtimage import image_from_bytes
from app.qtmodels.gallery import SamplesModel, SubjectsModel
from app.qtmodels.thumbnails import Thumbnails
from app.state import AppState
from app.widgets.empty_state import EmptyState
from app.widgets.galleries.gallery_browser import GalleryBrowser
from app.widgets.galleries.reembedding_strip import ReembeddingStrip
from app.widgets.galleries.sample_panel import SamplePanel
from app.widgets.page import Page, columns, tool_buttons
from app.widgets.terms import definition
from app.widgets.text import TextLabel
from app.widgets.theme import SPACING
from core.types import Gallery, GalleryListing, ListedSample, ListedSubject, Sample

if TYPE_CHECKING:
    from core.workspace import EmbeddedSamples, Workspace

_TYPING_PAUSE_MS = 150
_KEPT_PICTURES = 512
_MOST_CHOSEN = 1000
"""Nobody merges or moves more at once, and to make an object of each row takes time."""


class GalleryPage(Page):
    """Subjects, their samples with a filter, and the selected sample with its provenance at the right.

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
        self._shown: Sample | None = None
        self.subjects = SubjectsModel(self._crops, self)
        self.samples = SamplesModel(self._crops, self)
        self._enrolment = SourceEnrolment(workspace, runner, state, self)
        self.commands = GalleryCommands(workspace, runner, state, self, self._enrolment)
        self.filter_action = make_action(
            self,
            self.tr("&Filter"),
            lambda: self.filter.setFocus(),
            shortcut="Ctrl+F",
            picture="search",
            tip=self.tr("Go to the filter"),
        )
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_TYPING_PAUSE_MS)
        self._pause.timeout.connect(self._read_samples)
        self._lay_out()
        self._crops.loaded.connect(self._show_crop)
        for source in (self._enrolment.told, self.commands.told):
            source.connect(self.notice.say)
        state.gallery_changed.connect(self._crops.forget)
        state.gallery_changed.connect(self.refresh)
        self.refresh()

    @property
    def gallery(self) -> str | None:
        """The gallery that is shown, None for all."""
        name = self.chooser.currentData()
        return str(name) if name else None

    @property
    def sample(self) -> ListedSample | None:
        """The current sample."""
        return self.samples.item(self.browser.current_sample())

    @property
    def chosen_subjects(self) -> list[ListedSubject]:
        """The chosen subjects; without any, that of the current sample. None where too many are chosen."""
        rows = self.browser.chosen_subjects()
        if not len(rows) and self.sample is not None:
            row = self.subjects.row_of(self.sample.subject_id)
            return [] if row is None else [self.subjects.at(row)]
        return [self.subjects.at(int(row)) for row in rows] if len(rows) <= _MOST_CHOSEN else []

    @property
    def chosen_samples(self) -> list[ListedSample]:
        """The chosen samples. None where too many are chosen."""
        rows = self.browser.chosen_samples()
        return [self.samples.at(int(row)) for row in rows] if len(rows) <= _MOST_CHOSEN else []

    @property
    def menu(self) -> tuple[str, list[QAction]]:
        """Title and entries of the page's menu."""
        return self.tr("&Gallery"), [*self.commands.all, self.filter_action]

    def place(self) -> str:
        """Return the name of the gallery that is shown."""
        return self.gallery or ""

    def restore_place(self, place: str) -> None:
        """Show a gallery by its name."""
        self.chooser.setCurrentIndex(max(self.chooser.findData(place), 0))

    @Slot()
    def refresh(self) -> None:
        """Read galleries and samples again."""
        self._ask(self.tr("List the galleries"), self._workspace.galleries, self._offer_galleries)
        self._ask(self.tr("Count the embeddings"), self._workspace.embedded_samples, self._show_embedded)
        self._read_samples()

    def _lay_out(self) -> None:
        tr, commands = self.tr, self.commands
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
        self.add_tools(tool_buttons(commands.of_galleries))
        head = QHBoxLayout()
        head.setSpacing(SPACING)
        head.addWidget(self.chooser)
        head.addWidget(self.filter)
        head.addWidget(self._count)
        head.addStretch(1)
        hint = tr(
            "A gallery holds the people that probes are compared with. Enrol a folder that holds a folder "
            "for each subject, or a CSV file; you see what would be refused before anything is stored."
        )
        self._empty = EmptyState(
            "gallery", tr("Nobody is enrolled"), hint, [commands.enrol_action, commands.new_action]
        )
        self.browser = GalleryBrowser(
            self.subjects, self.samples, commands.of_subjects, commands.of_samples, self._empty
        )
        self.browser.subjects_chosen.connect(self._show_chosen_subjects)
        self.browser.samples_chosen.connect(self._show_current)
        self.panel = SamplePanel(self._state.card, commands.of_person)
        self._strip = ReembeddingStrip(commands.reembed_action)
        body = columns([1000, 336], self.browser, self.panel, growing=0)
        self.body.addLayout(head)
        self.body.addWidget(self._strip)
        self.body.addWidget(body, 1)
        self.setFocusProxy(self.browser)

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
        self.commands.follow(self.gallery, self.chosen_subjects, self.chosen_samples)

    def _show_embedded(self, held: EmbeddedSamples) -> None:
        self._strip.show_state(held.model, held.embedded, held.samples)

    @Slot()
    def _read_samples(self) -> None:
        self._question += 1
        question, gallery, text = self._question, self.gallery, self.filter.text().strip()

        def _show(listing: GalleryListing) -> None:
            if question == self._question:
                self.show_listing(listing, text)

        self._ask(self.tr("List the samples"), lambda: self._workspace.gallery_listing(gallery, text), _show)

    def show_listing(self, listing: GalleryListing, text: str = "") -> None:
        """Show subjects and samples; what was chosen stays chosen where it is still there.

        Parameters
        ----------
        listing : GalleryListing
            What there is.
        text : str
            The filter that it fits.
        """
        sample = self.sample
        chosen = self.subjects.listing.subject_ids[self.browser.chosen_subjects()]
        self.subjects.replace(listing)
        rows = np.flatnonzero(np.isin(listing.subject_ids, chosen))
        self.browser.choose_subjects(rows)
        self.samples.replace(listing, rows if len(rows) else None)
        self._count.setText(
            self.tr("{0} samples of {1} subjects").format(len(listing.sample_ids), len(listing.subjects))
        )
        if text:
            self._empty.say(
                self.tr("Nothing fits the filter"), self.tr("No subject or file contains “{0}”.").format(text)
            )
        self._choose(None if sample is None else sample.sample_id)

    @Slot()
    def _show_chosen_subjects(self) -> None:
        sample = self.sample
        rows = self.browser.chosen_subjects()
        self.samples.replace(self.subjects.listing, rows if len(rows) else None)
        self._choose(None if sample is None else sample.sample_id)

    def _choose(self, sample_id: int | None) -> None:
        row = None if sample_id is None else self.samples.row_of(sample_id)
        if self.samples.rowCount():
            self.browser.choose_sample(row or 0)
        else:
            self._show_current()

    @Slot()
    def _show_current(self) -> None:
        sample = self.sample
        self.commands.follow(self.gallery, self.chosen_subjects, self.chosen_samples)
        if sample is None:
            self._shown = None
            self.panel.show_sample(None)
        elif self._shown is None or self._shown.sample_id != sample.sample_id:
            self._ask(
                self.tr("Read a sample"), lambda: self._workspace.sample(sample.sample_id), self._show_sample
            )
        self._show_crop()

    def _show_sample(self, sample: Sample) -> None:
        current = self.sample
        if current is not None and current.sample_id == sample.sample_id:
            self._shown = sample
            self.panel.show_sample(sample)
            self._show_crop()

    @Slot()
    def _show_crop(self) -> None:
        if self.sample is not None:
            self.panel.show_crop(self._crops.get(self.sample.sample_id))

    def _sample_crop(self, sample_id: int) -> QImage:
        return image_from_bytes(self._workspace.sample_crop(sample_id))

    def _ask(self, title: str, question: Callable[[], object], then: Callable[..., None]) -> None:
        self._runner.ask(title, question, owner=self, then=then, failed=self.say_failed)
