"""Reading a bundle that anybody may have made: nothing in it is believed before its hash was checked."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from core.errors import IntegrityFailure, UsageError
from core.progress import Progress
from core.storage.case_rows import CaseTable, Values, from_json
from core.storage.upgrade import HEAD
from core.workspace.exchange import layout
from resources import verify

_NEWER = "The bundle {0} was written by a newer version of Discern; please use that version."


class CaseBundle:
    """A bundle that is open for reading, with a manifest that says what is in it.

    Parameters
    ----------
    path : Path
        The zip file.

    Raises
    ------
    UsageError
        If the file cannot be read, is no bundle of a case, or was written by a newer version.
    IntegrityFailure
        If the manifest was changed; if a name leaves the bundle, comes twice, is a link or has no place in a
        bundle; if a file is missing, too large or compressed.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._pack = verify.Pack(path)
        except OSError as error:
            reason = os.strerror(error.errno) if error.errno else str(error)
            raise UsageError(f"The file {path} cannot be read: {reason}.") from error
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise self._foreign() from error
        if self._pack.archive is None:
            raise self._foreign()
        self._archive = self._pack.archive
        try:
            data = self._manifest_bytes()
            self.manifest_sha256 = hashlib.sha256(data).hexdigest()
            """SHA-256 of the manifest, which stands for the whole bundle."""
            self.manifest: Mapping[str, Any] = self._read_manifest(data)
            """What the manifest says."""
            self.files: dict[str, str] = {}
            """SHA-256 of every other file by its name."""
            self._check_names()
        except BaseException:
            self.close()
            raise
        self.manifest_data = data
        """The bytes of the manifest."""

    def __enter__(self) -> Self:
        """Return the bundle itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file."""
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._archive.close()

    def check(self, progress: Progress) -> None:
        """Compare size and hash of every file with the manifest.

        Parameters
        ----------
        progress : Progress
            Hears of each file and may cancel.

        Raises
        ------
        IntegrityFailure
            At the first one that is not what the manifest says.
        """
        for done, (name, stated) in enumerate(self.manifest["files"].items(), start=1):
            for problem in verify.check_file(self._pack, name, stated):
                raise IntegrityFailure(f"In the bundle {self.path.name}, {problem}")
            progress.step(done, len(self.files), name)

    def read(self, name: str) -> bytes:
        """Return the bytes of a file whose hash is right.

        Parameters
        ----------
        name : str
            Its name.

        Returns
        -------
        bytes
            All of it.

        Raises
        ------
        IntegrityFailure
            If there is no such file, or it is not what the manifest says.
        """
        try:
            data = self._archive.read(name)
        except Exception as error:  # whatever a damaged zip file makes the library raise
            raise self._bad(name, "cannot be read") from error
        if hashlib.sha256(data).hexdigest() != self.files[name]:
            raise self._bad(name, "was changed")
        return data

    def rows(self, table: CaseTable) -> Iterator[Values]:
        """Give the rows of a table, one after the other.

        Parameters
        ----------
        table : CaseTable
            The table.

        Yields
        ------
        dict
            Values by column, under the keys of the other workspace.

        Raises
        ------
        IntegrityFailure
            If a line is no row of the table.
        """
        name = layout.rows_file(table.name)
        if name not in self.files:
            raise self._bad(name, "is missing")
        with self._archive.open(name) as file:
            number = 0
            while line := file.readline(layout.LARGEST_LINE):
                number += 1
                try:
                    yield from_json(table, json.loads(line, parse_constant=_refuse))
                except (ValueError, RecursionError, OverflowError) as error:
                    where = f"Line {number} of the file {name} of the bundle {self.path.name}"
                    raise IntegrityFailure(f"{where} makes no sense: {error}.") from error

    def _manifest_bytes(self) -> bytes:
        try:
            return self._pack.read(layout.MANIFEST)
        except Exception as error:  # whatever a damaged zip file makes the library raise
            raise self._foreign() from error

    def _read_manifest(self, data: bytes) -> dict[str, Any]:
        try:
            manifest = json.loads(data, parse_constant=_refuse)
            schema = manifest["schema"]
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise self._foreign() from error
        if not isinstance(schema, str) or not schema.startswith(layout.FAMILY):
            raise self._foreign()
        if schema != layout.SCHEMA:
            raise UsageError(_NEWER.format(self.path))
        rest = {name: value for name, value in manifest.items() if name != "self_sha256"}
        own = hashlib.sha256(verify.canonical(rest)).hexdigest()
        if verify.canonical(manifest) != data or manifest.get("self_sha256") != own:
            raise self._bad(layout.MANIFEST, "was changed")
        if not _is_understood(manifest):
            raise self._bad(layout.MANIFEST, "makes no sense")
        if manifest["database"] > HEAD:
            raise UsageError(_NEWER.format(self.path))
        return rest

    def _check_names(self) -> None:
        """Refuse what has no place in a bundle before anything of it is read."""
        entries = self._archive.infolist()
        if len(entries) > layout.MOST_FILES:
            raise self._bad("", f"holds more than {layout.MOST_FILES:,} files")
        held = Counter(one.filename for one in entries)
        for entry in entries:
            name = entry.filename
            if name != layout.MANIFEST and not layout.NAME.fullmatch(name):
                raise self._bad("", f"holds {name[:200]!r}, which has no place in it")
            if held[name] > 1:
                raise self._bad("", f"holds {name} more than once")
            if stat.S_IFMT(entry.external_attr >> 16) not in (0, stat.S_IFREG):
                raise self._bad(name, "is a link or no regular file")
            if entry.compress_type != zipfile.ZIP_STORED or entry.flag_bits & 1:
                raise self._bad(name, "is compressed or encrypted, which no bundle is")
            if entry.file_size > layout.largest(name):
                raise self._bad(name, "is too large")
        if sum(one.file_size for one in entries) > self.path.stat().st_size:
            raise self._bad("", "says of its files that they are larger than itself")
        stated = self.manifest["files"]
        for name in sorted({*held, *stated} - {layout.MANIFEST}):
            if name not in held:
                raise self._bad(name, "is missing")
            if name not in stated:
                raise self._bad(name, "is not in the manifest")
            sha256 = stated[name]["sha256"]
            if name.startswith("files/") and name != f"files/{sha256}":
                raise self._bad(name, "has another hash than its name says")
            self.files[name] = sha256

    def _bad(self, name: str, what: str) -> IntegrityFailure:
        """Return the refusal of a file of the bundle, or of the whole for an empty name."""
        of = f"file {name} of the " if name else ""
        return IntegrityFailure(f"The {of}bundle {self.path.name} {what}.")

    def _foreign(self) -> UsageError:
        return UsageError(f"The file {self.path} is no bundle of a case, as `discern case export` writes it.")


def _is_understood(manifest: dict[str, Any]) -> bool:
    """Tell whether what this program reads of a manifest is there and of its kind."""
    case, log = manifest.get("case"), manifest.get("log")
    return (
        isinstance(manifest.get("database"), str)
        and isinstance(case, dict)
        and isinstance(case.get("case_id"), int)
        and isinstance(log, dict)
        and isinstance(log.get("entries"), int)
        and isinstance(log.get("head"), str)
        and isinstance(manifest.get("left_behind"), list)
        and all(isinstance(one, str) for one in manifest["left_behind"])
        and isinstance(manifest.get("files"), dict)
        and all(
            isinstance(one, dict) and isinstance(one.get("sha256"), str) and isinstance(one.get("size"), int)
            for one in manifest["files"].values()
        )
    )


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no number")
