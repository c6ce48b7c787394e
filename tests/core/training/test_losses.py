"""Each loss recomputed another way, and the facts that hold whatever the hidden constants are."""

from __future__ import annotations

import math

import pytest
import torch
from torch.nn import functional

from core.recognition.margins import AdaFaceMargin, ArcFaceMargin
from core.recognition.recognizability import embedding_recognizability_score
from core.training.losses.distillation import (
    ContrastiveDistillation,
    DirectionDistillation,
    SimilarityDistillation,
)
from core.training.losses.identity import IdentityLoss
from core.training.losses.index_diversion import (
    IndexDiversion,
    IndexStatistics,
    follow,
    index_statistics,
)
from core.training.losses.perceptibility import PerceptibilityLoss, perceptible_part
from core.training.losses.recognizability_loss import RecognizabilityLoss
from core.training.losses.recognizability_target import (
    Proximities,
    RecognizabilityTarget,
    proximities,
    unit,
)


@pytest.fixture(autouse=True)
def _seed() -> None:
    torch.manual_seed(7)


def target_of(v: torch.Tensor, w: torch.Tensor, labels: torch.Tensor, centre: torch.Tensor) -> torch.Tensor:
    cosines = unit(v) @ unit(w).T
    own = cosines[torch.arange(len(v)), labels]
    to_centre = unit(v) @ functional.normalize(centre, dim=0)
    return RecognizabilityTarget(largest=1e9)(proximities(cosines, own, labels, to_centre))


def test_the_target_is_the_equation_worked_out_face_by_face() -> None:
    v, w, centre = torch.randn(6, 5), torch.randn(4, 5), torch.randn(5)
    labels = torch.tensor([0, 1, 2, 3, 0, 1])
    for i, found in enumerate(target_of(v, w, labels, centre)):

        def cosine(a: torch.Tensor, b: torch.Tensor) -> float:
            return float(a @ b) / math.sqrt(float(a @ a) * float(b @ b))

        y = int(labels[i])
        d_p = 1 - cosine(v[i], w[y])
        d_n = 1 - max(cosine(v[i], w[j]) for j in range(4) if j != y)
        assert float(found) == pytest.approx((1 - cosine(v[i], centre)) * d_n / (d_p + 1e-3), rel=1e-4)


@pytest.mark.parametrize(("field", "sign"), [("positive", -1), ("negative", 1), ("unrecognizable", 1)])
def test_the_target_rises_with_the_distance_to_others_and_falls_with_that_to_the_own_person(
    field: str, sign: int
) -> None:
    base = Proximities(torch.tensor([0.4]), torch.tensor([0.6]), torch.tensor([0.8]))
    moved = base._replace(**{field: getattr(base, field) + 0.1})
    target = RecognizabilityTarget()
    assert sign * float(target(moved) - target(base)) > 0


def test_the_target_is_never_negative() -> None:
    labels = torch.randint(0, 4, (200,))
    assert (target_of(torch.randn(200, 5), torch.randn(4, 5), labels, torch.randn(5)) >= 0).all()


def test_the_target_is_0_exactly_on_the_unrecognizable_centre_and_on_the_nearest_wrong_prototype() -> None:
    w = torch.eye(4)
    centre = torch.tensor([0.5, 0.5, 0.5, 0.5])
    on_centre, on_wrong, elsewhere = centre, w[1], torch.tensor([0.9, 0.1, 0.0, 0.0])
    found = target_of(
        torch.stack([on_centre, on_wrong, elsewhere]), w, torch.zeros(3, dtype=torch.long), centre
    )
    assert found[:2].tolist() == [0.0, 0.0]
    assert found[2] > 0


def test_the_target_does_not_depend_on_the_lengths_of_embeddings_and_prototypes() -> None:
    v, w, centre, labels = torch.randn(6, 5), torch.randn(4, 5), torch.randn(5), torch.arange(6) % 4
    longer = target_of(v * torch.rand(6, 1) * 30, w * torch.rand(4, 1) * 9, labels, centre * 4)
    torch.testing.assert_close(longer, target_of(v, w, labels, centre), rtol=1e-4, atol=1e-5)


def test_with_the_other_factor_at_1_the_target_is_the_embedding_recognizability_score() -> None:
    v, centre = torch.randn(20, 5), torch.randn(5)
    d_ui = 1 - unit(v) @ functional.normalize(centre, dim=0)
    fixed = torch.full((20,), 0.5)
    found = RecognizabilityTarget(eps=0.0)(Proximities(fixed, fixed, d_ui)).clamp(max=1)
    expected = [embedding_recognizability_score(one.numpy(), centre.numpy()) for one in v]
    assert found.tolist() == pytest.approx(expected, abs=1e-5)


