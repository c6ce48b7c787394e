"""Steps in words."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.widgets.window.step_words import step_name
from core.types import Step


@pytest.mark.parametrize(
    ("action", "details", "words"),
    [
        ("face.state", '{"face_ids":[1,2,3],"state":"ignored"}', "state of 3 faces"),
        ("face.state", '{"face_ids":[1]}', "state of a face"),
        ("candidate.verdict", "{}", "verdict on a candidate"),
        ("face.state", "", "state of a face"),
        ("something.new_kind", "[]", "something, new kind"),
    ],
)
def test_a_step_is_named_by_what_it_did(action: str, details: str, words: str) -> None:
    step = Step(1, 1, action, details, "Ada", False, datetime(2026, 11, 24, tzinfo=UTC))
    assert step_name(step) == words
