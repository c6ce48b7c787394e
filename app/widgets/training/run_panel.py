"""A run: how far it is, its curves as they grow, the verdict on its model, its log and its recipe."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from PySide6.QtCore import QAbstractItemModel
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QProgressBar, QTabWidget, QVBoxLayout, QWidget

from app.widgets.empty_state import button_for
from app.widgets.page import scrolled
from app.widgets.text import ElidedLabel, TextLabel
from app.widgets.theme import SPACING
from app.widgets.training.chart import Chart, ChartPanel, PlotMaker, Series
from app.widgets.training.event_words import event_sentence
from app.widgets.training.gate_panel import GatePanel
from app.widgets.training.set_panel import histogram
from app.widgets.training.training_terms import (
    duration,
    loss_name,
    method_name,
    preset_name,
    stage_advice,
    stage_name,
)
from core.training.events import TrainingEvent
from core.workspace.tuning.desk import RecognizabilityShift, RunOverview, RunStage, TuningState, TuningStatus

Points = Sequence[tuple[float, float]]


class RunPanel(QWidget):
    """Head with what can be done, and four tabs.

    Parameters
    ----------
    rates : QAbstractItemModel
        The rows of the gate's table.
    actions : sequence of QAction
        What can be done with a run, as buttons; the first as the primary one.
    parent : QWidget, optional
        Parent widget.
    """

    def __init__(
        self, rates: QAbstractItemModel, actions: Sequence[QAction], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        tr = self.tr
        self._title, self._stage = TextLabel("", "sectionTitle"), TextLabel("", "muted")
        self._about = ElidedLabel("muted")
        self._state = TextLabel("", wrap=True)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(tr("Steps of the run"))
        self.losses = ChartPanel(tr("Terms of the loss"), scale=True)
        self.measured = ChartPanel(tr("People of the curves"))
        self.shift = ChartPanel(tr("Recognizability before and after"))
        self.gate = GatePanel(rates)
        self._log, self._recipe = self._text(tr("Log of the run")), self._text(tr("Recipe of the run"))
        beside = QWidget()
        pair = QHBoxLayout(beside)
        pair.setContentsMargins(0, 0, 0, 0)
        pair.setSpacing(3 * SPACING)
        pair.addWidget(self.measured, 1)
        pair.addWidget(self.shift, 1)
        curves = scrolled(tr("Curves"), self.losses, beside, spacing=SPACING + 4, beside=SPACING)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.setAccessibleName(tr("Parts of the run"))
        self.tabs.tabBar().setAccessibleName(tr("Parts of the run"))
        for name, widget in (
            (tr("&Curves"), curves),
            (tr("&Verdict"), self.gate),
            (tr("&Log"), self._log),
            (tr("Rec&ipe"), self._recipe),
        ):
            self.tabs.addTab(widget, name)
        head = QHBoxLayout()
        head.setSpacing(2 * SPACING)
        head.addWidget(self._title)
        head.addWidget(self._stage)
        head.addStretch(1)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACING)
        self._buttons = [button_for(one) for one in actions]
        for button, action in zip(self._buttons, actions, strict=True):
            buttons.addWidget(button)
            # What makes no sense for a run at this stage would only be in the way.
            action.enabledChanged.connect(button.setVisible)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACING, SPACING, 0, 0)
        layout.setSpacing(SPACING)
        layout.addLayout(head)
        layout.addWidget(self._about)
        layout.addWidget(self._state)
        layout.addWidget(self._bar)
        layout.addLayout(buttons)
        layout.addWidget(self.tabs, 1)
        for button, action in zip(self._buttons, actions, strict=True):
            button.setVisible(action.isEnabled())

    @property
    def state(self) -> str:
        """What is said about where the run stands."""
        return self._state.text()

    @property
    def log(self) -> str:
        """The log as it is shown."""
        return self._log.toPlainText()

    def use_plots(self, make: PlotMaker | None) -> None:
        """Take what draws the curves."""
        for chart in (self.losses, self.measured, self.shift):
            chart.use(make)

    def show_run(self, shown: RunOverview) -> None:
        """Show what does not move while a run goes on."""
        run, stage = shown.summary.run, shown.summary.stage
        self._title.setText(run.name)
        self._stage.setText(stage_name(stage))
        told = self.tr("From {0} on the set {1} · {2}, {3}, {4:,} steps · begun {5} by {6}")
        self._about.setText(
            told.format(
                run.parent,
                run.labelled,
                method_name(run.method),
                preset_name(run.preset),
                run.steps,
                datetime.fromisoformat(run.created).astimezone().strftime("%Y-%m-%d %H:%M"),
                run.operator,
            )
        )
        self._recipe.setPlainText(shown.recipe)
        self._log.setPlainText("\n".join(filter(None, map(event_sentence, shown.events))))
        self.gate.show_record(shown.gate)
        self._show_shift(shown.shift)
        self.show_rest(stage, shown.summary.status)

    def show_rest(self, stage: RunStage, status: TuningStatus) -> None:
        """Say where a run stands that this desk does not follow, and why it ended if it failed."""
        advice = stage_advice(stage)
        if status.state in (TuningState.RUNNING, TuningState.PAUSED):
            told = self.tr("Another process works on it: step {0:,} of {1:,}.")
            self._state.setText(told.format(status.step, status.steps))
        elif stage is RunStage.UNFINISHED:
            where = self.tr("Stopped at step {0:,} of {1:,}.").format(status.step, status.steps)
            if status.state is TuningState.INTERRUPTED:
                where = self.tr("Interrupted; its last checkpoint is at step {0:,} of {1:,}.").format(
                    status.step, status.steps
                )
            self._state.setText(" ".join(filter(None, [status.message, where, advice])))
        else:
            self._state.setText(advice)
        self._bar.setVisible(stage is RunStage.UNFINISHED)
        self._set_bar(status.step, status.steps)

    def show_progress(self, step: int, steps: int, left: float | None, message: str, *, paused: bool) -> None:
        """Say where a run stands that goes on.

        Parameters
        ----------
        step, steps : int
            Steps done and in all; 0 in all while it prepares.
        left : float or None
            Seconds that are left, where they can be told.
        message : str
            What is being prepared.
        paused : bool
            Whether it waits.
        """
        self._stage.setText(self.tr("paused") if paused else self.tr("going on"))
        if paused:
            text = self.tr("Paused at step {0:,} of {1:,}, with a checkpoint. It waits for Resume.")
            self._state.setText(text.format(step, steps))
        elif not steps or not step:
            self._state.setText(message or self.tr("The run begins …"))
        else:
            text = self.tr("Step {0:,} of {1:,}").format(step, steps)
            rest = self.tr("{0} left").format(duration(left)) if left is not None else ""
            self._state.setText(", ".join(filter(None, [text, rest])) + ".")
        self._bar.setVisible(True)
        self._set_bar(step, steps)

    def show_curves(self, losses: Mapping[str, Points], measured: Mapping[str, Points]) -> None:
        """Draw the curves.

        Parameters
        ----------
        losses : dict of str to points
            Each term of the loss by step, and their weighted sum as "total".
        measured : dict of str to points
            Each rate of the people of the curves by step.
        """
        named = {
            self.tr("weighted sum") if name == "total" else loss_name(name): points
            for name, points in losses.items()
        }
        self.losses.show_chart(
            _lines(named, self.tr("step"), self.tr("loss (no unit)")), self._moved(named, 4)
        )
        self.measured.show_chart(
            _lines(measured, self.tr("step"), self.tr("share of probes")), self._moved(measured, 3)
        )

    def append_log(self, event: TrainingEvent) -> None:
        """Add what a run tells to the log."""
        sentence = event_sentence(event)
        if sentence:
            self._log.appendPlainText(sentence)

    def _moved(self, named: Mapping[str, Points], digits: int) -> str:
        told = self.tr("{0}: {1} at step {2:,.0f}, {3} at step {4:,.0f}")
        lines = [
            told.format(
                name, f"{points[0][1]:.{digits}f}", points[0][0], f"{points[-1][1]:.{digits}f}", points[-1][0]
            )
            for name, points in named.items()
            if points
        ]
        return "; ".join(lines) + "." if lines else self.tr("Nothing has been measured yet.")

    def _show_shift(self, shift: RecognizabilityShift | None) -> None:
        if shift is None:
            self.shift.show_chart(
                None, self.tr("Measured together with the verdict, on the people held out.")
            )
            return
        before, after = self.tr("before (parent)"), self.tr("after (new model)")
        rising = sum(new > old for old, new in zip(shift.before, shift.after, strict=True))
        told = self.tr("Of {0} pictures held out, {1} are more recognizable to the new model.")
        self.shift.show_chart(
            histogram(
                {before: list(shift.before), after: list(shift.after)},
                self.tr("recognizability index (RI)"),
                self.tr("pictures"),
            ),
            told.format(len(shift.before), rising),
        )

    def _set_bar(self, step: int, steps: int) -> None:
        self._bar.setRange(0, steps)
        self._bar.setValue(step)

    @staticmethod
    def _text(name: str) -> QPlainTextEdit:
        field = QPlainTextEdit()
        field.setReadOnly(True)
        field.setAccessibleName(name)
        field.setTabChangesFocus(True)
        field.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        field.setMaximumBlockCount(20_000)
        return field


def _lines(named: Mapping[str, Points], x_label: str, y_label: str) -> Chart | None:
    series = tuple(
        Series(name, tuple(x for x, _ in points), tuple(y for _, y in points))
        for name, points in named.items()
        if points
    )
    return Chart(x_label, y_label, series) if series else None
