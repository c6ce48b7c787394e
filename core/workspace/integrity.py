"""Whether everything in a workspace still is what was recorded."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from core.errors import IntegrityFailure, NotFound
from core.search.index import Index
from core.storage import audit, picture_files, searches
from core.storage.gallery import revision
from core.storage.templates import embedding_rows
from core.workspace.anchor import Anchoring, anchor_problems


class Integrity(Anchoring):
    """The part of the front door that verifies."""

    def verify(self, anchor: Path | None = None) -> tuple[str, ...]:
        """Check the database, the audit log and its anchor, the stored pictures and the side file.

        Parameters
        ----------
        anchor : Path, optional
            A file that the head of the log was noted in, instead of the one that the settings name.

        Returns
        -------
        tuple of str
            What is wrong, one sentence each; empty when all is well.
        """
        problems = list(self._database.integrity_problems())
        with self._database.read() as session:
            problems += audit.problems(session)
            wanted = (*searches.picture_hashes(session), *picture_files.kept_hashes(session))
            problems += self._picture_problems(tuple(dict.fromkeys(wanted)))
            anchor = anchor or self.anchor()
            if anchor is not None:
                problems += anchor_problems(session, anchor)
        return (*problems, *self._index_problems())

    def _picture_problems(self, wanted: tuple[str, ...]) -> list[str]:
        problems = []
        for sha256 in wanted:
            try:
                self._files.read(sha256)
            except IntegrityFailure as error:
                problems.append(str(error))
        problems += [
            f"The stored picture {sha256} belongs to nothing; interrupted work may have left it."
            for sha256 in self._files.orphans(wanted)
        ]
        return problems

    def _index_problems(self) -> list[str]:
        """Compare the side file with one that is made from the database at this moment."""
        card = self.active_model()
        path = self._index_path(card)
        with self._database.read() as session, TemporaryDirectory(dir=self.directory) as folder:
            current = revision(session)
            try:
                kept = Index.open(path)
                if not kept.is_current(card.model_id, current):
                    return []  # The next search builds it anew before it reads anything.
                kept.verify()
            except NotFound:
                return []
            except IntegrityFailure as error:
                return [f"{error} The next search builds it anew."]
            fresh = Index.build(
                Path(folder) / path.name, embedding_rows(session, card.model_id), card.model_id, current
            )
            if kept.digest == fresh.digest:
                return []
        return [f"The search index {path} differs from the database."]
