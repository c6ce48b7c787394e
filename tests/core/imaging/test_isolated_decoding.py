"""A still is decoded in a process of its own, and whatever happens there is one sentence here."""

from __future__ import annotations

import dataclasses
import os
import signal
import threading
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from core.errors import UnreadableImage, UnreadableVideo
from core.imaging.decoder_process import DecoderProcess
from core.imaging.isolated import StillDecoder
from core.imaging.still import decode_still, read_still
from core.imaging.video_process import VideoProcess
from core.progress import Progress
from core.settings import ImagingSettings, load_settings


@pytest.fixture(scope="module")
def limits() -> ImagingSettings:
    return load_settings().imaging


@pytest.fixture(scope="module")
def decoder() -> Iterator[StillDecoder]:
    made = StillDecoder()
    yield made
    made.close()


def picture(size: tuple[int, int] = (31, 17), file_format: str = "JPEG", **options: object) -> bytes:
    pixels = np.random.default_rng(7).integers(0, 256, (*size[::-1], 3), np.uint8)
    file = BytesIO()
    Image.fromarray(pixels).save(file, file_format, **options)
    return file.getvalue()


def turned() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    return picture(exif=exif)


@pytest.mark.parametrize("data", [picture(), picture(file_format="PNG"), turned()])
def test_the_picture_is_that_of_decoding_here(
    decoder: StillDecoder, limits: ImagingSettings, data: bytes
) -> None:
    path = Path("/evidence/üñ\udcff.jpg")
    found, expected = decoder.decode(data, limits, path), decode_still(data, limits, path)
    np.testing.assert_array_equal(found.pixels, expected.pixels)
    assert not found.pixels.flags.writeable
    for name in ("sha256", "path", "file_format", "byte_size", "orientation", "notes"):
        assert getattr(found, name) == getattr(expected, name)


@pytest.mark.parametrize("data", [b"", b"no picture", picture()[:300]])
def test_the_refusal_is_that_of_decoding_here(
    decoder: StillDecoder, limits: ImagingSettings, data: bytes
) -> None:
    told = []
    for decode in (decoder.decode, decode_still):
        with pytest.raises(UnreadableImage) as refusal:
            decode(data, limits, Path("a.jpg"))
        told.append(str(refusal.value))
    assert told[0] == told[1]


def test_a_picture_that_needs_more_memory_than_the_child_may_have_costs_only_itself(
    limits: ImagingSettings,
) -> None:
    little = dataclasses.replace(limits, decode_memory_bytes=700 << 20)
    file = BytesIO()
    Image.new("RGB", (9000, 9000)).save(file, "PNG", compress_level=1)
    bomb = file.getvalue()
    made = StillDecoder()
    with pytest.raises(UnreadableImage, match=r"memory|decoder fail"):
        made.decode(bomb, little)
    assert made.decode(picture(), little).pixels.shape == (17, 31, 3)
    made.close()


def test_a_child_that_is_killed_costs_one_picture(
    decoder: StillDecoder, limits: ImagingSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    decoder.decode(picture(), limits)
    with monkeypatch.context() as patched:
        sent = DecoderProcess.send

        def _dies(child: DecoderProcess, *arguments: Any) -> None:
            os.kill(child.pid, signal.SIGKILL)
            sent(child, *arguments)

        patched.setattr(DecoderProcess, "send", _dies)
        with pytest.raises(UnreadableImage, match=r"a\.jpg made its decoder fail"):
            decoder.decode(picture(), limits, Path("a.jpg"))
    assert decoder.decode(picture(), limits).byte_size == len(picture())
    assert decoder.deaths == 1


def test_a_picture_that_takes_too_long_is_given_up(
    limits: ImagingSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = StillDecoder()
    sent = DecoderProcess.send

    def _stopped(child: DecoderProcess, *arguments: Any) -> None:
        os.kill(child.pid, signal.SIGSTOP)
        sent(child, *arguments)

    monkeypatch.setattr(DecoderProcess, "send", _stopped)
    hasty = dataclasses.replace(limits, decode_seconds=0.1)
    with pytest.raises(UnreadableImage, match=r"not decoded within 0\.1 s"):
        made.decode(picture(), hasty, Path("a.jpg"))
    made.close()


def test_threads_decode_at_the_same_time_and_get_their_own_pictures(
    decoder: StillDecoder, limits: ImagingSettings
) -> None:
    wrong: list[int] = []

    def _decode(width: int) -> None:
        data = picture((width, 5), "PNG")
        shapes = {decoder.decode(data, limits).pixels.shape for _ in range(5)}
        if shapes != {(5, width, 3)}:
            wrong.append(width)

    threads = [threading.Thread(target=_decode, args=(width,)) for width in (3, 40, 500)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_file_is_read_here_and_decoded_there(
    decoder: StillDecoder, limits: ImagingSettings, tmp_path: Path
) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(picture(file_format="PNG"))
    image = read_still(path, limits, decoder.decode)
    assert image.path == path
    np.testing.assert_array_equal(image.pixels, read_still(path, limits).pixels)


def test_a_decoder_that_does_not_come_up_is_not_blamed_on_the_file(
    limits: ImagingSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.executable", "/bin/false")
    with pytest.raises(UnreadableImage, match=r"^a\.jpg was not decoded, because no decoder could be start"):
        StillDecoder().decode(picture(), limits, Path("a.jpg"))
    with pytest.raises(UnreadableVideo, match="no decoder could be started"):
        VideoProcess(Path("a.mp4"), limits, Progress())
