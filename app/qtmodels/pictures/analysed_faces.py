"""What the network said of faces, as far as it is still at hand."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

import numpy as np

from core.types import CaseFace, FaceAnalysis

_KEPT = 512


class AnalysedFaces:
    """Analyses of faces of the record by the face's key; the last ones used stay longest."""

    def __init__(self) -> None:
        self._kept: OrderedDict[int, FaceAnalysis] = OrderedDict()

    def pair(self, faces: Sequence[CaseFace], analyses: Sequence[FaceAnalysis]) -> None:
        """Remember the analyses that are of the very box, landmarks and weights that the record keeps."""
        for face in faces:
            for analysis in analyses:
                if _same(face, analysis):
                    self.put(face.face_id, analysis)

    def put(self, face_id: int, analysis: FaceAnalysis) -> None:
        """Remember one."""
        self._kept[face_id] = analysis
        self._kept.move_to_end(face_id)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)

    def get(self, face: CaseFace) -> FaceAnalysis | None:
        """Return the analysis of a face as it is now, None when it has to be made again."""
        found = self._kept.get(face.face_id)
        if found is None or not _same(face, found):
            return None
        self._kept.move_to_end(face.face_id)
        return found


def _same(face: CaseFace, analysis: FaceAnalysis) -> bool:
    kept, given = face.detection, analysis.detection
    if kept.box != given.box or face.model_id != (analysis.model_id or ""):
        return False
    if kept.landmarks is None or given.landmarks is None:
        return kept.landmarks is given.landmarks
    return bool(np.array_equal(kept.landmarks, given.landmarks))
