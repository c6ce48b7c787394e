"""The certificate of an erasure as files: JSON for programs, text for people."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

from core.errors import WorkspaceUnusable
from core.types import ErasureCertificate

LIMITS = (
    "The audit log is append-only and was not rewritten: entries of the past may name the person, and the "
    "tables above say whether any does.",
    "Pictures, crops and embeddings that are evidence of a case were not touched.",
    "Ranks, similarities and the maps of past searches stay; they stand under the pseudonym.",
    "Reports, exports and copies outside of this workspace, backups, and what a disk keeps of deleted files, "
    "are out of this program's reach.",
)


def write_certificate(certificate: ErasureCertificate, directory: Path) -> tuple[ErasureCertificate, str]:
    """Write a certificate as JSON and as text.

    Parameters
    ----------
    certificate : ErasureCertificate
        What is certified.
    directory : Path
        Where to; made when missing, readable by its owner alone.

    Returns
    -------
    tuple of (ErasureCertificate, str)
        The certificate with the paths of its files, and the SHA-256 of the JSON file.

    Raises
    ------
    WorkspaceUnusable
        If the files cannot be written; the erasure itself is done.
    """
    stem = directory / f"erasure-subject-{certificate.subject_id}"
    named = dataclasses.replace(certificate, files=(f"{stem}.json", f"{stem}.txt"))
    data = json.dumps(dataclasses.asdict(named), indent=2, ensure_ascii=False).encode() + b"\n"
    try:
        directory.mkdir(exist_ok=True, mode=0o700)
        _write(Path(named.files[0]), data)
        _write(Path(named.files[1]), certificate_text(named).encode())
    except OSError as error:
        reason = error.strerror or str(error)
        raise WorkspaceUnusable(
            f"The person was erased, but the certificate {stem} cannot be written: {reason}."
        ) from error
    return named, hashlib.sha256(data).hexdigest()


def certificate_text(certificate: ErasureCertificate) -> str:
    """Return a certificate as a person reads it."""
    return "\n".join(_lines(certificate)) + "\n"


def _lines(one: ErasureCertificate) -> Iterator[str]:
    yield f"Certificate of erasure: subject {one.subject_id} of the gallery {one.gallery}"
    yield ""
    yield (
        "Nothing was found that should be gone."
        if one.verified
        else "NOT VERIFIED: something was found that should be gone; see the places marked with !"
    )
    yield ""
    yield f"Done (UTC)      {one.created}"
    yield f"Examiner        {one.examiner}"
    yield f"Reason          {one.reason}"
    yield f"Audit log       {one.audit_head}"
    yield ""
    yield f"Erased          {one.samples} samples, {one.crops} crops, {one.embeddings} embeddings, "
    yield f"                {one.templates} templates, {one.steps} steps of the journal"
    yield f"Renamed         {one.candidates} places on candidate lists and {one.faces} faces of cases, to"
    yield f"                “{one.pseudonym}”"
    if one.sets:
        yield f"Taken out       {one.set_pictures} pictures of the labelled sets {', '.join(one.sets)}"
    for name in one.learnt:
        yield f"Learnt from     the model {name}: it was not unlearned, and its card says so"
    for name in one.copies:
        yield f"Deleted         {name}, a copy made before an upgrade"
    for sha256 in one.sample_sha256:
        yield f"Enrolled from   SHA-256 {sha256}"
    for model_id in one.model_ids:
        yield f"Model           {model_id}"
    yield ""
    yield "Looked through afterwards:"
    for place in one.places:
        mark = "!" if place.bad else " "
        yield f"{mark} {place.found:>4} found  {place.place}: {place.looked_for}"
        if place.note:
            yield f"              {place.note}"
    yield ""
    yield "What this does not say:"
    for limit in one.limits:
        yield f"- {limit}"


def _write(path: Path, data: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
