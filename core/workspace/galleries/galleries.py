"""Galleries, subjects and samples: reading and changing what is there."""

from __future__ import annotations

from core.errors import UsageError
from core.storage import audit, journal
from core.storage import gallery as stored
from core.storage import samples as sample_store
from core.storage import subjects as subject_store
from core.storage.carried import carried_crop
from core.storage.erasing import forget_subject
from core.storage.listing import listing
from core.storage.traces import traces_of
from core.types import Gallery, GalleryListing, GalleryStats, Sample, Subject
from core.workspace.views import ViewLog


class Galleries(ViewLog):
    """The part of the front door that keeps subjects; a change and its audit entry are one transaction."""

    def galleries(self) -> tuple[Gallery, ...]:
        """Return all galleries by name."""
        with self._database.read() as session:
            return stored.galleries(session)

    def create_gallery(self, name: str) -> Gallery:
        """Make an empty gallery, or return the one of that name.

        Parameters
        ----------
        name : str
            Its name.

        Returns
        -------
        Gallery
            The gallery.
        """
        with self._database.write() as session:
            if found := [known for known in stored.galleries(session) if known.name == name]:
                return found[0]
            made = stored.ensure_gallery(session, name)
            audit.append(session, self.settings.operator, "gallery.create", {"gallery": made.name})
            return made

    def remove_gallery(self, name: str, reason: str) -> None:
        """Remove a gallery and everything in it; earlier changes of galleries can no longer be undone.

        Parameters
        ----------
        name : str
            Its name.
        reason : str
            Why, for the audit log.

        Raises
        ------
        NotFound
            If there is no such gallery.
        UsageError
            If no reason is given.
        """
        _require(reason)
        with self._database.write() as session:
            gone = stored.remove_gallery(session, name)
            journal.forget_galleries(session)
            details = {"gallery": gone.name, "subjects": gone.subjects}
            audit.append(session, self.settings.operator, "gallery.remove", details, reason)
        self._forget_removed()

    def subjects(self, gallery: str | None = None, text: str = "") -> tuple[Subject, ...]:
        """Return subjects by name.

        Parameters
        ----------
        gallery : str, optional
            Only those of this gallery.
        text : str
            Only those whose name contains this, in any case.

        Returns
        -------
        tuple of Subject
            The subjects.
        """
        with self._database.read() as session:
            return subject_store.subjects(session, gallery, text)

    def samples(
        self, *, gallery: str | None = None, subject_id: int | None = None, text: str = ""
    ) -> tuple[Sample, ...]:
        """Return samples by subject; the first look of a session at one subject is logged.

        Parameters
        ----------
        gallery : str, optional
            Only those of this gallery.
        subject_id : int, optional
            Only those of this subject.
        text : str
            Only those whose subject's name contains this, in any case.

        Returns
        -------
        tuple of Sample
            The samples.
        """
        with self._database.read() as session:
            found = sample_store.samples(session, subject_id=subject_id, gallery=gallery, text=text)
        if subject_id is not None and found:
            self._log_view("subject.view", {"subject_id": subject_id, "gallery": found[0].gallery})
        return found

    def sample(self, sample_id: int) -> Sample:
        """Return a sample; the first look of a session at its subject is logged.

        Parameters
        ----------
        sample_id : int
            The sample.

        Returns
        -------
        Sample
            With where it comes from.

        Raises
        ------
        NotFound
            If there is no such sample.
        """
        with self._database.read() as session:
            found = sample_store.sample(session, sample_id)
        self._log_view("subject.view", {"subject_id": found.subject_id, "gallery": found.gallery})
        return found

    def gallery_listing(self, gallery: str | None = None, text: str = "") -> GalleryListing:
        """Return subjects and samples as columns, which is quick and small for any number of them.

        Parameters
        ----------
        gallery : str, optional
            Only those of this gallery.
        text : str
            Only samples whose subject's name or source path contains this, in any case.

        Returns
        -------
        GalleryListing
            In the order of gallery, subject and sample.
        """
        with self._database.read() as session:
            return listing(session, gallery, text)

    def sample_crop(self, sample_id: int) -> bytes:
        """Return the aligned crop of a sample as a PNG of 112 x 112 px.

        Parameters
        ----------
        sample_id : int
            The sample; below zero for one on a candidate list that came with an imported case.

        Returns
        -------
        bytes
            The PNG.

        Raises
        ------
        NotFound
            If there is no such sample.
        """
        with self._database.read() as session:
            if sample_id < 0:
                return carried_crop(session, self._files, sample_id)
            return sample_store.sample_crop(session, sample_id)

    def rename_subject(self, subject_id: int, name: str) -> Subject:
        """Give a subject another name; the step can be undone.

        Parameters
        ----------
        subject_id : int
            The subject.
        name : str
            The new name, unique in its gallery.

        Returns
        -------
        Subject
            The subject as it is now.

        Raises
        ------
        NotFound
            If there is no such subject.
        Conflict
            If the name is taken.
        """
        details = {"subject_id": subject_id}
        with (
            self._database.write() as session,
            journal.step(session, self.settings.operator, "subject.rename", details),
        ):
            return subject_store.rename_subject(session, subject_id, name)

    def remove_subject(self, subject_id: int, reason: str) -> None:
        """Remove a subject with its samples, crops, embeddings and template; this cannot be undone.

        Candidate lists of the past keep its name; see :meth:`erase_subject` for what forgets that too.

        Parameters
        ----------
        subject_id : int
            The subject.
        reason : str
            Why, for the audit log.

        Raises
        ------
        NotFound
            If there is no such subject.
        UsageError
            If no reason is given.
        """
        _require(reason)
        with self._database.write() as session:
            forget_subject(session, traces_of(session, subject_id))
            gone = subject_store.remove_subject(session, subject_id)
            details = {
                "subject_id": subject_id,
                "gallery": gone.gallery,
                "samples": gone.samples,
            }
            audit.append(session, self.settings.operator, "subject.remove", details, reason)
        self._forget_removed()

    def _forget_removed(self) -> None:
        """Leave nothing of what was removed in the side files or the write-ahead log."""
        with self._index_lock:
            self._index = None
            for path in self._place.index.iterdir():
                path.unlink(missing_ok=True)
        self._database.checkpoint()

    def gallery_stats(self) -> GalleryStats:
        """Return what the galleries hold in all."""
        with self._database.read() as session:
            return stored.stats(session)


def _require(reason: str) -> None:
    if not reason.strip():
        raise UsageError("A removal needs a reason: it is kept in the audit log.")
