"""Taking a bundle of a gallery in: every hash first, then batch by batch, never mixing models."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import IntegrityFailure, UnreadableImage
from core.imaging.alignment import CROP_SIZE
from core.progress import Progress
from core.storage import audit
from core.storage import samples as stored
from core.storage.names import clean_name
from core.types import AlignmentSource, BoundingBox, ModelCard, Recognizability
from core.workspace.galleries.gallery_bundle import BundledSample, BundleReader
from core.workspace.opened import OpenedWorkspace

_UNIT_TOLERANCE = 1e-3
_SAMPLES_AT_ONCE = 256


@dataclass(slots=True)
class GalleryImport:
    """What became of a bundle.

    Attributes
    ----------
    gallery : str
        The gallery it was taken into.
    subjects : int
        Subjects of the bundle.
    imported, already, refused : int
        Samples that were taken in, that were there before, and that lie below the gate.
    reembedded : int
        How many of those taken in had no embedding of the active model and got one from their crop.
    """

    gallery: str
    subjects: int = 0
    imported: int = 0
    already: int = 0
    refused: int = 0
    reembedded: int = 0


@dataclass(frozen=True, slots=True)
class _Terms:
    gallery: str
    min_recognizability: float
    override_reason: str
    bundle: str
    card: ModelCard


@dataclass(slots=True, eq=False)
class _Incoming:
    """A sample that is to be taken in, once it has an embedding of the active model."""

    bundled: BundledSample
    png: bytes
    embedding: NDArray[np.float32] | None
    norm: float = 0.0
    index: float = 0.0
    crop: NDArray[np.uint8] = field(default_factory=lambda: np.empty((0, 0, 3), np.uint8))


class GalleryImports(OpenedWorkspace):
    """The part of the front door that imports galleries."""

    def import_gallery_bundle(
        self,
        file: Path,
        *,
        gallery: str | None = None,
        min_recognizability: float | None = None,
        override_reason: str = "",
        progress: Progress | None = None,
    ) -> GalleryImport:
        """Take in a bundle that :meth:`export_gallery_bundle` wrote, here or elsewhere.

        Nothing is stored before the hash of each file in it was found to be right. Embeddings of other models
        than the active one are passed over: these samples are embedded from their crops. What is there
        already (same subject, same picture) is passed over, so that an import that was stopped goes on.

        Parameters
        ----------
        file : Path
            The zip.
        gallery : str, optional
            The gallery to take it into; else that of the bundle.
        min_recognizability : float, optional
            The gate; else that of the settings.
        override_reason : str
            A reason to take in faces below the gate all the same; it is kept in the audit log.
        progress : Progress, optional
            Hears of each batch and may cancel; batches that were reported stay.

        Returns
        -------
        GalleryImport
            What became of it.

        Raises
        ------
        UsageError
            If the file is no such bundle.
        IntegrityFailure
            If anything in it is not what its manifest says, or makes no sense.
        Cancelled
            If a stop was asked for.
        """
        progress = progress or Progress()
        defaults = self.settings.gallery
        with BundleReader(file) as bundle:
            for _ in bundle.check():
                progress.check()
            name = clean_name("gallery", gallery or bundle.gallery)
            least = defaults.min_recognizability if min_recognizability is None else min_recognizability
            terms = _Terms(name, least, override_reason.strip(), bundle.manifest_sha256, self.active_model())
            result = GalleryImport(name, len({one.subject for one in bundle.samples}))
            vectors = _vectors(bundle, terms.card)
            done = 0
            for batch in _batches(bundle.samples):
                self._import(bundle, batch, vectors, terms, result)
                done += len(batch)
                progress.step(done, len(bundle.samples), batch[-1].subject)
        return result

    def _import(
        self,
        bundle: BundleReader,
        batch: Sequence[BundledSample],
        vectors: NDArray[np.float32] | None,
        terms: _Terms,
        result: GalleryImport,
    ) -> None:
        with self._database.read() as session:
            fresh = [
                one
                for one in batch
                if stored.find_sample(session, terms.gallery, one.subject, _text(one, "sha256")) is None
            ]
        result.already += len(batch) - len(fresh)
        incoming = [self._read(bundle, one, vectors, terms.card) for one in fresh]
        lacking = [one for one in incoming if one.embedding is None]
        faces = self._analyzer().embed_aligned(np.stack([one.crop for one in lacking])) if lacking else ()
        for one, face in zip(lacking, faces, strict=True):
            one.embedding, one.norm, one.index = face.embedding, face.norm, face.recognizability.index
        accepted = [
            one for one in incoming if terms.override_reason or one.index >= terms.min_recognizability
        ]
        result.refused += len(incoming) - len(accepted)
        if not accepted:
            return
        keys: list[int] = []
        with self._database.write() as session:
            for subject, group in groupby(accepted, key=lambda one: one.bundled.subject):
                new = [_new_sample(one, terms) for one in group]
                keys += stored.add_samples(session, terms.gallery, subject, new)
            details = {
                "gallery": terms.gallery,
                "manifest_sha256": terms.bundle,
                "model_id": terms.card.model_id,
                "sample_ids": keys,
                "min_recognizability": terms.min_recognizability,
                "override_reason": terms.override_reason,
            }
            audit.append(session, self.settings.operator, "gallery.import", details)
        result.imported += len(accepted)
        result.reembedded += sum(one in lacking for one in accepted)

    def _read(
        self,
        bundle: BundleReader,
        one: BundledSample,
        vectors: NDArray[np.float32] | None,
        card: ModelCard,
    ) -> _Incoming:
        png = bundle.read(one.crop)
        try:
            pixels = self._stills.decode(png, self.settings.imaging).pixels
        except UnreadableImage as error:
            raise IntegrityFailure(f"The crop {one.crop} of the bundle is no picture.") from error
        if pixels.shape != (CROP_SIZE, CROP_SIZE, 3):
            raise IntegrityFailure(f"The crop {one.crop} of the bundle does not measure {CROP_SIZE} px.")
        row = one.rows.get(card.model_id)
        if vectors is None or row is None:
            return _Incoming(one, png, None, crop=pixels)
        if not 0 <= row < len(vectors) or abs(float(np.linalg.norm(vectors[row])) - 1) > _UNIT_TOLERANCE:
            raise IntegrityFailure(f"The embedding of {one.crop} in the bundle is damaged.")
        try:
            norm = float(one.record["norms"][card.model_id])
            index = float(one.record["recognizability"][card.model_id])
        except (KeyError, TypeError, ValueError) as error:
            raise _damaged(one) from error
        if not np.isfinite([norm, index]).all():
            raise _damaged(one)
        return _Incoming(one, png, vectors[row], norm, index, pixels)


def _vectors(bundle: BundleReader, card: ModelCard) -> NDArray[np.float32] | None:
    """Return the embeddings of a model, shape (n, dim), None when the bundle has none."""
    if not any(card.model_id in one.rows for one in bundle.samples):
        return None
    data = bundle.read(f"embeddings/{card.model_id}.f32")
    if len(data) % (4 * card.embedding_dim):
        raise IntegrityFailure(f"The embeddings of the model {card.name} in the bundle are damaged.")
    vectors = np.frombuffer(data, "<f4").astype(np.float32).reshape(-1, card.embedding_dim)
    if not np.isfinite(vectors).all():
        raise IntegrityFailure(f"The embeddings of the model {card.name} in the bundle are damaged.")
    return vectors


def _batches(samples: Sequence[BundledSample]) -> Iterator[list[BundledSample]]:
    """Give whole subjects, so many at once that a transaction is worth it."""
    batch: list[BundledSample] = []
    for _, group in groupby(samples, key=lambda one: one.subject):
        batch += group
        if len(batch) >= _SAMPLES_AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


def _new_sample(one: _Incoming, terms: _Terms) -> stored.NewSample:
    record, card = one.bundled.record, terms.card
    assert one.embedding is not None
    try:
        marks = record["landmarks"]
        landmarks = None if marks is None else np.asarray(marks, np.float32).reshape(5, 2)
        confidence = record["confidence"]
        eyes = float(record["eye_distance_px"])
        if not np.isfinite(eyes) or (landmarks is not None and not np.isfinite(landmarks).all()):
            raise _damaged(one.bundled)
        return stored.NewSample(
            source=_text(one.bundled, "source"),
            source_sha256=_text(one.bundled, "sha256"),
            box=BoundingBox(*(float(value) for value in record["box"])),
            landmarks=landmarks,
            detector=_text(one.bundled, "detector"),
            confidence=None if confidence is None else float(confidence),
            eye_distance_px=eyes,
            alignment=AlignmentSource(record["alignment"]),
            recognizability=Recognizability(
                one.index, card.bands.band(one.index), card.recognizability, card.provisional
            ),
            crop_png=one.png,
            embedding=one.embedding,
            embedding_norm=one.norm,
            model_id=card.model_id,
            overridden=bool(record["overridden"]) or one.index < terms.min_recognizability,
            authority=_text(one.bundled, "authority"),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise _damaged(one.bundled) from error


def _text(one: BundledSample, key: str) -> str:
    value = one.record.get(key)
    if not isinstance(value, str):
        raise _damaged(one)
    return value


def _damaged(one: BundledSample) -> IntegrityFailure:
    return IntegrityFailure(f"What the bundle says of {one.crop} makes no sense.")
