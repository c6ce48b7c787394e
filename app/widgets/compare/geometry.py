"""Where the px of two faces lie on the screen: registered by landmarks, moved together or apart."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import Enum, auto

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QTransform

from app.qtimage import FaceImage

SMALLEST_SCALE, LARGEST_SCALE = 0.02, 64.0
_ROOM_ROUND_FACE = 1.6


class Side(Enum):
    """One of the two faces."""

    PROBE = auto()
    CANDIDATE = auto()

    @property
    def other(self) -> Side:
        """The other one."""
        return Side.CANDIDATE if self is Side.PROBE else Side.PROBE


@dataclass(slots=True)
class _Look:
    """What one side shows: the point in the middle, in px of the probe, and screen px per px of the probe."""

    centre: QPointF = field(default_factory=QPointF)
    scale: float = 1.0


class PairGeometry:
    """Maps px of either picture to the screen by way of px of the probe.

    The candidate is registered to the probe by the similarity transform (shift, turn and one scale, no
    stretching) that fits its five landmarks best. While the sides are linked both are looked at in the same
    way, so the same facial point lies at the same place of both panes.
    """

    def __init__(self) -> None:
        self._registered = {side: QTransform() for side in Side}
        self._upright_angle = dict.fromkeys(Side, 0.0)
        self._looks = {side: _Look() for side in Side}
        self._face = QRectF(0, 0, 1, 1)
        self._linked = True
        self._upright = False

    @property
    def linked(self) -> bool:
        """Whether both sides move together."""
        return self._linked

    @linked.setter
    def linked(self, linked: bool) -> None:
        self._linked = linked
        if linked:
            probe = self._looks[Side.PROBE]
            self._looks[Side.CANDIDATE] = _Look(QPointF(probe.centre), probe.scale)

    @property
    def upright(self) -> bool:
        """Whether faces are turned so that the line of the eyes is level."""
        return self._upright

    @upright.setter
    def upright(self, upright: bool) -> None:
        self._upright = upright

    def register(self, probe: FaceImage, candidate: FaceImage) -> None:
        """Lay a candidate over a probe by their landmarks; what is looked at stays."""
        self._registered[Side.CANDIDATE] = similarity(candidate.landmarks, probe.landmarks)
        box = probe.box
        self._face = QRectF(box.x, box.y, box.width, box.height)
        for side, face in ((Side.PROBE, probe), (Side.CANDIDATE, candidate)):
            right, left = (self._registered[side].map(QPointF(x, y)) for x, y in face.landmarks[:2].tolist())
            self._upright_angle[side] = math.degrees(math.atan2(left.y() - right.y(), left.x() - right.x()))

    def transform(self, side: Side, pane: QRectF) -> QTransform:
        """Return what maps px of a picture to a pane of the screen.

        Parameters
        ----------
        side : Side
            Whose picture.
        pane : QRectF
            Where it is shown, in screen px.

        Returns
        -------
        QTransform
            Shift, turn and one scale.
        """
        return self._registered[side] * self._view(side, pane)

    def scale(self, side: Side) -> float:
        """Return screen px per px of a picture."""
        return self._looks[side].scale * math.sqrt(abs(self._registered[side].determinant()))

    def fit(self, pane: QRectF) -> None:
        """Show the face of the probe with some room round it, px enlarged by a whole number only."""
        room = _ROOM_ROUND_FACE * max(self._face.width(), self._face.height(), 1.0)
        scale = min(pane.width(), pane.height()) / room
        whole = float(math.floor(scale)) if scale >= 1 else scale
        for look in self._looks.values():
            look.centre, look.scale = self._face.center(), _within(whole)

    def pan(self, side: Side, shift: QPointF) -> None:
        """Move what a side shows, and while linked the other, by a shift in screen px."""
        look = self._looks[side]
        turned = QTransform().rotate(self._angle(side)).map(shift)
        for one in self._moved(side):
            one.centre = one.centre - turned / look.scale

    def zoom(self, side: Side, factor: float, at: QPointF, pane: QRectF) -> None:
        """Enlarge what a side shows, and while linked the other, about a point of its pane.

        Parameters
        ----------
        side : Side
            Whose picture.
        factor : float
            Above 1 to enlarge.
        at : QPointF
            The point that stays, in screen px.
        pane : QRectF
            Where that side is shown.
        """
        look = self._looks[side]
        before = self._view(side, pane).inverted()[0].map(at)
        scale = _within(look.scale * factor)
        for one in self._moved(side):
            one.scale = scale
        after = self._view(side, pane).inverted()[0].map(at)
        for one in self._moved(side):
            one.centre = one.centre + before - after

    def enlarge_to(self, side: Side, scale: float) -> None:
        """Show so many screen px per px of the picture of a side, and while linked the other accordingly."""
        wanted = _within(scale * self._looks[side].scale / self.scale(side))
        for one in self._moved(side):
            one.scale = wanted

    def _view(self, side: Side, pane: QRectF) -> QTransform:
        look = self._looks[side]
        return (
            QTransform.fromTranslate(-look.centre.x(), -look.centre.y())
            * QTransform.fromScale(look.scale, look.scale)
            * QTransform().rotate(-self._angle(side))
            * QTransform.fromTranslate(pane.center().x(), pane.center().y())
        )

    def _angle(self, side: Side) -> float:
        # Linked sides turn together: each by its own angle would take the landmarks apart again.
        return self._upright_angle[Side.PROBE if self._linked else side] if self._upright else 0.0

    def _moved(self, side: Side) -> list[_Look]:
        return list(self._looks.values()) if self._linked else [self._looks[side]]


def similarity(source: NDArray[np.float64], target: NDArray[np.float64]) -> QTransform:
    """Fit shift, turn and one scale between paired points by least squares.

    Points are taken as complex numbers, for which such a transform is z -> a z + b.

    Parameters
    ----------
    source : ndarray, shape (n, 2)
        Points to map, at least two of them different.
    target : ndarray, shape (n, 2)
        Where they should come to lie.

    Returns
    -------
    QTransform
        The transform with the smallest sum of squared distances.
    """
    p = source[:, 0] + 1j * source[:, 1]
    q = target[:, 0] + 1j * target[:, 1]
    from_middle = p - p.mean()
    a = complex(np.vdot(from_middle, q - q.mean()) / np.vdot(from_middle, from_middle))
    b = complex(q.mean() - a * p.mean())
    return QTransform(a.real, a.imag, -a.imag, a.real, b.real, b.imag)


def affine(matrix: NDArray[np.float64]) -> QTransform:
    """Return a matrix that maps (x, y, 1), shape (2, 3), as Qt has it."""
    (a, b, c), (d, e, f) = matrix.tolist()
    return QTransform(a, d, b, e, c, f)


def _within(scale: float) -> float:
    return min(max(scale, SMALLEST_SCALE), LARGEST_SCALE)
