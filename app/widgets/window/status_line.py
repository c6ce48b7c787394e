"""The line at the bottom: jobs, case, examiner, log, model, workspace."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QStatusBar, QToolButton, QWidget

from app.jobs import JobStatus
from app.state import AppState, EngineState
from app.widgets.cases.case_terms import case_definition
from app.widgets.terms import definition
from app.widgets.text import TextLabel


class StatusLine(QStatusBar):
    """Says what runs, which case is open, and what the model is and may be used for.

    Parameters
    ----------
    state : AppState
        Case and engine.
    workspace_directory : Path
        Where everything is kept.
    encrypted : bool
        Whether it is encrypted.
    parent : QWidget, optional
        Parent widget.

    Attributes
    ----------
    jobs_requested, model_requested, examiner_requested : Signal()
        The user wants to see the jobs, the model's card, or to say who is at work.
    """

    jobs_requested = Signal()
    model_requested = Signal()
    examiner_requested = Signal()

    def __init__(
        self, state: AppState, workspace_directory: Path, encrypted: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._state = state
        self.setSizeGripEnabled(False)
        self._jobs = QToolButton()
        self._jobs.setToolTip(self.tr("Show or hide the jobs  (Ctrl+J)"))
        self._jobs.clicked.connect(self.jobs_requested)
        self._case, self._engine, self._log = TextLabel(), TextLabel(), TextLabel()
        self._examiner = QToolButton()
        self._examiner.setToolTip(case_definition("examiner"))
        self._examiner.clicked.connect(self.examiner_requested)
        card = state.card
        model = QToolButton()
        model.setText(self.tr("{0}, see its licence").format(card.name))
        model.setToolTip(self.tr("Licence of the model: {0}").format(card.licence))
        model.clicked.connect(self.model_requested)
        self._directory = workspace_directory
        self._workspace = TextLabel()
        self.addWidget(self._jobs)
        self.addWidget(self._case)
        self.addPermanentWidget(self._examiner)
        self.addPermanentWidget(self._log)
        self.addPermanentWidget(self._engine)
        if card.provisional:
            provisional = TextLabel(self.tr("RI is provisional"))
            provisional.setToolTip(definition("provisional"))
            self.addPermanentWidget(provisional)
        self.addPermanentWidget(model)
        self.addPermanentWidget(self._workspace)
        state.engine_changed.connect(self._show_engine)
        state.case_changed.connect(self._show_case)
        state.examiner_changed.connect(self.show_examiner)
        self._show_engine()
        self._show_case()
        self.show_examiner("")
        self.show_log("")
        self.show_protection(encrypted)
        self.show_jobs((), None)

    def show_jobs(self, active: Sequence[JobStatus], latest: JobStatus | None) -> None:
        """Sum up what runs."""
        if not active:
            self._jobs.setText(self.tr("No jobs running"))
            return
        shown = active[0]
        if latest is not None:
            shown = next((status for status in active if status.job_id == latest.job_id), shown)
        step = shown.step
        count = self.tr(", {0} of {1}").format(step.done, step.total) if step.total else ""
        others = self.tr(" and {0} more").format(len(active) - 1) if len(active) > 1 else ""
        self._jobs.setText(shown.title + count + others)

    @Slot(str)
    def show_examiner(self, name: str) -> None:
        """Show who is at work."""
        self._examiner.setText(
            self.tr("Examiner: {0}").format(name) if name else self.tr("Nobody is signed in")
        )

    def show_protection(self, encrypted: bool) -> None:
        """Show whether the workspace is encrypted."""
        if encrypted:
            shown, told = self.tr("Workspace: {0}, encrypted"), self.tr("This workspace is encrypted.")
        else:
            shown = self.tr("Workspace: {0}, not encrypted")
            told = self.tr("This workspace is not encrypted: whoever has the disk can read it.")
        self._workspace.setText(shown.format(self._directory.name))
        self._workspace.setToolTip(f"{self._directory}\n\n{told}")

    @Slot(str)
    def show_log(self, head: str) -> None:
        """Show the beginning of the hash of the log's last entry, and the whole of it in the tooltip."""
        self._log.setText(self.tr("Log {0}").format(head[:12]) if head else "")
        self._log.setToolTip(f"{head}\n\n{case_definition('log')}")

    @Slot()
    def _show_engine(self) -> None:
        self._engine.setText(
            {
                EngineState.LOADING: self.tr("Loading the model …"),
                EngineState.READY: self.tr("Model ready"),
                EngineState.FAILED: self.tr("The model could not be loaded"),
            }[self._state.engine]
        )
        self._engine.setToolTip(self._state.engine_error)

    @Slot()
    def _show_case(self) -> None:
        case = self._state.case
        if case is None:
            self._case.setText(self.tr("No case is open"))
        else:
            self._case.setText(
                self.tr("Case: {0}").format(" ".join(filter(None, [case.reference, case.title])))
            )
