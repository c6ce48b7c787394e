"""The command palette: type a few letters of what is to be done, and press Return."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QDialog,
    QLineEdit,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app.widgets.lists import row_list
from app.widgets.painting import paint_background, paint_text
from app.widgets.text import TextLabel
from app.widgets.theme import SPACING

_WALKING = (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp)


class CommandDelegate(QStyledItemDelegate):
    """A command as a row: the three lines of `DisplayRole` are its name, its page and its keys.

    `UserRole + 1` names the colour of the name.
    """

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Return a row of 36 px."""
        return QSize(320, 36)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint the row."""
        name, group, keys = str(index.data(Qt.ItemDataRole.DisplayRole)).split("\n")
        painter.save()
        paint_background(painter, option)
        row: QRect = option.rect.adjusted(2 * SPACING, 0, -2 * SPACING, 0)
        place = QRect(row.right() - 252, row.top(), 100, row.height())
        key = QRect(row.right() - 144, row.top(), 144, row.height())
        paint_text(
            painter, row.adjusted(0, 0, -260, 0), name, tint=str(index.data(Qt.ItemDataRole.UserRole + 1))
        )
        paint_text(painter, place, group, tint="muted", size=12)
        paint_text(painter, key, keys, tint="muted", size=12, right=True)
        painter.restore()


class PaletteDialog(QDialog):
    """A line to type in above the commands that fit.

    Parameters
    ----------
    model : QAbstractItemModel
        The commands, for :class:`CommandDelegate`; `ToolTipRole` describes one in a sentence.
    parent : QWidget, optional
        Parent widget.

    Attributes
    ----------
    typed : Signal(str)
        Only commands that fit this are to be listed.
    chosen : Signal(int)
        The row of the command that is to be done.
    """

    typed = Signal(str)
    chosen = Signal(int)

    def __init__(self, model: QAbstractItemModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Commands"))
        self.resize(640, 440)
        self._model = model
        self.line = QLineEdit()
        self.line.setPlaceholderText(self.tr("What is to be done? A few letters will do"))
        self.line.setAccessibleName(self.tr("What is to be done"))
        self.line.textChanged.connect(self._find)
        self.line.returnPressed.connect(self._choose)
        self.line.installEventFilter(self)
        self.list = row_list(model, CommandDelegate, self.tr("Commands"))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.clicked.connect(self._choose)
        self._tip = TextLabel("", "caption", wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * SPACING, 2 * SPACING, 2 * SPACING, 2 * SPACING)
        layout.setSpacing(SPACING)
        layout.addWidget(self.line)
        layout.addWidget(self.list, 1)
        layout.addWidget(self._tip)
        self.list.selectionModel().currentChanged.connect(self._describe)
        self._select(0)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Walk the list with the arrow keys while the keyboard stays in the line."""
        walks = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress
        if walks and isinstance(event, QKeyEvent) and event.key() in _WALKING:
            far = event.key() in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp)
            down = event.key() in (Qt.Key.Key_Down, Qt.Key.Key_PageDown)
            self._select(self.list.currentIndex().row() + (10 if far else 1) * (1 if down else -1))
            return True
        return super().eventFilter(watched, event)

    @Slot(str)
    def _find(self, typed: str) -> None:
        self.typed.emit(typed)
        self._select(0)

    def _select(self, row: int) -> None:
        last = self._model.rowCount() - 1
        index = self._model.index(max(0, min(row, last)), 0)
        self.list.setCurrentIndex(index)
        if not index.isValid():
            self._tip.setText(self.tr("Nothing of this name"))

    @Slot(QModelIndex)
    def _describe(self, index: QModelIndex) -> None:
        self._tip.setText(str(index.data(Qt.ItemDataRole.ToolTipRole) or ""))

    @Slot()
    def _choose(self) -> None:
        if self.list.currentIndex().isValid():
            self.chosen.emit(self.list.currentIndex().row())
