"""Searches: a probe against galleries, kept with everything needed to do it again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.errors import IntegrityFailure, UsageError
from core.progress import Progress
from core.storage import searches
from core.storage.search_probes import stored_face
from core.types import FaceAnalysis, Fusion, Outcome, ProbeFace, Search, SearchMaps, SourceImage
from core.workspace.conditions import conditions
from core.workspace.judgement.blind import seen_search, sights
from core.workspace.searches.assessed_face import AssessedFace
from core.workspace.searches.search_maps import Maps
from core.workspace.searches.search_record import probe_of


@dataclass(frozen=True, slots=True, eq=False)
class ProbeSearch:
    """What became of one probe of a batch.

    Attributes
    ----------
    path : Path
        The picture as it was given.
    outcome : Outcome
        `OK` when a search was made.
    reason : str
        One sentence when it was not.
    search : Search or None
        The search.
    maps : SearchMaps or None
        What the regions of the probe contribute.
    """

    path: Path
    outcome: Outcome
    reason: str
    search: Search | None
    maps: SearchMaps | None = None


class SearchDesk(Maps):
    """The part of the front door that searches."""

    def search(
        self,
        image: SourceImage,
        face: FaceAnalysis,
        *,
        top: int | None = None,
        galleries: Sequence[str] | None = None,
        fusion: Fusion | None = None,
        case_id: int | None = None,
        face_id: int | None = None,
    ) -> Search:
        """Rank the subjects of the galleries by their similarity to one face, and keep the result.

        Parameters
        ----------
        image : SourceImage
            The picture that holds the face.
        face : FaceAnalysis
            The face, assessed.
        top : int, optional
            Length of the candidate list.
        galleries : sequence of str, optional
            Names of the galleries to search, all when not given.
        fusion : Fusion, optional
            How the samples of a subject become one similarity.
        case_id : int, optional
            The case the search belongs to.
        face_id : int, optional
            The key of the face in the record of the case, by which its rejections are remembered.

        Returns
        -------
        Search
            The search as it is kept, without its candidates while they are hidden from the examiner at work.

        Raises
        ------
        UsageError
            If the face could not be assessed or belongs to another case.
        NotFound
            If a gallery, the case or the face does not exist.
        Conflict
            If the case is closed or archived.
        ModelMismatch
            If the galleries hold only embeddings of another model.
        IntegrityFailure
            If the file has changed since it was read.
        """
        assessed = AssessedFace.of(face)
        made_with = conditions(self.settings, self._analyzer().device)
        faces = () if face_id is None else (ProbeFace(face_id, 1.0),)
        request = self._request(top, galleries, fusion, case_id, made_with, faces)
        self._check_request(request)
        if face_id is not None:
            self._check_face(face_id, case_id)
        evidence_id, picture_sha256 = self._take_in(image, case_id)
        probe = probe_of(image, assessed, evidence_id, picture_sha256)
        return self._rank(request, probe, assessed.model_id, assessed.aligned.crop, face.attention_maps)

    def _check_face(self, face_id: int, case_id: int | None) -> None:
        with self._database.read() as session:
            if stored_face(session, face_id).case_id != case_id:
                raise UsageError(f"Face {face_id} does not belong to the case of the search.")

    def search_again(
        self,
        search_id: int,
        *,
        top: int | None = None,
        galleries: Sequence[str] | None = None,
        fusion: Fusion | None = None,
    ) -> Search:
        """Compare the probe of an earlier search with the galleries as they are now, and keep the result.

        Parameters
        ----------
        search_id : int
            The earlier search; the new one belongs to the same case.
        top, galleries, fusion
            As in :meth:`search`.

        Returns
        -------
        Search
            The new search, as in :meth:`search`.

        Raises
        ------
        NotFound
            If there is no such search or gallery.
        Conflict
            If the case is closed or archived.
        ModelMismatch
            If the probe was embedded with another model than the one in use.
        IntegrityFailure
            If the picture of the probe that the workspace keeps has changed.
        """
        before = self.search_record(search_id)
        self._read_probe(before, "search.run")
        made_with = (*before.conditions, ("probe.from_search", str(search_id)))
        request = self._request(top, galleries, fusion, before.case_id, made_with, before.faces)
        self._check_request(request)
        maps = self.search_maps(search_id).probe
        return self._rank(request, before.probe, before.result.model_id, self._crop_of(search_id), maps)

    def search_paths(
        self,
        paths: Sequence[Path],
        *,
        top: int | None = None,
        galleries: Sequence[str] | None = None,
        fusion: Fusion | None = None,
        case_id: int | None = None,
        every_face: bool = False,
        tested: int = 0,
        progress: Progress | None = None,
    ) -> Iterator[ProbeSearch]:
        """Search for the main face of each of many pictures; a bad file is an outcome and stops nothing.

        Parameters
        ----------
        paths : sequence of Path
            Pictures, or folders of pictures.
        top, galleries, fusion, case_id
            As in :meth:`search`.
        every_face : bool
            Whether to search for each face of a picture instead.
        tested : int
            How many candidates to test the evidence on, see :meth:`test_maps`; with 0 no map is tested.
            A test takes seconds a face.
        progress : Progress, optional
            Hears of each picture and may cancel.

        Yields
        ------
        ProbeSearch
            One a picture, or one a face, in order.

        Raises
        ------
        Cancelled
            If a stop was asked for.
        NotFound
            If a gallery or the case does not exist.
        ModelMismatch
            If the galleries hold only embeddings of another model.
        """
        for analysis in self.analyze_paths(paths, progress):
            path = analysis.path or Path()
            main = analysis.main
            if analysis.image is None or main is None:
                yield ProbeSearch(path, analysis.outcome, analysis.reason, None)
                continue
            for face in analysis.faces if every_face else (main,):
                if face.outcome is not Outcome.OK:
                    yield ProbeSearch(path, face.outcome, face.reason, None)
                    continue
                try:
                    found = self.search(
                        analysis.image, face, top=top, galleries=galleries, fusion=fusion, case_id=case_id
                    )
                except IntegrityFailure as error:
                    yield ProbeSearch(path, Outcome.UNREADABLE, str(error), None)
                    continue
                if tested > 0:
                    count = len(self._kept_search(found.search_id).result.candidates)
                    ranks = range(1, min(tested, count) + 1)
                    maps = self.test_maps(
                        found.search_id, ranks, None if progress is None else progress.silent()
                    )
                else:
                    maps = self.search_maps(found.search_id)
                yield ProbeSearch(path, Outcome.OK, "", found, maps)

    def searches(self, case_id: int | None = None) -> tuple[Search, ...]:
        """Return searches, newest first.

        Parameters
        ----------
        case_id : int, optional
            Only those of this case.

        Returns
        -------
        tuple of Search
            The searches, each without its candidates while they are hidden from the examiner at work.
        """
        with self._database.read() as session:
            found = searches.searches(session, case_id)
            seen = sights(session, self.settings.operator, found)
        return tuple(map(seen_search, found, seen))

    def probe_picture(self, search_id: int) -> bytes:
        """Return the picture that held the probe: the file's own bytes, or a lossless PNG of a video frame.

        Parameters
        ----------
        search_id : int
            The search.

        Returns
        -------
        bytes
            The picture, its hash verified.

        Raises
        ------
        NotFound
            If there is no such search.
        IntegrityFailure
            If the stored bytes no longer have their hash.
        """
        return self._read_probe(self.search_record(search_id), "probe.read")
