"""Samples of any depth and colour model, brought to 8-bit RGB without clipping."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.errors import UnreadableImage

_ALPHA_MODES = frozenset({"LA", "La", "PA", "RGBA", "RGBa"})
_GREY_16_MODES = frozenset({"I;16", "I;16B", "I;16L", "I;16N"})
_PHOTOMETRIC_TAG = 262
_WHITE_IS_ZERO = 0


def rgb_samples(image: Image.Image, name: str) -> tuple[NDArray[np.uint8], tuple[str, ...]]:
    """Decode a picture that was opened and convert it to 8-bit RGB.

    Parameters
    ----------
    image : Image
        Opened with Pillow, not loaded yet.
    name : str
        What to call it in an error.

    Returns
    -------
    pixels : ndarray of uint8, shape (height, width, 3)
        RGB.
    notes : tuple of str
        What was decided on the way, one sentence each.

    Raises
    ------
    UnreadableImage
        If the samples have no defined range of brightness (32-bit integers, floating point).
    """
    raw_mode = _raw_mode(image)
    image.load()
    if image.mode in _GREY_16_MODES or (image.mode == "I" and image.format == "PNG"):
        return _grey_16(image, raw_mode)
    if image.mode in ("I", "F"):
        kind = "32-bit floating-point" if image.mode == "F" else "signed or 32-bit integer"
        raise UnreadableImage(
            f"{name} holds {kind} samples, for which no range from black to white is defined."
        )
    notes = []
    if ";16" in raw_mode:
        notes.append("Its 16-bit samples were scaled to 8 bits.")
    if image.mode in _ALPHA_MODES or "transparency" in image.info:
        notes.append("Its transparency was dropped; the colours are as stored.")
    if image.mode == "CMYK":
        notes.append("Its CMYK inks were converted to RGB without a colour profile.")
    if image.mode == "RGBa":
        image = image.convert("RGBA")
    elif image.mode == "P" and "transparency" in image.info:
        image.info.pop("transparency")
    return np.array(image.convert("RGB")), tuple(notes)


def _grey_16(image: Image.Image, raw_mode: str) -> tuple[NDArray[np.uint8], tuple[str, ...]]:
    bits = 12 if raw_mode.endswith(";12") else 16
    samples = np.asarray(image).astype(np.uint16)
    grey = (samples >> (bits - 8)).astype(np.uint8)
    # Pillow inverts 8-bit pictures in which 0 is white, but not these.
    if _photometric(image) == _WHITE_IS_ZERO:
        grey = 255 - grey
    return np.repeat(grey[..., None], 3, axis=2), (f"Its {bits}-bit samples were scaled to 8 bits.",)


def _raw_mode(image: Image.Image) -> str:
    """Return Pillow's name for the layout of the stored samples, such as "RGB;16B"."""
    for tile in getattr(image, "tile", ()):
        arguments = tile[3]
        first = arguments[0] if isinstance(arguments, tuple) and arguments else arguments
        if isinstance(first, str):
            return first
    return ""


def _photometric(image: Image.Image) -> int | None:
    tags = getattr(image, "tag_v2", None)
    return None if tags is None else tags.get(_PHOTOMETRIC_TAG)
