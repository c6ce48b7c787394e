"""The direction of writing: the Unicode bidirectional algorithm (UAX 9) for text without direction marks.

Marks that embed, override or isolate are never set, since :mod:`core.reporting.typesetting.legible` shows
their code points instead; so the rules X1 to X10 of the algorithm have nothing to do here.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

_NUMBERS = frozenset({"EN", "AN"})
_NEUTRAL = frozenset({"B", "S", "WS", "ON"})
_KNOWN = frozenset({"L", "R", "AL", "ES", "ET", "CS", "NSM", *_NUMBERS, *_NEUTRAL})
_PAIRS = ("()", "[]", "{}", "⟨⟩", "⟪⟫", "⁅⁆", "〈〉", "《》", "「」", "『』", "【】", "〔〕", "（）", "［］")
_OPENING = {pair[0]: pair[1] for pair in _PAIRS}
_CLOSING = frozenset(_OPENING.values())


def base_level(text: str) -> int:
    """Return 1 if the first letter of a text is written from right to left, else 0 (rules P2 and P3)."""
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind in ("R", "AL"):
            return 1
        if kind == "L":
            return 0
    return 0


def levels(text: str, base: int) -> list[int]:
    """Return the embedding level of each character: odd ones are set from right to left.

    Parameters
    ----------
    text : str
        A paragraph.
    base : int
        The level of the paragraph, 0 or 1.

    Returns
    -------
    list of int
        From 0 to 2.
    """
    outer = "R" if base else "L"
    kinds = _weak(text, outer)
    _brackets(text, kinds, outer)
    _neutral(kinds, outer)
    if base:
        return [1 if kind == "R" else 2 for kind in kinds]
    return [{"L": 0, "R": 1}.get(kind, 2) for kind in kinds]


def visual_order(line: Sequence[int]) -> list[int]:
    """Return the indices of a line's elements from left to right (rule L2).

    Parameters
    ----------
    line : sequence of int
        The level of each element, in the order of reading.

    Returns
    -------
    list of int
        A permutation.
    """
    order = list(range(len(line)))
    for level in range(max(line, default=0), 0, -1):
        start = 0
        while start < len(order):
            end = start
            while end < len(order) and line[order[end]] >= level:
                end += 1
            order[start:end] = reversed(order[start:end])
            start = end + 1
    return order


def _weak(text: str, outer: str) -> list[str]:
    """Resolve marks, numbers and their separators (rules W1 to W7)."""
    kinds = []
    before, letter = outer, outer
    for character in text:
        kind = unicodedata.bidirectional(character)
        kind = "NSM" if kind == "BN" else kind if kind in _KNOWN else "ON"
        if kind == "NSM":
            kind = before
        before = kind
        if kind in ("L", "R", "AL"):
            letter = kind
        kinds.append("AN" if kind == "EN" and letter == "AL" else kind)
    for i in range(1, len(kinds) - 1):
        left, kind, right = kinds[i - 1 : i + 2]
        if left == right and ((kind == "ES" and left == "EN") or (kind == "CS" and left in _NUMBERS)):
            kinds[i] = left
    for start, end in _runs(kinds, frozenset({"ET"})):
        if "EN" in (kinds[start - 1 : start] + kinds[end : end + 1]):
            kinds[start:end] = ["EN"] * (end - start)
    letter = outer
    for i, kind in enumerate(kinds):
        if kind in ("L", "R", "AL"):
            letter = "L" if kind == "L" else "R"
            kinds[i] = letter
        elif kind in ("ES", "ET", "CS"):
            kinds[i] = "ON"
        elif kind == "EN" and letter == "L":
            kinds[i] = "L"
    return kinds


def _brackets(text: str, kinds: list[str], outer: str) -> None:
    """Give both brackets of a pair the direction of what they hold or follow (rule N0)."""
    for start, end in sorted(_pairs(text, kinds)):
        inside = {_strong(kind) for kind in kinds[start + 1 : end]} & {"L", "R"}
        if not inside:
            continue
        if outer in inside:
            found = outer
        else:
            strong = (_strong(kind) for kind in reversed(kinds[:start]))
            found = next((kind for kind in strong if kind in ("L", "R")), outer)
        for place in (start, end):
            kinds[place] = found
            after = place + 1
            while after < len(kinds) and unicodedata.bidirectional(text[after]) == "NSM":
                kinds[after] = found
                after += 1


def _pairs(text: str, kinds: Sequence[str]) -> list[tuple[int, int]]:
    found = []
    open_brackets: list[tuple[str, int]] = []
    for place, character in enumerate(text):
        if kinds[place] != "ON":
            continue
        if character in _OPENING:
            open_brackets.append((_OPENING[character], place))
        elif character in _CLOSING:
            for depth in range(len(open_brackets) - 1, -1, -1):
                if open_brackets[depth][0] == character:
                    found.append((open_brackets[depth][1], place))
                    del open_brackets[depth:]
                    break
    return found


def _neutral(kinds: list[str], outer: str) -> None:
    """Give what has no direction that of its neighbours where they agree, else the outer one (N1, N2)."""
    for start, end in _runs(kinds, _NEUTRAL):
        left = _strong(kinds[start - 1]) if start else outer
        right = _strong(kinds[end]) if end < len(kinds) else outer
        kinds[start:end] = [left if left == right else outer] * (end - start)


def _strong(kind: str) -> str:
    return "R" if kind in _NUMBERS else kind


def _runs(kinds: Sequence[str], wanted: frozenset[str]) -> list[tuple[int, int]]:
    """Return start and end of each longest run of some kinds."""
    runs = []
    start = None
    for place, kind in enumerate([*kinds, ""]):
        if kind in wanted and start is None:
            start = place
        elif kind not in wanted and start is not None:
            runs.append((start, place))
            start = None
    return runs
