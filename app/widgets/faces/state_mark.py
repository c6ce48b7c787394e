"""The mark of a face's state: a sign beside its word, so that colour never stands alone."""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from app.widgets.painting import paint_text
from app.widgets.terms import state_name
from core.types import FaceState

_SIGNS = {
    FaceState.UNKNOWN: "",
    FaceState.SUGGESTED: "?",
    FaceState.CONFIRMED: "✓",
    FaceState.REJECTED: "✗",
    FaceState.IGNORED: "–",
    FaceState.NOT_A_FACE: "∅",
}

_TINTS = {
    FaceState.SUGGESTED: "caution",
    FaceState.CONFIRMED: "accentHover",
    FaceState.REJECTED: "danger",
}


def state_sign(state: FaceState) -> str:
    """Return the sign of a state; empty for a face of which nothing was said."""
    return _SIGNS[state]


def state_words(state: FaceState, subject: str) -> str:
    """Return sign, word and name, such as "✓ confirmed: Collins"."""
    words = f"{state_sign(state)} {state_name(state)}".strip()
    return f"{words}: {subject}" if subject else words


def paint_state(painter: QPainter, area: QRect, state: FaceState, subject: str) -> None:
    """Paint the mark of a state in one line."""
    paint_text(painter, area, state_words(state, subject), tint=_TINTS.get(state, "muted"), size=12)
