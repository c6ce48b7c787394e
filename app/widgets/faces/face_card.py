"""A face as one side of a comparison: crop, recognizability, a few facts."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFrame, QSizePolicy, QVBoxLayout, QWidget

from app.widgets.faces.crop_view import CropView
from app.widgets.faces.recognizability_bar import RecognizabilityBar
from app.widgets.text import ElidedLabel, Facts, TextLabel
from app.widgets.theme import SPACING
from core.types import BandEdges, Recognizability

_SIDE = 224


class FaceCard(QFrame):
    """Title, crop without interpolation, recognizability and facts.

    Parameters
    ----------
    title : str
        What the face is, for example the probe.
    edges : BandEdges
        Where the bands of recognizability begin.
    names : sequence of (str, str)
        Names and definitions of the facts.
    parent : QWidget, optional
        Parent widget.
    """

    def __init__(
        self, title: str, edges: BandEdges, names: Sequence[tuple[str, str]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self._title = TextLabel(title, "sectionTitle")
        self._subtitle = ElidedLabel("muted")
        self._crop = CropView(_SIDE, title)
        self._bar = RecognizabilityBar(edges)
        self._facts = Facts(names)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * SPACING, 2 * SPACING, 2 * SPACING, 2 * SPACING)
        layout.setSpacing(SPACING)
        for widget in (self._title, self._subtitle, self._crop, self._bar, self._facts):
            layout.addWidget(widget)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Maximum)
        self.setFixedWidth(_SIDE + 4 * SPACING + 2)

    @property
    def image(self) -> QImage | None:
        """The crop that is shown."""
        return self._crop.image

    @property
    def overlay(self) -> QImage | None:
        """The map that lies over the crop."""
        return self._crop.overlay

    def show_face(
        self, subtitle: str, recognizability: Recognizability | None, values: Sequence[str]
    ) -> None:
        """Show the figures of another face; its picture follows with :meth:`show_image`."""
        self._show_figures(True)
        self._subtitle.setText(subtitle)
        self._bar.show_value(recognizability)
        self._facts.show_values(values)
        self._crop.show_image(None)

    def show_label(self, label: str) -> None:
        """Show a face of which nothing is said but a label; its picture follows with :meth:`show_image`."""
        self.clear()
        self._subtitle.setText(label)
        self._show_figures(False)

    def show_image(self, image: QImage | None, empty_text: str = "") -> None:
        """Show the crop, or a few words instead."""
        self._crop.show_image(image, empty_text)

    def show_overlay(self, overlay: QImage | None) -> None:
        """Lay a map over the crop, or none."""
        self._crop.show_overlay(overlay)

    def set_overlay_opacity(self, opacity: float) -> None:
        """Set how strongly a map covers the crop, from 0 to 1."""
        self._crop.set_overlay_opacity(opacity)

    def clear(self, empty_text: str = "") -> None:
        """Show that there is no face."""
        self._show_figures(True)
        self._subtitle.setText("")
        self._bar.show_value(None)
        self._facts.clear()
        self._crop.show_image(None, empty_text)

    def _show_figures(self, shown: bool) -> None:
        self._bar.setVisible(shown)
        self._facts.setVisible(shown)
