"""A corpus of files that are not what they seem: bombs, cut and mutated files, odd names, pipes and links.

All of it is made here from a seed; the same seed gives the same corpus.
"""

from __future__ import annotations

import os
import random
import shutil
import socket
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import av
import numpy as np
from PIL import Image
from skimage import data

from tests.core.hostile_bombs import bombs

STILLS = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP", "tif": "TIFF", "bmp": "BMP", "gif": "GIF"}
"""Suffix and format of the stills; GIF is not on the list of what is opened."""

TEXTS = (
    "=cmd|'calc'!A0",
    "+SUM(1,2)",
    "@import",
    "-2+3",
    "<script>alert(1)",
    "<img src=x onerror=alert(1)>",
    "<b>&amp;<font size=99>",
    "]]><![CDATA[",
    "[bold red]x[/bold red]",
    "..\\..\\x",
    "'; DROP TABLE cases;--",
    "$(touch executed) `touch executed`",
    "%s%n{0}{config}",
    "--json",
    "\u0391\u0301 \u0639\u0631\u0628\u064a \u4e2d\u6587",
)
"""Texts that mean something to a spreadsheet, browser, shell or typesetter; all may be a person's name."""

NAMES = (
    *TEXTS,
    "two\nlines",
    "return\rhere",
    "\x1b[31mred\x1b]0;title\x07",
    "\u202egpj.exe",
    "\u200fright to left",
    "\ufeff",
    "n" * 251,
    "\u00e4" * 125,
    os.fsdecode(b"\xff\xfe no utf-8 \x80"),
    " ",
    "CON",
)
"""Names that only a file can have come last."""


@dataclass(frozen=True)
class HostileFile:
    """A file of the corpus.

    Attributes
    ----------
    path : Path
        Where it is.
    kind : str
        What it tries, for the table of counts.
    """

    path: Path
    kind: str


def face_picture(side: int = 160) -> Image.Image:
    """Return a face that the detector finds."""
    return Image.fromarray(data.astronaut()[0:240, 110:350]).resize((side, side))


def make_corpus(folder: Path, mutations: int, seed: int, truncations: int = 6) -> tuple[HostileFile, ...]:
    """Make the corpus.

    Parameters
    ----------
    folder : Path
        Where to; it must not exist.
    mutations : int
        How many mutated files, spread evenly over the formats.
    seed : int
        Of lengths and mutations.
    truncations : int
        How many cut files of each format.

    Returns
    -------
    tuple of HostileFile
        All files, sound ones with odd names among them.
    """
    rng = random.Random(seed)
    whole = sound_files()
    found: list[HostileFile] = []

    def put(kind: str, name: str, make: bytes | Callable[[Path], object]) -> None:
        path = folder / kind.replace(" ", "-") / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(make, bytes):
            path.write_bytes(make)
        else:
            make(path)
        found.append(HostileFile(path, kind))

    for number, name in enumerate(NAMES):
        put("name", f"{name}.jpg", whole["jpg"] + bytes([number]))
    for name, make in _special(folder):
        put("no plain file", name, make)
    for name, bomb in bombs(whole):
        put("bomb", name, bomb)
    for suffix, content in whole.items():
        lengths = [0, 1, 16, len(content) - 1, *(rng.randrange(len(content)) for _ in range(truncations - 4))]
        for length in lengths[:truncations]:
            put("truncation", f"{length:06}.{suffix}", content[:length])
    suffixes = list(whole)
    for number in range(mutations):
        suffix = suffixes[number % len(suffixes)]
        mutated, how = mutate(whole[suffix], rng, whole[rng.choice(suffixes)])
        put(f"mutated {suffix}", f"{number:04} {how}.{suffix}", mutated)
    return tuple(found)


def sound_files() -> dict[str, bytes]:
    """Return a sound file of each format, by suffix."""
    picture = face_picture()
    files = {}
    for suffix, name in STILLS.items():
        file = BytesIO()
        picture.save(file, name)
        files[suffix] = file.getvalue()
    for suffix, codec in (("mp4", "libx264"), ("avi", "mpeg4"), ("ts", "mpeg2video"), ("mkv", "libx264")):
        files[suffix] = _video(picture, suffix, codec)
    return files


