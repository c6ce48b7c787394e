"""Looks at what the workspace holds, in the log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.storage import audit
from core.workspace.opened import OpenedWorkspace


class ViewLog(OpenedWorkspace):
    """The part of the front door that notes who looked at what.

    The log of a session has one entry for each examiner and thing looked at, however often that is. What was
    noted in this session is remembered here, so that a look costs nothing as the log grows.
    """

    def _log_view(self, action: str, details: Mapping[str, Any]) -> None:
        """Note a look, unless this session has a note of the same look of the same examiner."""
        examiner = self.settings.operator
        look = (examiner, action, audit.canonical_json(details))
        if look in self._looks:
            return
        with self._database.write() as session:
            audit.append(session, examiner, action, details)
        self._looks.add(look)
