"""Maps of a search over the face of its probe: what is read, tested, chosen and painted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from app.actions.making import make_action
from app.jobs import JobRunner
from app.qtmodels.searches.search_maps import MapSession, PaintedMap
from app.widgets.searches.map_panel import MapPanel
from core.types import Search, SearchMaps
from core.workspace import TESTED

if TYPE_CHECKING:
    from core.workspace import Workspace


class MapCarrier(Protocol):
    """What shows the probe and lets a map lie over it."""

    def show_overlay(self, overlay: QImage | None) -> None:
        """Lay a map over the aligned crop of the probe, or none."""

    def set_overlay_opacity(self, opacity: float) -> None:
        """Set how strongly the map covers the probe, from 0 to 1."""


class MapDisplay(QObject):
    """Joins the maps of the search on show, the panel that chooses among them, and the probe's card.

    Parameters
    ----------
    workspace : Workspace
        The front door of the engine.
    runner : JobRunner
        Where work is done.
    probe : MapCarrier
        What shows the probe.
    owner : QWidget
        The page.

    Attributes
    ----------
    failed : Signal(str)
        One sentence about what could not be done.
    """

    failed = Signal(str)

    def __init__(self, workspace: Workspace, runner: JobRunner, probe: MapCarrier, owner: QWidget) -> None:
        super().__init__(owner)
        self._probe = probe
        self._session = MapSession(workspace, runner, self)
        self.test_action = make_action(
            owner,
            self.tr("&Test this map"),
            self._test_shown,
            shortcut="Ctrl+T",
            tip=self.tr("Whether the network minds the loss of these regions more than that of random ones"),
        )
        self.panel = MapPanel(self.test_action)
        self._session.read.connect(self.panel.show_maps)
        self._session.painted.connect(self._show_painted)
        self._session.testing_changed.connect(self.panel.show_testing)
        self._session.failed.connect(self.failed)
        self.panel.shown_changed.connect(self._show_map)
        self.panel.opacity_changed.connect(probe.set_overlay_opacity)
        probe.set_overlay_opacity(self.panel.opacity)

    def open(self, search: Search) -> None:
        """Follow a search; its first candidate follows with :meth:`show_candidate`."""
        self.panel.show_maps(SearchMaps())
        self.panel.show_candidate(0)
        self.panel.show()
        self._session.open(search.search_id)

    def close(self) -> None:
        """Show no map, and hide the panel until a search is opened."""
        self._session.close()
        self.panel.show_maps(SearchMaps())
        self.panel.show_candidate(0)
        self.panel.hide()
        self.test_action.setEnabled(False)

    def test(self, search: Search) -> None:
        """Have the maps of the search on show tested, and the evidence on its first candidates.

        No region of a single face explains the template of several, so that there the maps of the probe alone
        are tested.
        """
        tested = search.result.candidates[:TESTED] if len(search.faces) <= 1 else ()
        self._session.test([candidate.rank for candidate in tested])

    def show_candidate(self, rank: int) -> None:
        """Follow the candidate of a rank."""
        self.panel.show_candidate(rank)

    def _test_shown(self) -> None:
        self._session.test(self.panel.ranks)

    @Slot()
    def _show_map(self) -> None:
        self._probe.show_overlay(None)
        if self.panel.shown is not None:
            self._session.paint(self.panel.shown)

    @Slot(object)
    def _show_painted(self, painted: PaintedMap) -> None:
        if painted.shown is self.panel.shown:
            self._probe.show_overlay(painted.overlay)
