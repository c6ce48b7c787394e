"""What a labelled set holds, as data objects and as the file that lies beside its crops."""

from __future__ import annotations

import csv
import dataclasses
import hashlib
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from core.errors import NotFound, UsageError
from core.imaging.alignment import CROP_SIZE

MANIFEST = "set.json"
TABLE = "faces.csv"
CROPS = "crops"
VERSION = 1


class Part(StrEnum):
    """What the people of a set are for; nobody is in two parts."""

    TRAIN = "train"
    CURVES = "curves"
    HOLDOUT = "holdout"


SPLITS = {Part.TRAIN: 0, Part.CURVES: 6, Part.HOLDOUT: 8}
"""Number of each part as recipes name splits."""


@dataclass(frozen=True, slots=True)
class SetPicture:
    """A picture of a set.

    Attributes
    ----------
    subject : str
        Who is on it.
    file : str
        Its aligned crop, a PNG of 112 x 112 px, relative to the set.
    source : str
        Where it comes from: a path, or case and face.
    sha256 : str
        Of the bytes that it was read from.
    case_id, face_id : int or None
        The confirmed face of a case that it is; None for a file.
    recognizability : float
        Index in the model that served when the set was made.
    band : str
        Band of that index.
    face_px : float or None
        Native width of the face in px; None where nothing is known of it.
    width, height : int
        Extent of the picture in px.
    compression : str
        Format of the file, empty where it is not known.
    part : Part
        What its subject is for.
    group : str
        Group of people that the subject was labelled with; empty without a label.
    crop_sha256 : str
        Of the file of the crop; empty in a set that was made before such hashes were kept.
    """

    subject: str
    file: str
    source: str
    sha256: str
    case_id: int | None
    face_id: int | None
    recognizability: float
    band: str
    face_px: float | None
    width: int
    height: int
    compression: str
    part: Part
    group: str = ""
    crop_sha256: str = ""


@dataclass(frozen=True, slots=True)
class SetWarning:
    """Something that is odd about a set.

    Attributes
    ----------
    kind : str
        What, in one word.
    message : str
        One sentence for who labelled it.
    stops : bool
        Whether nothing may be trained with the set before it is mended.
    """

    kind: str
    message: str
    stops: bool


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """A labelled set.

    Attributes
    ----------
    name : str
        What it is called.
    created : str
        When it was made, ISO 8601 in UTC.
    operator : str
        Who made it.
    model, model_id : str
        The model that assessed its pictures.
    seed : int
        Of the split.
    pictures : tuple of SetPicture
        Those that are used, in order of subject and source.
    left_out : tuple of str
        One sentence for each that is not.
    warnings : tuple of SetWarning
        What is odd about it.
    erased : tuple of str
        Pseudonyms of people whose pictures were taken out of it when they were erased.
    """

    name: str
    created: str
    operator: str
    model: str
    model_id: str
    seed: int
    pictures: tuple[SetPicture, ...]
    left_out: tuple[str, ...]
    warnings: tuple[SetWarning, ...]
    erased: tuple[str, ...] = ()

    @property
    def subjects(self) -> tuple[str, ...]:
        """Everybody in the set, in order of name."""
        return tuple(sorted({picture.subject for picture in self.pictures}))

    @property
    def stopped_by(self) -> tuple[str, ...]:
        """Why nothing may be trained with it; empty when something may."""
        return tuple(warning.message for warning in self.warnings if warning.stops)

    def of(self, part: Part) -> tuple[SetPicture, ...]:
        """Return the pictures of one part."""
        return tuple(picture for picture in self.pictures if picture.part is part)


def write_set(labelled: LabelledSet, directory: Path) -> None:
    """Write the manifest of a set, and the table that recipes read, beside its crops.

    Parameters
    ----------
    labelled : LabelledSet
        The set.
    directory : Path
        Its directory, which holds the crops already.
    """
    table = io.StringIO(newline="")
    rows = csv.writer(table)
    rows.writerow(("person", "path", "split"))
    rows.writerows((one.subject, one.file, SPLITS[one.part]) for one in labelled.pictures)
    record = {"version": VERSION} | dataclasses.asdict(labelled)
    text = json.dumps(record, ensure_ascii=False, indent=1, allow_nan=False)
    for name, content in ((TABLE, table.getvalue()), (MANIFEST, text + "\n")):
        unfinished = directory / f"{name}.unfinished"
        unfinished.write_text(content, encoding="utf-8", newline="")
        unfinished.replace(directory / name)


def read_set(directory: Path) -> LabelledSet:
    """Read the manifest of a set.

    Parameters
    ----------
    directory : Path
        Its directory.

    Returns
    -------
    LabelledSet
        The set.

    Raises
    ------
    NotFound
        If there is none.
    UsageError
        If its manifest is damaged.
    """
    path = directory / MANIFEST
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        if record.pop("version") != VERSION:
            raise ValueError("it was written by another version")
        pictures = tuple(SetPicture(**(one | {"part": Part(one["part"])})) for one in record.pop("pictures"))
        warnings = tuple(SetWarning(**one) for one in record.pop("warnings"))
        left_out, erased = (tuple(record.pop(name, ())) for name in ("left_out", "erased"))
        return LabelledSet(**record, pictures=pictures, left_out=left_out, warnings=warnings, erased=erased)
    except FileNotFoundError:
        raise NotFound(f"There is no labelled set named {directory.name!r}.") from None
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise UsageError(f"The labelled set {path} cannot be read: {error}.") from error


def read_crops(directory: Path, pictures: Sequence[SetPicture]) -> NDArray[np.uint8]:
    """Read the crops of pictures of a set.

    Parameters
    ----------
    directory : Path
        Of the set.
    pictures : sequence of SetPicture
        Which.

    Returns
    -------
    ndarray of uint8, shape (n, 112, 112, 3)
        RGB.

    Raises
    ------
    UsageError
        If a crop is gone, damaged or another picture than it was.
    """
    crops = np.empty((len(pictures), CROP_SIZE, CROP_SIZE, 3), np.uint8)
    for row, picture in enumerate(pictures):
        data = np.frombuffer(_read_crop(directory, picture), np.uint8)
        pixels = cv2.imdecode(data, cv2.IMREAD_COLOR) if len(data) else None
        if pixels is None or pixels.shape != crops.shape[1:]:
            raise UsageError(_spoilt(directory, picture, "is damaged"))
        crops[row] = pixels[:, :, ::-1]
    return crops


def check_crops(directory: Path, pictures: Sequence[SetPicture]) -> None:
    """Make sure that the crops of pictures of a set are what they were when it was made.

    Parameters
    ----------
    directory : Path
        Of the set.
    pictures : sequence of SetPicture
        Which; of those whose hash was not kept it is only seen that they are there.

    Raises
    ------
    UsageError
        If a crop is gone or another picture than it was.
    """
    for picture in pictures:
        _read_crop(directory, picture)


def _read_crop(directory: Path, picture: SetPicture) -> bytes:
    try:
        data = (directory / picture.file).read_bytes()
    except OSError as error:
        raise UsageError(_spoilt(directory, picture, "is gone")) from error
    if picture.crop_sha256 and hashlib.sha256(data).hexdigest() != picture.crop_sha256:
        raise UsageError(_spoilt(directory, picture, "is no longer what it was"))
    return data


def _spoilt(directory: Path, picture: SetPicture, how: str) -> str:
    return (
        f"The crop {picture.file} of the labelled set {directory.name!r} {how}: put it back and the run goes "
        f"on, or make the set anew (it shows {picture.subject} and was made of {picture.source})."
    )
