"""What is written of a case, where it stands, and who may see what in it."""

from __future__ import annotations

from core.errors import Conflict, UsageError
from core.storage import audit, journal
from core.storage import cases as stored
from core.storage.names import storable
from core.storage.schema import now
from core.types import Case, CaseStatus
from core.workspace.cases.cases import Cases

NEXT = {
    CaseStatus.OPEN: (CaseStatus.IN_VERIFICATION, CaseStatus.CLOSED),
    CaseStatus.IN_VERIFICATION: (CaseStatus.OPEN, CaseStatus.CLOSED),
    CaseStatus.CLOSED: (CaseStatus.OPEN, CaseStatus.ARCHIVED),
    CaseStatus.ARCHIVED: (CaseStatus.OPEN,),
}
"""The statuses that may follow on each."""


class CaseEditing(Cases):
    """The part of the front door that changes cases."""

    def open_case(self, case_id: int) -> Case:
        """Return a case to work in, and note that it was opened.

        Parameters
        ----------
        case_id : int
            The case; a closed one can be looked at as well.

        Returns
        -------
        Case
            The case.

        Raises
        ------
        NotFound
            If there is no such case.
        """
        with self._database.write() as session:
            stored.case_row(session, case_id).opened = now()
            session.flush()
            audit.append(session, self.settings.operator, "case.open", {"case_id": case_id})
            return stored.case(session, case_id)

    def keep_place(self, case_id: int, place: str) -> None:
        """Remember where the examiner left a case; this is no step and is not logged.

        Parameters
        ----------
        case_id : int
            The case.
        place : str
            Free text of whoever shows the case.

        Raises
        ------
        NotFound
            If there is no such case.
        """
        with self._database.write() as session:
            stored.case_row(session, case_id).place = storable(place)

    def edit_case(
        self,
        case_id: int,
        *,
        title: str | None = None,
        reference: str | None = None,
        authority: str | None = None,
        notes: str | None = None,
    ) -> Case:
        """Change what is written of a case, in one step that can be undone.

        Parameters
        ----------
        case_id : int
            The case.
        title, reference, authority, notes : str, optional
            New texts; what is not given stays.

        Returns
        -------
        Case
            The case as it is now.

        Raises
        ------
        NotFound
            If there is no such case.
        Conflict
            If it is closed or archived, or another case has the reference.
        UsageError
            If the title is empty.
        """
        given = {"title": title, "reference": reference, "authority": authority, "notes": notes}
        details = {"case_id": case_id} | {name: text for name, text in given.items() if text is not None}
        with self._database.write() as session:
            with journal.step(session, self.settings.operator, "case.edit", details, case_id=case_id):
                stored.edit(
                    session, case_id, title=title, reference=reference, authority=authority, notes=notes
                )
            return stored.case(session, case_id)

    def set_case_status(self, case_id: int, status: CaseStatus, reason: str = "") -> Case:
        """Move a case on, or open it again; this is logged and not undone but by another change.

        Open leads to verification or closing, verification back to open or to closing, closed to the archive.
        A closed or archived case can be opened again, with a reason.

        Parameters
        ----------
        case_id : int
            The case.
        status : CaseStatus
            Where it shall stand.
        reason : str
            Why; needed to open a closed or archived case.

        Returns
        -------
        Case
            The case as it is now.

        Raises
        ------
        NotFound
            If there is no such case.
        Conflict
            If the status cannot follow on the present one.
        UsageError
            If a reason is missing.
        """
        with self._database.write() as session:
            row = stored.case_row(session, case_id)
            before = CaseStatus(row.status)
            if status not in NEXT[before]:
                raise Conflict(
                    f"Case {case_id} is {_words(before)}, and cannot become {_words(status)} from there."
                )
            if before not in stored.CHANGEABLE and status is CaseStatus.OPEN and not reason.strip():
                raise UsageError(f"Case {case_id} is {_words(before)}; to open it again takes a reason.")
            row.status = status.value
            session.flush()
            details = {"case_id": case_id, "from": before.value, "to": status.value}
            audit.append(session, self.settings.operator, "case.status", details, reason)
            return stored.case(session, case_id)

    def set_case_blind(self, case_id: int, blind: bool, reason: str) -> Case:
        """Switch blind examination of a case on or off; this is logged and not undone but by another change.

        Parameters
        ----------
        case_id : int
            The case.
        blind : bool
            Whether candidates are hidden until the examiner's own judgement of the probe is stored.
        reason : str
            Why; needed to switch it off.

        Returns
        -------
        Case
            The case as it is now.

        Raises
        ------
        NotFound
            If there is no such case.
        Conflict
            If it is closed or archived.
        UsageError
            If a reason is missing.
        """
        if not blind and not reason.strip():
            raise UsageError("To switch blind examination off takes a reason.")
        with self._database.write() as session:
            row = stored.changeable(session, case_id)
            if row.blind is not blind:
                row.blind = blind
                session.flush()
                details = {"case_id": case_id, "blind": blind}
                audit.append(session, self.settings.operator, "case.blind", details, reason)
            return stored.case(session, case_id)


def _words(status: CaseStatus) -> str:
    return status.value.replace("_", " ")
