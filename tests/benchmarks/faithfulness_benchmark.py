"""How often maps are informative: deletion and insertion against 20 random maps, by resolution.

Usage: python tests/benchmarks/faithfulness_benchmark.py [LFW] [--faces N] [--sizes 112,24,16,12]
[--model NAME|FILE.safetensors]. The faces are the second pictures of people 6-7 of Labeled Faces in the Wild;
pairs are with the person's first picture (mated) and with that of another person (non-mated). A map that
knows nothing would be called informative once in eleven times.
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from pathlib import Path

import numpy as np

from core.evaluation.protocols.lfw_faces import load_lfw
from core.imaging.degradation import resample_through
from core.recognition.cards import read_card
from core.recognition.embedder import Embedder
from core.settings import load_settings
from core.types import Faithfulness

ROOT = Path(__file__).resolve().parents[2]
PEOPLE = range(6, 8)
OTHER = 7
"""How many people further on the non-mated picture is taken from."""


def load_embedder(model: str) -> Embedder:
    """Load a model by its name, or by the path of its weights with the card beside them."""
    settings = load_settings().recognition
    if not model.endswith(".safetensors"):
        return Embedder(read_card(model), settings)
    folder = Path(model).parent
    return Embedder(read_card(Path(model).stem, folder), settings, folder)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", type=Path, nargs="?", default=ROOT.parent / "shared" / "data" / "lfw")
    parser.add_argument("--faces", type=int, default=40)
    parser.add_argument("--sizes", default="112,24,16,12")
    parser.add_argument("--model", default=load_settings().recognition.model)
    given = parser.parse_args()
    embedder = load_embedder(given.model)
    faces = load_lfw(given.root, PEOPLE, 2, load_settings().imaging)
    later = faces.later[: given.faces]
    gallery = np.stack([face.embedding for face in embedder.embed(faces.crops[later - 1])])
    print(f"{embedder.card.name}, {len(later)} people, device {embedder.device}")
    for size in map(int, given.sizes.split(",")):
        tests: defaultdict[str, list[Faithfulness | None]] = defaultdict(list)
        started = time.perf_counter()
        for row, crop in enumerate(faces.crops[later]):
            probe = crop if size == len(crop) else resample_through(crop, size)
            explanation, (face,) = embedder.explain(probe), embedder.embed(probe[None])
            for one in face.attention_maps:
                tests[one.kind.value].append(explanation.tested_map(one).faithfulness)
            for name, place in (("mated pair", row), ("non-mated pair", row - OTHER)):
                compared = gallery[place]
                evidence = explanation.tested_evidence(
                    explanation.evidence(face.embedding, compared), compared
                )
                tests[name].append(evidence.faithfulness)
        spent = (time.perf_counter() - started) / len(later)
        print(f"{size} px, {spent:.1f} s a face", flush=True)
        for name, found in tests.items():
            ranks = [test.rank for test in found if test is not None]
            informative = sum(test.informative for test in found if test is not None)
            print(
                f"  {name}: informative {informative}/{len(ranks)}, rank among 21 {np.median(ranks):.0f} "
                "(median)"
            )


if __name__ == "__main__":
    main()
