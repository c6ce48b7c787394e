"""A database in a directory of its own, and faces to put in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from core.storage.database import Database
from core.storage.samples import NewSample
from core.types import AlignmentSource, Band, BoundingBox, Recognizability

MakeSample = Callable[..., NewSample]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "workspace" / "discern.sqlite"


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    opened = Database.open(path)
    yield opened
    opened.close()


@pytest.fixture
def make_sample() -> MakeSample:
    rng = np.random.default_rng(7)

    def make(
        name: str = "face", *, index: float = 0.5, dim: int = 8, model: str = "a", embedding: object = None
    ) -> NewSample:
        vector = rng.standard_normal(dim) if embedding is None else np.asarray(embedding)
        return NewSample(
            source=f"/pictures/{name}.jpg",
            source_sha256=name.encode().hex().rjust(64, "0")[-64:],
            box=BoundingBox(1.5, 2, 30, 40),
            landmarks=np.arange(10, dtype=np.float32).reshape(5, 2),
            detector="test",
            confidence=0.9,
            eye_distance_px=12.5,
            alignment=AlignmentSource.LANDMARKS,
            recognizability=Recognizability(index, Band.FAIR, "ERS", True),
            crop_png=b"png of " + name.encode(),
            embedding=(vector / np.linalg.norm(vector)).astype(np.float32),
            embedding_norm=9.0,
            model_id=model * 64,
        )

    return make
