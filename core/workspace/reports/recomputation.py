"""Checking a disclosure pack: with what is in it alone, and by computing its embeddings anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import IntegrityFailure, ModelMismatch
from core.progress import Progress
from core.storage.templates import weighted_template
from core.types import Fusion
from core.workspace.opened import OpenedWorkspace
from resources import verify

RECOMPUTE_TOLERANCE = 1e-4
"""How far a number of an embedding, or a similarity, may lie from what was computed on another machine."""


@dataclass(frozen=True, slots=True)
class PackCheck:
    """What a check of a pack found, without any model.

    Attributes
    ----------
    problems : tuple of str
        What is wrong, one sentence each, the first bad file or entry first; empty when all is well.
    looked_at : tuple of str
        What was checked, for people.
    """

    problems: tuple[str, ...]
    looked_at: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Recomputation:
    """What computing the embeddings of a pack anew showed.

    Attributes
    ----------
    problems : tuple of str
        What lies farther from the pack than `RECOMPUTE_TOLERANCE`, one sentence each.
    similarities : int
        How many similarities were computed anew.
    left_out : int
        How many could not be, because what was compared is not in the pack.
    largest : float
        The largest difference of a similarity.
    exchanged : int
        How many candidates have another rank; their similarities differ by no more than the tolerance unless
        there is a problem.
    device : str
        Where the network ran.
    """

    problems: tuple[str, ...]
    similarities: int
    left_out: int
    largest: float
    exchanged: int
    device: str


def check_pack(path: Path, manifest_sha256: str = "") -> PackCheck:
    """Check a pack with the `verify.py` that packs hold, without a workspace and without a model.

    Parameters
    ----------
    path : Path
        The zip file, or the folder that it was unpacked to.
    manifest_sha256 : str
        The hash of its manifest, where it is known from elsewhere.

    Returns
    -------
    PackCheck
        What is wrong.
    """
    problems, looked_at = verify.check(path, manifest_sha256)
    return PackCheck(tuple(problems), tuple(looked_at))


class Recomputing(OpenedWorkspace):
    """The part of the front door that checks packs, which may come from anywhere."""

    def recompute(self, path: Path, progress: Progress | None = None) -> Recomputation:
        """Compute the embeddings of a pack anew from its crops, and compare similarities and ranks.

        Parameters
        ----------
        path : Path
            The zip file, or the folder that it was unpacked to.
        progress : Progress, optional
            Hears of the crops that go through the network, and may cancel.

        Returns
        -------
        Recomputation
            How far the results are from those of the pack.

        Raises
        ------
        IntegrityFailure
            If the pack is not what its manifest says.
        ModelMismatch
            If a search was made with another model than the one in use.
        Cancelled
            If a stop was asked for.
        """
        for problem in check_pack(path).problems:
            raise IntegrityFailure(problem)
        pack = verify.Pack(path)
        numbers = pack.json(verify.MANIFEST)["searches"]
        searches = [pack.json(f"searches/search-{number}.json") for number in numbers]
        card = self.active_model()
        for record in searches:
            number, made_with = record["search"]["id"], record["search"]["model_id"]
            if made_with != card.model_id:
                raise ModelMismatch(
                    f"Search {number} was made with the model {made_with[:12]}, not with {card.name} "
                    f"({card.model_id[:12]}), so it cannot be computed anew with it."
                )
        vectors = self._embed(
            pack, sorted({name for record in searches for name in _crops(record)}), progress
        )
        found = [_Search(record, vectors) for record in searches]
        differences = [one for search in found for one in search.differences]
        return Recomputation(
            problems=tuple(problem for search in found for problem in search.problems()),
            similarities=len(differences),
            left_out=sum(len(search.listed) for search in found) - len(differences),
            largest=max(differences, default=0.0),
            exchanged=sum(search.exchanged() for search in found),
            device=self._analyzer().device,
        )

    def _embed(
        self, pack: verify.Pack, names: Sequence[str], progress: Progress | None
    ) -> dict[str, NDArray[np.float32]]:
        if not names:
            return {}
        crops = [self._stills.decode(pack.read(name), self.settings.imaging).pixels for name in names]
        faces = self._analyzer().embed_aligned(np.stack(crops), progress)
        return {name: face.embedding for name, face in zip(names, faces, strict=True)}


def _crops(record: Mapping[str, Any]) -> list[str]:
    """Return the names of the crops that the embeddings of a search come from."""
    samples = [sample["crop"] for one in record["candidates"] for sample in one["samples"]]
    return [record["crop"], *samples, *(face["crop"] for face in record["faces"] if face["crop"])]


class _Search:
    """A search of a pack beside its embeddings computed anew."""

    def __init__(self, record: Mapping[str, Any], vectors: Mapping[str, NDArray[np.float32]]) -> None:
        self.name = f"Search {record['search']['id']}"
        self.listed = record["search"]["candidates"]
        self.stated = np.asarray(verify.vector(record["embedding"]), np.float32)
        self.probe = _probe(record, vectors)
        self.anew: dict[int, float] = {}
        weighted = record["search"]["fusion"] == Fusion.WEIGHTED.value
        for one in record["candidates"]:
            samples = one["samples"]
            if self.probe is None or not samples:
                continue
            vector = vectors[samples[0]["crop"]]
            if weighted:
                members = np.stack([vectors[sample["crop"]] for sample in samples])
                vector = weighted_template(members, [sample["recognizability"] for sample in samples])
            self.anew[one["rank"]] = float(self.probe.astype(np.float64) @ vector.astype(np.float64))

    @property
    def differences(self) -> list[float]:
        """How far each similarity lies from what the pack states."""
        stated = {one["rank"]: one["similarity"] for one in self.listed}
        return [abs(similarity - stated[rank]) for rank, similarity in self.anew.items()]

    def problems(self) -> list[str]:
        """Return what lies farther from the pack than the tolerance."""
        problems = []
        if self.probe is not None:
            off = float(np.abs(self.probe - self.stated).max())
            if off > RECOMPUTE_TOLERANCE:
                problems.append(
                    f"{self.name}: the embedding of the probe computed anew differs by up to {off:.6f}, more "
                    f"than the tolerance of {RECOMPUTE_TOLERANCE}."
                )
        for one in self.listed:
            anew = self.anew.get(one["rank"], one["similarity"])
            if abs(anew - one["similarity"]) > RECOMPUTE_TOLERANCE:
                problems.append(
                    f"{self.name}, rank {one['rank']}: the similarity computed anew is {anew:.6f}, the pack "
                    f"states {one['similarity']:.6f}."
                )
        return problems

    def exchanged(self) -> int:
        """Return how many candidates have another place when they are ordered anew."""
        before = list(self.anew)
        after = sorted(before, key=lambda rank: -self.anew[rank])
        return sum(old != new for old, new in zip(before, after, strict=True))


def _probe(
    record: Mapping[str, Any], vectors: Mapping[str, NDArray[np.float32]]
) -> NDArray[np.float32] | None:
    """Return the embedding of a probe computed anew, None where its faces are not all in the pack."""
    faces = record["faces"]
    if len(faces) < 2:
        return vectors[record["crop"]]
    if not all(face["crop"] for face in faces):
        return None
    members = np.stack([vectors[face["crop"]] for face in faces])
    return weighted_template(members, [face["weight"] for face in faces])
