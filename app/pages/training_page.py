"""Labelled sets, tunings with their curves and verdicts, and the models that came of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QModelIndex, Qt, Slot
from PySide6.QtGui import QAction, QShowEvent
from PySide6.QtWidgets import QListView, QStackedWidget, QTabWidget, QWidget

from app.actions import make_action
from app.actions.training.run_commands import RunCommands
from app.actions.training.run_display import RunDisplay
from app.actions.training.set_commands import SetCommands
from app.actions.training.tune_asking import TuneAsking
from app.actions.training.tunings import Tunings
from app.jobs import JobRunner
from app.qtmodels.training.rows import ModelsModel, RatesModel, RunsModel, SetsModel
from app.state import AppState
from app.widgets.empty_state import EmptyState
from app.widgets.lists import row_list
from app.widgets.page import Page, columns, tool_buttons
from app.widgets.training.chart import PlotMaker, load_plotting
from app.widgets.training.models_panel import ModelsPanel
from app.widgets.training.plain_rows import PlainRowDelegate
from app.widgets.training.run_panel import RunPanel
from app.widgets.training.set_panel import SetPanel
from app.widgets.training.training_terms import direction_word, stage_name
from core.workspace.tuning.desk import LabelledSet, ModelOrigin, RunSummary

if TYPE_CHECKING:
    from core.workspace import Workspace


class TrainingPage(Page):
    """Three tabs: sets, runs, models; the list at the left, the chosen one beside it.

    Parameters
    ----------
    workspace : Workspace
        The front door of the engine.
    runner : JobRunner
        Where work is done.
    state : AppState
        What pages share.
    parent : QWidget, optional
        Parent widget.
    """

    def __init__(
        self, workspace: Workspace, runner: JobRunner, state: AppState, parent: QWidget | None = None
    ) -> None:
        super().__init__(QCoreApplication.translate("TrainingPage", "Training"), parent)
        self._workspace, self._runner = workspace, runner
        self._wanted_set = self._wanted_run = ""
        self._plotting = False
        self.sets, self.runs = SetsModel(None, self), RunsModel(stage_name, self)
        self._rates, self.models = RatesModel(direction_word, self), ModelsModel(self)
        self.tunings = Tunings(workspace, runner, self)
        self.of_sets = SetCommands(workspace, runner, self)
        self.commands = RunCommands(workspace, runner, state, self, self.tunings)
        self.asking = TuneAsking(workspace, runner, self, self.tunings)
        self._go = [self._tab_action(number, name) for number, name in enumerate(self._tab_names())]
        self._lay_out()
        self._connect(state)
        self.refresh()

    @property
    def labelled(self) -> LabelledSet | None:
        """The chosen set."""
        return self.sets.item(self.set_list.currentIndex())

    @property
    def run_name(self) -> str:
        """Name of the chosen run; empty when there is none."""
        item = self.runs.item(self.run_list.currentIndex())
        return item.run.name if item else ""

    @property
    def menu(self) -> tuple[str, list[QAction]]:
        """Title and entries of the page's menu."""
        return self.tr("&Training"), [*self.of_sets.all, *self.commands.all, *self._go]

    def showEvent(self, event: QShowEvent) -> None:
        """Read again what other processes may have changed, and import what draws curves."""
        super().showEvent(event)
        self.refresh()
        if not self._plotting:
            self._plotting = True
            self._ask(self.tr("Prepare the curves"), load_plotting, self._use_plots)

    @Slot()
    def refresh(self) -> None:
        """Read sets, runs and models again."""
        self._ask(self.tr("List the labelled sets"), self._workspace.labelled_sets, self._show_sets)
        self._ask(self.tr("List the runs"), self._workspace.run_summaries, self._show_runs)
        self._ask(self.tr("List the models"), self._workspace.model_origins, self._show_models)

    def _tab_names(self) -> tuple[str, ...]:
        return self.tr("Labelled sets"), self.tr("Runs"), self.tr("Models")

    def _tab_action(self, number: int, name: str) -> QAction:
        return make_action(
            self,
            self.tr("Show: {0}").format(name),
            lambda: self._show_tab(number),
            shortcut=f"Alt+{number + 1}",
            tip=self.tr("Go to this part of the page"),
        )

    def _lay_out(self) -> None:
        tr = self.tr
        self.add_tools(tool_buttons([self.of_sets.new_action, self.commands.tune_action]))
        self.set_list = row_list(self.sets, PlainRowDelegate, tr("Labelled sets"))
        self.run_list = row_list(self.runs, PlainRowDelegate, tr("Runs"))
        self.set_panel = SetPanel()
        self.run_panel = RunPanel(self._rates, self.commands.of_run)
        self.display = RunDisplay(
            self._workspace, self._runner, self.run_panel, self._rates, self.commands, self.tunings
        )
        self.models_panel = ModelsPanel(self.models, self.commands.of_models)
        no_set = EmptyState(
            "face",
            tr("No labelled set yet"),
            tr(
                "A set says who is on which picture. Make one of confirmed faces of cases, of a folder with "
                "a folder for each person, or of a CSV file; then tune the model in use with it."
            ),
            [self.of_sets.new_action],
        )
        no_run = EmptyState(
            "adjust",
            tr("Nothing was tuned yet"),
            tr(
                "Choose a labelled set and tune the model in use with it. What comes of it is used only once "
                "it has passed the gate."
            ),
            [self.commands.tune_action],
        )
        self._set_stack, self._run_stack = _stack(no_set, self.set_panel), _stack(no_run, self.run_panel)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.setAccessibleName(tr("Parts of the page"))
        self.tabs.tabBar().setAccessibleName(tr("Parts of the page"))
        set_name, run_name, model_name = self._tab_names()
        self.tabs.addTab(columns((264, 1000), self.set_list, self._set_stack, growing=1), set_name)
        self.tabs.addTab(columns((264, 1000), self.run_list, self._run_stack, growing=1), run_name)
        self.tabs.addTab(self.models_panel, model_name)
        self.body.addWidget(self.tabs, 1)
        self.setFocusProxy(self.tabs)

    def _connect(self, state: AppState) -> None:
        for source in (self.tunings, self.of_sets, self.commands.jobs, self.asking):
            source.told.connect(self.notice.say)
        self.set_list.selectionModel().currentChanged.connect(self._choose_set)
        self.run_list.selectionModel().currentChanged.connect(self._choose_run)
        self.models_panel.chosen.connect(self._choose_model)
        self.of_sets.made.connect(self._go_to_set)
        self.of_sets.removed.connect(self.refresh)
        self.commands.tune_requested.connect(self._ask_tuning)
        self.commands.jobs.judged.connect(self._read_again)
        self.commands.jobs.switched.connect(self.refresh)
        self.display.shown.connect(lambda: self._run_stack.setCurrentIndex(1))
        self.display.failed.connect(self.say_failed)
        self.tunings.begun.connect(self._begin)
        self.tunings.moved.connect(self._look_for)
        self.tunings.ended.connect(self.refresh)
        state.gallery_changed.connect(self._read_models)

    def _show_tab(self, number: int) -> None:
        self.tabs.setCurrentIndex(number)
        (self.set_list, self.run_list, self.models_panel)[number].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _ask_tuning(self) -> None:
        chosen = self.labelled
        if chosen is not None:
            taken = [one.run.name for one in self.runs.rows]
            self.asking.begin([one for one in self.sets.rows if not one.stopped_by], chosen.name, taken)

    def _show_sets(self, sets: Sequence[LabelledSet]) -> None:
        wanted = self._wanted_set or (self.labelled.name if self.labelled else "")
        self.sets.replace(sets)
        _choose(self.set_list, [one.name for one in sets], wanted)
        if not sets:
            self._choose_set()

    def _show_runs(self, runs: Sequence[RunSummary]) -> None:
        wanted = self._wanted_run or self.run_name
        self.runs.replace(runs)
        _choose(self.run_list, [one.run.name for one in runs], wanted)
        if not runs:
            self._choose_run()

    def _show_models(self, models: Sequence[ModelOrigin]) -> None:
        self.models.replace(models)
        self.commands.follow_models(next((one for one in models if one.serving), None))

    @Slot()
    def _read_models(self) -> None:
        self._ask(self.tr("List the models"), self._workspace.model_origins, self._show_models)

    @Slot()
    def _choose_set(self, current: QModelIndex | None = None, before: QModelIndex | None = None) -> None:
        chosen = self.labelled
        self._wanted_set = chosen.name if chosen else ""
        self._set_stack.setCurrentIndex(int(chosen is not None))
        self.of_sets.follow(chosen)
        self.commands.follow_set(chosen)
        if chosen is not None:
            self.set_panel.show_set(chosen)

    @Slot()
    def _choose_run(self, current: QModelIndex | None = None, before: QModelIndex | None = None) -> None:
        name = self.run_name
        self._wanted_run = name or self._wanted_run
        if not name:
            self._run_stack.setCurrentIndex(0)
        self.display.choose(name)

    @Slot(int)
    def _choose_model(self, row: int) -> None:
        self.models_panel.show_model(self.models.item(self.models.index(row, 0)))

    @Slot(str)
    def _go_to_set(self, name: str) -> None:
        self._wanted_set = name
        self._show_tab(0)
        self.refresh()

    @Slot(str)
    def _begin(self, name: str) -> None:
        self._wanted_run = name
        self._show_tab(1)

    @Slot(str)
    def _look_for(self, name: str) -> None:
        """List the runs again when one begins that is not yet among them."""
        if name not in [one.run.name for one in self.runs.rows]:
            self.refresh()

    @Slot(str)
    def _read_again(self, name: str) -> None:
        self.refresh()
        if name == self.run_name:
            self.run_panel.tabs.setCurrentWidget(self.run_panel.gate)

    def _use_plots(self, make: PlotMaker | None) -> None:
        self.set_panel.use_plots(make)
        self.run_panel.use_plots(make)
        if make is None:
            self.notice.say(
                self.tr("pyqtgraph is not installed, so curves are shown as tables of their figures.")
            )

    def _ask(self, title: str, question: Callable[[], object], then: Callable[..., None]) -> None:
        self._runner.ask(title, question, owner=self, then=then, failed=self.say_failed)


def _stack(*widgets: QWidget) -> QStackedWidget:
    stack = QStackedWidget()
    for widget in widgets:
        stack.addWidget(widget)
    return stack


def _choose(view: QListView, names: Sequence[str], wanted: str) -> None:
    """Make the row of a name the current one, or the first."""
    if names:
        row = names.index(wanted) if wanted in names else 0
        view.setCurrentIndex(view.model().index(row, 0))
