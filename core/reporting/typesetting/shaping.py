"""Pieces of a line: characters of one typeface and direction, shaped where their script needs it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import uharfbuzz
from reportlab.pdfbase import pdfmetrics

from core.reporting.typesetting.legible import BOX
from core.reporting.typesetting.typefaces import (
    characters_of,
    face_for,
    is_shaped,
    joins,
    shaping_font,
    typeface,
)


@dataclass(frozen=True, slots=True)
class Glyph:
    """A glyph in its place, lengths in thousandths of the type size.

    Attributes
    ----------
    character : str
        The character by which its typeface sets it.
    advance : float
        From its origin to that of the next glyph.
    x, y : float
        Where it stands, seen from its origin.
    """

    character: str
    advance: float
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters that are set together and never reordered among each other.

    Attributes
    ----------
    text : str
        In the order of reading.
    face : str
        The typeface.
    level : int
        Embedding level; odd from right to left.
    breaks : bool
        Whether a line may end after it.
    glyphs : tuple of Glyph or None
        From left to right; None where each character is set as it is.
    """

    text: str
    face: str
    level: int
    breaks: bool
    glyphs: tuple[Glyph, ...] | None

    @property
    def blank(self) -> bool:
        """Whether it is white space."""
        return self.text.isspace()

    def width(self, size: float) -> float:
        """Return its width at a type size, in the unit of the size."""
        if self.glyphs is None:
            return float(pdfmetrics.stringWidth(self.text, self.face, size))
        return sum(glyph.advance for glyph in self.glyphs) * size / 1000

    def clusters(self) -> list[str]:
        """Return its characters, each with the marks that belong to it."""
        found: list[str] = []
        for character in self.text:
            if found and joins(character):
                found[-1] += character
            else:
                found.append(character)
        return found

    def part(self, text: str) -> Piece:
        """Return a piece of the same kind with a part of its text, after which a line may end."""
        return piece(text, self.face, self.level, breaks=True)


def piece(text: str, face: str, level: int, *, breaks: bool) -> Piece:
    """Set characters of one typeface and level.

    Parameters
    ----------
    text : str
        In the order of reading.
    face : str
        A typeface that has all of them.
    level : int
        Embedding level.
    breaks : bool
        Whether a line may end after it.

    Returns
    -------
    Piece
        Shaped, where the typeface, the direction or marks ask for it.
    """
    typeface(face)
    needed = bool(level % 2) or is_shaped(face) or any(joins(character) for character in text)
    glyphs = _shape(text, face, level) if needed and not text.isspace() else None
    return Piece(text, face, level, breaks, glyphs)


def runs(text: str, face: str, levels: list[int]) -> Iterator[tuple[str, str, int]]:
    """Cut text where its typeface or its level changes.

    Parameters
    ----------
    text : str
        Legible text.
    face : str
        The typeface it is wanted in.
    levels : list of int
        Embedding level of each character.

    Yields
    ------
    tuple of (str, str, int)
        Text, typeface and level.
    """
    start, current = 0, ("", 0)
    for place, character in enumerate(text):
        if place > start and joins(character) and _holds(current[0], character):
            continue
        found = (face_for(character, face) or face_for(BOX, face) or face, levels[place])
        if place > start and found != current:
            yield text[start:place], *current
            start = place
        current = found
    if text:
        yield text[start:], *current


def _holds(face: str, character: str) -> bool:
    return character in "\u200c\u200d" or face_for(character, face) == face


@lru_cache(maxsize=4096)
def _shape(text: str, face: str, level: int) -> tuple[Glyph, ...]:
    font, scale = shaping_font(face), typeface(face).pdfScale
    buffer = uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    buffer.direction = "rtl" if level % 2 else "ltr"
    uharfbuzz.shape(font, buffer)
    spelled = characters_of(face)
    return tuple(
        Glyph(spelled[info.codepoint], scale(place.x_advance), scale(place.x_offset), scale(place.y_offset))
        for info, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True)
    )


def is_ideograph(character: str) -> bool:
    """Say whether lines may end before and after a character, as they may in Chinese and Japanese."""
    return unicodedata.east_asian_width(character) in "WF" and not "\uac00" <= character <= "\ud7a3"
