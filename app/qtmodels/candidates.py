"""The candidate list of a search."""

from __future__ import annotations

from app.qtmodels.rows import RowsModel
from core.types import Candidate


class CandidatesModel(RowsModel[Candidate]):
    """One row a candidate, rank 1 first."""

    def text(self, item: Candidate) -> str:
        """Return rank, subject, gallery and similarity."""
        return self.tr("Rank {0}: {1}\n{2}, similarity {3:.3f}, RI of the sample {4:.2f}").format(
            item.rank, item.subject, item.gallery, item.similarity, item.recognizability
        )

    def picture_key(self, item: Candidate) -> int:
        """Return the key of the sample that is shown."""
        return item.sample_id
