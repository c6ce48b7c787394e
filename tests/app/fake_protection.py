"""Encryption, in memory."""

from __future__ import annotations

from core.errors import PassphraseRefused, WorkspaceUnusable
from core.types import Protection


class FakeProtection:
    """The part of the fake workspace that encrypts; passphrases with "full" in them meet a full disk."""

    passphrase = ""

    @property
    def protected(self) -> bool:
        """Whether there is a passphrase."""
        return bool(self.passphrase)

    def protect(self, passphrase: str) -> Protection:
        """Take the passphrase."""
        if "full" in passphrase:
            raise WorkspaceUnusable("The workspace cannot be encrypted: no space left on the disk.")
        self.passphrase = passphrase
        return Protection(True, "none", "none")

    def change_passphrase(self, present: str, new: str) -> None:
        """Take another passphrase."""
        if present != self.passphrase:
            raise PassphraseRefused("The passphrase does not open the workspace.")
        self.passphrase = new
