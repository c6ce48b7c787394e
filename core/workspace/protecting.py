"""Encrypting a workspace, and giving it another passphrase."""

from __future__ import annotations

from core.errors import Conflict, UsageError, WorkspaceUnusable
from core.storage import audit
from core.storage.protection import moving
from core.storage.protection.keys import N, P, R, read_keys, write_keys
from core.storage.protection.passphrases import check_new, read_passphrase
from core.storage.protection.place import KEYS, Place, is_protected
from core.types import Protection
from core.workspace.opened import OpenedWorkspace

__all__ = ["LOST", "NOT_COVERED", "Protecting", "is_protected", "read_passphrase"]

LOST = "Nobody can recover a lost passphrase: without it, everything in the workspace is lost for good."
"""What has to be said before a workspace is encrypted."""

NOT_COVERED = (
    "files outside the workspace, such as originals that a case refers to, reports, packs and exports",
    "labelled sets and training runs (training/), added models (models/), the demonstration (demo/)",
    "certificates of erasure (certificates/)",
    "settings, and what the desk remembers: examiners' names, sizes, messages, paths of unfinished batches",
    "memory, swap and temporary files while the program runs, and the number, sizes and times of the files",
    "what a disk keeps of deleted files, where the workspace was plain before: encrypt it while it is empty",
)
"""What the encryption does not cover, one phrase each."""

_CIPHERS = (
    "database: SQLCipher 4 (AES-256-CBC, an HMAC-SHA512 for each page); pictures, copies of evidence and "
    "search indexes: AES-256-GCM; their keys: HKDF-SHA256 of one random data key"
)


class Protecting(OpenedWorkspace):
    """The part of the front door that encrypts."""

    @property
    def protected(self) -> bool:
        """Whether the workspace is encrypted."""
        return self._place.keys is not None

    def protection(self) -> Protection:
        """Return by what the workspace is encrypted, if it is.

        Returns
        -------
        Protection
            What can be told to anybody.
        """
        keys = self._place.keys
        if keys is None:
            return Protection(False)
        cost = keys.derivation
        return Protection(True, f"scrypt with N = {cost.n}, r = {cost.r}, p = {cost.p}", _CIPHERS)

    def protect(self, passphrase: str) -> Protection:
        """Encrypt the whole workspace, which needs its passphrase at every opening from then on.

        Other threads wait meanwhile. Whenever it is interrupted, the workspace is whole: plain before the
        last step, encrypted after it.

        Parameters
        ----------
        passphrase : str
            The passphrase; nobody can recover a lost one.

        Returns
        -------
        Protection
            By what it is encrypted.

        Raises
        ------
        UsageError
            If the passphrase is too short.
        Conflict
            If the workspace is encrypted already, or other work with it does not end.
        WorkspaceUnusable
            If another program has it open, or the disk refuses; the workspace is plain then.
        ModelUnavailable
            If a package for it is not installed.
        """
        if self.protected:
            raise Conflict(f"The workspace {self.directory} is encrypted already.")
        check_new(passphrase)
        details = {"derivation": f"scrypt N={N} r={R} p={P}", "ciphers": _CIPHERS}
        operator = self.settings.operator
        with self._index_lock, self._database.suspended():
            self._index = None
            place = moving.protect(
                self._place,
                passphrase,
                lambda session: audit.append(session, operator, "workspace.protect", details),
            )
            self._database.move(place.database, place.connector)
            self._place = place
            self._files = place.files()
            moving.remove_plain(place)
        return self.protection()

    def change_passphrase(self, present: str, new: str) -> None:
        """Give an encrypted workspace another passphrase; its content is not written anew.

        Whoever has a copy of the workspace from before, and the old passphrase, can still open that copy.

        Parameters
        ----------
        present : str
            The passphrase that it has.
        new : str
            The passphrase that it gets.

        Raises
        ------
        UsageError
            If the workspace is not encrypted, or the new passphrase is too short.
        PassphraseRefused
            If `present` is not its passphrase; nothing is changed then.
        WorkspaceUnusable
            If the keys cannot be written; the old passphrase holds then.
        """
        if not self.protected:
            raise UsageError(f"The workspace {self.directory} is not encrypted, so it has no passphrase.")
        check_new(new)
        path = self._place.root / KEYS
        keys = read_keys(path, present)
        with self._database.write() as session:
            audit.append(session, self.settings.operator, "workspace.passphrase", {})
            try:
                keys = write_keys(path, keys, new)
            except OSError as error:
                reason = error.strerror or str(error)
                raise WorkspaceUnusable(f"The passphrase cannot be changed: {reason}.") from error
        self._place = Place(self._place.directory, self._place.root, keys)
