"""Stills: every kind of file has a clear outcome."""

from __future__ import annotations

import hashlib
import os
import struct
import warnings
import zlib
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray
from PIL import Image

from core.errors import UnreadableImage
from core.imaging.still import decode_still, encode_png, list_pictures, read_still
from core.settings import ImagingSettings

Pixels = NDArray[np.uint8]


def _encoded(image: Image.Image, file_format: str, **options: Any) -> bytes:
    file = BytesIO()
    image.save(file, file_format, **options)
    return file.getvalue()


def _empty_png(width: int, height: int) -> bytes:
    """A PNG of zeros that is made without holding its pixels."""
    squeeze = zlib.compressobj()
    row = bytes(1 + (width + 7) // 8)
    body = b"".join(squeeze.compress(row) for _ in range(height)) + squeeze.flush()
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)),
        (b"IDAT", body),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


def _tiff(samples: NDArray[Any], **options: Any) -> bytes:
    file = BytesIO()
    tifffile.imwrite(file, samples, **options)
    return file.getvalue()


@pytest.mark.parametrize("file_format", ["PNG", "TIFF", "BMP", "WEBP"])
def test_a_lossless_picture_comes_back_exactly(
    file_format: str, scene: Pixels, limits: ImagingSettings
) -> None:
    options = {"lossless": True} if file_format == "WEBP" else {}
    data = _encoded(Image.fromarray(scene), file_format, **options)
    image = decode_still(data, limits)
    np.testing.assert_array_equal(image.pixels, scene)
    assert (image.file_format, image.notes, image.orientation) == (file_format, (), 1)
    assert not image.pixels.flags.writeable


def test_a_jpeg_carries_the_hash_and_the_size_of_its_file(
    tmp_path: Path, scene: Pixels, limits: ImagingSettings
) -> None:
    path = tmp_path / "Фото в папке 1.jpg"
    path.write_bytes(_encoded(Image.fromarray(scene), "JPEG", quality=95))
    image = read_still(path, limits)
    assert image.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (image.byte_size, image.path, image.file_format) == (path.stat().st_size, path, "JPEG")
    assert (image.width, image.height) == (40, 24)
    assert np.abs(image.pixels.astype(int) - scene).mean() < 4


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda p: p.write_text("this is no picture\n" * 50), "is not a JPEG, PNG, TIFF"),
        (lambda p: p.write_bytes(b""), "is empty"),
        (lambda p: None, "does not exist"),
        (lambda p: p.mkdir(), "is a folder"),
        (lambda p: os.mkfifo(p), "is not a regular file"),
        (lambda p: p.write_bytes(_empty_png(20_000, 20_000)), "has 20000 x 20000 px"),
        (lambda p: Image.new("RGB", (9, 9)).save(p, "GIF"), "is not a JPEG, PNG, TIFF"),
        (lambda p: Image.new("RGB", (9, 9)).save(p, "PPM"), "is not a JPEG, PNG, TIFF"),
        (lambda p: p.write_bytes(_tiff(np.zeros((4, 4), np.float32))), "floating-point samples"),
        (lambda p: p.write_bytes(_tiff(np.zeros((4, 4), np.int32))), "integer samples"),
        (lambda p: p.write_bytes(b"\xff\xd8\xff\xe0" + bytes(100)), "is "),
        (lambda p: p.write_bytes(b"II*\0\x08\0\0\0\xff\xff" + bytes(64)), "is "),
    ],
    ids=[
        "text", "empty", "missing", "folder", "pipe", "bomb",
        "gif", "ppm", "float", "int32", "jpeg-head", "tiff-head",
    ],
)  # fmt: skip
def test_what_is_no_picture_is_refused_with_one_sentence(
    make: Callable[[Path], Any], sentence: str, tmp_path: Path, limits: ImagingSettings
) -> None:
    path = tmp_path / "evidence.jpg"
    make(path)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(UnreadableImage, match=sentence) as caught:
            read_still(path, limits)
    text = str(caught.value)
    assert text.startswith("evidence.jpg ")
    assert text.endswith(".")
    assert "\n" not in text


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "TIFF", "BMP", "WEBP"])
@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.9, 0.99])
def test_a_truncated_file_is_an_error_and_no_half_picture(
    file_format: str, share: float, limits: ImagingSettings
) -> None:
    noise = np.random.default_rng(3).integers(0, 256, (64, 64, 3)).astype(np.uint8)
    data = _encoded(Image.fromarray(noise), file_format)
    with pytest.raises(UnreadableImage):
        decode_still(data[: int(len(data) * share)], limits)


