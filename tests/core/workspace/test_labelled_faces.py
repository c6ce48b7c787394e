"""The main job on real people, with the detector and no hand-holding."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from core.evaluation.intervals import wilson


@pytest.mark.faces
@pytest.mark.slow
def test_the_second_picture_of_a_person_finds_the_first_through_the_command_line(
    lfw: Path, tmp_path: Path
) -> None:
    people = {}
    for folder in sorted((lfw / "images").iterdir()):
        pictures = sorted(folder.glob("*.jpg"))
        if int(hashlib.sha256(folder.name.encode()).hexdigest(), 16) % 10 in (6, 7) and len(pictures) >= 2:
            people[folder.name] = pictures
    listing = tmp_path / "people.csv"
    listing.write_text(
        "subject,path\n" + "".join(f"{name},{pictures[0]}\n" for name, pictures in people.items()), "utf-8"
    )
    probes = {str(pictures[1]): name for name, pictures in people.items()}
    base = [sys.executable, "-m", "core.cli", "--json", "--workspace", str(tmp_path / "workspace")]
    subprocess.run([*base, "enroll", listing], check=True, capture_output=True)
    searched = subprocess.run(
        [*base, "search", "--top", "1", *probes], check=True, capture_output=True, text=True
    )
    hits = 0
    for line in searched.stdout.splitlines():
        record = json.loads(line)
        hits += [candidate["subject"] for candidate in record["candidates"]] == [probes[record["probe"]]]
    interval = wilson(hits, len(probes))
    print(
        f"rank-1: {hits} of {len(probes)}, 95 % interval {interval.low:.3f} to {interval.high:.3f} (Wilson)"
    )
    assert hits / len(probes) >= 0.97
