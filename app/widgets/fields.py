"""Fields for numbers."""

from __future__ import annotations

from PySide6.QtWidgets import QDoubleSpinBox, QLineEdit, QSpinBox

from app.widgets.theme import SPACING


def whole_number(name: str, smallest: int, largest: int, value: int) -> QSpinBox:
    """Return a field for a whole number, with its accessible name."""
    field = QSpinBox()
    field.setRange(smallest, largest)
    field.setValue(value)
    _finish(field, name)
    return field


def decimal_number(name: str, smallest: float, largest: float, *, decimals: int = 2) -> QDoubleSpinBox:
    """Return a field for a decimal number, with its accessible name."""
    field = QDoubleSpinBox()
    field.setDecimals(decimals)
    field.setRange(smallest, largest)
    _finish(field, name)
    return field


def _finish(field: QSpinBox | QDoubleSpinBox, name: str) -> None:
    field.setAccessibleName(name)
    # The style sheet's padding does not reach the line edit inside a spin box.
    line = field.findChild(QLineEdit)
    if isinstance(line, QLineEdit):
        line.setTextMargins(SPACING - 2, 0, 0, 0)
