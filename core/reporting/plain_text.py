"""Text of any origin made fit for files that people open: nothing in it acts, and nothing hides."""

from __future__ import annotations

import unicodedata

_UNSHOWN = frozenset({"Cc", "Cs", "Co", "Cn", "Zl", "Zp"})
_JOINERS = "\u200c\u200d"
"""Format characters that Persian and the scripts of India need to be spelled."""

FORMULA = "=+-@\t＝＋－＠"
"""What a spreadsheet may take for the beginning of a formula."""


def visible(text: str, *, lines: bool = False) -> str:
    """Replace characters that do not show by their code points, such as [U+202E].

    Among them are control characters, lone surrogates of undecodable file names, and marks that turn the
    direction of the writing around them.

    Parameters
    ----------
    text : str
        Any text.
    lines : bool
        Keep line breaks.

    Returns
    -------
    str
        Text in Unicode NFC that UTF-8 can encode.
    """
    composed = unicodedata.normalize("NFC", text)
    if lines:
        composed = composed.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        one if (lines and one == "\n") or _shows(one) else f"[U+{ord(one):04X}]" for one in composed
    )


def cell(text: str) -> str:
    """Return text for a cell of a table that a spreadsheet will not take for a formula.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    str
        Text as :func:`visible` returns it, after an apostrophe where it would begin like a formula.
    """
    shown = visible(text)
    return f"'{shown}" if text.lstrip(" ")[:1] in tuple(FORMULA) else shown


def _shows(character: str) -> bool:
    category = unicodedata.category(character)
    return character in _JOINERS if category == "Cf" else category not in _UNSHOWN
