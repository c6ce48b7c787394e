"""Actions on how the picture is shown and on the video that is shown."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from app.actions.making import make_action
from app.widgets.pictures.image_view import ImageView

_translate = QCoreApplication.translate


class PictureActions:
    """Fit to the window, native size.

    Parameters
    ----------
    owner : QWidget
        The page.
    view : ImageView
        The picture.
    """

    def __init__(self, owner: QWidget, view: ImageView) -> None:
        self.fit = make_action(
            owner,
            _translate("viewing", "Fit to &window"),
            view.fit,
            shortcut="Ctrl+0",
            picture="fit",
            tip=_translate("viewing", "Show the whole picture, enlarged by a whole number only"),
        )
        self.actual = make_action(
            owner,
            _translate("viewing", "&Native size"),
            lambda: view.zoom_to(1.0),
            shortcut="Ctrl+Alt+0",
            picture="actual",
            tip=_translate("viewing", "One px of the screen for one px of the picture"),
        )

    @property
    def all(self) -> list[QAction]:
        """The actions in the order of the menu."""
        return [self.fit, self.actual]


class VideoActions:
    """One frame back, one frame on, take the frame on show.

    Parameters
    ----------
    owner : QWidget
        The page.
    step : callable
        Called with -1 or 1.
    take : callable
        Analyses the frame on show.
    """

    def __init__(self, owner: QWidget, step: Callable[[int], None], take: Callable[[], None]) -> None:
        self.back = make_action(
            owner,
            _translate("viewing", "Frame before"),
            lambda: step(-1),
            shortcut=",",
            picture="previous",
            tip=_translate("viewing", "Show the frame before this one"),
        )
        self.on = make_action(
            owner,
            _translate("viewing", "Frame after"),
            lambda: step(1),
            shortcut=".",
            picture="next",
            tip=_translate("viewing", "Show the frame after this one"),
        )
        self.take = make_action(
            owner,
            _translate("viewing", "&Take this frame"),
            take,
            shortcut="T",
            tip=_translate("viewing", "Analyse the frame on show"),
        )

    @property
    def all(self) -> list[QAction]:
        """The actions in the order of the scrubber."""
        return [self.back, self.on, self.take]
