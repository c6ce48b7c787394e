"""Packs whose embeddings are computed anew."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from core.errors import IntegrityFailure, ModelMismatch
from core.reporting.disclosure.archive import PackFile, write_pack
from core.types import Fusion
from core.workspace import EnrolmentItem, Workspace
from resources import verify


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory, enrolled_once: Path, astronaut: Path) -> Path:
    """A pack of one face by best samples, and of two faces by weighted templates of two samples."""
    place = tmp_path_factory.mktemp("recomputed")
    shutil.copytree(enrolled_once, place / "workspace")
    with Workspace.open(place / "workspace") as opened:
        case = opened.new_case("A case").case_id
        opened.set_case_blind(case, False, "A test.")
        keys = []
        for size in (102, 200):
            path = place / f"{size}.png"
            Image.open(astronaut).resize((size, size), Image.Resampling.BOX).save(path)
            (analysis,) = opened.analyze_paths([path])
            assert analysis.image is not None
            assert analysis.main is not None
            _, faces = opened.keep_analysis(case, analysis)
            keys.append(max(faces, key=lambda one: one.detection.box.area).face_id)
        opened.search(analysis.image, analysis.main, top=5, case_id=case)
        enrolled = opened.enroll([EnrolmentItem("Eileen Collins", place / "200.png")])
        assert [one.status.value for one in enrolled] == ["enrolled"]
        opened.search_faces(keys, top=5, fusion=Fusion.WEIGHTED)
        return opened.disclose(place / "pack.zip", case_id=case).path


def changed(pack: Path, out: Path, name: str, change: Callable[[Any], None]) -> Path:
    """Write the pack anew with one file changed, so that its manifest fits."""
    with zipfile.ZipFile(pack) as archive:
        content = {one: archive.read(one) for one in archive.namelist() if one != verify.MANIFEST}
        about = json.loads(archive.read(verify.MANIFEST))
    value = json.loads(content[name])
    change(value)
    content[name] = json.dumps(value).encode()
    about = {key: value for key, value in about.items() if key not in ("files", "schema", "self_sha256")}
    return write_pack(out, {one: PackFile.of(data) for one, data in content.items()}, about).path


def test_similarities_and_ranks_come_out_as_they_are_in_the_pack(populated: Workspace, pack: Path) -> None:
    anew = populated.recompute(pack)
    assert anew.problems == ()
    assert (anew.similarities, anew.left_out, anew.exchanged) == (10, 0, 0)
    assert anew.largest < 1e-5


def test_another_network_s_embedding_is_noticed(populated: Workspace, pack: Path, tmp_path: Path) -> None:
    def exchange(one: Any) -> None:
        samples = [candidate["samples"] for candidate in one["candidates"]]
        one["candidates"][0]["samples"] = samples[1]

    spoilt = changed(pack, tmp_path / "pack.zip", "searches/search-1.json", exchange)
    (problem,) = populated.recompute(spoilt).problems
    assert problem.startswith("Search 1, rank 1: the similarity computed anew is ")


def test_the_crop_of_another_probe_is_noticed(populated: Workspace, pack: Path, tmp_path: Path) -> None:
    def exchange(one: Any) -> None:
        one["crop"] = one["candidates"][1]["samples"][0]["crop"]

    spoilt = changed(pack, tmp_path / "pack.zip", "searches/search-1.json", exchange)
    problems = populated.recompute(spoilt).problems
    assert problems[0].startswith("Search 1: the embedding of the probe computed anew differs by up to ")


def test_a_pack_that_is_not_what_its_manifest_says_is_not_computed(
    populated: Workspace, pack: Path, tmp_path: Path
) -> None:
    with zipfile.ZipFile(pack) as archive:
        archive.extractall(tmp_path / "pack")
    (tmp_path / "pack" / "case.json").write_text("{}")
    with pytest.raises(IntegrityFailure, match=r"^case\.json was changed"):
        populated.recompute(tmp_path / "pack")


def test_another_model_is_one_sentence(pack: Path, tmp_path: Path) -> None:
    with Workspace.open(tmp_path / "other") as opened:
        others = [card.name for card in opened.models() if card != opened.active_model()]
        settings = opened.settings.replace("recognition", model=others[0])
    sentence = r"^Search 1 was made with the model .* anew with it\.$"
    with Workspace.open(tmp_path / "other", settings) as opened, pytest.raises(ModelMismatch, match=sentence):
        opened.recompute(pack)
