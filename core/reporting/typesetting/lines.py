"""Paragraphs cut into lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.reporting.typesetting.directions import base_level, levels, visual_order
from core.reporting.typesetting.shaping import Piece, is_ideograph, piece, runs

NOT_FIRST = frozenset("、。，．：；？！）］｝」』】〉》〕’”々ーァィゥェォッャュョぁぃぅぇぉっゃゅょ・…")
"""East Asian characters that no line begins with."""

NOT_LAST = frozenset("（［｛「『【〈《〔‘“")
"""East Asian characters that no line ends with."""

_CHUNK = re.compile(r"\s|[^\s]+")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a paragraph.

    Attributes
    ----------
    pieces : tuple of Piece
        From left to right.
    width : float
        Of all pieces together.
    base : int
        Level of the paragraph: 1 where it is read from right to left.
    """

    pieces: tuple[Piece, ...]
    width: float
    base: int


def pieces_of(spans: Iterable[tuple[str, str]], base: int | None) -> tuple[int, list[Piece]]:
    """Cut a paragraph into pieces, in the order of reading.

    Parameters
    ----------
    spans : iterable of (str, str)
        Legible text without line breaks, and the typeface it is wanted in.
    base : int or None
        Level of the paragraph; that of its first letter when None.

    Returns
    -------
    tuple of int and list of Piece
        The level of the paragraph, and its pieces.
    """
    given = list(spans)
    text = "".join(one for one, _ in given)
    outer = base_level(text) if base is None else base
    found = levels(text, outer)
    pieces: list[Piece] = []
    start = 0
    for part, wanted in given:
        for run, face, level in runs(part, wanted, found[start : start + len(part)]):
            pieces += _words(run, face, level)
        start += len(part)
    return outer, pieces


def fit(pieces: Sequence[Piece], size: float, widths: tuple[float, float], base: int) -> list[Line]:
    """Cut a paragraph into lines that are as full as they can be.

    Parameters
    ----------
    pieces : sequence of Piece
        In the order of reading.
    size : float
        Type size.
    widths : tuple of (float, float)
        Space of the first line, and of the others.
    base : int
        Level of the paragraph.

    Returns
    -------
    list of Line
        At least one.
    """
    lines: list[list[Piece]] = [[]]
    used = 0.0
    for word in _unbroken(pieces):
        wide = sum(one.width(size) for one in word if not one.blank)
        if used and used + wide > widths[len(lines) > 1]:
            lines.append([])
            used = 0.0
        if wide > widths[len(lines) > 1]:
            *full, word = _cut(word, size, widths[len(lines) > 1])
            for part in full:
                lines[-1] += part
                lines.append([])
        lines[-1] += word
        used += sum(one.width(size) for one in word)
    return [_set(line, size, base) for line in lines]


def _words(run: str, face: str, level: int) -> list[Piece]:
    found = []
    for chunk in _CHUNK.findall(run):
        if chunk.isspace():
            found.append(piece(" ", face, level, breaks=True))
            continue
        start = 0
        for place in range(1, len(chunk)):
            if _may_break(chunk[place - 1], chunk[place]):
                found.append(piece(chunk[start:place], face, level, breaks=True))
                start = place
        found.append(piece(chunk[start:], face, level, breaks=is_ideograph(chunk[-1])))
    return found


def _may_break(before: str, after: str) -> bool:
    either = is_ideograph(before) or is_ideograph(after)
    return either and after not in NOT_FIRST and before not in NOT_LAST


def _unbroken(pieces: Sequence[Piece]) -> Iterable[list[Piece]]:
    """Yield the stretches of pieces between which lines may end, each with the white space after it."""
    word: list[Piece] = []
    for place, one in enumerate(pieces):
        word.append(one)
        following = pieces[place + 1] if place + 1 < len(pieces) else None
        if one.breaks and not (following and (following.blank or following.text[0] in NOT_FIRST)):
            yield word
            word = []
    if word:
        yield word


def _cut(word: list[Piece], size: float, width: float) -> list[list[Piece]]:
    """Cut a stretch that is wider than a line between characters."""
    lines: list[list[Piece]] = [[]]
    room = width
    for one in word:
        rest = one.clusters()
        while rest:
            count = _that_fit(one, rest, size, room)
            if count == 0 and lines[-1]:
                lines.append([])
                room = width
                continue
            part = one.part("".join(rest[: max(count, 1)]))
            lines[-1].append(part)
            room -= part.width(size)
            del rest[: max(count, 1)]
    return lines


def _that_fit(one: Piece, clusters: list[str], size: float, room: float) -> int:
    low, high = 0, len(clusters)
    while low < high:
        middle = (low + high + 1) // 2
        if one.part("".join(clusters[:middle])).width(size) <= room:
            low = middle
        else:
            high = middle - 1
    return low


def _set(line: list[Piece], size: float, base: int) -> Line:
    end = len(line)
    while end and line[end - 1].blank:
        end -= 1
    kept = line[:end]
    ordered = tuple(kept[i] for i in visual_order([one.level for one in kept]))
    return Line(ordered, sum(one.width(size) for one in ordered), base)
