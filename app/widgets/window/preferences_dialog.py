"""Choosing the detector and how doubtful the faces may be that it reports."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QComboBox, QWidget

from app.widgets.dialogs import FormDialog
from app.widgets.fields import decimal_number, whole_number
from app.widgets.text import TextLabel
from core.types import DetectorCard


class PreferencesDialog(FormDialog):
    """The settings of a workspace that change while at work.

    Parameters
    ----------
    detectors : sequence of DetectorCard
        The detectors with a card.
    detector : str
        The one in use, with or without a card.
    min_confidence : float
        Least confidence of the detector that is reported, in [0, 1].
    top : int
        Length of a candidate list.
    parent : QWidget, optional
        Parent widget.
    """

    def __init__(
        self,
        detectors: Sequence[DetectorCard],
        detector: str,
        min_confidence: float,
        top: int,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(
            self.tr("Settings of this workspace"),
            self.tr(
                "They hold for what is examined from now on; results keep the settings they were made with."
            ),
            self.tr("Use these settings"),
            parent=parent,
        )
        self._cards = {card.name: card for card in detectors}
        self.detector = QComboBox()
        for name in dict.fromkeys([*self._cards, detector]):
            self.detector.addItem(name)
        self.detector.setCurrentText(detector)
        self.add_choice(self.tr("Detector"), self.detector)
        self._about = TextLabel("", "caption", wrap=True)
        self._about.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByKeyboard)
        self.form.addRow("", self._about)
        self.min_confidence = decimal_number(self.tr("Least confidence of the detector"), 0.05, 0.99)
        self.min_confidence.setSingleStep(0.05)
        self.min_confidence.setValue(min_confidence)
        self.form.addRow(TextLabel(self.tr("Least confidence")), self.min_confidence)
        self.top = whole_number(self.tr("Length of a candidate list"), 1, 1000, top)
        self.form.addRow(TextLabel(self.tr("Candidates a search")), self.top)
        self.detector.currentTextChanged.connect(self._tell)
        self._tell(detector)

    @Slot(str)
    def _tell(self, name: str) -> None:
        card = self._cards.get(name)
        if card is None:
            self._about.setText(self.tr("A package of its own; it has no card here."))
            return
        lines = [card.licence, *card.figures[:3], *card.limitations[:1]]
        self._about.setText("\n".join(lines))
