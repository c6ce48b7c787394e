"""The report of a tuning as a PDF, and a verdict read back as data objects."""

from __future__ import annotations

import io
from typing import Any

import pypdf
import pytest

from core.errors import UsageError
from core.workspace.tuning.gate_record import Direction, Verdict, gate_record
from core.workspace.tuning.tuning_pdf import STATEMENT, tuning_pdf


def record(**changes: Any) -> dict[str, Any]:
    """Return what the JSON report of a run holds."""
    part = {
        "people": 12,
        "pictures": 24,
        "bands": {"fair": 20, "low": 4},
        "recognizability": [0.1, 0.2, 0.3, 0.4, 0.5],
        "face_px": [12.0, 13.0, 14.0, 15.0, 16.0],
    }
    made: dict[str, Any] = {
        "run": {
            "name": "mine",
            "labelled": "camera",
            "parent": "the-parent",
            "parent_id": "ab" * 32,
            "preset": "quick",
            "method": "heads",
            "kept": "",
            "steps": 20,
            "created": "2026-11-24T09:00:00+00:00",
            "operator": "Ada <b>",
        },
        "model": {"model_id": "cd" * 32},
        "set": {
            "name": "camera",
            "parts": {"all": part, "train": part},
            "warnings": [{"message": "All pictures are from one camera."}],
            "left_out": [],
        },
        "recipe": 'name = "mine"\nsteps = 20\n',
        "events": [
            {"event": "step_done", "step": step, "loss": 2.0 / step, "losses": _terms(step)}
            for step in range(1, 21)
        ]
        + [{"event": "validated", "step": 20, "score": 0.7}],
        "gate": verdict(),
    }
    return made | changes


def _terms(step: int) -> dict[str, float]:
    names = ("direction", "similarity", "contrast", "identity", "recognizability", "diversion")
    return {name: 1.0 / (step + place) for place, name in enumerate(names)}


def verdict(kind: str = "refuse") -> dict[str, Any]:
    """Return what is kept of a verdict."""
    rate = {
        "trial": "the laboratory's hold-out",
        "group": "all",
        "measure": "rank 1",
        "laboratory": True,
        "people": 24,
        "probes": 48,
        "before": 0.61,
        "after": 0.5,
        "interval": {"low": -0.2, "high": -0.02, "method": "paired"},
    }
    return {
        "verdict": kind,
        "reasons": ["Rank 1 is worse."],
        "model_id": "cd" * 32,
        "parent": "the-parent",
        "changes": [rate, rate | {"group": "8 px", "interval": None, "something_new": 1}],
        "orders": [{"trial": "the hold-out", "before": 0.6, "after": None, "interval": None}],
        "left_out": [],
    }


def text_of(data: bytes) -> str:
    """Return the text of a PDF."""
    return " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages)


def test_the_report_says_the_verdict_first_and_numbers_its_pages() -> None:
    told = " ".join(text_of(tuning_pdf(record())).split())
    assert told.index("The gate refuses the model") < told.index("1 Verdict") < told.index("2 Run")
    assert "−0.200 to −0.020" in told
    assert "worse" in told
    assert "not judged" in told
    assert STATEMENT in told
    assert "Page 1 of" in told
    assert "steps = 20" in told


def test_equal_records_give_equal_bytes() -> None:
    assert tuning_pdf(record()) == tuning_pdf(record())


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"gate": None}, "The gate has not judged this run."),
        ({"gate": verdict("not_enough_data")}, "This is no permission."),
        ({"events": []}, "Nothing was recorded."),
        ({"recipe": ""}, "No recipe lies with the run."),
        ({"events": [{"event": "step_done", "step": 1, "loss": 0.0, "losses": {}}]}, "Terms of the loss"),
    ],
)
def test_what_is_missing_is_said(changes: dict[str, Any], said: str) -> None:
    assert said in " ".join(text_of(tuning_pdf(record(**changes))).split())


def test_a_verdict_is_read_back_with_the_direction_of_each_rate() -> None:
    read = gate_record(verdict(), "mine")
    assert read.verdict is Verdict.REFUSE
    assert [one.direction for one in read.rates] == [Direction.WORSE, Direction.NOT_JUDGED]
    assert read.orders[0].after is None


@pytest.mark.parametrize("damage", [{"verdict": "perhaps"}, {"changes": 3}, {"orders": [{}]}])
def test_a_damaged_verdict_is_told(damage: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="The verdict on mine cannot be read"):
        gate_record(verdict() | damage, "mine")
