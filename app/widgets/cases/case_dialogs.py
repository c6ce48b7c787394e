"""Dialogs on a case: its particulars, its status, and whether it is an examination or a review."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QWidget

from app.widgets.cases.case_terms import (
    case_mode,
    case_mode_definition,
    case_status_definition,
    evidence_mode,
    evidence_mode_definition,
)
from app.widgets.dialogs import FormDialog
from app.widgets.terms import case_status
from core.types import Case, CaseStatus, EvidenceMode


class CaseDialog(FormDialog):
    """Asks for the particulars of a case.

    Parameters
    ----------
    case : Case or None
        The case that is changed; None for a new one.
    preset : EvidenceMode
        What a new case keeps of its files when nothing else is chosen.
    parent : QWidget, optional
        Parent widget.
    """

    def __init__(
        self,
        case: Case | None,
        preset: EvidenceMode = EvidenceMode.COPIES,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("", "", "", parent=parent)
        self.setWindowTitle(self.tr("Particulars of the case") if case else self.tr("New case"))
        self.accept_button.setText(self.tr("Keep") if case else self.tr("Create case"))
        self.title = self.add_line(
            self.tr("Title"),
            text=case.title if case else "",
            required=True,
            hint=self.tr("What it is about, in a few words"),
        )
        self.reference = self.add_line(
            self.tr("Reference"),
            text=case.reference if case else "",
            hint=self.tr("The laboratory's own number"),
        )
        self.authority = self.add_line(
            self.tr("Authority"),
            text=case.authority if case else "",
            hint=self.tr("Who asked for the examination, and on what ground"),
        )
        self.notes = self.add_text(self.tr("Notes"))
        self.notes.setPlainText(case.notes if case else "")
        self.evidence = QComboBox()
        if case is None:
            for mode in (EvidenceMode.COPIES, EvidenceMode.REFERENCES):
                self.evidence.addItem(evidence_mode(mode), mode)
                place = self.evidence.count() - 1
                definition = evidence_mode_definition(mode)
                self.evidence.setItemData(place, definition, Qt.ItemDataRole.ToolTipRole)
            self.add_choice(self.tr("Evidence"), self.evidence)
            self.evidence.setCurrentIndex(self.evidence.findData(preset))

    @property
    def evidence_mode(self) -> EvidenceMode:
        """What a new case shall keep of the files that are taken in."""
        return EvidenceMode(self.evidence.currentData())

    @property
    def particulars(self) -> tuple[str, str, str, str]:
        """Title, reference, authority and notes as entered, without blanks at their ends."""
        texts = (self.title.text(), self.reference.text(), self.authority.text(), self.notes.toPlainText())
        title, reference, authority, notes = (text.strip() for text in texts)
        return title, reference, authority, notes


class StatusDialog(FormDialog):
    """Asks where a case stands; whoever opens it again has to say why.

    Parameters
    ----------
    case : Case
        The case.
    following : sequence of CaseStatus
        The statuses that may follow on its own.
    parent : QWidget, optional
        Parent widget.
    """

    def __init__(self, case: Case, following: Sequence[CaseStatus], parent: QWidget | None = None) -> None:
        super().__init__("", "", "", parent=parent)
        self.setWindowTitle(self.tr("Status of the case"))
        self.accept_button.setText(self.tr("Change status"))
        self._before = case.status
        self.hint.show()
        self.choice = QComboBox()
        for status in following:
            self.choice.addItem(case_status(status), status)
        self.add_choice(self.tr("Status"), self.choice)
        self.reason = self.add_text(self.tr("Reason"), hint=self.tr("Kept in the audit log"))
        self.choice.currentIndexChanged.connect(self._follow)
        self.reason.textChanged.connect(self._follow)
        self._follow()

    @property
    def status(self) -> CaseStatus:
        """The status that was chosen."""
        return CaseStatus(self.choice.currentData())

    @property
    def answer(self) -> str:
        """The reason as entered, without blanks at its ends."""
        return self.reason.toPlainText().strip()

    def _follow(self) -> None:
        shut = self._before in (CaseStatus.CLOSED, CaseStatus.ARCHIVED)
        reopened = shut and self.status is CaseStatus.OPEN
        self.hint.setText(case_status_definition(self.status))
        self.accept_button.setEnabled(bool(self.answer) or not reopened)


class ModeDialog(FormDialog):
    """Asks why a case is switched between Examination and Review.

    Parameters
    ----------
    case : Case
        The case.
    parent : QWidget, optional
        Parent widget.
    """

    def __init__(self, case: Case, parent: QWidget | None = None) -> None:
        hint = case_mode_definition(not case.blind)
        super().__init__("", hint, "", parent=parent)
        self.setWindowTitle(self.tr("Examination or review"))
        self.accept_button.setText(self.tr("Switch to {0}").format(case_mode(not case.blind)))
        self._reason = self.add_text(
            self.tr("Reason"), required=True, hint=self.tr("Kept in the audit log, and printed in the report")
        )

    @property
    def answer(self) -> str:
        """The reason as entered, without blanks at its ends."""
        return self._reason.toPlainText().strip()
