"""Encrypting the workspace, and changing its passphrase."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from app.actions.making import make_action
from app.jobs import JobRunner, Lane
from app.widgets.dialogs import opened
from app.widgets.window.passphrase_dialogs import (
    ChangePassphraseDialog,
    EnteredPassphrases,
    ProtectDialog,
)

if TYPE_CHECKING:
    from core.workspace import Workspace


class WorkspaceProtection(QObject):
    """Offers to encrypt a plain workspace, and another passphrase for one that is encrypted.

    Parameters
    ----------
    workspace : Workspace
        The front door of the engine.
    runner : JobRunner
        Where work is done.
    window : QWidget
        Owner, and parent of the dialogs.

    Attributes
    ----------
    told : Signal(str, str)
        A sentence about what became of it, and its tone.
    encrypted : Signal()
        The workspace was plain and is encrypted now.
    """

    told = Signal(str, str)
    encrypted = Signal()

    def __init__(self, workspace: Workspace, runner: JobRunner, window: QWidget) -> None:
        super().__init__(window)
        self._workspace, self._runner, self._window = workspace, runner, window
        self.protect_action = make_action(
            window,
            self.tr("&Encrypt this workspace…"),
            self.begin,
            tip=self.tr("Encrypt galleries, cases, log and kept pictures with a passphrase"),
            everywhere=True,
        )
        self.change_action = make_action(
            window,
            self.tr("Change the &passphrase…"),
            self.begin_change,
            tip=self.tr("Give this encrypted workspace another passphrase"),
            everywhere=True,
        )
        self._show_state()

    @property
    def actions(self) -> list[QAction]:
        """Both actions, of which one is on show."""
        return [self.protect_action, self.change_action]

    def begin(self) -> None:
        """Ask for a passphrase and encrypt, unless work is under way that needs the workspace."""
        if self._runner.active():
            self.told.emit(self.tr("Jobs are not finished: encrypt the workspace when they are."), "warning")
            return
        dialog = opened(ProtectDialog(self._window))
        dialog.entered.connect(lambda entered: self._protect(dialog, entered))

    def begin_change(self) -> None:
        """Ask for the passphrase and a new one, and change it."""
        dialog = opened(ChangePassphraseDialog(self._window))
        dialog.entered.connect(lambda entered: self._change(dialog, entered))

    def _protect(self, dialog: ProtectDialog, entered: EnteredPassphrases) -> None:
        self._runner.run(
            Lane.MODEL,
            self.tr("Encrypt the workspace"),
            lambda progress: self._workspace.protect(entered.new),
            owner=dialog,
            then=lambda _: self._protected(dialog),
            failed=dialog.refuse,
        )

    def _protected(self, dialog: ProtectDialog) -> None:
        dialog.finish()
        self._show_state()
        self.encrypted.emit()
        self.told.emit(self.tr("The workspace is encrypted; every start asks for its passphrase."), "note")

    def _change(self, dialog: ChangePassphraseDialog, entered: EnteredPassphrases) -> None:
        self._runner.run(
            Lane.IO,
            self.tr("Change the passphrase"),
            lambda progress: self._workspace.change_passphrase(entered.present, entered.new),
            owner=dialog,
            then=lambda _: self._changed(dialog),
            failed=dialog.refuse,
        )

    def _changed(self, dialog: ChangePassphraseDialog) -> None:
        dialog.finish()
        self.told.emit(self.tr("The workspace opens with the new passphrase from now on."), "note")

    def _show_state(self) -> None:
        protected = self._workspace.protected
        self.protect_action.setVisible(not protected)
        self.change_action.setVisible(protected)