def mutate(content: bytes, rng: random.Random, other: bytes) -> tuple[bytes, str]:
    """Change a file in one of several ways.

    Parameters
    ----------
    content : bytes
        The sound file.
    rng : Random
        Decides.
    other : bytes
        A file to splice from.

    Returns
    -------
    mutated : bytes
        The changed file.
    how : str
        Name of the way.
    """
    body = bytearray(content)
    # Most fields that a decoder believes stand near the beginning.
    end = len(body) if rng.random() < 0.4 else min(len(body), 256)
    place = rng.randrange(end)
    other_place = rng.randrange(len(body))
    length = rng.randint(1, 64)
    how = rng.choice(("bits", "swap", "length", "insert", "delete", "repeat", "splice"))
    if how == "bits":
        for _ in range(rng.randint(1, 24)):
            body[rng.randrange(end)] ^= 1 << rng.randrange(8)
    elif how == "swap":
        low, high = sorted((place, other_place))
        one, two = body[low : low + length], body[high : high + length]
        body[low : low + length], body[high : high + len(two)] = two, one
    elif how == "length":
        values = (0, 1, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, rng.getrandbits(32))
        form = rng.choice(("<I", ">I", "<H", ">H"))
        raw = struct.pack(form, rng.choice(values) & (0xFFFF if form[1] == "H" else 0xFFFFFFFF))
        body[place : place + len(raw)] = raw
    elif how == "insert":
        body[place:place] = rng.randbytes(length)
    elif how == "delete":
        del body[place : place + length]
    elif how == "repeat":
        body[place:place] = body[place : place + length] * rng.randint(1, 200)
    else:
        body[place:] = other[min(place, len(other) - 1) :]
    return bytes(body), how


def _video(picture: Image.Image, suffix: str, codec: str) -> bytes:
    file = BytesIO()
    pixels = np.asarray(picture)
    form = {"ts": "mpegts", "mkv": "matroska"}.get(suffix, suffix)
    with av.open(file, "w", format=form) as container:
        stream: Any = container.add_stream(codec, rate=25, options={"g": "5"})
        stream.width, stream.height, stream.pix_fmt = picture.width, picture.height, "yuv420p"
        for ordinal in range(10):
            shifted = np.ascontiguousarray(np.roll(pixels, ordinal, axis=1))
            container.mux(stream.encode(av.VideoFrame.from_ndarray(shifted, format="rgb24")))
        container.mux(stream.encode(None))
    return file.getvalue()


def _special(folder: Path) -> Iterator[tuple[str, Callable[[Path], object]]]:
    yield "pipe.jpg", os.mkfifo
    yield "pipe.mp4", os.mkfifo
    yield "link to pipe.png", lambda path: path.symlink_to("pipe.jpg")
    yield "zeros.jpg", lambda path: path.symlink_to("/dev/zero")
    yield "zeros.mp4", lambda path: path.symlink_to("/dev/zero")
    yield "terminal.png", lambda path: path.symlink_to("/dev/tty")
    yield "nowhere.png", lambda path: path.symlink_to("nothing")
    yield "loop.png", lambda path: path.symlink_to(path.name)
    yield "up.jpg", lambda path: path.symlink_to("..")
    yield "memory.jpg", lambda path: path.symlink_to("/proc/self/mem")
    yield "password.jpg", lambda path: path.symlink_to("/etc/passwd")
    yield "folder.mp4", Path.mkdir
    yield "socket.jpg", _socket
    yield "unreadable.jpg", _unreadable
    yield "text.png", lambda path: path.write_text("words " * 99)
    yield "page.jpg", lambda path: path.write_text("<html><script>alert(1)</script></html>")
    yield "drawing.svg.png", lambda path: path.write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    yield "script.eps.jpg", lambda path: path.write_text("%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n")
    yield "list.mp4", lambda path: path.write_text("ffconcat version 1.0\nfile /etc/passwd\n")
    yield "list.ts", lambda path: path.write_text("#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/x\n")


def _socket(path: Path) -> None:
    # The name of a socket may have no more than 107 bytes.
    before = Path.cwd()
    os.chdir(path.parent)
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path.name)
    finally:
        os.chdir(before)


def _unreadable(path: Path) -> None:
    face_picture().save(path, "JPEG")
    path.chmod(0)


def remove_corpus(folder: Path) -> None:
    """Remove a corpus with everything that is hard to remove in it."""
    shutil.rmtree(folder, ignore_errors=True)
