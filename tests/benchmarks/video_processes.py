"""What decoding a video in a process of its own costs, in frames a second.

    python -m tests.benchmarks.video_processes [VIDEO] [--frames 200]

Without a video one of 1920 x 1080 px is made. Each line says frames a second for frames in order and in
random order, decoded here and in a child, pixels hashed in both cases, and what opening the video takes.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import av
import numpy as np

from core.imaging.digest import hash_bytes
from core.imaging.video import VideoSource
from core.imaging.video_reader import VideoReader
from core.progress import Progress
from core.settings import load_settings


def make_video(path: Path, frames: int, width: int = 1920, height: int = 1080) -> Path:
    """Write a video of slowly moving noise."""
    noise = np.random.default_rng(0).integers(0, 256, (height + frames, width // 8, 3), np.uint8)
    noise = np.repeat(noise, 8, axis=1)
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream("libx264", rate=25, options={"g": "50", "preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for ordinal in range(frames):
            frame = av.VideoFrame.from_ndarray(noise[ordinal : ordinal + height], format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def rate(frame: Callable[[int], object], ordinals: Sequence[int]) -> float:
    """Return how many frames a second are decoded."""
    start = time.perf_counter()
    for ordinal in ordinals:
        frame(ordinal)
    return len(ordinals) / (time.perf_counter() - start)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("video", nargs="?", type=Path)
    parser.add_argument("--frames", type=int, default=200)
    arguments = parser.parse_args()
    limits = load_settings().imaging
    with tempfile.TemporaryDirectory() as folder:
        path = arguments.video or make_video(Path(folder) / "made.mp4", arguments.frames)
        start = time.perf_counter()
        reader = VideoReader.open(path, limits, Progress(), lambda: None)
        here = time.perf_counter() - start
        start = time.perf_counter()
        source = VideoSource.open(path, limits)
        child = time.perf_counter() - start
        with source:
            info = source.info
            ordered = range(min(arguments.frames, info.frames))
            mixed = random.Random(1).sample(range(info.frames), min(20, info.frames))
            print(f"{info.width} x {info.height} px, {info.codec}, {info.frames} frames")
            print(f"opening: {here:.2f} s here, {child:.2f} s in a child (with hashing the file)")
            for name, ordinals in (("in order", ordered), ("mixed", mixed)):
                local = rate(lambda ordinal: hash_bytes(reader.frame(ordinal)[0].data), ordinals)
                print(f"{name}: {local:.1f} frames/s here, {rate(source.frame, ordinals):.1f} in a child")
        reader.close()


if __name__ == "__main__":
    main()
