"""Undo and redo of the open case, or of the galleries."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from app.actions.making import make_action
from app.jobs import JobRunner
from app.qtmodels.cases.steps import StepsModel
from app.state import AppState
from app.widgets.window.history_panel import HistoryPanel
from app.widgets.window.step_words import step_name
from core.types import Step

if TYPE_CHECKING:
    from core.workspace import Workspace


class Undoing(QObject):
    """Actions that take steps back and do them again, and the panel that lists the steps.

    A case has steps of its own, and so have the galleries; :meth:`follow_page` chooses between them.

    Parameters
    ----------
    workspace : Workspace
        The front door of the engine.
    runner : JobRunner
        Where work is done.
    state : AppState
        Hears of each step.
    window : QWidget
        The window.

    Attributes
    ----------
    failed : Signal(str)
        One sentence about a step that could not be undone or redone.
    """

    failed = Signal(str)

    def __init__(self, workspace: Workspace, runner: JobRunner, state: AppState, window: QWidget) -> None:
        super().__init__(window)
        self._workspace, self._runner, self._state = workspace, runner, state
        self._galleries = False
        self._steps = StepsModel(step_name, self)
        self.undo_action = make_action(
            window, self.tr("&Undo"), self._undo, shortcut="Ctrl+Z", picture="undo", everywhere=True
        )
        self.redo_action = make_action(
            window,
            self.tr("&Redo"),
            self._redo,
            shortcut=("Ctrl+Shift+Z", "Ctrl+Y"),
            picture="redo",
            everywhere=True,
        )
        self.panel = HistoryPanel(self._steps, [self.undo_action, self.redo_action])
        for news in (state.case_changed, state.record_changed, state.searches_changed, state.gallery_changed):
            news.connect(self.refresh)
        self.refresh()

    def follow_page(self, key: str) -> None:
        """Act on the steps of the galleries on their page, and on those of the open case elsewhere."""
        if self._galleries is not (key == "gallery"):
            self._galleries = key == "gallery"
            self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Read the steps again."""
        stack = self._stack
        if stack is None:
            self._show(None, ())
            return
        (case_id,) = stack
        self._runner.ask(
            self.tr("List the steps"),
            lambda: self._workspace.steps(case_id),
            owner=self,
            then=lambda steps: self._show(stack, steps),
            failed=self.failed.emit,
        )

    @property
    def _stack(self) -> tuple[int | None] | None:
        """The case whose steps are shown, (None,) for the galleries, None while there are no steps."""
        if self._galleries:
            return (None,)
        return None if self._state.case_id is None else (self._state.case_id,)

    def _show(self, stack: tuple[int | None] | None, steps: tuple[Step, ...]) -> None:
        if stack != self._stack:
            return
        self._steps.replace(tuple(reversed(steps)))
        if self._galleries:
            self.panel.say(self.tr("Steps in the galleries"))
        elif stack is None:
            self.panel.say(self.tr("No case is open."))
        else:
            self.panel.say(self.tr("Steps in the open case") if steps else self.tr("Nothing to undo yet"))
        done = [step for step in steps if not step.undone]
        undone = [step for step in steps if step.undone]
        for action, text, named, step in (
            (self.undo_action, self.tr("&Undo"), self.tr("&Undo: {0}"), done[-1] if done else None),
            (self.redo_action, self.tr("&Redo"), self.tr("&Redo: {0}"), undone[0] if undone else None),
        ):
            action.setEnabled(step is not None)
            action.setText(text if step is None else named.format(step_name(step)))

    def _undo(self) -> None:
        self._replay(self.tr("Undo"), self._workspace.undo)

    def _redo(self) -> None:
        self._replay(self.tr("Redo"), self._workspace.redo)

    def _replay(self, title: str, replay: Callable[[int | None], Step]) -> None:
        stack = self._stack
        if stack is None:
            return
        self._runner.ask(
            title,
            lambda: replay(stack[0]),
            owner=self,
            then=self._replayed,
            failed=self._refused,
        )

    def _replayed(self, step: Step) -> None:
        self._state.step_done.emit(step)
        if step.case_id is None:
            self._state.gallery_changed.emit()
        else:
            self._state.record_changed.emit(step.case_id)
            self._state.searches_changed.emit()

    def _refused(self, sentence: str) -> None:
        self.failed.emit(sentence)
        self.refresh()
