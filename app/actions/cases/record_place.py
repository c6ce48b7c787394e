"""Where the examiner is among the pictures, as one line of text."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class RecordPlace:
    """A place on the page on which pictures are examined.

    Attributes
    ----------
    picture_id, face_id : int
        The picture and the face on show, 0 for none.
    grid : bool
        Whether all faces are shown as a grid.
    order : str
        What they are sorted by.
    descending : bool
        Whether the highest comes first.
    state, band : str
        Which are shown.
    """

    picture_id: int = 0
    face_id: int = 0
    grid: bool = False
    order: str = ""
    descending: bool = True
    state: str = ""
    band: str = ""

    def as_text(self) -> str:
        """Return it as one line."""
        return json.dumps(asdict(self), sort_keys=True)


def place_from_text(text: str) -> RecordPlace | None:
    """Return the place that a line names, None when it names none."""
    try:
        return RecordPlace(**json.loads(text))
    except (ValueError, TypeError):
        return None
