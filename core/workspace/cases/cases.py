"""Cases and the log of what was done."""

from __future__ import annotations

from core.errors import UsageError
from core.storage import audit
from core.storage import cases as stored
from core.types import Case, EvidenceMode
from core.workspace.opened import OpenedWorkspace


class Cases(OpenedWorkspace):
    """The part of the front door that keeps cases."""

    def new_case(
        self,
        title: str,
        reference: str = "",
        authority: str = "",
        notes: str = "",
        evidence_mode: EvidenceMode | None = None,
    ) -> Case:
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
        evidence_mode : EvidenceMode, optional
            What is kept of the files that are taken in; as the settings say when it is not given.

        Returns
        -------
        Case
            The case.

        Raises
        ------
        UsageError
            If the title is empty, or the settings name no way to keep evidence.
        Conflict
            If another case has the reference.
        """
        mode = evidence_mode or _mode(self.settings.evidence.mode)
        with self._database.write() as session:
            made = stored.new_case(session, title, reference, authority, notes, mode)
            details = {
                "case_id": made.case_id,
                "title": made.title,
                "reference": made.reference,
                "evidence_mode": made.evidence_mode.value,
            }
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

    def audit_head(self) -> str:
        """Return the hash of the last entry of the log, 64 hexadecimal digits."""
        with self._database.read() as session:
            return audit.head(session)


def _mode(named: str) -> EvidenceMode:
    try:
        return EvidenceMode(named)
    except ValueError as error:
        known = " or ".join(f'"{one.value}"' for one in EvidenceMode)
        raise UsageError(f"The setting evidence.mode must be {known}, not {named!r}.") from error
