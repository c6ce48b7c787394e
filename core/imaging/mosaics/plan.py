"""What mosaics look like: all shares and ranges in one place."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MosaicPlan:
    """How pictures with faces are put together.

    Attributes
    ----------
    width, height : int
        Size of a picture in px.
    smallest, largest : float
        Sides of faces in px (square root of the area of the box), drawn evenly on a logarithmic scale.
    small : float
        Share of faces whose side is drawn from `smallest` up to `small_limit` only.
    small_limit : float
        Where small faces end, in px.
    most_faces : int
        Faces that are placed on one picture at most; blocks of frames count as one.
    empty : float
        Share of pictures on which no face is placed.
    plain : float
        Share of pictures whose background is made up instead of photographed.
    block : float
        Share of pictures that also hold a block of whole photographs side by side.
    enlarged : float
        Share of pictures that are made at half their size and then enlarged, as a detector enlarges what
        it looks at twice. Their faces measure `smallest` to `largest` before.
    turned : float
        Share of faces that lean, are resampled twice, and may be blurred on their own.
    far_turned : float
        Share of those that lean by tens of degrees instead of a few.
    occluded : float
        Share of faces of which a part is covered.
    strength : float
        How poor pictures may get: 1 is for training, 0 adds no blur, noise, compression or change of light.
    """

    width: int = 320
    height: int = 320
    smallest: float = 6.0
    largest: float = 200.0
    small: float = 0.5
    small_limit: float = 32.0
    most_faces: int = 10
    empty: float = 0.1
    plain: float = 0.25
    block: float = 0.15
    enlarged: float = 0.4
    turned: float = 0.5
    far_turned: float = 0.2
    occluded: float = 0.15
    strength: float = 1.0
