"""What was judged of a pair before, and whether examiners disagree."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from app.widgets.compare.comparison_terms import conclusion_name
from app.widgets.text import TextLabel
from app.widgets.theme import SPACING
from core.types import Judgement

_translate = QCoreApplication.translate


class JudgementList(QFrame):
    """The judgements of one pair, latest first.

    Parameters
    ----------
    parent : QWidget, optional
        Parent widget.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self._lines: list[TextLabel] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(SPACING, SPACING, SPACING, SPACING)
        self._layout.setSpacing(SPACING)
        self._layout.addWidget(TextLabel(self.tr("Judgements of this pair"), "sectionTitle"))
        self.show_judgements(())

    @property
    def lines(self) -> tuple[str, ...]:
        """What is listed."""
        return tuple(line.text() for line in self._lines)

    def show_judgements(self, judgements: Sequence[Judgement]) -> None:
        """List judgements, which come oldest first."""
        for line in self._lines:
            self._layout.removeWidget(line)
            line.deleteLater()
        texts = [judgement_line(one) for one in reversed(judgements)] or [self.tr("None so far.")]
        self._lines = [TextLabel(text, "muted", wrap=True) for text in texts]
        for line in self._lines:
            self._layout.addWidget(line)


def judgement_line(judgement: Judgement) -> str:
    """Return when, by whom, what was concluded, and what it was concluded on."""
    when = judgement.created.astimezone().strftime("%Y-%m-%d %H:%M")
    who = judgement.examiner
    if judgement.second:
        who = _translate("JudgementList", "{0}, verifying").format(who)
    said = "" if judgement.conclusion is None else conclusion_name(judgement.conclusion)
    parts = [when, who, said]
    if not judgement.on_original:
        parts.append(_translate("JudgementList", "not on the original pictures"))
    if judgement.features:
        parts.append(_translate("JudgementList", "{0} parts described").format(len(judgement.features)))
    if judgement.note:
        parts.append(judgement.note)
    return " · ".join(parts)


def disagreement(judgements: Sequence[Judgement]) -> str:
    """Return a sentence when the latest conclusions of different examiners are not the same, or nothing."""
    latest = {one.examiner: one.conclusion for one in judgements if one.conclusion is not None}
    if len(set(latest.values())) < 2:
        return ""
    said = "; ".join(f"{examiner}: {conclusion_name(conclusion)}" for examiner, conclusion in latest.items())
    return _translate("JudgementList", "The examiners do not agree. {0}. Both stay on record.").format(said)
