"""The maps of the search on show: read, tested and painted away from the GUI thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from app.jobs import JobRunner, Lane
from app.qtimage import image_from_array
from core.types import AttentionMap, PairEvidence, SearchMaps

if TYPE_CHECKING:
    from core.workspace import Workspace

_OVERLAY_PX = 224


@dataclass(frozen=True, slots=True, eq=False)
class PaintedMap:
    """A map as a translucent layer.

    Attributes
    ----------
    shown : AttentionMap or PairEvidence
        The map.
    overlay : QImage
        The layer, in grey when nothing follows from the map.
    """

    shown: AttentionMap | PairEvidence
    overlay: QImage


class MapSession(QObject):
    """Follows one search at a time.

    Parameters
    ----------
    workspace : Workspace
        The front door of the engine.
    runner : JobRunner
        Where the work is done.
    parent : QObject, optional
        Owner.

    Attributes
    ----------
    read : Signal(SearchMaps)
        The maps of the search, when it is opened and after each test.
    painted : Signal(PaintedMap)
        A map can be shown.
    testing_changed : Signal(frozenset of int)
        The ranks whose evidence is being tested, with 0 for the maps of the probe.
    failed : Signal(str)
        One sentence about what could not be done.
    """

    read = Signal(object)
    painted = Signal(object)
    testing_changed = Signal(object)
    failed = Signal(str)

    def __init__(self, workspace: Workspace, runner: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._runner = workspace, runner
        self._search_id = -1
        self._running: list[tuple[int, frozenset[int]]] = []

    def open(self, search_id: int) -> None:
        """Have the maps of a search read; `read` follows."""
        self._search_id = search_id
        self._tell_running()
        self._runner.ask(
            self.tr("Read the maps of a search"),
            lambda: self._workspace.search_maps(search_id),
            owner=self,
            then=lambda maps: self._tell(search_id, maps),
            failed=self.failed.emit,
        )

    def close(self) -> None:
        """Follow no search any more."""
        self._search_id = -1
        self._tell_running()

    def test(self, ranks: Sequence[int]) -> None:
        """Have the maps of the search on show tested, and the evidence on some candidates; `read` follows."""
        search_id = self._search_id
        running = (search_id, frozenset((0, *ranks)))
        self._running.append(running)
        self._tell_running()

        def _ended() -> None:
            self._running.remove(running)
            self._tell_running()

        self._runner.run(
            Lane.MODEL,
            self.tr("Test the maps of search {0}").format(search_id),
            lambda progress: self._workspace.test_maps(search_id, ranks, progress),
            owner=self,
            then=lambda maps: self._tell(search_id, maps),
            failed=self.failed.emit,
            ended=_ended,
        )

    def paint(self, shown: AttentionMap | PairEvidence) -> None:
        """Have a map painted; `painted` follows."""
        test = shown.faithfulness

        def _paint() -> PaintedMap:
            layer = self._workspace.attention_overlay(
                shown.values, _OVERLAY_PX, informative=test is None or test.informative
            )
            return PaintedMap(shown, image_from_array(layer))

        self._runner.ask(self.tr("Paint a map"), _paint, owner=self, then=self.painted.emit)

    def _tell_running(self) -> None:
        ranks = [ranks for search_id, ranks in self._running if search_id == self._search_id]
        self.testing_changed.emit(frozenset().union(*ranks))

    def _tell(self, search_id: int, maps: SearchMaps) -> None:
        if search_id == self._search_id:
            self.read.emit(maps)
