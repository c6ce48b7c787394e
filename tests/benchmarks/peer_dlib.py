"""The ResNet of dlib and a model of this project on the same crops, in one run.

    pip install --no-deps --target PEER dlib-bin face-recognition-models
    PYTHONPATH=.:PEER python tests/benchmarks/peer_dlib.py ../shared/data/lfw --people 6-7

Prints the true accept rate at FMR 1e-3, low-to-low and low-to-high, by size, with 95 % intervals over people.
Both get the same aligned crops of 112x112 px; dlib was made for a wider cut-out of 150x150 px, whose lower
edge the crops lack. Never install the packages into the environment of the application.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from core.evaluation.peer import DlibSystem
from core.evaluation.protocols.lfw_faces import load_lfw
from core.evaluation.protocols.lfw_lowres import SIZES, Plan, SystemResult, evaluate_system
from core.evaluation.systems import ModelSystem, ResampledFaces
from core.evaluation.tables import rate_text
from core.evaluation.verification import Verification
from core.settings import load_settings

FMR = 1e-3


def main() -> None:
    """Run both systems and print the table."""
    settings = load_settings()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("root", type=Path)
    parser.add_argument("--people", default="6-7")
    parser.add_argument("--sizes", default=",".join(str(size) for size in SIZES))
    parser.add_argument("--cap", type=int, default=10, help="most pictures of one person")
    parser.add_argument("--model", default=settings.recognition.model)
    arguments = parser.parse_args()
    first, _, last = arguments.people.partition("-")
    splits = range(int(first), int(last or first) + 1)
    faces = load_lfw(arguments.root, splits, arguments.cap, settings.imaging)
    plan = Plan(sizes=tuple(int(size) for size in arguments.sizes.split(",")))
    resampled = ResampledFaces(faces.crops)
    systems = (ModelSystem(arguments.model, settings.recognition), DlibSystem())
    results = [evaluate_system(system, faces, resampled, plan) for system in systems]
    print(f"{len(faces.names)} people, {len(faces.person)} pictures, at most {arguments.cap} a person")
    print(f"TAR at FMR {FMR:g}: value [95 % interval over people] numerator/denominator")
    for name in ("low_to_low", "low_to_high"):
        print(f"\n{name.replace('_', '-')}\n{'px':>4}  " + "  ".join(f"{r.name:<34}" for r in results))
        for place, size in enumerate(plan.sizes):
            print(f"{size:>4}  " + "  ".join(f"{_cell(result, place, name):<34}" for result in results))


def _cell(result: SystemResult, place: int, name: str) -> str:
    verification: Verification = getattr(result.sizes[place], name)
    return rate_text(next(point.tar for point in verification.points if point.target_fmr == FMR))


if __name__ == "__main__":
    main()
