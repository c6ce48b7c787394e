"""The labelled facts of a report, the same for every format that people read."""

from __future__ import annotations

from core.reporting import wording
from core.reporting.case_record import CaseRecord
from core.reporting.content import ReportContent, SearchContent
from core.reporting.figures import keeps_bytes, reduction
from core.types import ModelCard

CODE = frozenset(
    {
        "Model id",
        "Gallery digest",
        "Entry in the audit log",
        "SHA-256 of the file",
        "SHA-256 of the frame",
        "SHA-256 of the picture",
        "Head of the audit log",
    }
)
"""Labels whose values are hashes, which are set in a face of fixed width."""

VERIFIED = "The bytes of the picture were hashed again when this report was written, and the hash agreed."

ERASED = (
    "An empty square stands for a subject that was removed from the gallery after the search; its picture "
    "was erased with it."
)

_COPY = "A copy of the whole file, verified against its hash when it was made and whenever it is used"
_REFERENCE = "A reference: path, size and hash; the file itself is not kept"

Facts = list[tuple[str, str]]
"""Labels and values, in the order in which they are read; an empty value is shown as a dash."""


def cover_facts(content: ReportContent) -> Facts:
    """Say which search of which case a report is on, and when and with what it was written."""
    search, case = content.search.search, content.case
    facts = [
        ("Search", f"{search.search_id}, run on {wording.instant(search.created)} by {search.operator}"),
        ("Case", case.title if case else "The search belongs to no case"),
    ]
    if case:
        facts += [
            ("Reference", case.reference),
            ("Request and authority", case.authority),
            ("Notes on the case", case.notes),
            ("Case opened", f"{wording.instant(case.created)}; now {case.status.value.replace('_', ' ')}"),
        ]
    log = content.record.log
    return [
        *facts,
        ("Report dated", wording.instant(content.written)),
        ("Program", f"Discern {content.program_version}"),
        ("Head of the audit log", f"Entry {log.sequence:,}: {log.entry_hash}" if log else ""),
    ]


def probe_facts(content: SearchContent) -> Facts:
    """Say how large the face is, where it lies, how it was found, and which others went into the template."""
    probe = content.search.probe
    facts = [
        ("Native size", f"Eye distance {wording.number(probe.eye_distance_px, 1)} px"),
        ("Face box", wording.box(probe.box)),
        ("Found by", wording.detection(probe)),
        ("Aligned", wording.alignment(probe)),
    ]
    if len(content.search.faces) > 1:
        facts.append(("Template", wording.template(content.search.faces)))
    return facts


def material_facts(content: SearchContent, record: CaseRecord) -> Facts:
    """Name the files that the search rests on, with their hashes, and what was done to them."""
    probe, evidence, picture = content.search.probe, content.evidence, content.picture
    facts = [("File", probe.path), ("SHA-256 of the file", probe.sha256)]
    if evidence:
        facts += [
            ("Size of the file", wording.count(evidence.byte_size, "byte")),
            ("Taken in", f"{wording.instant(evidence.created)}, as evidence {evidence.evidence_id}"),
            ("Kept as", _COPY if evidence.copied else _REFERENCE),
        ]
        if evidence.failed:
            facts.append(("Changed since intake", f"{evidence.failure} {wording.instant(evidence.failed)}"))
    if probe.frame:
        facts += [
            ("Frame", wording.frame(probe.frame)),
            ("SHA-256 of the frame", probe.picture_sha256),
        ]
    kept = picture.image.file_format
    if probe.frame:
        kept = f"Decoded frame, kept as {kept} of {wording.count(len(picture.data), 'byte')}"
    facts += [
        ("Picture", f"{kept}, {probe.width} × {probe.height} px"),
        ("In this document", _embedding_note(content)),
    ]
    if picture.image.notes:
        facts.append(("Decoding", "\n".join(picture.image.notes)))
    for step in record.pictures:
        if step.derived:
            facts += [
                ("Derived picture", wording.derivation(step)),
                ("SHA-256 of the picture", step.sha256),
            ]
    if record.pictures and record.pictures[0].derived:
        original = record.pictures[-1]
        facts += [
            ("Derived from", f"Picture {original.picture_id}, {original.width} × {original.height} px"),
            ("SHA-256 of the picture", original.sha256),
        ]
    return facts


def model_facts(card: ModelCard) -> Facts:
    """Say what the card of a model says."""
    edges = card.bands
    bands = (
        f"unrecognizable below {wording.number(edges.low, 3)}, low from there, fair from "
        f"{wording.number(edges.fair, 3)}, good from {wording.number(edges.good, 3)}. {edges.derivation}"
    )
    return [
        ("Model", card.name),
        ("Model id", card.model_id),
        ("Architecture", f"{card.architecture}, {card.embedding_dim} numbers in an embedding"),
        ("Licence", card.licence),
        ("Trained on", card.training_data),
        ("Origin", card.origin),
        ("Bands", bands),
        ("Made by", card.command),
    ]


def reproduction_facts(content: SearchContent) -> Facts:
    """Say what is needed to repeat the search, but for its conditions."""
    search, result = content.search, content.search.result
    return [
        ("Model id", result.model_id),
        ("Detector", search.probe.detector),
        ("Galleries", ", ".join(result.galleries)),
        ("Subjects compared (N)", f"{result.gallery_size:,}"),
        ("Gallery revision", f"{result.gallery_revision}"),
        ("Gallery digest", result.gallery_digest),
        ("Fusion", result.fusion),
        ("Candidates asked for", f"{search.top}"),
        ("Entry in the audit log", search.audit_hash),
    ]


def _embedding_note(content: SearchContent) -> str:
    picture = content.picture
    turned = " It is turned upright as its EXIF orientation asks." if picture.image.orientation != 1 else ""
    if keeps_bytes(picture):
        return f"The JPEG file itself, byte for byte.{turned}"
    factor = reduction(picture)
    if factor == 1:
        return f"The pixels, without loss.{turned}"
    return f"The pixels, each side reduced by a factor of {factor} by averaging.{turned}"
