"""Reports on invented faces, cheap to build and easy to bend, and one of every awkward kind."""

from __future__ import annotations

import dataclasses
import hashlib
import io
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.reporting.case_record import CaseRecord, CaseSearch, LogPosition
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
    CandidateVerdict,
    Case,
    CasePicture,
    CaseStatus,
    Component,
    Conclusion,
    Evidence,
    EvidenceKind,
    Faithfulness,
    FeatureNote,
    Finding,
    FrameReference,
    Fusion,
    Judgement,
    ModelCard,
    Outcome,
    Preprocessing,
    Probe,
    Recognizability,
    Search,
    SearchMaps,
    Suitability,
    Verdict,
)

MODEL_ID = "5e" * 32
WHEN = datetime(2026, 11, 24, 8, 5, 9, tzinfo=UTC)
FRAME = FrameReference(stream=0, pts=90_045, time_base=Fraction(1, 90_000), ordinal=25)

CONDITIONS = (("detection.min_confidence", "0.6"), ("device", "cpu"), ("version.torch", "2.13.0"))

CASE = Case(7, "Robbery, Main Street", "LAB-2026-0117", "Court order 12/26", "", CaseStatus.OPEN, 1, WHEN)


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


def sample_content(
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
    case: Case | None = CASE,
    card: ModelCard | None = None,
    search_changes: dict[str, Any] | None = None,
    **changes: Any,
) -> ReportContent:
    """Build the content of a report; every part can be replaced."""
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
        "record": CaseRecord(),
        "program_version": "0.1.0",
        **changes,
    }
    return build_content(dataclasses.replace(search, **(search_changes or {})), **arguments)


PEOPLE = (
    "Александр Воскресенский",
    "Ελένη Παπαδοπούλου",
    "Nguyễn Thị Hồng Nhung",
    "محمد العربي (الثاني)",
    "بِنْيَامِين ۱۲۳",
    "משה בן-דוד (1948)",
    "สมชาย น้ำผึ้ง",
    "विक्रम क्षत्रिय सिंह",
    "রবীন্দ্রনাথ",
    "தமிழ் செல்வன்",
    "ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ",
    "王小明",
    "山田太郎「サブ」",
    "김철수",
    "Ա. Հովհաննիսյան, გიორგი",
    "Unset 🧿 𓀀 end",
)
"""Names in every writing that the bundled typefaces have, and one that they have not in full."""

LONG = ("Wolfeschlegelsteinhausenbergerdorff" * 4)[:120]
ARABIC_NOTE = "كتب الفاحص: الوجه غير واضح والإضاءة ضعيفة (LAB-12)، والأنف فقط قابل للمقارنة. " * 4
HEBREW_NOTE = "הפנים מטושטשות; ראה סעיף 12 (Main Street) לפני ההשוואה."
MARKUP_NOTE = 'Left <b>ear</b> & chin: 3 < 4 && "x" <para> </font> &amp; &#65;'


def judged(
    key: int,
    rank: int,
    examiner: str,
    answer: Suitability | Conclusion,
    *,
    second: bool = False,
    note: str = "",
    features: tuple[FeatureNote, ...] = (),
    search_id: int = 42,
) -> Judgement:
    suitability, conclusion = (answer, None) if isinstance(answer, Suitability) else (None, answer)
    made = WHEN + timedelta(minutes=key)
    return Judgement(
        key, search_id, rank, examiner, second, suitability, conclusion, features, note, True, made
    )


CHECKLIST = tuple(
    FeatureNote(part, place % 4 != 3, None if place % 4 == 3 else list(Finding)[place % 3], note)
    for place, (part, note) in enumerate(zip(Component, ("", MARKUP_NOTE, "", HEBREW_NOTE) * 4, strict=False))
)


def disagreement(first: str, second: str) -> Examination:
    """Two examiners who see different things."""
    return Examination(
        judgements=(
            judged(1, 0, first, Suitability.LIMITED, note=MARKUP_NOTE),
            judged(2, 0, second, Suitability.UNSUITABLE, second=True, note=ARABIC_NOTE),
            judged(3, 2, first, Conclusion.SAME, features=CHECKLIST, note=HEBREW_NOTE),
            judged(4, 2, second, Conclusion.DIFFERENT_STRONGLY, second=True, features=CHECKLIST[:5]),
        ),
        verdicts=(
            CandidateVerdict(42, 1, 1, Verdict.REJECTED, first, WHEN),
            CandidateVerdict(42, 2, 2, Verdict.SHORTLISTED, first, WHEN),
            CandidateVerdict(42, 2, 2, Verdict.REJECTED, second, WHEN),
        ),
    )


