"""What a search runs against: galleries, fusion, length of the list."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from app.widgets.fields import whole_number
from app.widgets.searches.gallery_choice import GalleryChoice
from app.widgets.terms import definition, fusion_name
from app.widgets.text import TextLabel
from app.widgets.theme import SPACING
from core.settings import GallerySettings
from core.types import Fusion, Gallery, Search


class SearchTerms(QWidget):
    """Choosers in one row.

    Parameters
    ----------
    defaults : GallerySettings
        What to begin with.
    parent : QWidget, optional
        Parent widget.
    """

    def __init__(self, defaults: GallerySettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._galleries = GalleryChoice()
        self._fusion = QComboBox()
        for fusion in Fusion:
            self._fusion.addItem(fusion_name(fusion), fusion.value)
        self._fusion.setCurrentIndex(self._fusion.findData(defaults.fusion))
        self._fusion.setToolTip(definition("fusion"))
        self._fusion.setAccessibleName(self.tr("Fusion"))
        self._top = whole_number(self.tr("Length of the candidate list"), 1, 1000, defaults.top)
        self._top.setMinimumWidth(76)
        self._top.setToolTip(self.tr("How many candidates to list."))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING)
        for name, field in (
            (self.tr("Search in"), self._galleries),
            (self.tr("by"), self._fusion),
            (self.tr("Top"), self._top),
        ):
            layout.addWidget(TextLabel(name, "muted"))
            layout.addWidget(field)

    @property
    def galleries(self) -> tuple[str, ...] | None:
        """Names of the galleries, or None for all."""
        return self._galleries.chosen

    @property
    def fusion(self) -> Fusion:
        """How samples of a subject are put together."""
        return Fusion(self._fusion.currentData())

    @property
    def top(self) -> int:
        """Length of the candidate list."""
        return self._top.value()

    def offer(self, galleries: Sequence[Gallery]) -> None:
        """Offer these galleries."""
        self._galleries.offer(galleries)

    def take_from(self, search: Search) -> None:
        """Show what a stored search ran against."""
        self._galleries.choose(search.result.galleries)
        self._fusion.setCurrentIndex(self._fusion.findData(search.result.fusion.value))
        self._top.setValue(search.top)
