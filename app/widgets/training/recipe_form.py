"""A recipe as a form: one field a number, and what is wrong with it beside it."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QDoubleSpinBox, QFormLayout, QSpinBox, QVBoxLayout, QWidget

from app.widgets.fields import decimal_number, whole_number
from app.widgets.text import TextLabel
from app.widgets.theme import SPACING
from app.widgets.training.recipe_terms import RecipeField, groups, value_of, with_values
from core.errors import UsageError
from core.training.recipe import Recipe, check_recipe


class RecipeForm(QWidget):
    """The numbers of a recipe that may be changed; what is not shown stays as the preset has it.

    Parameters
    ----------
    parent : QWidget, optional
        Parent widget.

    Attributes
    ----------
    changed : Signal()
        A number was changed.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._recipe: Recipe | None = None
        self._problem = ""
        self._begun: dict[str, float] = {}
        self.fields: dict[str, QSpinBox | QDoubleSpinBox] = {}
        self._errors: dict[str, TextLabel] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING)
        for title, listed in groups().items():
            layout.addWidget(TextLabel(title, "sectionTitle"))
            form = QFormLayout()
            form.setHorizontalSpacing(2 * SPACING)
            form.setVerticalSpacing(SPACING // 2)
            form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
            for one in listed:
                self._add(form, one)
            layout.addLayout(form)
        layout.addStretch(1)

    @property
    def recipe(self) -> Recipe | None:
        """The recipe as it stands; None before there is one."""
        if self._recipe is None:
            return None
        values = {key: field.value() for key, field in self.fields.items()}
        # What was not touched keeps digits that the field does not show.
        return with_values(
            self._recipe,
            {key: value for key, value in values.items() if value != self._begun[key]},
        )

    @property
    def problem(self) -> str:
        """What is wrong, in one sentence; empty when nothing is."""
        return self._problem

    def error(self, key: str) -> str:
        """Return the sentence beside a field, empty when there is none."""
        return self._errors[key].text()

    def set_recipe(self, recipe: Recipe) -> None:
        """Show another recipe."""
        self._recipe = recipe
        for key, field in self.fields.items():
            with QSignalBlocker(field):
                field.setValue(value_of(recipe, key))
        self._begun = {key: field.value() for key, field in self.fields.items()}
        self._check()

    def _add(self, form: QFormLayout, one: RecipeField) -> None:
        field: QSpinBox | QDoubleSpinBox
        if one.decimals:
            field = decimal_number(one.label, one.smallest, one.largest, decimals=one.decimals)
        else:
            field = whole_number(one.label, int(one.smallest), int(one.largest), int(one.smallest))
        field.setSuffix(one.unit)
        reach = self.tr("From {0:g} to {1:g}.").format(one.smallest, one.largest)
        field.setToolTip(f"{one.meaning} {reach}")
        field.setFixedWidth(168)
        field.valueChanged.connect(self._check)
        label, error = TextLabel(one.label), TextLabel("", "error", wrap=True)
        label.setToolTip(field.toolTip())
        label.setFixedWidth(200)
        label.setBuddy(field)
        error.hide()
        form.addRow(label, field)
        form.addRow("", error)
        self.fields[one.key], self._errors[one.key] = field, error

    @Slot()
    def _check(self) -> None:
        recipe = self.recipe
        key, sentence = "", ""
        if recipe is not None:
            try:
                check_recipe(recipe, recipe.name)
            except UsageError as error:
                _, _, rest = str(error).partition(", ")
                sentence = rest[:1].upper() + rest[1:]
                key = self._field_of(rest)
        self._problem = sentence
        for name, label in self._errors.items():
            label.setText(sentence if name == key else "")
            label.setVisible(name == key and bool(sentence))
            self.fields[name].setAccessibleDescription(label.text())
        self.changed.emit()

    def _field_of(self, sentence: str) -> str:
        """Return the key of the field that a sentence is about, that of the first of its group otherwise."""
        named = [key for key in self.fields if key in sentence]
        if named:
            return max(named, key=len)
        return next(
            (key for key in self.fields if key.partition(".")[0] in sentence), next(iter(self.fields))
        )
