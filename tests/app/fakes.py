"""A workspace in memory: the front door's signatures, synthetic answers, real pixels, no network."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from fractions import Fraction
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

import numpy as np
import skimage.data
from numpy.typing import NDArray
from PIL import Image

from core.errors import NotFound, UnreadableImage, UnreadableVideo, UsageError
from core.progress import Progress
from core.settings import Settings, load_settings
from core.types import (
    AlignedFace,
    AlignmentSource,
    AttentionKind,
    AttentionMap,
    BandEdges,
    BoundingBox,
    Candidate,
    CandidateList,
    Case,
    CaseStatus,
    Enrolment,
    EnrolmentStatus,
    EvidenceMode,
    FaceAnalysis,
    FaceDetection,
    Faithfulness,
    FrameReference,
    Fusion,
    Gallery,
    ImageAnalysis,
    ModelCard,
    Outcome,
    PairEvidence,
    Preprocessing,
    Probe,
    ProbeFace,
    Recognizability,
    Sample,
    Search,
    SearchMaps,
    SourceImage,
    Subject,
    VideoInfo,
)
from core.workspace import Demo, EnrolmentItem, ReportFiles
from tests.app.fake_answers import FakeAnswers
from tests.app.fake_cases import FakeCases
from tests.app.fake_comparing import FakeComparing
from tests.app.fake_disclosure import FakeDisclosure
from tests.app.fake_evidence import FakeEvidence
from tests.app.fake_exchange import FakeExchange
from tests.app.fake_gallery import FakeGallery
from tests.app.fake_judging import FakeJudging
from tests.app.fake_preferences import FakePreferences
from tests.app.fake_protection import FakeProtection
from tests.app.fake_record import FakeRecord
from tests.app.fake_training import FakeTraining

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
MODEL_ID = "ab" * 32
EDGES = BandEdges(0.3, 0.5, 0.7, "synthetic")
CARD = ModelCard(
    model_id=MODEL_ID,
    name="fake-network",
    architecture="none",
    embedding_dim=4,
    preprocessing=Preprocessing(),
    bands=EDGES,
    recognizability="ERS",
    provisional=True,
    licence="For tests only.",
    origin="tests/app/fakes.py",
    training_data="none",
    command="none",
)


def png(pixels: NDArray[np.uint8]) -> bytes:
    """Encode pixels as PNG."""
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()


@lru_cache(maxsize=1)
def _small_faces() -> NDArray[np.float64]:
    return np.asarray(skimage.data.lfw_subset(), np.float64)


def small_face(number: int) -> NDArray[np.uint8]:
    """Return one of scikit-image's hundred real faces of 25x25 px as a 112x112 crop."""
    grey = (_small_faces()[number % 100] * 255).astype(np.uint8)
    picture = Image.fromarray(np.repeat(grey[:, :, None], 3, axis=2))
    return np.asarray(picture.resize((112, 112), Image.Resampling.BICUBIC))


def maps_of_a_face() -> tuple[AttentionMap, ...]:
    """Return a map of each kind: a hill, and a slope."""
    hill = np.outer(np.hanning(7), np.hanning(7)) - 0.1
    slope = np.linspace(-0.1, 0.1, 49).reshape(7, 7)
    return (
        AttentionMap((hill / hill.sum()).astype(np.float32), AttentionKind.DECOMPOSITION),
        AttentionMap(slope.astype(np.float32), AttentionKind.PERCEPTIBILITY),
    )


def evidence(similarity: float) -> PairEvidence:
    """Return evidence that adds up to a similarity."""
    values = np.linspace(-0.01, 0.02, 49).reshape(7, 7)
    return PairEvidence(values, similarity - float(values.sum()))


def tested(margin: float) -> Faithfulness:
    """Return a test on random maps whose margins lie evenly between -1 and 1."""
    curve = (0.0, margin, 0.0)
    return Faithfulness((0.0, -margin, 0.0), curve, tuple(np.linspace(-1, 1, 20).tolist()))


