"""New embeddings for a whole gallery, from the crops that it keeps, when the model changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.errors import IntegrityFailure, UnreadableImage, WorkspaceUnusable
from core.imaging.alignment import CROP_SIZE
from core.imaging.still import decode_still
from core.progress import Progress
from core.recognition.cards import find_model, models_directory, read_card
from core.settings import write_settings
from core.storage import audit, gallery
from core.storage import reembedding as stored
from core.types import ModelCard
from core.workspace.opened import OpenedWorkspace

if TYPE_CHECKING:
    from core.recognition.embedder import FaceEmbedding

Embed = Callable[[NDArray[np.uint8]], "tuple[FaceEmbedding, ...]"]
"""Embeds aligned crops, shape (n, 112, 112, 3)."""

_SUBJECTS_AT_ONCE = 200
_NAMED = 5


@dataclass(frozen=True, slots=True)
class EmbeddedSamples:
    """How many samples a model can be searched with.

    Attributes
    ----------
    model : str
        Its name.
    embedded, samples : int
        Samples that have an embedding of it, and all there are.
    """

    model: str
    embedded: int
    samples: int

    @property
    def complete(self) -> bool:
        """Whether none lacks one."""
        return self.embedded == self.samples


@dataclass(frozen=True, slots=True)
class ReembeddingProgress:
    """How far a re-embedding has come; what was reported is on disk.

    Attributes
    ----------
    model : str
        Name of the model.
    done, total : int
        Samples that have an embedding of it, and all there are.
    failed : tuple of str
        One sentence for each sample whose crop is damaged.
    complete : bool
        Whether the model serves from now on.
    """

    model: str
    done: int
    total: int
    failed: tuple[str, ...] = ()
    complete: bool = False


class Reembedding(OpenedWorkspace):
    """The part of the front door that changes the model of the galleries."""

    def embedded_samples(self, model: str | None = None) -> EmbeddedSamples:
        """Return how many samples a model can be searched with.

        Parameters
        ----------
        model : str, optional
            Name of the model; else the active one.

        Returns
        -------
        EmbeddedSamples
            With the number of those that lack an embedding.

        Raises
        ------
        ModelUnavailable
            If there is no such model.
        """
        card = self._chosen_card(model)
        with self._database.read() as session:
            return EmbeddedSamples(card.name, *stored.embedded(session, card.model_id))

    def reembed(
        self, model: str | None = None, progress: Progress | None = None
    ) -> Iterator[ReembeddingProgress]:
        """Embed the stored crops of all samples with a model; then let it serve.

        Each batch is a transaction, so what was stopped or killed goes on where it was. The model of the
        settings serves until every sample has its new embedding.

        Parameters
        ----------
        model : str, optional
            Name of the model; else the one that the settings name.
        progress : Progress, optional
            Hears of each batch and may cancel; batches that were reported stay.

        Yields
        ------
        ReembeddingProgress
            After each batch; the last one is complete.

        Raises
        ------
        ModelUnavailable
            If there is no such model.
        IntegrityFailure
            If crops are damaged, so that their samples cannot be embedded; the other ones are.
        Cancelled
            If a stop was asked for.
        """
        card = self._chosen_card(model)
        progress = progress or Progress()
        failed: dict[int, str] = {}
        embed: Embed | None = None
        while True:
            progress.check()
            with self._database.read() as session:
                batch = stored.crops_to_embed(
                    session, card.model_id, self.settings.recognition.batch_size, tuple(failed)
                )
            if batch:
                embed = embed or self._embedding_with(card)
                now = self._embed_stored(card, embed, batch, failed)
                progress.step(now.done, now.total, card.name)
                yield now
            elif failed:
                raise IntegrityFailure(_lost(failed, card.name))
            elif self._make_templates(card, progress) and self._switch_to(card):
                with self._database.read() as session:
                    done, total = stored.embedded(session, card.model_id)
                yield ReembeddingProgress(card.name, done, total, complete=True)
                return

    def _chosen_card(self, model: str | None) -> ModelCard:
        if model is None:
            return self.active_model()
        return read_card(model, find_model(model, (models_directory(), self.models_directory)))

    def _embedding_with(self, card: ModelCard) -> Embed:
        if card.name == self.settings.recognition.model:
            return self._analyzer().embed_aligned
        # torch takes seconds to import, which asking how far it is does not need.
        from core.recognition.embedder import Embedder

        directory = find_model(card.name, (models_directory(), self.models_directory))
        return Embedder(card, self.settings.recognition, directory).embed

    def _embed_stored(
        self,
        card: ModelCard,
        embed: Embed,
        batch: Sequence[tuple[int, bytes]],
        failed: dict[int, str],
    ) -> ReembeddingProgress:
        keys, crops = [], []
        for key, png in batch:
            try:
                pixels = decode_still(png, self.settings.imaging).pixels
            except UnreadableImage:
                pixels = np.empty((0, 0, 3), np.uint8)
            if pixels.shape != (CROP_SIZE, CROP_SIZE, 3):
                failed[key] = f"The stored crop of sample {key} is damaged."
                continue
            keys.append(key)
            crops.append(pixels)
        faces = embed(np.stack(crops)) if crops else ()
        new = [
            stored.NewEmbedding(key, face.embedding, face.norm, face.recognizability.index)
            for key, face in zip(keys, faces, strict=True)
        ]
        with self._database.write() as session:
            count = stored.add_embeddings(session, card.model_id, new)
            if count:
                details = {"model": card.name, "model_id": card.model_id, "samples": count}
                audit.append(session, self.settings.operator, "gallery.reembed", details)
            done, total = stored.embedded(session, card.model_id)
        return ReembeddingProgress(card.name, done, total, tuple(failed.values()))

    def _make_templates(self, card: ModelCard, progress: Progress) -> bool:
        """Make the templates of all subjects; False when a gallery changed meanwhile."""
        with self._database.read() as session:
            revision = gallery.revision(session)
        last = 0
        while True:
            progress.check()
            with self._database.write() as session:
                if gallery.revision(session) != revision:
                    return False
                subjects = stored.subjects_to_template(session, card.model_id, last, _SUBJECTS_AT_ONCE)
                stored.make_templates(session, card.model_id, subjects)
            if not subjects:
                return True
            last = subjects[-1]

    def _switch_to(self, card: ModelCard) -> bool:
        """Let a model serve; False when a sample or template of it lacks by now."""
        with self._index_lock, self._database.write() as session:
            if not stored.complete(session, card.model_id):
                return False
            before = self.settings.recognition.model
            stored.adopt(session, card)
            details = {"model": card.name, "model_id": card.model_id, "before": before}
            audit.append(session, self.settings.operator, "model.activate", details)
            if card.name != before:
                # Last of all: where the file cannot be written, nothing has changed.
                self._write_model(card.name)
            self._index = None
        if card.name != before:
            with self._engine_lock:
                self._engine = None
                self.settings = self.settings.replace("recognition", model=card.name)
        return True

    def _write_model(self, name: str) -> None:
        path = self.directory / "settings.toml"
        try:
            write_settings(path, "recognition", model=name)
        except OSError as error:
            reason = error.strerror or str(error)
            raise WorkspaceUnusable(f"The settings file {path} cannot be written: {reason}.") from error


def _lost(failed: dict[int, str], model: str) -> str:
    named = ", ".join(str(key) for key in sorted(failed)[:_NAMED])
    more = "" if len(failed) <= _NAMED else f" and {len(failed) - _NAMED} more"
    return (
        f"The stored crops of some samples are damaged (samples {named}{more}), so the galleries cannot be "
        f"searched with {model}: remove the subjects of these samples and enrol them anew."
    )
