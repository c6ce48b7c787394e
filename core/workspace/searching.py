"""Searches: a probe against galleries, kept with everything needed to do it again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.errors import IntegrityFailure, UsageError
from core.progress import Progress
from core.search.identify import identify
from core.search.index import Index
from core.storage import audit, evidence, searches
from core.storage import gallery as stored
from core.storage.cases import case
from core.storage.samples import sample
from core.types import (
    CandidateList,
    EvidenceKind,
    FaceAnalysis,
    Fusion,
    Outcome,
    Search,
    SourceImage,
    Template,
)
from core.workspace.assessed_face import AssessedFace
from core.workspace.conditions import conditions
from core.workspace.faces import Faces
from core.workspace.search_record import (
    SearchRequest,
    audit_details,
    candidate_of,
    picture_to_keep,
    record_of,
)


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
    """

    path: Path
    outcome: Outcome
    reason: str
    search: Search | None


class SearchDesk(Faces):
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

        Returns
        -------
        Search
            The search as it is kept.

        Raises
        ------
        UsageError
            If the face could not be assessed.
        NotFound
            If a gallery or the case does not exist.
        ModelMismatch
            If the galleries hold only embeddings of another model.
        IntegrityFailure
            If the file has changed since it was read.
        """
        top = self.settings.gallery.top if top is None else top
        if top < 1:
            raise UsageError("A candidate list needs at least one place.")
        request = SearchRequest(
            top=top,
            galleries=None if galleries is None else tuple(dict.fromkeys(galleries)),
            fusion=fusion or Fusion(self.settings.gallery.fusion),
            case_id=case_id,
            operator=self.settings.operator,
            conditions=conditions(self.settings, self._analyzer().device),
        )
        probe = AssessedFace.of(face)
        self._check_names(request)
        picture_sha256 = self._files.put(picture_to_keep(image))
        while True:
            found = self._keep(request, self._current_index(), image, probe, picture_sha256)
            if found is not None:
                return found

    def search_paths(
        self,
        paths: Sequence[Path],
        *,
        top: int | None = None,
        galleries: Sequence[str] | None = None,
        fusion: Fusion | None = None,
        case_id: int | None = None,
        every_face: bool = False,
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
                yield ProbeSearch(path, Outcome.OK, "", found)

    def searches(self, case_id: int | None = None) -> tuple[Search, ...]:
        """Return searches, newest first.

        Parameters
        ----------
        case_id : int, optional
            Only those of this case.

        Returns
        -------
        tuple of Search
            The searches.
        """
        with self._database.read() as session:
            return searches.searches(session, case_id)

    def search_record(self, search_id: int) -> Search:
        """Return a search as it was kept.

        Parameters
        ----------
        search_id : int
            Its key.

        Returns
        -------
        Search
            The search.

        Raises
        ------
        NotFound
            If there is no such search.
        """
        with self._database.read() as session:
            return searches.search(session, search_id)

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
        return self._files.read(self.search_record(search_id).probe.picture_sha256)

    def _check_names(self, request: SearchRequest) -> None:
        """Refuse a search for a case or gallery that does not exist before anything is kept of it."""
        with self._database.read() as session:
            if request.case_id is not None:
                case(session, request.case_id)
            for name in request.galleries or ():
                stored.gallery(session, name)

    def _keep(
        self,
        request: SearchRequest,
        index: Index,
        image: SourceImage,
        face: AssessedFace,
        picture_sha256: str,
    ) -> Search | None:
        """Rank and store in one transaction; None when a gallery has changed since the index was made."""
        with self._database.write() as session:
            if stored.revision(session) != index.revision:
                return None
            if request.galleries is None:
                wanted = stored.galleries(session)
            else:
                wanted = tuple(stored.gallery(session, name) for name in request.galleries)
            keys = [gallery.gallery_id for gallery in wanted]
            probe = Template(face.embedding, face.model_id)
            (hits,) = identify(index, (probe,), k=request.top, galleries=keys, fusion=request.fusion)
            kind = EvidenceKind.STILL if image.frame is None else EvidenceKind.VIDEO
            source = evidence.add_evidence(
                session, request.case_id, kind, str(image.path or ""), image.sha256, image.byte_size, True
            )
            result = CandidateList(
                candidates=tuple(
                    candidate_of(rank, hit, sample(session, hit.sample_id))
                    for rank, hit in enumerate(hits, start=1)
                ),
                gallery_size=index.size(keys),
                gallery_revision=index.revision,
                gallery_digest=index.digest,
                galleries=tuple(gallery.name for gallery in wanted),
                model_id=index.model_id,
                fusion=request.fusion,
            )
            new = record_of(request, image, face, source.evidence_id, picture_sha256, result)
            search_id = searches.add_search(session, new)
            entry = audit.append(
                session, request.operator, "search.run", audit_details(search_id, request, image, result)
            )
            searches.seal_search(session, search_id, entry.entry_hash)
            return searches.search(session, search_id)
