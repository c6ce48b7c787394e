"""Whether the rows of a bundle make sense: pictures that decode, vectors of one length, files that are there.

What only the whole can tell, such as a state that no face has, shows when the rows are read back.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from typing import Any

import numpy as np

from core.errors import IntegrityFailure, UnreadableImage
from core.imaging.alignment import CROP_SIZE
from core.progress import Progress
from core.storage.carried import CarriedCandidate, read_candidates
from core.storage.case_rows import TABLES, Values
from core.types import EvidenceKind, ModelCard, SourceImage
from core.workspace.exchange.bundle import CaseBundle
from core.workspace.exchange.layout import candidates_file

Decode = Callable[[bytes], SourceImage]

_LANDMARKS = 5 * 2
_UNIT = 1e-3
_CROPS = frozenset({"face_crops", "probe_crops"})


class RowChecks:
    """Looks through a bundle whose hashes are right, before anything of it is stored.

    Parameters
    ----------
    bundle : CaseBundle
        The bundle.
    cards : collection of ModelCard
        Cards of the models that are known here or came along.
    decode : callable
        Decodes a PNG file, apart from this process.
    progress : Progress
        May ask to stop.
    """

    def __init__(
        self, bundle: CaseBundle, cards: Collection[ModelCard], decode: Decode, progress: Progress
    ) -> None:
        self._bundle, self._decode, self._progress = bundle, decode, progress
        self._lengths = {card.model_id: card.embedding_dim for card in cards}

    def check(self) -> None:
        """Look through all rows and candidates.

        Raises
        ------
        IntegrityFailure
            At the first thing that makes no sense, named in one sentence.
        """
        cases = 0
        for table in TABLES:
            for number, values in enumerate(self._bundle.rows(table), start=1):
                self._progress.check()
                cases += table.name == "cases"
                problem = self._problem(table.name, values)
                if problem:
                    raise IntegrityFailure(
                        f"Row {number} of table {table.name} in the bundle {self._bundle.path.name} "
                        f"{problem}."
                    )
        if cases != 1:
            raise IntegrityFailure(f"The bundle {self._bundle.path.name} holds {cases} cases instead of one.")

    def _problem(self, table: str, values: Values) -> str:
        """Return what is wrong with a row, empty when nothing is."""
        if table in _CROPS:
            return self._problem_of_picture(values["png"], CROP_SIZE)
        if table == "picture_thumbnails":
            return self._problem_of_picture(values["png"])
        if table == "pictures":
            original = values["parent_id"] is None and values["frame_ordinal"] is None
            return "" if original or not values["width"] else self._missing(values["sha256"])
        if table == "evidence" and values["kind"] not in list(EvidenceKind):
            return "is neither a still nor a video"
        if table == "faces":
            return self._problem_of_vectors(values)
        if table == "searches":
            return (
                self._missing(values["picture_sha256"])
                or self._problem_of_vectors(values)
                or self._problem_of_candidates(values)
            )
        return ""

    def _missing(self, sha256: str) -> str:
        return (
            "" if f"files/{sha256}" in self._bundle.files else f"names the picture {sha256}, which is missing"
        )

    def _problem_of_picture(self, png: bytes, size: int = 0) -> str:
        try:
            shape = self._decode(png).pixels.shape
        except UnreadableImage as error:
            return f"holds no picture: {str(error).rstrip('.')}"
        return "" if not size or shape == (size, size, 3) else f"holds no picture of {size} px"

    def _problem_of_vectors(self, values: Values) -> str:
        marks, embedding = values["landmarks"], values["embedding"]
        if marks is not None and not _is_array(marks, _LANDMARKS):
            return "holds no five landmarks"
        if embedding is None:
            return ""
        length = self._lengths.setdefault(values["model_id"], len(embedding) // 4)
        unit = _is_array(embedding, length) and _norm_of(embedding)
        return "" if unit else "holds a damaged embedding"

    def _problem_of_candidates(self, values: Values) -> str:
        name = candidates_file(values["id"])
        if name not in self._bundle.files:
            return f"has no file {name}"
        try:
            found = read_candidates(self._bundle.read(name))
            dict(json.loads(values["conditions"]))
        except (ValueError, TypeError) as error:
            return f"has a file {name} that makes no sense: {error}"
        return next((said for one in found if (said := self._problem_of_face(one, values))), "")

    def _problem_of_face(self, one: CarriedCandidate, values: Values) -> str:
        if one.vector is not None and one.vector.size != self._lengths[values["model_id"]]:
            return f"compared a vector of another length at rank {one.rank}"
        for sha256 in sorted(one.crops):
            said = self._missing(sha256) or self._problem_of_picture(
                self._bundle.read(f"files/{sha256}"), CROP_SIZE
            )
            if said:
                return f"{said} at rank {one.rank}"
        return ""


def _is_array(stored: bytes, length: int) -> bool:
    return len(stored) == 4 * length and bool(np.isfinite(np.frombuffer(stored, "<f4")).all())


def _norm_of(stored: bytes) -> bool:
    vector: Any = np.frombuffer(stored, "<f4").astype(np.float64)
    return abs(float(np.linalg.norm(vector)) - 1) < _UNIT
