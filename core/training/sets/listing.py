"""Who is on which picture file: a folder for each person, or a table."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core.errors import UsageError
from core.imaging.still import list_pictures


@dataclass(frozen=True, slots=True)
class LabelledFile:
    """A picture file and who is on it.

    Attributes
    ----------
    subject : str
        The person.
    path : Path
        The picture.
    face_px : float or None
        Native width of the face in px, where the table says so: an aligned crop has lost it.
    group : str
        Group of people that the person belongs to, where the table says so: the gate judges each by itself.
    """

    subject: str
    path: Path
    face_px: float | None = None
    group: str = ""


def list_labelled(source: Path) -> tuple[LabelledFile, ...]:
    """List the pictures of a folder or a table.

    Parameters
    ----------
    source : Path
        A directory with a folder for each person, or a CSV file with the columns subject and path, and
        optionally face_px and group; its paths are relative to it.

    Returns
    -------
    tuple of LabelledFile
        In order of person and path, or of the table.

    Raises
    ------
    UsageError
        If it is neither, or holds no picture.
    """
    if source.is_dir():
        people = sorted(path for path in source.iterdir() if path.is_dir())
        listed = tuple(LabelledFile(one.name, path) for one in people for path in list_pictures(one))
        if not listed:
            raise UsageError(f"{source} holds no folder of a person with pictures in it.")
        return listed
    if source.suffix.lower() == ".csv" and source.is_file():
        return _read_table(source)
    raise UsageError(f"{source} is neither a directory with a folder for each person nor a CSV file.")


def _read_table(table: Path) -> tuple[LabelledFile, ...]:
    listed = []
    try:
        with table.open(encoding="utf-8-sig", newline="") as file:
            for number, row in enumerate(csv.DictReader(file), start=2):
                subject, path = (row.get("subject") or "").strip(), (row.get("path") or "").strip()
                if not subject or not path:
                    raise UsageError(f"Line {number} of {table} lacks subject or path.")
                size = (row.get("face_px") or "").strip()
                native = float(size) if size else None
                group = " ".join((row.get("group") or "").split())
                listed.append(LabelledFile(subject, table.parent / path, native, group))
    except OSError as error:
        raise UsageError(f"The table {table} cannot be read: {error.strerror}.") from error
    except (ValueError, csv.Error) as error:
        raise UsageError(f"The table {table} is no CSV of subject and path: {error}.") from error
    if not listed:
        raise UsageError(f"The table {table} lists no picture.")
    _check_groups(table, listed)
    return tuple(listed)


def _check_groups(table: Path, listed: Sequence[LabelledFile]) -> None:
    groups: dict[str, str] = {}
    for one in listed:
        if groups.setdefault(one.subject, one.group) != one.group:
            raise UsageError(
                f"The table {table} puts {one.subject} into two groups, {groups[one.subject]!r} and "
                f"{one.group!r}: a person belongs to one."
            )
