"""Cases and the log of what was done."""

from __future__ import annotations

from core.storage import audit
from core.storage import cases as stored
from core.types import AuditEntry, Case
from core.workspace.opened import OpenedWorkspace


class Cases(OpenedWorkspace):
    """The part of the front door that keeps cases."""

    def new_case(self, title: str, reference: str = "", authority: str = "", notes: str = "") -> Case:
        """Open a case.

        Parameters
        ----------
        title : str
            Short title.
        reference : str
            The laboratory's own reference.
        authority : str
            Who asked for the examination, and on what ground.
        notes : str
            Free text.

        Returns
        -------
        Case
            The case.

        Raises
        ------
        UsageError
            If the title is empty.
        Conflict
            If another case has the reference.
        """
        with self._database.write() as session:
            made = stored.new_case(session, title, reference, authority, notes)
            details = {"case_id": made.case_id, "title": made.title, "reference": made.reference}
            audit.append(session, self.settings.operator, "case.create", details)
            return made

    def cases(self) -> tuple[Case, ...]:
        """Return all cases, newest first."""
        with self._database.read() as session:
            return stored.cases(session)

    def case(self, case_id: int) -> Case:
        """Return one case.

        Parameters
        ----------
        case_id : int
            Its key.

        Returns
        -------
        Case
            The case.

        Raises
        ------
        NotFound
            If there is no such case.
        """
        with self._database.read() as session:
            return stored.case(session, case_id)

    def audit_entries(self, limit: int | None = None) -> tuple[AuditEntry, ...]:
        """Return the log, oldest entry first.

        Parameters
        ----------
        limit : int, optional
            How many entries at most.

        Returns
        -------
        tuple of AuditEntry
            The entries.
        """
        with self._database.read() as session:
            return audit.entries(session, limit=limit)

    def audit_head(self) -> str:
        """Return the hash of the last entry of the log, 64 hexadecimal digits."""
        with self._database.read() as session:
            return audit.head(session)
