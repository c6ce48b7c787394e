"""Pictures derived from others by an adjustment of the fixed list; the original is never touched."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from core.errors import UsageError
from core.imaging.adjustments import ADJUSTMENTS, adjust, complete
from core.imaging.digest import hash_bytes
from core.imaging.still import encode_png
from core.imaging.thumbnail import thumbnail_png
from core.storage import journal, picture_files, pictures
from core.storage.cases import changeable
from core.types import Adjustment, CasePicture, SourceImage
from core.workspace.cases.case_pictures import CasePictures


class DerivedPictures(CasePictures):
    """The part of the front door that adjusts pictures."""

    def adjustments(self) -> tuple[Adjustment, ...]:
        """Return what may be done to a picture: a fixed list, with parameters, ranges and defaults."""
        return ADJUSTMENTS

    def derive_picture(self, picture_id: int, operation: str, parameters: Mapping[str, float]) -> CasePicture:
        """Make a picture from another one and keep it in the case, in one step that can be undone.

        Parameters
        ----------
        picture_id : int
            What it is made from; an original or a derived picture.
        operation : str
            Name of an adjustment.
        parameters : mapping of str to float
            Its parameters; those left out have their defaults.

        Returns
        -------
        CasePicture
            The new picture, or the one that was made in the same way before; it was not searched for faces,
            see :meth:`analyze_picture`.

        Raises
        ------
        NotFound
            If there is no such picture.
        UsageError
            If there is no such adjustment, a parameter is missing or out of range, the result is larger than
            the settings allow, or it is the picture itself.
        UnreadableImage
            If the picture could not be read when it was taken in.
        IntegrityFailure
            If its bytes have changed since.
        Conflict
            If the case is closed.
        """
        values = complete(operation, parameters)
        with self._database.read() as session:
            changeable(session, pictures.picture(session, picture_id).case_id)
            known = pictures.find_derived(session, picture_id, operation, values)
            if known is not None:
                return pictures.picture(session, known)
        before = self.read_case_picture(picture_id).pixels
        pixels = self._adjusted(before, operation, values)
        if np.array_equal(pixels, before):
            raise UsageError("With these parameters the picture stays as it is.")
        sha256 = self._files.put(encode_png(pixels))
        small = thumbnail_png(pixels)
        details = {
            "parent_id": picture_id,
            "operation": operation,
            "parameters": {name: f"{value:g}" for name, value in values.items()},
            "sha256": sha256,
        }
        size = (pixels.shape[1], pixels.shape[0])
        with self._database.write() as session:
            parent = pictures.picture_row(session, picture_id)
            changeable(session, parent.case_id)
            with journal.step(
                session, self.settings.operator, picture_files.DERIVED, details, case_id=parent.case_id
            ):
                row = pictures.add_derived(session, parent, operation, values, sha256, size)
            picture_files.put_thumbnail(session, row.id, small)
            session.flush()
            return pictures.picture(session, row.id)

    def derived_preview(
        self, picture_id: int, operation: str, parameters: Mapping[str, float]
    ) -> SourceImage:
        """Show what :meth:`derive_picture` would make, without keeping it.

        Parameters
        ----------
        picture_id : int
            What it is made from.
        operation : str
            Name of an adjustment.
        parameters : mapping of str to float
            Its parameters; those left out have their defaults.

        Returns
        -------
        SourceImage
            The result.

        Raises
        ------
        NotFound
            If there is no such picture.
        UsageError
            If there is no such adjustment, a parameter is missing or out of range, or the result is larger
            than the settings allow.
        UnreadableImage
            If the picture could not be read when it was taken in.
        IntegrityFailure
            If its bytes have changed since.
        """
        values = complete(operation, parameters)
        pixels = self._adjusted(self.read_case_picture(picture_id).pixels, operation, values)
        note = f"A preview of picture {picture_id} of the case: {operation}."
        return SourceImage(pixels, hash_bytes(pixels.tobytes()), None, "PNG", pixels.size, notes=(note,))

    def _adjusted(
        self, pixels: NDArray[np.uint8], operation: str, values: Mapping[str, float]
    ) -> NDArray[np.uint8]:
        result = adjust(pixels, operation, values)
        height, width = result.shape[:2]
        if height * width > self.settings.imaging.max_pixels:
            raise UsageError(
                f"The result would have {width} x {height} px, more than the limit of "
                f"{self.settings.imaging.max_pixels:,} px."
            )
        return result
