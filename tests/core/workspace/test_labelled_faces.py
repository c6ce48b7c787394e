"""The main job on real people, with the detector and no hand-holding."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.benchmarks.whole_path import rank_one, sentence


@pytest.mark.faces
@pytest.mark.slow
def test_the_second_picture_of_a_person_finds_the_first_through_the_command_line(
    lfw: Path, tmp_path: Path
) -> None:
    hits, people = rank_one(lfw, tmp_path)
    print(sentence(hits, people))
    assert hits / people >= 0.97