def test_a_prototype_that_the_face_lies_on_gives_the_clamp_and_not_infinity() -> None:
    distances = Proximities(torch.zeros(1), torch.ones(1), torch.ones(1))
    assert float(RecognizabilityTarget(largest=10)(distances)) == 10
    assert float(RecognizabilityTarget("log1p", largest=10)(distances)) == pytest.approx(math.log(11))
    assert float(RecognizabilityTarget("bounded", largest=10)(distances)) == pytest.approx(10 / 11)


def test_the_target_has_no_gradient() -> None:
    distance = torch.ones(1, requires_grad=True)
    assert not RecognizabilityTarget()(Proximities(distance, distance, distance)).requires_grad


def test_the_recognizability_loss_is_torch_smooth_l1_with_its_gradient() -> None:
    index, target = (torch.randn(50) * 3).requires_grad_(), torch.randn(50)
    ours = RecognizabilityLoss()(index, target)
    theirs = torch.nn.SmoothL1Loss(beta=0.75)(index, target)
    torch.testing.assert_close(ours, theirs)
    torch.testing.assert_close(*(torch.autograd.grad(loss, index)[0] for loss in (ours, theirs)))


def test_the_recognizability_loss_of_no_face_is_0() -> None:
    assert float(RecognizabilityLoss()(torch.empty(0), torch.empty(0))) == 0


def test_index_diversion_is_0_when_every_face_lies_tau_deviations_above() -> None:
    ui = IndexStatistics(0.2, 0.5)
    assert float(IndexDiversion(tau=2.0)(torch.tensor([1.2, 3.0]), ui)) == 0.0
    assert float(IndexDiversion(tau=2.0)(torch.tensor([1.1, 3.0]), ui)) == pytest.approx(0.1)


def test_the_gradient_of_index_diversion_on_an_active_face_is_minus_1_over_n_sigma() -> None:
    index = torch.tensor([0.0, 0.3, 5.0], requires_grad=True)
    loss = IndexDiversion(tau=2.0)(index, IndexStatistics(0.2, 0.5))
    (gradient,) = torch.autograd.grad(loss, index)
    assert gradient.tolist() == pytest.approx([-1 / 1.5, -1 / 1.5, 0.0])


def test_without_sigma_the_distance_is_taken_as_it_is() -> None:
    loss = IndexDiversion(tau=1.0, standardized=False)(torch.tensor([0.5]), IndexStatistics(0.2, 0.1))
    assert float(loss) == pytest.approx(0.7)


def test_no_gradient_reaches_the_unrecognizable_statistics() -> None:
    head = torch.nn.Linear(3, 1)
    faces, crops = torch.randn(4, 3), torch.randn(9, 3)
    statistics = index_statistics(head(crops)[:, 0])
    loss = IndexDiversion(tau=50.0)(head(faces)[:, 0], statistics)
    (gradient,) = torch.autograd.grad(loss, head.bias)
    assert float(gradient) == pytest.approx(-1 / statistics.std)


def test_a_shift_of_the_bias_leaves_index_diversion_once_the_statistics_are_measured_again() -> None:
    index, ui = torch.randn(8), torch.randn(30)
    loss = IndexDiversion()
    shifted = loss(index + 5, index_statistics(ui + 5))
    torch.testing.assert_close(shifted, loss(index, index_statistics(ui)), rtol=1e-4, atol=1e-5)


def test_statistics_follow_by_a_moving_average_that_begins_with_the_first() -> None:
    first, second = IndexStatistics(1.0, 2.0), IndexStatistics(3.0, 4.0)
    assert follow(None, first, 0.9) == first
    assert follow(first, second, 0.9) == pytest.approx((1.2, 2.2))


def test_the_perceptible_part_is_orthogonal_to_the_centre_and_as_long_as_the_sine_of_the_angle() -> None:
    v, centre = torch.randn(12, 6) * 9, torch.randn(6) * 0.3
    part = perceptible_part(v, centre)
    u = functional.normalize(centre, dim=0)
    angle = torch.arccos((unit(v) @ u).clamp(-1, 1))
    torch.testing.assert_close(part @ u, torch.zeros(12), atol=1e-6, rtol=0)
    torch.testing.assert_close(part.norm(dim=1), angle.sin(), atol=1e-5, rtol=0)


def test_the_perceptibility_loss_is_the_mean_squared_distance_and_moves_attention_alone() -> None:
    attended = torch.randn(4, 6, requires_grad=True)
    v, centre = torch.randn(4, 6, requires_grad=True), torch.randn(6, requires_grad=True)
    loss = PerceptibilityLoss()(attended, v, centre)
    expected = sum(
        float(((attended[i] - perceptible_part(v, centre)[i]) ** 2).sum().detach()) for i in range(4)
    )
    assert float(loss.detach()) == pytest.approx(expected / 4, rel=1e-5)
    reached = torch.autograd.grad(loss, (attended, v, centre), allow_unused=True)
    assert reached[0].abs().sum() > 0
    assert all(one is None for one in reached[1:])


