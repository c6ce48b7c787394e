"""Start and end of each use, in the log; and what the log tells of all uses."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from sqlalchemy.orm import Session

from core.storage import audit, cases
from core.storage import uses as stored
from core.storage.alive import AliveMark, is_alive
from core.storage.audit_clock import clock_notices
from core.storage.gallery import galleries, revision
from core.storage.names import clean_name
from core.types import Use, UseEnd
from core.workspace.anchor import Anchoring
from core.workspace.cases.case_scope import case_scope


class Uses(Anchoring):
    """The part of the front door that notes who begins and ends to use it."""

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
        self._begin(name, stored.SIGN_IN, {"before": self.settings.operator})
        self.settings = dataclasses.replace(self.settings, operator=name)

    def sign_out(self) -> None:
        """Note that the examiner at work has ended."""
        self._end(stored.SIGN_OUT, {})

    def begin_use(self, what: str) -> None:
        """Note that a run of the program begins to use the workspace; end it with :meth:`end_use`.

        Uses that stopped without a word, such as in a crash, are noted first.

        Parameters
        ----------
        what : str
            The command.
        """
        self._begin(self.settings.operator, stored.START, {"what": what})

    def end_use(self, end: UseEnd = UseEnd.DONE) -> None:
        """Note that the use that was begun has ended.

        Parameters
        ----------
        end : UseEnd
            How.
        """
        self._end(stored.END, {"outcome": end.value})

    def uses(self, case_id: int | None = None) -> tuple[Use, ...]:
        """Return each use with start, end, reference databases, inputs and verifying persons.

        It is made of the log alone.

        Parameters
        ----------
        case_id : int, optional
            Only uses that concern this case, and only what of them concerns it.

        Returns
        -------
        tuple of Use
            In the order of their starts.

        Raises
        ------
        NotFound
            If there is no such case.
        """
        with self._database.read() as session:
            entries = audit.entries(session)
            if case_id is None:
                return stored.uses(entries)
            cases.case_row(session, case_id)
            return stored.uses(entries, case_scope(session, case_id).concerns)

    def log_notices(self) -> tuple[str, ...]:
        """Return what is to be known of the log although it is no damage: where the clock was set back."""
        with self._database.read() as session:
            return clock_notices(session)

    def close(self) -> None:
        """Let go of the workspace, and of the mark that it is in use."""
        if self._alive is not None:
            self._alive.release()
            self._alive = None
        super().close()

    def _begin(self, examiner: str, action: str, details: dict[str, object]) -> None:
        if self._alive is None:
            try:
                self._alive = AliveMark(self._mark_of(audit.SESSION))
            except OSError:
                # Without locks nobody can tell a use that goes on from one that was lost.
                details["unmarked"] = True
        with self._database.write() as session:
            self._note_lost(session, examiner)
            known = [{"gallery": one.name, "subjects": one.subjects} for one in galleries(session)]
            details |= {"gallery_revision": revision(session), "galleries": known}
            self._use = audit.append(session, examiner, action, details).sequence

    def _end(self, action: str, details: dict[str, object]) -> None:
        with self._database.write() as session:
            audit.append(session, self.settings.operator, action, details | {"start": self._use})
        self._use = 0
        self._anchor_head()

    def _note_lost(self, session: Session, examiner: str) -> None:
        for sequence, start in stored.unended(session).items():
            if start.session in (None, audit.SESSION) or '"unmarked":true' in start.details:
                continue
            if not is_alive(self._mark_of(str(start.session))):
                details = {"start": sequence, "examiner": start.operator}
                audit.append(session, examiner, stored.LOST, details)

    def _mark_of(self, run: str) -> Path:
        return self.directory / "uses" / f"{run}.alive"
