"""A laboratory's camera, simulated: `python -m tests.benchmarks.simulated_camera LFW --out DIR`.

Faces of 12 to 20 px with the lens, the noise and the compression of one imagined camera. Of the people of LFW
with sha256(name) mod 10 in 6 and 7, forty with four pictures or more are labelled for a tuning, four pictures
each; all others with two pictures or more are held out, one clean photograph each for reference and up to
three pictures of the camera as probes. People with mod 10 in 0 to 5 give the good photographs that the
model is kept to. Then: `train set make`, `tune`, `gate`, `promote`, a search before and after, `rollback`,
and the same search again, bit by bit. Everything goes through the front door that the desk uses.

`--prepare-only` writes the pictures and stops; a run that was stopped goes on when it is called again.
"""

from __future__ import annotations

import argparse
import csv
import json
import time
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from core.cli.training_sentences import sentence
from core.imaging.degradation import add_noise, jpeg
from core.settings import load_settings
from core.training.degradation_model import motion_kernel
from core.training.labelled_faces import LabelledFace, aligned_crops, read_faces, split_of
from core.training.tuning.presets import Method, Preset
from core.types import Search
from core.workspace import EnrolmentItem, Workspace

SEED = 20261124
SMALLEST, LARGEST = 12, 20
TRAINED, EACH = 40, 4
PROBES = 3
KEPT = 600
ENROLLED = 40


def camera(crop: NDArray[np.uint8], rng: np.random.Generator) -> tuple[NDArray[np.uint8], int]:
    """Take an aligned crop through the camera; returns what comes of it and the size it went through.

    Motion along one direction, a yellow cast, little contrast,
    noise that is coarse in the red, and JPEG at a quality of 35 to 45.
    """
    size = int(rng.integers(SMALLEST, LARGEST + 1))
    small = cv2.resize(crop, (size, size), interpolation=cv2.INTER_AREA).astype(np.float32)
    moved = cv2.filter2D(small, -1, motion_kernel(2.2, 0.4), borderType=cv2.BORDER_REPLICATE)
    flat = 40 + 0.62 * moved * np.array([1.0, 0.95, 0.72], np.float32)
    noisy = add_noise(np.clip(np.rint(flat), 0, 255).astype(np.uint8), rng, 7.0)
    noisy[..., 0] = add_noise(noisy[..., 0], rng, 6.0)
    coded = jpeg(noisy, int(rng.integers(35, 46)))
    large = cv2.resize(coded, (112, 112), interpolation=cv2.INTER_CUBIC)
    return np.asarray(large, np.uint8), size


def prepare(lfw: Path, out: Path) -> None:
    """Write the pictures and tables of the three groups of people."""
    if (out / "holdout.csv").is_file():
        return
    by_person: dict[str, list[LabelledFace]] = {}
    for face in read_faces(lfw):
        by_person.setdefault(face.person, []).append(face)
    judged = {name: several for name, several in by_person.items() if split_of(name) in (6, 7)}
    rng = np.random.default_rng(SEED)
    able = sorted(name for name, several in judged.items() if len(several) >= EACH)
    trained = sorted(rng.permutation(able)[:TRAINED].tolist())
    others = sorted(name for name, several in judged.items() if len(several) >= 2 and name not in trained)
    elsewhere = sorted(n for n, several in by_person.items() if split_of(n) <= 5 and len(several) >= 2)
    kept = sorted(rng.permutation(elsewhere)[:KEPT].tolist())
    _write(out, "camera", [(name, judged[name][:EACH]) for name in trained], 0, rng)
    _write(out, "photographs", [(name, by_person[name][:2]) for name in kept], 2, rng)
    _write(out, "holdout", [(name, judged[name][: 1 + PROBES]) for name in others], 1, rng)


