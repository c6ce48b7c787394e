"""What can be undone, and taking it back."""

from __future__ import annotations

import dataclasses

from core.errors import Conflict
from core.storage import cases, journal
from core.types import Step
from core.workspace.judgement.redaction import hidden_searches, shown_details
from core.workspace.opened import OpenedWorkspace

_VERDICTS = ("candidate.verdict", "search.nobody_suitable")


class Steps(OpenedWorkspace):
    """The part of the front door that takes steps back."""

    def steps(self, case_id: int | None = None) -> tuple[Step, ...]:
        """Return what can be undone or redone.

        Parameters
        ----------
        case_id : int, optional
            The case; None for the galleries.

        Returns
        -------
        tuple of Step
            Oldest first; those that are undone come last. Particulars that are hidden from the examiner at
            work, such as another one's verdicts, are left out.
        """
        examiner = self.settings.operator
        with self._database.read() as session:
            found = journal.steps(session, case_id)
            hidden = set() if case_id is None else hidden_searches(session, examiner, [case_id])
        return tuple(
            dataclasses.replace(one, details=shown_details(one.details, one.operator, examiner, hidden))
            for one in found
        )

    def undo(self, case_id: int | None = None, reason: str = "") -> Step:
        """Take the last step back.

        Parameters
        ----------
        case_id : int, optional
            The case; None for the galleries.
        reason : str
            Why, for the audit log.

        Returns
        -------
        Step
            What was undone.

        Raises
        ------
        NotFound
            If there is nothing to undo.
        Conflict
            If what the step changed was changed again since, the case is closed, or the step is
            another examiner's verdict.
        """
        with self._database.write() as session:
            if case_id is not None:
                cases.changeable(session, case_id)
            self._refuse_anothers_verdict(journal.next_undo(session, case_id))
            return journal.undo(session, self.settings.operator, case_id, reason)

    def redo(self, case_id: int | None = None, reason: str = "") -> Step:
        """Do the step again that was undone last.

        Parameters
        ----------
        case_id : int, optional
            The case; None for the galleries.
        reason : str
            Why, for the audit log.

        Returns
        -------
        Step
            What was done again.

        Raises
        ------
        NotFound
            If there is nothing to redo.
        Conflict
            If what the step changes was changed again since, the case is closed, or the step is
            another examiner's verdict.
        """
        with self._database.write() as session:
            if case_id is not None:
                cases.changeable(session, case_id)
            self._refuse_anothers_verdict(journal.next_redo(session, case_id))
            return journal.redo(session, self.settings.operator, case_id, reason)

    def _refuse_anothers_verdict(self, step: Step | None) -> None:
        """Keep what one examiner said of candidates from being taken back by another."""
        if step is not None and step.action in _VERDICTS and step.operator != self.settings.operator:
            raise Conflict(f"That verdict is {step.operator}'s: only who gave it takes it back.")
