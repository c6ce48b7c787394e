"""A gallery in one zip: a manifest of hashes, the list of samples, their crops and their embeddings.

=====================  =========================================================================
`manifest.json`        format, version, gallery, and the SHA-256 of every other file of the zip
`samples.json`         one record a sample, by subject, with provenance and the rows of its embeddings
`crops/N.png`          aligned crops of 112 x 112 px
`embeddings/ID.f32`    embeddings under the model ID: little-endian float32, one row after another
=====================  =========================================================================
"""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from core.errors import IntegrityFailure, UsageError

FORMAT, VERSION = "discern-gallery", 1
MANIFEST, SAMPLES = "manifest.json", "samples.json"

_STAMP = (1980, 1, 1, 0, 0, 0)
_NAME = re.compile(r"(crops/[0-9]{1,12}\.png|embeddings/[0-9a-f]{64}\.f32|samples\.json)")
_MAX_CROP, _MAX_OTHER = 1 << 20, 4 << 30
_MAX_MANIFEST = 512 << 20


class BundleWriter:
    """Writes a bundle file by file; its manifest comes last, with the hash of each.

    Parameters
    ----------
    path : Path
        The new zip.
    gallery : str
        Name of the gallery.
    """

    def __init__(self, path: Path, gallery: str) -> None:
        self._zip = zipfile.ZipFile(path, "x")
        self._gallery = gallery
        self._hashes: dict[str, str] = {}

    def add(self, name: str, data: bytes) -> None:
        """Add a file under a name of the layout."""
        self._put(name, data)
        self._hashes[name] = hashlib.sha256(data).hexdigest()

    def close(self) -> str:
        """Write the manifest, finish the zip, and return the manifest's SHA-256."""
        manifest = {
            "format": FORMAT,
            "version": VERSION,
            "gallery": self._gallery,
            "files": dict(sorted(self._hashes.items())),
        }
        data = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
        self._put(MANIFEST, data)
        self._zip.close()
        return hashlib.sha256(data).hexdigest()

    def abandon(self) -> None:
        """Let go of the file without finishing it."""
        self._zip.close()

    def _put(self, name: str, data: bytes) -> None:
        # Crops are compressed already, and embeddings do not shrink.
        kind = zipfile.ZIP_DEFLATED if name.endswith(".json") else zipfile.ZIP_STORED
        info = zipfile.ZipInfo(name, _STAMP)
        info.external_attr = 0o600 << 16
        self._zip.writestr(info, data, compress_type=kind)


@dataclass(frozen=True, slots=True)
class BundledSample:
    """A sample as a bundle lists it.

    Attributes
    ----------
    subject, crop : str
        Name of the subject, and of the crop in the bundle.
    record : mapping
        The other particulars, as they were written.
    rows : mapping of str to int
        Its row in the embeddings of each model.
    """

    subject: str
    crop: str
    record: Mapping[str, Any]
    rows: Mapping[str, int]


class BundleReader:
    """Reads a bundle that anybody may have made; nothing in it is believed before its hash was checked.

    Parameters
    ----------
    path : Path
        The zip.

    Raises
    ------
    UsageError
        If the file is no bundle of a gallery, or of a newer version.
    IntegrityFailure
        If a name leaves the bundle, comes twice or is unknown, a file lacks, is too large, or has another
        hash than the manifest says.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._zip = zipfile.ZipFile(path)
            manifest = self._manifest()
        except (OSError, zipfile.BadZipFile, KeyError, ValueError, RuntimeError) as error:
            raise UsageError(f"The file {path} is no bundle of a gallery.") from error
        if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
            raise UsageError(f"The file {path} is no bundle of a gallery.")
        if manifest.get("version") != VERSION:
            raise UsageError(f"The bundle {path} was written by a newer version of Discern.")
        self.gallery = str(manifest["gallery"])
        """Name of the gallery that was exported."""
        self._hashes: dict[str, str] = dict(manifest["files"])
        self._check_names()
        self.samples = tuple(self._read_samples())
        """The samples, by subject."""

    def __enter__(self) -> Self:
        """Return the reader itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file."""
        self._zip.close()

    @property
    def manifest_sha256(self) -> str:
        """SHA-256 of the manifest, which stands for the whole bundle."""
        return hashlib.sha256(self._zip.read(MANIFEST)).hexdigest()

    def check(self) -> Iterator[str]:
        """Compare the hash of every file with the manifest.

        Yields
        ------
        str
            Each name, once its file was found to be right.

        Raises
        ------
        IntegrityFailure
            At the first one that is not.
        """
        for name in self._hashes:
            self.read(name)
            yield name

    def read(self, name: str) -> bytes:
        """Return a file whose hash is right.

        Raises
        ------
        IntegrityFailure
            If it is not.
        """
        try:
            data = self._zip.read(name)
        except (KeyError, zipfile.BadZipFile, OSError, RuntimeError, ValueError) as error:
            raise IntegrityFailure(f"The file {name} of the bundle {self._path} cannot be read.") from error
        if hashlib.sha256(data).hexdigest() != self._hashes.get(name):
            raise IntegrityFailure(
                f"The file {name} of the bundle {self._path} does not have the hash of the manifest."
            )
        return data

    def _manifest(self) -> Any:
        if self._zip.getinfo(MANIFEST).file_size > _MAX_MANIFEST:
            raise ValueError("the manifest is too large")
        return json.loads(self._zip.read(MANIFEST))

    def _check_names(self) -> None:
        infos = self._zip.infolist()
        names = [info.filename for info in infos]
        for info in infos:
            name = info.filename
            if name != MANIFEST and not _NAME.fullmatch(name):
                raise IntegrityFailure(f"The bundle {self._path} holds {name!r}, which has no place in it.")
            if info.file_size > (_MAX_CROP if name.startswith("crops/") else _MAX_OTHER):
                raise IntegrityFailure(f"The file {name} of the bundle {self._path} is too large.")
        if len(set(names)) != len(names) or set(names) != {MANIFEST, *self._hashes}:
            raise IntegrityFailure(f"The files in the bundle {self._path} are not those of its manifest.")

    def _read_samples(self) -> Iterator[BundledSample]:
        try:
            records = json.loads(self.read(SAMPLES))
            for record in records:
                crop, rows = record["crop"], record["embeddings"]
                known = [f"embeddings/{model}.f32" for model in rows]
                if any(name not in self._hashes for name in (crop, *known)) or not crop.startswith("crops/"):
                    raise IntegrityFailure(
                        f"The list of samples in the bundle {self._path} names a file that is not in it."
                    )
                yield BundledSample(
                    str(record["subject"]), crop, record, {model: int(row) for model, row in rows.items()}
                )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise IntegrityFailure(f"The list of samples in the bundle {self._path} is damaged.") from error