def assessed_face(
    pixels: NDArray[np.uint8], box: BoundingBox, index: float, landmarks: NDArray[np.float32] | None
) -> FaceAnalysis:
    """Return a face with an index of one's choice."""
    left, top = int(box.x), int(box.y)
    cut = Image.fromarray(pixels[top : top + int(box.height), left : left + int(box.width)])
    crop = np.asarray(cut.resize((112, 112), Image.Resampling.BICUBIC))
    by = AlignmentSource.BOX if landmarks is None else AlignmentSource.LANDMARKS
    detection = FaceDetection(box, landmarks, 0.93, "fake")
    return FaceAnalysis(
        detection,
        Outcome.OK,
        aligned=AlignedFace(crop, np.eye(2, 3), box.width * 0.4, by),
        embedding=np.array([1, 0, 0, 0], np.float32),
        embedding_norm=9.0,
        recognizability=Recognizability(index, EDGES.band(index), "ERS", True),
        attention_maps=maps_of_a_face(),
        model_id=MODEL_ID,
    )


@dataclass
class FakeVideo:
    """A video of ten frames, each of one grey level, that knows which thread opened it."""

    path: Path

    def __post_init__(self) -> None:
        self._thread = threading.get_ident()
        self.closed = False
        self.info = VideoInfo(
            self.path, "cd" * 32, 64, 48, 10, 0, Fraction(1, 90000), 0.4, "h264", "mp4", False
        )

    def frame(self, ordinal: int) -> SourceImage:
        """Return a frame; its grey level is ten times its ordinal."""
        self._check()
        if not 0 <= ordinal < 10:
            raise UnreadableVideo(f"The video {self.path.name} has no frame {ordinal}.")
        place = FrameReference(0, ordinal * 3600, Fraction(1, 90000), ordinal)
        pixels = np.full((48, 64, 3), 10 * ordinal, np.uint8)
        return SourceImage(pixels, self.info.sha256, self.path, "h264", 1000, frame=place)

    def ordinal_at(self, seconds: float) -> int:
        """Return the frame on screen."""
        self._check()
        return min(int(seconds / 0.04 + 1e-9), 9)

    def close(self) -> None:
        """Close it."""
        self._check()
        self.closed = True

    def _check(self) -> None:
        assert threading.get_ident() == self._thread, "a video was used on another thread"


