"""What goes into a disclosure pack, collected from one state of the workspace."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from core import __version__
from core.reporting.content import ReportContent
from core.reporting.disclosure import records
from core.reporting.disclosure.archive import PackFile, json_file
from core.reporting.document import of_search
from core.reporting.wording import LEAD_ONLY
from core.storage.compared import compared, probe_crops
from core.storage.files import FileStore
from core.storage.verdicts import nobody_suitable
from core.types import CasePicture, Evidence, ModelCard, Search

_ENDINGS = frozenset(
    {".jpg", ".jpeg", ".png", ".tif", ".tiff", ".bmp", ".webp", ".mp4", ".avi", ".mov", ".mkv"}
)


class Originals(StrEnum):
    """Whether a disclosure pack holds the files that were taken in, or only their hashes."""

    COPIES = "copies"
    HASHES = "hashes"


class PackContent:
    """The files of a pack by name, in the making.

    Attributes
    ----------
    files : dict of str to PackFile
        What was added so far.

    Parameters
    ----------
    store : FileStore
        The pictures that the workspace keeps.
    originals : Originals
        Whether files that were taken in are copied.
    """

    def __init__(self, store: FileStore, originals: Originals) -> None:
        self.files: dict[str, PackFile] = {}
        self._store = store
        self._originals = originals

    def add_evidence(self, pieces: Sequence[Evidence]) -> dict[str, str | None]:
        """Add the files that were taken in; their hashes are verified when the pack is written.

        Parameters
        ----------
        pieces : sequence of Evidence
            The files.

        Returns
        -------
        dict of str to (str or None)
            By SHA-256 the name of each in the pack, None where it is not in it.
        """
        added: dict[str, str | None] = {}
        lines = []
        for piece in pieces:
            file, why = self._original(piece)
            added[piece.sha256] = added.get(piece.sha256) or file
            lines.append(records.of_evidence(piece, file, why))
        self.files["evidence.json"] = json_file({"evidence": lines})
        return added

    def add_pictures(self, pictures: Sequence[CasePicture], originals: dict[str, str | None]) -> None:
        """Add frames and derived pictures, and the list of all pictures of the case.

        Parameters
        ----------
        pictures : sequence of CasePicture
            All pictures of the case.
        originals : dict of str to (str or None)
            Names of the stills in the pack by SHA-256.

        Raises
        ------
        IntegrityFailure
            If a kept picture no longer has its hash.
        """
        lines = []
        for picture in pictures:
            kept = picture.width > 0 and (picture.derived or picture.frame is not None)
            file = self._kept(picture.sha256) if kept else originals.get(picture.sha256)
            lines.append(records.of_picture(picture, file))
        self.files["pictures.json"] = json_file({"pictures": lines})

    def add_search(
        self, session: Session, search: Search, content: ReportContent, originals: dict[str, str | None]
    ) -> None:
        """Add a search with its pictures, crops and embeddings.

        Parameters
        ----------
        session : Session
            Any session.
        search : Search
            The search.
        content : ReportContent
            What a report says of it.
        originals : dict of str to (str or None)
            Names of the stills in the pack by SHA-256.
        """
        probe, result = search.probe, search.result
        crops = probe_crops(session, search)
        candidates = []
        for entry in content.search.candidates:
            one = compared(session, probe.embedding, entry.candidate, result.fusion, result.model_id)
            if entry.crop is not None:
                self._crop(entry.crop.data)
            samples = [
                {
                    "sample_id": sample.sample_id,
                    "recognizability": sample.recognizability,
                    "crop": self._crop(sample.crop_png),
                }
                for sample in one.samples
            ]
            candidates.append(
                {
                    "rank": entry.candidate.rank,
                    "compared": records.of_embedding(one.vector),
                    "why": one.why,
                    "samples": samples,
                }
            )
        record = {
            "schema": records.SEARCH_SCHEMA,
            "search": of_search(content.search),
            "nobody_suitable": nobody_suitable(session, search.search_id),
            "embedding": records.of_embedding(probe.embedding),
            "faces": [
                {
                    "face_id": one.face_id,
                    "weight": one.weight,
                    "crop": self._crop(crops[one.face_id]) if one.face_id in crops else None,
                }
                for one in search.faces
            ],
            "crop": self._crop(content.search.crop.data),
            "picture": originals.get(probe.sha256)
            if probe.frame is None
            else self._kept(probe.picture_sha256),
            "candidates": candidates,
        }
        self.files[f"searches/search-{search.search_id}.json"] = json_file(record)

    def add_report(
        self, content: ReportContent, formats: Mapping[str, Callable[[ReportContent], bytes]]
    ) -> None:
        """Add the report of a search in each of its formats."""
        for ending, write in formats.items():
            name = f"report/search-{content.search.search.search_id}.{ending}"
            self.files[name] = PackFile.of(write(content))

    def add_models(self, cards: Sequence[ModelCard]) -> None:
        """Add the cards of models."""
        for card in cards:
            self.files[f"model/{card.model_id[:16]}.json"] = json_file(dataclasses.asdict(card))

    def add_reproduction(self, searches: Sequence[Search], tolerance: float) -> None:
        """Add what others need to compute the searches anew, and the program that checks the pack."""
        reproduction: dict[str, Any] = {
            "statement": LEAD_ONLY,
            "program": {"name": "Discern", "version": __version__},
            "searches": {str(one.search_id): dict(one.conditions) for one in searches},
            "recomputation": {
                "command": "discern verify PACK.zip --recompute",
                "similarity_tolerance": tolerance,
                "embeddings": "little-endian float32 in base 64, unit length",
            },
        }
        self.files["reproduction.json"] = json_file(reproduction)
        self.files["verify.py"] = PackFile.of(files("resources").joinpath("verify.py").read_bytes())

    def _original(self, piece: Evidence) -> tuple[str | None, str]:
        """Add a file that was taken in; return its name, or why it is not in the pack."""
        if self._originals is Originals.HASHES:
            return None, "Only hashes of the originals were asked for."
        ending = Path(piece.path).suffix.lower()
        name = f"originals/{piece.sha256}{ending if ending in _ENDINGS else ''}"
        if piece.copied:
            chunks = partial(self._store.chunks, piece.sha256)
            self.files[name] = PackFile(piece.byte_size, piece.sha256, chunks)
            return name, ""
        path = Path(piece.path)
        if not path.is_file():
            return None, "The workspace keeps no copy of the file, and it is no longer where it was taken in."
        self.files[name] = PackFile.at(path, piece.byte_size, piece.sha256)
        return name, ""

    def _kept(self, sha256: str) -> str:
        name = f"pictures/{sha256}.png"
        if name not in self.files:
            self.files[name] = self._of_store(sha256)
        return name

    def _crop(self, png: bytes) -> str:
        file = PackFile.of(png)
        name = f"crops/{file.sha256}.png"
        self.files[name] = file
        return name

    def _of_store(self, sha256: str) -> PackFile:
        return PackFile(len(self._store.read(sha256)), sha256, partial(_whole, self._store, sha256))


def _whole(store: FileStore, sha256: str) -> tuple[bytes]:
    return (store.read(sha256),)