def test_random_damage_is_a_picture_or_an_error_and_nothing_else(
    scene: Pixels, limits: ImagingSettings
) -> None:
    rng = np.random.default_rng(11)
    for file_format in ("JPEG", "PNG", "TIFF", "BMP", "WEBP"):
        whole = np.frombuffer(_encoded(Image.fromarray(scene), file_format), np.uint8)
        for _ in range(40):
            damaged = whole.copy()
            places = rng.integers(0, len(damaged), 6)
            damaged[places] = rng.integers(0, 256, 6)
            try:
                image = decode_still(damaged.tobytes(), replace(limits, max_pixels=1_000_000))
            except UnreadableImage:
                continue
            assert image.pixels.dtype == np.uint8


def test_sizes_beyond_the_limits_are_refused_before_decoding(scene: Pixels, limits: ImagingSettings) -> None:
    data = _encoded(Image.fromarray(scene), "PNG")
    assert decode_still(data, replace(limits, max_pixels=960, max_file_bytes=len(data))).width == 40
    with pytest.raises(UnreadableImage, match="40 x 24 px"):
        decode_still(data, replace(limits, max_pixels=959))
    with pytest.raises(UnreadableImage, match="bytes"):
        decode_still(data, replace(limits, max_file_bytes=len(data) - 1))


