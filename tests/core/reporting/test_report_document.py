"""The report as JSON."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from core.reporting.content import ReportContent
from core.reporting.document import write_json
from core.types import FrameReference

MakeContent = Callable[..., ReportContent]
FRAME = FrameReference(stream=0, pts=90_045, time_base=Fraction(1, 90_000), ordinal=25)


def test_two_exports_of_one_search_are_the_same_bytes(make_content: MakeContent, tmp_path: Path) -> None:
    first = write_json(make_content(), tmp_path / "first.json").read_bytes()
    assert write_json(make_content(), tmp_path / "second.json").read_bytes() == first


def test_the_document_says_what_the_search_says(make_content: MakeContent, tmp_path: Path) -> None:
    content = make_content(("Łoś", "王小明\n\udcff"), removed=(2,))
    text = write_json(content, tmp_path / "report.json").read_bytes()
    document = json.loads(text)
    search, probe = document["search"], document["search"]["probe"]
    assert text.isascii()
    assert document["schema"] == "discern.report/1"
    assert document["statement"] == "An investigative lead, not an identification"
    assert document["written"] == "2026-11-24T08:05:09+00:00"
    assert [entry["subject"] for entry in search["candidates"]] == ["Łoś", "王小明\n\udcff"]
    assert search["candidates"][0]["similarity"] == content.search.search.result.candidates[0].similarity
    assert search["candidates"][1]["crop_sha256"] is None
    assert probe["picture"]["sha256"] == hashlib.sha256(content.search.picture.data).hexdigest()
    assert probe["crop_sha256"] == hashlib.sha256(content.search.crop.data).hexdigest()
    assert sum(map(sum, probe["attention"]["shares"])) == pytest.approx(1, abs=1e-5)
    assert probe["recognizability"]["provisional"] is True
    assert search["conditions"]["device"] == "cpu"
    assert search["audit_hash"] == "ef" * 32
    assert document["model"]["licence"] == content.card.licence


def test_what_does_not_exist_is_null(make_content: MakeContent, tmp_path: Path) -> None:
    content = make_content((), case=None, attention=False, landmarks=False, evidence=None)
    document = json.loads(write_json(content, tmp_path / "report.json").read_text())
    probe = document["search"]["probe"]
    assert document["case"] is None
    assert document["search"]["candidates"] == []
    assert [
        probe[key] for key in ("attention", "landmarks", "frame", "detector_confidence", "byte_size")
    ] == [None] * 5


def test_a_frame_is_given_exactly(make_content: MakeContent, tmp_path: Path) -> None:
    document = json.loads(write_json(make_content(frame=FRAME), tmp_path / "report.json").read_text())
    assert document["search"]["probe"]["frame"] == {
        "stream": 0,
        "pts": 90_045,
        "time_base": [1, 90_000],
        "ordinal": 25,
        "seconds": 1.0005,
    }
    assert document["search"]["probe"]["sha256"] == "ab" * 32
