"""Asking for the passphrase of an encrypted workspace before there is a window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject

from app.jobs import JobRunner, Lane
from app.widgets.window.passphrase_dialogs import EnteredPassphrases, UnlockDialog
from core.errors import Cancelled
from core.workspace import Workspace, is_protected, read_passphrase


class Unlocking(QObject):
    """Asks until the workspace opens or the user gives up.

    Parameters
    ----------
    directory : Path
        The workspace.
    open_with : callable
        Opens it with a passphrase; called on a thread of the runner.
    runner : JobRunner
        Where that is done: a key takes about half a second.

    Attributes
    ----------
    dialog : UnlockDialog
        What asks.
    workspace : Workspace or None
        The open workspace; None until the passphrase was right.
    """

    def __init__(self, directory: Path, open_with: Callable[[str], Workspace], runner: JobRunner) -> None:
        super().__init__(runner)
        self._open_with, self._runner = open_with, runner
        self.workspace: Workspace | None = None
        self.dialog = UnlockDialog(directory.name)
        self.dialog.entered.connect(self._try)

    def ask(self) -> Workspace | None:
        """Show the dialog until it is closed, and return the open workspace, None if the user gave up."""
        self.dialog.exec()
        self.dialog.deleteLater()
        return self.workspace

    def _try(self, entered: EnteredPassphrases) -> None:
        self._runner.run(
            Lane.IO,
            self.tr("Unlock the workspace"),
            lambda progress: self._open_with(entered.present),
            owner=self,
            then=self._opened,
            failed=self.dialog.refuse,
        )

    def _opened(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.dialog.finish()


def open_workspace(application: QObject, directory: Path, passphrase_file: Path | None) -> Workspace:
    """Open the workspace, with the passphrase of a file or the one that the user types where it is encrypted.

    Parameters
    ----------
    application : QObject
        Owner of the thread on which a passphrase is tried.
    directory : Path
        The workspace.
    passphrase_file : Path or None
        File with the passphrase.

    Returns
    -------
    Workspace
        The open workspace.

    Raises
    ------
    DiscernError
        If it cannot be opened.
    Cancelled
        If the user gave up.
    """
    if not is_protected(directory):
        return Workspace.open(directory)
    if passphrase_file is not None:
        return Workspace.open(directory, passphrase=read_passphrase(passphrase_file))
    runner = JobRunner(application)
    try:
        unlocking = Unlocking(directory, lambda typed: Workspace.open(directory, passphrase=typed), runner)
        opened = unlocking.ask()
    finally:
        runner.shut_down()
        runner.deleteLater()
    if opened is None:
        raise Cancelled("The workspace was not unlocked.")
    return opened
