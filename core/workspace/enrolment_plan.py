"""Who is to be enrolled with which pictures, read from a folder or a list."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from core.errors import UsageError
from core.imaging.still import list_pictures
from core.types import BoundingBox


@dataclass(frozen=True, slots=True)
class EnrolmentItem:
    """One picture to be enrolled.

    Attributes
    ----------
    subject : str
        The person in it.
    path : Path
        The picture.
    box : BoundingBox or None
        The face, where a person has drawn it; else :attr:`core.types.ImageAnalysis.main`.
    """

    subject: str
    path: Path
    box: BoundingBox | None = None


def plan_enrolment(source: Path) -> tuple[EnrolmentItem, ...]:
    """Read a plan; see :meth:`core.workspace.Workspace.plan_enrolment`."""
    if source.is_dir():
        items = [
            EnrolmentItem(folder.name, picture)
            for folder in sorted(path for path in source.iterdir() if path.is_dir())
            for picture in list_pictures(folder)
        ]
        if not items:
            raise UsageError(f"The folder {source} holds no folder with pictures in it, one a subject.")
        return tuple(items)
    return tuple(sorted(_read_list(source), key=lambda item: item.subject))


def _read_list(source: Path) -> list[EnrolmentItem]:
    try:
        text = source.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"The list {source} cannot be read as a CSV file in UTF-8.") from error
    reader = csv.DictReader(io.StringIO(text))
    columns = set(reader.fieldnames or ())
    if not {"subject", "path"} <= columns:
        raise UsageError(f"The list {source} needs a header line with the columns subject and path.")
    items = []
    for line, row in enumerate(reader, start=2):
        subject, path = (row["subject"] or "").strip(), (row["path"] or "").strip()
        if not subject or not path:
            raise UsageError(f"Line {line} of the list {source} lacks a subject or a path.")
        items.append(EnrolmentItem(subject, source.parent / path, _read_box(row, line, source)))
    if not items:
        raise UsageError(f"The list {source} names no picture.")
    return items


def _read_box(row: dict[str, str | None], line: int, source: Path) -> BoundingBox | None:
    values = [(row.get(key) or "").strip() for key in ("x", "y", "width", "height")]
    if not any(values):
        return None
    try:
        x, y, width, height = (float(value) for value in values)
        return BoundingBox(x, y, width, height)
    except ValueError as error:
        raise UsageError(f"Line {line} of the list {source} has a face box that is no box.") from error
