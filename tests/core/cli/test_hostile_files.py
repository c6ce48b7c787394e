"""Files that are not what they seem: each gets a clear outcome and the rest of the batch is done."""

from __future__ import annotations

import json
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from skimage import data


def _png_of_zeros(path: Path, side: int) -> None:
    """Write a grey PNG of zeros row by row, so that the test never holds it."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(side + 1)) for _ in range(side)) + packer.flush()
    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")
    )


def _truncated_jpeg(path: Path) -> None:
    Image.fromarray(data.astronaut()).save(path, "JPEG")
    path.write_bytes(path.read_bytes()[:9000])


def _animated_webp(path: Path) -> None:
    frame = Image.fromarray(data.astronaut())
    frame.save(path, "WEBP", save_all=True, append_images=[frame.rotate(5)], duration=40)


def _sixteen_bit_tiff(path: Path) -> None:
    grey = (data.astronaut().mean(axis=2) * 257).astype(np.uint16)
    Image.fromarray(grey).save(path, "TIFF")


def _with_alpha(path: Path) -> None:
    image = Image.fromarray(data.astronaut()).convert("RGBA")
    image.putalpha(200)
    image.save(path, "PNG")


def _astronaut(path: Path) -> None:
    Image.fromarray(data.astronaut()).save(path, "PNG")


FILES: dict[str, tuple[Callable[[Path], object], str]] = {
    "text.jpg": (lambda path: path.write_text("These are words."), "unreadable"),
    "truncated.jpg": (_truncated_jpeg, "unreadable"),
    "empty.png": (lambda path: path.write_bytes(b""), "unreadable"),
    "missing.png": (lambda path: None, "unreadable"),
    "one.png": (lambda path: Image.new("RGB", (1, 1)).save(path), "not_detected"),
    "zeros.png": (lambda path: _png_of_zeros(path, 20_000), "unreadable"),
    "animated.webp": (_animated_webp, "ok"),
    "cmyk.jpg": (lambda path: Image.fromarray(data.astronaut()).convert("CMYK").save(path, "JPEG"), "ok"),
    "sixteen.tif": (_sixteen_bit_tiff, "ok"),
    "alpha.png": (_with_alpha, "ok"),
    "путь с пробелами/фото 1.png": (_astronaut, "ok"),
}


def discern(*arguments: object, workspace: Path) -> subprocess.CompletedProcess[str]:
    """Run the command line as a user's script would."""
    return subprocess.run(
        [sys.executable, "-m", "core.cli", *map(str, arguments), "--json", "--workspace", str(workspace)],
        capture_output=True,
        text=True,
        check=False,
    )


def test_each_hostile_file_has_its_outcome_and_the_batch_is_done(tmp_path: Path) -> None:
    for name, (make, _) in FILES.items():
        path = tmp_path / "hostile" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        make(path)
    paths = [tmp_path / "hostile" / name for name in FILES]
    done = discern("analyze", *paths, workspace=tmp_path / "workspace")
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    records = [json.loads(line) for line in done.stdout.splitlines()]
    assert [record["path"] for record in records] == [str(path) for path in paths]
    outcomes = dict(zip(FILES, (record["outcome"] for record in records), strict=True))
    assert outcomes == {name: outcome for name, (_, outcome) in FILES.items()}
    for record in records:
        assert bool(record["reason"]) == (record["outcome"] != "ok")
        assert (record["sha256"] is None) == record["path"].endswith("missing.png")


@pytest.mark.parametrize("name", ["text.jpg", "one.png", "missing.png"])
def test_a_batch_in_which_nothing_can_be_assessed_exits_with_four(tmp_path: Path, name: str) -> None:
    FILES[name][0](tmp_path / name)
    done = discern("analyze", tmp_path / name, workspace=tmp_path / "workspace")
    assert done.returncode == 4, done.stderr
    assert json.loads(done.stdout)["reason"]
