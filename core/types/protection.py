"""Whether a workspace is encrypted, by what, and what that does not cover."""

from __future__ import annotations

from dataclasses import dataclass

SHORTEST_PASSPHRASE = 12
"""Characters below which a new passphrase is refused: whoever has the disk may try as long as they like."""


@dataclass(frozen=True, slots=True)
class Protection:
    """What a workspace says of its encryption.

    Attributes
    ----------
    encrypted : bool
        Whether the content is encrypted.
    derivation : str
        How the passphrase becomes a key, with its cost; empty where nothing is encrypted.
    ciphers : str
        What is encrypted by what; empty where nothing is encrypted.
    """

    encrypted: bool
    derivation: str = ""
    ciphers: str = ""
