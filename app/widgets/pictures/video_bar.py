"""The scrubber under a video."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSlider, QToolButton, QVBoxLayout, QWidget

from app.widgets.empty_state import button_for
from app.widgets.fields import decimal_number
from app.widgets.text import ElidedLabel
from app.widgets.theme import SPACING
from core.types import FrameReference, VideoInfo


class VideoBar(QFrame):
    """Slider over the frames, step buttons, a time to jump to, and what is known of the frame on show.

    Parameters
    ----------
    step_back, step_on, take : QAction
        The frame before, the frame after, analyse the frame on show.
    parent : QWidget, optional
        Parent widget.

    Attributes
    ----------
    frame_requested : Signal(int)
        The ordinal of the frame that the user moved to.
    time_requested : Signal(float)
        The time that the user entered, in seconds.
    """

    frame_requested = Signal(int)
    time_requested = Signal(float)

    def __init__(
        self, step_back: QAction, step_on: QAction, take: QAction, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self._info: VideoInfo | None = None
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setAccessibleName(self.tr("Frame of the video"))
        self._slider.valueChanged.connect(self.frame_requested)
        self._time = decimal_number(self.tr("Time to jump to"), 0.0, 0.0, decimals=3)
        self._time.setSuffix(self.tr(" s"))
        self._time.setKeyboardTracking(False)
        self._time.setToolTip(self.tr("Enter a time in seconds to see the frame on screen at that time."))
        self._time.setMinimumWidth(112)
        self._time.editingFinished.connect(self._request_time)
        self._facts = ElidedLabel("muted")
        self._about = ElidedLabel("muted")
        self._about.setAlignment(Qt.AlignmentFlag.AlignRight)
        buttons = []
        for action in (step_back, step_on):
            button = QToolButton()
            button.setDefaultAction(action)
            buttons.append(button)
        top = QHBoxLayout()
        top.setSpacing(SPACING)
        top.addWidget(buttons[0])
        top.addWidget(self._slider, 1)
        top.addWidget(buttons[1])
        top.addWidget(self._time)
        top.addWidget(button_for(take, primary=True))
        bottom = QHBoxLayout()
        bottom.setSpacing(2 * SPACING)
        bottom.addWidget(self._facts, 1)
        bottom.addWidget(self._about, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACING + 4, SPACING, SPACING + 4, SPACING)
        layout.setSpacing(SPACING // 2)
        layout.addLayout(top)
        layout.addLayout(bottom)

    @property
    def ordinal(self) -> int:
        """The frame that the slider stands at."""
        return self._slider.value()

    def show_video(self, info: VideoInfo) -> None:
        """Take the extent of another video."""
        self._info = info
        with QSignalBlocker(self._slider), QSignalBlocker(self._time):
            self._slider.setRange(0, info.frames - 1)
            self._slider.setPageStep(max(info.frames // 20, 1))
            self._slider.setValue(0)
            self._time.setRange(0.0, max(info.duration, 0.0))
        rate = self.tr("variable rate") if info.variable_rate else self.tr("constant rate")
        self._about.setText(
            self.tr("{0} × {1} px, {2} in {3}, {4} frames, {5}").format(
                info.width, info.height, info.codec, info.container, info.frames, rate
            )
        )

    def show_frame(self, frame: FrameReference, *, settled: bool) -> None:
        """Show where the frame on the screen lies in the video.

        Parameters
        ----------
        frame : FrameReference
            The frame.
        settled : bool
            Whether it is the one that was asked for last, so that the slider may follow it.
        """
        if settled:
            with QSignalBlocker(self._slider):
                self._slider.setValue(frame.ordinal)
        with QSignalBlocker(self._time):
            if not self._time.hasFocus():
                self._time.setValue(frame.seconds)
        last = self._info.frames - 1 if self._info else 0
        self._facts.setText(
            self.tr("Frame {0} (0 to {1})   PTS {2} × {3} s   {4:.3f} s").format(
                frame.ordinal, last, frame.pts, frame.time_base, frame.seconds
            )
        )

    def move_to(self, ordinal: int) -> None:
        """Put the slider at a frame, which requests it."""
        self._slider.setValue(ordinal)

    @Slot()
    def _request_time(self) -> None:
        self.time_requested.emit(self._time.value())
