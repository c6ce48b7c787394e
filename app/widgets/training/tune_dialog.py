"""What to tune, how deep and how long; with an estimate, and the recipe for those who want to change it."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QWidget

from app.widgets.dialogs import FormDialog
from app.widgets.page import scrolled
from app.widgets.text import Notice, TextLabel
from app.widgets.training.recipe_form import RecipeForm
from app.widgets.training.training_terms import (
    duration,
    method_definition,
    method_name,
    preset_definition,
    preset_name,
)
from core.training.recipe import Recipe
from core.workspace.tuning.desk import STEPS, LabelledSet, Method, Preset, TuningPlan

W = TypeVar("W", bound=QWidget)


@dataclass(frozen=True, slots=True)
class TuneRequest:
    """A tuning that is to be begun.

    Attributes
    ----------
    name : str
        Of the run, and of the model it makes.
    labelled : str
        The labelled set.
    preset : Preset
        How long.
    method : Method
        What may move.
    kept : str
        Set whose embeddings must stay; empty for the shipped faces.
    recipe : Recipe or None
        Where it was changed by hand.
    """

    name: str
    labelled: str
    preset: Preset
    method: Method
    kept: str
    recipe: Recipe | None


class TuneDialog(FormDialog):
    """Asks what to tune; starts no work itself.

    Parameters
    ----------
    sets : sequence of LabelledSet
        What to offer.
    labelled : str
        The set to begin with.
    name : str
        The name to begin with.
    parent : QWidget, optional
        Parent widget.

    Attributes
    ----------
    plan_requested : Signal(str, Preset, Method)
        The recipe and a measured step of this choice are wanted.
    """

    plan_requested = Signal(str, object, object)

    def __init__(
        self, sets: Sequence[LabelledSet], labelled: str, name: str, parent: QWidget | None = None
    ) -> None:
        super().__init__("", "", "", parent=parent)
        tr = self.tr
        self._plan: TuningPlan | None = None
        self.setWindowTitle(tr("Tune the model in use"))
        self.accept_button.setText(tr("Begin"))
        self.hint.setText(
            tr(
                "The network learns in a process of its own and the desk stays usable. The model in use does "
                "not change: what is made here has to pass the gate and be promoted."
            )
        )
        self.hint.show()
        self.setMinimumWidth(600)
        self.name = self.add_line(tr("Name"), text=name, required=True)
        self.name.setToolTip(tr("Of the run, and of the model that it makes."))
        self.name.textChanged.connect(self._judge)
        self.labelled = self._choice(tr("Labelled set"), [(one.name, one.name) for one in sets])
        self.labelled.setCurrentIndex(max(self.labelled.findData(labelled), 0))
        self.method = self._choice(tr("Method"), [(method_name(one), one) for one in Method])
        self.method.setCurrentIndex(list(Method).index(Method.LAST_STAGE))
        self._method_told = self._row(TextLabel("", "caption", wrap=True))
        self.preset = self._choice(tr("Length"), [(self._length(one), one) for one in Preset])
        self._preset_told = self._row(TextLabel("", "caption", wrap=True))
        others = [(one.name, one.name) for one in sets if not one.stopped_by]
        self.kept = self._choice(tr("Keep"), [(tr("the shipped faces"), ""), *others])
        self.kept.setToolTip(
            tr("Good photographs of other people, whose embeddings must stay what they are.")
        )
        self.estimate = self._row(Notice())
        self.estimate.setMaximumHeight(80)
        self.by_hand = self._row(QCheckBox(tr("Change the recipe by hand")))
        self.by_hand.toggled.connect(self._show_form)
        self.recipe_form = RecipeForm()
        self.recipe_form.changed.connect(self._judge)
        self._recipe_area = scrolled(tr("Recipe"), self.recipe_form, beside=8)
        self._recipe_area.setMinimumHeight(280)
        self._recipe_area.hide()
        self.form.addRow(self._recipe_area)
        for chooser in (self.labelled, self.method, self.preset):
            chooser.currentIndexChanged.connect(self.plan)
        self._judge()

    @property
    def request(self) -> TuneRequest:
        """What was asked for."""
        name, plan, recipe = self.name.text().strip(), self._plan, self.recipe_form.recipe
        changed = self.by_hand.isChecked() and plan is not None and recipe != plan.recipe
        return TuneRequest(
            name,
            str(self.labelled.currentData()),
            Preset(self.preset.currentData()),
            Method(self.method.currentData()),
            str(self.kept.currentData()),
            dataclasses.replace(recipe, name=name) if changed and recipe is not None else None,
        )

    @Slot()
    def plan(self) -> None:
        """Ask for the recipe of what is chosen."""
        asked = self.request
        self._plan = None
        self._method_told.setText(method_definition(asked.method))
        self._preset_told.setText(preset_definition(asked.preset))
        self.estimate.say(self.tr("Measuring how long a step takes on this machine …"))
        self._judge()
        self.plan_requested.emit(asked.labelled, asked.preset, asked.method)

    def show_plan(self, plan: TuningPlan) -> None:
        """Show the recipe and how long it would take; one of another choice is passed over."""
        if (plan.preset, plan.method) == (self.request.preset, self.request.method):
            self._plan = plan
            self.recipe_form.set_recipe(plan.recipe)

    def show_problem(self, sentence: str) -> None:
        """Say why there is no recipe."""
        self._plan = None
        self.estimate.say(sentence, "error")
        self._judge()

    def _length(self, preset: Preset) -> str:
        return self.tr("{0}, {1:,} steps").format(preset_name(preset), STEPS[preset])

    def _choice(self, name: str, items: Sequence[tuple[str, object]]) -> QComboBox:
        field = QComboBox()
        for text, data in items:
            field.addItem(text, data)
        self.add_choice(name, field)
        return field

    def _row(self, widget: W) -> W:
        self.form.addRow("", widget)
        return widget

    @Slot(bool)
    def _show_form(self, shown: bool) -> None:
        self._recipe_area.setVisible(shown)
        if shown:
            self.resize(self.width(), 860)
        else:
            self.adjustSize()
        self._judge()

    @Slot()
    def _judge(self) -> None:
        plan, recipe = self._plan, self.recipe_form.recipe
        by_hand = self.by_hand.isChecked()
        bad = by_hand and bool(self.recipe_form.problem)
        if plan is not None and recipe is not None:
            steps = recipe.steps if by_hand else plan.recipe.steps
            whole = duration(plan.seconds_a_step * steps)
            told = self.tr("A step takes {0:.2f} s here; {1:,} steps take {2}, longer while you work.")
            self.estimate.say(told.format(plan.seconds_a_step, steps, whole))
        self.by_hand.setEnabled(plan is not None)
        self.accept_button.setEnabled(plan is not None and bool(self.name.text().strip()) and not bad)
