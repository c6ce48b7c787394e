"""Where an examiner is in a case, kept so that the case can be opened again at the same place."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSettings, QTimer, Slot

from app.jobs import JobRunner
from app.state import AppState
from app.widgets.page import Page
from core.types import Case

if TYPE_CHECKING:
    from core.workspace import Workspace

_LOOK_EVERY_MS = 3000


class Places(QObject):
    """Keeps the page and the item of the open case, and which case is open, while the examiner works.

    Nothing has to be saved at the end: the place is looked at every few seconds and whenever the page
    changes, so that a crash loses no more than that.

    Parameters
    ----------
    workspace : Workspace
        The front door of the engine.
    runner : JobRunner
        Where work is done.
    state : AppState
        The open case.
    settings : QSettings
        Where the key of the open case is kept.
    pages : mapping of str to Page
        The pages by key.
    current_page : callable
        Returns the key of the page on show.
    show_page : callable
        Called with the key of a page.
    parent : QObject
        Owner.
    """

    def __init__(
        self,
        workspace: Workspace,
        runner: JobRunner,
        state: AppState,
        settings: QSettings,
        pages: Mapping[str, Page],
        current_page: Callable[[], str],
        show_page: Callable[[str], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._workspace, self._runner, self._state, self._settings = workspace, runner, state, settings
        self._pages, self._current_page, self._show_page = pages, current_page, show_page
        self._kept: tuple[int, str] | None = None
        state.case_changed.connect(self._follow_case)
        self._clock = QTimer(self)
        self._clock.setInterval(_LOOK_EVERY_MS)
        self._clock.timeout.connect(self.keep)
        self._clock.start()

    def begin(self) -> None:
        """Open the case that was open when the desk was left, at its place."""
        case_id = int(str(self._settings.value("case") or 0))
        if case_id:
            self._runner.ask(
                self.tr("Open the case"),
                lambda: self._workspace.open_case(case_id),
                owner=self,
                then=self.enter,
                failed=lambda _: self._settings.remove("case"),
            )

    @Slot(object)
    def enter(self, case: Case) -> None:
        """Make a case the open one and go to the place where it was left."""
        self._state.open_case(case)
        page, items = _parsed(case.place)
        for key, item in items.items():
            if key in self._pages:
                self._pages[key].restore_place(item)
        if page in self._pages:
            self._show_page(page)

    @Slot()
    def keep(self) -> None:
        """Keep the place if it is another one than before."""
        case_id = self._state.case_id
        if case_id is None:
            return
        items = {key: item for key, page in self._pages.items() if (item := page.place())}
        place = json.dumps({"page": self._current_page(), "items": items}, sort_keys=True)
        if self._kept == (case_id, place):
            return
        self._kept = (case_id, place)
        self._runner.ask(
            self.tr("Keep the place"),
            lambda: self._workspace.keep_place(case_id, place),
            owner=self,
            then=lambda _: None,
        )

    @Slot(object)
    def _follow_case(self, case: Case | None) -> None:
        if case is None:
            self._settings.remove("case")
        else:
            self._settings.setValue("case", case.case_id)


def _parsed(place: str) -> tuple[str, dict[str, str]]:
    """Return page and items of a place; nothing of one that somebody else wrote."""
    try:
        found = json.loads(place)
        return str(found["page"]), {str(key): str(item) for key, item in found["items"].items()}
    except (ValueError, TypeError, KeyError, AttributeError):
        return "", {}
