"""Dialogs of the gallery page: whose name stays, why somebody is erased, what was proved."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.widgets.dialogs import FormDialog, ReasonDialog
from app.widgets.text import Notice, TextLabel
from app.widgets.theme import SPACING
from core.types import ErasureCertificate, ListedSubject


class SubjectDialog(FormDialog):
    """Asks for one of several subjects.

    Parameters
    ----------
    title, hint, label, accept : str
        Window title, sentence, name of the field, what the button says.
    subjects : sequence of ListedSubject
        What to offer; at least one.
    parent : QWidget, optional
        Parent widget.
    """

    def __init__(
        self,
        title: str,
        hint: str,
        label: str,
        accept: str,
        subjects: Sequence[ListedSubject],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(title, hint, accept, parent=parent)
        self._choice = QComboBox()
        for subject in subjects:
            self._choice.addItem(
                self.tr("{0}  (samples: {1})").format(subject.subject, subject.samples), subject.subject_id
            )
        self.add_choice(label, self._choice)

    @property
    def answer(self) -> int:
        """Key of the chosen subject."""
        return int(self._choice.currentData())


class EraseDialog(ReasonDialog):
    """Confirms the erasure of a person and asks why.

    Parameters
    ----------
    name : str
        The person's name.
    samples : int
        How many samples there are of the person.
    parent : QWidget, optional
        Parent widget.
    """

    def __init__(self, name: str, samples: int, parent: QWidget | None = None) -> None:
        super().__init__("", "", "", parent=parent)
        self.setWindowTitle(self.tr("Erase a person"))
        self.accept_button.setText(self.tr("Erase for good"))
        self.hint.setText(
            self.tr(
                "{0} is erased with all samples ({1}), crops, embeddings, templates and steps that could be "
                "undone. Candidate lists of the past keep rank and similarity under a pseudonym. Afterwards "
                "the workspace is searched for what is left, and a certificate is written. This cannot be "
                "undone. The reason is kept in the audit log for good, so it must not name the person."
            ).format(name, samples)
        )
        self.hint.show()
        self._copies = QCheckBox(self.tr("Also delete copies of the database made before upgrades"))
        self.form.addRow("", self._copies)

    @property
    def with_copies(self) -> bool:
        """Whether copies that hold the person are deleted too."""
        return self._copies.isChecked()


class CertificateDialog(QDialog):
    """Shows the certificate of an erasure.

    Parameters
    ----------
    certificate : ErasureCertificate
        What was certified.
    text : str
        The certificate as a person reads it.
    parent : QWidget, optional
        Parent widget.
    """

    def __init__(self, certificate: ErasureCertificate, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Certificate of erasure"))
        self.resize(820, 640)
        verdict = Notice()
        if certificate.verified:
            verdict.say(self.tr("The person was erased; nothing was found that should be gone."))
        else:
            verdict.say(
                self.tr("The person was erased, but something was found that should be gone: see “!” below."),
                "warning",
            )
        shown = QPlainTextEdit(text)
        shown.setReadOnly(True)
        shown.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        shown.setAccessibleName(self.tr("Certificate"))
        folder = PurePath(certificate.files[0]).parent if certificate.files else PurePath()
        where = TextLabel(self.tr("Kept in {0}").format(folder), "muted", wrap=True)
        where.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text = text
        copy = QPushButton(self.tr("Copy"))
        copy.clicked.connect(self._copy)
        close = QPushButton(self.tr("Close"))
        close.setProperty("primary", True)
        close.setDefault(True)
        close.clicked.connect(self.accept)
        buttons = QHBoxLayout()
        buttons.addWidget(copy)
        buttons.addStretch(1)
        buttons.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * SPACING, 3 * SPACING, 3 * SPACING, 2 * SPACING)
        layout.setSpacing(SPACING + 4)
        layout.addWidget(verdict)
        layout.addWidget(shown, 1)
        layout.addWidget(where)
        layout.addLayout(buttons)

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._text)
