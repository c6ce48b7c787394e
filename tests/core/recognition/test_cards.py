"""Model cards are read without torch, and damaged ones are refused."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from core.errors import ModelUnavailable
from core.recognition.cards import (
    find_model,
    list_models,
    models_directory,
    read_card,
    weights_path,
    write_card,
)
from core.types import ModelCard


def test_the_shipped_card_names_the_hash_of_the_shipped_weights(card: ModelCard) -> None:
    assert card.model_id == hashlib.sha256(weights_path(card).read_bytes()).hexdigest()


def test_the_shipped_card_states_licence_limits_figures_and_that_it_is_provisional(card: ModelCard) -> None:
    assert "Apache-2.0" in card.licence
    assert "research use only" in card.licence
    assert card.provisional
    assert any("provisional" in sentence for sentence in card.limitations)
    assert [any(f"at {size} px" in figure for figure in card.figures) for size in (112, 24, 16, 8)] == [
        True
    ] * 4


def test_every_shipped_model_is_listed_in_order_of_name_and_has_its_weights() -> None:
    cards = list_models()
    assert "mobilefacenet-ms1m" in [card.name for card in cards]
    assert [card.name for card in cards] == sorted(card.name for card in cards)
    assert all(weights_path(card).is_file() for card in cards)


def test_the_card_of_a_detector_in_the_same_directory_is_passed_over(card: ModelCard, tmp_path: Path) -> None:
    write_card(card, tmp_path)
    detector = {"name": "a-detector", "architecture": "retinaface", "config": {}}
    (tmp_path / "a-detector.json").write_text(json.dumps(detector))
    assert list_models(tmp_path) == (card,)
    with pytest.raises(ModelUnavailable, match=r"\(installed: mobilefacenet-ms1m\)"):
        find_model("a-detector", [tmp_path])


def test_a_model_is_found_in_the_first_directory_that_has_it(card: ModelCard, tmp_path: Path) -> None:
    added = tmp_path / "added"
    added.mkdir()
    write_card(dataclasses.replace(card, name="another"), added)
    directories = (models_directory(), tmp_path / "absent", added)
    assert find_model(card.name, directories) == models_directory()
    assert find_model("another", directories) == added
    write_card(card, added)
    assert find_model(card.name, directories) == models_directory()
    with pytest.raises(ModelUnavailable, match=r"'third' \(installed: another, .*mobilefacenet-ms1m"):
        find_model("third", directories)


def test_a_card_survives_writing_and_reading(card: ModelCard, tmp_path: Path) -> None:
    path = write_card(card, tmp_path)
    first = path.read_bytes()
    assert read_card(card.name, tmp_path) == card
    assert write_card(read_card(card.name, tmp_path), tmp_path).read_bytes() == first


def test_a_name_without_a_card_is_answered_with_the_names_there_are() -> None:
    with pytest.raises(ModelUnavailable, match=r"'other' \(installed: .*mobilefacenet-ms1m.*\)"):
        read_card("other")


@pytest.mark.parametrize(
    "change",
    [
        {"bands": {"low": 0.9, "fair": 0.5, "good": 1.0, "derivation": ""}},
        {"bands": None},
        {"unheard_of": 1},
        {"preprocessing": {"size": 112, "colour": "RGB"}},
    ],
    ids=["descending bands", "no bands", "unknown key", "unknown preprocessing"],
)
def test_a_damaged_card_is_refused(card: ModelCard, tmp_path: Path, change: dict[str, Any]) -> None:
    path = write_card(card, tmp_path)
    path.write_text(json.dumps(dataclasses.asdict(card) | change))
    with pytest.raises(ModelUnavailable, match="cannot be read"):
        read_card(card.name, tmp_path)


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"\xff\xfe", b"{"])
def test_a_file_that_is_no_card_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "broken.json").write_bytes(content)
    with pytest.raises(ModelUnavailable, match="cannot be read"):
        list_models(tmp_path)


@pytest.mark.parametrize("module", ["core.recognition", "core.recognition.cards", "core.analysis"])
def test_importing_leaves_torch_out(module: str) -> None:
    code = f"import sys, {module}; sys.exit('torch' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[3])
