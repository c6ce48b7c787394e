"""What a labelled set holds: people, split, recognizability, sizes, and what is odd about it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.widgets.page import scrolled
from app.widgets.problem_list import ProblemList
from app.widgets.text import Facts, Notice, TextLabel
from app.widgets.theme import SPACING
from app.widgets.training.chart import Chart, ChartPanel, PlotMaker, Series
from app.widgets.training.training_terms import part_definition, part_name, warning_consequence
from core.workspace.tuning.desk import LabelledSet, Part, SetPicture

_BINS = 12


class SetPanel(QWidget):
    """Facts, split, warnings with their consequence, and two histograms.

    Parameters
    ----------
    parent : QWidget, optional
        Parent widget.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        tr = self.tr
        self._title = TextLabel("", "sectionTitle")
        self._facts = Facts(
            (
                (tr("Made"), tr("When, and by whom")),
                (tr("Holds"), tr("People and pictures that are used")),
                (tr("Pictures a person"), tr("Fewest, median and most")),
                (tr("Assessed by"), tr("The model that served when the set was made")),
            )
        )
        self._split = QWidget()
        self._cells = QGridLayout(self._split)
        self._cells.setContentsMargins(0, 0, 0, 0)
        self._cells.setHorizontalSpacing(3 * SPACING)
        self._cells.setVerticalSpacing(SPACING // 2)
        self._warnings = QWidget()
        self._listed = QVBoxLayout(self._warnings)
        self._told: tuple[str, ...] = ()
        self._listed.setContentsMargins(0, 0, 0, 0)
        self._listed.setSpacing(SPACING // 2)
        self.recognizability = ChartPanel(tr("Recognizability of the pictures"))
        self.sizes = ChartPanel(tr("Width of the faces"))
        charts = QWidget()
        beside = QHBoxLayout(charts)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(3 * SPACING)
        beside.addWidget(self.recognizability, 1)
        beside.addWidget(self.sizes, 1)
        self._left_title = TextLabel(tr("Left out"), "sectionTitle")
        self._left_out = ProblemList()
        area = scrolled(
            tr("About the set"),
            self._title,
            self._facts,
            self._warnings,
            TextLabel(tr("Split by people, even in recognizability"), "sectionTitle"),
            self._split,
            charts,
            self._left_title,
            self._left_out,
            spacing=SPACING + 4,
            beside=SPACING,
        )
        area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACING, SPACING, 0, 0)
        layout.addWidget(area)

    @property
    def warnings(self) -> tuple[str, ...]:
        """The warnings as they are shown."""
        return self._told

    def use_plots(self, make: PlotMaker | None) -> None:
        """Take what draws the histograms."""
        for chart in (self.recognizability, self.sizes):
            chart.use(make)

    def show_set(self, shown: LabelledSet) -> None:
        """Show a set."""
        counts = sorted(Counter(picture.subject for picture in shown.pictures).values())
        median = float(np.median(counts))
        spread = (
            self.tr("{0} to {1}, median {2:g}") if counts[0] < counts[-1] else self.tr("{0} of everybody")
        )
        self._title.setText(shown.name)
        self._facts.show_values(
            (
                self.tr("{0} by {1}").format(shown.created, shown.operator),
                self.tr("{0} people, {1} pictures").format(len(counts), len(shown.pictures)),
                spread.format(counts[0], counts[-1], median),
                shown.model,
            )
        )
        self._show_warnings(shown)
        self._show_split(shown)
        self._show_charts(shown)
        self._left_title.setVisible(bool(shown.left_out))
        self._left_out.show_problems(shown.left_out)

    def _show_warnings(self, shown: LabelledSet) -> None:
        _empty(self._listed)
        told = []
        for warning in shown.warnings:
            head = self.tr("Stops tuning: {0}") if warning.stops else self.tr("Note: {0}")
            consequence = warning_consequence(warning.kind, stops=warning.stops)
            told.append("\n".join(filter(None, [head.format(warning.message), consequence])))
            tone = "error" if warning.stops else "warning"
            self._listed.addWidget(Notice(told[-1], tone, self._warnings))
        if not told:
            told = [self.tr("Nothing odd was found about this set.")]
            self._listed.addWidget(Notice(told[0], parent=self._warnings))
        self._told = tuple(told)

    def _show_split(self, shown: LabelledSet) -> None:
        _empty(self._cells)
        heads = (self.tr("Part"), self.tr("People"), self.tr("Pictures"), self.tr("RI, median"), "")
        rows = [heads, *(self._row(part, shown.of(part)) for part in Part)]
        for row, texts in enumerate(rows):
            for column, text in enumerate(texts):
                style = "muted" if row == 0 or column == len(texts) - 1 else ""
                self._cells.addWidget(TextLabel(text, style), row, column)
        self._cells.setColumnStretch(len(heads) - 1, 1)

    def _row(self, part: Part, pictures: Sequence[SetPicture]) -> tuple[str, ...]:
        people = len({picture.subject for picture in pictures})
        middle = f"{np.median([one.recognizability for one in pictures]):.2f}" if pictures else "–"
        return part_name(part), str(people), str(len(pictures)), middle, part_definition(part)

    def _show_charts(self, shown: LabelledSet) -> None:
        parts = [(part_name(part), shown.of(part)) for part in (Part.TRAIN, Part.HOLDOUT)]
        indices = {name: [one.recognizability for one in pictures] for name, pictures in parts}
        sizes = {
            name: [one.face_px for one in pictures if one.face_px is not None] for name, pictures in parts
        }
        told = self.tr("RI from {0:.2f} to {1:.2f}, median {2:.2f}.")
        self.recognizability.show_chart(
            histogram(indices, self.tr("recognizability index (RI)"), self.tr("pictures")),
            _sentence(told, [value for some in indices.values() for value in some]),
        )
        known = [value for some in sizes.values() for value in some]
        if known:
            told = self.tr("Faces from {0:.0f} to {1:.0f} px wide, median {2:.0f} px.")
            self.sizes.show_chart(
                histogram(sizes, self.tr("width of the face (px)"), self.tr("pictures")),
                _sentence(told, known),
            )
        else:
            self.sizes.show_chart(None, self.tr("How large the faces were is not known of any picture."))


def histogram(values: dict[str, list[float]], x_label: str, y_label: str) -> Chart | None:
    """Count values in common bins.

    Parameters
    ----------
    values : dict of str to list of float
        By the name in the legend.
    x_label, y_label : str
        What the axes count.

    Returns
    -------
    Chart or None
        None without any value.
    """
    together = [value for some in values.values() for value in some]
    if not together:
        return None
    edges = _edges(together)
    return Chart(
        x_label,
        y_label,
        tuple(
            Series(name, tuple(edges.tolist()), tuple(np.histogram(some, edges)[0].astype(float).tolist()))
            for name, some in values.items()
            if some
        ),
        histogram=True,
    )


def _edges(values: Sequence[float]) -> NDArray[np.float64]:
    """Return the edges of about a dozen bins; whole numbers where values are wide apart."""
    low, high = min(values), max(values)
    if high - low < _BINS / 2:
        return np.histogram_bin_edges(values, _BINS).astype(np.float64)
    width = max(1, math.ceil((high - low) / _BINS))
    return np.arange(math.floor(low), high + 2 * width, width, dtype=np.float64)


def _sentence(told: str, values: Sequence[float]) -> str:
    return told.format(min(values), max(values), float(np.median(values)))


def _empty(layout: QVBoxLayout | QGridLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
