"""Offering at a start what a crash interrupted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMessageBox, QWidget

from app.jobs import Batch, JobRunner, UnfinishedBatches, remaining
from app.widgets.dialogs import opened
from core.errors import NotFound
from core.types import Case

if TYPE_CHECKING:
    from core.workspace import Workspace

_NAMED = 5


class Resuming(QObject):
    """Names the files whose analysis a crash interrupted, and analyses those that are left if asked to.

    Parameters
    ----------
    workspace : Workspace
        The front door of the engine.
    runner : JobRunner
        Where work is done.
    unfinished : UnfinishedBatches
        What was under way.
    window : QWidget
        Owner, and parent of the question.
    enter_case : callable
        Called with the case that the files belong to.
    open_paths : callable
        Called with the files that are left.
    """

    def __init__(
        self,
        workspace: Workspace,
        runner: JobRunner,
        unfinished: UnfinishedBatches,
        window: QWidget,
        enter_case: Callable[[Case], None],
        open_paths: Callable[[Sequence[Path]], None],
    ) -> None:
        super().__init__(window)
        self._workspace, self._runner, self._unfinished = workspace, runner, unfinished
        self._window, self._enter_case, self._open_paths = window, enter_case, open_paths

    def begin(self) -> None:
        """Look for what was left, and ask about it."""
        self._runner.ask(
            self.tr("Look for interrupted work"), self._left, owner=self, then=self._ask_about_each
        )

    def _left(self) -> list[tuple[Case | None, Batch]]:
        found: list[tuple[Case | None, Batch]] = []
        for batch in self._unfinished.left():
            case, rest = None, batch
            if batch.case_id is not None:
                try:
                    case = self._workspace.case(batch.case_id)
                except NotFound:
                    continue
                known = self._workspace.case_pictures(batch.case_id)
                rest = remaining(batch, [picture.path for picture in known])
            if rest.paths:
                found.append((case, rest))
        return found

    def _ask_about_each(self, found: Sequence[tuple[Case | None, Batch]]) -> None:
        for case, batch in found:
            self._ask(case, batch)

    def _ask(self, case: Case | None, batch: Batch) -> None:
        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.Question)
        where = self.tr(" for the case “{0}”").format(case.title) if case else ""
        box.setText(
            self.tr("An analysis{0} was interrupted when the desk last ended. Go on with it?").format(where)
        )
        names = [path.name for path in batch.paths[:_NAMED]]
        if len(batch.paths) > _NAMED:
            names.append(self.tr("and {0} more").format(len(batch.paths) - _NAMED))
        box.setInformativeText("\n".join(names))
        go_on = box.addButton(self.tr("Go on"), QMessageBox.ButtonRole.AcceptRole)
        box.addButton(self.tr("Leave it"), QMessageBox.ButtonRole.RejectRole)
        go_on.clicked.connect(lambda: self._go_on(case, batch))
        opened(box)

    def _go_on(self, case: Case | None, batch: Batch) -> None:
        if case is not None:
            self._enter_case(case)
        self._open_paths(batch.paths)
