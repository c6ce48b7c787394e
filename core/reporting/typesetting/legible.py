"""Text of any origin made fit to be set, so that nothing is lost without a trace."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from core.reporting.typesetting.typefaces import SANS, face_for, is_shaped
from core.reporting.wording import count

BOX = "\u25a1"
"""What stands for a character that no bundled typeface has."""

_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_JOINERS = "\u200c\u200d"
_LINE = 80


def legible(text: str, limit: int | None = None, *, lines: bool = False) -> str:
    """Replace what cannot be set: by its code point if it does not show, by a box if no typeface has it.

    Letters and marks are composed (NFC) first. Control and format characters do not show, among them those
    that would turn the direction of the text around them. The joiners that Persian and the scripts of India
    are spelled with stay between letters of these.

    Parameters
    ----------
    text : str
        Any text, also one with lone surrogates from an undecodable file name.
    limit : int, optional
        Longest result in characters, a line break counting as 80; the rest is counted, not shown.
    lines : bool
        Keep line breaks instead of replacing them.

    Returns
    -------
    str
        Text that the bundled typefaces can set.
    """
    composed = unicodedata.normalize("NFC", text)
    if lines:
        composed = composed.replace("\r\n", "\n").replace("\r", "\n")
    pieces: list[str] = []
    length = 0
    for position, character in enumerate(composed):
        piece = character if lines and character == "\n" else _shown(composed, position)
        length += _LINE if piece == "\n" else len(piece)
        if limit is not None and length > limit:
            pieces.append(f"… ({count(len(composed) - position, 'more character')})")
            break
        pieces.append(piece)
    return "".join(pieces)


def boxed_characters(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the characters that are shown as a box because no bundled typeface has them.

    Parameters
    ----------
    texts : iterable of str
        What is set.

    Returns
    -------
    tuple of str
        Each of them once, in the order of Unicode.
    """
    found = {character for text in texts for character in unicodedata.normalize("NFC", text)}
    return tuple(sorted(one for one in found if _has_shape(one) and face_for(one, SANS) is None))


def _shown(text: str, position: int) -> str:
    character = text[position]
    if not _has_shape(character):
        joined = character in _JOINERS and _joined(text[position - 1 : position])
        return character if joined else f"[U+{ord(character):04X}]"
    return character if face_for(character, SANS) else BOX


def _has_shape(character: str) -> bool:
    return unicodedata.category(character) not in _INVISIBLE


def _joined(before: str) -> bool:
    """Say whether a joiner may follow on a character."""
    if not before:
        return False
    face = face_for(before, SANS)
    return face is not None and (is_shaped(face) or unicodedata.bidirectional(before) in ("AL", "NSM"))
