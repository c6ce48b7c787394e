"""Memory of the whole path on large pictures: `python -m tests.benchmarks.large_pictures`.

A photograph of 12 megapixels with 600 faces of 20 to 90 px and a frame of 3840 x 2160 px with 150, made of
the astronaut of scikit-image, each analysed by `discern analyze` in a process of its own. Prints faces found,
seconds and the largest resident memory of that process and its children, beside the limit of 4 GiB.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage import data

LIMIT_GIB = 4.0
_HEAD = (slice(0, 260), slice(90, 360))
_FACE_SIDE = 125
"""Of the astronaut's face in the cutting, in px."""


def crowd(width: int, height: int, faces: int) -> NDArray[np.uint8]:
    """Return a picture with so many faces on a grey ground, RGB."""
    rng = np.random.default_rng(11)
    picture = rng.integers(96, 160, (height // 8, width // 8, 3)).astype(np.uint8)
    picture = np.asarray(cv2.resize(picture, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)
    head = data.astronaut()[_HEAD]
    columns = int(np.ceil(np.sqrt(faces * width / height)))
    rows = -(-faces // columns)
    cell = (height // rows, width // columns)
    for number in range(faces):
        row, column = divmod(number, columns)
        largest = min(90.0, min(cell) / 2.1)
        scale = float(np.exp(rng.uniform(np.log(20), np.log(largest)))) / _FACE_SIDE
        one = cv2.resize(head, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        if rng.random() < 0.5:
            one = one[:, ::-1]
        top, left = row * cell[0], column * cell[1]
        picture[top : top + one.shape[0], left : left + one.shape[1]] = one
    return picture


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        peak = 0
        for name, width, height, faces in (("12 MP", 4000, 3000, 600), ("4K", 3840, 2160, 150)):
            path = Path(folder) / f"{name.replace(' ', '')}.jpg"
            cv2.imwrite(str(path), crowd(width, height, faces)[..., ::-1], (cv2.IMWRITE_JPEG_QUALITY, 92))
            began = time.perf_counter()
            command = [
                sys.executable,
                "-m",
                "core.cli",
                "--json",
                "--workspace",
                folder,
                "analyze",
                str(path),
            ]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            seconds = time.perf_counter() - began
            peak = max(peak, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
            found = len(json.loads(done.stdout)["faces"])
            print(
                f"{name}: {found} of {faces} faces, {seconds:.0f} s, "
                f"at most {peak / 2**20:.2f} GiB so far (limit {LIMIT_GIB:g})"
            )


if __name__ == "__main__":
    main()
