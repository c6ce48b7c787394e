"""Several faces of one person as one probe: their template, weighted by recognizability."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from core.errors import ModelMismatch, NotFound, UsageError
from core.storage import evidence, pictures
from core.storage.search_probes import StoredFace, stored_face
from core.storage.templates import template_weights, weighted_template
from core.types import CasePicture, FaceState, Fusion, ProbeFace, Search, SourceImage
from core.workspace.cases.face_decisions import FaceDecisions
from core.workspace.conditions import conditions
from core.workspace.searches.assessed_face import AssessedFace
from core.workspace.searches.search_record import probe_of
from core.workspace.searches.searching import SearchDesk


class ProbeTemplates(SearchDesk, FaceDecisions):
    """The part of the front door that searches for several faces of a case at once."""

    def search_faces(
        self,
        face_ids: Sequence[int],
        *,
        top: int | None = None,
        galleries: Sequence[str] | None = None,
        fusion: Fusion | None = None,
    ) -> Search:
        """Rank subjects by their similarity to the template of one or more faces of one person.

        The template is normalise(sum of q v / sum of q) over the faces' embeddings v, q = max(RI, 0). The
        most recognizable face is shown as the probe; all faces and their weights are kept with the search.

        Parameters
        ----------
        face_ids : sequence of int
            Keys of faces of one case.
        top, galleries, fusion
            As in :meth:`search`.

        Returns
        -------
        Search
            The search, without its candidates while they are hidden from the examiner at work. With several
            faces there is no evidence on its candidates: no region of a single one explains a template.

        Raises
        ------
        UsageError
            If no face is named, they belong to several cases, or one of them is no face or was not assessed.
        NotFound
            If a face or a gallery does not exist.
        ModelMismatch
            If a face was assessed with another model than the one in use.
        Conflict
            If the case is closed or archived.
        IntegrityFailure
            If the picture of one of the faces is gone or has changed.
        """
        faces = self._stored_faces(face_ids)
        indices = [float(one.recognizability or 0) for one in faces]
        shown = int(np.argmax(indices))
        order = [shown, *(place for place in range(len(faces)) if place != shown)]
        weights = template_weights(indices)
        made_of = tuple(ProbeFace(faces[place].face_id, float(weights[place])) for place in order)
        made_with = conditions(self.settings, self._analyzer().device)
        request = self._request(top, galleries, fusion, faces[0].case_id, made_with, made_of)
        self._check_request(request)
        for other in {one.picture_id for one in faces} - {faces[shown].picture_id}:
            self.check_picture(other, "search.run")
        image, face = self.assess_face(faces[shown].face_id)
        with self._database.read() as session:
            picture = pictures.picture(session, faces[shown].picture_id)
            piece = evidence.piece_of_evidence(session, picture.evidence_id)
        assessed = AssessedFace.of(face)
        evidence_id, picture_sha256 = self._take_in_picture(picture, image)
        template = weighted_template(
            np.stack([one.embedding for one in faces if one.embedding is not None]), indices
        )
        probe = dataclasses.replace(
            probe_of(image, assessed, evidence_id, picture_sha256),
            path=piece.path,
            sha256=piece.sha256,
            embedding=template,
        )
        return self._rank(request, probe, assessed.model_id, assessed.aligned.crop, face.attention_maps)

    def _stored_faces(self, face_ids: Sequence[int]) -> tuple[StoredFace, ...]:
        """Return faces that may form a template, in the order of their keys."""
        if not face_ids:
            raise UsageError("Choose at least one face to search for.")
        with self._database.read() as session:
            faces = tuple(stored_face(session, face_id) for face_id in sorted(set(face_ids)))
        if len({one.case_id for one in faces}) > 1:
            raise UsageError("The faces belong to several cases; a template is made of the faces of one.")
        in_use = self.active_model().model_id
        for one in faces:
            if one.state is FaceState.NOT_A_FACE:
                raise UsageError(f"Face {one.face_id} was said to be no face.")
            if one.embedding is None or one.recognizability is None:
                raise UsageError(f"Face {one.face_id} could not be assessed, so it cannot be searched for.")
            if one.model_id != in_use:
                raise ModelMismatch(
                    f"Face {one.face_id} was assessed with another model than the one in use: analyse its "
                    "picture again."
                )
        return faces

    def _take_in_picture(self, picture: CasePicture, image: SourceImage) -> tuple[int, str]:
        """Return the keys of the evidence and of the kept picture, which is kept now if it is not yet."""
        try:
            self._files.read(picture.sha256)
        except NotFound:
            return self._take_in(image, picture.case_id)
        return picture.evidence_id, picture.sha256
