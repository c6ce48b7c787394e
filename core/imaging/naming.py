"""Names of files as a sentence can hold them: one line, no longer than a person reads."""

from __future__ import annotations

import re
from pathlib import Path

LONGEST = 80
"""Characters of a name that are shown; of a longer one the middle is left out."""

# Control characters, line separators, marks that turn the direction of writing, bytes that are no UTF-8.
_HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def shown_name(path: Path | None, otherwise: str = "The picture") -> str:
    r"""Return what a sentence calls a file.

    Parameters
    ----------
    path : Path or None
        The file.
    otherwise : str
        What to call it without a path.

    Returns
    -------
    str
        Its name. What would break the line, turn the writing around or not show stands as `\xNN` or
        `\uNNNN`.
    """
    if path is None:
        return otherwise
    name = path.name or str(path)
    if len(name) > LONGEST:
        name = f"{name[: LONGEST // 2]}…{name[-LONGEST // 2 + 1 :]}"
    return one_line(name)


def one_line(text: str) -> str:
    r"""Return text with its hidden characters as `\xNN` or `\uNNNN`, so that it cannot break a line."""
    return _HIDDEN.sub(lambda found: _escaped(ord(found[0])), text)


def _escaped(code: int) -> str:
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
