"""The keys of a workspace, and the file that keeps them under a passphrase."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from core.errors import IntegrityFailure, ModelUnavailable, PassphraseRefused, WorkspaceUnusable
from core.storage.filesystem import write_whole
from core.storage.protection.passphrases import passphrase_bytes

N, R, P = 1 << 17, 8, 1
"""Cost of scrypt: 128 MiB of memory and about half a second for each guess."""

KEY_BYTES = 32

_FORMAT = 1
_MOST_MEMORY = 1 << 30
_TEXTS = {"kdf": "scrypt", "cipher": "AES-256-GCM"}
_HEX = {"salt": 16, "nonce": 12, "wrapped_key": KEY_BYTES + 16}


@dataclass(frozen=True, slots=True)
class Derivation:
    """How the passphrase becomes a key.

    Attributes
    ----------
    n, r, p : int
        Cost of scrypt (RFC 7914): it needs 128 n r bytes of memory.
    salt : bytes
        16 random bytes.
    """

    n: int
    r: int
    p: int
    salt: bytes

    @classmethod
    def fresh(cls) -> Self:
        """Return today's cost with a new salt."""
        return cls(N, R, P, secrets.token_bytes(_HEX["salt"]))

    def key(self, passphrase: str) -> bytes:
        """Return the key of a passphrase, 32 bytes.

        Raises
        ------
        ModelUnavailable
            If the package for it is not installed.
        """
        require_packages()
        from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

        kdf = Scrypt(salt=self.salt, length=KEY_BYTES, n=self.n, r=self.r, p=self.p)
        return kdf.derive(passphrase_bytes(passphrase))


@dataclass(frozen=True, slots=True, repr=False)
class Keys:
    """What opens a workspace; never shown and never written but sealed.

    Attributes
    ----------
    data_key : bytes
        32 random bytes, made once for each workspace.
    derivation : Derivation
        How the passphrase becomes the key that seals it.
    """

    data_key: bytes
    derivation: Derivation

    @classmethod
    def fresh(cls) -> Self:
        """Return keys for a new workspace."""
        return cls(secrets.token_bytes(KEY_BYTES), Derivation.fresh())

    def part(self, purpose: str) -> bytes:
        """Return the key of one purpose, 32 bytes, from which no other can be told.

        Parameters
        ----------
        purpose : str
            "database", "files" or "names".

        Returns
        -------
        bytes
            HKDF-SHA256 of the data key.
        """
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF

        info = f"discern workspace {purpose}".encode("ascii")
        return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(self.data_key)


def write_keys(path: Path, keys: Keys, passphrase: str) -> Keys:
    """Seal keys under a passphrase and replace their file, which is whole at any moment.

    Parameters
    ----------
    path : Path
        The file.
    keys : Keys
        Their data key is kept; the salt and the cost are new.
    passphrase : str
        What opens them from now on.

    Returns
    -------
    Keys
        The same data key with its new derivation.

    Raises
    ------
    ModelUnavailable
        If the package for it is not installed.
    OSError
        If the file cannot be written; the old one stays.
    """
    require_packages()
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    derivation = Derivation.fresh()
    record: dict[str, Any] = {
        "format": _FORMAT,
        **_TEXTS,
        "n": derivation.n,
        "r": derivation.r,
        "p": derivation.p,
        "salt": derivation.salt.hex(),
        "nonce": secrets.token_hex(_HEX["nonce"]),
    }
    cipher = AESGCM(derivation.key(passphrase))
    sealed = cipher.encrypt(bytes.fromhex(record["nonce"]), keys.data_key, _canonical(record))
    record["wrapped_key"] = sealed.hex()
    write_whole(path, json.dumps(record, indent=1).encode("ascii") + b"\n")
    return Keys(keys.data_key, derivation)


def read_keys(path: Path, passphrase: str) -> Keys:
    """Open the keys of a workspace.

    Parameters
    ----------
    path : Path
        Their file.
    passphrase : str
        What they are sealed under.

    Returns
    -------
    Keys
        The keys.

    Raises
    ------
    PassphraseRefused
        If this is not the passphrase, or the file was changed: the two cannot be told apart.
    WorkspaceUnusable
        If the file is missing.
    IntegrityFailure
        If it is no such file.
    ModelUnavailable
        If the package for it is not installed.
    """
    require_packages()
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    record = _read_record(path)
    derivation = Derivation(record["n"], record["r"], record["p"], bytes.fromhex(record["salt"]))
    wrapped = bytes.fromhex(record.pop("wrapped_key"))
    try:
        cipher = AESGCM(derivation.key(passphrase))
        data_key = cipher.decrypt(bytes.fromhex(record["nonce"]), wrapped, _canonical(record))
    except InvalidTag as error:
        raise PassphraseRefused(
            f"The passphrase does not open the workspace {path.parent.parent}."
        ) from error
    return Keys(data_key, derivation)


def require_packages() -> None:
    """Say what is missing where an encrypted workspace cannot be used.

    Raises
    ------
    ModelUnavailable
        If `cryptography` or `sqlcipher3` is not installed.
    """
    try:
        import cryptography
        import sqlcipher3  # noqa: F401

        cryptography.__version__  # noqa: B018
    except ImportError as error:
        raise ModelUnavailable(
            f"An encrypted workspace needs the package {error.name}: install discern[protected]."
        ) from error


def _read_record(path: Path) -> dict[str, Any]:
    try:
        record = json.loads(path.read_bytes())
    except FileNotFoundError as error:
        raise WorkspaceUnusable(
            f"The file {path} is missing, and nobody can open this workspace without it: restore it from a "
            "copy."
        ) from error
    except OSError as error:
        raise WorkspaceUnusable(f"The file {path} cannot be read: {error.strerror or error}.") from error
    except ValueError as error:
        raise IntegrityFailure(f"The file {path} is damaged: restore it from a copy.") from error
    if not _is_sound(record):
        raise IntegrityFailure(f"The file {path} is damaged or of another version of this program.")
    return dict(record)


def _is_sound(record: object) -> bool:
    """Whether a record has all it needs; what it asks of memory is bounded: anybody may have written it."""
    if not isinstance(record, dict) or record.get("format") != _FORMAT:
        return False
    if any(record.get(name) != text for name, text in _TEXTS.items()):
        return False
    costs = [record.get(name) for name in ("n", "r", "p")]
    if not all(type(cost) is int and 0 < cost <= _MOST_MEMORY for cost in costs):
        return False
    n, r, p = record["n"], record["r"], record["p"]
    if n < 2 or n & (n - 1) or 128 * n * r > _MOST_MEMORY or p > 16:
        return False
    for name, length in _HEX.items():
        try:
            if len(bytes.fromhex(record[name])) != length:
                return False
        except (KeyError, ValueError, TypeError):
            return False
    return set(record) == {"format", "n", "r", "p", *_TEXTS, *_HEX}


def _canonical(record: dict[str, Any]) -> bytes:
    return json.dumps(record, sort_keys=True, separators=(",", ":")).encode("ascii")
