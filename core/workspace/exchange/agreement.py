"""Whether the rows of an imported case agree with the logs that came along.

A row can be written anew together with all hashes of a bundle. An entry of the log cannot, without breaking
the chain of the workspace that it comes from, whose head others may know.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any

from core.storage.judgements import features_text
from core.types import Judgement, Search
from core.workspace.exchange.source_log import Entry, TravelledLogs

_JUDGED = ("probe.judge", "comparison.judge")


def disagreements(
    logs: TravelledLogs, case_id: int, searches: Sequence[Search], judgements: Sequence[Judgement]
) -> Iterator[str]:
    """Compare searches and judgements with the entries that tell of them.

    Parameters
    ----------
    logs : TravelledLogs
        The logs; only entries that are given in full can tell anything.
    case_id : int
        The case in the workspace that wrote the bundle.
    searches, judgements : sequence of Search, sequence of Judgement
        All of the case.

    Yields
    ------
    str
        One sentence for each disagreement.
    """
    full = {one["entry_hash"]: one for one in logs.full}
    for search in searches:
        yield from _of_search(full.get(search.audit_hash), search)
    bound = {one.audit_hash for one in searches}
    for entry in logs.own:
        if entry.get("action") != "search.run" or entry["entry_hash"] in bound:
            continue
        if json.loads(entry["details"]).get("case_id") == case_id:
            yield f"The search of entry {entry['sequence']} of the log is withheld."
    judged = (one for one in full.values() if one["action"] in _JUDGED)
    said = {_told(one["operator"], json.loads(one["details"])) for one in judged}
    for one in judgements:
        if _kept(one) not in said:
            yield f"Judgement {one.judgement_id} is not one that the log tells of."


def _of_search(entry: Entry | None, search: Search) -> Iterator[str]:
    name = f"Search {search.search_id}"
    if entry is None or entry["action"] != "search.run":
        yield f"{name} is bound to no entry of the log that is given in full."
        return
    logged = json.loads(entry["details"])
    result, probe = search.result, search.probe
    claimed: dict[str, Any] = {
        "probe": unicodedata.normalize("NFC", probe.path),
        "probe_sha256": probe.sha256,
        "galleries": [unicodedata.normalize("NFC", one) for one in result.galleries],
        "gallery_size": result.gallery_size,
        "gallery_revision": result.gallery_revision,
        "gallery_digest": result.gallery_digest,
        "model_id": result.model_id,
        "fusion": result.fusion.value,
        "top": search.top,
    }
    for key in sorted(set(claimed) & set(logged)):
        if claimed[key] != logged[key]:
            yield f"{name} and entry {entry['sequence']} of the log disagree on {key!r}."
    if "candidates" in logged:
        listed = [f"{one.similarity:.9f}" for one in result.candidates]
        if listed != [one["similarity"] for one in logged["candidates"]]:
            yield f"{name} and entry {entry['sequence']} of the log disagree on the candidates."


def _told(operator: str, details: dict[str, Any]) -> tuple[Any, ...]:
    return (
        operator,
        details.get("rank"),
        details.get("answer"),
        details.get("second"),
        details.get("text_sha256"),
    )


def _kept(one: Judgement) -> tuple[Any, ...]:
    text = f"{features_text(one.features)}\n{one.note}"
    answer = one.suitability or one.conclusion
    return (
        unicodedata.normalize("NFC", one.examiner),
        one.rank,
        answer and answer.value,
        one.second,
        hashlib.sha256(text.encode("utf-8")).hexdigest(),
    )
