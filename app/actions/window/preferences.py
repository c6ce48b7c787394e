"""Changing the settings of the workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.actions.making import make_action
from app.jobs import JobRunner, Lane
from app.widgets.dialogs import opened
from app.widgets.window.preferences_dialog import PreferencesDialog
from core.progress import Progress
from core.types import DetectorCard

if TYPE_CHECKING:
    from core.workspace import Workspace


class PreferencesAction(QObject):
    """Shows the settings and puts new ones into force.

    Parameters
    ----------
    workspace : Workspace
        The front door of the engine.
    runner : JobRunner
        Where work is done.
    window : QWidget
        Owner, and parent of the dialog.

    Attributes
    ----------
    told : Signal(str, str)
        A sentence about what became of it, and its tone.
    """

    told = Signal(str, str)

    def __init__(self, workspace: Workspace, runner: JobRunner, window: QWidget) -> None:
        super().__init__(window)
        self._workspace, self._runner, self._window = workspace, runner, window
        self.action = make_action(
            window,
            self.tr("&Settings…"),
            self.begin,
            shortcut="Ctrl+,",
            tip=self.tr("Choose the detector, its least confidence and the length of candidate lists"),
            everywhere=True,
        )

    def begin(self) -> None:
        """Read which detectors there are, and show the dialog."""
        self._runner.run(
            Lane.IO,
            self.tr("Read the settings"),
            lambda progress: self._workspace.detectors(),
            owner=self,
            then=self._ask,
            failed=self._complain,
            quiet=True,
        )

    def _ask(self, detectors: tuple[DetectorCard, ...]) -> None:
        settings = self._workspace.settings
        dialog = PreferencesDialog(
            detectors,
            settings.detection.detector,
            settings.detection.min_confidence,
            settings.gallery.top,
            self._window,
        )
        dialog.accepted.connect(
            lambda: self._change(
                dialog.detector.currentText(), dialog.min_confidence.value(), dialog.top.value()
            )
        )
        opened(dialog)

    def _change(self, detector: str, min_confidence: float, top: int) -> None:
        chosen: dict[str, dict[str, object]] = {
            "detection": {"detector": detector, "min_confidence": round(min_confidence, 4)},
            "gallery": {"top": top},
        }

        def _put_into_force(progress: Progress) -> None:
            for group, values in chosen.items():
                before = getattr(self._workspace.settings, group)
                # A new detector means that the network is loaded again, so what stays is not set again.
                if any(getattr(before, name) != value for name, value in values.items()):
                    self._workspace.change_settings(group, **values)

        self._runner.run(
            Lane.MODEL,
            self.tr("Put new settings into force"),
            _put_into_force,
            owner=self,
            then=lambda _: self.told.emit(self.tr("The new settings are in force."), "note"),
            failed=self._complain,
        )

    def _complain(self, sentence: str) -> None:
        self.told.emit(sentence, "error")
