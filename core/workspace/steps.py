"""Who is at work, and what of it can be undone."""

from __future__ import annotations

import dataclasses

from core.errors import Conflict
from core.storage import audit, cases, journal
from core.storage.names import clean_name
from core.types import Step
from core.workspace.opened import OpenedWorkspace

_VERDICTS = ("candidate.verdict", "search.nobody_suitable")


class Steps(OpenedWorkspace):
    """The part of the front door that signs examiners in and takes steps back."""

    def sign_in(self, examiner: str) -> None:
        """Note that somebody begins to work; the log names them from now on.

        Parameters
        ----------
        examiner : str
            Their name.

        Raises
        ------
        UsageError
            If it is no name, see :func:`core.storage.names.clean_name`.
        """
        name = clean_name("examiner", examiner)
        with self._database.write() as session:
            audit.append(session, name, "session.start", {"before": self.settings.operator})
        self.settings = dataclasses.replace(self.settings, operator=name)

    def sign_out(self) -> None:
        """Note that the examiner at work has ended."""
        with self._database.write() as session:
            audit.append(session, self.settings.operator, "session.end", {})

    def steps(self, case_id: int | None = None) -> tuple[Step, ...]:
        """Return what can be undone or redone.

        Parameters
        ----------
        case_id : int, optional
            The case; None for the galleries.

        Returns
        -------
        tuple of Step
            Oldest first; those that are undone come last.
        """
        with self._database.read() as session:
            return journal.steps(session, case_id)

    def undo(self, case_id: int | None = None) -> Step:
        """Take the last step back.

        Parameters
        ----------
        case_id : int, optional
            The case; None for the galleries.

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
            return journal.undo(session, self.settings.operator, case_id)

    def redo(self, case_id: int | None = None) -> Step:
        """Do the step again that was undone last.

        Parameters
        ----------
        case_id : int, optional
            The case; None for the galleries.

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
            return journal.redo(session, self.settings.operator, case_id)

    def _refuse_anothers_verdict(self, step: Step | None) -> None:
        """Keep what one examiner said of candidates from being taken back by another."""
        if step is not None and step.action in _VERDICTS and step.operator != self.settings.operator:
            raise Conflict(f"That verdict is {step.operator}'s: only who gave it takes it back.")
