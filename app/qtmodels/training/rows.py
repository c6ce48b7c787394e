"""Labelled sets and runs as rows of two lines, rates and models as tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject

from app.qtmodels.rows import RowsModel
from app.qtmodels.tables import TableModel
from core.workspace.tuning.desk import Direction, JudgedRate, LabelledSet, ModelOrigin, RunStage, RunSummary


class SetsModel(RowsModel[LabelledSet]):
    """One row a labelled set."""

    def text(self, item: LabelledSet) -> str:
        """Return its name, how much it holds, and whether it can be used."""
        stopped = self.tr(", must be mended") if item.stopped_by else ""
        told = self.tr("{0}\n{1} people, {2} pictures{3}")
        return told.format(item.name, len(item.subjects), len(item.pictures), stopped)


class RunsModel(RowsModel[RunSummary]):
    """One row a run.

    Parameters
    ----------
    stage_name : callable
        Gives the stage of a run in words.
    parent : QObject, optional
        Owner.
    """

    def __init__(self, stage_name: Callable[[RunStage], str], parent: QObject | None = None) -> None:
        super().__init__(None, parent)
        self._stage_name = stage_name

    def text(self, item: RunSummary) -> str:
        """Return its name, its set and how far it is."""
        stage = self._stage_name(item.stage)
        if item.stage is RunStage.UNFINISHED:
            stage = self.tr("{0}, step {1} of {2}").format(stage, item.status.step, item.run.steps)
        return self.tr("{0}\n{1}: {2}").format(item.run.name, item.run.labelled, stage)


class RatesModel(TableModel[JudgedRate]):
    """One row a rate of both models.

    Parameters
    ----------
    direction_word : callable
        Gives in words how a rate moved.
    parent : QObject, optional
        Owner.
    """

    def __init__(self, direction_word: Callable[[Direction], str], parent: QObject | None = None) -> None:
        super().__init__((), parent)
        self._headings = (
            self.tr("Faces"),
            self.tr("Probes"),
            self.tr("Rate"),
            self.tr("People"),
            self.tr("Parent"),
            self.tr("New"),
            self.tr("Difference, 95 %"),
            self.tr("In words"),
        )
        self._direction_word = direction_word

    def texts(self, item: JudgedRate) -> Sequence[str]:
        """Return faces, probes, rate, people, both values, and how they differ."""
        interval = ""
        if item.low is not None and item.high is not None:
            interval = self.tr("{0:+.3f} to {1:+.3f}").format(item.low, item.high).replace("-", "−")
        before, after = ("–" if value is None else f"{value:.3f}" for value in (item.before, item.after))
        word = self._direction_word(item.direction)
        return item.trial, item.group, item.measure, str(item.people), before, after, interval, word


class ModelsModel(TableModel[ModelOrigin]):
    """One row a model."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__((), parent)
        self._headings = (self.tr("Model"), self.tr("In use"), self.tr("How it came to be"), self.tr("Id"))

    def texts(self, item: ModelOrigin) -> Sequence[str]:
        """Return name, whether it is in use, origin and the beginning of the id."""
        use = self.tr("● in use") if item.serving else ""
        return item.card.name, use, self.origin(item), item.card.model_id[:16]

    def origin(self, item: ModelOrigin) -> str:
        """Return how a model came to be."""
        if item.run is None:
            return self.tr("came with the application or was added as a file")
        told = self.tr("tuned from {0} on {1} by {2}").format(
            item.run.parent, item.run.labelled, item.run.operator
        )
        return self.tr("{0}; promoted against the verdict").format(told) if item.override else told
