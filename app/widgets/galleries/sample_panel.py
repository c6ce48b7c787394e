"""One sample of a gallery, with where it comes from."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QPixmap
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from app.widgets.empty_state import button_for
from app.widgets.faces.crop_view import CropView
from app.widgets.faces.recognizability_bar import RecognizabilityBar
from app.widgets.terms import definition
from app.widgets.text import Facts, TextLabel
from app.widgets.theme import SPACING
from core.types import ModelCard, Recognizability, Sample

_SIDE = 224


class SamplePanel(QScrollArea):
    """Crop, recognizability and provenance of a sample, and what can be done with its subject.

    Parameters
    ----------
    card : ModelCard
        Card of the model in use.
    actions : sequence of QAction
        What can be done with the sample's subject, as buttons; the last one destroys for good.
    parent : QWidget, optional
        Parent widget.
    """

    def __init__(self, card: ModelCard, actions: Sequence[QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedWidth(336)
        self.setAccessibleName(self.tr("Selected sample"))
        self._card = card
        self._title = TextLabel("", "sectionTitle", wrap=True)
        self._crop = CropView(_SIDE, self.tr("Sample"))
        self._bar = RecognizabilityBar(card.bands)
        self._facts = Facts(
            [
                (self.tr("Gallery"), definition("gallery")),
                (self.tr("Eye distance"), definition("eye_distance")),
                (self.tr("Face box"), self.tr("Width × height in px of the picture.")),
                (self.tr("Enrolled from"), self.tr("The picture at the time of its enrolment.")),
                (self.tr("SHA-256"), self.tr("Hash of that picture's bytes.")),
                (self.tr("Enrolled"), self.tr("When.")),
                (self.tr("Authority"), self.tr("Who allowed the enrolment, and on what ground.")),
                (self.tr("Gate"), definition("gate")),
                (self.tr("Model"), self.tr("The model that made the embedding, by the hash of its weights.")),
            ]
        )
        body = QFrame()
        body.setObjectName("panel")
        layout = QVBoxLayout(body)
        layout.setContentsMargins(2 * SPACING, 2 * SPACING, 2 * SPACING, 2 * SPACING)
        layout.setSpacing(SPACING)
        for widget in (self._title, self._crop, self._bar, self._facts):
            layout.addWidget(widget)
        layout.addStretch(1)
        for action in actions:
            layout.addWidget(button_for(action, danger=action is actions[-1]))
        self.setWidget(body)
        self.show_sample(None)

    def show_sample(self, sample: Sample | None) -> None:
        """Show a sample, or that none is selected."""
        if sample is None:
            self._title.setText(self.tr("No sample selected"))
            self._crop.show_image(None)
            self._bar.show_value(None)
            self._facts.clear()
            return
        index = Recognizability(
            sample.recognizability, sample.band, self._card.recognizability, self._card.provisional
        )
        self._title.setText(sample.subject)
        self._bar.show_value(index)
        self._facts.show_values(
            [
                sample.gallery,
                self.tr("{0:.1f} px").format(sample.eye_distance_px),
                self.tr("{0:.0f} × {1:.0f} px").format(sample.box.width, sample.box.height),
                sample.source,
                sample.source_sha256,
                sample.created.astimezone().strftime("%Y-%m-%d %H:%M"),
                sample.authority,
                self.tr("overridden, reason in the log") if sample.overridden else self.tr("passed"),
                sample.model_id,
            ]
        )

    def show_crop(self, crop: QPixmap | None) -> None:
        """Show the crop of the sample; None while it is fetched."""
        if crop is not None:
            self._crop.show_image(crop.toImage())
