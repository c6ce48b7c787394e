"""Subjects at the left, the samples of the chosen ones beside them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import (
    QAbstractItemModel,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QSignalBlocker,
    QSize,
    Qt,
    QTimer,
    Signal,
    Slot,
)
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QListView, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from app.widgets.galleries.gallery_delegates import SAMPLE_CELL, SampleDelegate, SubjectDelegate
from app.widgets.lists import row_list
from app.widgets.page import columns, tool_buttons
from app.widgets.theme import SPACING

_SETTLE_MS = 0


class GalleryBrowser(QWidget):
    """Two lists over models that the page fills; says what is chosen, in rows.

    Parameters
    ----------
    subjects, samples : QAbstractItemModel
        The rows.
    of_subjects, of_samples : sequence of QAction
        What can be done with the chosen ones, as tool buttons above each list.
    empty : QWidget
        Shown instead of the samples while there are none.
    parent : QWidget, optional
        Parent widget.

    Attributes
    ----------
    subjects_chosen : Signal()
        Other subjects are chosen.
    samples_chosen : Signal()
        Other samples are chosen, or another one is the current one.
    """

    subjects_chosen = Signal()
    samples_chosen = Signal()

    def __init__(
        self,
        subjects: QAbstractItemModel,
        samples: QAbstractItemModel,
        of_subjects: Sequence[QAction],
        of_samples: Sequence[QAction],
        empty: QWidget,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.subjects = row_list(subjects, SubjectDelegate, self.tr("Subjects"))
        self.subjects.setMinimumWidth(200)
        self.samples = row_list(samples, SampleDelegate, self.tr("Samples"))
        self.samples.setFlow(QListView.Flow.LeftToRight)
        self.samples.setWrapping(True)
        self.samples.setResizeMode(QListView.ResizeMode.Adjust)
        self.samples.setGridSize(SAMPLE_CELL)
        self.samples.setIconSize(QSize(112, 112))
        # A bar that appears takes width away, and all rows would be laid out once more.
        self.samples.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.samples.verticalScrollBar().setSingleStep(SAMPLE_CELL.height() // 4)
        # A click that chooses many rows at once says so once.
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._settle.timeout.connect(self.subjects_chosen)
        for view in (self.subjects, self.samples):
            view.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.subjects.selectionModel().selectionChanged.connect(lambda *_: self._settle.start())
        self.samples.selectionModel().selectionChanged.connect(lambda *_: self.samples_chosen.emit())
        self.samples.selectionModel().currentChanged.connect(lambda *_: self.samples_chosen.emit())
        self._grid = QStackedWidget()
        self._grid.addWidget(empty)
        self._grid.addWidget(self.samples)
        # A list that is laid out only once it has its size is laid out once.
        samples.modelAboutToBeReset.connect(lambda: self._grid.setCurrentIndex(1))
        samples.modelReset.connect(self._follow)
        self.splitter: QSplitter = columns(
            [264, 700], _under(of_subjects, self.subjects), _under(of_samples, self._grid), growing=1
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.splitter)
        self.setFocusProxy(self.samples)
        self._follow()

    def chosen_subjects(self) -> NDArray[np.int64]:
        """Return the rows of the chosen subjects in order."""
        return _chosen(self.subjects)

    def chosen_samples(self) -> NDArray[np.int64]:
        """Return the rows of the chosen samples in order."""
        return _chosen(self.samples)

    def choose_subjects(self, rows: NDArray[np.int64]) -> None:
        """Choose subjects by their rows in ascending order, and say nothing of it."""
        model, selection = self.subjects.model(), self.subjects.selectionModel()
        chosen = QItemSelection()
        for run in np.split(rows, np.flatnonzero(np.diff(rows) > 1) + 1) if len(rows) else ():
            chosen.select(model.index(int(run[0]), 0), model.index(int(run[-1]), 0))
        with QSignalBlocker(selection):
            selection.select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.subjects.viewport().update()

    def choose_sample(self, row: int) -> None:
        """Make one sample the current and only chosen one."""
        self.samples.setCurrentIndex(self.samples.model().index(row, 0))

    def current_sample(self) -> QModelIndex:
        """Return the index of the current sample, invalid when there is none."""
        return self.samples.currentIndex()

    @Slot()
    def _follow(self) -> None:
        self._grid.setCurrentIndex(int(self.samples.model().rowCount() > 0))


def _under(actions: Sequence[QAction], view: QWidget) -> QWidget:
    area = QWidget()
    layout = QVBoxLayout(area)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(SPACING // 2)
    layout.addWidget(tool_buttons(actions), 0, Qt.AlignmentFlag.AlignLeft)
    layout.addWidget(view, 1)
    return area


def _chosen(view: QListView) -> NDArray[np.int64]:
    # By ranges: to choose all of a hundred thousand rows is one range.
    chosen = view.selectionModel().selection()
    ranges = [chosen.at(place) for place in range(chosen.count())]
    rows = [np.arange(one.top(), one.bottom() + 1) for one in ranges]
    return np.sort(np.concatenate(rows)) if rows else np.empty(0, np.int64)
