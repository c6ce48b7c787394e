"""How a search is laid out: what must be done first, the pair, the candidate list, and what was said."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QListView, QStackedWidget, QVBoxLayout, QWidget

from app.widgets.empty_state import EmptyState
from app.widgets.page import column, tool_buttons
from app.widgets.searches.answer_strip import AnswerStrip
from app.widgets.searches.candidate_pair import CandidatePair
from app.widgets.searches.map_panel import MapPanel
from app.widgets.searches.probe_choice import ProbeChoice
from app.widgets.searches.probe_judgement import ProbeJudgementForm
from app.widgets.text import Notice, TextLabel
from app.widgets.theme import SPACING


class SearchBody(QStackedWidget):
    """An empty state, or one search.

    Parameters
    ----------
    pair : CandidatePair
        Probe and candidate.
    candidates : QListView
        The candidate list.
    form : ProbeJudgementForm
        Asks for a judgement of the probe.
    maps : MapPanel
        Chooses the map over the probe.
    decisions : sequence of QAction
        What can be said of the current candidate, and of the list; the last one answers for the whole list.
    parent : QWidget, optional
        Parent widget.
    """

    def __init__(
        self,
        pair: CandidatePair,
        candidates: QListView,
        form: ProbeJudgementForm,
        maps: MapPanel,
        decisions: Sequence[QAction],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        tr = self.tr
        self.first = Notice(tone="warning")
        self.summary = TextLabel("", "muted", wrap=True)
        self.answer = AnswerStrip(decisions[-1])
        self.said = TextLabel("", "muted", wrap=True)
        self.caution = Notice(
            tr(
                "Similarity is not a probability. Rank 1 exists for every probe, also when the person is in "
                "no gallery. A candidate is an investigative lead, not an identification."
            ),
            "warning",
        )
        candidates.setMinimumWidth(340)
        listing = QVBoxLayout()
        listing.setSpacing(SPACING)
        for widget in (self.summary, self.answer):
            listing.addWidget(widget)
        listing.addWidget(candidates, 1)
        listing.addWidget(self.said)
        keys = QHBoxLayout()
        keys.addWidget(tool_buttons(decisions))
        keys.addStretch(1)
        bar = QWidget()
        bar.setLayout(keys)
        keys.setContentsMargins(0, 0, 0, 0)
        middle = column(tr("Probe and candidate"), bar, pair, self.caution, maps)
        halves = QHBoxLayout()
        halves.setSpacing(SPACING)
        halves.addWidget(middle)
        halves.addLayout(listing, 1)
        found = QWidget()
        layout = QVBoxLayout(found)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING)
        layout.addWidget(self.first)
        layout.addWidget(form)
        layout.addLayout(halves, 1)
        hint = tr(
            "Select faces of the case at the left, or a face on the Analyse page and press Ctrl+Return, or "
            "choose a search at the left."
        )
        self.addWidget(EmptyState("search", tr("No search is open"), hint))
        self.addWidget(found)

    def show_search(self) -> None:
        """Show the search instead of the empty state."""
        self.setCurrentIndex(1)


def search_side(choice: ProbeChoice, searches: QListView) -> QWidget:
    """Return the faces of the case above the list of its searches."""
    side = QWidget()
    side.setMinimumWidth(232)
    layout = QVBoxLayout(side)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(SPACING // 2)
    layout.addWidget(choice)
    layout.addSpacing(SPACING)
    layout.addWidget(TextLabel(QCoreApplication.translate("SearchPage", "Searches"), "sectionTitle"))
    layout.addWidget(searches)
    return side