def test_a_file_beyond_the_limit_is_not_even_read(
    tmp_path: Path, limits: ImagingSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "large.png"
    path.write_bytes(bytes(1000))
    monkeypatch.setattr(Path, "read_bytes", lambda self: pytest.fail("the file was read"))
    with pytest.raises(UnreadableImage, match="1,000 bytes"):
        read_still(path, replace(limits, max_file_bytes=999))


def test_one_pixel_is_a_picture(limits: ImagingSettings) -> None:
    image = decode_still(_encoded(Image.new("RGB", (1, 1), (7, 8, 9)), "PNG"), limits)
    np.testing.assert_array_equal(image.pixels, [[[7, 8, 9]]])


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "TIFF", "WEBP"])
def test_exif_orientation_is_undone(
    file_format: str, orientation: int, scene: Pixels, limits: ImagingSettings
) -> None:
    # How a camera held that way stores the scene: the inverse of what a viewer must do.
    stored = {
        1: scene,
        2: scene[:, ::-1],
        3: scene[::-1, ::-1],
        4: scene[::-1],
        5: scene.transpose(1, 0, 2),
        6: np.rot90(scene, 1),
        7: scene[::-1, ::-1].transpose(1, 0, 2),
        8: np.rot90(scene, -1),
    }[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    options: dict[str, Any] = {"quality": 98, "subsampling": 0} if file_format == "JPEG" else {}
    if file_format == "WEBP":
        options = {"lossless": True}
    data = _encoded(Image.fromarray(np.ascontiguousarray(stored)), file_format, exif=exif, **options)
    image = decode_still(data, limits)
    assert image.orientation == orientation
    assert np.abs(image.pixels.astype(int) - scene).max() <= (12 if file_format == "JPEG" else 0)


@pytest.mark.parametrize("value", [0, 9, 77])
def test_an_impossible_orientation_is_ignored(value: int, scene: Pixels, limits: ImagingSettings) -> None:
    exif = Image.Exif()
    exif[0x0112] = value
    image = decode_still(_encoded(Image.fromarray(scene), "PNG", exif=exif), limits)
    assert image.orientation == 1
    np.testing.assert_array_equal(image.pixels, scene)


@pytest.mark.parametrize("file_format", ["WEBP", "TIFF", "PNG"])
def test_the_first_of_several_pictures_is_used(
    file_format: str, scene: Pixels, limits: ImagingSettings
) -> None:
    first, second = Image.fromarray(scene), Image.fromarray(255 - scene)
    options = {"lossless": True} if file_format == "WEBP" else {}
    data = _encoded(first, file_format, save_all=True, append_images=[second], **options)
    image = decode_still(data, limits)
    np.testing.assert_array_equal(image.pixels, scene)
    assert image.notes == ("The file holds several pictures; the first was used.",)


def test_a_cmyk_jpeg_keeps_its_polarity(scene: Pixels, limits: ImagingSettings) -> None:
    inks = Image.fromarray(scene).convert("CMYK")
    image = decode_still(_encoded(inks, "JPEG", quality=98, subsampling=0), limits)
    assert np.abs(image.pixels.astype(int) - scene).mean() < 4
    assert image.notes == ("Its CMYK inks were converted to RGB without a colour profile.",)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("compression", [None, "deflate"])
def test_a_16_bit_grey_tiff_is_scaled_and_not_clipped(
    order: Any, compression: str | None, limits: ImagingSettings
) -> None:
    ramp = np.linspace(0, 65535, 48 * 32).reshape(32, 48).astype(np.uint16)
    data = _tiff(ramp, byteorder=order, compression=compression, photometric="minisblack")
    image = decode_still(data, limits)
    np.testing.assert_array_equal(image.pixels, np.repeat((ramp >> 8)[..., None], 3, axis=2))
    assert image.notes == ("Its 16-bit samples were scaled to 8 bits.",)


def test_a_16_bit_tiff_in_which_zero_is_white_is_inverted(limits: ImagingSettings) -> None:
    ramp = np.linspace(0, 65535, 64).reshape(8, 8).astype(np.uint16)
    image = decode_still(_tiff(ramp, photometric="miniswhite"), limits)
    np.testing.assert_array_equal(image.pixels[..., 0], 255 - (ramp >> 8))


def test_16_bit_colour_is_scaled_and_not_clipped(limits: ImagingSettings) -> None:
    colour = np.random.default_rng(5).integers(0, 65536, (9, 7, 3)).astype(np.uint16)
    image = decode_still(_tiff(colour, photometric="rgb"), limits)
    np.testing.assert_array_equal(image.pixels, colour >> 8)
    assert image.notes == ("Its 16-bit samples were scaled to 8 bits.",)


def test_a_16_bit_png_is_scaled_and_not_clipped(limits: ImagingSettings) -> None:
    ramp = np.linspace(0, 65535, 64).reshape(8, 8).astype(np.uint16)
    image = decode_still(_encoded(Image.fromarray(ramp), "PNG"), limits)
    np.testing.assert_array_equal(image.pixels[..., 1], ramp >> 8)
    assert image.notes == ("Its 16-bit samples were scaled to 8 bits.",)


def test_transparency_is_dropped_and_the_stored_colours_are_kept(
    scene: Pixels, limits: ImagingSettings
) -> None:
    alpha = np.linspace(0, 255, 24 * 40).reshape(24, 40, 1).astype(np.uint8)
    data = _encoded(Image.fromarray(np.concatenate([scene, alpha], axis=2)), "PNG")
    image = decode_still(data, limits)
    np.testing.assert_array_equal(image.pixels, scene)
    assert image.notes == ("Its transparency was dropped; the colours are as stored.",)


def test_a_transparent_palette_entry_keeps_its_colour(limits: ImagingSettings) -> None:
    image = Image.new("P", (2, 1))
    image.putpalette([10, 20, 30, 200, 100, 50])
    image.putpixel((1, 0), 1)
    decoded = decode_still(_encoded(image, "PNG", transparency=0), limits)
    np.testing.assert_array_equal(decoded.pixels, [[[10, 20, 30], [200, 100, 50]]])
    assert decoded.notes == ("Its transparency was dropped; the colours are as stored.",)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P"])
def test_simpler_pictures_become_rgb(mode: str, limits: ImagingSettings) -> None:
    grey = np.zeros((4, 6), np.uint8)
    grey[1:3, 2:5] = 255
    image = decode_still(_encoded(Image.fromarray(grey).convert(mode), "PNG"), limits)
    np.testing.assert_array_equal(image.pixels, np.repeat(grey[..., None], 3, axis=2))


def test_a_png_decodes_to_what_was_encoded_and_equal_pixels_give_equal_bytes(
    scene: Pixels, limits: ImagingSettings
) -> None:
    data = encode_png(scene)
    assert data == encode_png(scene.copy())
    np.testing.assert_array_equal(decode_still(data, limits).pixels, scene)


def test_a_folder_means_the_pictures_below_it_in_order(tmp_path: Path) -> None:
    names = ["b.JPG", "a.png", "deep/er/c.webp", "notes.txt", "film.mp4", "д е.tiff", "deep/x.bmp"]
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    found = [str(path.relative_to(tmp_path)) for path in list_pictures(tmp_path)]
    assert found == ["a.png", "b.JPG", "deep/er/c.webp", "deep/x.bmp", "д е.tiff"]


@pytest.mark.parametrize("name", ["notes.txt", "missing.jpg"])
def test_a_file_means_itself_whatever_it_is(name: str, tmp_path: Path) -> None:
    assert list_pictures(tmp_path / name) == [tmp_path / name]
