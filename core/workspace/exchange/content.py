"""What goes into a bundle, collected from one state of the workspace."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path

from sqlalchemy.orm import Session

from core.errors import IntegrityFailure
from core.imaging.digest import hash_bytes, hash_file
from core.progress import Progress
from core.reporting.disclosure.archive import PackFile, json_file
from core.reporting.plain_text import visible
from core.storage.carried import (
    CarriedCandidate,
    CarriedSample,
    candidates_text,
    carried_candidates,
)
from core.storage.case_rows import TABLES, case_rows, to_json
from core.storage.compared import compared
from core.storage.files import FileStore
from core.storage.searches import candidate_crop
from core.types import Candidate, CasePicture, Evidence, EvidenceKind, ModelCard, Search
from core.workspace.exchange.layout import candidates_file, rows_file


class CaseContent:
    """The files of a bundle by name, in the making.

    Attributes
    ----------
    files : dict of str to PackFile
        What was added so far.
    left_behind : list of str
        What is not carried, one sentence each.

    Parameters
    ----------
    session : Session
        The state that is exported.
    store : FileStore
        The pictures that the workspace keeps.
    scratch : Path
        A folder for what is made on the way.
    progress : Progress
        Hears of each file and may cancel.
    """

    def __init__(self, session: Session, store: FileStore, scratch: Path, progress: Progress) -> None:
        self.files: dict[str, PackFile] = {}
        self.left_behind: list[str] = []
        self._session, self._store, self._scratch, self._progress = session, store, scratch, progress

    def add_rows(self, case_id: int) -> None:
        """Add the rows of a case, table by table."""
        for table in TABLES:
            path = self._scratch / f"{table.name}.jsonl"
            with path.open("wb") as file:
                for values in case_rows(self._session, table, case_id):
                    self._progress.check()
                    file.write(f"{json.dumps(to_json(table, values), sort_keys=True)}\n".encode("ascii"))
            self._add_path(rows_file(table.name), path)

    def add_evidence(self, pieces: Sequence[Evidence]) -> None:
        """Add the files that were taken in, those that are at hand, each with its hash verified.

        Parameters
        ----------
        pieces : sequence of Evidence
            The files of the case.

        Raises
        ------
        IntegrityFailure
            If a file no longer has the hash that was recorded for it.
        """
        for done, piece in enumerate(pieces, start=1):
            if piece.copied:
                self.add_kept(piece.sha256)
            elif f"files/{piece.sha256}" not in self.files:
                self._add_original(piece)
            self._progress.step(done, len(pieces), piece.path)

    def add_pictures(self, pictures: Iterable[CasePicture]) -> None:
        """Add frames and derived pictures; stills are evidence."""
        for picture in pictures:
            if picture.width > 0 and (picture.derived or picture.frame is not None):
                self.add_kept(picture.sha256)

    def add_search(self, search: Search) -> None:
        """Add the picture of a probe, and the faces of the candidates.

        Parameters
        ----------
        search : Search
            A search of the case.
        """
        self.add_kept(search.probe.picture_sha256)
        came = carried_candidates(self._session, self._store, search.search_id)
        candidates = []
        for one in search.result.candidates:
            if one.sample_id < 0:
                carried = came[one.rank - 1]
                for sha256 in carried.crops:
                    self.add_kept(sha256)
            else:
                carried = self._carried(search, one)
            candidates.append(carried)
            self._progress.check()
        self.files[candidates_file(search.search_id)] = PackFile.of(candidates_text(candidates))

    def add_models(self, cards: Iterable[ModelCard]) -> None:
        """Add the cards of models."""
        for card in cards:
            self.files[f"models/{card.model_id}.json"] = json_file(dataclasses.asdict(card))

    def add_kept(self, sha256: str, name: str = "") -> None:
        """Add a file that the workspace keeps, by its hash unless a name is given.

        Parameters
        ----------
        sha256 : str
            Its key in the file store.
        name : str
            Its name in the bundle.

        Raises
        ------
        IntegrityFailure
            If the file no longer has its hash.
        NotFound
            If it is gone.
        """
        name = name or f"files/{sha256}"
        if name not in self.files:
            size = sum(len(chunk) for chunk in self._store.chunks(sha256))
            self.files[name] = PackFile(size, sha256, partial(self._store.chunks, sha256))

    def _add_original(self, piece: Evidence) -> None:
        """Add a file that lies where it was taken in, if it still does."""
        path = Path(piece.path)
        try:
            found = hash_file(path, self._progress)
        except OSError:
            frames = (
                " The frames that the case keeps of it go along." if piece.kind is EvidenceKind.VIDEO else ""
            )
            self.left_behind.append(
                f"The file {visible(path.name)}, SHA-256 {piece.sha256}: the workspace keeps no copy of it, "
                f"and it is no longer where it was taken in.{frames}"
            )
            return
        if found != (piece.sha256, piece.byte_size):
            raise IntegrityFailure(f"The file {path} has changed since it was taken in.")
        self.files[f"files/{piece.sha256}"] = PackFile.at(path, piece.byte_size, piece.sha256)

    def _carried(self, search: Search, one: Candidate) -> CarriedCandidate:
        result = search.result
        kept = compared(self._session, search.probe.embedding, one, result.fusion, result.model_id)
        crop = candidate_crop(self._session, search.search_id, one.rank)
        return CarriedCandidate(
            rank=one.rank,
            crop=None if crop is None else self._add_crop(crop),
            vector=kept.vector,
            why=kept.why,
            samples=tuple(
                CarriedSample(sample.sample_id, sample.recognizability, self._add_crop(sample.crop_png))
                for sample in kept.samples
            ),
        )

    def _add_crop(self, png: bytes) -> str:
        sha256 = hash_bytes(png)
        if f"files/{sha256}" not in self.files:
            path = self._scratch / sha256
            path.write_bytes(png)
            self.files[f"files/{sha256}"] = PackFile.at(path, len(png), sha256)
        return sha256

    def _add_path(self, name: str, path: Path) -> None:
        sha256, size = hash_file(path, self._progress)
        self.files[name] = PackFile.at(path, size, sha256)
