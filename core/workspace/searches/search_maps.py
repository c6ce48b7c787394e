"""What the regions of a probe contribute: kept with each search, tested when somebody asks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.errors import Conflict, ModelMismatch, NotFound, UsageError
from core.imaging.still import decode_still
from core.progress import Progress
from core.storage import audit, searches
from core.storage.carried import carried_candidates
from core.storage.search_maps import put_search_maps, search_maps
from core.storage.templates import compared_vector
from core.types import PairEvidence, Search, SearchMaps
from core.workspace.judgement.blind import seen_maps, seen_search, sights
from core.workspace.searches.ranking import Ranking

TESTED = 3
"""On how many candidates evidence is tested when nobody says otherwise."""

_SAME = 1e-9
"""Similarities this close come from the same vectors."""


class Maps(Ranking):
    """The part of the front door that says where a search took its answer from."""

    def search_record(self, search_id: int) -> Search:
        """Return a search as it was kept.

        Parameters
        ----------
        search_id : int
            Its key.

        Returns
        -------
        Search
            The search, without its candidates while they are hidden from the examiner at work.

        Raises
        ------
        NotFound
            If there is no such search.
        """
        with self._database.read() as session:
            found = searches.search(session, search_id)
            (sight,) = sights(session, self.settings.operator, [found])
        return seen_search(found, sight)

    def probe_crop(self, search_id: int) -> bytes:
        """Return the aligned crop that was searched for, as a PNG of 112 x 112 px.

        Parameters
        ----------
        search_id : int
            The search.

        Returns
        -------
        bytes
            The PNG.

        Raises
        ------
        NotFound
            If there is no such search.
        """
        with self._database.read() as session:
            return searches.probe_crop(session, search_id)

    def search_maps(self, search_id: int) -> SearchMaps:
        """Return what is kept of the regions of a probe.

        Parameters
        ----------
        search_id : int
            The search.

        Returns
        -------
        SearchMaps
            The maps of the probe, and the evidence on each candidate; None for candidates of searches that
            were made by a version without it. No evidence while candidates are hidden from the examiner at
            work.

        Raises
        ------
        NotFound
            If there is no such search.
        """
        with self._database.read() as session:
            found = searches.search(session, search_id)
            (sight,) = sights(session, self.settings.operator, [found])
            return seen_maps(search_maps(session, search_id), sight)

    def test_maps(
        self, search_id: int, ranks: Sequence[int] = (), progress: Progress | None = None
    ) -> SearchMaps:
        """Test the maps of a probe, and the evidence on some candidates, against random maps; keep the tests.

        What was tested before is not tested again. Evidence that is missing is worked out where what the
        probe was compared with is still there.

        Parameters
        ----------
        search_id : int
            The search.
        ranks : sequence of int
            The candidates.
        progress : Progress, optional
            Hears of the crops that go through the network, and may cancel.

        Returns
        -------
        SearchMaps
            All maps of the search, as :meth:`search_maps` gives them.

        Raises
        ------
        NotFound
            If there is no such search or candidate, or the subject was removed from the gallery.
        UsageError
            If evidence is asked for of a search that compared a template of several faces.
        Conflict
            If the template that the probe was compared with has changed since.
        ModelMismatch
            If another model is in use than the search was made with.
        IntegrityFailure
            If the picture of the probe that the workspace keeps has changed.
        Cancelled
            If a stop was asked for; then no test is kept.
        """
        with self._database.read() as session:
            search, maps = searches.search(session, search_id), search_maps(session, search_id)
        if ranks and len(search.faces) > 1:
            raise UsageError(
                f"Search {search_id} compared a template of {len(search.faces)} faces, whose similarities no "
                "region of a single one explains."
            )
        wanted = [rank for rank in ranks if not _is_tested(maps.of(rank))]
        vectors = {rank: self._compared(search, rank) for rank in wanted}
        if not wanted and all(one.faithfulness is not None for one in maps.probe):
            return self.search_maps(search_id)
        self._read_probe(search, "search.test_maps")
        if search.result.model_id != self.active_model().model_id:
            raise ModelMismatch(
                f"Search {search_id} was made with another model than the one in use, so its maps cannot be "
                "tested."
            )
        explanation = self._analyzer().explain(self._crop_of(search_id), progress)
        probe = tuple(
            one if one.faithfulness is not None else explanation.tested_map(one) for one in maps.probe
        )
        candidates = list(maps.candidates)
        for rank, vector in vectors.items():
            evidence = maps.of(rank) or explanation.evidence(search.probe.embedding, vector)
            candidates[rank - 1] = explanation.tested_evidence(evidence, vector)
        tested = SearchMaps(probe, tuple(candidates))
        with self._database.write() as session:
            put_search_maps(session, search_id, tested)
            audit.append(session, self.settings.operator, "search.test_maps", _details(search_id, tested))
        return self.search_maps(search_id)

    def _kept_search(self, search_id: int) -> Search:
        """Return a search with its candidates, hidden or not: for the inside of the front door alone."""
        with self._database.read() as session:
            return searches.search(session, search_id)

    def _revealed_search(self, search_id: int) -> Search:
        """Return a search with its candidates, or refuse while they are hidden."""
        with self._database.read() as session:
            found = searches.search(session, search_id)
            (sight,) = sights(session, self.settings.operator, [found])
        if sight.hidden:
            raise UsageError(sight.why)
        return found

    def _crop_of(self, search_id: int) -> NDArray[np.uint8]:
        return decode_still(self.probe_crop(search_id), self.settings.imaging).pixels

    def _compared(self, search: Search, rank: int) -> NDArray[np.float32]:
        """Return the vector of the gallery that put a candidate where it is."""
        result = search.result
        if not 1 <= rank <= len(result.candidates):
            raise NotFound(f"Search {search.search_id} has no candidate of rank {rank}.")
        one = result.candidates[rank - 1]
        with self._database.read() as session:
            if one.sample_id < 0:
                vector = carried_candidates(session, self._files, search.search_id)[rank - 1].vector
            else:
                vector = compared_vector(
                    session, result.fusion, one.sample_id, one.template_id, result.model_id
                )
        if vector is None:
            raise NotFound(
                f"The candidate of rank {rank} was removed from the gallery since search {search.search_id}, "
                "so the evidence can no longer be tested."
            )
        similarity = float(search.probe.embedding.astype(np.float64) @ vector.astype(np.float64))
        if abs(similarity - one.similarity) > _SAME:
            raise Conflict(
                f"The template of the candidate of rank {rank} has changed since search {search.search_id}, "
                "so the evidence can no longer be tested; run the search again."
            )
        return vector


def _is_tested(evidence: PairEvidence | None) -> bool:
    return evidence is not None and evidence.faithfulness is not None


def _details(search_id: int, maps: SearchMaps) -> dict[str, object]:
    """Return what the log says of tests: of each map how many random ones it beats."""
    of_candidates = {
        f"rank {rank}": one.faithfulness.beaten
        for rank, one in enumerate(maps.candidates, start=1)
        if one is not None and one.faithfulness is not None
    }
    of_probe = {one.kind.value: one.faithfulness.beaten for one in maps.probe if one.faithfulness is not None}
    return {"search_id": search_id, "random_maps_beaten": of_probe | of_candidates}
