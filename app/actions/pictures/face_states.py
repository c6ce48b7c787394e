"""Saying of faces whose they are, or that they are none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from app.actions.making import make_action
from app.jobs import JobRunner
from app.qtmodels.pictures.face_edits import FaceEdits
from app.qtmodels.pictures.source import Source
from app.widgets.dialogs import opened
from app.widgets.faces.name_dialog import FaceNameDialog
from app.widgets.terms import state_definition, state_name
from core.types import CaseFace, FaceState

if TYPE_CHECKING:
    from core.workspace import Workspace

_NAMED = (FaceState.SUGGESTED, FaceState.CONFIRMED)
_KEYS = {
    FaceState.CONFIRMED: "C",
    FaceState.SUGGESTED: "S",
    FaceState.REJECTED: "R",
    FaceState.IGNORED: "I",
    FaceState.NOT_A_FACE: "X",
    FaceState.UNKNOWN: "U",
}


class FaceStates(QObject):
    """One action for each state, on all faces that are selected when its key is pressed.

    Parameters
    ----------
    workspace : Workspace
        Knows the names of subjects.
    runner : JobRunner
        Where the work is done.
    edits : FaceEdits
        Writes the states.
    targets : callable
        Returns the faces that are selected.
    known : callable
        Returns the sources whose names are offered as well.
    owner : QWidget
        The page.

    Attributes
    ----------
    told : Signal(str, str)
        A sentence about why nothing was done, and its tone.
    """

    told = Signal(str, str)

    def __init__(
        self,
        workspace: Workspace,
        runner: JobRunner,
        edits: FaceEdits,
        targets: Callable[[], tuple[CaseFace, ...]],
        known: Callable[[], tuple[Source, ...]],
        owner: QWidget,
    ) -> None:
        super().__init__(owner)
        self._workspace, self._runner, self._edits, self._owner = workspace, runner, edits, owner
        self._targets, self._known = targets, known
        self.all = [self._action(state, key) for state, key in _KEYS.items()]

    def enable(self, enabled: bool) -> None:
        """Say whether there is a face that a case keeps."""
        for action in self.all:
            action.setEnabled(enabled)

    def _action(self, state: FaceState, key: str) -> QAction:
        text = self.tr("Mark as {0}").format(state_name(state))
        if state in _NAMED:
            text += "…"
        return make_action(
            self._owner, text, partial(self._begin, state), shortcut=key, tip=state_definition(state)
        )

    def _begin(self, state: FaceState) -> None:
        faces = tuple(face for face in self._targets() if face.face_id > 0)
        if not faces:
            return
        if state in _NAMED:
            self._runner.ask(
                self.tr("List the names"),
                self._names,
                owner=self,
                then=partial(self._ask, state, faces),
                failed=lambda sentence: self.told.emit(sentence, "error"),
            )
        else:
            self._edits.set_states([face.face_id for face in faces], state)

    def _names(self) -> list[str]:
        return sorted({subject.name for subject in self._workspace.subjects()}, key=str.casefold)

    def _ask(self, state: FaceState, faces: Sequence[CaseFace], names: list[str]) -> None:
        given = {face.subject for source in self._known() for face in source.faces if face.subject}
        offered = sorted({*names, *given}, key=str.casefold)
        before = {face.subject for face in faces}
        count = len(faces)
        dialog = FaceNameDialog(
            state_name(state).capitalize(),
            self.tr("Whose face is this?")
            if count == 1
            else self.tr("Whose faces are these {0}?").format(count),
            self.tr("Mark as {0}").format(state_name(state)),
            offered,
            before.pop() if len(before) == 1 else "",
            self._owner,
        )
        ids = [face.face_id for face in faces]
        dialog.accepted.connect(lambda: self._edits.set_states(ids, state, dialog.answer))
        opened(dialog)
