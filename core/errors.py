"""What can go wrong in a way that a user can act on, one sentence each.

Expected outcomes of an examination (no face, a face too small) are values, not errors: see
:class:`core.types.Outcome`.
"""

from __future__ import annotations


class DiscernError(Exception):
    """A failure whose message is one sentence fit to be shown to the user as it is."""


class UsageError(DiscernError):
    """The request makes no sense as given (command line exit code 2)."""


class UnreadableImage(DiscernError):
    """The bytes are no image that may be decoded, or more than the limits allow."""


class UnreadableVideo(DiscernError):
    """The file is no video that may be decoded, or the wanted frame is not in it."""


class ModelUnavailable(DiscernError):
    """A model file is absent, damaged or of an unknown kind."""


class ModelMismatch(DiscernError):
    """Embeddings of different models were about to be compared."""


class WorkspaceUnusable(DiscernError):
    """The workspace cannot be opened: not writable, newer than this program, or damaged."""


class PassphraseRefused(DiscernError):
    """The workspace is encrypted, and no passphrase was given or not the right one."""


class NotFound(DiscernError):
    """No gallery, subject, case, search or evidence has this name or id."""


class Conflict(DiscernError):
    """The change contradicts what is stored, such as a name that is already taken."""


class IntegrityFailure(DiscernError):
    """Stored bytes no longer have the hash that was recorded for them."""


class EvidenceChanged(IntegrityFailure):
    """A file that was taken in no longer has the hash of its intake."""


class Cancelled(DiscernError):
    """The user asked for the work to stop (command line exit code 3)."""
