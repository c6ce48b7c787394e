"""Asking what to tune, with the recipe and a measured step of each choice."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.actions.training.tunings import Tunings
from app.jobs import JobRunner, Lane
from app.widgets.dialogs import opened
from app.widgets.training.tune_dialog import TuneDialog
from core.workspace.tuning.desk import LabelledSet, Method, Preset, TuningPlan

if TYPE_CHECKING:
    from core.workspace import Workspace


class TuneAsking(QObject):
    """Opens the dialog and answers its questions; another choice makes the measurement before it stop.

    Parameters
    ----------
    workspace : Workspace
        The front door of the engine.
    runner : JobRunner
        Where steps are measured.
    page : QWidget
        Owner, and parent of the dialog.
    tunings : Tunings
        Begins what was asked for.

    Attributes
    ----------
    told : Signal(str, str)
        A sentence about what cannot be done, and its tone.
    """

    told = Signal(str, str)

    def __init__(self, workspace: Workspace, runner: JobRunner, page: QWidget, tunings: Tunings) -> None:
        super().__init__(page)
        self._workspace, self._runner, self._page, self._tunings = workspace, runner, page, tunings
        self._job_id = -1

    def begin(self, sets: Sequence[LabelledSet], labelled: str, taken: Collection[str]) -> None:
        """Ask what to tune.

        Parameters
        ----------
        sets : sequence of LabelledSet
            What to offer.
        labelled : str
            The set to begin with.
        taken : collection of str
            Names of runs that there are.
        """
        if self._tunings.running:
            text = self.tr("{0} is going on; another tuning can begin when it has ended.")
            self.told.emit(text.format(self._tunings.running), "warning")
            return
        dialog = TuneDialog(sets, labelled, _free_name(labelled, taken), self._page)
        dialog.plan_requested.connect(lambda name, preset, method: self._plan(dialog, name, preset, method))
        dialog.accepted.connect(lambda: self._tunings.begin(dialog.request))
        dialog.finished.connect(lambda _result: self._runner.cancel(self._job_id))
        opened(dialog)
        dialog.plan()

    def _plan(self, dialog: TuneDialog, labelled: str, preset: Preset, method: Method) -> None:
        def _show(plan: TuningPlan) -> None:
            if shiboken6.isValid(dialog):
                dialog.show_plan(plan)

        def _complain(sentence: str) -> None:
            if shiboken6.isValid(dialog):
                dialog.show_problem(sentence)

        self._runner.cancel(self._job_id)
        self._job_id = self._runner.run(
            Lane.TRAINING,
            self.tr("Measure a step"),
            lambda progress: self._workspace.plan_tuning(
                labelled, preset=preset, method=method, progress=progress
            ),
            owner=dialog,
            then=_show,
            failed=_complain,
            quiet=True,
        )


def _free_name(labelled: str, taken: Collection[str]) -> str:
    """Return a name that no run has: that of the set, the day, and a number where there are several."""
    stem = f"{labelled}-{date.today():%Y%m%d}"
    names = [stem, *(f"{stem}-{number}" for number in range(2, len(taken) + 3))]
    return next(name for name in names if name not in taken)
