"""Video: never a wrong frame. Each synthetic frame shows its own ordinal as a row of ten blocks."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from core.errors import Cancelled, UnreadableVideo
from core.imaging.digest import hash_bytes
from core.imaging.video import VideoSource, is_video
from core.progress import Progress, Step
from core.settings import ImagingSettings

WIDTH, HEIGHT, FRAMES = 160, 96, 60


@dataclass(frozen=True)
class Recipe:
    """How a synthetic video is made; `times` gives the PTS of each frame in units of `unit`."""

    name: str
    codec: str = "libx264"
    times: Callable[[int], int] = lambda ordinal: ordinal
    unit: Fraction = Fraction(1, 25)
    options: tuple[tuple[str, str], ...] = (("g", "12"), ("bf", "2"))

    def write(self, folder: Path) -> Path:
        path = folder / self.name
        with av.open(str(path), "w") as container:
            stream: Any = container.add_stream(self.codec, rate=25, options=dict(self.options))
            stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
            stream.codec_context.time_base = self.unit
            for ordinal in range(FRAMES):
                frame = av.VideoFrame.from_ndarray(_drawn(ordinal), format="rgb24")
                frame.pts, frame.time_base = self.times(ordinal), self.unit
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
        return path


STEPS = np.cumsum(np.random.default_rng(0).integers(1, 9, FRAMES))
CONSTANT = Recipe("constant.mp4")
VARIABLE = Recipe("variable.mp4", times=lambda ordinal: int(STEPS[ordinal]), unit=Fraction(1, 90))
OPEN_GOP = Recipe(
    "open.ts", options=(("g", "12"), ("bf", "2"), ("x264-params", "open-gop=1:scenecut=0:b-adapt=0"))
)
RECIPES = [
    CONSTANT,
    VARIABLE,
    OPEN_GOP,
    Recipe("open mpeg2.ts", codec="mpeg2video"),
    Recipe("старый.avi", codec="mpeg4"),
    Recipe("milliseconds.mkv"),
    Recipe("intra.mov", options=(("g", "1"),)),
]


def _drawn(ordinal: int) -> NDArray[np.uint8]:
    pixels = np.full((HEIGHT, WIDTH, 3), 128, np.uint8)
    for bit in range(10):
        pixels[16:80, bit * 16 : (bit + 1) * 16] = 255 * (ordinal >> bit & 1)
    return pixels


def _read(pixels: NDArray[np.uint8]) -> int:
    return sum(int(pixels[48, bit * 16 + 8].mean() > 128) << bit for bit in range(10))


def _packets(path: Path) -> list[tuple[int, bool]]:
    with av.open(str(path)) as container:
        return [(p.pts, p.is_keyframe) for p in container.demux(video=0) if p.pts is not None]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("videos")


@pytest.fixture(scope="module")
def videos(folder: Path) -> dict[str, Path]:
    return {recipe.name: recipe.write(folder) for recipe in RECIPES}


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
def test_any_order_of_access_gives_the_frame_that_was_asked_for(
    recipe: Recipe, videos: dict[str, Path], limits: ImagingSettings
) -> None:
    order = list(range(FRAMES))
    random.Random(7).shuffle(order)
    with VideoSource.open(videos[recipe.name], limits) as video:
        assert video.info.frames == FRAMES
        for ordinal in (*order, *range(FRAMES), *reversed(range(FRAMES))):
            image = video.frame(ordinal)
            assert _read(image.pixels) == ordinal
            assert image.frame is not None
            assert image.frame.ordinal == ordinal


@pytest.mark.parametrize("recipe", [CONSTANT, VARIABLE, OPEN_GOP], ids=lambda recipe: recipe.name)
def test_frames_come_in_the_order_of_presentation(
    recipe: Recipe, videos: dict[str, Path], limits: ImagingSettings
) -> None:
    path = videos[recipe.name]
    decode_order = [pts for pts, _ in _packets(path)]
    assert decode_order != sorted(decode_order), "the video has no B-frames, so it would prove nothing"
    with VideoSource.open(path, limits) as video:
        stamps = [video.frame(ordinal).frame for ordinal in range(FRAMES)]
        assert [stamp.pts for stamp in stamps if stamp] == sorted(decode_order)
        assert video.info.variable_rate is (recipe is VARIABLE)


def test_a_frame_says_where_it_comes_from(videos: dict[str, Path], limits: ImagingSettings) -> None:
    path = videos[CONSTANT.name]
    with VideoSource.open(path, limits) as video:
        image = video.frame(31)
        info = video.info
    assert image.sha256 == info.sha256 == hash_bytes(path.read_bytes())
    assert image.pixel_sha256 == hash_bytes(image.pixels.tobytes())
    assert (image.byte_size, image.path, image.file_format) == (path.stat().st_size, path, "h264")
    assert image.frame is not None
    assert image.frame.stream == info.stream == 0
    assert image.frame.seconds == pytest.approx(31 / 25)
    assert (info.width, info.height, info.time_base) == (WIDTH, HEIGHT, image.frame.time_base)
    assert info.duration == pytest.approx(FRAMES / 25)


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
def test_a_time_gives_the_frame_on_screen(
    recipe: Recipe, videos: dict[str, Path], limits: ImagingSettings
) -> None:
    with VideoSource.open(videos[recipe.name], limits) as video:
        times = [video.seconds(ordinal) for ordinal in range(FRAMES)]
        assert times[0] == 0
        for ordinal, time in enumerate(times):
            assert video.ordinal_at(time) == ordinal
        for ordinal, (before, after) in enumerate(pairwise(times)):
            assert video.ordinal_at(0.3 * before + 0.7 * after) == ordinal
        assert video.ordinal_at(-5) == 0
        assert video.ordinal_at(1e9) == FRAMES - 1


def test_the_times_are_those_that_were_written(videos: dict[str, Path], limits: ImagingSettings) -> None:
    with VideoSource.open(videos[VARIABLE.name], limits) as video:
        times = [video.seconds(ordinal) for ordinal in range(FRAMES)]
    np.testing.assert_allclose(times, (STEPS - STEPS[0]) / 90, atol=1e-9)


@pytest.mark.parametrize("name", [OPEN_GOP.name, "open mpeg2.ts"])
@pytest.mark.parametrize("share", [0.2, 0.45, 0.7])
def test_a_stream_cut_inside_an_open_group_starts_at_its_first_whole_frame(
    name: str, share: float, videos: dict[str, Path], limits: ImagingSettings, tmp_path: Path
) -> None:
    data = videos[name].read_bytes()
    tables = 3 * 188
    path = tmp_path / "cut.ts"
    path.write_bytes(data[:tables] + data[int(len(data) * share) // 188 * 188 :])
    packets = _packets(path)
    first_key = next(index for index, (_, key) in enumerate(packets) if key)
    if name == OPEN_GOP.name:
        assert packets[first_key + 1][0] < packets[first_key][0], (
            "no leading frame, so it would prove nothing"
        )
    with VideoSource.open(path, limits) as video:
        first = _read(video.frame(0).pixels)
        assert 0 < first < FRAMES
        assert video.info.frames == FRAMES - first
        order = list(range(video.info.frames))
        random.Random(3).shuffle(order)
        assert [_read(video.frame(ordinal).pixels) for ordinal in order] == [first + o for o in order]


# a, b, c, d of the matrix in a track header: x' = a x + c y and y' = b x + d y, y pointing down.
@pytest.mark.parametrize(
    ("matrix", "quarter_turns_left"), [((0, 1, -1, 0), -1), ((-1, 0, 0, -1), 2), ((0, -1, 1, 0), 1)]
)
def test_the_display_matrix_is_applied(
    matrix: tuple[int, int, int, int],
    quarter_turns_left: int,
    videos: dict[str, Path],
    limits: ImagingSettings,
    tmp_path: Path,
) -> None:
    data = bytearray(videos[CONSTANT.name].read_bytes())
    place = data.index(b"tkhd") + 4 + 40
    a, b, c, d = (value << 16 for value in matrix)
    values = (a, b, 0, c, d, 0, 0, 0, 1 << 30)
    data[place : place + 36] = b"".join(value.to_bytes(4, "big", signed=True) for value in values)
    path = tmp_path / "turned.mp4"
    path.write_bytes(data)
    with VideoSource.open(videos[CONSTANT.name], limits) as video:
        as_stored = video.frame(37).pixels
    with VideoSource.open(path, limits) as video:
        turned = video.frame(37).pixels
        assert (video.info.height, video.info.width) == turned.shape[:2]
    np.testing.assert_array_equal(turned, np.rot90(as_stored, quarter_turns_left))


@pytest.mark.parametrize("ordinal", [-1, FRAMES, 10**9])
def test_a_frame_that_is_not_there_is_an_error(
    ordinal: int, videos: dict[str, Path], limits: ImagingSettings
) -> None:
    with VideoSource.open(videos[CONSTANT.name], limits) as video:
        with pytest.raises(UnreadableVideo, match=f"no frame {ordinal}"):
            video.frame(ordinal)
        assert _read(video.frame(5).pixels) == 5


def test_a_damaged_stretch_never_gives_another_frame(
    videos: dict[str, Path], limits: ImagingSettings, tmp_path: Path
) -> None:
    data = bytearray(videos[OPEN_GOP.name].read_bytes())
    middle = len(data) // 2 // 188 * 188
    data[middle : middle + 20 * 188] = b"".join(b"\x47\x1f\xff\x10" + bytes(184) for _ in range(20))
    path = tmp_path / "damaged.ts"
    path.write_bytes(data)
    readable = 0
    with VideoSource.open(path, limits) as video:
        first_stamp = video.frame(0).frame
        assert first_stamp is not None
        for ordinal in reversed(range(video.info.frames)):
            try:
                image = video.frame(ordinal)
            except UnreadableVideo:
                continue
            assert image.frame is not None
            assert image.frame.ordinal == ordinal
            readable += 1
        assert _read(video.frame(2).pixels) == 2
    assert readable > FRAMES // 2


def _audio_only(path: Path) -> None:
    with av.open(str(path), "w", format="mp4") as container:
        stream: Any = container.add_stream("aac", rate=44100)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
        frame.sample_rate, frame.pts = 44100, 0
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def _playlist(path: Path) -> None:
    path.write_text("#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nopen.ts\n#EXT-X-ENDLIST\n")


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda p: None, "does not exist"),
        (lambda p: p.mkdir(), "is a folder"),
        (lambda p: p.write_bytes(b""), "is empty"),
        (lambda p: p.write_text("no video\n" * 99), "is not a video"),
        (lambda p: p.write_bytes(np.random.default_rng(1).bytes(20_000)), "clip.mp4"),
        (_audio_only, "holds no video stream"),
        (_playlist, "is not a video"),
        (lambda p: p.write_text("ffconcat version 1.0\nfile constant.mp4\n"), "is not a video"),
    ],
    ids=["missing", "folder", "empty", "text", "noise", "audio", "hls", "concat"],
)
def test_what_is_no_video_is_refused_with_one_sentence(
    make: Callable[[Path], Any], sentence: str, tmp_path: Path, limits: ImagingSettings
) -> None:
    path = tmp_path / "clip.mp4"
    make(path)
    with pytest.raises(UnreadableVideo, match=sentence) as caught:
        VideoSource.open(path, limits)
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.95])
def test_a_truncated_mp4_is_refused(
    share: float, videos: dict[str, Path], limits: ImagingSettings, tmp_path: Path
) -> None:
    data = videos[CONSTANT.name].read_bytes()
    path = tmp_path / "cut.mp4"
    path.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(UnreadableVideo, match="is not a video"):
        VideoSource.open(path, limits)


def test_a_stream_that_breaks_off_keeps_its_beginning(
    videos: dict[str, Path], limits: ImagingSettings, tmp_path: Path
) -> None:
    data = videos[OPEN_GOP.name].read_bytes()
    path = tmp_path / "cut.ts"
    path.write_bytes(data[: len(data) // 2])
    with VideoSource.open(path, limits) as video:
        assert 10 < video.info.frames < FRAMES
        assert [_read(video.frame(ordinal).pixels) for ordinal in (9, 0, 4)] == [9, 0, 4]


def test_the_limits_hold_before_decoding(videos: dict[str, Path], limits: ImagingSettings) -> None:
    path = videos[CONSTANT.name]
    with pytest.raises(UnreadableVideo, match="160 x 96 px"):
        VideoSource.open(path, replace(limits, max_pixels=WIDTH * HEIGHT - 1))
    with pytest.raises(UnreadableVideo, match="more than 59 frames"):
        VideoSource.open(path, replace(limits, max_frames=FRAMES - 1))
    VideoSource.open(path, replace(limits, max_pixels=WIDTH * HEIGHT, max_frames=FRAMES)).close()


def test_indexing_reports_progress_and_can_be_stopped(
    videos: dict[str, Path], limits: ImagingSettings
) -> None:
    steps: list[Step] = []
    VideoSource.open(videos[CONSTANT.name], limits, Progress(steps.append)).close()
    assert steps[0].message == "Indexing constant.mp4"
    progress = Progress(lambda step: progress.cancel())
    progress.cancel()
    with pytest.raises(Cancelled):
        VideoSource.open(videos[CONSTANT.name], limits, progress)


@pytest.mark.parametrize(
    ("name", "answer"), [("a.MP4", True), ("b.ts", True), ("c.jpg", False), ("d", False)]
)
def test_videos_are_told_by_their_suffix(name: str, answer: bool) -> None:
    assert is_video(Path(name)) is answer
