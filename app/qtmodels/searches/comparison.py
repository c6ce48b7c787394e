"""The pair on show: read away from the GUI thread, and judged by its key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.jobs import JobRunner, Lane
from app.qtimage import FaceImage, face_image
from core.types import Conclusion, FeatureNote, Judgement, SearchView, ShownCandidate, Verdict

if TYPE_CHECKING:
    from core.workspace import Workspace


@dataclass(frozen=True, slots=True, eq=False)
class OpenedPair:
    """A pair as the examiner at work may see it.

    Attributes
    ----------
    view : SearchView
        The search that it belongs to.
    shown : ShownCandidate
        The candidate.
    judgements : tuple of Judgement
        Those of this pair that the examiner may see, oldest first.
    examiner : str
        Who is at work.
    probe, crop : FaceImage
        The probe in its picture, and the candidate's aligned crop.
    source : FaceImage or None
        The candidate in the picture that it was enrolled from.
    why : str
        One sentence that says why there is no source; empty when there is.
    """

    view: SearchView
    shown: ShownCandidate
    judgements: tuple[Judgement, ...]
    examiner: str
    probe: FaceImage
    crop: FaceImage
    source: FaceImage | None
    why: str

    @property
    def key(self) -> tuple[int, int]:
        """Search id and rank, by which everything said of the pair is stored."""
        return self.view.search_id, self.shown.rank

    @property
    def own(self) -> Judgement | None:
        """The latest judgement of the examiner at work."""
        return next((one for one in reversed(self.judgements) if one.examiner == self.examiner), None)

    def neighbour(self, rank: int, steps: int) -> int | None:
        """Return the rank so many places after a rank in the order shown, None outside of it."""
        ranks = [one.rank for one in self.view.candidates]
        place = ranks.index(rank) + steps
        return ranks[place] if 0 <= place < len(ranks) else None


class ComparisonSession(QObject):
    """Follows one pair at a time; what is said is stored by search id and rank, whatever is on show by then.

    Parameters
    ----------
    workspace : Workspace
        The front door of the engine.
    runner : JobRunner
        Where the work is done.
    parent : QObject, optional
        Owner.

    Attributes
    ----------
    opened : Signal(OpenedPair)
        A pair can be shown, or what is known of the one on show has changed.
    stored : Signal(tuple of int)
        Search id and rank of a pair that something was said of.
    failed : Signal(str)
        One sentence about what could not be done.
    """

    opened = Signal(object)
    stored = Signal(object)
    failed = Signal(str)

    def __init__(self, workspace: Workspace, runner: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._runner = workspace, runner
        self._wanted: tuple[int, int] | None = None

    def open(self, search_id: int, rank: int) -> None:
        """Have a pair read; `opened` follows unless another one is wanted by then."""
        wanted = self._wanted = (search_id, rank)
        self._runner.ask(
            self.tr("Read a comparison"),
            lambda: self._read(search_id, rank),
            owner=self,
            then=lambda pair: self._show(wanted, pair),
            failed=self.failed.emit,
        )

    def reopen(self) -> None:
        """Read the pair on show again."""
        if self._wanted is not None:
            self.open(*self._wanted)

    def close(self) -> None:
        """Follow no pair."""
        self._wanted = None

    def judge(
        self,
        key: tuple[int, int],
        conclusion: Conclusion,
        features: tuple[FeatureNote, ...],
        note: str,
        *,
        on_original: bool,
    ) -> None:
        """Store a judgement of a pair.

        Parameters
        ----------
        key : tuple of (int, int)
            Search id and rank.
        conclusion : Conclusion
            What the observations support.
        features : tuple of FeatureNote
            The checklist as far as it was filled in.
        note : str
            Free text.
        on_original : bool
            Whether the original pictures are on show.
        """
        search_id, rank = key
        self._write(
            self.tr("Store a judgement"),
            key,
            lambda: self._workspace.judge_comparison(
                search_id, rank, conclusion, features, note, on_original=on_original
            ),
        )

    def give_verdict(self, key: tuple[int, int], verdict: Verdict | None) -> None:
        """Store a verdict on the candidate of a pair, or take it back."""
        search_id, rank = key
        self._write(
            self.tr("Store a verdict"), key, lambda: self._workspace.set_verdict(search_id, rank, verdict)
        )

    def _read(self, search_id: int, rank: int) -> OpenedPair:
        workspace = self._workspace
        shown, judgements = workspace.comparison_view(search_id, rank)
        faces = workspace.compared_faces(search_id, rank)
        return OpenedPair(
            workspace.search_view(search_id),
            shown,
            judgements,
            workspace.settings.operator,
            face_image(faces.probe),
            face_image(faces.crop),
            face_image(faces.source) if faces.source is not None else None,
            faces.why,
        )

    def _show(self, wanted: tuple[int, int], pair: OpenedPair) -> None:
        if wanted == self._wanted:
            self.opened.emit(pair)

    def _write(self, title: str, key: tuple[int, int], write: Callable[[], object]) -> None:
        def _written(_: object) -> None:
            self.stored.emit(key)
            if key == self._wanted:
                self.open(*key)

        self._runner.run(
            Lane.IO,
            title,
            lambda progress: write(),
            owner=self,
            then=_written,
            failed=self.failed.emit,
            quiet=True,
        )
