"""The geometry of a face that is being drawn or changed."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF

SMALLEST_PX = 3.0

_TEMPLATE = ((0.31, 0.40), (0.69, 0.40), (0.50, 0.59), (0.35, 0.78), (0.65, 0.78))


@dataclass(frozen=True, slots=True)
class Grip:
    """What the pointer holds: a landmark, an edge or corner of the box, or the whole box.

    Attributes
    ----------
    landmark : int
        Index of the landmark, -1 for none.
    x, y : int
        -1 for the left or upper edge, 1 for the right or lower one, 0 for neither.
    """

    landmark: int = -1
    x: int = 0
    y: int = 0


class FaceSketch:
    """A box and five landmarks or none, in px of the picture; nothing leaves the picture.

    Parameters
    ----------
    bounds : QRectF
        The picture.
    box : QRectF, optional
        The box to begin with; an empty one when left out.
    landmarks : list of QPointF, optional
        Landmarks to begin with.
    """

    def __init__(
        self, bounds: QRectF, box: QRectF | None = None, landmarks: list[QPointF] | None = None
    ) -> None:
        self.bounds = bounds
        self.box = QRectF() if box is None else QRectF(box)
        self.landmarks = list(landmarks or ())
        self.active = -1

    @property
    def big_enough(self) -> bool:
        """Whether the box is more than a slip of the hand."""
        return min(self.box.width(), self.box.height()) >= SMALLEST_PX

    @property
    def step(self) -> float:
        """How far an arrow key goes: a sixteenth of the box, at least one px; half of that for a landmark."""
        whole = max(1.0, float(round(max(self.box.width(), self.box.height()) / 16)))
        return whole if self.active < 0 else whole / 2

    def place_box(self, visible: QRectF) -> None:
        """Put a box into the middle of what is visible of the picture."""
        area = visible.intersected(self.bounds)
        side = max(min(area.width(), area.height()) / 3, SMALLEST_PX)
        self.box = self._inside(
            QRectF(area.center().x() - side / 2, area.center().y() - side / 2, side, side)
        )

    def span(self, first: QPointF, second: QPointF) -> None:
        """Make the box reach from one corner to the opposite one."""
        self.box = QRectF(first, second).normalized().intersected(self.bounds)

    def template(self, index: int) -> QPointF:
        """Return where a landmark usually lies in the box."""
        x, y = _TEMPLATE[index]
        return QPointF(self.box.x() + x * self.box.width(), self.box.y() + y * self.box.height())

    def place_landmarks(self) -> None:
        """Put all five landmarks where they usually lie."""
        self.landmarks = [self.template(index) for index in range(5)]

    def cycle(self, forward: bool) -> None:
        """Go from the box to the first landmark, from each to the next one, and back to the box."""
        parts = len(self.landmarks) + 1
        self.active = (self.active + 1 + (1 if forward else -1)) % parts - 1

    def move(self, dx: float, dy: float) -> None:
        """Move the active landmark, or the box with its landmarks."""
        if self.active >= 0:
            self.put_landmark(self.active, self.landmarks[self.active] + QPointF(dx, dy))
            return
        before = self.box.topLeft()
        self.box = self._inside(self.box.translated(dx, dy))
        shift = self.box.topLeft() - before
        self.landmarks = [point + shift for point in self.landmarks]

    def grow(self, dw: float, dh: float) -> None:
        """Move the right and the lower edge of the box."""
        right = min(max(self.box.right() + dw, self.box.left() + SMALLEST_PX), self.bounds.right())
        bottom = min(max(self.box.bottom() + dh, self.box.top() + SMALLEST_PX), self.bounds.bottom())
        self.box = QRectF(self.box.topLeft(), QPointF(right, bottom))

    def put_landmark(self, index: int, point: QPointF) -> None:
        """Put a landmark at a point of the picture."""
        self.landmarks[index] = self.clipped(point)

    def clipped(self, point: QPointF) -> QPointF:
        """Return the point of the picture that is nearest to a point."""
        area = self.bounds
        return QPointF(
            min(max(point.x(), area.left()), area.right()), min(max(point.y(), area.top()), area.bottom())
        )

    def grip_at(self, point: QPointF, reach: float) -> Grip | None:
        """Return what lies within reach of a point: a landmark before an edge before the box."""
        for index, landmark in enumerate(self.landmarks):
            if (landmark - point).manhattanLength() <= reach:
                return Grip(landmark=index)
        if not self.box.adjusted(-reach, -reach, reach, reach).contains(point):
            return None
        x = _edge(point.x(), self.box.left(), self.box.right(), reach)
        y = _edge(point.y(), self.box.top(), self.box.bottom(), reach)
        return Grip(x=x, y=y)

    def pull(self, grip: Grip, start: QPointF, point: QPointF, before: FaceSketch) -> None:
        """Follow the pointer that holds a grip.

        Parameters
        ----------
        grip : Grip
            What it holds.
        start, point : QPointF
            Where it was pressed, and where it is.
        before : FaceSketch
            The face when it was pressed.
        """
        shift = point - start
        if grip.landmark >= 0:
            self.active = grip.landmark
            self.put_landmark(grip.landmark, before.landmarks[grip.landmark] + shift)
        elif not grip.x and not grip.y:
            self.active = -1
            self.box, self.landmarks = QRectF(before.box), list(before.landmarks)
            self.move(shift.x(), shift.y())
        else:
            self.active = -1
            self.box = self._pulled(grip, shift, before.box)

    def copy(self) -> FaceSketch:
        """Return the same face, to compare with or go back to."""
        return FaceSketch(self.bounds, self.box, self.landmarks)

    def _pulled(self, grip: Grip, shift: QPointF, box: QRectF) -> QRectF:
        left, top, right, bottom = box.left(), box.top(), box.right(), box.bottom()
        if grip.x < 0:
            left = min(max(left + shift.x(), self.bounds.left()), right - SMALLEST_PX)
        elif grip.x > 0:
            right = max(min(right + shift.x(), self.bounds.right()), left + SMALLEST_PX)
        if grip.y < 0:
            top = min(max(top + shift.y(), self.bounds.top()), bottom - SMALLEST_PX)
        elif grip.y > 0:
            bottom = max(min(bottom + shift.y(), self.bounds.bottom()), top + SMALLEST_PX)
        return QRectF(QPointF(left, top), QPointF(right, bottom))

    def _inside(self, box: QRectF) -> QRectF:
        area = self.bounds
        left = min(max(box.left(), area.left()), max(area.right() - box.width(), area.left()))
        top = min(max(box.top(), area.top()), max(area.bottom() - box.height(), area.top()))
        return QRectF(left, top, box.width(), box.height())


def _edge(value: float, low: float, high: float, reach: float) -> int:
    if abs(value - low) <= reach and abs(value - low) <= abs(value - high):
        return -1
    return 1 if abs(value - high) <= reach else 0
