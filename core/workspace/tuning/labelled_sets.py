"""Labelled sets of a workspace: made of confirmed faces of cases, of folders and of tables."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import Conflict, NotFound, UsageError, WorkspaceUnusable
from core.imaging.digest import hash_bytes
from core.imaging.still import encode_png
from core.progress import Progress
from core.storage import audit
from core.training.sets.checks import find_warnings, near_copies, unrecognizable_subjects
from core.training.sets.listing import list_labelled
from core.training.sets.manifest import CROPS, MANIFEST, LabelledSet, Part, SetPicture, read_set, write_set
from core.training.sets.partition import partition
from core.workspace.tuning.set_faces import SetFaces, TakenFace, distinct

HOLDOUT_SHARE = 0.2
SEED = 20261124

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


class LabelledSets(SetFaces):
    """The part of the front door that keeps labelled sets."""

    def make_labelled_set(
        self,
        name: str,
        sources: Sequence[Path] = (),
        *,
        case_ids: Sequence[int] = (),
        holdout_share: float = HOLDOUT_SHARE,
        judged: Path | None = None,
        seed: int = SEED,
        progress: Progress | None = None,
    ) -> LabelledSet:
        """Make a labelled set.

        Parameters
        ----------
        name : str
            What to call it: letters, digits, dots, hyphens and underscores.
        sources : sequence of Path
            Directories with a folder for each person, and CSV files with the columns subject and path,
            and optionally face_px and group. A picture of exactly 112 x 112 px is an aligned crop; of
            another one the main face is taken.
        case_ids : sequence of int
            Cases whose confirmed faces are taken, each under the name it was confirmed with.
        holdout_share : float
            Share of the people who are kept for judging.
        judged : Path, optional
            A further hold-out, directory or CSV file; what is in both is warned of.
        seed : int
            Of the split.
        progress : Progress, optional
            Hears of each picture and may cancel; then no set is made.

        Returns
        -------
        LabelledSet
            The set, with its warnings.

        Raises
        ------
        UsageError
            If the name or a source will not do, or no picture could be used.
        Conflict
            If there is a set of this name.
        NotFound
            If there is no such case.
        Cancelled
            If a stop was asked for.
        """
        if not _NAME.fullmatch(name):
            raise UsageError(
                f"A set's name consists of letters, digits, dots, hyphens and underscores, unlike {name!r}."
            )
        if not 0 <= holdout_share < 1:
            raise UsageError("The share that is held out must be at least 0 and below 1.")
        if not sources and not case_ids:
            raise UsageError("Name a folder, a CSV file or a case to take pictures from.")
        directory = self._set_directory(name)
        if directory.exists():
            raise Conflict(f"There is a labelled set named {name!r} already.")
        progress = progress or Progress()
        files = tuple(one for source in sources for one in list_labelled(source))
        left_out: list[str] = []
        taken = [
            *self._confirmed_faces(case_ids, left_out),
            *self._main_faces(files, left_out, progress),
        ]
        taken = distinct(taken, left_out)
        if not taken:
            raise UsageError(f"None of the pictures can be used. {' '.join(left_out[:1])}".rstrip())
        judged_files = list_labelled(judged) if judged is not None else ()
        known = {hash_bytes(one.path.read_bytes()): one.subject for one in judged_files if one.path.is_file()}
        labelled = self._describe(name, taken, left_out, known, holdout_share, seed, progress)
        self._keep(labelled, taken, directory)
        return labelled

    def labelled_sets(self) -> tuple[LabelledSet, ...]:
        """Return all labelled sets in order of name."""
        found = sorted((self._training_directory / "sets").glob(f"*/{MANIFEST}"))
        return tuple(read_set(path.parent) for path in found)

    def labelled_set(self, name: str) -> LabelledSet:
        """Return a labelled set.

        Parameters
        ----------
        name : str
            Its name.

        Returns
        -------
        LabelledSet
            The set.

        Raises
        ------
        NotFound
            If there is none of this name.
        """
        if not _NAME.fullmatch(name):
            raise NotFound(f"There is no labelled set named {name!r}.")
        return read_set(self._set_directory(name))

    def remove_labelled_set(self, name: str) -> None:
        """Remove a labelled set with its crops; what was trained with it stays.

        Parameters
        ----------
        name : str
            Its name.

        Raises
        ------
        NotFound
            If there is none of this name.
        """
        labelled = self.labelled_set(name)
        with self._database.write() as session:
            details = {"set": name, "people": len(labelled.subjects), "pictures": len(labelled.pictures)}
            audit.append(session, self.settings.operator, "training.set_remove", details)
            shutil.rmtree(self._set_directory(name))

    @property
    def _training_directory(self) -> Path:
        return self.directory / "training"

    def _set_directory(self, name: str) -> Path:
        return self._training_directory / "sets" / name

    def _describe(
        self,
        name: str,
        taken: list[TakenFace],
        left_out: list[str],
        judged: dict[str, str],
        holdout_share: float,
        seed: int,
        progress: Progress,
    ) -> LabelledSet:
        analyzer = self._analyzer()
        faces = analyzer.embed_aligned(np.stack([one.crop for one in taken]), progress)
        bands = [face.recognizability.band.value for face in faces]
        unfit = unrecognizable_subjects([one.subject for one in taken], bands)
        left_out.extend(unfit.values())
        copies = near_copies([one.subject for one in taken], np.stack([face.embedding for face in faces]))
        left_out.extend(
            f"{taken[row].source}: nearly the same as {taken[other].source}." for row, other in copies.items()
        )
        fit = [row for row, one in enumerate(taken) if one.subject not in unfit and row not in copies]
        taken[:], faces = [taken[row] for row in fit], tuple(faces[row] for row in fit)
        if not taken:
            raise UsageError(f"None of the pictures can be used. {left_out[-1]}")
        indices = [face.recognizability.index for face in faces]
        parts = partition([one.subject for one in taken], indices, holdout_share, seed)
        described = tuple(
            SetPicture(
                subject=one.subject,
                file=f"{CROPS}/{number:06}.png",
                source=one.source,
                sha256=one.sha256,
                case_id=one.case_id,
                face_id=one.face_id,
                recognizability=face.recognizability.index,
                band=face.recognizability.band.value,
                face_px=one.face_px,
                width=one.width,
                height=one.height,
                compression=one.compression,
                part=parts[one.subject],
                group=one.group,
                crop_sha256=hash_bytes(encode_png(one.crop)),
            )
            for number, (one, face) in enumerate(zip(taken, faces, strict=True))
        )
        embeddings = np.stack([face.embedding for face in faces])
        return LabelledSet(
            name=name,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            operator=self.settings.operator,
            model=analyzer.card.name,
            model_id=analyzer.card.model_id,
            seed=seed,
            pictures=described,
            left_out=tuple(left_out),
            warnings=find_warnings(described, embeddings, judged, seed),
        )

    def _keep(self, labelled: LabelledSet, taken: Sequence[TakenFace], directory: Path) -> None:
        unfinished = directory.with_name(f".{directory.name}.unfinished")
        details: dict[str, Any] = {
            "set": labelled.name,
            "people": len(labelled.subjects),
            "pictures": len(labelled.pictures),
            "left_out": len(labelled.left_out),
            "held_out": len({one.subject for one in labelled.of(Part.HOLDOUT)}),
            "cases": sorted({one.case_id for one in labelled.pictures if one.case_id is not None}),
            "warnings": [warning.message for warning in labelled.warnings],
        }
        try:
            shutil.rmtree(unfinished, ignore_errors=True)
            (unfinished / CROPS).mkdir(parents=True, mode=0o700)
            for picture, one in zip(labelled.pictures, taken, strict=True):
                (unfinished / picture.file).write_bytes(encode_png(one.crop))
            write_set(labelled, unfinished)
            with self._database.write() as session:
                audit.append(session, self.settings.operator, "training.set", details)
                unfinished.rename(directory)
        except OSError as error:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise WorkspaceUnusable(
                f"The labelled set {directory} cannot be written: {error.strerror or error}."
            ) from error
