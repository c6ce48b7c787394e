"""Taking a gallery out of a workspace: as a folder with a list, or as one bundle."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from core.errors import Conflict, WorkspaceUnusable
from core.imaging.digest import hash_file
from core.progress import Progress
from core.storage import audit
from core.storage import gallery as stored
from core.storage.filesystem import private_opener
from core.storage.transfer import KeptSample, kept_samples
from core.types import Sample
from core.workspace.anchor import Anchoring
from core.workspace.galleries.gallery_bundle import SAMPLES, BundleWriter
from core.workspace.galleries.gallery_csv import write_gallery_csv

LIST = "gallery.csv"


@dataclass(frozen=True, slots=True)
class GalleryExport:
    """A gallery that was written somewhere.

    Attributes
    ----------
    path : Path
        The folder or the zip.
    gallery : str
        Its name.
    subjects, samples : int
        How many were written.
    sha256 : str
        Hash of the list, or of the bundle's manifest, which stands for all of it.
    """

    path: Path
    gallery: str
    subjects: int
    samples: int
    sha256: str


class GalleryExports(Anchoring):
    """The part of the front door that exports galleries; each export is in the audit log."""

    def export_gallery(self, name: str, directory: Path, progress: Progress | None = None) -> GalleryExport:
        """Write a gallery as a folder of crops with a list that `discern enroll` reads back.

        Parameters
        ----------
        name : str
            The gallery.
        directory : Path
            A new or empty folder. It gets `gallery.csv` and `crops/`; embeddings are not written.
        progress : Progress, optional
            Hears of each sample and may cancel; nothing is left then.

        Returns
        -------
        GalleryExport
            What was written.

        Raises
        ------
        NotFound
            If there is no such gallery.
        Conflict
            If the folder holds something.
        WorkspaceUnusable
            If it cannot be written.
        Cancelled
            If a stop was asked for.
        """
        return self._export(name, directory, self._write_folder, progress or Progress())

    def export_gallery_bundle(self, name: str, file: Path, progress: Progress | None = None) -> GalleryExport:
        """Write a gallery as one zip with crops, embeddings, provenance and a manifest of hashes.

        Parameters
        ----------
        name : str
            The gallery.
        file : Path
            A new file.
        progress : Progress, optional
            Hears of each sample and may cancel; nothing is left then.

        Returns
        -------
        GalleryExport
            What was written.

        Raises
        ------
        NotFound
            If there is no such gallery.
        Conflict
            If the file is there.
        WorkspaceUnusable
            If it cannot be written.
        Cancelled
            If a stop was asked for.
        """
        return self._export(name, file, self._write_bundle, progress or Progress())

    def _export(
        self,
        name: str,
        target: Path,
        write: Callable[[str, Path, Progress], GalleryExport],
        progress: Progress,
    ) -> GalleryExport:
        """Write beside the target and move it there when all of it is on disk."""
        with self._database.read() as session:
            name = stored.gallery(session, name).name
        target = target.expanduser().absolute()
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise Conflict(f"{target} is there already; an export overwrites nothing.")
        try:
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with tempfile.TemporaryDirectory(dir=target.parent, prefix=".discern-") as scratch:
                made = write(name, Path(scratch) / target.name, progress)
                os.replace(made.path, target)
        except OSError as error:
            reason = error.strerror or str(error)
            raise WorkspaceUnusable(f"The gallery cannot be written to {target}: {reason}.") from error
        exported = GalleryExport(target, made.gallery, made.subjects, made.samples, made.sha256)
        with self._database.write() as session:
            details = {
                "gallery": name,
                "path": str(target),
                "subjects": exported.subjects,
                "samples": exported.samples,
                "sha256": exported.sha256,
            }
            audit.append(session, self.settings.operator, "gallery.export", details)
        self._anchor_head()
        return exported

    def _write_folder(self, name: str, folder: Path, progress: Progress) -> GalleryExport:
        for made in (folder, folder / "crops"):
            made.mkdir(mode=0o700)
        rows: list[tuple[Sample, str]] = []
        with self._database.read() as session:
            total = stored.gallery(session, name).samples
            for kept in kept_samples(session, name):
                crop = f"crops/{kept.sample.sample_id}.png"
                with open(folder / crop, "wb", opener=private_opener) as file:
                    file.write(kept.crop_png)
                rows.append((kept.sample, crop))
                progress.step(len(rows), total, kept.sample.subject)
        write_gallery_csv(folder / LIST, rows)
        subjects = len({sample.subject_id for sample, _ in rows})
        return GalleryExport(folder, name, subjects, len(rows), hash_file(folder / LIST)[0])

    def _write_bundle(self, name: str, file: Path, progress: Progress) -> GalleryExport:
        writer = BundleWriter(file, name)
        try:
            records: list[dict[str, object]] = []
            vectors: dict[str, bytearray] = {}
            with self._database.read() as session:
                total = stored.gallery(session, name).samples
                for kept in kept_samples(session, name):
                    crop = f"crops/{len(records) + 1}.png"
                    writer.add(crop, kept.crop_png)
                    records.append(_record(kept, crop, vectors))
                    progress.step(len(records), total, kept.sample.subject)
            for model_id, rows in sorted(vectors.items()):
                writer.add(f"embeddings/{model_id}.f32", bytes(rows))
            writer.add(SAMPLES, json.dumps(records, ensure_ascii=False, indent=1).encode())
            sha256 = writer.close()
        except BaseException:
            writer.abandon()
            raise
        subjects = len({record["subject"] for record in records})
        return GalleryExport(file, name, subjects, len(records), sha256)


def _record(kept: KeptSample, crop: str, vectors: dict[str, bytearray]) -> dict[str, object]:
    """Return a sample as the bundle lists it, and append its embeddings to those of their models."""
    sample = kept.sample
    rows = {}
    for one in kept.embeddings:
        held = vectors.setdefault(one.model_id, bytearray())
        rows[one.model_id] = len(held) // len(one.vector)
        held += one.vector
    return {
        "subject": sample.subject,
        "crop": crop,
        "source": sample.source,
        "sha256": sample.source_sha256,
        "authority": sample.authority,
        "box": sample.box.as_list(),
        "landmarks": None if kept.landmarks is None else kept.landmarks.tolist(),
        "detector": kept.detector,
        "confidence": kept.confidence,
        "eye_distance_px": sample.eye_distance_px,
        "alignment": kept.alignment.value,
        "overridden": sample.overridden,
        "enrolled": sample.created.isoformat(),
        "embeddings": rows,
        "norms": {one.model_id: one.norm for one in kept.embeddings},
        "recognizability": {one.model_id: one.recognizability for one in kept.embeddings},
    }
