"""The grid of all faces, kept up to date while results stream in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from app.jobs import JobRunner
from app.qtmodels.pictures.examination import Examination
from app.qtmodels.pictures.faces import FaceCrops, FaceOrder, FacesModel
from app.qtmodels.thumbnails import Thumbnails
from app.widgets.faces.face_grid import FaceGrid
from app.widgets.faces.face_wording import face_words

if TYPE_CHECKING:
    from core.workspace import Workspace

_PAUSE_MS = 60


class FaceBrowsing(QObject):
    """Fills the grid from the sources on the list; news that come fast are shown together.

    Parameters
    ----------
    workspace : Workspace
        Keeps the crops.
    runner : JobRunner
        Where crops are decoded.
    examination : Examination
        The sources.
    owner : QWidget
        The page.

    Attributes
    ----------
    refreshed : Signal()
        The grid shows what is known now.
    """

    refreshed = Signal()

    def __init__(
        self, workspace: Workspace, runner: JobRunner, examination: Examination, owner: QWidget
    ) -> None:
        super().__init__(owner)
        self._examination = examination
        self._crops = Thumbnails(runner, FaceCrops(workspace, examination), parent=self)
        self.model = FacesModel(face_words, self._crops, self)
        orders = [
            (FaceOrder.RECOGNIZABILITY.value, self.tr("Recognizability")),
            (FaceOrder.SIZE.value, self.tr("Size in px")),
            (FaceOrder.TIME.value, self.tr("Time")),
            (FaceOrder.SOURCE.value, self.tr("Source")),
        ]
        self.grid = FaceGrid(self.model, self.model.row_of, orders)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self.refresh)
        self.grid.view_changed.connect(self._follow_view)
        self.grid.selection_changed.connect(self._count)
        self.grid.came_up.connect(self.refresh)
        examination.source_settled.connect(self.touch)
        examination.reloaded.connect(self.forget_crops)
        examination.switched.connect(self.refresh)
        self._follow_view()

    @Slot()
    def touch(self) -> None:
        """Show in a moment what is known then, or when the grid is to be seen again."""
        if self.grid.isVisible() and not self._timer.isActive():
            self._timer.start()

    @Slot()
    def refresh(self) -> None:
        """Show what is known now."""
        self._timer.stop()
        sources = self._examination.sources
        self.model.show_sources(sources.all, sources.name)
        self._count()
        self.refreshed.emit()

    @Slot()
    def forget_crops(self) -> None:
        """Fetch crops again, because some of them are other ones now."""
        self._crops.forget()
        self.touch()

    @Slot()
    def _follow_view(self) -> None:
        order, descending = self.grid.order
        view = replace(
            self.model.view,
            order=FaceOrder(order),
            descending=descending,
            states=self.grid.states,
            band=self.grid.band,
        )
        self.model.set_view(view)
        self._count()

    @Slot()
    def _count(self) -> None:
        self.grid.show_count(self.model.count)
