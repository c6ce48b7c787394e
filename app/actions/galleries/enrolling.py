"""Enrolling one face, or a folder or list of pictures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from app.jobs import JobRunner, Lane
from app.qtmodels.tables import EnrolmentsModel
from app.state import AppState, FaceInPicture
from app.widgets.galleries.enrolment_dialog import EnrolmentDialog, FaceEnrolmentDialog
from app.widgets.galleries.enrolment_form import EnrolmentTerms
from app.widgets.terms import enrolment_status
from core.progress import Progress
from core.types import Enrolment, EnrolmentStatus, Gallery

if TYPE_CHECKING:
    from core.workspace import Workspace


class _EnrolmentFlow(QObject):
    """What both ways of enrolling share; `told` carries a sentence and its tone."""

    told = Signal(str, str)

    def __init__(self, workspace: Workspace, runner: JobRunner, state: AppState, page: QWidget) -> None:
        super().__init__(page)
        self._workspace, self._runner, self._state, self._page = workspace, runner, state, page

    def _with_galleries(self, ask: partial[None]) -> None:
        self._runner.ask(
            self.tr("List the galleries"),
            self._workspace.galleries,
            owner=self,
            then=ask,
            failed=self._complain,
        )

    def _complain(self, sentence: str) -> None:
        self.told.emit(sentence, "error")


class FaceEnrolment(_EnrolmentFlow):
    """Asks for a subject and enrols one face of a picture.

    Parameters
    ----------
    workspace : Workspace
        The front door of the engine.
    runner : JobRunner
        Where the work is done.
    state : AppState
        Hears that the gallery has changed.
    page : QWidget
        Owner, and parent of the dialog.

    Attributes
    ----------
    told : Signal(str, str)
        A sentence about what became of it, and its tone.
    """

    def begin(self, chosen: FaceInPicture) -> None:
        """Ask under which name the face is to be enrolled."""
        self._with_galleries(partial(self._ask, chosen))

    def _ask(self, chosen: FaceInPicture, galleries: tuple[Gallery, ...]) -> None:
        dialog = FaceEnrolmentDialog(galleries, self._workspace.settings.gallery, self._page)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self._enroll(chosen, dialog.subject, dialog.form.terms))
        dialog.open()

    def _enroll(self, chosen: FaceInPicture, subject: str, terms: EnrolmentTerms) -> None:
        self._runner.run(
            Lane.MODEL,
            self.tr("Enrol a face as {0}").format(subject),
            lambda progress: self._workspace.enroll_face(
                chosen.image,
                chosen.face,
                subject,
                gallery=terms.gallery,
                min_recognizability=terms.min_recognizability,
                override_reason=terms.override_reason,
                authority=terms.authority,
            ),
            owner=self,
            then=self._report,
            failed=self._complain,
        )

    def _report(self, enrolment: Enrolment) -> None:
        if enrolment.status is EnrolmentStatus.ENROLLED:
            self._state.gallery_changed.emit()
            self.told.emit(self.tr("The face was enrolled as {0}.").format(enrolment.subject), "note")
        else:
            self.told.emit(enrolment.reason, "warning")


class SourceEnrolment(_EnrolmentFlow):
    """Shows what would come of a folder or list, then enrols it.

    Parameters
    ----------
    workspace : Workspace
        The front door of the engine.
    runner : JobRunner
        Where the work is done.
    state : AppState
        Hears that the gallery has changed.
    page : QWidget
        Owner, and parent of the dialog.

    Attributes
    ----------
    told : Signal(str, str)
        A sentence about what became of it, and its tone.
    """

    def begin(self, source: Path | None = None) -> None:
        """Ask what is to be enrolled."""
        self._with_galleries(partial(self._ask, source))

    def _ask(self, source: Path | None, galleries: tuple[Gallery, ...]) -> None:
        preview = EnrolmentsModel(partial(enrolment_status, dry_run=True), self)
        dialog = EnrolmentDialog(galleries, self._workspace.settings.gallery, preview, self._page)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.preview_requested.connect(partial(self._preview, dialog, preview))
        dialog.accepted.connect(lambda: self._enroll(dialog.source, dialog.form.terms))
        dialog.destroyed.connect(preview.deleteLater)
        if source is not None:
            dialog.set_source(source)
        dialog.open()

    def _preview(self, dialog: EnrolmentDialog, preview: EnrolmentsModel, source: Path) -> None:
        preview.replace([])
        terms = dialog.form.terms

        def _sum_up(_: None) -> None:
            counts = Counter(row.status for row in preview.rows)
            dialog.show_summary(
                counts[EnrolmentStatus.ENROLLED],
                counts[EnrolmentStatus.REFUSED],
                counts[EnrolmentStatus.ALREADY],
            )

        job_id = self._runner.stream(
            Lane.MODEL,
            self.tr("Preview the enrolment of {0}").format(source.name),
            lambda progress: self._enrolments(source, terms, True, progress),
            owner=dialog,
            each=preview.append,
            then=_sum_up,
            failed=dialog.show_failure,
        )
        dialog.finished.connect(lambda _result: self._runner.cancel(job_id))

    def _enroll(self, source: Path, terms: EnrolmentTerms) -> None:
        counts: Counter[EnrolmentStatus] = Counter()

        def _count(enrolment: Enrolment) -> None:
            counts[enrolment.status] += 1

        def _ended() -> None:
            self._state.gallery_changed.emit()
            text = self.tr("{0} enrolled in {1}, {2} refused.")
            enrolled, refused = counts[EnrolmentStatus.ENROLLED], counts[EnrolmentStatus.REFUSED]
            self.told.emit(text.format(enrolled, terms.gallery, refused), "warning" if refused else "note")

        self._runner.stream(
            Lane.MODEL,
            self.tr("Enrol {0} in {1}").format(source.name, terms.gallery),
            lambda progress: self._enrolments(source, terms, False, progress),
            owner=self,
            each=_count,
            failed=self._complain,
            ended=_ended,
            issue=_refusal,
        )

    def _enrolments(
        self, source: Path, terms: EnrolmentTerms, dry_run: bool, progress: Progress
    ) -> Iterator[Enrolment]:
        yield from self._workspace.enroll(
            self._workspace.plan_enrolment(source),
            gallery=terms.gallery,
            min_recognizability=terms.min_recognizability,
            override_reason=terms.override_reason,
            authority=terms.authority,
            dry_run=dry_run,
            progress=progress,
        )


def _refusal(enrolment: Enrolment) -> str:
    refused = enrolment.status is EnrolmentStatus.REFUSED
    return f"{enrolment.path.name}: {enrolment.reason}" if refused else ""
