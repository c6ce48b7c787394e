"""The samples of a gallery as a grid."""

from __future__ import annotations

from app.qtmodels.rows import RowsModel
from core.types import Sample


class SamplesModel(RowsModel[Sample]):
    """One row a sample; the text filter works on the whole list without asking the database again."""

    def text(self, item: Sample) -> str:
        """Return subject, gallery, index and size."""
        return self.tr("{0}\n{1}, RI {2:.2f}, eyes {3:.1f} px apart").format(
            item.subject, item.gallery, item.recognizability, item.eye_distance_px
        )

    def picture_key(self, item: Sample) -> int:
        """Return the key of the sample."""
        return item.sample_id
