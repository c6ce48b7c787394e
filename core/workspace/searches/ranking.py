"""From a probe to a stored candidate list: intake of the picture, ranking and audit."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from core.errors import UsageError
from core.imaging.naming import shown_name
from core.imaging.still import encode_png
from core.search.identify import identify
from core.search.index import Index
from core.storage import audit, evidence, searches
from core.storage import gallery as stored
from core.storage.cases import changeable
from core.storage.samples import sample
from core.storage.searches import NewSearch
from core.storage.templates import compared_vector
from core.types import (
    AttentionMap,
    CandidateList,
    EvidenceKind,
    Fusion,
    PairEvidence,
    Probe,
    ProbeFace,
    Search,
    SearchMaps,
    SourceImage,
    Template,
)
from core.workspace.anchor import Anchoring
from core.workspace.cases.evidence_files import EvidenceFiles
from core.workspace.cases.faces import Faces
from core.workspace.cases.intake import take_in
from core.workspace.judgement.blind import seen_search, sights
from core.workspace.searches.search_record import SearchRequest, audit_details, candidate_of, picture_to_keep

if TYPE_CHECKING:
    from core.recognition.explanation import Explanation


class Ranking(Faces, Anchoring, EvidenceFiles):
    """What every kind of search does."""

    def _request(
        self,
        top: int | None,
        galleries: Sequence[str] | None,
        fusion: Fusion | None,
        case_id: int | None,
        made_with: tuple[tuple[str, str], ...],
        faces: tuple[ProbeFace, ...] = (),
    ) -> SearchRequest:
        defaults = self.settings.gallery
        top = defaults.top if top is None else top
        if top < 1:
            raise UsageError("A candidate list needs at least one place.")
        names = None if galleries is None else tuple(dict.fromkeys(galleries))
        return SearchRequest(
            top, names, fusion or Fusion(defaults.fusion), case_id, self.settings.operator, made_with, faces
        )

    def _check_request(self, request: SearchRequest) -> None:
        """Refuse a search in a closed case, or for what does not exist, before anything is kept of it."""
        with self._database.read() as session:
            if request.case_id is not None:
                changeable(session, request.case_id)
            for name in request.galleries or ():
                stored.gallery(session, name)

    def _take_in(self, image: SourceImage, case_id: int | None) -> tuple[int, str]:
        """Keep the picture and its intake; return the key of the evidence and that of the picture."""
        copied = self._copy_in(case_id, image.path, image.sha256)
        with self._database.read() as session:
            path = self._origin(session, case_id, image.path, image.sha256)
            known = evidence.find_evidence(session, case_id, path, image.sha256)
        kind = EvidenceKind.STILL if image.frame is None else EvidenceKind.VIDEO
        with contextlib.nullcontext() if known is None else self._guarded(known, "search.run"):
            if copied and image.frame is None:
                self._read_kept(
                    image.sha256, f"The copy of {shown_name(image.path)} that the workspace keeps"
                )
                picture_sha256 = image.sha256
            else:
                picture_sha256 = self._files.put(picture_to_keep(image))
        with self._database.write() as session:
            evidence_id = take_in(
                session,
                self.settings.operator,
                case_id,
                kind,
                path,
                image.sha256,
                image.byte_size,
                stored=True,
                copied=copied,
            )
        return evidence_id, picture_sha256

    def _rank(
        self,
        request: SearchRequest,
        probe: Probe,
        model_id: str,
        crop: NDArray[np.uint8],
        attention_maps: tuple[AttentionMap, ...],
    ) -> Search:
        """Rank one probe, and return the search as the examiner may see it.

        The crop is taken apart before a transaction holds the file.
        """
        explanation = self._analyzer().explain(crop)
        while True:
            found = self._rank_once(
                request, self._current_index(request.galleries), probe, model_id, attention_maps, explanation
            )
            if found is not None:
                self._anchor_head()
                return found

    def _rank_once(
        self,
        request: SearchRequest,
        index: Index,
        probe: Probe,
        model_id: str,
        attention_maps: tuple[AttentionMap, ...],
        explanation: Explanation,
    ) -> Search | None:
        """Rank and store in one transaction; None when a gallery has changed since the index was made."""
        with self._database.write() as session:
            if stored.revision(session) != index.revision:
                return None
            if request.case_id is not None:
                changeable(session, request.case_id)
            if request.galleries is None:
                wanted = stored.galleries(session)
            else:
                wanted = tuple(stored.gallery(session, name) for name in request.galleries)
            keys = [gallery.gallery_id for gallery in wanted]
            template = Template(probe.embedding, model_id)
            (hits,) = identify(index, (template,), k=request.top, galleries=keys, fusion=request.fusion)
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
            new = NewSearch(
                case_id=request.case_id,
                probe=probe,
                crop_png=encode_png(explanation.crop),
                result=result,
                top=request.top,
                operator=request.operator,
                conditions=request.conditions,
                maps=SearchMaps(
                    attention_maps, _evidence(session, explanation, probe, result, request.faces)
                ),
                faces=request.faces,
            )
            search_id = searches.add_search(session, new)
            entry = audit.append(session, request.operator, "search.run", audit_details(search_id, new))
            searches.seal_search(session, search_id, entry.entry_hash)
            found = searches.search(session, search_id)
            (sight,) = sights(session, request.operator, [found])
            return seen_search(found, sight)


def _evidence(
    session: Session,
    explanation: Explanation,
    probe: Probe,
    result: CandidateList,
    faces: tuple[ProbeFace, ...],
) -> tuple[PairEvidence | None, ...]:
    """Return the evidence on each candidate; no region of one crop explains a template of several faces."""
    if len(faces) > 1:
        return (None,) * len(result.candidates)
    vectors = (
        compared_vector(session, result.fusion, one.sample_id, one.template_id, result.model_id)
        for one in result.candidates
    )
    return tuple(None if one is None else explanation.evidence(probe.embedding, one) for one in vectors)
