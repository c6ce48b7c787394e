"""Small dialogs: a form, a name, a reason."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.widgets.text import TextLabel
from app.widgets.theme import SPACING

D = TypeVar("D", bound=QDialog)


def opened(dialog: D) -> D:
    """Open a dialog over its parent and return it; it is deleted once it is closed."""
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
    return dialog


class FormDialog(QDialog):
    """A sentence, a form and two buttons; not to be accepted while a required field is empty.

    Parameters
    ----------
    title, hint : str
        Window title, and a sentence above the form.
    accept : str
        What the button that accepts says.
    danger : bool
        Whether accepting destroys something.
    parent : QWidget, optional
        Parent widget.
    """

    def __init__(
        self, title: str, hint: str, accept: str, *, danger: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setMinimumWidth(480)
        self._required: list[QLineEdit | QPlainTextEdit] = []
        self.form = QFormLayout()
        self.form.setHorizontalSpacing(2 * SPACING)
        self.form.setVerticalSpacing(SPACING)
        self.form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.accept_button = QPushButton(accept)
        self.accept_button.setProperty("danger" if danger else "primary", True)
        buttons.addButton(self.accept_button, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * SPACING, 3 * SPACING, 3 * SPACING, 2 * SPACING)
        layout.setSpacing(2 * SPACING)
        self.hint = TextLabel(hint, "muted", wrap=True)
        self.hint.setVisible(bool(hint))
        layout.addWidget(self.hint)
        layout.addLayout(self.form)
        layout.addStretch(1)
        layout.addWidget(buttons)
        # Only once they belong to the dialog: before, Return pressed Cancel, and what was typed was gone.
        for button in self.findChildren(QPushButton):
            button.setAutoDefault(False)
        self.accept_button.setDefault(not danger)

    def add_line(self, name: str, *, text: str = "", required: bool = False, hint: str = "") -> QLineEdit:
        """Append a field of one line and return it."""
        field = QLineEdit(text)
        field.setPlaceholderText(hint)
        self._add(name, field, required)
        return field

    def add_text(self, name: str, *, required: bool = False, hint: str = "") -> QPlainTextEdit:
        """Append a field of several lines and return it."""
        field = QPlainTextEdit()
        field.setPlaceholderText(hint)
        field.setTabChangesFocus(True)
        field.setFixedHeight(72)
        self._add(name, field, required)
        return field

    def add_choice(self, name: str, field: QComboBox) -> None:
        """Append a field to choose from."""
        label = TextLabel(name)
        label.setBuddy(field)
        field.setAccessibleName(name)
        self.form.addRow(label, field)
        if self.form.rowCount() == 1:
            field.setFocus()

    def _add(self, name: str, field: QLineEdit | QPlainTextEdit, required: bool) -> None:
        label = TextLabel(self.tr("{0} *").format(name) if required else name)
        label.setBuddy(field)
        field.setAccessibleName(name)
        self.form.addRow(label, field)
        if self.form.rowCount() == 1:
            field.setFocus()
        if required:
            self._required.append(field)
            field.textChanged.connect(self._check)
            self._check()

    @Slot()
    def _check(self) -> None:
        texts = [
            field.text() if isinstance(field, QLineEdit) else field.toPlainText() for field in self._required
        ]
        self.accept_button.setEnabled(all(text.strip() for text in texts))


class NameDialog(FormDialog):
    """Asks for a name.

    Parameters
    ----------
    title, hint, label, accept : str
        Window title, sentence, name of the field, what the button says.
    text : str
        The name to begin with.
    parent : QWidget, optional
        Parent widget.
    """

    def __init__(
        self, title: str, hint: str, label: str, accept: str, text: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(title, hint, accept, parent=parent)
        self._name = self.add_line(label, text=text, required=True)
        self._name.selectAll()

    @property
    def answer(self) -> str:
        """The name as entered, without blanks at its ends."""
        return self._name.text().strip()


class ReasonDialog(FormDialog):
    """Confirms something that cannot be undone and asks why it is done.

    Parameters
    ----------
    title, hint, accept : str
        Window title, what will happen, what the button says.
    parent : QWidget, optional
        Parent widget.
    """

    def __init__(self, title: str, hint: str, accept: str, parent: QWidget | None = None) -> None:
        super().__init__(title, hint, accept, danger=True, parent=parent)
        self._reason = self.add_text(
            self.tr("Reason"),
            required=True,
            hint=self.tr("Kept in the audit log, for example a request for erasure"),
        )

    @property
    def answer(self) -> str:
        """The reason as entered, without blanks at its ends."""
        return self._reason.toPlainText().strip()
