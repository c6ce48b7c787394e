"""The card of a model that was trained here."""

from __future__ import annotations

from core.recognition.index_head import RI
from core.recognition.unrecognizable import MAX_COSINE
from core.training.checkpoint import trained_architecture
from core.training.dataset import FaceSplits
from core.training.recipe import Recipe
from core.training.unrecognizable_centre import MeasuredReference
from core.types import BandEdges, ModelCard, Preprocessing

_LIMITATIONS = (
    "Research use only, because of the licence of the training data.",
    "RI follows the paper's definition as it could be reconstructed; it is no ISO/IEC 29794-5 quality score "
    "and no probability. Among faces of one size it orders errors weakly, and over all sizes the length of "
    "the embedding alone orders them nearly as well (see the figures).",
    "Measured on photographs of public figures that were degraded by computer, not on surveillance footage; "
    "differentials between demographic groups were not measured.",
    "The people it was validated on also chose its weights, its index head and the edges of its bands; they "
    "were never trained on.",
    "Similarity is not a probability of identity, and the threshold behind the bands is not a decision "
    "threshold.",
)


def describe_model(
    recipe: Recipe,
    start: ModelCard,
    preprocessing: Preprocessing,
    model_id: str,
    bands: BandEdges,
    reference: MeasuredReference,
    splits: FaceSplits,
    best_step: int,
    share: float,
) -> ModelCard:
    """Write the card of a trained model.

    Parameters
    ----------
    recipe : Recipe
        What was trained.
    start : ModelCard
        What the run began with.
    preprocessing : Preprocessing
        How the model is fed.
    model_id : str
        SHA-256 of the weight file.
    bands : BandEdges
        Of its recognizability index.
    reference : MeasuredReference
        Its unrecognizable cluster.
    splits : FaceSplits
        The faces.
    best_step : int
        Whose weights were kept.
    share : float
        Part of the way from the start to there.

    Returns
    -------
    ModelCard
        Without measured figures.
    """
    data = recipe.data
    return ModelCard(
        model_id=model_id,
        name=recipe.name,
        architecture=trained_architecture(start),
        embedding_dim=start.embedding_dim,
        preprocessing=preprocessing,
        bands=bands,
        recognizability=RI,
        provisional=False,
        licence=start.licence,
        origin=(
            f"Trained by this project from {start.name} ({start.model_id}), after Chai et al., CVPR 2023, "
            "and with distillation from that network, by resources/recipes/ril-mobilefacenet.toml: best of "
            f"{recipe.steps} steps of {recipe.batch_size} at step {best_step}, then {share:g} of the way "
            "from the start to there. An embedding is the mean of that of the crop and of its mirror image. "
            "The index head is linear in log |v| and the means of the last feature map; its target is the "
            "paper's xi in the form xi / (1 + xi) and without the factor d_UI. Start: "
            f"{start.origin}"
        ),
        training_data=(
            f"Start: {start.training_data} Then Labeled Faces in the Wild (research use only): "
            f"{len(splits.train.crops):,} pictures of {len(splits.train.people):,} people with sha256(name) "
            f"mod 10 in {', '.join(map(str, data.train))}, degraded by core.training.degradation_model (seed "
            f"{recipe.seed}). Unrecognizable cluster: {reference.kept:,} of {reference.tried:,} crops of "
            "those people, degraded by core.training.unrecognizable_centre, with cos(clean, degraded) < "
            f"{MAX_COSINE}."
        ),
        command=(
            "torchrun --standalone --nproc_per_node=2 -m core.cli train resources/recipes/"
            "ril-mobilefacenet.toml --out RUN; python -m core.training.export "
            "resources/recipes/ril-mobilefacenet.toml RUN --out resources/models"
        ),
        limitations=_LIMITATIONS,
    )
