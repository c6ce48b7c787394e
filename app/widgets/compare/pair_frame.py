"""The two faces with what is said of their display: banner, captions, scale."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from app.qtimage import FaceImage
from app.widgets.compare.geometry import Side
from app.widgets.compare.pair_view import PairView
from app.widgets.compare.scene import Mode, side_name
from app.widgets.terms import band_name, definition
from app.widgets.text import ElidedLabel, Notice, TextLabel
from app.widgets.theme import SPACING


class PairFrame(QWidget):
    """A strip that warns while the originals are not on show, the faces, a caption and a scale for each.

    The strip stays while all is well, so that the faces do not jump when they are shown in another way.

    Parameters
    ----------
    parent : QWidget, optional
        Parent widget.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = PairView()
        self._banner = Notice()
        self._faces: dict[Side, FaceImage] = {}
        self._why = self._map = ""
        self._captions = {side: ElidedLabel("muted") for side in Side}
        self._scales = {side: TextLabel("", "caption") for side in Side}
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(SPACING)
        self._layout.addWidget(self._banner)
        self._layout.addWidget(self.view, 1)
        self._layout.addLayout(self._captions_below())
        self.view.view_changed.connect(self._follow)

    @property
    def departures(self) -> tuple[str, ...]:
        """One sentence for each way in which what is on show is not the original pictures as they are."""
        return tuple(self._departures()) if self._faces else ()

    @property
    def on_original(self) -> bool:
        """Whether the original pictures are on show, px as they are."""
        return bool(self._faces) and not self.departures

    @property
    def banner(self) -> str:
        """What the strip above the faces says."""
        return self._banner.text

    @property
    def scales(self) -> tuple[str, str]:
        """The scale labels of probe and candidate."""
        return self._scales[Side.PROBE].text(), self._scales[Side.CANDIDATE].text()

    def show_faces(self, probe: FaceImage, candidate: FaceImage, why: str, *, keep_view: bool) -> None:
        """Show two faces; `why` says why the candidate's source is not among them."""
        self._faces = {Side.PROBE: probe, Side.CANDIDATE: candidate}
        self._why = why
        self.view.show_faces(probe, candidate, keep_view=keep_view)

    def show_captions(self, probe: str, candidate: str) -> None:
        """Say what the two pictures are that are on show."""
        for side, text in ((Side.PROBE, probe), (Side.CANDIDATE, candidate)):
            face = self._faces[side]
            index = f"RI {face.recognizability:.2f} {band_name(face.band)}"
            caption = " · ".join(filter(None, [side_name(side), text, index]))
            self._captions[side].setText(caption)
            self._captions[side].setToolTip(f"{caption}\n{definition('recognizability')}")

    def say_map(self, words: str) -> None:
        """Say what the test of the map over the probe says, for as long as the map is there."""
        self._map = words
        self._follow()

    def clear(self) -> None:
        """Show nothing."""
        self._faces = {}
        self.view.clear()
        for label in self._captions.values():
            label.setText("")

    def _captions_below(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(2 * SPACING)
        grid.setVerticalSpacing(0)
        for column, side in enumerate(Side):
            grid.addWidget(self._captions[side], 0, column)
            grid.addWidget(self._scales[side], 1, column)
            grid.setColumnStretch(column, 1)
            self._scales[side].setToolTip(definition("found"))
            self._scales[side].setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return grid

    def _departures(self) -> Sequence[str]:
        view, found = self.view, []
        if not self._faces[Side.PROBE].original:
            found.append(self.tr("The probe is a picture derived from the original."))
        if not self._faces[Side.CANDIDATE].original:
            found.append(
                self.tr("The candidate is the enrolled aligned crop, which is turned, scaled, interpolated.")
            )
            found.extend([self._why] if self._why else [])
        if view.smooth:
            found.append(self.tr("Px are smoothed for display."))
        if view.mode is Mode.DIFFERENCE:
            found.append(
                self.tr("The difference is an aid: it shows errors of registration, light and blur as well.")
            )
        if view.covered:
            found.append(" ".join(filter(None, [self.tr("A map lies over the probe."), self._map])))
        return found

    @Slot()
    def _follow(self) -> None:
        departures = self.departures
        text = self.tr("The original pictures, px as they are.") if self._faces else ""
        if departures:
            text = self.tr("Not the originals as they are. {0}").format(" ".join(departures))
        if text != self._banner.text:
            self._banner.say(text, "warning" if departures else "note")
        for side in Side:
            self._scales[side].setText(self._scale_words(side) if side in self._faces else "")

    def _scale_words(self, side: Side) -> str:
        scale = self.view.scale(side)
        words = self.tr("1 px = {0} screen px").format(_number(scale))
        if scale < 1:
            words = self.tr("{0} px = 1 screen px, averaged").format(_number(1 / scale))
        if self._faces[side].estimated:
            words += self.tr(" · landmarks estimated from the box")
        return words


def _number(value: float) -> str:
    return f"{value:.0f}" if abs(value - round(value)) < 0.005 else f"{value:.2f}"
