"""Everything known about the selected face."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAction, QImage
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QMenu,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.qtimage import FacePictures
from app.widgets.empty_state import button_for
from app.widgets.faces.crop_view import CropView
from app.widgets.faces.recognizability_bar import RecognizabilityBar
from app.widgets.faces.state_mark import state_words
from app.widgets.searches.map_panel import opacity_slider
from app.widgets.terms import consequence, definition, face_size, map_name, state_definition
from app.widgets.text import ElidedLabel, Facts, Notice, TextLabel
from app.widgets.theme import SPACING
from core.types import AlignmentSource, AttentionMap, Band, BandEdges, CaseFace

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
    states : sequence of QAction
        What can be said of the face.
    parent : QWidget, optional
        Parent widget.
    """

    def __init__(
        self,
        edges: BandEdges,
        search: QAction,
        enrol: QAction,
        states: Sequence[QAction],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedWidth(_WIDTH)
        self.setAccessibleName(self.tr("Selected face"))
        self._title = TextLabel(self.tr("No face selected"), "sectionTitle")
        self._state = ElidedLabel()
        self._states = QToolButton()
        self._states.setText(self.tr("State"))
        self._states.setToolTip(self.tr("Say whose face this is, or that it is none"))
        self._states.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self._states)
        menu.addActions(list(states))
        self._states.setMenu(menu)
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
        self._state.setText("")
        self._states.setEnabled(False)
        self._bar.show_value(None)
        self._facts.clear()
        self._verdict.say(hint)

    def show_face(self, face: CaseFace, number: int, count: int) -> None:
        """Show the figures of a face; its pictures and maps follow with :meth:`show_pictures`."""
        detection, box = face.detection, face.detection.box
        self._title.setText(self.tr("Face {0} of {1}").format(number, count))
        self._found_caption.setText(self.tr("As found, {0:.0f} × {1:.0f} px").format(box.width, box.height))
        self._found.show_image(None)
        self._aligned.show_image(None)
        self._offer(())
        kept = face.face_id > 0
        self._state.setText(state_words(face.state, face.subject) if kept else self.tr("in no case"))
        self._states.setAccessibleDescription(state_definition(face.state) if kept else "")
        self._states.setEnabled(kept)
        value, distance = face.recognizability, face.eye_distance_px
        self._bar.show_value(value, "" if distance is None else face_size(face))
        if value is None:
            self._verdict.say(face.reason, "warning")
        else:
            poor = value.band in (Band.UNRECOGNIZABLE, Band.LOW)
            self._verdict.say(consequence(value.band, distance), "warning" if poor else "note")
        by_box = face.alignment is AlignmentSource.BOX
        eyes = self.tr("{0:.1f} px (estimated from the box)") if by_box else self.tr("{0:.1f} px")
        aligned = self.tr("box alone") if by_box else self.tr("five landmarks")
        self._facts.show_values(
            [
                "" if distance is None else eyes.format(distance),
                self.tr("{0:.0f} × {1:.0f} px at ({2:.0f}, {3:.0f})").format(
                    box.width, box.height, box.x, box.y
                ),
                self.tr("hand") if detection.manual else detection.detector,
                "" if detection.confidence is None else f"{detection.confidence:.2f}",
                "" if face.alignment is None else aligned,
            ]
        )

    def show_pictures(self, pictures: FacePictures, maps: Sequence[AttentionMap]) -> None:
        """Show the pictures of the face whose figures are shown, and offer its maps."""
        self._found.show_image(pictures.found)
        none = self.tr("This face could not be aligned.")
        self._aligned.show_image(pictures.aligned, none)
        self._offer(maps)
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
        head = QHBoxLayout()
        head.setSpacing(SPACING)
        head.addWidget(self._title, 1)
        head.addWidget(self._states)
        layout.addLayout(head)
        layout.addWidget(self._state)
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
