"""What may be done to a picture: a fixed list, none of which invents anything."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AdjustmentParameter:
    """A number that an adjustment needs.

    Attributes
    ----------
    name : str
        Its name.
    minimum, maximum : float
        Both are allowed.
    default : float or None
        What is taken when it is not given; None when it must be given.
    unit : str
        In which unit it counts, empty for a plain number.
    whole : bool
        Whether it must be a whole number.
    choices : tuple of str
        What the whole numbers from 0 stand for, where they are names and no amounts.
    """

    name: str
    minimum: float
    maximum: float
    default: float | None
    unit: str = ""
    whole: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Adjustment:
    """One entry of the list.

    Attributes
    ----------
    name : str
        Its name, as it is stored with a picture.
    summary : str
        What it does, in one sentence.
    parameters : tuple of AdjustmentParameter
        What it needs.
    geometric : bool
        Whether places in the result differ from those in the picture.
    """

    name: str
    summary: str
    parameters: tuple[AdjustmentParameter, ...]
    geometric: bool = False
