"""How recognizable a model and its parent find the same faces."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass

from core.errors import UsageError, WorkspaceUnusable
from core.progress import Progress
from core.recognition.cards import weights_path
from core.training.sets.manifest import Part, read_crops
from core.workspace.tuning.promotion import Promotion
from core.workspace.tuning.tuning_run import MODEL, read_record

SHIFT = "recognizability.json"


@dataclass(frozen=True, slots=True)
class RecognizabilityShift:
    """Indices of the same pictures before and after a tuning.

    Attributes
    ----------
    model_id : str
        The new model.
    before, after : tuple of float
        Index of each picture held out of the set, in the parent and in the new model.
    """

    model_id: str
    before: tuple[float, ...]
    after: tuple[float, ...]


class RecognizabilityShifts(Promotion):
    """The part of the front door that compares what two models can recognize."""

    def recognizability_shift(self, name: str) -> RecognizabilityShift | None:
        """Return how the recognizability of the faces held out of a set moved; None before it was measured.

        Parameters
        ----------
        name : str
            Of the run.

        Returns
        -------
        RecognizabilityShift or None
            Of the model that the run has made.

        Raises
        ------
        NotFound
            If there is no such run.
        UsageError
            If what was measured cannot be read.
        """
        self.tuning_run(name)
        record = read_record(self._run_directory(name) / SHIFT)
        if record is None:
            return None
        try:
            return RecognizabilityShift(
                str(record["model_id"]),
                tuple(map(float, record["before"])),
                tuple(map(float, record["after"])),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise UsageError(f"The recognizability of {name} cannot be read: {error}.") from error

    def measure_recognizability(
        self, name: str, progress: Progress | None = None
    ) -> RecognizabilityShift | None:
        """Measure the index of the faces held out of the set of a run, in its parent and in its model.

        Parameters
        ----------
        name : str
            Of the run.
        progress : Progress, optional
            Told before each model; may cancel.

        Returns
        -------
        RecognizabilityShift or None
            Kept with the run; None where nobody is held out.

        Raises
        ------
        NotFound
            If there is no such run, or it is not finished.
        UsageError
            If pictures of the set are gone.
        WorkspaceUnusable
            If it cannot be written.
        Cancelled
            If a stop was asked for.
        """
        run, card = self.tuning_run(name), self.tuned_model(name)
        progress = progress or Progress()
        held = self.labelled_set(run.labelled).of(Part.HOLDOUT)
        if not held:
            return None
        crops = read_crops(self._set_directory(run.labelled), held)
        # torch takes seconds to import, which reading what was measured does without.
        from core.evaluation.systems import ModelSystem

        parent = self._card(run.parent)
        directory = self._run_directory(name)
        found = []
        for number, path in enumerate(
            (weights_path(parent, self._directory_of(run.parent)), weights_path(card, directory / MODEL))
        ):
            progress.step(number, 2, path.stem)
            described = ModelSystem(str(path), self.settings.recognition).describe(crops)
            found.append(tuple(float(value) for value in next(iter(described.qualities.values()))))
        shift = RecognizabilityShift(card.model_id, *found)
        try:
            text = json.dumps(dataclasses.asdict(shift), allow_nan=False)
            (directory / SHIFT).write_text(text + "\n", encoding="utf-8")
        except OSError as error:
            raise WorkspaceUnusable(
                f"The recognizability of {name} cannot be written: {error.strerror}."
            ) from error
        return shift
