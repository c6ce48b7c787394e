"""Pictures per second of `analyze`, beside what its parts alone would take in the same run.

Usage: python tests/benchmarks/analyze_benchmark.py [FOLDER] [--pictures N]. Without a folder the labelled
faces beside the checkout are used, or copies of scikit-image's astronaut.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image
from skimage import data

from core.analysis import load_analyzer
from core.detection.detector import load_detector
from core.detection.tiling import detect_faces
from core.imaging.still import list_pictures, read_still
from core.settings import load_settings

ROOT = Path(__file__).resolve().parents[2]


def pictures(folder: Path | None, count: int) -> list[Path]:
    """Return pictures to analyse, made of the astronaut when there are none."""
    folder = folder or ROOT.parent / "shared" / "data" / "lfw" / "images"
    if folder.is_dir():
        return list_pictures(folder)[:count]
    made = Path(tempfile.mkdtemp())
    for number in range(count):
        Image.fromarray(data.astronaut()).resize((250, 250)).save(made / f"{number}.png")
    return list_pictures(made)


def seconds(work: Callable[[], object]) -> float:
    """Return how long one call takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--pictures", type=int, default=120)
    given = parser.parse_args()
    settings = load_settings()
    paths = pictures(given.folder, given.pictures)
    analyzer = load_analyzer(settings)
    detector = load_detector(settings.detection.detector, settings.detection)
    decoded = [read_still(path, settings.imaging) for path in paths]
    warm = list(analyzer.analyze_files(paths[:8]))
    crops = np.stack([face.aligned.crop for analysis in warm for face in analysis.faces if face.aligned])
    crops = np.resize(crops, (len(paths), *crops.shape[1:]))

    whole = seconds(lambda: list(analyzer.analyze_files(paths)))
    parts = {
        "decoding": seconds(lambda: [read_still(path, settings.imaging) for path in paths]),
        "detection": seconds(
            lambda: [detect_faces(image.pixels, detector, settings.detection) for image in decoded]
        ),
        "network, one face a picture": seconds(lambda: analyzer.embed_aligned(crops)),
    }
    print(f"{len(paths)} pictures of {decoded[0].width} x {decoded[0].height} px, device {analyzer.device}")
    print(f"analyze: {len(paths) / whole:.1f} pictures/s")
    for name, spent in parts.items():
        print(f"  {name}: {len(paths) / spent:.1f}/s alone, {spent / whole:.0%} of the time of analyze")
    print(f"  analyze / sum of its parts: {whole / sum(parts.values()):.2f} (goal <= 1.1)")


if __name__ == "__main__":
    main()
