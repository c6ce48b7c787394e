"""The whole path on real people through the command line: enrol one picture of each, search for another.

    python -m tests.benchmarks.whole_path ../shared/data/lfw [--detector NAME] [--min-confidence C]

prints how often the person of the second picture stands at rank 1 among the first pictures of all.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from core.evaluation.intervals import wilson
from core.settings import write_settings

SPLITS = (6, 7)
"""People for whom sha256(name) mod 10 is one of these are taken."""


def rank_one(lfw: Path, directory: Path, **detection: object) -> tuple[int, int]:
    """Count how often the right person is at rank 1.

    Parameters
    ----------
    lfw : Path
        Folder with `images/PERSON/*.jpg`.
    directory : Path
        An existing folder for the workspace and the list of people.
    **detection
        Settings of the group detection that are not the default.

    Returns
    -------
    hits, people : int
        Searches with the right person at rank 1, and all searches.
    """
    people = {}
    for folder in sorted((lfw / "images").iterdir()):
        pictures = sorted(folder.glob("*.jpg"))
        split = int(hashlib.sha256(folder.name.encode()).hexdigest(), 16) % 10
        if split in SPLITS and len(pictures) >= 2:
            people[folder.name] = pictures
    listing = directory / "people.csv"
    listing.write_text(
        "subject,path\n" + "".join(f"{name},{pictures[0]}\n" for name, pictures in people.items()), "utf-8"
    )
    workspace = directory / "workspace"
    if detection:
        workspace.mkdir(mode=0o700)
        write_settings(workspace / "settings.toml", "detection", **detection)
    probes = {str(pictures[1]): name for name, pictures in people.items()}
    base = [sys.executable, "-m", "core.cli", "--json", "--workspace", str(workspace)]
    subprocess.run([*base, "enroll", listing], check=True, capture_output=True)
    searched = subprocess.run(
        [*base, "search", "--top", "1", *probes], check=True, capture_output=True, text=True
    )
    hits = 0
    for line in searched.stdout.splitlines():
        record = json.loads(line)
        hits += [candidate["subject"] for candidate in record["candidates"]] == [probes[record["probe"]]]
    return hits, len(probes)


def sentence(hits: int, people: int) -> str:
    """Return the count with its interval."""
    interval = wilson(hits, people)
    return f"rank-1: {hits} of {people}, 95 % interval {interval.low:.3f} to {interval.high:.3f} (Wilson)"


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("lfw", type=Path)
    parser.add_argument("--detector")
    parser.add_argument("--min-confidence", type=float, dest="min_confidence")
    given = parser.parse_args()
    chosen = {"detector": given.detector, "min_confidence": given.min_confidence}
    with tempfile.TemporaryDirectory() as directory:
        found = rank_one(
            given.lfw.resolve(),
            Path(directory),
            **{name: value for name, value in chosen.items() if value is not None},
        )
    print(sentence(*found))


if __name__ == "__main__":
    main()
