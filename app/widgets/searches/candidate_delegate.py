"""How a candidate looks in its list."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from app.widgets.painting import item_of, paint_background, paint_picture, paint_text, picture_of
from app.widgets.theme import band_colour, colour, icon
from core.types import Candidate, ShownCandidate, Verdict

Index = QModelIndex | QPersistentModelIndex

_NUMBER = 72
_GAP = 124
_ICON = 14


class CandidateDelegate(QStyledItemDelegate):
    """A candidate as a row: picture, title, gallery, recognizability, similarity, what was said of it.

    The words come from the model (`UserRole + 1`), so that a row paints no more than it may say.
    """

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return a row of 96 px."""
        return QSize(320, 96)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint the row."""
        shown = item_of(index)
        lines = index.data(Qt.ItemDataRole.UserRole + 1)
        if not isinstance(shown, ShownCandidate) or not isinstance(lines, dict):
            return
        painter.save()
        paint_background(painter, option)
        row: QRect = option.rect
        paint_picture(painter, QRect(row.left() + 12, row.top() + 8, 80, 80), picture_of(index))
        line = QRect(row.left() + 104, row.top() + 8, row.width() - 120, 20)
        tint = "muted" if shown.verdict is Verdict.REJECTED else "text"
        taken = 0 if shown.candidate is None else _NUMBER
        title = line.adjusted(0, 0, -taken, 0)
        paint_text(painter, title, lines["title"], size=14, bold=True, tint=tint)
        if shown.candidate is not None:
            gallery = line.translated(0, 20).adjusted(0, 0, -_GAP, 0)
            paint_text(painter, gallery, lines["gallery"], tint="muted", size=12)
            _paint_measure(painter, line.translated(0, 40), shown.candidate, lines["measure"])
            _paint_similarity(painter, line, shown.candidate, lines["gap"])
        _paint_mark(painter, line.translated(0, 60), shown, lines["mark"])
        painter.restore()


def _paint_measure(painter: QPainter, area: QRect, candidate: Candidate, words: str) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(band_colour(candidate.band))
    painter.drawRoundedRect(QRect(area.left(), area.center().y() - 4, 9, 9), 2, 2)
    paint_text(painter, area.adjusted(14, 0, 0, 0), words, tint="muted", size=12)


def _paint_similarity(painter: QPainter, line: QRect, candidate: Candidate, gap: str) -> None:
    number = QRect(line.right() - _NUMBER, line.top(), _NUMBER, 20)
    paint_text(painter, number, f"{candidate.similarity:.3f}", size=18, bold=True, right=True)
    track = QRect(number.left() + 12, number.bottom() + 4, _NUMBER - 12, 4)
    painter.fillRect(track, colour("line"))
    share = max(0.0, min(candidate.similarity, 1.0))
    painter.fillRect(QRect(track.left(), track.top(), round(track.width() * share), 4), colour("accent"))
    below = QRect(line.right() - _GAP, track.bottom() + 2, _GAP, 16)
    paint_text(painter, below, gap, tint="muted", size=11, right=True)


def _paint_mark(painter: QPainter, area: QRect, shown: ShownCandidate, words: str) -> None:
    if not words:
        return
    good = shown.verdict is Verdict.SHORTLISTED
    tint = "accent" if good else "caution"
    place = QRect(area.left() - 2, area.center().y() - _ICON // 2, _ICON, _ICON)
    icon("shortlist" if good else "reject", tint).paint(painter, place)
    paint_text(painter, area.adjusted(_ICON + 2, 0, 0, 0), words, tint=tint, size=12)
