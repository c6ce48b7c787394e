"""Cases, sessions and steps, in memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from core.errors import Conflict, NotFound, UsageError
from core.types import Case, CaseStatus, Step

STARTED = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@dataclass
class FakeStep:
    """A step with what undoes and redoes it."""

    step: Step
    undo: Callable[[], None]
    redo: Callable[[], None]


class FakeCases:
    """The part of a :class:`tests.app.fakes.FakeWorkspace` that keeps cases, examiners and steps."""

    settings: Any
    _cases: list[Case]

    @property
    def log(self) -> list[tuple[str, str]]:
        """Who did what, in order."""
        found: list[tuple[str, str]] = self.__dict__.setdefault("_log", [])
        return found

    @property
    def undoable(self) -> list[FakeStep]:
        """The steps of all stacks, oldest first."""
        found: list[FakeStep] = self.__dict__.setdefault("_undoable", [])
        return found

    def note(self, action: str) -> None:
        """Write an entry of the log."""
        self.log.append((self.settings.operator, action))

    def audit_head(self) -> str:
        """Return a hash of the log."""
        return sha256(repr(self.log).encode()).hexdigest()

    def sign_in(self, examiner: str) -> None:
        """Let somebody work."""
        if not examiner.strip():
            raise UsageError("An examiner needs a name.")
        self.settings = replace(self.settings, operator=examiner)
        self.note("session.start")

    def sign_out(self) -> None:
        """Note that the examiner has ended."""
        self.note("session.end")

    def open_case(self, case_id: int) -> Case:
        """Note that a case was opened."""
        self.note("case.open")
        return self.change_case(case_id, opened=STARTED + timedelta(minutes=len(self.log)))

    def edit_case(
        self,
        case_id: int,
        *,
        title: str | None = None,
        reference: str | None = None,
        authority: str | None = None,
        notes: str | None = None,
    ) -> Case:
        """Change the particulars of a case, as a step."""
        before = self._cases[case_id - 1]
        given = {"title": title, "reference": reference, "authority": authority, "notes": notes}
        changed = {name: text for name, text in given.items() if text is not None}
        kept = {name: getattr(before, name) for name in changed}
        if any(case.reference == reference and case.case_id != case_id for case in self._cases if reference):
            raise Conflict(f"There is already a case with the reference {reference!r}.")
        self.do(
            case_id,
            "case.edit",
            lambda: self.change_case(case_id, **changed),
            lambda: self.change_case(case_id, **kept),
        )
        return self._cases[case_id - 1]

    def set_case_status(self, case_id: int, status: CaseStatus, reason: str = "") -> Case:
        """Move a case on."""
        self.note("case.status")
        return self.change_case(case_id, status=status)

    def set_case_blind(self, case_id: int, blind: bool, reason: str) -> Case:
        """Switch between Examination and Review."""
        self.note("case.blind")
        return self.change_case(case_id, blind=blind)

    def keep_place(self, case_id: int, place: str) -> None:
        """Remember where the examiner left."""
        self.change_case(case_id, place=place)

    def change_case(self, case_id: int, **values: Any) -> Case:
        """Change a case without a step."""
        if not 0 < case_id <= len(self._cases):
            raise NotFound(f"There is no case with the number {case_id}.")
        self._cases[case_id - 1] = replace(self._cases[case_id - 1], **values)
        return self._cases[case_id - 1]

    def do(
        self,
        case_id: int | None,
        action: str,
        redo: Callable[[], object],
        undo: Callable[[], object],
        details: str = "{}",
    ) -> Step:
        """Do something as a step of a stack; what was undone there can no longer be redone."""
        self.undoable[:] = [
            one for one in self.undoable if one.step.case_id != case_id or not one.step.undone
        ]
        redo()
        self.note(action)
        key = len(self.log)
        when = STARTED + timedelta(seconds=key)
        step = Step(key, case_id, action, details, self.settings.operator, False, when)
        self.undoable.append(FakeStep(step, lambda: void(undo), lambda: void(redo)))
        return step

    def steps(self, case_id: int | None = None) -> tuple[Step, ...]:
        """Return the steps of a stack."""
        return tuple(one.step for one in self.undoable if one.step.case_id == case_id)

    def undo(self, case_id: int | None = None) -> Step:
        """Take the last step of a stack back."""
        done = [one for one in self.undoable if one.step.case_id == case_id and not one.step.undone]
        if not done:
            raise NotFound("There is nothing to undo.")
        done[-1].undo()
        return self._mark(done[-1], undone=True)

    def redo(self, case_id: int | None = None) -> Step:
        """Do the step again that was undone last."""
        undone = [one for one in self.undoable if one.step.case_id == case_id and one.step.undone]
        if not undone:
            raise NotFound("There is nothing to redo.")
        undone[0].redo()
        return self._mark(undone[0], undone=False)

    def _mark(self, one: FakeStep, *, undone: bool) -> Step:
        one.step = replace(one.step, undone=undone)
        self.note("step.undo" if undone else "step.redo")
        return one.step


def void(function: Callable[[], object]) -> None:
    """Call a function for what it does."""
    function()
