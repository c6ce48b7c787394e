"""The gate before a tuned model: what it is judged on, and what is kept of the verdict."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from core.errors import WorkspaceUnusable
from core.progress import Progress
from core.recognition.cards import weights_path
from core.training.gate.trials import Trial, laboratory_trial, reference_trial
from core.training.sets.listing import list_labelled
from core.training.sets.manifest import LabelledSet, Part, read_crops
from core.types import ModelCard
from core.workspace.tuning import shipped_faces
from core.workspace.tuning.tuning import Tunings
from core.workspace.tuning.tuning_report import write_report
from core.workspace.tuning.tuning_run import GATE, MODEL, TuningRun, read_record

if TYPE_CHECKING:
    from core.evaluation.systems import FaceSystem
    from core.training.gate.judge import GateResult

LABORATORY = "the laboratory's hold-out"


class Gating(Tunings):
    """The part of the front door that judges tuned models."""

    def judge_run(
        self, name: str, holdout: Path | None = None, progress: Progress | None = None
    ) -> GateResult:
        """Judge the model of a run against its parent, on people that it was not tuned on.

        Parameters
        ----------
        name : str
            Of the run.
        holdout : Path, optional
            Further pictures to judge on, beside those held out of the labelled set: a directory with a folder
            for each person, or a CSV file with the columns subject and path, and optionally face_px and
            group: each group of people is judged by itself.
        progress : Progress, optional
            Hears of pictures and passes and may cancel.

        Returns
        -------
        GateResult
            The verdict with its reasons; it is kept with the run.

        Raises
        ------
        NotFound
            If there is no such run, or it is not finished.
        UsageError
            If the hold-out cannot be read, or pictures of the set are gone.
        Cancelled
            If a stop was asked for.
        """
        run, card = self.tuning_run(name), self.tuned_model(name)
        # torch takes seconds to import, which promoting does not need.
        from core.evaluation.systems import ModelSystem
        from core.training.gate.judge import judge

        progress = progress or Progress()
        parent_card = self._card(run.parent)
        parent = ModelSystem(
            str(weights_path(parent_card, self._directory_of(run.parent))), self.settings.recognition
        )
        directory = self._run_directory(name)
        model = ModelSystem(str(weights_path(card, directory / MODEL)), self.settings.recognition)
        trials, left_out = self._trials(run, parent, parent_card, holdout, progress)
        result = judge(parent, model, trials, progress)
        record = dataclasses.asdict(result) | {
            "holdout": str(holdout) if holdout else "",
            "left_out": list(left_out),
            "operator": self.settings.operator,
        }
        text = json.dumps(record, ensure_ascii=False, indent=1, allow_nan=False)
        try:
            (directory / GATE).write_text(text + "\n", encoding="utf-8")
            self._log(
                "gate.verdict",
                run,
                model_id=card.model_id,
                verdict=result.verdict.value,
                reasons=list(result.reasons),
                holdout=record["holdout"],
            )
            write_report(directory, self.labelled_set(run.labelled))
        except OSError as error:
            raise WorkspaceUnusable(f"The verdict on {name} cannot be written: {error.strerror}.") from error
        return result

    def gate_record(self, name: str) -> dict[str, Any] | None:
        """Return what the gate said last of a run, as JSON gives it back; None before it was judged."""
        self.tuning_run(name)
        return read_record(self._run_directory(name) / GATE)

    def run_report(self, name: str) -> tuple[Path, Path]:
        """Write the report of a run anew and return where it lies: the JSON file and the HTML file."""
        run = self.tuning_run(name)
        return write_report(self._run_directory(name), self.labelled_set(run.labelled))

    def _trials(
        self,
        run: TuningRun,
        parent: FaceSystem,
        card: ModelCard,
        holdout: Path | None,
        progress: Progress,
    ) -> tuple[tuple[Trial, ...], tuple[str, ...]]:
        labelled = self.labelled_set(run.labelled)
        held = labelled.of(Part.HOLDOUT)
        crops = [*read_crops(self._set_directory(run.labelled), held)]
        subjects = [one.subject for one in held]
        sizes = [one.face_px for one in held]
        groups = [one.group for one in held]
        left_out: list[str] = []
        if holdout is not None:
            for one in self._main_faces(list_labelled(holdout), left_out, progress):
                crops.append(one.crop)
                subjects.append(one.subject)
                sizes.append(one.face_px)
                groups.append(one.group)
        chosen, told = _strangers(labelled, crops, subjects)
        found = []
        if chosen:
            faces = np.stack([crops[row] for row in chosen])
            index = next(iter(parent.describe(faces).qualities.values()))
            found.append(
                laboratory_trial(
                    faces,
                    [subjects[row] for row in chosen],
                    index,
                    [sizes[row] for row in chosen],
                    card.bands,
                    LABORATORY,
                    [groups[row] for row in chosen],
                )
            )
        if run.kept:
            kept = self.labelled_set(run.kept)
            good = [one for one in kept.of(Part.HOLDOUT) if one.subject not in set(labelled.subjects)]
            if good:
                photographs = read_crops(self._set_directory(run.kept), good)
                names = [one.subject for one in good]
                found.append(reference_trial(photographs, names, f"the set {run.kept}"))
        found.append(reference_trial(*shipped_faces.faces_to_judge(), shipped_faces.NAME))
        return tuple(one for one in found if one is not None), (*left_out, *told)


def _strangers(
    labelled: LabelledSet, crops: Sequence[NDArray[np.uint8]], subjects: Sequence[str]
) -> tuple[list[int], list[str]]:
    """Return the rows of people whom the model was not tuned on, and one sentence for each of the others."""
    learnt = {one.subject for one in labelled.pictures if one.part is not Part.HOLDOUT}
    told = sorted({subject for subject in subjects if subject in learnt})
    seen: set[tuple[str, bytes]] = set()
    rows = []
    for row, (crop, subject) in enumerate(zip(crops, subjects, strict=True)):
        key = (subject, crop.tobytes())
        if subject not in learnt and key not in seen:
            seen.add(key)
            rows.append(row)
    return rows, [f"{subject} was tuned on and is not judged." for subject in told]
