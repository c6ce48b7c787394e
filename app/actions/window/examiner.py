"""Who is at work."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSettings, Signal, Slot
from PySide6.QtWidgets import QWidget

from app.actions.making import make_action
from app.jobs import JobRunner, Lane
from app.state import AppState
from app.widgets.dialogs import opened
from app.widgets.window.examiner_dialog import ExaminerDialog
from core.errors import UsageError

if TYPE_CHECKING:
    from core.workspace import Workspace

_REMEMBERED = 20


class ExaminerAtWork(QObject):
    """Signs examiners in; the log names the one at work in every entry.

    Parameters
    ----------
    workspace : Workspace
        The front door of the engine.
    runner : JobRunner
        Where work is done.
    state : AppState
        Hears who is at work.
    settings : QSettings
        Where names are remembered.
    window : QWidget
        The window.

    Attributes
    ----------
    failed : Signal(str)
        One sentence about why somebody could not sign in.
    """

    failed = Signal(str)

    def __init__(
        self,
        workspace: Workspace,
        runner: JobRunner,
        state: AppState,
        settings: QSettings,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._workspace, self._runner, self._state = workspace, runner, state
        self._settings, self._window = settings, window
        self.name = ""
        self.change_action = make_action(
            window,
            self.tr("Examiner at &work…"),
            self._ask,
            shortcut="Ctrl+Shift+X",
            picture="examiner",
            tip=self.tr("Who is at work; the log names them in every entry"),
            everywhere=True,
        )

    @property
    def known(self) -> list[str]:
        """Names that have been at work here, the last one first."""
        kept = self._settings.value("examiners")
        names = kept if isinstance(kept, list) else [kept] if kept else []
        return [str(name) for name in names]

    def begin(self, ended: Callable[[], None]) -> None:
        """Sign in the examiner who was at work last, or the user of this machine, and then call `ended`."""
        names = self.known
        self.sign_in(names[0] if names else self._workspace.settings.operator, ended)

    def sign_in(self, name: str, ended: Callable[[], None] | None = None) -> None:
        """End the session of whoever is at work and begin one for somebody else.

        Parameters
        ----------
        name : str
            Who.
        ended : callable, optional
            Called afterwards, also when nobody could be signed in.
        """

        before = self.name

        def _change() -> str:
            if before:
                self._workspace.sign_out()
            try:
                self._workspace.sign_in(name)
            except UsageError:
                if before:
                    self._workspace.sign_in(before)
                raise
            return self._workspace.settings.operator

        self._runner.run(
            Lane.IO,
            self.tr("Sign in"),
            lambda progress: _change(),
            owner=self,
            then=self._signed_in,
            failed=self.failed.emit,
            ended=ended,
            quiet=True,
        )

    @Slot()
    def _ask(self) -> None:
        dialog = ExaminerDialog(self.known, self.name, self._window)
        dialog.accepted.connect(lambda: self._chosen(dialog.answer))
        opened(dialog)

    def _chosen(self, name: str) -> None:
        if name != self.name:
            self.sign_in(name)

    def _signed_in(self, name: str) -> None:
        self.name = name
        others = [known for known in self.known if known != name]
        self._settings.setValue("examiners", [name, *others][:_REMEMBERED])
        self._state.examiner_changed.emit(name)
