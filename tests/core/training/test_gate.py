"""The gate refuses what is worse, lets through what is not, and says when it cannot know."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from core.evaluation.intervals import Interval, person_weights
from core.evaluation.systems import Descriptions
from core.progress import Progress
from core.training.gate.changes import DIR, RANK_ONE, TAR, Answers, Change, ErrorOrder, changes, error_order
from core.training.gate.judge import GateVerdict, judge, verdict_of
from core.training.gate.trials import ALL, Trial, laboratory_trial, reference_trial
from core.types import BandEdges

EDGES = BandEdges(0.3, 0.5, 0.7, "made up")
DIM = 16


class MadeUpSystem:
    """A system whose crops carry their vectors in their pixels, and which adds noise of its own."""

    def __init__(self, name: str, noise: float, *, knows: bool = True) -> None:
        self.name = name
        self.system_id = name
        self._noise = noise
        self._knows = knows

    def describe(self, crops: NDArray[np.uint8]) -> Descriptions:
        vectors = crops[:, 0, :DIM, 0].astype(np.float64) - 128
        strength = crops[:, 1, 0, 0].astype(np.float64)
        seeds = crops.reshape(len(crops), -1)[:, : 3 * DIM].sum(axis=1)
        noise = np.stack([np.random.default_rng(int(s)).normal(size=DIM) for s in seeds])
        vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        vectors += self._noise * noise * (strength / 255)[:, None]
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        known = 1 - strength / 255 if self._knows else strength / 255
        return Descriptions(vectors.astype(np.float32), {"RI": known})

    def similarities(self, first: NDArray[np.float32], second: NDArray[np.float32]) -> NDArray[np.float32]:
        return first @ second.T


def made_up_trial(people: int = 80, each: int = 3, worse: int = 0, labels: tuple[str, ...] = ()) -> Trial:
    """Return a laboratory's trial of people with pictures of different difficulty.

    The first `worse` people carry a mark that :class:`ForgetfulSystem` knows; `labels` are of people.
    """
    rng = np.random.default_rng(9)
    crops = np.zeros((people * each, 112, 112, 3), np.uint8)
    subjects, index = [], []
    for person in range(people):
        centre = rng.integers(40, 216, DIM)
        for number in range(each):
            row = person * each + number
            crops[row, 0, :DIM, 0] = np.clip(centre + rng.integers(-6, 7, DIM), 0, 255)
            strength = 10 if number == 0 else int(rng.integers(60, 256))
            crops[row, 1, 0, 0] = strength
            crops[row, 2, 0, 0] = person < worse
            subjects.append(f"person {person}")
            index.append(1 - strength / 255)
    groups = [label for label in labels for _ in range(each)]
    sizes = [20.0] * len(subjects)
    trial = laboratory_trial(crops, subjects, np.array(index), sizes, EDGES, "made up", groups)
    assert trial is not None
    return trial


class ForgetfulSystem(MadeUpSystem):
    """A system that has become noisy for marked people alone, and a little better for all others."""

    def describe(self, crops: NDArray[np.uint8]) -> Descriptions:
        marked = crops[:, 2, 0, 0] == 1
        strong = MadeUpSystem(self.name, 1.2).describe(crops)
        calm = MadeUpSystem(self.name, 0.5).describe(crops)
        vectors = np.where(marked[:, None], strong.vectors, calm.vectors)
        return Descriptions(vectors, calm.qualities)


def test_a_model_that_became_worse_for_one_group_of_people_is_refused() -> None:
    labels = ("north",) * 30 + ("south",) * 50
    trial = made_up_trial(80, worse=30, labels=labels)
    assert [name for name in trial.groups if name.startswith("group")] == ["group north", "group south"]
    result = judge(MadeUpSystem("parent", 0.5), ForgetfulSystem("new", 0.5), [trial], Progress(), 200)
    assert result.verdict is GateVerdict.REFUSE
    assert any("on made up, group north, is worse" in reason for reason in result.reasons)
    assert not any("group south, is worse" in reason for reason in result.reasons)


def test_a_group_of_too_few_people_is_not_judged_and_the_promotion_says_so() -> None:
    trial = made_up_trial(80, labels=("north",) * 7 + ("south",) * 43 + ("",) * 30)
    result = judge(MadeUpSystem("parent", 0.8), MadeUpSystem("new", 0.35), [trial], Progress(), 200)
    assert result.verdict is GateVerdict.PROMOTE
    few = "Not enough data to judge group north on made up: 7 people, and 20 are needed."
    assert few in result.reasons
    assert not any("group south on" in reason for reason in result.reasons)
    judged = {change.group for change in result.changes if change.interval is not None}
    assert "group south" in judged
    assert "group north" not in judged


def test_a_worse_model_is_refused_with_its_reasons() -> None:
    result = judge(MadeUpSystem("parent", 0.35), MadeUpSystem("new", 0.8), [made_up_trial()], Progress(), 200)
    assert result.verdict is GateVerdict.REFUSE
    assert any(reason.startswith(f"{TAR} on made up, all, is worse") for reason in result.reasons)


def test_a_better_model_is_promoted_and_says_where() -> None:
    result = judge(MadeUpSystem("parent", 0.8), MadeUpSystem("new", 0.35), [made_up_trial()], Progress(), 200)
    assert result.verdict is GateVerdict.PROMOTE
    assert any("is better" in reason for reason in result.reasons)


def test_a_model_is_not_worse_than_itself() -> None:
    system = MadeUpSystem("parent", 0.5)
    result = judge(system, system, [made_up_trial()], Progress(), 200)
    assert result.verdict is GateVerdict.PROMOTE
    assert all(
        change.interval.low == change.interval.high == 0 for change in result.changes if change.interval
    )


def test_an_index_that_no_longer_orders_errors_is_refused() -> None:
    result = judge(
        MadeUpSystem("parent", 0.8),
        MadeUpSystem("new", 0.8, knows=False),
        [made_up_trial()],
        Progress(),
        200,
    )
    assert result.verdict is GateVerdict.REFUSE
    assert result.reasons[0].startswith("Recognizability no longer orders the errors")


@pytest.mark.parametrize("people", [0, 5, 19])
def test_a_few_people_are_not_enough_to_judge(people: int) -> None:
    system = MadeUpSystem("parent", 0.5)
    trials = [made_up_trial(people)] if people else []
    result = judge(system, system, trials, Progress(), 50)
    assert result.verdict is GateVerdict.NOT_ENOUGH_DATA
    assert f"has {people} people" in result.reasons[0]


def test_what_is_worse_weighs_before_what_is_missing() -> None:
    worse = Change("t", "8 px", TAR, False, 50, 50, 0.9, 0.5, Interval(-0.5, -0.3, "paired"))
    verdict, reasons = verdict_of([worse], [])
    assert verdict is GateVerdict.REFUSE
    assert reasons[0].startswith("TAR at FMR 0.01 on t, 8 px, is worse: 0.900 before and 0.500 now")


def test_an_order_that_was_never_there_is_not_lost() -> None:
    assert not ErrorOrder("t", 1.1, 1.2, Interval(-0.1, 0.3, "paired")).lost
    assert ErrorOrder("t", 0.8, 1.0, None).lost
    assert not ErrorOrder("t", None, None, None).lost


def test_rates_are_those_that_counting_gives() -> None:
    trial = made_up_trial(30, 2)
    rng = np.random.default_rng(2)
    similarities = rng.normal(size=(30, 30)) + 2 * np.eye(30)
    answers = Answers(similarities, rng.uniform(size=30))
    weights = person_weights(30, 20, 1)
    found = {c.measure: c for c in changes(trial, answers, answers, weights) if c.group == ALL}
    assert found[RANK_ONE].before == np.mean(similarities.argmax(axis=1) == np.arange(30))
    others = np.sort(similarities[~np.eye(30, dtype=bool)])[::-1]
    assert found[TAR].before == np.mean(np.diag(similarities) > others[8])
    searches = similarities[1::2, ::2]
    threshold = np.sort(searches.max(axis=1))[::-1][1]
    first = similarities[::2, ::2].argmax(axis=1) == np.arange(15)
    assert found[DIR].before == np.mean(first & (np.diag(similarities)[::2] > threshold))
    assert error_order(trial, answers, answers, weights).interval == Interval(
        0.0, 0.0, "paired bootstrap over people"
    )


def test_the_reference_of_a_person_is_the_most_recognizable_picture() -> None:
    crops = np.arange(4, dtype=np.uint8)[:, None, None, None] * np.ones((1, 112, 112, 3), np.uint8)
    trial = laboratory_trial(
        crops, ["a", "a", "a", "b"], np.array([0.2, 0.6, 0.4, 0.9]), [11.0, 30.0, None, None], EDGES, "t"
    )
    assert trial is not None
    assert trial.references[:, 0, 0, 0].tolist() == [1]
    assert trial.probes[:, 0, 0, 0].tolist() == [0, 2]
    groups = {name: chosen.tolist() for name, chosen in trial.groups.items()}
    assert groups == {
        "all": [True, True],
        "recognizability unrecognizable": [True, False],
        "recognizability low": [False, True],
        "0 to 12 px": [True, False],
    }


def test_faces_without_a_second_picture_are_their_own_probes_at_smaller_sizes() -> None:
    crops = np.random.default_rng(0).integers(0, 256, (3, 112, 112, 3), np.uint8)
    trial = reference_trial(crops, ["a", "b", "c"], "t")
    assert trial is not None
    assert list(trial.groups) == ["all", "24 px", "16 px", "12 px", "8 px"]
    assert trial.people.tolist() == [0, 1, 2] * 4
    assert reference_trial(crops[:0], [], "t") is None
    assert laboratory_trial(crops, ["a", "b", "c"], np.ones(3), [None] * 3, EDGES, "t") is None
