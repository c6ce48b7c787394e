"""Sentences of a card: every number in them stands in the evaluation."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from core.errors import UsageError
from core.recognition.cards import read_card
from core.training.card_figures import ablation_figures, evaluation_figures


def rate(numerator: int, denominator: int, low: float | None = None) -> dict[str, Any]:
    value = numerator / denominator
    high = None if low is None else value + 0.1
    return {"numerator": numerator, "denominator": denominator, "value": value, "low": low, "high": high}


def at(size: int, accepted: int, first: int) -> dict[str, Any]:
    return {
        "size": size,
        "low_to_high": {"points": [{"target_fmr": 1e-3, "tar": rate(accepted, 40, 0.5)}]},
        "closed_set": {"gallery": 20, "ranks": [{"rank": 1, "rate": rate(first, 40)}]},
    }


def document(model_id: str) -> dict[str, Any]:
    quality = {
        "fmr": 1e-3,
        "verification": {"mated_pairs": 1234},
        "measures": [
            {"name": "RI", "fixed": {"pauc_relative": 0.5}},
            {"name": "embedding norm", "fixed": {"pauc_relative": 0.75}},
            {"name": "unresolved", "fixed": None},
        ],
        "differences": [{"other": "embedding norm", "difference": -0.25, "low": -0.3, "high": -0.2}],
    }
    system = {"name": "ours", "system_id": model_id, "sizes": [at(112, 36, 38), at(16, 30, 32)]}
    system |= {"mixed_low_to_high": quality, "mixed_low_to_low": None}
    system |= {"spearman_with_size": {"RI": 0.5, "constant": None}}
    other = {"name": "start", "sizes": [at(112, 37, 38), at(16, 10, 12)]}
    return {
        "data": {"people": 20, "pictures": 60, "splits": [6, 7]},
        "plan": {"seed": 5},
        "systems": [system, other],
    }


def test_each_size_is_a_sentence_with_counts_interval_and_the_other_model() -> None:
    card = read_card("mobilefacenet-ms1m")
    sentences = list(evaluation_figures(card, document(card.model_id)))
    assert sentences[1].startswith(
        "TAR at FMR 0.001, low-to-high, 16 px: 0.750 [0.500, 0.850] (30/40); start 0.250 [0.500, 0.350] (10"
    )
    assert "20 people in the gallery: 0.800 (32/40); start 0.300 (12/40)" in sentences[2]
    assert "RI 0.500, embedding norm 0.750. RI minus the others: embedding norm -0.250" in sentences[3]
    assert "1,234 mated pairs" in sentences[3]
    assert sentences[4].startswith("Spearman's rank correlation with the size in px, mixed sizes: RI 0.50 (")


def test_figures_of_another_model_are_refused() -> None:
    card = dataclasses.replace(read_card("mobilefacenet-ms1m"), name="mine")
    with pytest.raises(UsageError, match="not of mine"):
        list(evaluation_figures(card, document("0" * 64)))


def test_the_ablation_becomes_a_sentence_for_each_row() -> None:
    table = "400 steps.\n\n"
    table += "| trained with | 16 px | RI pAUC |\n|---|---|---|\n| start | 0.3 | - |\n| all | 0.7 | 0.6 |\n"
    assert ablation_figures(table) == [
        "Ablation (python -m core.training.ablation): 400 steps.",
        "Ablation, start: 16 px 0.3.",
        "Ablation, all: 16 px 0.7, RI pAUC 0.6.",
    ]
