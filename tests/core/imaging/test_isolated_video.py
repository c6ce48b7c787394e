"""A video is decoded in a process of its own, and whatever happens there costs a frame or a file at most."""

from __future__ import annotations

import dataclasses
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image

from core.errors import Cancelled, UnreadableVideo
from core.imaging import video_process
from core.imaging.decoder_process import DecoderProcess
from core.imaging.video import VideoSource
from core.imaging.video_reader import VideoReader
from core.progress import Progress
from core.settings import ImagingSettings

FRAMES = 30


def write_video(path: Path, width: int = 64, height: int = 48, frames: int = FRAMES) -> Path:
    """Write a video whose frames are grey, each a little lighter than the one before."""
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream("libx264", rate=25, options={"g": "10"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for ordinal in range(frames):
            grey = np.full((height, width, 3), 20 + 7 * ordinal % 220, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(grey, format="rgb24")))
        container.mux(stream.encode(None))
    return path


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_video(tmp_path_factory.mktemp("isolated") / "clip.mp4")


@pytest.fixture
def video(clip: Path, limits: ImagingSettings) -> Iterator[VideoSource]:
    with VideoSource.open(clip, limits) as opened:
        yield opened


def test_frames_and_facts_are_those_of_decoding_here(
    clip: Path, video: VideoSource, limits: ImagingSettings
) -> None:
    reader = VideoReader.open(clip, limits, Progress(), lambda: None)
    assert (video.info.width, video.info.height) == (reader.facts.width, reader.facts.height)
    assert (video.info.codec, video.info.container) == (reader.facts.codec, reader.facts.container)
    assert (video.info.duration, video.info.frames) == (reader.index.duration, len(reader.index.pts))
    for ordinal in (0, FRAMES - 1, 7):
        image = video.frame(ordinal)
        pixels, notes = reader.frame(ordinal)
        np.testing.assert_array_equal(image.pixels, pixels)
        assert not image.pixels.flags.writeable
        assert image.notes == notes
        assert image.frame is not None
        assert image.frame.pts == reader.index.pts[ordinal]
    reader.close()


def test_all_frames_of_a_video_come_from_one_process(video: VideoSource) -> None:
    pids = {(video.frame(ordinal).width, video.decoder_pid) for ordinal in (*range(FRAMES), 3, 20)}
    assert pids == {(64, video.decoder_pid)}
    assert video.decoder_pid != os.getpid()


def test_a_process_that_is_killed_costs_one_frame(video: VideoSource) -> None:
    before = video.frame(4).pixel_sha256
    lost = video.decoder_pid
    os.kill(lost, signal.SIGKILL)
    with pytest.raises(UnreadableVideo, match=r"Frame 5 of clip\.mp4 made its decoder fail"):
        video.frame(5)
    assert video.frame(4).pixel_sha256 == before
    assert video.decoder_pid != lost
    assert [video.frame(ordinal).frame is not None for ordinal in range(FRAMES)] == [True] * FRAMES


def test_a_frame_that_takes_too_long_is_given_up_and_the_next_one_comes(
    clip: Path, limits: ImagingSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with VideoSource.open(clip, limits) as video:
        os.kill(video.decoder_pid, signal.SIGSTOP)
        within = DecoderProcess.within
        with monkeypatch.context() as patched:
            patched.setattr(DecoderProcess, "within", lambda process, seconds: within(process, 0.1))
            with pytest.raises(UnreadableVideo, match=r"Frame 3 of clip\.mp4 was not decoded within"):
                video.frame(3)
        assert video.frame(3).width == 64


def test_a_file_that_kills_its_process_while_it_is_opened_is_one_sentence(
    clip: Path, limits: ImagingSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = DecoderProcess.send

    def _dies(process: DecoderProcess, *arguments: Any) -> None:
        os.kill(process.pid, signal.SIGKILL)
        sent(process, *arguments)

    with monkeypatch.context() as patched:
        patched.setattr(DecoderProcess, "send", _dies)
        with pytest.raises(UnreadableVideo, match=r"clip\.mp4 made its decoder fail"):
            VideoSource.open(clip, limits)
    VideoSource.open(clip, limits).close()


def test_frames_that_need_more_memory_than_the_process_may_have_cost_only_themselves(
    tmp_path: Path, clip: Path, limits: ImagingSettings
) -> None:
    little = dataclasses.replace(limits, decode_memory_bytes=600 << 20)
    large = write_video(tmp_path / "large.mp4", 8192, 8192, 2)
    with pytest.raises(UnreadableVideo, match=r"^(Frame 0 of )?large\.mp4 .*\.$"):  # noqa: SIM117
        with VideoSource.open(large, little) as opened:
            opened.frame(0)
    with VideoSource.open(clip, little) as opened:
        assert opened.frame(0).width == 64


def test_a_file_that_was_exchanged_meanwhile_is_not_mixed_up(
    tmp_path: Path, clip: Path, limits: ImagingSettings
) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(clip.read_bytes())
    with VideoSource.open(path, limits) as video:
        write_video(tmp_path / "other.mp4", frames=20).replace(path)
        os.kill(video.decoder_pid, signal.SIGKILL)
        with pytest.raises(UnreadableVideo, match="made its decoder fail"):
            video.frame(1)
        with pytest.raises(UnreadableVideo, match="has changed since it was opened"):
            video.frame(1)


def test_closing_and_cancelling_end_the_process(
    clip: Path, limits: ImagingSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[DecoderProcess] = []

    class Remembered(DecoderProcess):
        def __init__(self, module: str, memory_bytes: int) -> None:
            super().__init__(module, memory_bytes)
            started.append(self)

    monkeypatch.setattr(video_process, "DecoderProcess", Remembered)
    video = VideoSource.open(clip, limits)
    video.close()
    with pytest.raises(ValueError, match="closed"):
        video.frame(0)
    progress = Progress(lambda step: progress.cancel())
    checked = Progress.check
    monkeypatch.setattr(Progress, "check", lambda self: checked(self) if started[1:] else None)
    progress.cancel()
    with pytest.raises(Cancelled):
        VideoSource.open(clip, limits, progress)
    assert len(started) == 2
    for process in started:
        with pytest.raises(ProcessLookupError):
            os.kill(process.pid, 0)


def _hls(folder: Path) -> bytes:
    return b"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nclip.mp4\n#EXT-X-ENDLIST\n"


def _remote_hls(folder: Path) -> bytes:
    return b"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nhttp://127.0.0.1:9/a.ts\n#EXT-X-ENDLIST\n"


def _concat(folder: Path) -> bytes:
    return b"ffconcat version 1.0\nfile clip.mp4\n"


def _dash(folder: Path) -> bytes:
    return (
        b'<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" '
        b'mediaPresentationDuration="PT1S" profiles="urn:mpeg:dash:profile:isoff-on-demand:2011"><Period>'
        b'<AdaptationSet mimeType="video/mp4"><Representation id="1" bandwidth="1" width="64" height="48">'
        b"<BaseURL>clip.mp4</BaseURL></Representation></AdaptationSet></Period></MPD>"
    )


def _sdp(folder: Path) -> bytes:
    return b"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 9 RTP/AVP 96\n"


def _smooth_streaming(folder: Path) -> bytes:
    return b"[Playlist]\nNumberOfEntries=1\nFile1=file:///etc/passwd\n"


def _movie_with_reference(folder: Path) -> bytes:
    """A QuickTime file that has no frames of its own and refers to another one (`rdrf`)."""
    url = b"file://" + os.fsencode(folder / "clip.mp4") + b"\0"

    def atom(kind: bytes, body: bytes) -> bytes:
        return (8 + len(body)).to_bytes(4, "big") + kind + body

    reference = atom(b"rdrf", bytes(4) + b"url " + len(url).to_bytes(4, "big") + url)
    movie = atom(b"moov", atom(b"rmra", atom(b"rmda", reference)))
    return atom(b"ftyp", b"qt  " + bytes(4) + b"qt  ") + movie


@pytest.mark.parametrize(
    "content", [_hls, _remote_hls, _concat, _dash, _sdp, _smooth_streaming, _movie_with_reference]
)
@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".ts"])
def test_a_file_that_only_points_to_others_is_refused(
    content: Callable[[Path], bytes], suffix: str, clip: Path, limits: ImagingSettings, tmp_path: Path
) -> None:
    (tmp_path / "clip.mp4").write_bytes(clip.read_bytes())
    path = tmp_path / f"list{suffix}"
    path.write_bytes(content(tmp_path))
    with pytest.raises(UnreadableVideo) as caught:
        VideoSource.open(path, limits)
    assert str(caught.value).startswith(path.name)
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize(
    "name", ["frame%03d.mp4", "concat:clip.mp4|clip.mp4", "http:", "pipe:0", "subfile,,a.mp4"]
)
def test_a_name_is_a_name_and_never_a_pattern_or_a_protocol(
    name: str, clip: Path, limits: ImagingSettings, tmp_path: Path
) -> None:
    (tmp_path / "clip.mp4").write_bytes(clip.read_bytes())
    with pytest.raises(UnreadableVideo, match="does not exist"):
        VideoSource.open(tmp_path / name, limits)
    (tmp_path / name).write_bytes(clip.read_bytes())
    with VideoSource.open(tmp_path / name, limits) as video:
        assert video.info.frames == FRAMES


def test_a_pattern_does_not_gather_the_pictures_that_fit_it(
    clip: Path, limits: ImagingSettings, tmp_path: Path
) -> None:
    for number in range(3):
        Image.new("RGB", (64, 48)).save(tmp_path / f"frame{number:03}.png")
    with pytest.raises(UnreadableVideo, match="does not exist"):
        VideoSource.open(tmp_path / "frame%03d.png", limits)
    (tmp_path / "frame%03d.png").write_bytes(clip.read_bytes())
    with pytest.raises(UnreadableVideo, match="is not a video that can be opened"):
        VideoSource.open(tmp_path / "frame%03d.png", limits)


def test_a_pipe_in_place_of_a_video_is_refused_at_once(limits: ImagingSettings, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.mp4")
    with pytest.raises(UnreadableVideo, match=r"a\.mp4 is not a regular file"):
        VideoSource.open(tmp_path / "a.mp4", limits)


def test_a_stream_of_packets_without_frames_comes_to_an_end(clip: Path, limits: ImagingSettings) -> None:
    few = dataclasses.replace(limits, max_frames=FRAMES // 2 - 1)
    with pytest.raises(UnreadableVideo, match="limit"):
        VideoSource.open(clip, few)
