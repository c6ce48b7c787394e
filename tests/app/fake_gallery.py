"""Subjects and samples of galleries in memory: listing, merging, splitting, erasing, exporting."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import Conflict, NotFound, UsageError
from core.progress import Progress
from core.types import Band, ErasureCertificate, ErasurePlace, GalleryListing, Sample, Subject
from core.workspace import EmbeddedSamples, GalleryExport, GalleryImport, ReembeddingProgress


class FakeGallery:
    """The samples of a :class:`tests.app.fakes.FakeWorkspace`; `lacking` of them have no embedding."""

    lacking: int = 0
    unverified: bool = False

    @property
    def moves(self) -> list[tuple[str, Any]]:
        """What was changed, in order."""
        made: list[tuple[str, Any]] = self.__dict__.setdefault("_moves", [])
        return made

    @property
    def _held(self) -> dict[int, Sample]:
        known: Any = self
        samples: dict[int, Sample] = known._samples
        return samples

    def sample(self, sample_id: int) -> Sample:
        """Return a sample."""
        if sample_id not in self._held:
            raise NotFound(f"There is no sample with the number {sample_id}.")
        return self._held[sample_id]

    def gallery_listing(self, gallery: str | None = None, text: str = "") -> GalleryListing:
        """Return the samples that fit as columns."""
        known: Any = self
        rows = sorted(
            known.samples(gallery=gallery, text=text),
            key=lambda one: (one.gallery, one.subject, one.sample_id),
        )
        firsts = [
            place
            for place, one in enumerate(rows)
            if not place or rows[place - 1].subject_id != one.subject_id
        ]
        return GalleryListing(
            subject_ids=np.array([rows[place].subject_id for place in firsts], np.int64),
            subjects=tuple(rows[place].subject for place in firsts),
            galleries=tuple(rows[place].gallery for place in firsts),
            starts=np.array([*firsts, len(rows)], np.int64),
            sample_ids=np.array([one.sample_id for one in rows], np.int64),
            recognizability=np.array([one.recognizability for one in rows], np.float64),
            bands=np.array([list(Band).index(one.band) for one in rows], np.uint8),
            overridden=np.array([one.overridden for one in rows], np.bool_),
        )

    def merge_subjects(self, into: int, others: Sequence[int]) -> Subject:
        """Give all samples of the others to one subject."""
        self.moves.append(("merge", (into, tuple(others))))
        name = self._subject(into).name
        for key, sample in self._held.items():
            if sample.subject_id in others:
                self._held[key] = replace(sample, subject_id=into, subject=name)
        return self._subject(into)

    def split_subject(
        self, subject_id: int, sample_ids: Sequence[int], new_name: str
    ) -> tuple[Subject, Subject]:
        """Give samples to a new subject."""
        if any(sample.subject == new_name for sample in self._held.values()):
            raise Conflict(f"There is already a subject {new_name!r} in this gallery.")
        self.moves.append(("split", (subject_id, tuple(sample_ids), new_name)))
        new = max(sample.subject_id for sample in self._held.values()) + 1
        for key in sample_ids:
            self._held[key] = replace(self._held[key], subject_id=new, subject=new_name)
        return self._subject(subject_id), self._subject(new)

    def move_samples(self, sample_ids: Sequence[int], into: int) -> Subject:
        """Give samples to another subject."""
        self.moves.append(("move", (tuple(sample_ids), into)))
        name = self._subject(into).name
        for key in sample_ids:
            self._held[key] = replace(self._held[key], subject_id=into, subject=name)
        return self._subject(into)

    def embedded_samples(self, model: str | None = None) -> EmbeddedSamples:
        """Return how many have an embedding."""
        return EmbeddedSamples("fake-network", len(self._held) - self.lacking, len(self._held))

    def reembed(
        self, model: str | None = None, progress: Progress | None = None
    ) -> Iterator[ReembeddingProgress]:
        """Embed one sample after the other."""
        total = len(self._held)
        while self.lacking:
            if progress is not None:
                progress.step(total - self.lacking, total)
            self.lacking -= 1
            yield ReembeddingProgress("fake-network", total - self.lacking, total)
        yield ReembeddingProgress("fake-network", total, total, complete=True)

    def erase_subject(self, subject_id: int, reason: str, *, with_copies: bool = False) -> ErasureCertificate:
        """Erase a subject; `unverified` leaves a trace."""
        subject = self._subject(subject_id)
        if subject.name.lower() in reason.lower():
            raise UsageError("The reason must not name the person: it stays in the audit log for good.")
        self.moves.append(("erase", (subject_id, reason, with_copies)))
        for key in [key for key, sample in self._held.items() if sample.subject_id == subject_id]:
            del self._held[key]
        known: Any = self
        left = ErasurePlace("file discern.db", "2 pieces of vectors", int(self.unverified))
        return ErasureCertificate(
            subject_id=subject_id,
            pseudonym=f"erased subject {subject_id}",
            gallery=subject.gallery,
            samples=subject.samples,
            crops=subject.samples,
            embeddings=subject.samples,
            templates=1,
            candidates=0,
            faces=0,
            steps=0,
            sample_sha256=("12" * 32,),
            model_ids=("ab" * 32,),
            copies=(),
            reason=reason,
            examiner="tester",
            created="2026-11-24T08:00:00+00:00",
            audit_head="56" * 32,
            places=(ErasurePlace("table subjects", "rows of the subject, by key", 0), left),
            verified=not self.unverified,
            limits=("The audit log is append-only.",),
            files=tuple(
                str(known.directory / "certificates" / f"erasure.{kind}") for kind in ("json", "txt")
            ),
        )

    def certificate_text(self, certificate: ErasureCertificate) -> str:
        """Return a few lines."""
        lines = [f"Certificate of erasure: subject {certificate.subject_id}", ""]
        lines += [f"  {place.found} found  {place.place}: {place.looked_for}" for place in certificate.places]
        return "\n".join([*lines, "", *certificate.limits])

    def export_gallery(self, name: str, directory: Path, progress: Progress | None = None) -> GalleryExport:
        """Make the folder."""
        if directory.exists() and any(directory.iterdir()):
            raise Conflict(f"{directory} is there already; an export overwrites nothing.")
        directory.mkdir(exist_ok=True)
        (directory / "gallery.csv").write_text("subject,path\n", encoding="utf-8")
        return GalleryExport(
            directory, name, len(self.gallery_listing(name).subjects), len(self._held), "ab" * 32
        )

    def export_gallery_bundle(self, name: str, file: Path, progress: Progress | None = None) -> GalleryExport:
        """Make the file."""
        file.write_bytes(b"PK")
        return GalleryExport(file, name, len(self.gallery_listing(name).subjects), len(self._held), "ab" * 32)

    def import_gallery_bundle(
        self,
        file: Path,
        *,
        gallery: str | None = None,
        min_recognizability: float | None = None,
        override_reason: str = "",
        progress: Progress | None = None,
    ) -> GalleryImport:
        """Add one person."""
        if not file.exists():
            raise UsageError(f"The file {file} is no bundle of a gallery.")
        known: Any = self
        known._add_sample("Imported", gallery or "default", 0.6)
        return GalleryImport(gallery or "default", 1, 1, 0, 0, 1)

    def _subject(self, subject_id: int) -> Subject:
        own = [sample for sample in self._held.values() if sample.subject_id == subject_id]
        if not own:
            raise NotFound(f"There is no subject with the number {subject_id}.")
        best = max(own, key=lambda one: one.recognizability)
        return Subject(subject_id, best.gallery, best.subject, len(own), best.sample_id, best.created)
