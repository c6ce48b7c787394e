"""A search with invented faces, cheap to build and easy to bend."""

from __future__ import annotations

import dataclasses
import hashlib
import io
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from core.reporting.content import ReportContent, build_content
from core.reporting.examination import Examination
from core.settings import load_settings
from core.types import (
    AlignmentSource,
    AttentionKind,
    AttentionMap,
    Band,
    BandEdges,
    BoundingBox,
    Candidate,
    CandidateList,
    Case,
    CaseStatus,
    Evidence,
    EvidenceKind,
    FrameReference,
    Fusion,
    ModelCard,
    Preprocessing,
    Probe,
    Recognizability,
    Search,
    SearchMaps,
)

MODEL_ID = "5e" * 32
WHEN = datetime(2026, 11, 24, 8, 5, 9, tzinfo=UTC)
FRAME = FrameReference(stream=0, pts=90_045, time_base=Fraction(1, 90_000), ordinal=25)

CONDITIONS = (("detection.min_confidence", "0.6"), ("device", "cpu"), ("version.torch", "2.13.0"))

MakeContent = Callable[..., ReportContent]


def encode(pixels: NDArray[np.uint8], file_format: str = "PNG", **options: Any) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, file_format, **options)
    return stream.getvalue()


def noise(height: int, width: int, seed: int = 0) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


def model_card() -> ModelCard:
    return ModelCard(
        model_id=MODEL_ID,
        name="mobilefacenet-ms1m",
        architecture="mobilefacenet",
        embedding_dim=192,
        preprocessing=Preprocessing(),
        bands=BandEdges(0.25, 0.45, 0.65, "Edges set on degraded LFW crops."),
        recognizability="ERS",
        provisional=True,
        licence="Apache-2.0 (weights); trained on MS1M, which is for research only.",
        origin="sirius-ai/MobileFaceNet_TF",
        training_data="Refined MS1M",
        command="python -m core.recognition.convert",
        figures=("1,800 LFW pairs at 112 px: best accuracy 0.992.",),
        limitations=("Not measured on any surveillance data.",),
    )


def candidate(rank: int, subject: str) -> Candidate:
    return Candidate(
        rank=rank,
        similarity=0.8 - 0.0173 * rank,
        subject_id=rank,
        template_id=100 + rank,
        sample_id=200 + rank,
        subject=subject,
        gallery="default",
        sample_source=f"gallery/{rank:03d}.png",
        recognizability=0.5,
        band=Band.FAIR,
    )


@pytest.fixture
def case() -> Case:
    return Case(7, "Robbery, Main Street", "LAB-2026-0117", "Court order 12/26", "", CaseStatus.OPEN, 1, WHEN)


@pytest.fixture
def make_content(case: Case) -> MakeContent:
    """Build the content of a report; every part can be replaced."""

    def make(
        names: Sequence[str] = ("Ann Lee", "Bo Cruz", "Cy Dahl"),
        *,
        picture: bytes | None = None,
        size: tuple[int, int] = (60, 80),
        box: BoundingBox = BoundingBox(20, 15, 24, 30),  # noqa: B008 - a frozen value
        band: Band = Band.FAIR,
        index: float = 0.512,
        attention: bool = True,
        maps: SearchMaps | None = None,
        landmarks: bool = True,
        frame: FrameReference | None = None,
        removed: Sequence[int] = (),
        gallery_size: int = 101,
        case: Case | None = case,
        card: ModelCard | None = None,
        search_changes: dict[str, Any] | None = None,
        **changes: Any,
    ) -> ReportContent:
        height, width = size
        data = encode(noise(height, width)) if picture is None else picture
        digest = hashlib.sha256(data).hexdigest()
        shares = np.full((7, 7), 1 / 49, np.float32)
        shares[0, 0], shares[3, 3] = -0.1, 0.1 + 2 / 49
        points = np.array([[26, 25], [38, 25], [32, 32], [27, 39], [37, 39]], np.float32)
        embedding = np.zeros(192, np.float32)
        embedding[0] = 1
        probe = Probe(
            evidence_id=3,
            path="evidence/probe.jpg",
            sha256="ab" * 32 if frame else digest,
            picture_sha256=digest,
            width=width,
            height=height,
            frame=frame,
            box=box,
            landmarks=points if landmarks else None,
            detector="libfacedetection" if landmarks else "manual",
            confidence=0.93 if landmarks else None,
            eye_distance_px=12.04,
            alignment=AlignmentSource.LANDMARKS if landmarks else AlignmentSource.BOX,
            recognizability=Recognizability(index, band, "ERS", True),
            embedding=embedding,
        )
        result = CandidateList(
            candidates=tuple(candidate(rank, name) for rank, name in enumerate(names, start=1)),
            gallery_size=gallery_size,
            gallery_revision=12,
            gallery_digest="cd" * 32,
            galleries=("default",),
            model_id=MODEL_ID,
            fusion=Fusion.BEST,
        )
        search = Search(
            42, case.case_id if case else None, probe, result, 20, WHEN, "j.doe", CONDITIONS, "ef" * 32
        )
        if maps is None:
            maps = SearchMaps((AttentionMap(shares, AttentionKind.DECOMPOSITION),) if attention else ())
        arguments: dict[str, Any] = {
            "maps": maps,
            "case": case,
            "evidence": Evidence(
                3, 7, EvidenceKind.STILL, "evidence/probe.jpg", probe.sha256, len(data), True, WHEN
            ),
            "card": card or model_card(),
            "limits": load_settings().imaging,
            "picture": data,
            "probe_crop": encode(noise(112, 112, 1)),
            "candidate_crops": [
                None if rank in removed else encode(noise(112, 112, 100 + rank))
                for rank in range(1, len(names) + 1)
            ],
            "examination": Examination(),
            "program_version": "0.1.0",
            **changes,
        }
        return build_content(dataclasses.replace(search, **(search_changes or {})), **arguments)

    return make
