"""Still pictures: read, checked before they are decoded, and brought to 8-bit RGB."""

from __future__ import annotations

import os
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from core.errors import UnreadableImage
from core.imaging.digest import hash_bytes
from core.imaging.naming import one_line, shown_name
from core.imaging.regular_file import open_regular
from core.imaging.samples import rgb_samples
from core.settings import ImagingSettings
from core.types import SourceImage

FORMATS = ("JPEG", "PNG", "TIFF", "BMP", "WEBP")
SUFFIXES = frozenset({".bmp", ".dib", ".jfif", ".jpe", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"})

Decode = Callable[[bytes, ImagingSettings, Path | None], SourceImage]
"""Makes a picture of the bytes of a file, as :func:`decode_still` does."""

# Pillow warns at a size of its own choosing; the size in the header is held against our limit instead.
Image.MAX_IMAGE_PIXELS = None

_ORIENTATION_TAG = 0x0112


def list_pictures(path: Path) -> list[Path]:
    """List the still pictures that a path means.

    Parameters
    ----------
    path : Path
        A file, which means itself whatever its suffix, or a folder, which means all files below it
        with the suffix of a picture.

    Returns
    -------
    list of Path
        In the order of their names. A folder that cannot be listed stands in the list itself, so that
        whoever reads the list meets the failure.
    """
    # A path that cannot even be asked about, such as one that is too long, is met by whoever reads it.
    if not os.path.isdir(path):
        return [path]
    found: list[Path] = []

    def remember(error: OSError) -> None:
        found.append(Path(error.filename))

    for folder, _, names in os.walk(path, onerror=remember):
        found.extend(Path(folder, name) for name in names if Path(name).suffix.lower() in SUFFIXES)
    return sorted(found)


def read_still(path: Path, limits: ImagingSettings, decode: Decode | None = None) -> SourceImage:
    """Read a picture from a file.

    Parameters
    ----------
    path : Path
        The file.
    limits : ImagingSettings
        Largest file and largest picture.
    decode : callable, optional
        What decodes the bytes instead of :func:`decode_still`, such as
        :meth:`core.imaging.isolated.StillDecoder.decode`.

    Returns
    -------
    SourceImage
        The picture, upright, and the hash of the file's bytes.

    Raises
    ------
    UnreadableImage
        If there is no such file, or :func:`decode_still` refuses its bytes.
    """
    name = shown_name(path)
    try:
        if os.path.isdir(path):
            raise UnreadableImage(f"{name} is a folder, not a picture.")
        if os.path.exists(path) and not os.path.isfile(path):
            raise UnreadableImage(f"{name} is not a regular file.")
        with open_regular(path) as file:
            size = os.fstat(file.fileno()).st_size
            # A file may grow while it is read.
            data = file.read(limits.max_file_bytes + 1) if size <= limits.max_file_bytes else b""
    except FileNotFoundError as error:
        raise UnreadableImage(f"{name} does not exist.") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UnreadableImage(f"{name} cannot be read: {reason}.") from error
    if size > limits.max_file_bytes:
        raise UnreadableImage(f"{name} has {size:,} bytes, more than the limit of {limits.max_file_bytes:,}.")
    return (decode or decode_still)(data, limits, path)


def decode_still(data: bytes, limits: ImagingSettings, path: Path | None = None) -> SourceImage:
    """Decode the bytes of a picture to upright 8-bit RGB.

    Only JPEG, PNG, TIFF, BMP and WebP are looked at. The first picture of several is used; transparency
    is dropped and the colours are kept as stored; samples deeper than 8 bits are scaled, never clipped.
    Each such decision is a note of the result.

    Parameters
    ----------
    data : bytes
        The whole file.
    limits : ImagingSettings
        Largest file and largest picture, checked before anything is decoded.
    path : Path, optional
        Where the bytes came from.

    Returns
    -------
    SourceImage
        The picture.

    Raises
    ------
    UnreadableImage
        If the bytes are none of these formats, damaged, incomplete, too large, or hold samples without a
        defined range of brightness.
    """
    name = shown_name(path)
    if not data:
        raise UnreadableImage(f"{name} is empty.")
    if len(data) > limits.max_file_bytes:
        raise UnreadableImage(
            f"{name} has {len(data):,} bytes, more than the limit of {limits.max_file_bytes:,}."
        )
    try:
        return _decode(data, limits, path, name)
    except UnreadableImage:
        raise
    except UnidentifiedImageError as error:
        raise UnreadableImage(f"{name} is not a JPEG, PNG, TIFF, BMP or WebP picture.") from error
    except MemoryError as error:
        raise UnreadableImage(f"{name} needs more memory than there is.") from error
    except Exception as error:  # a decoder that is fed damaged bytes may raise anything
        reason = one_line(str(error)).rstrip(".")
        raise UnreadableImage(f"{name} is damaged or incomplete: {reason}.") from error


def encode_png(pixels: NDArray[np.uint8]) -> bytes:
    """Encode an RGB picture as PNG; equal pixels give equal bytes."""
    file = BytesIO()
    Image.fromarray(pixels).save(file, "PNG", compress_level=6)
    return file.getvalue()


def _decode(data: bytes, limits: ImagingSettings, path: Path | None, name: str) -> SourceImage:
    with Image.open(BytesIO(data), formats=FORMATS) as image:
        width, height = image.size
        if width * height > limits.max_pixels:
            raise UnreadableImage(
                f"{name} has {width} x {height} px, more than the limit of {limits.max_pixels:,} px."
            )
        notes = []
        if getattr(image, "is_animated", False):
            notes.append("The file holds several pictures; the first was used.")
        declared = _orientation(image)
        pixels, colour_notes = rgb_samples(image, name)
        # Pillow turns a TIFF upright itself while loading it and then forgets the tag.
        pixels = _turned_upright(pixels, _orientation(image))
        file_format = "JPEG" if image.format == "MPO" else str(image.format)
    pixels = np.ascontiguousarray(pixels)
    pixels.flags.writeable = False
    return SourceImage(
        pixels=pixels,
        sha256=hash_bytes(data),
        path=path,
        file_format=file_format,
        byte_size=len(data),
        orientation=declared,
        notes=(*notes, *colour_notes),
    )


def _orientation(image: Image.Image) -> int:
    try:
        value = image.getexif().get(_ORIENTATION_TAG, 1)
    except Exception:  # damaged metadata must not cost the picture
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _turned_upright(pixels: NDArray[np.uint8], orientation: int) -> NDArray[np.uint8]:
    """Undo an EXIF orientation (CIPA DC-008, tag 0x0112)."""
    if orientation in (5, 6, 7, 8):
        pixels = pixels.transpose(1, 0, 2)
    if orientation in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    if orientation in (3, 4, 7, 8):
        pixels = pixels[::-1]
    return pixels
