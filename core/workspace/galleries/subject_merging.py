"""Putting right who is who in a gallery; every such step can be undone."""

from __future__ import annotations

from collections.abc import Sequence

from core.storage import journal, merging
from core.storage.traces import MERGED
from core.types import Subject
from core.workspace.opened import OpenedWorkspace


class SubjectMerging(OpenedWorkspace):
    """The part of the front door that merges and splits subjects.

    The log names subjects and samples by their numbers, so that an erasure leaves no name in it.
    """

    def merge_subjects(self, into: int, others: Sequence[int]) -> Subject:
        """Give all samples of some subjects to another one; the emptied subjects go.

        Parameters
        ----------
        into : int
            The subject that stays, with its name.
        others : sequence of int
            The subjects that turned out to be the same person.

        Returns
        -------
        Subject
            The subject with all samples.

        Raises
        ------
        NotFound
            If a subject is not there.
        UsageError
            If there is nothing to merge, or the subjects are in different galleries.
        """
        apart = [key for key in dict.fromkeys(others) if key != into]
        with (
            self._database.write() as session,
            journal.step(session, self.settings.operator, MERGED, {"into": into, "others": apart}),
        ):
            return merging.merge_subjects(session, into, apart)

    def split_subject(
        self, subject_id: int, sample_ids: Sequence[int], new_name: str
    ) -> tuple[Subject, Subject]:
        """Make some samples of a subject a subject of their own.

        Parameters
        ----------
        subject_id : int
            The subject.
        sample_ids : sequence of int
            The samples that turned out to be of another person; others must stay.
        new_name : str
            Name of the new subject, unique in its gallery.

        Returns
        -------
        tuple of (Subject, Subject)
            The subject that was there, and the new one.

        Raises
        ------
        NotFound
            If the subject or a sample is not there.
        UsageError
            If no sample is named, none would stay, or a sample is of another subject.
        Conflict
            If the name is taken.
        """
        details = {"subject_id": subject_id, "sample_ids": list(sample_ids)}
        with (
            self._database.write() as session,
            journal.step(session, self.settings.operator, "subject.split", details),
        ):
            return merging.split_subject(session, subject_id, sample_ids, new_name)

    def move_samples(self, sample_ids: Sequence[int], into: int) -> Subject:
        """Give samples to another subject of the same gallery; a subject left without any goes.

        Parameters
        ----------
        sample_ids : sequence of int
            The samples.
        into : int
            The subject that they are of.

        Returns
        -------
        Subject
            The subject with its new samples.

        Raises
        ------
        NotFound
            If the subject or a sample is not there.
        UsageError
            If no sample is named, all are of that subject already, or one is of another gallery.
        """
        details = {"into": into, "sample_ids": list(sample_ids)}
        with (
            self._database.write() as session,
            journal.step(session, self.settings.operator, "sample.move", details),
        ):
            return merging.move_samples(session, sample_ids, into)
