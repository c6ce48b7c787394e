"""The pages of the window, and all of them together."""

from __future__ import annotations

from dataclasses import dataclass

from app.pages.analyse_page import AnalysePage
from app.pages.cases_page import CasesPage
from app.pages.compare_page import ComparePage
from app.pages.gallery_page import GalleryPage
from app.pages.report_page import ReportPage
from app.pages.search_page import SearchPage
from app.pages.training_page import TrainingPage
from app.widgets.page import Page


@dataclass(frozen=True, slots=True)
class Pages:
    """The seven pages, in the order of the rail."""

    cases: CasesPage
    analyse: AnalysePage
    search: SearchPage
    compare: ComparePage
    gallery: GalleryPage
    report: ReportPage
    training: TrainingPage

    @property
    def by_key(self) -> dict[str, Page]:
        """The pages by the key that the rail knows them by."""
        return {
            "cases": self.cases,
            "analyse": self.analyse,
            "search": self.search,
            "compare": self.compare,
            "gallery": self.gallery,
            "report": self.report,
            "training": self.training,
        }
