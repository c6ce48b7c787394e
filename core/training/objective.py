"""The weighted sum of all losses for one batch."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from core.recognition.margins import AdaFaceMargin, ArcFaceMargin
from core.recognition.network import NetworkOutput
from core.training.batches import NOBODY
from core.training.losses.distillation import (
    ContrastiveDistillation,
    DirectionDistillation,
    SimilarityDistillation,
)
from core.training.losses.identity import IdentityLoss
from core.training.losses.index_diversion import IndexDiversion, IndexStatistics
from core.training.losses.perceptibility import PerceptibilityLoss
from core.training.losses.recognizability_loss import RecognizabilityLoss
from core.training.losses.recognizability_target import RecognizabilityTarget, proximities, unit
from core.training.recipe import LossRecipe
from core.training.teacher import TargetBank

_CLEAN_PX = 112


class Truth(NamedTuple):
    """What is known of a batch.

    Attributes
    ----------
    targets : Tensor, shape (n, dim)
        Unit-length embeddings of the clean pictures in the frozen network.
    indices : Tensor of int64, shape (n,)
        Which training picture each was made from.
    labels, partners : Tensor of int64, shape (n,)
        The person, or `NOBODY` for a blend; and the second person of a blend.
    sizes : Tensor, shape (n,)
        Side in px that each was taken through.
    """

    targets: Tensor
    indices: Tensor
    labels: Tensor
    partners: Tensor
    sizes: Tensor


class Reference(NamedTuple):
    """The unrecognizable cluster as last measured.

    Attributes
    ----------
    centre : Tensor, shape (dim,)
        Mean of the unit-length embeddings.
    statistics : IndexStatistics
        mu_UI and sigma_UI of the index head as it is now.
    """

    centre: Tensor
    statistics: IndexStatistics


class Objective(nn.Module):
    """All losses of a recipe.

    Parameters
    ----------
    recipe : LossRecipe
        Weights and constants.
    bank : TargetBank
        Targets of all training pictures.
    max_cosine : float
        Faces whose cosine with their target is smaller are unrecognizable themselves, and are not pushed
        away from the cluster.
    """

    def __init__(self, recipe: LossRecipe, bank: TargetBank, max_cosine: float) -> None:
        super().__init__()
        margin = {"arcface": ArcFaceMargin, "adaface": AdaFaceMargin}[recipe.margin]
        self.identity = IdentityLoss(bank.means, margin(recipe.margin_scale, recipe.margin_angle))
        self._recipe = recipe
        self._bank = bank
        self._max_cosine = max_cosine
        self._direction = DirectionDistillation()
        self._similarity = SimilarityDistillation()
        self._contrast = ContrastiveDistillation(recipe.contrast_scale, recipe.contrast_margin)
        self._target = RecognizabilityTarget(recipe.target, with_centre=recipe.target_with_centre)
        self._regression = RecognizabilityLoss()
        self._diversion = IndexDiversion(recipe.tau, recipe.standardized)
        self._perceptibility = PerceptibilityLoss()

    def forward(
        self, output: NetworkOutput, truth: Truth, reference: Reference
    ) -> tuple[Tensor, dict[str, Tensor]]:
        """Compute the losses of a batch.

        Parameters
        ----------
        output : NetworkOutput
            Of the network; its feature map is not used.
        truth : Truth
            What is known of the batch.
        reference : Reference
            The unrecognizable cluster.

        Returns
        -------
        total : Tensor
            Weighted sum.
        losses : dict of str to Tensor
            Each loss that has a weight, before it.
        """
        recipe = self._recipe
        losses: dict[str, Tensor] = {}
        if recipe.direction:
            clean = truth.sizes >= _CLEAN_PX
            weights = torch.where(clean, recipe.clean_weight, 1.0)
            losses["direction"] = self._direction(output.embedding, truth.targets, weights)
        if recipe.similarity:
            losses["similarity"] = self._similarity(output.embedding, truth.targets)
        if recipe.contrast:
            people = self._bank.labels
            # Of a blend, both persons.
            same = (people[truth.indices][:, None] == people) | (truth.partners[:, None] == people)
            losses["contrast"] = self._contrast(output.embedding, truth.targets, self._bank.targets, same)
        somebody = truth.labels != NOBODY
        if recipe.identity:
            losses["identity"] = self.identity(output.embedding[somebody], truth.labels[somebody])
        if recipe.recognizability:
            known, target = self._recognizability(output, truth, reference, somebody)
            losses["recognizability"] = self._regression(output.recognizability[known], target)
        if recipe.diversion:
            similar = functional.cosine_similarity(output.embedding.detach(), truth.targets, dim=1)
            recognizable = similar >= self._max_cosine
            losses["diversion"] = self._diversion(output.recognizability[recognizable], reference.statistics)
        if recipe.perceptibility:
            losses["perceptibility"] = self._perceptibility(
                output.attended, output.embedding, reference.centre
            )
        total = torch.stack([getattr(recipe, name) * loss for name, loss in losses.items()]).sum()
        return total, losses

    @torch.no_grad()
    def _recognizability(
        self, output: NetworkOutput, truth: Truth, reference: Reference, somebody: Tensor
    ) -> tuple[Tensor, Tensor]:
        leaves_out = self._recipe.prototypes == "leave_one_out"
        known = somebody & self._bank.has_others[truth.indices] if leaves_out else somebody
        v, labels = unit(output.embedding[known]), truth.labels[known]
        prototypes = self._bank.means if leaves_out else unit(self.identity.prototypes)
        cosines = v @ prototypes.T
        if leaves_out:
            own = (v * self._bank.without[truth.indices[known]]).sum(1)
        else:
            own = cosines.gather(1, labels[:, None])[:, 0]
        to_centre = v @ functional.normalize(reference.centre, dim=0)
        return known, self._target(proximities(cosines, own, labels, to_centre))
