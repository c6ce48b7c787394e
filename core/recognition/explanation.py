"""What the embedding of one crop is made of: towards itself, towards a candidate, and whether that holds."""

from __future__ import annotations

import dataclasses
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from core.recognition.decomposition import LinearHead, contributions
from core.recognition.faithfulness import Embed, FaithfulnessTest, Score
from core.recognition.pair_evidence import pair_evidence
from core.recognition.unrecognizable import UnrecognizableReference
from core.types import AttentionKind, AttentionMap, PairEvidence


@dataclasses.dataclass(frozen=True, eq=False)
class Explanation:
    """One crop and everything needed to say which of its regions its embedding comes from.

    Attributes
    ----------
    crop : ndarray of uint8, shape (112, 112, 3)
        The crop.
    raw : ndarray of float32, shape (dim,)
        Its embedding before it was normalised.
    feature_map : ndarray of float32, shape (channels, rows, columns)
        Its last feature map.
    head : LinearHead
        Head of the network.
    unrecognizable : UnrecognizableReference
        Means over unrecognizable crops.
    embed : callable
        The network.
    """

    crop: NDArray[np.uint8]
    raw: NDArray[np.float32]
    feature_map: NDArray[np.float32]
    head: LinearHead
    unrecognizable: UnrecognizableReference
    embed: Embed

    def evidence(self, embedding: NDArray[np.float32], compared: NDArray[np.float32]) -> PairEvidence:
        """Say which regions speak for and against a candidate.

        Parameters
        ----------
        embedding : ndarray of float32, shape (dim,)
            The embedding of the crop as it was compared, of unit length.
        compared : ndarray of float32, shape (dim,)
            The unit-length vector of the gallery that it was compared with.

        Returns
        -------
        PairEvidence
            Untested.
        """
        return pair_evidence(
            self._contributions,
            self.unrecognizable.contributions,
            float(np.linalg.norm(self.raw.astype(np.float64))),
            embedding,
            compared,
            self._grid,
        )

    def tested_map(self, attention: AttentionMap) -> AttentionMap:
        """Test a map of this crop against random ones, by what it claims to explain.

        For the decomposition that is how far the embedding lies from the unrecognizable cluster in the
        direction of the whole crop's displacement, <v' - v_UI, d> / |d|². For perceptibility it is how much
        is left of the part of the embedding that the cluster's direction u does not hold, which the module
        was trained to keep: <v'/|v'|, v^ - (v^ . u) u>.

        Parameters
        ----------
        attention : AttentionMap
            The map.

        Returns
        -------
        AttentionMap
            The same with its test.
        """
        of_kind = {
            AttentionKind.DECOMPOSITION: self._displacement,
            AttentionKind.PERCEPTIBILITY: self._perceptible,
        }
        test = self._test.run(attention.values, of_kind[attention.kind])
        return dataclasses.replace(attention, faithfulness=test)

    def tested_evidence(self, evidence: PairEvidence, compared: NDArray[np.float32]) -> PairEvidence:
        """Test the evidence on a candidate against random maps, by the similarity to what was compared.

        Parameters
        ----------
        evidence : PairEvidence
            What :meth:`evidence` gave for `compared`.
        compared : ndarray of float32, shape (dim,)
            The vector of the gallery.

        Returns
        -------
        PairEvidence
            The same with its test.
        """
        g = compared.astype(np.float64)
        test = self._test.run(evidence.values, lambda raw: _unit(raw) @ g)
        return dataclasses.replace(evidence, faithfulness=test)

    @property
    def _grid(self) -> tuple[int, int]:
        rows, columns = self.feature_map.shape[1:]
        return rows, columns

    @cached_property
    def _contributions(self) -> NDArray[np.float64]:
        return contributions(self.head, self.feature_map)

    @cached_property
    def _test(self) -> FaithfulnessTest:
        return FaithfulnessTest(self.crop, self._grid, self.embed)

    @property
    def _displacement(self) -> Score:
        displacement = (self._contributions - self.unrecognizable.contributions).sum(axis=0)
        cluster = self.raw - displacement
        squared = float(displacement @ displacement)
        return lambda raw: (raw - cluster) @ displacement / squared

    @property
    def _perceptible(self) -> Score:
        u = _unit(self.unrecognizable.centre[None])[0]
        v = _unit(self.raw[None])[0]
        kept = v - (v @ u) * u
        return lambda raw: _unit(raw) @ kept


def _unit(rows: NDArray[np.float32]) -> NDArray[np.float64]:
    wide = rows.astype(np.float64)
    return np.asarray(wide / np.linalg.norm(wide, axis=1, keepdims=True))
