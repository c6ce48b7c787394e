"""Stored searches, the newest first."""

from __future__ import annotations

from pathlib import PurePath

from app.qtmodels.rows import RowsModel
from core.types import Search


class SearchesModel(RowsModel[Search]):
    """One row a search, in two lines."""

    def text(self, item: Search) -> str:
        """Return number, file, time and rank 1."""
        frame = item.probe.frame
        place = self.tr(", frame {0}").format(frame.ordinal) if frame else ""
        when = item.created.astimezone().strftime("%Y-%m-%d %H:%M")
        count = len(item.result.candidates)
        return self.tr("{0}  {1}{2}\n{3}, {4} of {5}").format(
            item.search_id, PurePath(item.probe.path).name, place, when, count, item.result.gallery_size
        )

    def picture_key(self, item: Search) -> int:
        """Return the key of the search, whose probe is shown."""
        return item.search_id
