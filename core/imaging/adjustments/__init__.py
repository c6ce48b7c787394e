"""Adjustments of a picture: a fixed list, deterministic, and never generative.

Each is a pure function of 8-bit RGB pixels and of numbers with a range and a default. None adds detail: every
pixel of a result is computed from pixels of the same picture by a rule that is written down here.
"""

from core.imaging.adjustments.listed import ADJUSTMENTS, adjust, adjustment, complete

__all__ = ["ADJUSTMENTS", "adjust", "adjustment", "complete"]
