"""Everything known about the selected face."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAction, QImage
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.qtimage import FacePictures
from app.widgets.crop_view import CropView
from app.widgets.empty_state import button_for
from app.widgets.map_panel import opacity_slider
from app.widgets.recognizability_bar import RecognizabilityBar
from app.widgets.terms import consequence, definition, map_name
from app.widgets.text import Facts, Notice, TextLabel
from app.widgets.theme import SPACING
from core.types import AlignmentSource, AttentionMap, BandEdges, FaceAnalysis

_CROP_SIDE = 148
_WIDTH = 356


class FacePanel(QScrollArea):
    """Crops, attention, recognizability and native size of one face, and what can be done with it.

    Parameters
    ----------
    edges : BandEdges
        Where the bands of recognizability begin.
    search, enrol : QAction
        What the two buttons do.
    parent : QWidget, optional
        Parent widget.
    """

    def __init__(
        self, edges: BandEdges, search: QAction, enrol: QAction, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedWidth(_WIDTH)
        self.setAccessibleName(self.tr("Selected face"))
        self._title = TextLabel(self.tr("No face selected"), "sectionTitle")
        self._found = CropView(_CROP_SIDE, self.tr("Face as found"))
        self._aligned = CropView(_CROP_SIDE, self.tr("Face as the network sees it"))
        self._found.setToolTip(definition("found"))
        self._aligned.setToolTip(definition("aligned"))
        self._found_caption = TextLabel(self.tr("As found"), "caption")
        self._overlays: tuple[QImage, ...] = ()
        self._name_of_map = TextLabel("", "muted")
        self.maps = QComboBox()
        self.maps.setAccessibleName(self.tr("Map over the crop"))
        self.maps.currentIndexChanged.connect(self._show_map)
        self._opacity = opacity_slider()
        self._opacity.valueChanged.connect(self._follow_opacity)
        self._follow_opacity(self._opacity.value())
        self._bar = RecognizabilityBar(edges)
        self._verdict = Notice()
        self._facts = Facts(
            [
                (self.tr("Eye distance"), definition("eye_distance")),
                (
                    self.tr("Face box"),
                    self.tr("Width × height and the upper left corner, in px of the picture."),
                ),
                (self.tr("Found by"), self.tr("The detector, or a person.")),
                (self.tr("Detector confidence"), definition("detector_confidence")),
                (self.tr("Aligned by"), self.tr("What the crop was turned and scaled to.")),
            ]
        )
        self._search = button_for(search, primary=True)
        self._enrol = button_for(enrol)
        self.setWidget(self._lay_out())
        self.clear()

    def clear(self, hint: str = "") -> None:
        """Show that no face is selected, and what to do about it."""
        self._title.setText(self.tr("No face selected"))
        self._found_caption.setText(self.tr("As found"))
        self._found.show_image(None)
        self._aligned.show_image(None)
        self._offer(())
        self._bar.show_value(None)
        self._facts.clear()
        self._verdict.say(hint)

    def show_face(self, face: FaceAnalysis, number: int, count: int) -> None:
        """Show the figures of a face; its pictures follow with :meth:`show_pictures`."""
        detection, box = face.detection, face.detection.box
        self._title.setText(self.tr("Face {0} of {1}").format(number, count))
        self._found_caption.setText(self.tr("As found, {0:.0f} × {1:.0f} px").format(box.width, box.height))
        self._found.show_image(None)
        self._aligned.show_image(None)
        self._offer(face.attention_maps)
        self._bar.show_value(face.recognizability)
        if face.recognizability is None:
            self._verdict.say(face.reason, "warning")
        else:
            poor = face.recognizability.band.value in ("unrecognizable", "low")
            self._verdict.say(consequence(face.recognizability.band), "warning" if poor else "note")
        aligned = face.aligned
        by_box = aligned is not None and aligned.source is AlignmentSource.BOX
        estimated = self.tr("{0:.1f} px (estimated from the box)")
        eyes = estimated if by_box else self.tr("{0:.1f} px")
        self._facts.show_values(
            [
                eyes.format(aligned.eye_distance_px) if aligned else "",
                self.tr("{0:.0f} × {1:.0f} px at ({2:.0f}, {3:.0f})").format(
                    box.width, box.height, box.x, box.y
                ),
                self.tr("hand") if detection.manual else detection.detector,
                "" if detection.confidence is None else f"{detection.confidence:.2f}",
                ("" if aligned is None else self.tr("box alone") if by_box else self.tr("five landmarks")),
            ]
        )

    def show_pictures(self, pictures: FacePictures) -> None:
        """Show the pictures of the face whose figures are shown."""
        self._found.show_image(pictures.found)
        none = self.tr("This face could not be aligned.")
        self._aligned.show_image(pictures.aligned, none)
        self._overlays = pictures.maps
        self._show_map()

    def _lay_out(self) -> QWidget:
        crops = QHBoxLayout()
        crops.setSpacing(SPACING)
        for view, caption in (
            (self._found, self._found_caption),
            (self._aligned, TextLabel(self.tr("As the network sees it"), "caption")),
        ):
            column = QVBoxLayout()
            column.setSpacing(SPACING // 2)
            column.addWidget(view)
            column.addWidget(caption)
            crops.addLayout(column)
        crops.addStretch(1)
        attention = QHBoxLayout()
        attention.setSpacing(SPACING)
        attention.addWidget(self._name_of_map)
        attention.addWidget(self.maps)
        attention.addWidget(self._opacity, 1)
        body = QFrame()
        body.setObjectName("panel")
        layout = QVBoxLayout(body)
        layout.setContentsMargins(2 * SPACING, 2 * SPACING, 2 * SPACING, 2 * SPACING)
        layout.setSpacing(SPACING + 4)
        layout.addWidget(self._title)
        layout.addLayout(crops)
        layout.addLayout(attention)
        layout.addWidget(self._bar)
        layout.addWidget(self._verdict)
        layout.addWidget(self._facts)
        layout.addStretch(1)
        layout.addWidget(self._search)
        layout.addWidget(self._enrol)
        return body

    def _offer(self, maps: Sequence[AttentionMap]) -> None:
        """Offer maps to choose from, keeping the kind that is chosen; a single one is only named."""
        before = self.maps.currentData()
        self._overlays = ()
        self.maps.blockSignals(True)
        self.maps.clear()
        for one in maps:
            self.maps.addItem(map_name(one.kind), one.kind.value)
            self.maps.setItemData(
                self.maps.count() - 1, definition(one.kind.value), Qt.ItemDataRole.ToolTipRole
            )
        self.maps.setCurrentIndex(max(self.maps.findData(before), 0) if maps else -1)
        self.maps.blockSignals(False)
        self.maps.setVisible(len(maps) > 1)
        self._name_of_map.setText(map_name(maps[0].kind) if len(maps) == 1 else self.tr("Map"))
        self._show_map()

    @Slot()
    def _show_map(self) -> None:
        chosen = self.maps.currentIndex()
        tip = definition(self.maps.currentData() if chosen >= 0 else "attention")
        self.maps.setToolTip(tip)
        self._name_of_map.setToolTip(tip)
        self._opacity.setEnabled(chosen >= 0)
        self._aligned.show_overlay(self._overlays[chosen] if 0 <= chosen < len(self._overlays) else None)

    @Slot(int)
    def _follow_opacity(self, percent: int) -> None:
        self._aligned.set_overlay_opacity(percent / 100)
