"""A face in words, for tooltips and screen readers."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.widgets.faces.state_mark import state_words
from app.widgets.terms import band_name, face_size
from core.types import CaseFace

_translate = QCoreApplication.translate


def face_words(face: CaseFace, picture: str) -> str:
    """Return recognizability, size, state and picture of a face in one line.

    Parameters
    ----------
    face : CaseFace
        The face.
    picture : str
        Name of its picture.

    Returns
    -------
    str
        Such as "RI 0.62, fair, eyes 9.6 px apart, ✓ confirmed: Collins, DSC_1.jpg".
    """
    value = face.recognizability
    index = (
        _translate("FaceGrid", "not assessed")
        if value is None
        else _translate("FaceGrid", "RI {0:.2f}, {1}").format(value.index, band_name(value.band))
    )
    return ", ".join((index, face_size(face), state_words(face.state, face.subject), picture))
