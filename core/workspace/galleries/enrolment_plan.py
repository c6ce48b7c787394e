"""Who is to be enrolled with which pictures, read from a folder or a list."""

from __future__ import annotations

import csv
import io
import os
import re
from dataclasses import dataclass
from pathlib import Path

from core.errors import UsageError
from core.imaging.regular_file import read_regular
from core.imaging.still import list_pictures
from core.types import BoundingBox
from core.workspace.galleries.gallery_csv import unguarded

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class AlignedOrigin:
    """Where an aligned crop comes from, as the list of an exported gallery says.

    Attributes
    ----------
    source, sha256 : str
        The picture it was cut from, and the hash of its bytes.
    box : BoundingBox
        The face in that picture, in px.
    eye_distance_px : float
        Native eye distance in px of that picture.
    """

    source: str
    sha256: str
    box: BoundingBox
    eye_distance_px: float


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
    authority : str
        On whose authority, where it differs from that of the whole enrolment.
    aligned : AlignedOrigin or None
        Where the picture is an aligned crop of an exported gallery, to be taken as it is.
    """

    subject: str
    path: Path
    box: BoundingBox | None = None
    authority: str = ""
    aligned: AlignedOrigin | None = None

    @property
    def source(self) -> str:
        """What is noted as the picture that the face comes from."""
        return str(self.path) if self.aligned is None else self.aligned.source


def plan_enrolment(source: Path) -> tuple[EnrolmentItem, ...]:
    """Read a plan; see :meth:`core.workspace.Workspace.plan_enrolment`."""
    if os.path.isdir(source):
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
        text = read_regular(source).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"The list {source} cannot be read as a CSV file in UTF-8.") from error
    reader = csv.DictReader(io.StringIO(text))
    columns = set(reader.fieldnames or ())
    if not {"subject", "path"} <= columns:
        raise UsageError(f"The list {source} needs a header line with the columns subject and path.")
    items = []
    for line, row in enumerate(reader, start=2):
        subject, path = unguarded((row["subject"] or "").strip()), (row["path"] or "").strip()
        if not subject or not path:
            raise UsageError(f"Line {line} of the list {source} lacks a subject or a path.")
        box = _read_box(row, line, source)
        authority = unguarded((row.get("authority") or "").strip())
        aligned = _read_origin(row, box, line, source) if row.get("aligned") else None
        items.append(
            EnrolmentItem(subject, source.parent / path, None if aligned else box, authority, aligned)
        )
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


def _read_origin(
    row: dict[str, str | None], box: BoundingBox | None, line: int, source: Path
) -> AlignedOrigin:
    sha256 = (row.get("sha256") or "").strip().lower()
    try:
        eyes = float(row.get("eye_distance_px") or "")
    except ValueError:
        eyes = 0.0
    if box is None or not 0 < eyes < float("inf") or not _SHA256.fullmatch(sha256):
        raise UsageError(
            f"Line {line} of the list {source} has an aligned crop without the box, eye distance or hash of "
            "the picture it was cut from."
        )
    return AlignedOrigin(unguarded((row.get("source") or "").strip()), sha256, box, eyes)
