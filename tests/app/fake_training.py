"""Sets, runs, verdicts and models, in memory."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

from core.errors import Conflict, DiscernError, NotFound, UsageError
from core.progress import Progress
from core.training.events import (
    CheckpointSaved,
    StageReported,
    StepDone,
    TrainingContinued,
    TrainingEvent,
    TrainingFinished,
    TrainingPaused,
    TrainingStarted,
    TrainingStopped,
    Validated,
)
from core.training.recipe import DataRecipe, Recipe, ValidationRecipe
from core.types import BandEdges, ModelCard, Preprocessing
from core.workspace import ReembeddingProgress
from core.workspace.tuning.desk import (
    GateRecord,
    JudgedOrder,
    JudgedRate,
    LabelledSet,
    Method,
    ModelOrigin,
    Part,
    Preset,
    RecognizabilityShift,
    RunOverview,
    RunReportFiles,
    RunStage,
    RunSummary,
    SetPicture,
    SetWarning,
    TuningPlan,
    TuningRun,
    TuningState,
    TuningStatus,
    Verdict,
)

STEPS = 30
_NEW_ID = "cd" * 32


def made_set(name: str, people: int = 40, *, stops: bool = False) -> LabelledSet:
    """Return a set of four pictures a person, one of five people held out."""
    parts = [Part.HOLDOUT if one % 5 == 0 else Part.TRAIN for one in range(people)]
    pictures = tuple(
        SetPicture(
            f"Person {person:02}",
            f"crops/{4 * person + shot:06}.png",
            f"/camera/{person}/{shot}.png",
            f"{4 * person + shot:064x}",
            None,
            None,
            0.2 + 0.6 * ((7 * person + shot) % 30) / 29,
            "fair",
            12.0 + (5 * person + shot) % 9,
            640,
            480,
            "JPEG",
            parts[person],
        )
        for person in range(people)
        for shot in range(4)
    )
    warnings = [SetWarning("camera", "All pictures are JPEG of 640 x 480 px, as if from one camera.", False)]
    if stops:
        warnings.insert(0, SetWarning("people", f"There are {people} people, and 10 are needed.", True))
    left_out = ("/camera/3/9.png: nearly the same as /camera/3/1.png.",)
    created = "2026-11-24T08:00:00+00:00"
    return LabelledSet(
        name, created, "tester", "fake-network", "ab" * 32, 1, pictures, left_out, tuple(warnings)
    )


def verdict_of(kind: Verdict) -> GateRecord:
    """Return a verdict with a rate that is better, worse, the same and not judged."""
    low = -0.09 if kind is Verdict.REFUSE else 0.02
    high = -0.01 if kind is Verdict.REFUSE else 0.11
    hold = "the laboratory's hold-out"
    rates = (
        JudgedRate(hold, "all", "TAR at FMR 0.01", True, 24, 72, 0.61, 0.68, low, high),
        JudgedRate(hold, "12 to 16 px", "rank 1", True, 22, 40, 0.55, 0.56, -0.03, 0.04),
        JudgedRate("the shipped faces", "8 px", "DIR at FPIR 0.1", False, 50, 50, 0.2, 0.2, -0.02, 0.02),
        JudgedRate(hold, "48 px or more", "rank 1", True, 3, 5, 1.0, 1.0, None, None),
    )
    if kind is Verdict.NOT_ENOUGH_DATA:
        rates = tuple(dataclasses.replace(one, low=None, high=None) for one in rates)
    reason = {
        Verdict.PROMOTE: "None of 3 rates is worse beyond its interval; recognizability still orders errors.",
        Verdict.REFUSE: "TAR at FMR 0.01 on the laboratory's hold-out is worse: 0.610 before, 0.560 now.",
        Verdict.NOT_ENOUGH_DATA: "The laboratory's hold-out has 8 people with two pictures; 20 are needed.",
    }[kind]
    order = (JudgedOrder(hold, 0.62, 0.60),)
    return GateRecord(kind, (reason,), _NEW_ID, "fake-network", rates, order, ())


class FakeTraining:
    """The part of the fake workspace that tunes: a tuning of thirty steps that waits where it is told to."""

    directory: Path
    next_verdict = Verdict.PROMOTE
    tuning_fails_at: int | None = None
    no_plan = ""

    @property
    def _labelled(self) -> dict[str, LabelledSet]:
        return self.__dict__.setdefault("_sets_of_training", {})  # type: ignore[no-any-return]

    @property
    def tuned(self) -> dict[str, TuningRun]:
        """The runs by name."""
        return self.__dict__.setdefault("_runs_of_training", {})  # type: ignore[no-any-return]

    @property
    def told_events(self) -> dict[str, list[TrainingEvent]]:
        """What each run told."""
        return self.__dict__.setdefault("_told_of_training", {})  # type: ignore[no-any-return]

    @property
    def training_gate(self) -> threading.Event:
        """Steps over the first ten wait for it."""
        return self.__dict__.setdefault("_gate_of_training", threading.Event())  # type: ignore[no-any-return]

    @property
    def _tuning_paused(self) -> threading.Event:
        return self.__dict__.setdefault("_pause_of_training", threading.Event())  # type: ignore[no-any-return]

    @property
    def model_switches(self) -> list[tuple[str, str]]:
        """What was promoted and rolled back, with the reasons."""
        return self.__dict__.setdefault("_switches_of_training", [])  # type: ignore[no-any-return]

    @property
    def changed_recipes(self) -> list[Recipe]:
        """The recipes that were changed by hand."""
        return self.__dict__.setdefault("_recipes_of_training", [])  # type: ignore[no-any-return]

    @property
    def run_verdicts(self) -> dict[str, GateRecord]:
        """The verdicts by run."""
        return self.__dict__.setdefault("_judged_of_training", {})  # type: ignore[no-any-return]

    def add_set(self, labelled: LabelledSet) -> None:
        """Keep a set."""
        self._labelled[labelled.name] = labelled

    def labelled_sets(self) -> tuple[LabelledSet, ...]:
        """Return all sets."""
        return tuple(self._labelled.values())

    def make_labelled_set(
        self,
        name: str,
        sources: Sequence[Path] = (),
        *,
        case_ids: Sequence[int] = (),
        holdout_share: float = 0.2,
        judged: Path | None = None,
        seed: int = 1,
        progress: Progress | None = None,
    ) -> LabelledSet:
        """Make a set of forty people, or of four where a folder is called *few*."""
        if name in self._labelled:
            raise Conflict(f"There is a labelled set named {name!r} already.")
        few = any("few" in source.name for source in sources)
        self.set_asked_for = (tuple(sources), tuple(case_ids), holdout_share)
        self.add_set(made_set(name, 4 if few else 40, stops=few))
        return self._labelled[name]

    def remove_labelled_set(self, name: str) -> None:
        """Remove a set."""
        del self._labelled[name]

    def plan_tuning(
        self,
        labelled: str,
        *,
        preset: Preset = Preset.QUICK,
        method: Method = Method.LAST_STAGE,
        progress: Progress | None = None,
    ) -> TuningPlan:
        """Return a recipe of thirty steps at half a second."""
        if self.no_plan:
            raise UsageError(self.no_plan)
        data = DataRecipe("faces.csv", "csv", (0,), (6,))
        recipe = Recipe("planned", "fake-network", STEPS, 32, data, validation=ValidationRecipe(every=5))
        return TuningPlan(recipe, preset, method, 0.5)

    def tune(
        self,
        name: str,
        labelled: str,
        *,
        preset: Preset = Preset.QUICK,
        method: Method = Method.LAST_STAGE,
        kept: str = "",
        steps: int | None = None,
        progress: Progress | None = None,
    ) -> Iterator[TrainingEvent]:
        """Tell of thirty steps."""
        known = TuningRun(
            name,
            labelled,
            "fake-network",
            "ab" * 32,
            preset,
            method,
            kept,
            STEPS,
            "2026-11-24T09:00",
            "tester",
        )
        self.tuned.setdefault(name, known)
        told = self.told_events.setdefault(name, [])
        for event in self._tuning_steps(name, progress or Progress()):
            told.append(event)
            yield event

    def tune_by(
        self,
        recipe: Recipe,
        labelled: str,
        *,
        preset: Preset = Preset.QUICK,
        method: Method = Method.LAST_STAGE,
        kept: str = "",
        progress: Progress | None = None,
    ) -> Iterator[TrainingEvent]:
        """Keep the recipe and tune."""
        self.changed_recipes.append(recipe)
        yield from self.tune(recipe.name, labelled, preset=preset, method=method, progress=progress)

    def resume_tuning(self, name: str, progress: Progress | None = None) -> Iterator[TrainingEvent]:
        """Go on."""
        run = self.tuned[name]
        yield from self.tune(name, run.labelled, preset=run.preset, method=run.method, progress=progress)

    def pause_tuning(self, name: str) -> None:
        """Let the run wait."""
        self._tuning_paused.set()

    def continue_tuning(self, name: str) -> None:
        """Let the run go on."""
        self._tuning_paused.clear()

    def run_summaries(self) -> tuple[RunSummary, ...]:
        """Return all runs."""
        return tuple(self._run_summary(name) for name in self.tuned)

    def run_overview(self, name: str) -> RunOverview:
        """Return everything about a run."""
        if name not in self.tuned:
            raise NotFound(f"There is no run named {name!r}.")
        shift = None
        if name in self.run_verdicts:
            before = tuple(0.3 + 0.02 * one for one in range(20))
            shift = RecognizabilityShift(_NEW_ID, before, tuple(value + 0.06 for value in before))
        events = tuple(self.told_events.get(name, ()))
        return RunOverview(
            self._run_summary(name), events, "steps = 30\n", self.run_verdicts.get(name), shift
        )

    def judge_run(
        self, name: str, holdout: Path | None = None, progress: Progress | None = None
    ) -> GateRecord:
        """Come to the verdict that the test wants."""
        self.run_verdicts[name] = verdict_of(self.next_verdict)
        return self.run_verdicts[name]

    def measure_recognizability(self, name: str, progress: Progress | None = None) -> None:
        """Do nothing: the overview has it."""

    def promote(
        self, name: str, override: str = "", progress: Progress | None = None
    ) -> Iterator[ReembeddingProgress]:
        """Embed twelve samples."""
        if self.run_verdicts[name].verdict is not Verdict.PROMOTE and not override:
            raise Conflict("The gate has not let it through.")
        yield ReembeddingProgress(name, 6, 12)
        yield ReembeddingProgress(name, 12, 12, complete=True)
        self.model_switches.append((name, override))

    def rollback(self, reason: str, progress: Progress | None = None) -> Iterator[ReembeddingProgress]:
        """Go back."""
        yield ReembeddingProgress("fake-network", 12, 12, complete=True)
        self.model_switches.append(("fake-network", reason))

    def model_origins(self) -> tuple[ModelOrigin, ...]:
        """Return the parent, and what was promoted."""
        serving = self.model_switches[-1][0] if self.model_switches else "fake-network"
        names = [
            "fake-network",
            *dict.fromkeys(name for name, _ in self.model_switches if name in self.tuned),
        ]
        found = []
        for name in names:
            run = self.tuned.get(name)
            reason = next((why for known, why in self.model_switches if known == name and why), "")
            told = f"Promoted against the verdict of the gate by tester: {reason}" if reason and run else ""
            found.append(ModelOrigin(_card(name), name == serving, run, self.run_verdicts.get(name), told))
        return tuple(sorted(found, key=lambda one: not one.serving))

    def write_run_report(self, name: str, out: Path | None = None) -> RunReportFiles:
        """Write three small files."""
        assert out is not None
        files = RunReportFiles(*(out / f"tuning-{name}.{kind}" for kind in ("pdf", "html", "json")))
        for file in (files.pdf, files.html, files.json):
            file.write_bytes(b"-")
        return files

    def _tuning_steps(self, name: str, progress: Progress) -> Iterator[TrainingEvent]:
        begun = max((one.step for one in self.told_events[name] if isinstance(one, StepDone)), default=0)
        yield StageReported("Reading the faces and asking the model as it is.")
        yield TrainingStarted(name, 32, 128, begun, STEPS, 1_000_000, "float32")
        for step in range(begun + 1, STEPS + 1):
            while step > 10 and not self.training_gate.wait(0.02) and not progress.cancelled:
                if self._tuning_paused.is_set():
                    yield TrainingPaused(step - 1)
                    while self._tuning_paused.is_set() and not progress.cancelled:
                        self.training_gate.wait(0.02)
                    yield TrainingContinued(step - 1)
            if progress.cancelled:
                yield CheckpointSaved(step - 1, "checkpoint")
                yield TrainingStopped(step - 1)
                return
            if step == self.tuning_fails_at:
                raise DiscernError("The disk is full; the last checkpoint is kept.")
            terms = {"direction": 0.9 / step, "similarity": 0.4 / step, "contrast": 0.05 / step}
            yield StepDone(step, STEPS, sum(terms.values()), terms, 2e-4, 1.0, 40.0)
            if step % 5 == 0:
                yield Validated(step, 4, {"112": 0.5 + step / 100}, {"112": 0.6 + step / 100}, 0.5, True)
        yield TrainingFinished(STEPS, STEPS, "model")

    def _run_summary(self, name: str) -> RunSummary:
        told = self.told_events.get(name, [])
        step = max((one.step for one in told if isinstance(one, StepDone)), default=0)
        made = any(isinstance(one, TrainingFinished) for one in told)
        stage = RunStage.NOT_JUDGED if made else RunStage.UNFINISHED
        if name in self.run_verdicts:
            stage = {
                Verdict.PROMOTE: RunStage.PROMOTABLE,
                Verdict.REFUSE: RunStage.REFUSED,
                Verdict.NOT_ENOUGH_DATA: RunStage.UNDECIDED,
            }[self.run_verdicts[name].verdict]
        if any(known == name for known, _ in self.model_switches):
            stage = RunStage.SERVING if self.model_switches[-1][0] == name else RunStage.INSTALLED
        state = TuningState.FINISHED if made else TuningState.STOPPED
        message = "The disk is full; the last checkpoint is kept." if self.tuning_fails_at == step + 1 else ""
        return RunSummary(self.tuned[name], stage, TuningStatus(name, state, step, STEPS, message))


def _card(name: str) -> ModelCard:
    return ModelCard(
        "ab" * 32 if name == "fake-network" else _NEW_ID,
        name,
        "none",
        4,
        Preprocessing(),
        BandEdges(0.3, 0.5, 0.7, "synthetic"),
        "ERS",
        True,
        "For tests only.",
        "tests/app/fake_training.py",
        "none",
        "none",
    )
