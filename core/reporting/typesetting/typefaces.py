"""The bundled typefaces, and which of them sets a character."""

from __future__ import annotations

import unicodedata
from functools import cache
from importlib.resources import files
from io import BytesIO

import uharfbuzz
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

SANS = "DejaVuSans"
BOLD = "DejaVuSans-Bold"
MONO = "DejaVuSansMono"

_EAST_ASIAN = "WenQuanYiMicroHei-Subset"
_BLOCKS = (
    (0x0900, 0x097F, "NotoSansDevanagari-Subset"),
    (0x0980, 0x09FF, "NotoSansBengali-Subset"),
    (0x0A00, 0x0A7F, "NotoSansGurmukhi-Subset"),
    (0x0B80, 0x0BFF, "NotoSansTamil-Subset"),
    (0x0E00, 0x0E7F, "NotoSansThai-Subset"),
    (0x2E80, 0x9FFF, _EAST_ASIAN),
    (0xAC00, 0xD7A3, _EAST_ASIAN),
    (0xF900, 0xFAFF, _EAST_ASIAN),
    (0xFE30, 0xFE4F, _EAST_ASIAN),
    (0xFF00, 0xFFEF, _EAST_ASIAN),
)
"""First and last code point of a block, and the typeface for what DejaVu does not have of it."""

_PRIVATE = range(0xE000, 0xF900)


@cache
def typeface(name: str) -> TTFont:
    """Return a bundled typeface, made known to reportlab under its own name.

    Glyphs that stand for no character of their own, such as ligatures, get one of the private use area, the
    same in every run of the program: reportlab can only set characters.

    Parameters
    ----------
    name : str
        Such as `SANS`.

    Returns
    -------
    TTFont
        The typeface.
    """
    font = TTFont(name, BytesIO(_data(name)))
    face, shaper = font.face, shaping_font(name)
    spelled = set(face.charToGlyph.values())
    free = (code for code in _PRIVATE if code not in face.charToGlyph)
    unspelled = (glyph for glyph in range(shaper.face.glyph_count) if glyph not in spelled)
    for glyph, code in zip(unspelled, free, strict=False):
        face.charToGlyph[code] = glyph
        face.charWidths[code] = font.pdfScale(shaper.get_glyph_h_advance(glyph))
    pdfmetrics.registerFont(font)
    return font


def register_typefaces() -> None:
    """Make the typefaces known that reportlab is asked for by name."""
    for name in (SANS, BOLD, MONO):
        typeface(name)


@cache
def shaping_font(name: str) -> uharfbuzz.Font:
    """Return a bundled typeface for HarfBuzz."""
    return uharfbuzz.Font(uharfbuzz.Face(_data(name)))


@cache
def characters_of(name: str) -> dict[int, str]:
    """Return for each glyph of a typeface the character that sets it."""
    return {glyph: chr(code) for code, glyph in sorted(typeface(name).face.charToGlyph.items(), reverse=True)}


@cache
def covers(name: str, character: str) -> bool:
    """Say whether a typeface has a character; private characters never count, since they mean nothing."""
    return ord(character) not in _PRIVATE and ord(character) in typeface(name).face.charToGlyph


@cache
def face_for(character: str, wanted: str) -> str | None:
    """Return the typeface that sets a character.

    Parameters
    ----------
    character : str
        One character.
    wanted : str
        The typeface of the text around it.

    Returns
    -------
    str or None
        The wanted typeface where it has the character, another one where only that has it, None where none
        has it.
    """
    if covers(wanted, character):
        return wanted
    if covers(SANS, character):
        return SANS
    code = ord(character)
    for first, last, name in _BLOCKS:
        if first <= code <= last:
            return name if covers(name, character) else None
    return None


@cache
def is_shaped(name: str) -> bool:
    """Say whether all text in a typeface has to be shaped: its characters change shape or order."""
    return name.startswith("NotoSans")


@cache
def joins(character: str) -> bool:
    """Say whether a character belongs to the one before it: a mark, or a joiner that spelling needs."""
    return unicodedata.category(character)[0] == "M" or character in "\u200c\u200d"


@cache
def _data(name: str) -> bytes:
    return files("resources").joinpath("fonts", f"{name}.ttf").read_bytes()
