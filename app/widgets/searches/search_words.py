"""What the page says of a search as a whole: what it found, what its probe stands for, what was judged."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from app.widgets.searches.judgement_terms import judgement_line
from app.widgets.terms import case_status
from core.types import Case, Judgement, ProbeFace, SearchView

_translate = QCoreApplication.translate


def summary(view: SearchView, faces: Sequence[ProbeFace]) -> str:
    """Return what a search found and what stood for its probe, no more of it than the view shows."""
    return " ".join(filter(None, (_found(view), template(faces))))


def template(faces: Sequence[ProbeFace]) -> str:
    """Return which faces of the case went into the template of a probe, and how much each counts."""
    if len(faces) < 2:
        return ""
    one = _translate("SearchPage", "face {0} with {1:.0%}")
    parts = ", ".join(one.format(face.face_id, face.weight) for face in faces)
    words = _translate("SearchPage", "Template of {0} faces, weighted by recognizability: {1}.")
    return words.format(len(faces), parts)


def said(judgements: Sequence[Judgement]) -> str:
    """Return the judgements that may be seen, one a line, the oldest first."""
    return "\n".join(judgement_line(one) for one in judgements)


def finished(case: Case) -> str:
    """Return that nothing more can be decided in a case."""
    words = _translate(
        "SearchPage", "The case is {0}: its searches can be read, and nothing more is decided in it."
    )
    return words.format(case_status(case.status))


def _found(view: SearchView) -> str:
    if not view.candidates:
        return _translate(
            "SearchPage",
            "Search {0} had nobody to compare with. Enrol people on the Gallery page and run it again.",
        ).format(view.search_id)
    if view.search is None:
        words = _translate("SearchPage", "Search {0}: {1} candidates, in an order that says nothing of them.")
        return words.format(view.search_id, len(view.candidates))
    result = view.search.result
    words = _translate(
        "SearchPage", "Search {0}: {1} candidates of {2} subjects in {3}, galleries at revision {4}."
    )
    return words.format(
        view.search_id,
        len(view.candidates),
        result.gallery_size,
        ", ".join(result.galleries),
        result.gallery_revision,
    )