class FakeWorkspace(
    FakeRecord,
    FakeJudging,
    FakeComparing,
    FakeAnswers,
    FakeCases,
    FakeGallery,
    FakeDisclosure,
    FakeEvidence,
    FakeExchange,
    FakePreferences,
    FakeProtection,
    FakeTraining,
):
    """Answers at once. Files named *bad* cannot be read, files named *empty* hold no face."""

    def __init__(self, directory: Path, subjects: int = 12) -> None:
        self.directory = directory
        self.settings: Settings = load_settings()
        self.videos: list[FakeVideo] = []
        self.warmed = threading.Event()
        self.removal_reasons: list[str] = []
        self._cases: list[Case] = []
        self._searches: list[Search] = []
        self._maps: list[SearchMaps] = []
        self._galleries = {"default": NOW}
        self._samples: dict[int, Sample] = {}
        for number in range(1, subjects + 1):
            self._add_sample(f"Subject {number:03}", "default", 0.2 + 0.6 * (number % 10) / 9)

    def close(self) -> None:
        """Do nothing."""

    def active_model(self) -> ModelCard:
        """Return a synthetic card."""
        return CARD

    def warm_up(self) -> None:
        """Remember that it was called."""
        self.warmed.set()

    def read_still(self, path: Path) -> SourceImage:
        """Decode with Pillow."""
        if "bad" in path.name:
            raise UnreadableImage(f"The file {path.name} is no picture.")
        data = path.read_bytes()
        pixels = np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))
        return SourceImage(pixels, sha256(data).hexdigest(), path, "PNG", len(data))

    def open_video(self, path: Path, progress: Progress | None = None) -> FakeVideo:
        """Return a synthetic video."""
        self.videos.append(FakeVideo(path))
        return self.videos[-1]

    def manual_face(
        self, image: SourceImage, box: BoundingBox, landmarks: NDArray[np.float32] | None = None
    ) -> FaceDetection:
        """Return the box as drawn."""
        return FaceDetection(box, landmarks, None, FaceDetection.MANUAL)

    def analyze(
        self, image: SourceImage, manual: Sequence[FaceDetection] = (), *, detect: bool = True
    ) -> ImageAnalysis:
        """Find the astronaut's face where it is, and another below it."""
        faces = []
        if detect and image.path is not None and "empty" not in image.path.name and image.frame is None:
            scale = image.width / 512
            marks = np.array([[201, 104], [242, 108], [220, 130], [203, 147], [236, 150]], np.float32) * scale
            big = BoundingBox(172 * scale, 62 * scale, 104 * scale, 124 * scale)
            small = BoundingBox(330 * scale, 180 * scale, 24 * scale, 28 * scale)
            faces = [
                assessed_face(image.pixels, big, 0.82, marks),
                assessed_face(image.pixels, small, 0.36, None),
            ]
        for detection in manual:
            face = assessed_face(image.pixels, detection.box, 0.55, detection.landmarks)
            faces.append(replace(face, detection=detection))
        if faces:
            return ImageAnalysis(image.path, Outcome.OK, "", image, tuple(faces), image.sha256)
        return ImageAnalysis(image.path, Outcome.NOT_DETECTED, "No face was found.", image, (), image.sha256)

    def analyze_paths(
        self, paths: Sequence[Path], progress: Progress | None = None
    ) -> Iterator[ImageAnalysis]:
        """Analyse in order; a folder means its files."""
        files = [file for path in paths for file in (sorted(path.iterdir()) if path.is_dir() else [path])]
        for done, path in enumerate(files, start=1):
            try:
                yield self.analyze(self.read_still(path))
            except (UnreadableImage, OSError) as error:
                yield ImageAnalysis(path, Outcome.UNREADABLE, str(error))
            if progress is not None:
                progress.step(done, len(files), path.name)

    def attention_overlay(
        self, values: NDArray[np.floating], size: int, *, informative: bool = True
    ) -> NDArray[np.uint8]:
        """Return a translucent square, red or grey."""
        overlay = np.full((size, size, 4), 120, np.uint8)
        if informative:
            overlay[..., :3] = (200, 0, 0)
        return overlay

    def search_maps(self, search_id: int) -> SearchMaps:
        """Return maps of the probe and evidence on everybody."""
        return self._maps[search_id - 1]

    def test_maps(
        self, search_id: int, ranks: Sequence[int] = (), progress: Progress | None = None
    ) -> SearchMaps:
        """Call the decomposition and rank 1 informative, and nothing else."""
        maps = self._maps[search_id - 1]
        probe = tuple(
            replace(one, faithfulness=tested(2.0 if one.kind is AttentionKind.DECOMPOSITION else 0.0))
            for one in maps.probe
        )
        candidates = tuple(
            replace(one or evidence(0.5), faithfulness=tested(2.0 if rank == 1 else 0.0))
            if rank in ranks
            else one
            for rank, one in enumerate(maps.candidates, start=1)
        )
        self._maps[search_id - 1] = SearchMaps(probe, candidates)
        return self._maps[search_id - 1]

    def galleries(self) -> tuple[Gallery, ...]:
        """Return all galleries."""
        found = []
        for number, (name, created) in enumerate(self._galleries.items(), start=1):
            samples = [sample for sample in self._samples.values() if sample.gallery == name]
            people = len({sample.subject_id for sample in samples})
            found.append(Gallery(number, name, people, len(samples), created))
        return tuple(found)

    def create_gallery(self, name: str) -> Gallery:
        """Add a gallery."""
        self._galleries[name] = NOW
        return self.galleries()[-1]

    def remove_gallery(self, name: str, reason: str) -> None:
        """Remove a gallery and what it holds."""
        self.removal_reasons.append(reason)
        del self._galleries[name]
        self._samples = {key: sample for key, sample in self._samples.items() if sample.gallery != name}

    def samples(
        self, *, gallery: str | None = None, subject_id: int | None = None, text: str = ""
    ) -> tuple[Sample, ...]:
        """Return the samples that fit."""
        return tuple(
            sample
            for sample in self._samples.values()
            if gallery in (None, sample.gallery)
            and subject_id in (None, sample.subject_id)
            and text.lower() in sample.subject.lower()
        )

    def sample_crop(self, sample_id: int) -> bytes:
        """Return one of the small real faces."""
        if sample_id not in self._samples:
            raise NotFound(f"There is no sample {sample_id}.")
        return png(small_face(sample_id))

    def rename_subject(self, subject_id: int, name: str) -> Subject:
        """Rename all samples of a subject."""
        for key, sample in self._samples.items():
            if sample.subject_id == subject_id:
                self._samples[key] = replace(sample, subject=name)
        return Subject(subject_id, "default", name, 1, subject_id, NOW)

    def remove_subject(self, subject_id: int, reason: str) -> None:
        """Remove all samples of a subject."""
        self.removal_reasons.append(reason)
        self._samples = {k: s for k, s in self._samples.items() if s.subject_id != subject_id}

    def plan_enrolment(self, source: Path) -> tuple[EnrolmentItem, ...]:
        """Take each file of each folder."""
        if not source.is_dir():
            raise UsageError(f"{source} is neither a folder nor a CSV file.")
        return tuple(
            EnrolmentItem(folder.name, file)
            for folder in sorted(source.iterdir())
            for file in sorted(folder.iterdir())
        )

    def enroll(
        self,
        items: Iterable[EnrolmentItem],
        *,
        gallery: str | None = None,
        min_recognizability: float | None = None,
        override_reason: str = "",
        authority: str = "",
        dry_run: bool = False,
        progress: Progress | None = None,
    ) -> Iterator[Enrolment]:
        """Refuse what cannot be read or lies below the gate; the index is 0.5 for everybody."""
        wanted = list(items)
        for done, item in enumerate(wanted, start=1):
            below = (min_recognizability or 0.0) > 0.5
            if "bad" in item.path.name:
                reason = f"The file {item.path.name} is no picture."
                yield Enrolment(item.path, item.subject, EnrolmentStatus.REFUSED, reason)
            elif below and not override_reason:
                reason = f"Recognizability 0.50 lies below the gate {min_recognizability:.2f}."
                yield Enrolment(item.path, item.subject, EnrolmentStatus.REFUSED, reason, None, 0.5)
            else:
                sample_id = None if dry_run else self._add_sample(item.subject, gallery or "default", 0.5)
                yield Enrolment(
                    item.path,
                    item.subject,
                    EnrolmentStatus.ENROLLED,
                    "",
                    sample_id,
                    0.5,
                    EDGES.band(0.5),
                    below,
                )
            if progress is not None:
                progress.step(done, len(wanted), item.path.name)

    def enroll_face(
        self,
        image: SourceImage,
        face: FaceAnalysis,
        subject: str,
        *,
        gallery: str | None = None,
        min_recognizability: float | None = None,
        override_reason: str = "",
        authority: str = "",
    ) -> Enrolment:
        """Enrol one face."""
        index = face.recognizability.index if face.recognizability else 0.0
        sample_id = self._add_sample(subject, gallery or "default", index)
        return Enrolment(image.path or Path(), subject, EnrolmentStatus.ENROLLED, "", sample_id, index)

    def new_case(
        self,
        title: str,
        reference: str = "",
        authority: str = "",
        notes: str = "",
        evidence_mode: EvidenceMode | None = None,
    ) -> Case:
        """Add a case."""
        key = len(self._cases) + 1
        made = Case(key, title, reference, authority, notes, CaseStatus.OPEN, 0, NOW)
        self._cases.append(replace(made, evidence_mode=evidence_mode or EvidenceMode.COPIES))
        return self._cases[-1]

    def cases(self) -> tuple[Case, ...]:
        """Return all cases."""
        return tuple(replace(case, searches=len(self.searches(case.case_id))) for case in self._cases)

    def case(self, case_id: int) -> Case:
        """Return a case."""
        return self.cases()[case_id - 1]

    def search(
        self,
        image: SourceImage,
        face: FaceAnalysis,
        *,
        top: int | None = None,
        galleries: Sequence[str] | None = None,
        fusion: Fusion | None = None,
        case_id: int | None = None,
        face_id: int | None = None,
    ) -> Search:
        """Rank everybody by key."""
        assert face.recognizability is not None
        assert face.aligned is not None
        assert face.embedding is not None
        probe = Probe(
            1,
            str(image.path),
            image.sha256,
            image.sha256,
            image.width,
            image.height,
            image.frame,
            face.detection.box,
            face.detection.landmarks,
            face.detection.detector,
            face.detection.confidence,
            face.aligned.eye_distance_px,
            face.aligned.source,
            face.recognizability,
            face.embedding,
        )
        found = self._rank(probe, top or 20, galleries, fusion or Fusion.BEST, case_id)
        return found if face_id is None else self.stand_for(found, [ProbeFace(face_id, 1.0)])

    def stand_for(self, search: Search, faces: Sequence[ProbeFace]) -> Search:
        """Keep which faces of the case a search stands for."""
        self._searches[search.search_id - 1] = replace(search, faces=tuple(faces))
        return self._searches[search.search_id - 1]

    def search_again(
        self,
        search_id: int,
        *,
        top: int | None = None,
        galleries: Sequence[str] | None = None,
        fusion: Fusion | None = None,
    ) -> Search:
        """Rank the stored probe again."""
        old = self.search_record(search_id)
        return self._rank(old.probe, top or old.top, galleries, fusion or old.result.fusion, old.case_id)

    def searches(self, case_id: int | None = None) -> tuple[Search, ...]:
        """Return the searches of a case, or all."""
        return tuple(search for search in self._searches if case_id in (None, search.case_id))

    def search_record(self, search_id: int) -> Search:
        """Return a search."""
        return self._searches[search_id - 1]

    def probe_crop(self, search_id: int) -> bytes:
        """Return the astronaut's face."""
        cut = Image.fromarray(skimage.data.astronaut()[62:186, 162:286]).resize((18, 18))
        return png(np.asarray(cut.resize((112, 112), Image.Resampling.BICUBIC)))

    def report(self, search_id: int, out: Path) -> ReportFiles:
        """Write two small files."""
        out.mkdir(parents=True, exist_ok=True)
        files = ReportFiles.of(out, search_id)
        files.pdf.write_bytes(b"%PDF-")
        files.json.write_text("{}", encoding="utf-8")
        return files

    def build_demo(self, progress: Progress | None = None) -> Demo:
        """Add a case and a search in it."""
        case = self.new_case("Demonstration", "DEMO-1", "none")
        image = SourceImage(skimage.data.astronaut(), "ef" * 32, Path("probe.jpg"), "JPEG", 1000)
        face = self.analyze(image).faces[0]
        search = self.search(image, face, case_id=case.case_id)
        return Demo(case.case_id, search.search_id, "default", len(self._samples))

    def _add_sample(self, subject: str, gallery: str, index: float) -> int:
        self._galleries.setdefault(gallery, NOW)
        same = (s.subject_id for s in self._samples.values() if (s.subject, s.gallery) == (subject, gallery))
        key = max(self._samples, default=0) + 1
        self._samples[key] = Sample(
            key,
            next(same, key),
            subject,
            gallery,
            f"/pictures/{subject}.jpg",
            "12" * 32,
            BoundingBox(1, 2, 24, 28),
            10.4,
            index,
            EDGES.band(index),
            MODEL_ID,
            False,
            NOW,
        )
        return key

    def _rank(
        self, probe: Probe, top: int, galleries: Sequence[str] | None, fusion: Fusion, case_id: int | None
    ) -> Search:
        pool = [s for s in self._samples.values() if galleries is None or s.gallery in galleries]
        candidates = tuple(
            Candidate(
                rank,
                0.9 - 0.03 * rank,
                sample.subject_id,
                sample.sample_id,
                sample.sample_id,
                sample.subject,
                sample.gallery,
                sample.source,
                sample.recognizability,
                sample.band,
            )
            for rank, sample in enumerate(pool[:top], start=1)
        )
        names = tuple(galleries or self._galleries)
        result = CandidateList(candidates, len(pool), 3, "34" * 32, names, MODEL_ID, fusion)
        self._searches.append(
            Search(len(self._searches) + 1, case_id, probe, result, top, NOW, "tester", (), "56" * 32)
        )
        self._maps.append(SearchMaps(maps_of_a_face(), tuple(evidence(one.similarity) for one in candidates)))
        return self._searches[-1]
