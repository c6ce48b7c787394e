"""The log as the examiner at work may read it."""

from __future__ import annotations

from core.storage import audit, cases
from core.types import AuditEntry
from core.workspace.cases.case_scope import case_scope
from core.workspace.judgement.redaction import hidden_searches, shown_entries
from core.workspace.opened import OpenedWorkspace


class CaseLog(OpenedWorkspace):
    """The part of the front door that shows the log, never more of it than the examiner at work may see."""

    def audit_entries(self, limit: int | None = None) -> tuple[AuditEntry, ...]:
        """Return the log, oldest entry first, without what is hidden from the examiner at work.

        Parameters
        ----------
        limit : int, optional
            How many entries at most, the latest ones.

        Returns
        -------
        tuple of AuditEntry
            Entries with something left out say so.
        """
        examiner = self.settings.operator
        with self._database.read() as session:
            entries = audit.entries(session, limit=limit)
            return shown_entries(entries, examiner, hidden_searches(session, examiner))

    def case_log(self, case_id: int) -> tuple[AuditEntry, ...]:
        """Return what the log says of a case, without what is hidden from the examiner at work.

        Parameters
        ----------
        case_id : int
            The case.

        Returns
        -------
        tuple of AuditEntry
            Oldest first, without the entries that only say who was at work. Those with something left out
            say so.

        Raises
        ------
        NotFound
            If there is no such case.
        """
        examiner = self.settings.operator
        with self._database.read() as session:
            cases.case_row(session, case_id)
            scope = case_scope(session, case_id)
            found = [one for one in audit.entries(session) if scope.concerns(one) and not scope.general(one)]
            return shown_entries(found, examiner, hidden_searches(session, examiner, [case_id]))