def _write(
    out: Path,
    group: str,
    people: Sequence[tuple[str, list[LabelledFace]]],
    clean: int,
    rng: np.random.Generator,
) -> None:
    """Write crops; all but the first `clean` ones of each person go through the camera."""
    folder = out / group
    folder.mkdir(parents=True, exist_ok=True)
    rows = []
    for name, faces in people:
        readable, crops = aligned_crops(faces, load_settings().imaging)
        for number, (face, crop) in enumerate(zip(readable, crops, strict=True)):
            taken, size = (crop, 112) if number < clean else camera(crop, rng)
            path = folder / f"{face.path.stem}.png"
            cv2.imwrite(str(path), taken[:, :, ::-1])
            rows.append((name, f"{group}/{path.name}", size))
    with (out / f"{group}.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(("subject", "path", "face_px"))
        table.writerows(rows)


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("lfw", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--prepare-only", action="store_true")
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--method", type=Method, default=Method.WHOLE)
    parser.add_argument("--run", default="camera-tuned")
    arguments = parser.parse_args()
    out: Path = arguments.out
    prepare(arguments.lfw, out)
    if arguments.prepare_only:
        return
    with Workspace.open(out / "workspace") as opened:
        _sets(opened, out)
        began = time.monotonic()
        for event in opened.tune(
            arguments.run,
            "camera",
            preset=Preset.QUICK,
            method=arguments.method,
            kept="photographs",
            steps=arguments.steps,
        ):
            print(sentence(event), flush=True)
        print(f"Tuned in {time.monotonic() - began:.0f} s.")
        result = opened.judge_run(arguments.run, out / "holdout.csv")
        for change in result.changes:
            told = change.interval and f"{change.interval.low:+.3f} to {change.interval.high:+.3f}"
            print(
                change.trial, change.group, change.measure, change.people, change.before, change.after, told
            )
        print(f"Verdict: {result.verdict}", *result.reasons, sep="\n  ")
        print(*opened.run_report(arguments.run), sep="\n")
        if result.verdict == "promote":
            _serve(opened, arguments.run, out)


def _sets(opened: Workspace, out: Path) -> None:
    there = {one.name for one in opened.labelled_sets()}
    if "camera" not in there:
        made = opened.make_labelled_set(
            "camera", [out / "camera.csv"], holdout_share=0.0, judged=out / "holdout.csv"
        )
        print(json.dumps([warning.message for warning in made.warnings], indent=1))
    if "photographs" not in there:
        opened.make_labelled_set("photographs", [out / "photographs.csv"], holdout_share=0.25)


def _serve(opened: Workspace, run: str, out: Path) -> None:
    with (out / "holdout.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    clean: dict[str, Path] = {}
    probes: dict[str, Path] = {}
    for row in rows:
        group = clean if row["face_px"] == "112" else probes
        group.setdefault(row["subject"], out / row["path"])
    names = [name for name in clean if name in probes][:ENROLLED]
    if not opened.galleries():
        list(opened.enroll([EnrolmentItem(name, clean[name]) for name in names]))
    before = [_search(opened, probes[name]) for name in names]
    print(*(step for step in opened.promote(run) if step.complete))
    during = [_search(opened, probes[name]) for name in names]
    list(opened.rollback("the benchmark is over"))
    after = [_search(opened, probes[name]) for name in names]
    for told, found in (("parent", before), ("tuned", during), ("parent again", after)):
        first = sum(_first(one) == name for one, name in zip(found, names, strict=True) if one)
        print(f"{told}: rank 1 of {first} of {len(names)} searches")
    print(
        "The rankings are the same to the bit:",
        [_bits(one) for one in before] == [_bits(one) for one in after],
    )


def _search(opened: Workspace, path: Path) -> Search | None:
    image = opened.read_still(path)
    face = opened.analyze(image).main
    if face is None or face.embedding is None:
        return None
    return opened.search(image, face, top=ENROLLED)


def _first(search: Search | None) -> str:
    return search.result.candidates[0].subject if search and search.result.candidates else ""


def _bits(search: Search | None) -> list[tuple[int, str]]:
    return [(one.subject_id, one.similarity.hex()) for one in search.result.candidates] if search else []


if __name__ == "__main__":
    main()
