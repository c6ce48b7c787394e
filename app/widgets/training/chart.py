"""A chart with a sentence beside it; as curves where pyqtgraph is there, and always as a table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Protocol, cast

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QHeaderView,
    QStackedWidget,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.widgets.text import TextLabel
from app.widgets.theme import SPACING

_ROWS = 200
_HEIGHT = 190


@dataclass(frozen=True, slots=True)
class Series:
    """One line of a chart.

    Attributes
    ----------
    name : str
        What the legend says.
    x, y : tuple of float
        Points in order of x. In a histogram `x` holds the edges of the bins and is longer by one.
    """

    name: str
    x: tuple[float, ...]
    y: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """What is to be shown.

    Attributes
    ----------
    x_label, y_label : str
        What the axes count, with units.
    series : tuple of Series
        The lines.
    histogram : bool
        Whether they are histograms.
    """

    x_label: str
    y_label: str
    series: tuple[Series, ...]
    histogram: bool = False


class Plot(Protocol):
    """What draws a chart."""

    def show_chart(self, chart: Chart, *, log: bool) -> None:
        """Draw a chart, with a logarithmic upright axis if asked to."""


PlotMaker = Callable[[], QWidget]


def load_plotting() -> PlotMaker | None:
    """Import pyqtgraph and return what makes plots, None where it is not installed; takes half a second."""
    try:
        module = import_module("app.widgets.training.plot")
    except ImportError:
        return None
    return cast("PlotMaker", module.CurvePlot)


class ChartPanel(QWidget):
    """A titled chart, a sentence that says the same in words, and the figures as a table at a tick.

    Parameters
    ----------
    title : str
        What it shows.
    scale : bool
        Whether its upright axis can be made logarithmic.
    parent : QWidget, optional
        Parent widget.
    """

    def __init__(self, title: str, *, scale: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = title
        self._chart: Chart | None = None
        self._make: PlotMaker | None = None
        self._plot: QWidget | None = None
        self.log = QCheckBox(self.tr("Logarithmic"))
        self.log.setChecked(scale)
        self.log.setAccessibleName(self.tr("Logarithmic axis: {0}").format(title))
        self.log.toggled.connect(self._draw)
        self.as_table = QCheckBox(self.tr("As a table"))
        self.as_table.setAccessibleName(self.tr("As a table: {0}").format(title))
        self.as_table.toggled.connect(self._draw)
        self._summary = TextLabel("", "muted", wrap=True)
        self._table = QTableWidget()
        self._table.setAccessibleName(self.tr("Figures: {0}").format(title))
        self._table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self._table.verticalHeader().hide()
        self._table.setTabKeyNavigation(False)
        self._table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._table)
        self._stack.setFixedHeight(_HEIGHT)
        head = QHBoxLayout()
        head.setSpacing(2 * SPACING)
        head.addWidget(TextLabel(title, "sectionTitle"))
        head.addStretch(1)
        head.addWidget(self.log)
        head.addWidget(self.as_table)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING // 2)
        layout.addLayout(head)
        layout.addWidget(self._stack)
        layout.addWidget(self._summary)
        # What is shown before it has a parent would be a window of its own for a moment.
        self.log.setVisible(scale)
        self.as_table.hide()
        self.show_chart(None, "")

    @property
    def summary(self) -> str:
        """What it says in words."""
        return self._summary.text()

    @property
    def chart(self) -> Chart | None:
        """What is shown."""
        return self._chart

    @property
    def draws(self) -> bool:
        """Whether the curves are on show, not the table."""
        return self._plot is not None and self._stack.currentWidget() is self._plot

    def use(self, make: PlotMaker | None) -> None:
        """Take what makes plots; with None the table stays."""
        self._make = make
        self.as_table.setVisible(make is not None)
        self._draw()

    def show_chart(self, chart: Chart | None, summary: str) -> None:
        """Show another chart.

        Parameters
        ----------
        chart : Chart or None
            None while there is nothing to show.
        summary : str
            The same in words, or why there is nothing.
        """
        self._chart = chart
        self._summary.setText(summary)
        self.setAccessibleName(self._name)
        self.setAccessibleDescription(summary)
        self._draw()

    @Slot()
    def _draw(self) -> None:
        chart = self._chart
        self._stack.setVisible(chart is not None)
        if chart is None:
            return
        if self._make is None or self.as_table.isChecked():
            self._stack.setCurrentWidget(self._table)
            self._fill(chart)
            return
        if self._plot is None:
            self._plot = self._make()
            self._stack.addWidget(self._plot)
        self._plot.setAccessibleName(self._name)
        self._plot.setAccessibleDescription(self._summary.text())
        cast("Plot", self._plot).show_chart(chart, log=self.log.isChecked() and not self.log.isHidden())
        self._stack.setCurrentWidget(self._plot)

    def _fill(self, chart: Chart) -> None:
        xs = sorted({x for one in chart.series for x in one.x[: len(one.y)]})[-_ROWS:]
        values = [dict(zip(one.x, one.y, strict=False)) for one in chart.series]
        self._table.setColumnCount(1 + len(values))
        self._table.setHorizontalHeaderLabels([chart.x_label, *(one.name for one in chart.series)])
        self._table.setRowCount(len(xs))
        for row, x in enumerate(xs):
            cells = [f"{x:g}", *(f"{known[x]:.4g}" if x in known else "" for known in values)]
            for column, text in enumerate(cells):
                item = QTableWidgetItem(text)
                item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
                self._table.setItem(row, column, item)
