"""The demonstration: offline, repeatable, and true to what the program can do."""

from __future__ import annotations

import json
from pathlib import Path

from core.types import Outcome
from core.workspace import Workspace


def test_the_demonstration_ranks_the_astronaut_first_among_101_and_its_report_opens(
    workspace: Workspace, tmp_path: Path
) -> None:
    demo = workspace.build_demo()
    found = workspace.search_record(demo.search_id)
    assert found.case_id == demo.case_id
    assert not workspace.case(demo.case_id).blind, "its candidates show at once"
    assert found.result.gallery_size == demo.subjects == 101
    assert found.result.candidates[0].subject == "Eileen Collins"
    assert 16 <= found.probe.box.width <= 20
    assert found.probe.recognizability.kind == "RI"
    assert not found.probe.recognizability.provisional
    files = workspace.report(demo.search_id, tmp_path / "report")
    assert files.pdf.read_bytes().startswith(b"%PDF")
    assert json.loads(files.json.read_text("utf-8"))["schema"] == "discern.report/1"
    again = workspace.report(demo.search_id, tmp_path / "again")
    assert again.pdf.read_bytes() == files.pdf.read_bytes()
    assert again.json.read_bytes() == files.json.read_bytes()

    second = workspace.build_demo()
    assert second.case_id == demo.case_id
    assert second.search_id != demo.search_id
    assert workspace.search_record(second.search_id).result == found.result
    assert workspace.gallery_stats().subjects == 101
    assert workspace.verify() == ()


def test_an_embedding_is_the_same_by_every_way_to_it(workspace: Workspace, astronaut: Path) -> None:
    (by_path,) = workspace.embed_paths([astronaut])
    face = workspace.analyze(workspace.read_still(astronaut)).faces[0]
    assert by_path.outcome is Outcome.OK
    assert by_path.embedding is not None
    assert face.embedding is not None
    assert by_path.embedding.tobytes() == face.embedding.tobytes()
    (resized,) = workspace.embed_paths([astronaut], resize=112)
    assert resized.embedding is not None
    assert resized.embedding.tobytes() == face.embedding.tobytes()
