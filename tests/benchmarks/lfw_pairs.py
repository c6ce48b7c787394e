"""Low-to-high verification on the standard pairs of LFW: `python -m tests.benchmarks.lfw_pairs LFW`.

One picture of each pair is resampled through s px, the other stays as it is. For each s the share of pairs
decided rightly at the best threshold, with a 95 % interval from a bootstrap over people. With `--write-card`
the figures replace those in the card of the model.
"""

from __future__ import annotations

import argparse
import dataclasses
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.imaging.degradation import resample_through
from core.recognition.cards import models_directory, read_card, write_card
from core.recognition.embedder import Embedder
from core.settings import load_settings
from core.training.labelled_faces import aligned_crops, read_faces

SIZES = (112, 24, 16, 8)
REPETITIONS = 1000
SEED = 20261124


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("lfw", type=Path)
    parser.add_argument("--model", default="mobilefacenet-ms1m")
    parser.add_argument("--write-card", action="store_true")
    arguments = parser.parse_args()
    card = read_card(arguments.model)
    figures = measure(arguments.lfw, Embedder(card, load_settings().recognition))
    for figure in figures:
        print(figure)
    if arguments.write_card:
        write_card(dataclasses.replace(card, figures=figures), models_directory())


def measure(lfw: Path, embedder: Embedder) -> tuple[str, ...]:
    """Return one sentence for each resolution."""
    pairs = read_pairs(lfw / "pairs.txt")
    wanted = {name for pair in pairs for name in pair}
    found = [face for face in read_faces(lfw) if face.path.stem in wanted]
    faces, crops = aligned_crops(found, load_settings().imaging)
    row = {face.path.stem: i for i, face in enumerate(faces)}
    kept = np.array([[row[a], row[b]] for a, b in pairs if a in row and b in row])
    people = np.unique([face.person for face in faces], return_inverse=True)[1][kept]
    high = embed(embedder, crops)
    sentences = []
    for size in SIZES:
        low = high
        if size < crops.shape[1]:
            second = np.unique(kept[:, 1])
            low = np.zeros_like(high)
            low[second] = embed(embedder, np.stack([resample_through(crops[i], size) for i in second]))
        similarities = np.einsum("nd,nd->n", high[kept[:, 0]], low[kept[:, 1]])
        best, lower, upper = best_share(similarities, people)
        mated = int((people[:, 0] == people[:, 1]).sum())
        sentences.append(
            f"LFW pairs low-to-high at {size} px: {best:.3f} of the pairs decided rightly at the best "
            f"threshold ({lower:.3f} to {upper:.3f}, 95 %, bootstrap over {len(np.unique(people))} people; "
            f"{mated} mated and {len(kept) - mated} non-mated pairs, so that one answer for all gives "
            f"{max(mated, len(kept) - mated) / len(kept):.3f}; "
            "python -m tests.benchmarks.lfw_pairs ../shared/data/lfw --write-card)."
        )
    return tuple(sentences)


def read_pairs(path: Path) -> list[tuple[str, str]]:
    """Return the picture names of each pair."""
    pairs = []
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        first, number, *rest = line.split("\t")
        second = first if len(rest) == 1 else rest[0]
        pairs.append((f"{first}_{int(number):04d}", f"{second}_{int(rest[-1]):04d}"))
    return pairs


def embed(embedder: Embedder, crops: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return unit-length embeddings, one row for each crop."""
    return np.stack([face.embedding for face in embedder.embed(crops)])


def best_share(similarities: NDArray[np.float32], people: NDArray[np.int64]) -> tuple[float, float, float]:
    """Return the best share of right decisions and the ends of its interval.

    In each repetition people are drawn with replacement; a pair counts as often as the person it shows, or
    as the product for two people.
    """
    mated = people[:, 0] == people[:, 1]
    order = np.argsort(-similarities, kind="stable")
    rng = np.random.default_rng(SEED)
    count = people.max() + 1

    def share(weights: NDArray[np.float64]) -> float:
        gains = np.where(mated, weights, -weights)[order].cumsum()
        return float((weights[~mated].sum() + max(gains.max(), 0.0)) / weights.sum())

    repeated = []
    for _ in range(REPETITIONS):
        drawn = rng.multinomial(count, np.full(count, 1 / count))[people]
        repeated.append(share(np.where(mated, drawn[:, 0], drawn.prod(axis=1)).astype(np.float64)))
    lower, upper = np.quantile(repeated, (0.025, 0.975))
    return share(np.ones(len(similarities))), float(lower), float(upper)


if __name__ == "__main__":
    main()