def test_arcface_adds_its_margin_to_the_angle_of_the_label_alone() -> None:
    cosines, labels = torch.tensor([[0.3, -0.2, 0.5], [0.1, 0.9, -0.4]]), torch.tensor([2, 1])
    logits = ArcFaceMargin(scale=64, margin=0.5)(cosines, labels, torch.ones(2))
    expected = 64 * cosines
    expected[0, 2] = 64 * math.cos(math.acos(0.5) + 0.5)
    expected[1, 1] = 64 * math.cos(math.acos(0.9) + 0.5)
    torch.testing.assert_close(logits, expected)


def test_arcface_never_turns_an_angle_beyond_pi() -> None:
    logits = ArcFaceMargin(scale=1, margin=0.5)(torch.tensor([[-0.99]]), torch.tensor([0]), torch.ones(1))
    assert float(logits) == pytest.approx(-1)


def test_adaface_is_its_published_equation_by_hand() -> None:
    margin = AdaFaceMargin(momentum=0.0)
    norms, cosines = torch.tensor([5.0, 60.0, 20.0]), torch.tensor([[0.4, 0.1]] * 3)
    logits = margin(cosines, torch.zeros(3, dtype=torch.long), norms)
    for row, norm in zip(logits, norms, strict=True):
        z = max(-1.0, min(1.0, 0.333 * (float(norm) - 20.0) / (100.0 + 1e-3)))
        expected = 64 * (math.cos(math.acos(0.4) - 0.4 * z) - (0.4 + 0.4 * z))
        assert row.tolist() == pytest.approx([expected, 6.4], rel=1e-4)


def test_adaface_lets_its_statistics_follow_the_lengths_and_keeps_them_in_its_state() -> None:
    margin = AdaFaceMargin(momentum=0.5)
    margin(torch.zeros(2, 3), torch.zeros(2, dtype=torch.long), torch.tensor([9.0, 11.0]))
    assert float(margin.state_dict()["mean"]) == pytest.approx(15.0)
    assert float(margin.state_dict()["std"]) == pytest.approx((100 + math.sqrt(2)) / 2)


def test_the_identity_loss_is_the_cross_entropy_of_the_margin_logits() -> None:
    loss = IdentityLoss(torch.randn(5, 4), ArcFaceMargin())
    v, labels = torch.randn(3, 4), torch.tensor([4, 0, 2])
    logits = loss.margin(loss.cosines(v), labels, v.norm(dim=1))
    by_hand = -torch.stack([logits[i, labels[i]] - torch.logsumexp(logits[i], 0) for i in range(3)]).mean()
    torch.testing.assert_close(loss(v, labels), by_hand)


def test_the_identity_loss_of_nobody_is_0_and_can_be_differentiated() -> None:
    v = torch.empty(0, 4, requires_grad=True)
    loss = IdentityLoss(torch.randn(5, 4), ArcFaceMargin())(v, torch.empty(0, dtype=torch.long))
    loss.backward()
    assert float(loss.detach()) == 0


def test_distillation_in_direction_is_the_weighted_mean_of_1_minus_the_cosine() -> None:
    s, t, weights = torch.randn(5, 4), torch.randn(5, 4), torch.tensor([1.0, 0, 2, 1, 1])
    expected = sum(
        float(w) * (1 - float(a @ b) / float(a.norm() * b.norm()))
        for a, b, w in zip(s, t, weights, strict=True)
    )
    assert float(DirectionDistillation()(s, t, weights)) == pytest.approx(expected / 5, rel=1e-5)


def test_distillation_of_similarities_compares_every_pair_and_ignores_a_common_rotation() -> None:
    s, t = torch.randn(5, 4), torch.randn(5, 4)
    expected = 0.0
    for i in range(5):
        for j in range(5):
            a = float(unit(s)[i] @ unit(s)[j]) - float(unit(t)[i] @ unit(t)[j])
            expected += a * a / 25
    assert float(SimilarityDistillation()(s, t)) == pytest.approx(expected, rel=1e-4)
    rotation = torch.linalg.qr(torch.randn(4, 4)).Q
    assert float(SimilarityDistillation()(t @ rotation * 3, t)) == pytest.approx(0, abs=1e-10)


def test_contrastive_distillation_is_a_cross_entropy_without_the_pictures_of_the_same_person() -> None:
    s, t, bank = torch.randn(3, 4), torch.randn(3, 4), unit(torch.randn(6, 4))
    same = torch.zeros(3, 6, dtype=torch.bool)
    same[0, :2] = True
    found = ContrastiveDistillation(scale=10, margin=0.1)(s, t, bank, same)
    each = []
    for i in range(3):
        others = bank[~same[i]] @ unit(s)[i]
        logits = 10 * torch.cat([(unit(s)[i] @ unit(t)[i])[None] - 0.1, others])
        each.append(functional.cross_entropy(logits[None], torch.tensor([0])))
    torch.testing.assert_close(found, torch.stack(each).mean())
