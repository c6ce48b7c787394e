"""The JSON of what examiners say; while something is hidden its keys are there and empty."""

from __future__ import annotations

from typing import Any

from core.types import Judgement, SearchView, ShownCandidate


def of_view(view: SearchView) -> dict[str, Any]:
    """Return a search as the examiner may see it.

    Parameters
    ----------
    view : SearchView
        What core shows.

    Returns
    -------
    dict
        {search_id, hidden, second, why, nobody_suitable, candidates, judgements}. While ranks are hidden they
        are null everywhere, and candidates and judgements are told apart by their `position`.
    """
    positions = {one.rank: one.position for one in view.candidates}
    return {
        "search_id": view.search_id,
        "hidden": view.hidden,
        "second": view.second,
        "why": view.why,
        "nobody_suitable": view.nobody_suitable,
        "candidates": [of_shown(one) for one in view.candidates],
        "judgements": [of_judgement(one, positions.get(one.rank), view.hidden) for one in view.judgements],
    }


def of_shown(shown: ShownCandidate) -> dict[str, Any]:
    """Return {position, sample_id, rank, subject, similarity, gallery, verdict, rejected_before}."""
    one = shown.candidate
    return {
        "position": shown.position,
        "sample_id": shown.sample_id,
        "rank": one.rank if one else None,
        "subject": one.subject if one else None,
        "similarity": one.similarity if one else None,
        "gallery": one.gallery if one else None,
        "verdict": shown.verdict.value if shown.verdict else None,
        "rejected_before": shown.rejected_before,
    }


def of_judgement(judgement: Judgement, position: int | None, hidden: bool) -> dict[str, Any]:
    """Return what is kept of a judgement.

    Parameters
    ----------
    judgement : Judgement
        The judgement.
    position : int or None
        Place of its candidate among those that are shown, None for a judgement of the probe.
    hidden : bool
        Whether ranks are hidden.

    Returns
    -------
    dict
        {judgement_id, search_id, of, position, rank, examiner, second, suitability, conclusion, features,
        note, on_original, created}; `of` is "probe" or "comparison".
    """
    return {
        "judgement_id": judgement.judgement_id,
        "search_id": judgement.search_id,
        "of": "comparison" if judgement.rank else "probe",
        "position": position,
        "rank": None if hidden or not judgement.rank else judgement.rank,
        "examiner": judgement.examiner,
        "second": judgement.second,
        "suitability": judgement.suitability.value if judgement.suitability else None,
        "conclusion": judgement.conclusion.value if judgement.conclusion else None,
        "features": [
            {
                "component": one.component.value,
                "visible": one.visible,
                "finding": one.finding.value if one.finding else None,
                "note": one.note,
            }
            for one in judgement.features
        ],
        "note": judgement.note,
        "on_original": judgement.on_original,
        "created": judgement.created.isoformat(),
    }
