"""The fields that every enrolment needs: gallery, authority, gate, override."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QLineEdit, QWidget

from app.widgets.fields import decimal_number
from app.widgets.terms import definition
from app.widgets.text import TextLabel
from app.widgets.theme import SPACING
from core.settings import GallerySettings
from core.types import Gallery


@dataclass(frozen=True, slots=True)
class EnrolmentTerms:
    """Where to enrol and what to let in.

    Attributes
    ----------
    gallery : str
        Name of the gallery; made when missing.
    min_recognizability : float
        The gate.
    override_reason : str
        Why faces below the gate are enrolled all the same; empty when they are not.
    authority : str
        On whose authority; may be empty.
    """

    gallery: str
    min_recognizability: float
    override_reason: str
    authority: str = ""


class EnrolmentForm(QWidget):
    """Gallery, gate and override, aligned.

    Parameters
    ----------
    galleries : sequence of Gallery
        What to offer; another name makes a new gallery.
    defaults : GallerySettings
        The gallery and gate to begin with.
    parent : QWidget, optional
        Parent widget.

    Attributes
    ----------
    changed : Signal()
        A field was changed.
    """

    changed = Signal()

    def __init__(
        self, galleries: Sequence[Gallery], defaults: GallerySettings, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        names = dict.fromkeys([defaults.name, *(gallery.name for gallery in galleries)])
        self._gallery = QComboBox()
        self._gallery.setEditable(True)
        self._gallery.addItems(list(names))
        self._gallery.setToolTip(self.tr("Choose a gallery, or enter a new name to make one."))
        self._gate = decimal_number(self.tr("Smallest RI"), 0.0, 1.0)
        self._gate.setSingleStep(0.05)
        self._gate.setValue(defaults.min_recognizability)
        self._gate.setToolTip(definition("gate"))
        self._override = QCheckBox(self.tr("Enrol faces below the gate all the same"))
        self._reason = QLineEdit()
        self._reason.setPlaceholderText(self.tr("Reason, kept in the audit log"))
        self._reason.setEnabled(False)
        self._authority = QLineEdit()
        self._authority.setPlaceholderText(self.tr("Who allowed it, and on what ground"))
        self._authority.setToolTip(self.tr("Kept with each sample, and shown beside it."))
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(2 * SPACING)
        form.setVerticalSpacing(SPACING)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for name, field in (
            (self.tr("Gallery"), self._gallery),
            (self.tr("Authority"), self._authority),
            (self.tr("Smallest RI"), self._gate),
            ("", self._override),
            (self.tr("Reason"), self._reason),
        ):
            label = TextLabel(name)
            label.setBuddy(field)
            field.setAccessibleName(name or self._override.text())
            form.addRow(label, field)
        self._gallery.currentTextChanged.connect(self._follow)
        self._gate.valueChanged.connect(self._follow)
        self._override.toggled.connect(self._follow)
        self._reason.textChanged.connect(self._follow)

    @property
    def complete(self) -> bool:
        """Whether there is a gallery and, for an override, a reason."""
        needs_reason = self._override.isChecked() and not self._reason.text().strip()
        return bool(self._gallery.currentText().strip()) and not needs_reason

    @property
    def terms(self) -> EnrolmentTerms:
        """What was entered."""
        reason = self._reason.text().strip() if self._override.isChecked() else ""
        return EnrolmentTerms(
            self._gallery.currentText().strip(), self._gate.value(), reason, self._authority.text().strip()
        )

    @Slot()
    def _follow(self) -> None:
        self._reason.setEnabled(self._override.isChecked())
        self.changed.emit()
