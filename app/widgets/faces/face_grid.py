"""All faces as a grid, with what they are sorted and filtered by."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import (
    QAbstractItemModel,
    QItemSelection,
    QItemSelectionModel,
    QItemSelectionRange,
    QModelIndex,
    QSignalBlocker,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QListView,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.widgets.faces.face_delegate import FACE_CELL, FaceDelegate
from app.widgets.faces.state_mark import state_words
from app.widgets.lists import row_list
from app.widgets.terms import band_name
from app.widgets.text import TextLabel
from app.widgets.theme import SPACING
from core.types import Band, CaseFace, FaceState

FACES, EVERYTHING = "faces", "everything"


class FaceGrid(QWidget):
    """Faces by their keys: many may be selected, and a selection outlives sorting, filtering and news.

    Parameters
    ----------
    model : QAbstractItemModel
        Rows whose `UserRole` is a :class:`core.types.CaseFace`.
    row_of : callable
        Returns the row of a face by its key, -1 when it is not shown.
    orders : sequence of (str, str)
        Keys and names of what faces can be sorted by.
    parent : QWidget, optional
        Parent widget.

    Attributes
    ----------
    view_changed : Signal()
        Another order or filter was chosen.
    face_current : Signal(int)
        The face with this key has the keyboard; 0 when none has.
    selection_changed : Signal()
        Other faces are selected.
    face_opened : Signal(int)
        The face with this key is to be seen in its picture.
    came_up : Signal()
        The grid is to be seen from now on.
    """

    view_changed = Signal()
    face_current = Signal(int)
    selection_changed = Signal()
    face_opened = Signal(int)
    came_up = Signal()

    def __init__(
        self,
        model: QAbstractItemModel,
        row_of: Callable[[int], int],
        orders: Sequence[tuple[str, str]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._model, self._row_of = model, row_of
        self._held: tuple[tuple[int, ...], int, int] = ((), 0, 0)
        self.list = row_list(model, FaceDelegate, self.tr("Faces"))
        self.list.setFlow(QListView.Flow.LeftToRight)
        self.list.setWrapping(True)
        self.list.setResizeMode(QListView.ResizeMode.Adjust)
        self.list.setGridSize(FACE_CELL)
        self.list.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self._order = _choice(self.tr("Sort by"), orders)
        self._direction = QToolButton()
        self._direction.setCheckable(True)
        self._direction.setChecked(True)
        self._direction.setAccessibleName(self.tr("Highest first"))
        states = [(FACES, self.tr("All that are faces")), (EVERYTHING, self.tr("All states"))]
        states += [(state.value, state_words(state, "")) for state in FaceState]
        self._state = _choice(self.tr("State"), states)
        bands = [("", self.tr("All bands")), *((band.value, band_name(band)) for band in reversed(Band))]
        self._band = _choice(self.tr("Band of recognizability"), bands)
        self._count = TextLabel("", "muted")
        self._lay_out()
        self._connect()
        self._follow_view()

    @property
    def order(self) -> tuple[str, bool]:
        """Key of what faces are sorted by, and whether the highest comes first."""
        return str(self._order.currentData()), self._direction.isChecked()

    @property
    def states(self) -> frozenset[FaceState]:
        """The states that are shown."""
        chosen = str(self._state.currentData())
        if chosen in (FACES, EVERYTHING):
            return frozenset(FaceState) - ({FaceState.NOT_A_FACE} if chosen == FACES else set())
        return frozenset({FaceState(chosen)})

    @property
    def band(self) -> Band | None:
        """The band that is shown, None for all."""
        chosen = str(self._band.currentData())
        return Band(chosen) if chosen else None

    @property
    def choices(self) -> tuple[str, bool, str, str]:
        """Order, direction, state and band, to be remembered and given to :meth:`choose`."""
        return *self.order, str(self._state.currentData()), str(self._band.currentData())

    def choose(self, order: str, descending: bool, state: str, band: str) -> None:
        """Set order and filter; what is not on offer is left as it is."""
        with QSignalBlocker(self._direction):
            self._direction.setChecked(descending)
        for box, key in ((self._order, order), (self._state, state), (self._band, band)):
            with QSignalBlocker(box):
                box.setCurrentIndex(max(box.findData(key), 0))
        self._follow_view()

    @property
    def selected(self) -> tuple[CaseFace, ...]:
        """The selected faces in the order of the grid."""
        ranges = sorted(
            (part.top(), part.bottom()) for part in self.list.selectionModel().selection().toList()
        )
        faces = (self._face(row) for top, bottom in ranges for row in range(top, bottom + 1))
        return tuple(face for face in faces if face is not None)

    @property
    def selected_count(self) -> int:
        """How many faces are selected."""
        return sum(part.height() for part in self.list.selectionModel().selection().toList())

    @property
    def current(self) -> CaseFace | None:
        """The face that has the keyboard."""
        return self._face(self.list.currentIndex().row())

    def make_current(self, face_id: int) -> None:
        """Give the keyboard to a face that is shown, and select it alone unless it is selected already."""
        row = self._row_of(face_id)
        if row < 0:
            return
        index, selection = self._model.index(row, 0), self.list.selectionModel()
        keep = selection.isSelected(index)
        how = QItemSelectionModel.SelectionFlag
        selection.setCurrentIndex(index, how.NoUpdate if keep else how.ClearAndSelect)
        self.list.scrollTo(index)

    def show_count(self, total: int) -> None:
        """Say how many of all faces are shown and selected."""
        shown, selected = self._model.rowCount(), self.selected_count
        text = self.tr("{0} of {1} faces").format(shown, total) if shown != total else ""
        text = text or (self.tr("1 face") if total == 1 else self.tr("{0} faces").format(total))
        self._count.setText(text + (self.tr(", {0} selected").format(selected) if selected > 1 else ""))

    def showEvent(self, event: QShowEvent) -> None:
        """Say that the grid is to be seen."""
        super().showEvent(event)
        self.came_up.emit()

    def _lay_out(self) -> None:
        bar = QHBoxLayout()
        bar.setSpacing(SPACING)
        for widget in (self._order, self._direction, self._state, self._band):
            bar.addWidget(widget, 0 if widget is self._direction else 1)
        bar.addStretch()
        bar.addWidget(self._count)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING)
        layout.addLayout(bar)
        layout.addWidget(self.list, 1)
        self.setFocusProxy(self.list)

    def _connect(self) -> None:
        for box in (self._order, self._state, self._band):
            box.currentIndexChanged.connect(self._follow_view)
        self._direction.toggled.connect(self._follow_view)
        self._model.modelAboutToBeReset.connect(self._hold)
        self._model.modelReset.connect(self._restore)
        selection = self.list.selectionModel()
        selection.currentChanged.connect(self._tell_current)
        selection.selectionChanged.connect(self.selection_changed)
        self.list.activated.connect(self._tell_opened)

    @Slot()
    def _follow_view(self) -> None:
        down = self._direction.isChecked()
        self._direction.setText("↓" if down else "↑")
        self._direction.setToolTip(
            self.tr("Highest or latest first") if down else self.tr("Lowest or earliest first")
        )
        self.view_changed.emit()

    def _face(self, row: int) -> CaseFace | None:
        found = self._model.index(row, 0).data(Qt.ItemDataRole.UserRole) if row >= 0 else None
        return found if isinstance(found, CaseFace) else None

    @Slot()
    def _hold(self) -> None:
        current = self.current
        ids = tuple(face.face_id for face in self.selected)
        self._held = (ids, current.face_id if current else 0, self.list.currentIndex().row())

    @Slot()
    def _restore(self) -> None:
        ids, current, row = self._held
        last = self._model.rowCount() - 1
        if last < 0 or not current:
            return
        chosen = QItemSelection()
        for top, bottom in _runs(sorted(at for at in map(self._row_of, ids) if at >= 0)):
            chosen.append(QItemSelectionRange(self._model.index(top, 0), self._model.index(bottom, 0)))
        kept = self._row_of(current)
        index = self._model.index(kept if kept >= 0 else min(max(row, 0), last), 0)
        if chosen.isEmpty():
            chosen.select(index, index)
        selection, how = self.list.selectionModel(), QItemSelectionModel.SelectionFlag
        selection.select(chosen, how.ClearAndSelect)
        selection.setCurrentIndex(index, how.NoUpdate)
        self.list.scrollTo(index)

    @Slot(QModelIndex, QModelIndex)
    def _tell_current(self, current: QModelIndex, before: QModelIndex) -> None:
        face = self._face(current.row())
        self.face_current.emit(face.face_id if face else 0)

    @Slot(QModelIndex)
    def _tell_opened(self, index: QModelIndex) -> None:
        face = self._face(index.row())
        if face is not None:
            self.face_opened.emit(face.face_id)


def _runs(rows: Sequence[int]) -> list[tuple[int, int]]:
    """Return the first and the last of each run of rows that follow one another."""
    runs: list[tuple[int, int]] = []
    for row in rows:
        if runs and runs[-1][1] == row - 1:
            runs[-1] = (runs[-1][0], row)
        else:
            runs.append((row, row))
    return runs


def _choice(name: str, offers: Sequence[tuple[str, str]]) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(name)
    box.setToolTip(name)
    for key, text in offers:
        box.addItem(text, key)
    # As wide as the longest offer where there is room; on a laptop narrower, and the list shows it whole.
    box.setMaximumWidth(box.sizeHint().width())
    box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    box.setMinimumContentsLength(8)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.view().setMinimumWidth(
        box.view().sizeHintForColumn(0) + box.view().verticalScrollBar().sizeHint().width()
    )
    return box
