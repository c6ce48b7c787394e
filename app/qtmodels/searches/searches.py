"""Stored searches, the newest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import PurePath

from app.qtmodels.rows import RowsModel
from core.types import Search


class SearchesModel(RowsModel[Search]):
    """One row a search, in two lines; names and similarities of candidates appear in none."""

    _answers: Mapping[int, str] = {}

    def text(self, item: Search) -> str:
        """Return number, file, time, N and what was answered."""
        frame = item.probe.frame
        place = self.tr(", frame {0}").format(frame.ordinal) if frame else ""
        when = item.created.astimezone().strftime("%Y-%m-%d %H:%M")
        first = self.tr("{0}  {1}{2}").format(item.search_id, PurePath(item.probe.path).name, place)
        parts = [
            self._answers.get(item.search_id, ""),
            self.tr("N = {0}").format(item.result.gallery_size),
            when,
        ]
        return f"{first}\n{', '.join(filter(None, parts))}"

    def picture_key(self, item: Search) -> int:
        """Return the key of the search, whose probe is shown."""
        return item.search_id

    def show_answers(self, answers: Mapping[int, str]) -> None:
        """Say what the searches led to, in a few words by search."""
        self._answers = answers
        if self.rows:
            self.dataChanged.emit(self.index(0), self.index(len(self.rows) - 1))

    def prepend(self, search: Search) -> None:
        """Add a search that was just made."""
        self.replace([search, *(row for row in self.rows if row.search_id != search.search_id)])


def without_candidates(searches: Sequence[Search]) -> list[Search]:
    """Return searches, the newest first, without what was found, for a page that must not hold it."""
    newest = sorted(searches, key=lambda search: search.search_id, reverse=True)
    return [replace(one, result=replace(one.result, candidates=())) for one in newest]
