"""Passphrases: what is a fit one, and how it comes out of a file."""

from __future__ import annotations

import unicodedata
from pathlib import Path

from core.errors import UsageError
from core.types import SHORTEST_PASSPHRASE

_LARGEST_FILE = 4096


def passphrase_bytes(passphrase: str) -> bytes:
    """Return the bytes that a key is derived from.

    Parameters
    ----------
    passphrase : str
        As it was typed.

    Returns
    -------
    bytes
        UTF-8 of the composed form (NFC), which is the same for every keyboard and system.
    """
    return unicodedata.normalize("NFC", passphrase).encode("utf-8", "surrogatepass")


def check_new(passphrase: str) -> None:
    """Refuse a new passphrase that is too short.

    Parameters
    ----------
    passphrase : str
        As it was typed.

    Raises
    ------
    UsageError
        If it has fewer than `SHORTEST_PASSPHRASE` characters.
    """
    if len(unicodedata.normalize("NFC", passphrase)) < SHORTEST_PASSPHRASE:
        raise UsageError(
            f"A passphrase needs at least {SHORTEST_PASSPHRASE} characters; five or six words do well."
        )


def read_passphrase(path: Path) -> str:
    """Read a passphrase from a file.

    Parameters
    ----------
    path : Path
        A file of UTF-8 that holds the passphrase and nothing else; line ends behind it do not belong to it.

    Returns
    -------
    str
        The passphrase.

    Raises
    ------
    UsageError
        If the file cannot be read, is empty, or holds more than one line.
    """
    try:
        with path.open("rb") as file:
            text = file.read(_LARGEST_FILE + 1).decode("utf-8")
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(f"The passphrase file {path} cannot be read: {reason}.") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"The passphrase file {path} is no text in UTF-8.") from error
    passphrase = text.rstrip("\r\n")
    if not passphrase or "\n" in passphrase or len(text) > _LARGEST_FILE:
        raise UsageError(f"The passphrase file {path} must hold the passphrase on one line and nothing else.")
    return passphrase
