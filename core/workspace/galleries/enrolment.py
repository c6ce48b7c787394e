"""Enrolment: from a folder or a list to samples in a gallery, behind a gate."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from core.errors import UnreadableImage, UsageError
from core.imaging.digest import hash_file
from core.progress import Progress
from core.storage import audit
from core.storage import samples as stored
from core.types import (
    BoundingBox,
    Enrolment,
    EnrolmentStatus,
    FaceAnalysis,
    ImageAnalysis,
    Outcome,
    SourceImage,
)
from core.workspace.cases.faces import Faces
from core.workspace.galleries.aligned_crops import analyze_crops
from core.workspace.galleries.enrolment_gate import Gate, new_sample, verdict_on
from core.workspace.galleries.enrolment_plan import EnrolmentItem, plan_enrolment
from core.workspace.searches.assessed_face import AssessedFace


class EnrolmentDesk(Faces):
    """The part of the front door that enrols."""

    def plan_enrolment(self, source: Path) -> tuple[EnrolmentItem, ...]:
        """Read what a folder or a list asks to be enrolled.

        Parameters
        ----------
        source : Path
            A folder that holds a folder for each subject, or a CSV file with the columns `subject` and
            `path` (relative to the file) and optionally `x`, `y`, `width`, `height` of the face in px.

        Returns
        -------
        tuple of EnrolmentItem
            The items, ordered by subject.

        Raises
        ------
        UsageError
            If the source is neither, or holds nothing.
        """
        return plan_enrolment(source)

    def enroll(
        self,
        items: Iterable[EnrolmentItem],
        *,
        gallery: str | None = None,
        min_recognizability: float | None = None,
        override_reason: str = "",
        authority: str = "",
        dry_run: bool = False,
        progress: Progress | None = None,
    ) -> Iterator[Enrolment]:
        """Enrol pictures, each subject in one transaction.

        Parameters
        ----------
        items : iterable of EnrolmentItem
            What to enrol. The pictures of one subject stand together.
        gallery : str, optional
            Where to; made when missing.
        min_recognizability : float, optional
            The gate: faces below it are refused.
        override_reason : str
            A reason to enrol faces below the gate all the same; it is kept in the audit log.
        authority : str
            On whose authority, kept with each sample; what an item says itself comes first.
        dry_run : bool
            Whether only to say what would happen.
        progress : Progress, optional
            Hears of each picture and may cancel; subjects that were reported stay enrolled.

        Yields
        ------
        Enrolment
            What became of each picture, when it is certain.

        Raises
        ------
        Cancelled
            If a stop was asked for.
        """
        gate = self._gate(gallery, min_recognizability, override_reason, authority, dry_run)
        wanted = tuple(items)
        progress = progress or Progress()
        done = 0
        fresh = self._analyses(wanted, gate, progress)
        for subject, group in groupby(fresh, key=lambda pair: pair[0].subject):
            enrolments = self._enroll_subject(subject, list(group), gate)
            done += len(enrolments)
            yield from enrolments
            progress.step(done, len(wanted), subject)

    def enroll_face(
        self,
        image: SourceImage,
        face: FaceAnalysis,
        subject: str,
        *,
        gallery: str | None = None,
        min_recognizability: float | None = None,
        override_reason: str = "",
        authority: str = "",
    ) -> Enrolment:
        """Enrol one face that was chosen, found or drawn by hand, in a still or a video frame.

        Parameters
        ----------
        image : SourceImage
            The picture that holds it.
        face : FaceAnalysis
            The face.
        subject : str
            The person.
        gallery, min_recognizability, override_reason, authority
            As in :meth:`enroll`.

        Returns
        -------
        Enrolment
            What became of it.
        """
        gate = self._gate(gallery, min_recognizability, override_reason, authority, dry_run=False)
        frame = "" if image.frame is None else f", frame {image.frame.ordinal}"
        item = EnrolmentItem(subject, Path(f"{image.path or ''}{frame}"))
        sha256 = image.pixel_sha256 or image.sha256
        chosen = ImageAnalysis(item.path, Outcome.OK, "", image, (face,), sha256)
        with self._database.read() as session:
            known = stored.find_sample(session, gate.gallery, subject, sha256)
        already = None if known is None else self._enrolled(item, known)
        return self._enroll_subject(subject, [(item, already or chosen)], gate)[0]

    def _gate(
        self,
        gallery: str | None,
        min_recognizability: float | None,
        override_reason: str,
        authority: str,
        dry_run: bool,
    ) -> Gate:
        defaults = self.settings.gallery
        least = defaults.min_recognizability if min_recognizability is None else min_recognizability
        return Gate(gallery or defaults.name, least, override_reason.strip(), dry_run, authority.strip())

    def _analyses(
        self, items: Sequence[EnrolmentItem], gate: Gate, progress: Progress
    ) -> Iterator[tuple[EnrolmentItem, ImageAnalysis | Enrolment]]:
        """Analyse in batches, passing over pictures that were enrolled before."""
        batch = 4 * self.settings.recognition.batch_size
        for start in range(0, len(items), batch):
            part = items[start : start + batch]
            known = {item: self._already(item, gate) for item in part}
            fresh = [item for item in part if known[item] is None]
            crops = analyze_crops(self._analyzer(), fresh, self.read_still)
            plain = [item.path for item in fresh if item.box is None and item.aligned is None]
            analyses = self._analyzer().analyze_files(plain, progress.silent())
            for item in part:
                progress.check()
                already = known[item]
                if already is not None:
                    yield item, already
                elif item.aligned is not None:
                    yield item, crops[item]
                elif item.box is not None:
                    yield item, self._analyze_box(item.path, item.box)
                else:
                    yield item, next(analyses)

    def _analyze_box(self, path: Path, box: BoundingBox) -> ImageAnalysis:
        try:
            image = self.read_still(path)
            face = self.manual_face(image, box)
        except (UsageError, UnreadableImage) as error:
            return ImageAnalysis(path, Outcome.NOT_ASSESSED, str(error))
        return self.analyze(image, (face,), detect=False)

    def _already(self, item: EnrolmentItem, gate: Gate) -> Enrolment | None:
        try:
            sha256 = hash_file(item.path)[0] if item.aligned is None else item.aligned.sha256
        except OSError:
            return None
        with self._database.read() as session:
            sample_id = stored.find_sample(session, gate.gallery, item.subject, sha256)
        return None if sample_id is None else self._enrolled(item, sample_id)

    def _enrolled(self, item: EnrolmentItem, sample_id: int) -> Enrolment:
        with self._database.read() as session:
            sample = stored.sample(session, sample_id)
        return Enrolment(
            item.path,
            item.subject,
            EnrolmentStatus.ALREADY,
            "The same picture of this subject is in the gallery.",
            sample_id,
            sample.recognizability,
            sample.band,
            sample.overridden,
        )

    def _enroll_subject(
        self, subject: str, group: Sequence[tuple[EnrolmentItem, ImageAnalysis | Enrolment]], gate: Gate
    ) -> list[Enrolment]:
        """Enrol what passes the gate in one transaction: a subject is there as a whole or not at all."""
        results: list[Enrolment] = []
        accepted: list[int] = []
        samples: list[stored.NewSample] = []
        seen: set[str] = set()
        for item, analysis in group:
            if isinstance(analysis, Enrolment):
                results.append(analysis)
                continue
            face = analysis.main
            verdict = verdict_on(item, analysis, face, gate)
            duplicate = analysis.sha256 in seen
            if verdict.status is EnrolmentStatus.ENROLLED and duplicate:
                verdict = Enrolment(
                    item.path,
                    subject,
                    EnrolmentStatus.ALREADY,
                    "The same picture comes twice for this subject.",
                )
            elif verdict.status is EnrolmentStatus.ENROLLED and face is not None and analysis.sha256:
                seen.add(analysis.sha256)
                accepted.append(len(results))
                samples.append(
                    new_sample(item, analysis.sha256, AssessedFace.of(face), verdict.overridden, gate)
                )
            results.append(verdict)
        if samples and not gate.dry_run:
            with self._database.write() as session:
                keys = stored.add_samples(session, gate.gallery, subject, samples)
                # By number, not by name: the log cannot be changed when a person is erased.
                details = {
                    "gallery": gate.gallery,
                    "subject_id": stored.sample(session, keys[0]).subject_id,
                    "model_id": samples[0].model_id,
                    "samples": [
                        {"sample_id": key, "sha256": new.source_sha256}
                        for key, new in zip(keys, samples, strict=True)
                    ],
                    "min_recognizability": gate.min_recognizability,
                    "overridden": [key for key, new in zip(keys, samples, strict=True) if new.overridden],
                }
                audit.append(session, self.settings.operator, "subject.enroll", details, gate.override_reason)
            for place, key in zip(accepted, keys, strict=True):
                results[place] = replace(results[place], sample_id=key)
        return results
