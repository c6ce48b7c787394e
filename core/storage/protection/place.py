"""Where the content of a workspace lies, in plain or encrypted, and how it is read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from core.errors import PassphraseRefused
from core.storage.connecting import Connector
from core.storage.files import FileStore
from core.storage.protection.keys import Keys, read_keys
from core.storage.protection.pages import pages
from core.storage.protection.sealing import Seal

PROTECTED = "protected"
"""Directory inside a workspace that holds everything encrypted; it is there if and only if it is in force."""

KEYS = "keys.json"
_CHUNK = 8 << 20


def is_protected(directory: Path) -> bool:
    """Whether a workspace is encrypted, so that it opens with its passphrase alone.

    Parameters
    ----------
    directory : Path
        The workspace; one that does not exist is not.

    Returns
    -------
    bool
        True where a passphrase is needed.
    """
    return (directory.expanduser() / PROTECTED).is_dir()


@dataclass(frozen=True, slots=True)
class Place:
    """The content of one workspace: its database, its files and its search index.

    Attributes
    ----------
    directory : Path
        The workspace.
    root : Path
        Directory of the content: the workspace itself, or `protected/` in it.
    keys : Keys or None
        Of an encrypted workspace.
    """

    directory: Path
    root: Path
    keys: Keys | None = None

    @classmethod
    def of(cls, directory: Path, passphrase: str | None = None) -> Place:
        """Find the content of a workspace and open its keys.

        Parameters
        ----------
        directory : Path
            The workspace.
        passphrase : str, optional
            Of an encrypted one; a plain one needs none.

        Returns
        -------
        Place
            Where it lies.

        Raises
        ------
        PassphraseRefused
            If the workspace is encrypted and this is not its passphrase.
        WorkspaceUnusable
            If the file of its keys is missing.
        ModelUnavailable
            If a package that encryption needs is not installed.
        """
        if not is_protected(directory):
            return cls(directory, directory)
        if passphrase is None:
            raise PassphraseRefused(
                f"The workspace {directory} is encrypted: name a file with its passphrase "
                "(--passphrase-file, or DISCERN_PASSPHRASE_FILE)."
            )
        root = directory / PROTECTED
        return cls(directory, root, read_keys(root / KEYS, passphrase))

    @property
    def database(self) -> Path:
        """The file of the database."""
        return self.root / "discern.db"

    @property
    def index(self) -> Path:
        """Directory of the search indexes."""
        return self.root / "index"

    @property
    def connector(self) -> Connector:
        """Opens the database."""
        return Connector(None if self.keys is None else self.keys.part("database"))

    @property
    def seal(self) -> Seal | None:
        """Seals the files and indexes of an encrypted workspace."""
        return None if self.keys is None else Seal(self.keys.part("files"), self.keys.part("names"))

    def files(self) -> FileStore:
        """Return the store of kept files."""
        return FileStore(self.root / "files", self.seal)

    def content(self, path: Path) -> Iterator[bytes]:
        """Read a file of the workspace as it would be in a plain one, piece by piece.

        Parameters
        ----------
        path : Path
            Any file of the workspace; one that is gone holds nothing.

        Yields
        ------
        bytes
            Its content in order, deciphered where it is encrypted.

        Raises
        ------
        IntegrityFailure
            If a sealed file was changed.
        """
        try:
            yield from self._deciphered(path)
        except FileNotFoundError:
            return

    def _deciphered(self, path: Path) -> Iterator[bytes]:
        key, seal = self.connector.key, self.seal
        if key is not None and self._is_database(path):
            yield from pages(path, key)
            return
        with path.open("rb") as file:
            if seal is not None and path.is_relative_to(self.root) and self._is_sealed(path):
                yield from seal.segments(file, path.name)
                return
            while chunk := file.read(_CHUNK):
                yield chunk

    def _is_database(self, path: Path) -> bool:
        stem, suffix = self.database.stem, self.database.suffix
        return (
            path.parent == self.root
            and path.name.startswith(stem)
            and path.name.endswith((suffix, f"{suffix}-wal"))
        )

    def _is_sealed(self, path: Path) -> bool:
        return path.parent == self.index or path.is_relative_to(self.root / "files")
