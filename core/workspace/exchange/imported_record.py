"""What came along with imported cases and is kept beside the database: whether it still is what it was."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy.orm import Session

from core.errors import IntegrityFailure, NotFound
from core.recognition.cards import parse_card
from core.storage.carried import MARK
from core.storage.files import FileStore
from core.storage.imports import ImportedCase, imported_cases
from core.types import ModelCard, Search
from core.workspace.exchange.layout import LOG, is_kept
from core.workspace.exchange.source_log import log_problems

_NAMES = {
    LOG: "The audit log",
    "candidates": "A candidate list",
    "models": "The card of a model",
    "earlier": "An earlier audit log or its manifest",
    "files": "A file",
}


def imported_problems(session: Session, store: FileStore) -> Iterator[str]:
    """Check the files that came along with imported cases, and the chains of their logs.

    Parameters
    ----------
    session : Session
        Any session.
    store : FileStore
        Where they are kept.

    Yields
    ------
    str
        One sentence for each file that is gone or was changed, and for the first bad entry of each log.
    """
    for case in imported_cases(session):
        try:
            manifest = json.loads(store.read(case.manifest_sha256))
        except (IntegrityFailure, NotFound) as error:
            yield f"The manifest that came with case {case.case_id} is not what was imported. {error}"
            continue
        for name, stated in manifest["files"].items():
            if not is_kept(name):
                continue
            try:
                for _ in store.chunks(stated["sha256"]):
                    pass
            except (IntegrityFailure, NotFound) as error:
                kind = _NAMES.get(name) or _NAMES[name.split("/")[0]]
                yield f"{kind} that came with case {case.case_id} is not what was imported. {error}"
                continue
            if name == LOG:
                for problem in log_problems(store.read(stated["sha256"]), manifest):
                    yield f"In the log that came with case {case.case_id}: {problem}"


def imported_hashes(session: Session, store: FileStore) -> set[str]:
    """Return the keys of all files that came along with imported cases, their manifests included.

    Parameters
    ----------
    session : Session
        Any session.
    store : FileStore
        Where they are kept.

    Returns
    -------
    set of str
        SHA-256 of each; of a case whose manifest is damaged only that of the manifest.
    """
    found = set()
    for case in imported_cases(session):
        found.add(case.manifest_sha256)
        found |= {one["sha256"] for name, one in _files(case, store).items() if is_kept(name)}
    return found


def carried_card(store: FileStore, search: Search) -> ModelCard | None:
    """Return the card that came along with an imported search.

    Parameters
    ----------
    store : FileStore
        Where it is kept.
    search : Search
        The search.

    Returns
    -------
    ModelCard or None
        None for a search that was made here, or whose card was gone before the export.

    Raises
    ------
    IntegrityFailure
        If the card is no longer what was imported.
    """
    manifest = dict(search.conditions).get(f"{MARK}manifest")
    if manifest is None:
        return None
    files = json.loads(store.read(manifest))["files"]
    stated = files.get(f"models/{search.result.model_id}.json")
    return None if stated is None else parse_card(store.read(stated["sha256"]))


def _files(case: ImportedCase, store: FileStore) -> dict[str, Any]:
    try:
        files: dict[str, Any] = json.loads(store.read(case.manifest_sha256))["files"]
    except (IntegrityFailure, NotFound):
        return {}
    return files
