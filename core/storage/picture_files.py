"""The bytes that belong to pictures of cases: small copies in the database, and files of the store."""

from __future__ import annotations

import json

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.storage.record_schema import PictureRow, PictureThumbnailRow
from core.storage.schema import AuditRow

DERIVED = "picture.derive"
"""The action under which the log names each derived picture and the hash of its file."""


def put_thumbnail(session: Session, picture_id: int, png: bytes) -> None:
    """Keep a small copy of a picture in place of an earlier one."""
    row = session.get(PictureThumbnailRow, picture_id)
    if row is None:
        session.add(PictureThumbnailRow(picture_id=picture_id, png=png))
    else:
        row.png = png


def thumbnail(session: Session, picture_id: int) -> bytes | None:
    """Return the small copy of a picture as a PNG file, None where none was kept."""
    return session.scalar(select(PictureThumbnailRow.png).where(PictureThumbnailRow.picture_id == picture_id))


def kept_hashes(session: Session) -> tuple[str, ...]:
    """Return the keys of all files that pictures of cases need.

    Derived pictures are among them for good: after an undo a redo must find the file.

    Parameters
    ----------
    session : Session
        Any session.

    Returns
    -------
    tuple of str
        SHA-256 of each file.
    """
    frames = select(PictureRow.sha256).where(PictureRow.frame_ordinal.is_not(None), PictureRow.width > 0)
    derived = select(AuditRow.details).where(AuditRow.action == DERIVED)
    logged = (json.loads(details)["sha256"] for details in session.scalars(derived))
    return tuple(dict.fromkeys([*session.scalars(frames), *logged]))
