"""Which map lies over the probe, and what may be concluded from it."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QCoreApplication, Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QSizePolicy, QSlider, QVBoxLayout, QWidget

from app.widgets.empty_state import button_for
from app.widgets.terms import definition, evidence_sum, map_caution, map_name, verdict
from app.widgets.text import TextLabel
from app.widgets.theme import SPACING
from core.types import AttentionMap, PairEvidence, SearchMaps

_translate = QCoreApplication.translate


class MapChoice(StrEnum):
    """What is laid over the probe."""

    OFF = "off"
    DECOMPOSITION = "decomposition"
    PERCEPTIBILITY = "perceptibility"
    EVIDENCE = "evidence"


class MapPanel(QFrame):
    """A switch of maps, the verdict on the one that is shown, and a button where there is none yet.

    Parameters
    ----------
    test : QAction
        Tests the map that is shown.
    parent : QWidget, optional
        Parent widget.

    Attributes
    ----------
    shown_changed : Signal()
        Another map is to be laid over the probe, or none.
    opacity_changed : Signal(float)
        How strongly it covers the probe, from 0 to 1.
    """

    shown_changed = Signal()
    opacity_changed = Signal(float)

    def __init__(self, test: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self._maps = SearchMaps()
        self._rank = 0
        self._testing: frozenset[int] = frozenset()
        self._choice = QComboBox()
        self._choice.setAccessibleName(self.tr("Map over the probe"))
        self._choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._choice.setMinimumContentsLength(7)
        self._opacity = opacity_slider()
        self._verdict = TextLabel(wrap=True)
        self._sum = TextLabel("", "muted", wrap=True)
        self._test_action = test
        self._test = button_for(test)
        self._lay_out()
        self._choice.currentIndexChanged.connect(self._follow)
        self._opacity.valueChanged.connect(lambda percent: self.opacity_changed.emit(percent / 100))
        self._offer()

    @property
    def choice(self) -> MapChoice:
        """What is chosen."""
        return MapChoice(self._choice.currentData())

    @property
    def opacity(self) -> float:
        """How strongly the map covers the probe, from 0 to 1."""
        return self._opacity.value() / 100

    @property
    def shown(self) -> AttentionMap | PairEvidence | None:
        """The map to be laid over the probe."""
        if self.choice is MapChoice.OFF:
            return None
        if self.choice is MapChoice.EVIDENCE:
            return self._maps.of(self._rank)
        return next((one for one in self._maps.probe if one.kind.value == self.choice.value), None)

    @property
    def ranks(self) -> tuple[int, ...]:
        """Ranks of the candidates whose evidence is shown."""
        return (self._rank,) if self.choice is MapChoice.EVIDENCE and self._rank else ()

    @property
    def words(self) -> str:
        """What the panel says of the map."""
        return self._verdict.text()

    def choose(self, choice: MapChoice) -> None:
        """Choose a map; one that is not offered leaves the choice as it is."""
        index = self._choice.findData(choice.value)
        if index >= 0:
            self._choice.setCurrentIndex(index)

    def show_maps(self, maps: SearchMaps) -> None:
        """Offer the maps of a search."""
        self._maps = maps
        self._offer()

    def show_candidate(self, rank: int) -> None:
        """Follow the candidate of a rank; 0 for none."""
        self._rank = rank
        self._follow()

    @Slot(object)
    def show_testing(self, ranks: frozenset[int]) -> None:
        """Say what is being tested: ranks of candidates, and 0 for the maps of the probe."""
        self._testing = ranks
        self._speak()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(SPACING)
        name = TextLabel(self.tr("Map over the probe"), "sectionTitle")
        name.setToolTip(definition("attention"))
        head.addWidget(name)
        head.addWidget(self._choice, 1)
        head.addWidget(self._opacity)
        self._opacity.setFixedWidth(80)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * SPACING, 2 * SPACING, 2 * SPACING, 2 * SPACING)
        layout.setSpacing(SPACING)
        layout.addLayout(head)
        for widget in (self._sum, self._verdict, TextLabel(map_caution(), "caption", wrap=True)):
            layout.addWidget(widget)
        layout.addWidget(self._test, 0, Qt.AlignmentFlag.AlignLeft)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def _offer(self) -> None:
        before = self._choice.currentData() or MapChoice.EVIDENCE.value
        self._choice.blockSignals(True)
        self._choice.clear()
        self._choice.addItem(self.tr("Off"), MapChoice.OFF.value)
        for one in self._maps.probe:
            self._choice.addItem(map_name(one.kind), MapChoice(one.kind.value).value)
        self._choice.addItem(self.tr("For and against this candidate"), MapChoice.EVIDENCE.value)
        for index in range(self._choice.count()):
            tip = definition(self._choice.itemData(index)) if index else ""
            self._choice.setItemData(index, tip, Qt.ItemDataRole.ToolTipRole)
        self._choice.setCurrentIndex(max(self._choice.findData(before), 0))
        self._choice.blockSignals(False)
        self._follow()

    @Slot()
    def _follow(self) -> None:
        self._speak()
        self.shown_changed.emit()

    def _speak(self) -> None:
        shown = self.shown
        none = self.choice is MapChoice.OFF or (self.choice is MapChoice.EVIDENCE and not self._rank)
        untested = not none and (shown is None or shown.faithfulness is None)
        testing = (self._rank if self.choice is MapChoice.EVIDENCE else 0) in self._testing
        self._sum.setText(evidence_sum(shown) if isinstance(shown, PairEvidence) else "")
        self._sum.setVisible(isinstance(shown, PairEvidence))
        self._verdict.setText("" if none else verdict(shown, testing=testing))
        self._verdict.setVisible(not none)
        self._opacity.setEnabled(shown is not None)
        self._test_action.setEnabled(untested and not testing)
        self._test.setVisible(untested and not testing)


def opacity_slider() -> QSlider:
    """Return a slider from invisible to opaque for a map over a crop."""
    slider = QSlider(Qt.Orientation.Horizontal)
    slider.setRange(0, 100)
    slider.setValue(45)
    slider.setAccessibleName(_translate("MapPanel", "Opacity of the map"))
    slider.setToolTip(_translate("MapPanel", "How strongly the map covers the crop, from not at all."))
    return slider
