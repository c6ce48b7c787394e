"""A case that was examined in one workspace and exported, and another workspace that has cases of its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image

from core.types import Component, Conclusion, FaceState, FeatureNote, Finding, Suitability, Verdict
from core.workspace import CaseExport, EnrolmentItem, Workspace

OTHERS = "Somebody else's matter"


@dataclass(frozen=True)
class Sent:
    """An exported case and the workspace that it was exported from; its original lies there no longer."""

    workspace: Path
    case_id: int
    search_id: int
    bundle: Path
    export: CaseExport


@pytest.fixture(scope="session")
def sent(tmp_path_factory: pytest.TempPathFactory, enrolled_once: Path, astronaut: Path) -> Sent:
    """A case with a picture, a derived one, a named face, judgements, verdicts and two searches."""
    place = tmp_path_factory.mktemp("sent")
    shutil.copytree(enrolled_once, place / "workspace")
    probe = place / "=cmd\n<script>..jpg"
    Image.open(astronaut).resize((102, 102), Image.Resampling.BOX).save(probe, "JPEG", quality=95)
    with Workspace.open(place / "workspace") as opened:
        other = opened.new_case(OTHERS, "OTHER-1").case_id
        case = opened.new_case("Till robbery محمد", "L-17", "Court of Ghent", "notes").case_id
        for key in (other, case):
            opened.set_case_blind(key, False, "A test.")
        (analysis,) = opened.analyze_paths([probe])
        assert analysis.image is not None
        assert analysis.main is not None
        opened.search(analysis.image, analysis.main, top=2, case_id=other)
        picture, (face,) = opened.keep_analysis(case, analysis)
        opened.derive_picture(picture.picture_id, "exposure", {"stops": 1.0})
        opened.set_face_states([face.face_id], FaceState.CONFIRMED, "Person X")
        found = opened.search(analysis.image, analysis.main, top=6, case_id=case, face_id=face.face_id)
        opened.search_faces([face.face_id], top=3)
        nose = FeatureNote(Component.NOSE, True, Finding.SIMILAR, "<i>مثل</i>")
        opened.judge_probe(found.search_id, Suitability.LIMITED, note="18 px")
        opened.judge_comparison(found.search_id, 1, Conclusion.UNDECIDED, [nose], "Too small\nfor more.")
        opened.set_verdict(found.search_id, 1, Verdict.SHORTLISTED)
        opened.set_verdict(found.search_id, 2, Verdict.REJECTED)
        export = opened.export_case(case, place / "case.zip")
    probe.unlink()
    return Sent(place / "workspace", case, found.search_id, export.path, export)


@pytest.fixture(scope="session")
def busy_once(tmp_path_factory: pytest.TempPathFactory, astronaut: Path, enrolled_once: Path) -> Path:
    """A closed workspace whose keys are taken: cases, pictures, faces and a search of its own."""
    directory = tmp_path_factory.mktemp("busy") / "workspace"
    shutil.copytree(enrolled_once, directory)
    with Workspace.open(directory) as opened:
        for number in range(3):
            opened.new_case(f"Own case {number}")
        opened.set_case_blind(2, False, "A test.")
        (analysis,) = opened.analyze_paths([astronaut])
        assert analysis.image is not None
        assert analysis.main is not None
        opened.keep_analysis(2, analysis)
        opened.search(analysis.image, analysis.main, top=4, case_id=2)
        opened.enroll([EnrolmentItem("One more", astronaut)])
    return directory


@pytest.fixture
def target(busy_once: Path, tmp_path: Path) -> Iterator[Workspace]:
    """A copy of that workspace to import into."""
    shutil.copytree(busy_once, tmp_path / "target")
    with Workspace.open(tmp_path / "target") as opened:
        yield opened


@pytest.fixture
def source(sent: Sent, tmp_path: Path) -> Iterator[Workspace]:
    """A copy of the workspace that the case was exported from."""
    shutil.copytree(sent.workspace, tmp_path / "source")
    with Workspace.open(tmp_path / "source") as opened:
        yield opened
