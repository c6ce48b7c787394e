"""Actions on the two faces of a comparison, and the keys of the conclusions."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from app.actions.making import make_action
from app.widgets.compare.comparison_terms import conclusion_name, conclusion_tip
from app.widgets.compare.pair_view import PairView
from app.widgets.compare.scene import Mode
from core.types import Conclusion

_translate = QCoreApplication.translate

_ZOOM_STEP = 1.25


class PairActions:
    """How two faces are shown: mode, link, rotation, interpolation, zoom.

    Parameters
    ----------
    owner : QWidget
        The page.
    view : PairView
        The faces.
    """

    def __init__(self, owner: QWidget, view: PairView) -> None:
        self._view = view
        tr = _translate
        self.both = self._checkable(
            owner,
            tr("comparing", "&Both"),
            lambda: view.set_mode(Mode.SIDE_BY_SIDE),
            "B",
            tr("comparing", "Probe and candidate side by side"),
        )
        self.flicker = self._checkable(
            owner,
            tr("comparing", "&Flicker"),
            lambda: view.set_flickering(not view.flickering),
            "F",
            tr("comparing", "Show the faces in turn in the same place, fewer than three changes a second"),
        )
        self.swipe = self._checkable(
            owner,
            tr("comparing", "&Swipe"),
            lambda: self._toggle(Mode.SWIPE),
            "S",
            tr(
                "comparing",
                "Probe left of a divider, candidate right of it; drag it or use the arrow keys",
            ),
        )
        self.difference = self._checkable(
            owner,
            tr("comparing", "&Difference"),
            lambda: self._toggle(Mode.DIFFERENCE),
            "D",
            tr(
                "comparing",
                "Absolute difference after registration: an aid, it shows its errors as well",
            ),
        )
        self.switch = make_action(
            view,
            tr("comparing", "Other face"),
            view.show_other,
            shortcut="Space",
            tip=tr("comparing", "Show the other face in the same place"),
        )
        # A held key would flash the screen faster than may be.
        self.switch.setAutoRepeat(False)
        self.link = self._checkable(
            owner,
            tr("comparing", "&Link"),
            lambda: view.set_linked(not view.linked),
            "L",
            tr("comparing", "Move and enlarge both faces together, the same facial point at the same place"),
        )
        self.upright = self._checkable(
            owner,
            tr("comparing", "&Upright"),
            lambda: view.set_upright(not view.upright),
            "U",
            tr(
                "comparing",
                "Turn the faces until the line of the eyes is level; only the view turns",
            ),
        )
        self.smooth = self._checkable(
            owner,
            tr("comparing", "S&mooth"),
            lambda: view.set_smooth(not view.smooth),
            "M",
            tr("comparing", "Interpolate between enlarged px; off, px are shown as they are"),
        )
        self.fit = make_action(
            owner,
            tr("comparing", "Fit the &face"),
            view.fit,
            shortcut="Ctrl+0",
            picture="fit",
            tip=tr("comparing", "Show the whole face, px enlarged by a whole number"),
        )
        self.native = make_action(
            owner,
            tr("comparing", "&Native size"),
            view.show_native,
            shortcut="Ctrl+Alt+0",
            picture="actual",
            tip=tr("comparing", "One px of the screen for one px of the probe"),
        )
        self.enlarge = make_action(
            owner,
            tr("comparing", "&Enlarge"),
            lambda: view.zoom(_ZOOM_STEP),
            shortcut=("+", "="),
            tip=tr("comparing", "Enlarge both faces by a quarter"),
        )
        self.shrink = make_action(
            owner,
            tr("comparing", "Sh&rink"),
            lambda: view.zoom(1 / _ZOOM_STEP),
            shortcut="-",
            tip=tr("comparing", "Shrink both faces by a fifth"),
        )
        view.view_changed.connect(self._follow)
        self._follow()

    @property
    def modes(self) -> list[QAction]:
        """What the faces are shown as."""
        return [self.both, self.flicker, self.swipe, self.difference]

    @property
    def ways(self) -> list[QAction]:
        """What may be switched on and off in any mode."""
        return [self.link, self.upright, self.smooth]

    @property
    def all(self) -> list[QAction]:
        """Everything, in the order of the menu."""
        sizes = [self.fit, self.native, self.enlarge, self.shrink]
        return [*self.modes, self.switch, *self.ways, *sizes]

    def _checkable(
        self, owner: QWidget, text: str, slot: Callable[[], object], key: str, tip: str
    ) -> QAction:
        def _do() -> None:
            slot()
            self._follow()

        action = make_action(owner, text, _do, shortcut=key, tip=tip)
        action.setCheckable(True)
        action.setAutoRepeat(False)
        return action

    def _toggle(self, mode: Mode) -> None:
        self._view.set_mode(Mode.SIDE_BY_SIDE if self._view.mode is mode else mode)

    def _follow(self) -> None:
        """Check what is the case; an action that was triggered has toggled itself without knowing."""
        view = self._view
        for action, on in (
            (self.both, view.mode is Mode.SIDE_BY_SIDE),
            (self.flicker, view.flickering),
            (self.swipe, view.mode is Mode.SWIPE),
            (self.difference, view.mode is Mode.DIFFERENCE),
            (self.link, view.linked),
            (self.upright, view.upright),
            (self.smooth, view.smooth),
        ):
            action.setChecked(on)


def conclusion_actions(owner: QWidget) -> dict[Conclusion, QAction]:
    """Return a checkable action for each conclusion, keys 1 to 5 and I; at most one of them is checked.

    Parameters
    ----------
    owner : QWidget
        The page.

    Returns
    -------
    dict of Conclusion to QAction
        In the order of the scale.
    """
    made: dict[Conclusion, QAction] = {}

    def _choose(chosen: Conclusion) -> None:
        for conclusion, action in made.items():
            action.setChecked(conclusion is chosen)

    for number, conclusion in enumerate(Conclusion, start=1):
        key = "I" if conclusion is Conclusion.INSUFFICIENT else str(number)
        action = make_action(
            owner,
            conclusion_name(conclusion),
            partial(_choose, conclusion),
            shortcut=key,
            tip=conclusion_tip(conclusion),
        )
        action.setCheckable(True)
        made[conclusion] = action
    return made
