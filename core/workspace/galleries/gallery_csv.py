"""The list of an exported gallery, which `discern enroll` reads back; safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from pathlib import Path

from core.storage.filesystem import private_opener
from core.types import Sample

COLUMNS = (
    "subject",
    "path",
    "source",
    "sha256",
    "authority",
    "recognizability",
    "aligned",
    "x",
    "y",
    "width",
    "height",
    "eye_distance_px",
)

_FORMULA = re.compile(r"'*[=+\-@\t\r]")
"""How a cell begins that a spreadsheet would run, or that was guarded against that."""


def guarded(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def unguarded(cell: str) -> str:
    """Return what :func:`guarded` was given."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def write_gallery_csv(path: Path, rows: Iterable[tuple[Sample, str]]) -> None:
    """Write the list of an exported gallery.

    Parameters
    ----------
    path : Path
        The CSV file, in UTF-8.
    rows : iterable of (Sample, str)
        Samples, and the paths of their crops relative to the file.
    """
    with open(path, "w", encoding="utf-8", newline="", opener=private_opener) as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for sample, crop in rows:
            box = sample.box
            writer.writerow(
                [
                    guarded(sample.subject),
                    crop,
                    guarded(sample.source),
                    sample.source_sha256,
                    guarded(sample.authority),
                    repr(sample.recognizability),
                    "yes",
                    *(repr(value) for value in (box.x, box.y, box.width, box.height)),
                    repr(sample.eye_distance_px),
                ]
            )