def case_searches(reported: ReportContent, others: int = 3) -> tuple[CaseSearch, ...]:
    """Return searches of a case: the reported one, an empty one, a contrary one, and a hidden one."""
    base = reported.search.search
    empty = dataclasses.replace(base.result, candidates=(), gallery_size=0)
    found = [
        CaseSearch(dataclasses.replace(base, search_id=39, result=empty), Examination()),
        CaseSearch(
            dataclasses.replace(base, search_id=40),
            Examination((judged(9, 1, "Ada", Conclusion.DIFFERENT, search_id=40),), (), True),
        ),
        CaseSearch(
            dataclasses.replace(base, search_id=41, result=empty, candidates_hidden=True), Examination()
        ),
        CaseSearch(base, reported.examination),
    ]
    extra = [
        CaseSearch(dataclasses.replace(base, search_id=100 + number), Examination())
        for number in range(others - 3)
    ]
    return (*found, *extra)


def with_record(content: ReportContent, *, others: int = 3, derived: bool = False) -> ReportContent:
    """Return a report with the rest of its case."""
    probe = content.search.search.probe
    original = CasePicture(
        1, 7, 3, "evidence/probe.jpg", "ab" * 32, 160, 120, None, None, "", (), Outcome.OK, "", 1, 0.5, WHEN
    )
    step = dataclasses.replace(
        original,
        picture_id=2,
        sha256=probe.picture_sha256,
        width=probe.width,
        height=probe.height,
        parent_id=1,
    )
    step = dataclasses.replace(step, operation="crop", parameters=(("left", 10.0), ("top", 4.5)))
    record = CaseRecord(
        searches=case_searches(content, others),
        pictures=(step, original) if derived else (),
        log=LogPosition(1234, "0f" * 32),
    )
    return dataclasses.replace(content, record=record)


def maps_with_a_test(informative: bool) -> SearchMaps:
    values = np.random.default_rng(3).normal(0, 0.02, (7, 7)).astype(np.float32)
    test = Faithfulness(
        tuple(np.linspace(1, 0, 8).tolist()),
        tuple(np.linspace(0, 1, 8).tolist()) if informative else tuple(np.linspace(0.0, 0.1, 8).tolist()),
        tuple(np.linspace(-0.4, 0.2 if informative else 0.9, 20).tolist()),
    )
    return SearchMaps(
        (
            AttentionMap(values + (1 - values.sum()) / 49, AttentionKind.DECOMPOSITION, test),
            AttentionMap(values, AttentionKind.PERCEPTIBILITY, test),
        )
    )


def _jpeg() -> bytes:
    return encode(noise(60, 80), "JPEG", quality=90)


def _case(**changes: Any) -> Case:
    return dataclasses.replace(CASE, **changes)


SAMPLES: dict[str, Callable[[], ReportContent]] = {
    "few": lambda: with_record(sample_content(picture=_jpeg(), maps=maps_with_a_test(True))),
    "many": lambda: with_record(
        sample_content([f"Subject {number}" for number in range(1, 201)], gallery_size=1_000_000), others=60
    ),
    "long-names": lambda: with_record(
        sample_content(
            (LONG, LONG + " " + LONG, "x/" * 90 + "face.png"),
            case=_case(title=LONG, reference=LONG, authority=LONG * 2, notes=(LONG + " ") * 5),
            examination=disagreement(LONG, LONG[::-1]),
        )
    ),
    "right-to-left": lambda: with_record(
        sample_content(
            PEOPLE[3:6],
            case=_case(
                title="سرقة في الشارع الرئيسي 12",
                reference="תיק 12/26",
                authority=ARABIC_NOTE,
                notes=HEBREW_NOTE,
            ),
            examination=disagreement("د. ليلى", "משה"),
        )
    ),
    "east-asian": lambda: with_record(
        sample_content(
            PEOPLE[11:14],
            case=_case(title="中央通り強盗事件", notes="証人は男の顔を五秒間だけ見たと述べている。" * 6),
            examination=disagreement("王小明", "김철수"),
        ),
        derived=True,
    ),
    "all-writings": lambda: with_record(sample_content(PEOPLE)),
    "markup": lambda: with_record(
        sample_content(("<b>Bold</b> & Sons", "A &amp; B", "</para><font>"), case=_case(notes=MARKUP_NOTE))
    ),
    "empty": lambda: with_record(sample_content((), band=Band.UNRECOGNIZABLE, index=0.11, gallery_size=0)),
    "disagreement": lambda: with_record(
        sample_content(
            maps=maps_with_a_test(False),
            examination=disagreement("Ada Byron", "Grace Hopper"),
            landmarks=False,
        )
    ),
    "no-case": lambda: sample_content(("One", "Two"), removed=(1,), case=None, evidence=None),
}
"""Reports to look at, by name."""
