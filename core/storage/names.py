"""What a name may be, whoever typed it."""

from __future__ import annotations

import unicodedata

from core.errors import UsageError

MAX_LENGTH = 200
"""Longest name, in Unicode characters after normalisation."""

_FORBIDDEN = {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"}
_DIRECTION_MARKS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def clean_name(what: str, name: str) -> str:
    """Return a name in the one form in which names are stored and compared.

    Parameters
    ----------
    what : str
        What is named, for the sentence: "gallery", "subject".
    name : str
        The name as it was typed.

    Returns
    -------
    str
        Unicode NFC, without white space at its ends.

    Raises
    ------
    UsageError
        If nothing is left, it is longer than `MAX_LENGTH`, or it holds characters that do not show: control
        characters, line separators, marks that turn the direction of writing around.
    """
    cleaned = unicodedata.normalize("NFC", name).strip()
    if not cleaned:
        raise UsageError(f"The name of a {what} must not be empty.")
    if len(cleaned) > MAX_LENGTH:
        raise UsageError(f"The name of a {what} must not be longer than {MAX_LENGTH} characters.")
    for character in cleaned:
        if unicodedata.category(character) in _FORBIDDEN or character in _DIRECTION_MARKS:
            raise UsageError(f"The name of a {what} must not hold the character U+{ord(character):04X}.")
    return cleaned


def fold(text: str) -> str:
    """Return text as it is compared when a listing is filtered: NFKC, without case."""
    return unicodedata.normalize("NFKC", text).casefold()


def storable(text: str) -> str:
    """Return text that every database can hold: a path that is no UTF-8 is written with escapes."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
