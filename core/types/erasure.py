"""What proves that a person was erased, and what it does not prove."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ErasurePlace:
    """A place that was looked through after an erasure.

    Attributes
    ----------
    place : str
        A table and column, or a file with its size.
    looked_for : str
        What was looked for in it.
    found : int
        How often, in rows or in traces.
    allowed : bool
        Whether what was found may stay there, such as the evidence of a case.
    note : str
        One sentence that explains what was found.
    """

    place: str
    looked_for: str
    found: int
    allowed: bool = False
    note: str = ""

    @property
    def bad(self) -> bool:
        """Whether something was found that should be gone."""
        return bool(self.found) and not self.allowed


@dataclass(frozen=True, slots=True)
class ErasureCertificate:
    """What was erased of a person, where it was looked for afterwards, and what remains.

    It does not repeat the name: a certificate that did would be one more place that holds it.

    Attributes
    ----------
    subject_id : int
        Number of the subject that was erased.
    pseudonym : str
        What stands in candidate lists instead of the name.
    gallery : str
        Name of its gallery.
    samples, crops, embeddings, templates : int
        Rows that were erased.
    candidates : int
        Places on candidate lists that lost name and source and kept rank and similarity.
    faces : int
        Faces of cases that bore the name and bear the pseudonym now.
    steps : int
        Steps that can no longer be undone because they held something of the person.
    sample_sha256 : tuple of str
        Hashes of the pictures that the samples were enrolled from.
    model_ids : tuple of str
        Models whose embeddings were erased.
    copies : tuple of str
        Names of copies of the database, made before upgrades, that were deleted.
    reason, examiner : str
        Why, and who did it.
    created : str
        When, ISO 8601 in UTC.
    audit_head : str
        Hash of the entry of the audit log that tells of the erasure.
    places : tuple of ErasurePlace
        Everything that was looked through.
    verified : bool
        Whether nothing was found that should be gone.
    limits : tuple of str
        What the certificate does not say, one sentence each.
    files : tuple of str
        Paths of the JSON file and of the text file.
    sets : tuple of str
        Labelled sets that held pictures of the person.
    set_pictures : int
        Pictures that were taken out of them.
    learnt : tuple of str
        Models that learnt from these pictures, or were tuned from one that did. They were not unlearned.
    """

    subject_id: int
    pseudonym: str
    gallery: str
    samples: int
    crops: int
    embeddings: int
    templates: int
    candidates: int
    faces: int
    steps: int
    sample_sha256: tuple[str, ...]
    model_ids: tuple[str, ...]
    copies: tuple[str, ...]
    reason: str
    examiner: str
    created: str
    audit_head: str
    places: tuple[ErasurePlace, ...]
    verified: bool
    limits: tuple[str, ...]
    files: tuple[str, ...] = ()
    sets: tuple[str, ...] = ()
    set_pictures: int = 0
    learnt: tuple[str, ...] = ()

    @property
    def remaining(self) -> tuple[ErasurePlace, ...]:
        """The places where something was found."""
        return tuple(place for place in self.places if place.found)
