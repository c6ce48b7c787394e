"""Curves and histograms with pyqtgraph; imported only once there is something to draw."""

from __future__ import annotations

import math

import pyqtgraph
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.widgets.colours import CURVES
from app.widgets.theme import colour, shown_theme
from app.widgets.training.chart import Chart, Series

_STYLES = (
    Qt.PenStyle.SolidLine,
    Qt.PenStyle.DashLine,
    Qt.PenStyle.DotLine,
    Qt.PenStyle.DashDotLine,
    Qt.PenStyle.DashDotDotLine,
    Qt.PenStyle.SolidLine,
)
_SYMBOLS = ("o", "s", "t", "d", "+", "x")
_HEADROOM = 0.28
_AXIS_PX = 44
_MARKED = 40
"""Curves of more points show no symbols, which would hide them."""


class CurvePlot(QWidget):
    """A plot in the colours of the theme; every curve has a colour, a line style and a symbol of its own."""

    def __init__(self) -> None:
        super().__init__()
        self._chart: Chart | None = None
        self._log = False
        self._plot = pyqtgraph.PlotWidget(parent=self, enableMenu=False)
        self._plot.setMenuEnabled(False)
        self._plot.setMouseEnabled(x=False, y=False)
        self._plot.hideButtons()
        self._plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._item = self._plot.getPlotItem()
        for side in ("bottom", "left"):
            # "700 (x0.001)" would be read as 700; this holds only while the axis has no label yet.
            self._item.getAxis(side).enableAutoSIPrefix(False)
        # Otherwise it would be a window of its own that outlives the plot.
        self._item.ctrlMenu.setParent(self, self._item.ctrlMenu.windowFlags())
        self._legend = self._item.addLegend(offset=(-8, 2), verSpacing=-6)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._plot)

    def show_chart(self, chart: Chart, *, log: bool) -> None:
        """Draw a chart.

        Parameters
        ----------
        chart : Chart
            What to draw.
        log : bool
            Whether the upright axis is logarithmic; values of 0 and below are then left out.
        """
        self._chart, self._log = chart, log
        self._item.clear()
        self._item.setLogMode(x=False, y=log)
        self._item.setLabel("bottom", chart.x_label)
        self._item.setLabel("left", chart.y_label)
        for number, one in enumerate(chart.series):
            self._draw(number, one, chart.histogram, log)
        self._legend.setColumnCount(max(1, len(chart.series)))
        self._dress()
        self._reach(chart, log)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.StyleChange and self._chart is not None:
            self.show_chart(self._chart, log=self._log)

    def _draw(self, number: int, one: Series, histogram: bool, log: bool) -> None:
        palette = CURVES[shown_theme()]
        shade = QColor(palette[number % len(palette)])
        pen = pyqtgraph.mkPen(shade, width=2, style=_STYLES[number % len(_STYLES)])
        if histogram:
            fill = QColor(shade)
            fill.setAlphaF(0.18)
            self._item.plot(
                list(one.x), list(one.y), stepMode="center", fillLevel=0, brush=fill, pen=pen, name=one.name
            )
            return
        points = [
            (x, y) for x, y in zip(one.x, one.y, strict=True) if math.isfinite(y) and (y > 0 or not log)
        ]
        symbol = _SYMBOLS[number % len(_SYMBOLS)] if len(points) <= _MARKED else None
        self._item.plot(
            [x for x, _ in points],
            [y for _, y in points],
            pen=pen,
            symbol=symbol,
            symbolSize=6,
            symbolBrush=shade,
            symbolPen=None,
            name=one.name,
        )

    def _reach(self, chart: Chart, log: bool) -> None:
        """Show all points, and leave room for the legend above them."""
        ys = [y for one in chart.series for y in one.y if math.isfinite(y) and (y > 0 or not log)]
        if not ys:
            return
        if log:
            ys = [math.log10(y) for y in ys]
        low, high = min(ys), max(ys)
        low = 0.0 if chart.histogram else low
        room = (high - low) or abs(high) or 1.0
        self._item.setYRange(
            low - (0 if chart.histogram else 0.06 * room), high + _HEADROOM * room, padding=0
        )
        self._item.enableAutoRange(axis="x")

    def _dress(self) -> None:
        self._plot.setBackground(colour("field"))
        text, line = colour("muted"), pyqtgraph.mkPen(colour("line"))
        for side in ("bottom", "left"):
            axis = self._item.getAxis(side)
            axis.setPen(line)
            axis.setTextPen(pyqtgraph.mkPen(text))
            axis.setStyle(tickFont=self.font())
        self._item.getAxis("bottom").setHeight(_AXIS_PX)
        self._legend.setLabelTextColor(colour("text"))
        self._item.showGrid(x=False, y=True, alpha=0.12)
