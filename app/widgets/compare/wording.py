"""What a comparison says of its probe and candidate, and what it leaves out while that is hidden."""

from __future__ import annotations

from pathlib import PurePath

from PySide6.QtCore import QCoreApplication

from core.types import Probe, SearchView, ShownCandidate, Verdict

_translate = QCoreApplication.translate


def place_line(view: SearchView, shown: ShownCandidate, neutral: str) -> str:
    """Return which pair is on show.

    Parameters
    ----------
    view : SearchView
        The search as it may be seen.
    shown : ShownCandidate
        The candidate as it may be seen.
    neutral : str
        What the candidate is called while its name is hidden.

    Returns
    -------
    str
        One line; without name, rank and similarity while they are hidden.
    """
    tr = _translate
    parts = [tr("compare", "Search {0}").format(view.search_id)]
    candidate = shown.candidate
    if candidate is None or view.search is None:
        parts.append(tr("compare", "candidate {0}, {1} to compare").format(neutral, len(view.candidates)))
    else:
        parts.append(tr("compare", "rank {0} of {1}").format(candidate.rank, view.search.result.gallery_size))
        parts.append(candidate.subject)
        parts.append(tr("compare", "similarity {0:.3f}").format(candidate.similarity))
    if shown.verdict is Verdict.REJECTED:
        parts.append(tr("compare", "rejected by you"))
    if shown.verdict is Verdict.SHORTLISTED:
        parts.append(tr("compare", "shortlisted by you"))
    if shown.rejected_before is not None:
        parts.append(tr("compare", "rejected before, in search {0}").format(shown.rejected_before))
    return " · ".join(parts)


def caption_of_probe(probe: Probe) -> str:
    """Return which picture a probe comes from, and how large that picture is."""
    name = PurePath(probe.path).name
    if probe.frame is not None:
        name = _translate("compare", "{0}, frame {1}").format(name, probe.frame.ordinal)
    return _translate("compare", "{0}, {1} × {2} px").format(name, probe.width, probe.height)
