"""Small files that ask for much memory or time."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from io import BytesIO

from PIL import Image


def bombs(whole: dict[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """Make bombs of each format: sizes that are announced, packed or repeated.

    Parameters
    ----------
    whole : dict of str to bytes
        A sound file of each format, by suffix.

    Yields
    ------
    name : str
        Name of a file.
    content : bytes
        What it holds.
    """
    yield "pixels.png", _png(12_000, 12_000)
    yield "memory.png", _png(10_900, 10_900)
    yield "header.png", _png(2**31 - 1, 2**31 - 1, rows=1)
    yield "rows.png", _png(64, 64, rows=500_000)
    text = zlib.compress(bytes(50_000_000), 1)
    chunk = _chunk(b"zTXt", b"Comment\0\0" + text) + _chunk(b"iCCP", b"p\0\0" + text)
    yield "text.png", whole["png"][:33] + chunk + whole["png"][33:]
    size = whole["jpg"].index(b"\xff\xc0") + 5
    yield "header.jpg", whole["jpg"][:size] + b"\xff\xdc\xff\xdc" + whole["jpg"][size + 4 :]
    yield "scans.jpg", _scans(6000, 4000)
    yield "header.bmp", whole["bmp"][:18] + struct.pack("<ii", 60_000, 60_000) + whole["bmp"][26:]
    yield "header.tif", _tiff(whole["tif"], {256: 60_000, 257: 60_000})
    yield "strip.tif", _tiff(whole["tif"], {279: 0xFFFFFFF0})
    extended = b"VP8X" + struct.pack("<I", 10) + bytes(4) + b"\xfe\x3f\x00" + b"\xfe\x3f\x00"
    body = b"WEBP" + extended + whole["webp"][12:]
    yield "canvas.webp", b"RIFF" + struct.pack("<I", len(body)) + body
    size = whole["mp4"].index(b"avc1") + 28
    yield "header.mp4", whole["mp4"][:size] + b"\xff\xff\xff\xff" + whole["mp4"][size + 4 :]
    size = whole["gif"].index(b"GIF8") + 6
    yield "screen.gif", whole["gif"][:size] + b"\xff\xff\xff\xff" + whole["gif"][size + 4 :]


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _png(width: int, height: int, rows: int | None = None) -> bytes:
    """Return a grey PNG of zeros, packed row by row."""
    packer = zlib.compressobj(1)
    row = bytes(min(width, 1 << 20) + 1)
    packed = b"".join(packer.compress(row) for _ in range(height if rows is None else rows)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = (_chunk(b"IHDR", header), _chunk(b"IDAT", packed), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def _scans(width: int, height: int) -> bytes:
    """Return a progressive JPEG whose last scan, which adds nothing, comes thousands of times."""
    file = BytesIO()
    Image.new("RGB", (width, height), "grey").save(file, "JPEG", progressive=True)
    content = file.getvalue()
    last = content.rindex(b"\xff\xda")
    return content[:last] + content[last:-2] * 4000 + content[-2:]


def _tiff(content: bytes, changes: dict[int, int]) -> bytes:
    """Return a little-endian TIFF with other values of some tags."""
    body = bytearray(content)
    (start,) = struct.unpack_from("<I", body, 4)
    (entries,) = struct.unpack_from("<H", body, start)
    for place in range(start + 2, start + 2 + 12 * entries, 12):
        (tag,) = struct.unpack_from("<H", body, place)
        if tag in changes:
            struct.pack_into("<HII", body, place + 2, 4, 1, changes[tag])
    return bytes(body)
