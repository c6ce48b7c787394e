"""Erasing a person for good, and proving it."""

from __future__ import annotations

from pathlib import Path

from core.errors import Conflict, IntegrityFailure, UsageError, WorkspaceUnusable
from core.storage import audit, erasing
from core.storage.schema import now
from core.storage.traces import PersonTraces, found_in, traces_of
from core.types import ErasureCertificate, ErasurePlace
from core.workspace.galleries.erasure_certificate import LIMITS, certificate_text, write_certificate
from core.workspace.galleries.galleries import Galleries
from core.workspace.tuning.set_erasure import Learner, erase_from_training

_COPIES = "-schema-"
_SHORTEST_NAME = 4
"""Bytes below which a name stands in any large file by chance."""


class Erasure(Galleries):
    """The part of the front door that erases people."""

    def erase_subject(self, subject_id: int, reason: str, *, with_copies: bool = False) -> ErasureCertificate:
        """Erase a person from the galleries, the journal and the side files, and look whether it is true.

        Their pictures leave the labelled sets and what runs keep of them. Models that learnt from them stay,
        and their cards say so. Candidate lists of the past keep rank and similarity under a pseudonym. The
        audit log is never rewritten. This cannot be undone.

        Parameters
        ----------
        subject_id : int
            The person's subject.
        reason : str
            Why, for the log; it must not name the person.
        with_copies : bool
            Whether copies of the database that were made before upgrades, and that hold the person too, are
            deleted.

        Returns
        -------
        ErasureCertificate
            What was erased and what was looked through; also written to `certificates/`.

        Raises
        ------
        NotFound
            If there is no such subject.
        UsageError
            If no reason is given, or it names the person.
        Conflict
            If a copy of the database holds the person and is not to be deleted, or a run learns from the
            person at this moment; nothing was changed then.
        """
        reason = reason.strip()
        if not reason:
            raise UsageError("An erasure needs a reason: it is kept in the audit log.")
        with self._database.read() as session:
            person = traces_of(session, subject_id)
        if any(name.casefold() in reason.casefold() for name in person.names):
            raise UsageError("The reason must not name the person: it stays in the audit log for good.")
        copies = [path for path in self._copies() if found_in(self._place.content(path), person.patterns())]
        if copies and not with_copies:
            raise Conflict(
                f"The copy {copies[0].name}, made before an upgrade, holds this person too: allow such "
                "copies to be deleted (--with-copies), or move it away."
            )
        with self._database.read() as session:
            own = erasing.own_names(session, person)
        try:
            trained = erase_from_training(
                self.directory / "training",
                self.models_directory,
                Learner(own, person.sha256, person.crops, erasing.pseudonym(subject_id)),
            )
        except OSError as error:
            raise WorkspaceUnusable(
                f"The labelled sets cannot be written, and nothing but them was changed: {error.strerror}."
            ) from error
        with self._database.write() as session:
            person = traces_of(session, subject_id)
            erased = erasing.erase(session, person)
            details = {
                "subject_id": subject_id,
                "samples": erased.samples,
                "candidates": erased.candidates,
                "copies": [path.name for path in copies],
                "sets": list(trained.sets),
                "set_pictures": trained.pictures,
                "learnt": list(trained.models),
            }
            entry = audit.append(session, self.settings.operator, "subject.erase", details, reason)
        for path in copies:
            path.unlink(missing_ok=True)
        places = (*self._clean(), *self._look_through(person))
        certificate = ErasureCertificate(
            subject_id=subject_id,
            pseudonym=erasing.pseudonym(subject_id),
            gallery=person.subject.gallery,
            samples=erased.samples,
            crops=erased.crops,
            embeddings=erased.embeddings,
            templates=erased.templates,
            candidates=erased.candidates,
            faces=erased.faces,
            steps=erased.steps,
            sample_sha256=person.sha256,
            model_ids=person.model_ids,
            copies=tuple(path.name for path in copies),
            reason=reason,
            examiner=self.settings.operator,
            created=now().isoformat(timespec="seconds"),
            audit_head=entry.entry_hash,
            places=places,
            verified=not any(place.bad for place in places),
            limits=LIMITS,
            sets=trained.sets,
            set_pictures=trained.pictures,
            learnt=trained.models,
        )
        written, sha256 = write_certificate(certificate, self.directory / "certificates")
        with self._database.write() as session:
            details = {"subject_id": subject_id, "verified": written.verified, "sha256": sha256}
            audit.append(session, self.settings.operator, "subject.certify", details)
        return written

    def certificate_text(self, certificate: ErasureCertificate) -> str:
        """Return the certificate of an erasure as a person reads it.

        Parameters
        ----------
        certificate : ErasureCertificate
            What was certified.

        Returns
        -------
        str
            Lines of text, as they stand in the second of its files.
        """
        return certificate_text(certificate)

    def _clean(self) -> tuple[ErasurePlace, ...]:
        """Empty what is not the database itself: side files, the write-ahead log, free pages."""
        self._forget_removed()
        try:
            self._database.rewrite()
        except WorkspaceUnusable as error:
            sentence = f"The free space of the database could not be rewritten: {error}"
            return (ErasurePlace("free space of the database", "anything", 1, False, sentence),)
        return ()

    def _look_through(self, person: PersonTraces) -> tuple[ErasurePlace, ...]:
        with self._database.read() as session:
            rows = erasing.rows_left(session, person)
            texts = erasing.texts_left(session, person)
            vectors = erasing.vectors_left(session, person)
        named = any(place.found for place in texts)
        known = any(place.found for place in vectors)
        own: list[tuple[ErasurePlace, ErasurePlace]] = []
        others: list[tuple[ErasurePlace, ErasurePlace]] = []
        for path in self._files_to_search():
            near = path.name.startswith(self._database.path.stem) or path.parent == self._place.index
            places = self._look_into(path, person, named, known)
            (own if near or any(place.found for place in places) else others).append(places)
        return (
            *rows,
            *texts,
            *vectors,
            *(place for places in own for place in places),
            ErasurePlace(f"{len(others)} other files of the workspace", "the same", 0),
            self._look_at_paths(person),
        )

    def _look_into(
        self, path: Path, person: PersonTraces, named: bool, known: bool
    ) -> tuple[ErasurePlace, ErasurePlace]:
        """Scan a file; what the tables hold for a reason is in the file of the database for that reason."""
        place = f"file {path.relative_to(self.directory).as_posix()}"
        patterns = person.patterns()
        names = [text.encode() for text in person.names if len(text.encode()) >= _SHORTEST_NAME]
        try:
            found = found_in(self._place.content(path), (*patterns, *names))
        except IntegrityFailure as error:
            unknown = ErasurePlace(place, "anything", 1, False, f"It cannot be looked through: {error}")
            return unknown, ErasurePlace(place, "names", 0)
        pieces, texts = (sum(wanted in found for wanted in kind) for kind in (patterns, names))
        own = path.name.startswith(self._database.path.name)
        return (
            ErasurePlace(
                place,
                f"{len(patterns)} pieces of vectors and crops, byte by byte",
                pieces,
                own and known,
                "The columns above say which rows hold them." if pieces and own and known else "",
            ),
            ErasurePlace(
                place,
                f"{len(names)} names of at least {_SHORTEST_NAME} bytes, byte by byte",
                texts,
                own and named,
                "The tables above say which rows hold them." if texts and own and named else "",
            ),
        )

    def _look_at_paths(self, person: PersonTraces) -> ErasurePlace:
        """Find pictures that were enrolled from inside the workspace, and files that bear a name."""
        sources = {Path(source) for source in person.sources}
        found = [
            path
            for path in self._files_to_search()
            if path in sources
            or any(name in path.relative_to(self.directory).as_posix() for name in person.names)
        ]
        why = "Delete these files by hand; they were put there by somebody else." if found else ""
        return ErasurePlace(
            "paths of the files in the workspace", "names, and enrolled pictures", len(found), False, why
        )

    def _files_to_search(self) -> list[Path]:
        """Return all files of the workspace but models, which come from elsewhere."""
        return [
            path
            for path in sorted(self.directory.rglob("*"))
            if path.is_file() and self.models_directory not in path.parents
        ]

    def _copies(self) -> list[Path]:
        database = self._database.path
        return sorted(database.parent.glob(f"{database.stem}{_COPIES}*{database.suffix}"))
