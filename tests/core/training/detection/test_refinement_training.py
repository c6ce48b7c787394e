"""Runs of a refinement network: proposals are judged, seen anew, learnt from; a run goes on to the bit."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import safetensors.torch
import torch
from numpy.typing import NDArray

from core.cli.training_sentences import sentence
from core.detection.detector import Refiner
from core.detection.refinement.network import RefinementNet
from core.detection.retinaface.weights import load_retinaface
from core.errors import Cancelled, ModelUnavailable, UsageError
from core.imaging.mosaics.labels import FaceLabels
from core.imaging.mosaics.mosaic import Mosaic
from core.progress import Progress
from core.training.detection.export import export
from core.training.detection.recipe import DetectionRecipe
from core.training.events import (
    RefinementValidated,
    StepDone,
    TrainingEvent,
    TrainingFinished,
    TrainingStopped,
    from_record,
    to_record,
)
from core.training.recipe import OptimizerRecipe
from core.training.refinement import run as refinement_run
from core.training.refinement.candidates import REACH, SIDE, judged, kept_candidates
from core.training.refinement.jitter import seen
from core.training.refinement.recipe import (
    CandidateRecipe,
    JitterRecipe,
    RefinementRecipe,
    RefinementValidationRecipe,
    load_refinement_recipe,
)
from core.training.refinement.validation import separation
from core.training.run import train
from core.training.run_loop import BEST, CHECKPOINT
from core.training.tasks import load_any_recipe
from core.types import BoundingBox, FaceDetection
from core.types.detectors import RefinerConfig

ROOT = Path(__file__).parents[4]
CONFIG = RefinerConfig(side=32, reach=1.5)
POINTS = np.array([[-0.2, -0.15], [0.2, -0.15], [0.0, 0.1], [-0.15, 0.3], [0.15, 0.3]], np.float32)


class Proposer:
    """Proposes bright blobs, and always one corner of the picture."""

    detector_id = "bright"
    max_side, face_px = 960, (8.0, 960.0)
    refiner: Refiner | None = None

    def detect(self, pixels: NDArray[np.uint8]) -> tuple[FaceDetection, ...]:
        rows, columns = np.nonzero(pixels.min(2) > 110)
        boxes = [BoundingBox(0, 0, 14, 14), BoundingBox(70, 60, 18, 20)]
        if len(rows) > 20:
            left, top = np.percentile(columns, 5), np.percentile(rows, 5)
            width, height = np.ptp(np.percentile(columns, (5, 95))), np.ptp(np.percentile(rows, (5, 95)))
            boxes.append(BoundingBox(float(left), float(top), float(width) + 1, float(height) + 1))
        return tuple(FaceDetection(box, None, 0.5, self.detector_id) for box in boxes)

    def detect_many(self, pictures: Sequence[NDArray[np.uint8]]) -> list[tuple[FaceDetection, ...]]:
        return [self.detect(pixels) for pixels in pictures]


@pytest.fixture
def short_refinement(short_detection: DetectionRecipe, monkeypatch: pytest.MonkeyPatch) -> RefinementRecipe:
    """Four steps of eight views of what :class:`Proposer` proposes."""
    monkeypatch.setattr(refinement_run, "load_detector", lambda *arguments, **options: Proposer())
    return RefinementRecipe(
        name="closer",
        steps=4,
        batch_size=8,
        data=short_detection.data,
        candidates=CandidateRecipe("bright", mosaics=24, validation_mosaics=16, face_iou=0.3),
        seed=5,
        threads=1,
        log_every=1,
        checkpoint_every=2,
        network=CONFIG,
        mosaic=dataclasses.replace(short_detection.mosaic, most_faces=1, smallest=24, largest=60, plain=1.0),
        optimizer=OptimizerRecipe(learning_rate=2e-3, heads_rate=2e-3, warmup=2, average=0.9),
        validation=RefinementValidationRecipe(every=2),
    )


def run(recipe: RefinementRecipe, out: Path, stop_after: int | None = None) -> list[TrainingEvent]:
    progress, events = Progress(), []
    for event in train(recipe, out, progress, Path(recipe.data.root).parent / "kept"):
        events.append(event)
        if isinstance(event, StepDone) and event.step == stop_after:
            progress.cancel()
    return events


def losses(events: list[TrainingEvent]) -> list[tuple[int, float, dict[str, float]]]:
    return [(one.step, one.loss, one.losses) for one in events if isinstance(one, StepDone)]


def test_a_run_that_was_stopped_goes_on_as_if_it_had_not_been(
    short_refinement: RefinementRecipe, tmp_path: Path
) -> None:
    whole = run(short_refinement, tmp_path / "whole")
    first = run(short_refinement, tmp_path / "parts", stop_after=3)
    second = run(short_refinement, tmp_path / "parts")
    assert first[-1] == TrainingStopped(3)
    assert isinstance(second[-1], TrainingFinished)
    assert losses(first) + losses(second) == losses(whole)
    for name in (CHECKPOINT, BEST):
        left, right = (safetensors.torch.load_file(tmp_path / part / name) for part in ("whole", "parts"))
        assert all(torch.equal(left[key], right[key]) for key in left), name


def test_a_run_learns_and_says_what_it_measures(short_refinement: RefinementRecipe, tmp_path: Path) -> None:
    recipe = dataclasses.replace(short_refinement, steps=24, log_every=8, checkpoint_every=24)
    events = run(recipe, tmp_path / "run")
    curve = losses(events)
    assert curve[-1][1] < curve[0][1]
    assert all(set(parts) == {"class", "landmark"} for _, _, parts in curve)
    measured = [one for one in events if isinstance(one, RefinementValidated)]
    assert [one.step for one in measured] == list(range(2, 25, 2))
    assert 0 <= measured[-1].separation <= 1
    assert from_record(to_record(measured[0])) == measured[0]
    assert "separation" in sentence(measured[0])


def test_another_recipe_cannot_go_on_with_a_run(short_refinement: RefinementRecipe, tmp_path: Path) -> None:
    run(short_refinement, tmp_path / "run", stop_after=1)
    with pytest.raises(UsageError, match="another recipe"):
        run(dataclasses.replace(short_refinement, batch_size=6), tmp_path / "run")


def test_both_runs_are_written_into_one_detector(
    short_detection: DetectionRecipe, short_refinement: RefinementRecipe, detection_data: Path, tmp_path: Path
) -> None:
    list(train(short_detection, tmp_path / "detector", Progress(), detection_data / "kept"))
    run(short_refinement, tmp_path / "closer")
    card = export(tmp_path / "detector", tmp_path / "models", refiner=tmp_path / "closer")
    assert card.refiner == CONFIG
    assert card.command.endswith("discern train resources/recipes/closer.toml --out DIR")
    assert "24 such mosaics" in card.training_data
    _, refinement = load_retinaface(card, tmp_path / "models")
    assert refinement is not None
    best = safetensors.torch.load_file(tmp_path / "closer" / BEST)
    assert all(torch.equal(value, best[name]) for name, value in refinement.state_dict().items())
    with pytest.raises(UsageError, match="unknown key"):
        export(tmp_path / "detector", tmp_path / "models", refiner=tmp_path / "detector")


def labels(certain: bool = True) -> FaceLabels:
    box = np.array([[20, 30, 40, 50]], np.float32)
    points = np.array([[[25, 37], [35, 37], [30, 42], [26, 46], [34, 46]]], np.float32)
    return FaceLabels(box, points, np.array([certain]))


def proposal(x: float, y: float, side: float) -> FaceDetection:
    return FaceDetection(BoundingBox(x, y, side, side), None, 0.5, "test")


@pytest.mark.parametrize(
    ("box", "certain", "verdicts"),
    [
        ((20, 30, 20), True, [True]),
        ((23, 32, 20), True, [True]),
        ((60, 60, 20), True, [False]),
        ((30, 30, 20), True, []),
        ((20, 30, 20), False, []),
        ((16, 26, 60), False, [False]),
        ((22, 32, 10), False, []),
    ],
    ids=["face", "nearly", "elsewhere", "half of it", "uncertain", "around uncertain", "in uncertain"],
)
def test_a_proposal_is_a_face_none_or_left_out(
    box: tuple[float, float, float], certain: bool, verdicts: list[bool]
) -> None:
    pixels = np.zeros((100, 100, 3), np.uint8)
    recipe = CandidateRecipe("test", face_iou=0.4, background_iou=0.2, ignored_share=0.3)
    found = judged(pixels, [proposal(*box)], labels(certain), recipe)
    assert [one.is_face for one in found] == verdicts


def test_landmarks_are_told_from_the_middle_of_the_proposed_box() -> None:
    (one,) = judged(
        np.zeros((100, 100, 3), np.uint8), [proposal(18, 30, 20)], labels(), CandidateRecipe("test")
    )
    assert one.landmarks[0] == pytest.approx([(25 - 28) / 20, (37 - 40) / 20])
    assert one.side == 20
    assert one.crop.shape == (SIDE, SIDE, 3)
    assert judged(np.zeros((9, 9, 3), np.uint8), [], labels(), CandidateRecipe("test")) == []


def dots(points: NDArray[np.float32]) -> NDArray[np.uint8]:
    """A crop with a spot of light at each landmark, the first one the brightest."""
    rows, columns = np.mgrid[:SIDE, :SIDE] + 0.5
    crop = np.zeros((SIDE, SIDE))
    for number, (x, y) in enumerate(points * SIDE / REACH + SIDE / 2):
        crop += (255 - 40 * number) * np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / 8)
    return np.repeat(np.clip(crop, 0, 255).astype(np.uint8)[..., None], 3, axis=2)


@pytest.mark.parametrize("seed", [None, *range(6)])
def test_landmarks_move_with_what_is_seen(seed: int | None) -> None:
    jitter = JitterRecipe(turn=0.2, zoom=0.1, shift=0.05, gain=0.0, offset=0.0, grey=0.0)
    config = RefinerConfig(side=96, reach=1.6)
    rng = None if seed is None else np.random.default_rng(seed)
    view, points = seen(dots(POINTS), POINTS, config, jitter, rng)
    for x, y in points * 96 + 48:
        spot = view[max(int(y) - 1, 0) : int(y) + 2, max(int(x) - 1, 0) : int(x) + 2]
        assert spot.max() > 70
    # The subject's right eye is on the left of an upright view, whether or not it was mirrored.
    assert points[0, 0] < points[1, 0]


def test_light_changes_the_view_and_not_the_landmarks() -> None:
    still = JitterRecipe(turn=0, zoom=0, shift=0)
    first, second = (seen(dots(POINTS), POINTS, CONFIG, still, np.random.default_rng(s)) for s in (1, 2))
    assert not np.array_equal(first[0], second[0])
    assert np.abs(first[1]) == pytest.approx(np.abs(POINTS) / 1.5, abs=0.11)


def test_candidates_are_made_once(tmp_path: Path) -> None:
    class Once:
        made = 0

        def make(self, number: int) -> Mosaic:
            self.made += 1
            return Mosaic(np.full((96, 96, 3), 200, np.uint8), FaceLabels.none())

    generator, key = Once(), {"seed": 1}
    arguments = (Proposer(), generator, range(3), CandidateRecipe("bright"), Progress())
    first = kept_candidates(tmp_path, key, *arguments)  # type: ignore[arg-type]
    second = kept_candidates(tmp_path, key, *arguments)  # type: ignore[arg-type]
    assert generator.made == 3
    assert len(first) == len(second) == 9
    assert not first.is_face.any()
    (path,) = tmp_path.iterdir()
    path.write_bytes(b"no archive")
    with pytest.raises(ModelUnavailable, match="are damaged"):
        kept_candidates(tmp_path, key, *arguments)  # type: ignore[arg-type]


def test_what_is_cancelled_while_proposals_are_made_leaves_no_file(tmp_path: Path) -> None:
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        kept_candidates(tmp_path, {}, Proposer(), None, range(3), CandidateRecipe("bright"), progress)  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("faces", "others", "expected"),
    [([2, 3], [0, 1], 1.0), ([0, 1], [2, 3], 0.0), ([1, 1], [1], 0.5), ([1, 3], [2], 0.5)],
)
def test_separation_is_the_share_of_pairs_in_the_right_order(
    faces: list[float], others: list[float], expected: float
) -> None:
    assert separation(np.array(faces), np.array(others)) == expected
    assert math.isnan(separation(np.array(faces), np.array([])))


def test_the_recipe_of_the_repository_is_one() -> None:
    path = ROOT / "resources" / "recipes" / "face-refiner.toml"
    recipe = load_any_recipe(path)
    assert isinstance(recipe, RefinementRecipe)
    assert recipe == load_refinement_recipe(path)
    assert RefinementNet(recipe.network).eval()(torch.zeros(1, 3, 64, 64)).landmarks.shape == (1, 5, 2)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("face_iou = 0.4", "face_iou = 0.1", "must ascend"),
        ("grey = 0.1", "grey = 1.5", "grey must lie"),
        ("faces = 0.7", "faces = 1.0", "faces must lie"),
        ("bend = 0.02", "bend = 0", "bend must be over 0"),
        ("mosaics = 12000", "mosaics = 0", "must be at least 1"),
        ('kind = "adamw"', 'kind = "scaled_adamw"', "must be adamw or sgd"),
        ("side = 64", "side = 65", "multiple of 16"),
    ],
)
def test_a_recipe_that_makes_no_sense_is_explained(old: str, new: str, reason: str, tmp_path: Path) -> None:
    text = (ROOT / "resources" / "recipes" / "face-refiner.toml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "recipe.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(UsageError, match=reason):
        load_refinement_recipe(path)
