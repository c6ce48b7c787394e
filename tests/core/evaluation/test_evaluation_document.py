"""What a reader of an evaluation gets: JSON by its schema, tables, figures."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from core.errors import ModelUnavailable, UsageError
from core.evaluation import figures
from core.evaluation.document import lfw_document, write_document
from core.evaluation.figures import write_figures
from core.evaluation.intervals import Interval, Rate
from core.evaluation.peer import CHIP_EYES, DlibSystem
from core.evaluation.protocols.lfw_faces import LfwFaces
from core.evaluation.protocols.lfw_lowres import Plan, SystemResult, evaluate_system
from core.evaluation.systems import FaceSystem, ModelSystem, ResampledFaces
from core.evaluation.tables import rate_text, result_tables
from core.recognition.cards import models_directory
from core.settings import load_settings

PLAN = Plan(sizes=(112, 8), seed=5, replicates=40)


@pytest.fixture
def result(population: LfwFaces, patterns: FaceSystem) -> SystemResult:
    return evaluate_system(patterns, population, ResampledFaces(population.crops), PLAN)


def rates_in(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, dict):
        own = [value] if "numerator" in value else []
        return own + [rate for part in value.values() for rate in rates_in(part)]
    return [rate for part in value for rate in rates_in(part)] if isinstance(value, list) else []


def test_the_document_names_its_schema_and_says_what_was_measured(
    population: LfwFaces, result: SystemResult, tmp_path: Path
) -> None:
    path = write_document(
        lfw_document(population, range(6, 8), 10, PLAN, [result]), tmp_path / "new" / "folder"
    )
    found = json.loads(path.read_text(encoding="utf-8"))
    assert (found["schema"], found["protocol"]) == ("discern.evaluation/1", "lfw-lowres")
    assert found["data"] == {
        "splits": [6, 7],
        "people": 60,
        "pictures": len(population.person),
        "people_with_mated_pairs": 40,
        "cap": 10,
        "over_cap": 0,
        "unreadable": 0,
    }
    assert found["plan"] == {"sizes": [112, 8], "seed": 5, "replicates": 40, "level": 0.95}
    assert [size["size"] for size in found["systems"][0]["sizes"]] == [112, 8]
    conventions = {
        measure[kind]["convention"]
        for measure in found["systems"][0]["mixed_low_to_low"]["measures"]
        for kind in ("fixed", "recomputed")
        if measure[kind]
    }
    assert all("ISO/IEC 29794-1" in name or "CR-FIQA" in name for name in conventions)


def test_every_rate_in_the_document_has_its_counts_and_an_interval_around_it(
    population: LfwFaces, result: SystemResult
) -> None:
    rates = rates_in(lfw_document(population, range(6, 8), 10, PLAN, [result]))
    assert len(rates) > 20
    for rate in rates:
        assert rate["value"] == rate["numerator"] / rate["denominator"]
        assert rate["low"] <= rate["value"] <= rate["high"]
        assert "over people" in rate["method"]


def test_the_same_results_give_the_same_bytes(
    population: LfwFaces, result: SystemResult, tmp_path: Path
) -> None:
    document = lfw_document(population, range(6, 8), 10, PLAN, [result])
    once = write_document(document, tmp_path / "a").read_bytes()
    assert write_document(document, tmp_path / "b").read_bytes() == once


def test_a_place_that_cannot_be_written_to_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(UsageError, match="cannot be written"):
        write_document({}, tmp_path / "file")


def test_a_rate_is_written_with_interval_and_counts_and_an_unknown_one_is_not_made_up() -> None:
    assert rate_text(Rate(3, 4, Interval(0.5, 0.9, "bootstrap"))) == "0.750 [0.500, 0.900] 3/4"
    assert rate_text(Rate(3, 4)) == "0.750 [none] 3/4"
    assert rate_text(None) == "cannot say"


def test_the_tables_hold_each_size_and_say_what_cannot_be_said(result: SystemResult) -> None:
    high, low, search, *quality = result_tables([result])
    assert [row[1] for row in high.rows] == [row[1] for row in low.rows] == ["112", "8"]
    assert high.columns[2:5] == ("TAR at 0.01", "TAR at 0.001", "TAR at 0.0001")
    assert [row[4] for row in high.rows] == ["cannot say", "cannot say"]
    assert search.columns[2] == "rank 1, 60 enrolled"
    assert [row[0] for row in quality[0].rows] == ["contrast", "nothing", "native eye distance"]
    for table in (high, low, search, *quality):
        assert all(len(row) == len(table.columns) for row in table.rows)


def test_figures_are_drawn_the_same_each_time(result: SystemResult, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="matplotlib is not installed")
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    once, again = write_figures([result], tmp_path / "a"), write_figures([result], tmp_path / "b")
    assert {path.name for path in once} == {
        "tar_by_size.png",
        "rank1_by_size.png",
        "det_patterns.png",
        "cmc_patterns.png",
        "edc_low-to-high_patterns.png",
        "edc_low-to-low_patterns.png",
    }
    assert [path.read_bytes() for path in once] == [path.read_bytes() for path in again]


def test_without_matplotlib_there_are_no_figures_but_a_sentence(
    result: SystemResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figures, "figures_available", lambda: False)
    with pytest.raises(UsageError, match="need matplotlib"):
        write_figures([result], tmp_path)


def test_without_dlib_the_peer_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "dlib", None)
    with pytest.raises(ModelUnavailable, match="dlib-bin and face-recognition-models"):
        DlibSystem()


def test_the_peer_compares_by_euclidean_distance(population: LfwFaces) -> None:
    pytest.importorskip("dlib", reason="dlib-bin is not installed")
    peer = DlibSystem()
    vectors = peer.describe(population.crops[:3]).vectors
    similarities = peer.similarities(vectors, vectors)
    by_loop = [[-np.linalg.norm(a - b) for b in vectors] for a in vectors]
    assert similarities == pytest.approx(np.array(by_loop), abs=1e-3)
    assert similarities.argmax(axis=1).tolist() == [0, 1, 2]


def test_the_eyes_of_the_peers_picture_are_level_and_half_a_face_apart() -> None:
    assert CHIP_EYES[0, 1] == pytest.approx(CHIP_EYES[1, 1], abs=0.1)
    assert (CHIP_EYES[1, 0] - CHIP_EYES[0, 0]) / 150 == pytest.approx(0.35, abs=0.01)


def test_a_model_is_found_by_name_and_by_file_and_describes_itself(population: LfwFaces) -> None:
    settings = load_settings().recognition
    named = ModelSystem(settings.model, settings)
    file = ModelSystem(str(models_directory() / f"{settings.model}.safetensors"), settings)
    assert (named.name, named.system_id) == (file.name, file.system_id)
    described = named.describe(population.crops[:2])
    assert described.vectors.shape == (2, named.card.embedding_dim)
    assert next(iter(described.qualities)) == named.card.recognizability
    assert {"embedding norm", "ERS"} <= set(described.qualities)


def test_a_further_quality_measure_comes_after_the_models_own(population: LfwFaces) -> None:
    settings = load_settings().recognition

    def measures(crops: NDArray[np.uint8]) -> dict[str, NDArray[np.float64]]:
        return {"brightness": crops.mean(axis=(1, 2, 3))}

    described = ModelSystem(settings.model, settings, measures).describe(population.crops[:2])
    assert list(described.qualities)[-1] == "brightness"
    assert described.qualities["brightness"].tolist() == population.crops[:2].mean(axis=(1, 2, 3)).tolist()


def test_a_file_whose_card_describes_another_model_is_refused(tmp_path: Path) -> None:
    settings = load_settings().recognition
    for suffix in (".json", ".safetensors"):
        data = (models_directory() / f"{settings.model}{suffix}").read_bytes()
        (tmp_path / f"renamed{suffix}").write_bytes(data)
    with pytest.raises(ModelUnavailable, match="describes the model"):
        ModelSystem(str(tmp_path / "renamed.safetensors"), settings)


@pytest.mark.parametrize("model", ["no-such-model", "no/such/file.safetensors"])
def test_a_model_that_is_not_there_is_a_sentence(model: str) -> None:
    with pytest.raises(ModelUnavailable, match="no"):
        ModelSystem(model, load_settings().recognition)
