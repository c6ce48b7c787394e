"""What may be concluded from a face, by its band and size; the one text of the desk, the report and the CLI.

No sentence promises more than a lead: what was measured is how faces of a band are ranked, not whether an
examiner can compare their features.
"""

from __future__ import annotations

from core.types.faces import Band

SMALL_EYE_DISTANCE_PX = 24.0

CONSEQUENCES = {
    Band.UNRECOGNIZABLE: (
        "Too little to tell anybody by: nothing follows from the order of the candidates, neither for nor "
        "against anyone. A better picture is needed."
    ),
    Band.LOW: (
        "Too little for a comparison; usable as a lead at most. The person may well be missing among the "
        "first candidates although enrolled."
    ),
    Band.FAIR: (
        "Usable as a lead at most: look-alikes are to be expected among the first candidates, and an "
        "examiner must judge whether the features can be compared at all."
    ),
    Band.GOOD: (
        "Faces like this one are ranked usefully; a ranking is a lead at most, and being at rank 1 is no "
        "identification. An examiner must judge whether the features can be compared."
    ),
}

SIZE_CAVEAT = (
    "Less than 24 px lie between the eyes: the band says how such faces are ranked, not that their features "
    "can be made out."
)


def needs_size_caveat(band: Band, eye_distance_px: float | None) -> bool:
    """Return whether a face is so small that its band could be taken for more than it is.

    Parameters
    ----------
    band : Band
        The band of the face.
    eye_distance_px : float or None
        Native distance of the eyes in px, None where it is not known.

    Returns
    -------
    bool
        True for a fair or good face with less than 24 px between the eyes.
    """
    promising = band in (Band.FAIR, Band.GOOD)
    return promising and eye_distance_px is not None and eye_distance_px < SMALL_EYE_DISTANCE_PX


def consequence(band: Band, eye_distance_px: float | None = None) -> str:
    """Return what a face may be used for.

    Parameters
    ----------
    band : Band
        The band of the face.
    eye_distance_px : float or None
        Native distance of the eyes in px, where it is known.

    Returns
    -------
    str
        One to three sentences.
    """
    text = CONSEQUENCES[band]
    return f"{text} {SIZE_CAVEAT}" if needs_size_caveat(band, eye_distance_px) else text
