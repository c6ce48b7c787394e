"""Whether everything in a workspace still is what was recorded."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy.orm import Session

from core.errors import IntegrityFailure, NotFound
from core.search.index import Index
from core.storage import audit, picture_files, searches
from core.storage.evidence import evidence
from core.storage.filesystem import WRITING
from core.storage.gallery import revision
from core.storage.templates import embedding_rows
from core.workspace.anchor import Anchoring, anchor_problems
from core.workspace.exchange.imported_record import imported_hashes, imported_problems
from core.workspace.leftovers import left_over


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
            What is wrong, one sentence each; empty when all is well. What interrupted work left is no damage,
            see :meth:`left_over`.
        """
        problems = list(self._database.integrity_problems())
        with self._database.read() as session:
            problems += audit.problems(session)
            # What came with imported cases is read with the record that came along.
            came = imported_hashes(session, self._files)
            problems += self._file_problems(one for one in _kept_hashes(session) if one not in came)
            problems += imported_problems(session, self._files)
            anchor = anchor or self.anchor()
            if anchor is not None:
                problems += anchor_problems(session, anchor)
        return (*problems, *self._index_problems())

    def left_over(self) -> tuple[str, ...]:
        """Find what interrupted work left: stored files that nothing refers to, and files that were begun.

        Returns
        -------
        tuple of str
            One sentence each; none of it is damage.
        """
        with self._database.read() as session:
            wanted = {*_kept_hashes(session), *imported_hashes(session, self._files)}
        return left_over(self._place, self._files, wanted)

    def _file_problems(self, wanted: Iterable[str]) -> list[str]:
        problems = []
        for sha256 in wanted:
            try:
                for _ in self._files.chunks(sha256):
                    pass
            except (IntegrityFailure, NotFound) as error:
                problems.append(str(error))
        return problems

    def _index_problems(self) -> list[str]:
        """Compare the side file with one that is made from the database at this moment."""
        card = self.active_model()
        path = self._index_path(card)
        with (
            self._database.read() as session,
            TemporaryDirectory(dir=self._place.root, prefix=WRITING) as folder,
        ):
            current = revision(session)
            try:
                kept = Index.open(path, self._place.seal)
                if not kept.is_current(card.model_id, current):
                    return []  # The next search builds it anew before it reads anything.
                kept.verify()
            except NotFound:
                return []
            except IntegrityFailure as error:
                return [f"{error} The next search builds it anew."]
            fresh = Index.build(
                Path(folder) / path.name,
                embedding_rows(session, card.model_id),
                card.model_id,
                current,
                self._place.seal,
            )
            if kept.digest == fresh.digest:
                return []
        return [f"The search index {path} differs from the database."]


def _kept_hashes(session: Session) -> tuple[str, ...]:
    """Return the keys of all files that this workspace took in or made, each once."""
    copies = (one.sha256 for one in evidence(session) if one.copied)
    kept = (*searches.picture_hashes(session), *picture_files.kept_hashes(session), *copies)
    return tuple(dict.fromkeys(kept))
