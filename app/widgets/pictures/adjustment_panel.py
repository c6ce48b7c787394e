"""Adjustments of the picture on show: a fixed list, none of which invents anything."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication, QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QFrame, QGridLayout, QSlider, QVBoxLayout, QWidget

from app.widgets.empty_state import button_for
from app.widgets.fields import decimal_number
from app.widgets.text import TextLabel
from app.widgets.theme import SPACING
from core.types import Adjustment, AdjustmentParameter

_translate = QCoreApplication.translate
_STEPS = 200


class AdjustmentPanel(QFrame):
    """A choice of adjustments, a field and a slider for each parameter, and a button that keeps the result.

    Parameters
    ----------
    keep, close : QAction
        Keep the result as a derived picture; close the panel.
    parent : QWidget, optional
        Parent widget.

    Attributes
    ----------
    changed : Signal()
        Another adjustment or parameter is to be seen.
    """

    changed = Signal()

    def __init__(self, keep: QAction, close: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self._size = (0, 0)
        self._fields: dict[str, ParameterRow] = {}
        self.operation = QComboBox()
        self.operation.setAccessibleName(self.tr("Adjustment"))
        self.operation.currentIndexChanged.connect(self._show_parameters)
        self._summary = TextLabel("", "muted", wrap=True)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(SPACING)
        self._grid.setVerticalSpacing(SPACING)
        caution = TextLabel(
            self.tr(
                "An adjustment adds nothing to a picture. Decisions are made on the original; what is kept "
                "here is a second picture that says what was done to it."
            ),
            "caption",
            wrap=True,
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * SPACING, 2 * SPACING, 2 * SPACING, 2 * SPACING)
        layout.setSpacing(SPACING + 4)
        layout.addWidget(TextLabel(self.tr("Adjust this picture"), "sectionTitle"))
        layout.addWidget(self.operation)
        layout.addWidget(self._summary)
        layout.addLayout(self._grid)
        layout.addWidget(caution)
        layout.addStretch(1)
        layout.addWidget(button_for(keep, primary=True))
        layout.addWidget(button_for(close))
        self.setFocusProxy(self.operation)

    @property
    def chosen(self) -> Adjustment | None:
        """The adjustment that is chosen."""
        found = self.operation.currentData()
        return found if isinstance(found, Adjustment) else None

    @property
    def parameters(self) -> dict[str, float]:
        """Its parameters by name."""
        return {name: row.value for name, row in self._fields.items()}

    def offer(self, adjustments: Sequence[Adjustment]) -> None:
        """Offer a list of adjustments."""
        with QSignalBlocker(self.operation):
            self.operation.clear()
            for one in adjustments:
                self.operation.addItem(operation_name(one.name), one)
        self._show_parameters()

    def start(self, width: int, height: int) -> None:
        """Begin anew for a picture of this size in px, with every parameter at its default."""
        self._size = (width, height)
        self._show_parameters()

    def field(self, name: str) -> ParameterRow:
        """Return the row of a parameter."""
        return self._fields[name]

    @Slot()
    def _show_parameters(self) -> None:
        for row in self._fields.values():
            row.discard(self._grid)
        chosen = self.chosen
        self._fields = {}
        self._summary.setText(_translate("adjustments", chosen.summary) if chosen else "")
        for number, parameter in enumerate(chosen.parameters if chosen else ()):
            row = ParameterRow(parameter, self._limit(parameter), self._grid, number)
            row.on_change(self.changed.emit)
            self._fields[parameter.name] = row
        self.changed.emit()

    def _limit(self, parameter: AdjustmentParameter) -> float:
        """Return the highest value that makes sense, which for a rectangle is the size of the picture."""
        width, height = self._size
        extents = {"x": width - 1, "y": height - 1, "width": width, "height": height}
        return float(min(parameter.maximum, extents.get(parameter.name, parameter.maximum)))


class ParameterRow:
    """Name, slider and field of one parameter, or a choice where its numbers stand for names.

    Parameters
    ----------
    parameter : AdjustmentParameter
        The parameter.
    highest : float
        The highest value that makes sense.
    grid : QGridLayout
        Where it is laid out.
    row : int
        In which row.
    """

    def __init__(self, parameter: AdjustmentParameter, highest: float, grid: QGridLayout, row: int) -> None:
        name = parameter_name(parameter.name)
        low, high = parameter.minimum, max(highest, parameter.minimum + 1)
        start = high if parameter.default is None else parameter.default
        label = TextLabel(f"{name} ({parameter.unit})" if parameter.unit else name, "muted")
        self._low, self._step = low, (high - low) / _STEPS
        self.field = decimal_number(name, low, high, decimals=0 if parameter.whole else 2)
        self.field.setKeyboardTracking(False)
        self.field.setSingleStep(1.0 if parameter.whole or high - low > 20 else 0.1)
        self.field.setValue(start)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName(name)
        self.slider.setRange(0, _STEPS)
        self._follow_field(start)
        self._widgets: list[QWidget] = [label, self.slider, self.field]
        for column, widget in enumerate(self._widgets):
            grid.addWidget(widget, row, column)
        if parameter.choices:
            self._offer(name, parameter.choices, grid, row)
        self.field.valueChanged.connect(self._follow_field)
        self.slider.valueChanged.connect(lambda at: self.field.setValue(self._low + at * self._step))

    @property
    def value(self) -> float:
        """What is set."""
        return self.field.value()

    def on_change(self, tell: Callable[[], None]) -> None:
        """Tell somebody about every change."""
        self.field.valueChanged.connect(lambda value: tell())

    def discard(self, grid: QGridLayout) -> None:
        """Remove the row."""
        for widget in self._widgets:
            grid.removeWidget(widget)
            widget.deleteLater()

    def _offer(self, name: str, choices: Sequence[str], grid: QGridLayout, row: int) -> None:
        choice = QComboBox()
        choice.setAccessibleName(name)
        choice.addItems([_translate("adjustments", one) for one in choices])
        choice.setCurrentIndex(int(self.field.value()))
        choice.currentIndexChanged.connect(self.field.setValue)
        self.slider.hide()
        self.field.hide()
        grid.addWidget(choice, row, 1, 1, 2)
        self._widgets.append(choice)

    def _follow_field(self, value: float) -> None:
        with QSignalBlocker(self.slider):
            self.slider.setValue(round((value - self._low) / self._step))


def operation_name(name: str) -> str:
    """Return the name of an adjustment as the user reads it; the stored name where it is a new one."""
    return {
        "rotate": _translate("adjustments", "Rotate"),
        "crop": _translate("adjustments", "Crop"),
        "exposure": _translate("adjustments", "Exposure"),
        "gamma": _translate("adjustments", "Gamma"),
        "contrast": _translate("adjustments", "Contrast"),
        "deinterlace": _translate("adjustments", "Deinterlace"),
        "denoise": _translate("adjustments", "Denoise"),
        "median": _translate("adjustments", "Median"),
    }.get(name, name.capitalize())


def parameter_name(name: str) -> str:
    """Return the name of a parameter as the user reads it."""
    return {
        "degrees": _translate("adjustments", "Angle"),
        "x": _translate("adjustments", "Left edge"),
        "y": _translate("adjustments", "Upper edge"),
        "width": _translate("adjustments", "Width"),
        "height": _translate("adjustments", "Height"),
        "stops": _translate("adjustments", "Light"),
        "gamma": _translate("adjustments", "Gamma"),
        "factor": _translate("adjustments", "Factor"),
        "field": _translate("adjustments", "Field"),
        "strength": _translate("adjustments", "Strength"),
        "radius": _translate("adjustments", "Radius"),
    }.get(name, name.capitalize())
