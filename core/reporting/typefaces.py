"""The bundled typefaces, and text made fit to be set in them."""

from __future__ import annotations

import unicodedata
from functools import cache
from importlib.resources import as_file, files
from xml.sax.saxutils import escape

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from core.reporting.wording import count

SANS = "DejaVuSans"
BOLD = "DejaVuSans-Bold"
MONO = "DejaVuSansMono"

_UNSET_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_LINE = 80
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})


@cache
def register_typefaces() -> None:
    """Make the bundled fonts known to reportlab under their own names."""
    for name in (SANS, BOLD, MONO):
        with as_file(files("resources").joinpath("fonts", f"{name}.ttf")) as path:
            pdfmetrics.registerFont(TTFont(name, str(path)))
    pdfmetrics.registerFontFamily(SANS, normal=SANS, bold=BOLD, italic=SANS, boldItalic=BOLD)


def legible(text: str, limit: int | None = None, *, lines: bool = False) -> str:
    """Replace what cannot be set by its code point, so that nothing is lost without a trace.

    Letters and marks are composed (NFC) first. Control and format characters are replaced as well, among
    them those that would reverse the direction of the text around them; so is writing from right to left,
    which would be set in the wrong order.

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
        Text that both the regular and the bold typeface can set.
    """
    covered = _coverage()
    composed = unicodedata.normalize("NFC", text)
    if lines:
        composed = composed.replace("\r\n", "\n").replace("\r", "\n")
    pieces: list[str] = []
    length = 0
    for position, character in enumerate(composed):
        keep = (lines and character == "\n") or _settable(character, covered)
        piece = character if keep else f"[U+{ord(character):04X}]"
        length += _LINE if piece == "\n" else len(piece)
        if limit is not None and length > limit:
            pieces.append(f"… ({count(len(composed) - position, 'more character')})")
            break
        pieces.append(piece)
    return "".join(pieces)


def markup(text: str, limit: int | None = None, *, lines: bool = False) -> str:
    """Return legible text escaped for a reportlab paragraph.

    Parameters
    ----------
    text : str
        Any text; what looks like a tag stays text.
    limit : int, optional
        As for :func:`legible`.
    lines : bool
        As for :func:`legible`.

    Returns
    -------
    str
        Markup.
    """
    return escape(legible(text, limit, lines=lines)).replace("\n", "<br/>")


def _settable(character: str, covered: frozenset[int]) -> bool:
    return (
        ord(character) in covered
        and unicodedata.category(character) not in _UNSET_CATEGORIES
        and unicodedata.bidirectional(character) not in _RIGHT_TO_LEFT
    )


@cache
def _coverage() -> frozenset[int]:
    register_typefaces()
    regular, bold = (pdfmetrics.getFont(name).face.charToGlyph for name in (SANS, BOLD))
    return frozenset(regular) & frozenset(bold)
