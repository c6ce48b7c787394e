"""Reads the evidence of a case into its tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.jobs import JobRunner
from app.qtmodels.cases.evidence_tree import EvidenceTree
from core.types import CasePicture, Search

if TYPE_CHECKING:
    from core.workspace import Workspace


class CaseEvidence(QObject):
    """Fills a tree with what one case holds, faces only where they are asked for.

    Parameters
    ----------
    workspace : Workspace
        The front door of the engine.
    runner : JobRunner
        Where the work is done.
    tree : EvidenceTree
        The tree.
    parent : QObject, optional
        Owner.

    Attributes
    ----------
    shown : Signal()
        The tree shows the evidence of the case that was asked for last.
    failed : Signal(str)
        One sentence about what could not be read.
    """

    shown = Signal()
    failed = Signal(str)

    def __init__(
        self, workspace: Workspace, runner: JobRunner, tree: EvidenceTree, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._workspace, self._runner, self._tree = workspace, runner, tree
        self._case_id = 0
        tree.faces_wanted.connect(self._read_faces)

    def open(self, case_id: int) -> None:
        """Show the evidence of a case."""
        self._case_id = case_id

        def _read() -> tuple[tuple[CasePicture, ...], tuple[Search, ...]]:
            return self._workspace.case_pictures(case_id), self._workspace.searches(case_id)

        def _show(found: tuple[tuple[CasePicture, ...], tuple[Search, ...]]) -> None:
            if case_id == self._case_id:
                self._tree.show(*found)
                self.shown.emit()

        self._runner.ask(self.tr("List the evidence"), _read, owner=self, then=_show, failed=self.failed.emit)

    def _read_faces(self, picture_id: int) -> None:
        case_id = self._case_id
        self._runner.ask(
            self.tr("List the faces"),
            lambda: self._workspace.case_faces(case_id, picture_id),
            owner=self,
            then=lambda faces: self._tree.add_faces(picture_id, faces),
            failed=self.failed.emit,
        )
