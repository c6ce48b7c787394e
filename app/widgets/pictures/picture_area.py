"""The picture with what stands around it: tools, hint, scale and the scrubber of a video."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from app.widgets.empty_state import EmptyState
from app.widgets.page import tool_buttons
from app.widgets.pictures.image_view import ImageView
from app.widgets.pictures.video_bar import VideoBar
from app.widgets.text import ElidedLabel, Notice, TextLabel
from app.widgets.theme import SPACING


class PictureArea(QWidget):
    """Lays an image view out with its tools; shows an empty state while there is no picture.

    Parameters
    ----------
    view : ImageView
        The picture.
    video : VideoBar
        The scrubber, hidden until a video is shown.
    empty : EmptyState
        What is shown while nothing was opened.
    tools : sequence of QAction
        Buttons above the picture.
    parent : QWidget, optional
        Parent widget.
    """

    def __init__(
        self,
        view: ImageView,
        video: VideoBar,
        empty: EmptyState,
        tools: Sequence[QAction],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._view = view
        self._title = ElidedLabel("sectionTitle")
        self._scale = TextLabel("", "muted")
        self._scale.setToolTip(self.tr("How many px of the screen show one px of the picture."))
        self._smooth = QCheckBox(self.tr("Smooth (display only)"))
        self._smooth.setToolTip(
            self.tr("Interpolates between px for looking only. Decisions are made on the px as they are.")
        )
        self._smooth.toggled.connect(view.set_smooth)
        self._banner, self._hint = Notice(), Notice()
        self._banner.setAccessibleDescription(self.tr("What was done to the picture on show"))
        view.drawing.hint_changed.connect(self._hint.say)
        view.scale_changed.connect(self._show_scale)
        head = QHBoxLayout()
        head.setSpacing(2 * SPACING)
        head.addWidget(self._title, 1)
        head.addWidget(self._scale)
        head.addWidget(self._smooth)
        head.addWidget(tool_buttons(tools, words=False))
        whole = QWidget()
        layout = QVBoxLayout(whole)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING)
        layout.addLayout(head)
        layout.addWidget(self._banner)
        layout.addWidget(self._hint)
        layout.addWidget(view, 1)
        layout.addWidget(video)
        video.hide()
        self._stack = QStackedLayout(self)
        self._stack.setContentsMargins(0, 0, 0, 0)
        self._stack.addWidget(empty)
        self._stack.addWidget(whole)

    def set_title(self, title: str) -> None:
        """Name what is shown; the first name replaces the empty state."""
        self._stack.setCurrentIndex(1)
        self._title.setText(title)
        self._view.setAccessibleName(self.tr("Picture: {0}").format(title))

    @property
    def banner(self) -> str:
        """What stands over a picture that is not an original."""
        return self._banner.text

    def set_banner(self, text: str) -> None:
        """Say, for as long as it is shown, that the picture is not an original; empty for an original."""
        self._banner.say(text, "warning")

    def show_nothing(self) -> None:
        """Go back to the empty state."""
        self._stack.setCurrentIndex(0)

    @Slot(float)
    def _show_scale(self, scale: float) -> None:
        factor = f"{scale:.0f}" if scale >= 10 else f"{scale:.2f}".rstrip("0").rstrip(".")
        self._scale.setText(self.tr("1 px = {0} screen px").format(factor) if self._view.has_picture else "")
        self._scale.setAlignment(Qt.AlignmentFlag.AlignVCenter)
