"""The words for what was said of a probe and of the places of a candidate list."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from app.widgets.compare.comparison_terms import component_name, conclusion_name, suitability_name
from core.types import Component, FeatureNote, Judgement, Suitability, Verdict
from core.workspace import SearchAnswer

_translate = QCoreApplication.translate


def suitability_meaning(suitability: Suitability) -> str:
    """Return what an examiner says with a suitability, in one sentence."""
    return {
        Suitability.SUITABLE: _translate("judging", "Enough of the face can be seen to compare it"),
        Suitability.LIMITED: _translate("judging", "Some of the face can be compared, with care"),
        Suitability.UNSUITABLE: _translate("judging", "Too little of the face can be seen to compare it"),
    }[suitability]


def verdict_name(verdict: Verdict) -> str:
    """Return a verdict on a candidate in a word."""
    return {
        Verdict.SHORTLISTED: _translate("judging", "shortlisted"),
        Verdict.REJECTED: _translate("judging", "rejected"),
    }[verdict]


def answer_words(answer: SearchAnswer) -> str:
    """Return what became of a search in a few words."""
    if answer.hidden:
        return _translate("judging", "to be judged")
    if answer.nobody_suitable:
        return _translate("judging", "nobody suitable")
    counts = (
        (answer.compared, _translate("judging", "{0} compared")),
        (answer.shortlisted, _translate("judging", "{0} shortlisted")),
        (answer.rejected, _translate("judging", "{0} rejected")),
    )
    return ", ".join(words.format(count) for count, words in counts if count)


def judgement_line(judgement: Judgement) -> str:
    """Return a judgement as one line: of what, by whom, what was said."""
    who = _translate("judging", "{0}, verifying") if judgement.second else "{0}"
    said = [_answer(judgement), *_visible(judgement.features), judgement.note]
    if judgement.rank:
        words = _translate("judging", "Rank {2} compared by {0}: {1}")
    else:
        words = _translate("judging", "Probe judged by {0}: {1}")
    return words.format(who.format(judgement.examiner), "; ".join(filter(None, said)), judgement.rank)


def _answer(judgement: Judgement) -> str:
    if judgement.conclusion is not None:
        return conclusion_name(judgement.conclusion)
    return "" if judgement.suitability is None else suitability_name(judgement.suitability)


def _visible(features: Sequence[FeatureNote]) -> list[str]:
    """Return the visible parts in words, nothing when the checklist was not filled in."""
    if features and all(one.visible for one in features) and len(features) == len(Component):
        return [_translate("judging", "every part visible")]
    names = [component_name(one.component).lower() for one in features if one.visible]
    return [_translate("judging", "visible: {0}").format(", ".join(names))] if names else []
