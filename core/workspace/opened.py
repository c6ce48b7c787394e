"""What every part of the front door stands on: the files of a workspace, and the engine once it is needed."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from core.errors import IntegrityFailure, ModelMismatch, NotFound, WorkspaceUnusable
from core.imaging.isolated import StillDecoder
from core.recognition.cards import find_model, list_models, models_directory, read_card
from core.search.index import Index
from core.settings import Settings, load_settings
from core.storage import gallery
from core.storage.alive import AliveMark
from core.storage.database import Database
from core.storage.filesystem import make_directory
from core.storage.protection.moving import remove_plain
from core.storage.protection.place import Place, is_protected
from core.storage.protection.sealing import Seal
from core.storage.reembedding import embedded
from core.storage.templates import embedding_rows
from core.types import ModelCard

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from core.analysis import FaceAnalyzer


class OpenedWorkspace:
    """A workspace directory that is open.

    ==================  =====================================================
    `discern.db`        SQLite, the truth
    `files/`            pictures that were searched for, by SHA-256
    `index/`            side files for searching, one a model, rebuilt at need
    `protected/`        in an encrypted workspace these three, and its sealed keys
    `models/`           optional, weights and cards added to those that come with the application
    `certificates/`     of people who were erased
    `settings.toml`     optional, overrides the defaults
    ==================  =====================================================

    Parameters
    ----------
    directory : Path
        The workspace; it is made when missing.
    settings : Settings, optional
        Settings to use instead of the workspace's own.
    passphrase : str, optional
        Of an encrypted workspace; a plain one needs none.
    """

    def __init__(
        self, directory: Path, settings: Settings | None = None, passphrase: str | None = None
    ) -> None:
        directory = directory.expanduser().absolute()
        self._place = Place.of(directory, passphrase)
        try:
            make_directory(directory)
            self._place.index.mkdir(exist_ok=True, mode=0o700)
        except OSError as error:
            reason = os.strerror(error.errno) if error.errno else str(error)
            raise WorkspaceUnusable(f"The workspace {directory} cannot be made: {reason}.") from error
        self.directory = directory
        self.models_directory = directory / "models"
        self.settings = settings or load_settings(directory / "settings.toml")
        self._database = _open_database(self._place)
        self._files = self._place.files()
        self._stills = StillDecoder()
        self._engine: FaceAnalyzer | None = None
        self._index: Index | None = None
        self._searchable: tuple[str, int, tuple[str, ...] | None] | None = None
        self._looks: set[tuple[str, str, str]] = set()
        self._alive: AliveMark | None = None
        self._use = 0
        self._engine_lock = threading.Lock()
        self._index_lock = threading.Lock()

    @classmethod
    def open(cls, directory: Path, settings: Settings | None = None, passphrase: str | None = None) -> Self:
        """Open a workspace, and make it when it is missing.

        Parameters
        ----------
        directory : Path
            The workspace.
        settings : Settings, optional
            Settings to use instead of the workspace's own.
        passphrase : str, optional
            Of an encrypted workspace; a plain one needs none.

        Returns
        -------
        Workspace
            The open workspace; close it, or use it in a `with` statement.

        Raises
        ------
        WorkspaceUnusable
            If the directory cannot be written, or its database is damaged or newer than this program.
        PassphraseRefused
            If the workspace is encrypted and this is not its passphrase.
        ModelUnavailable
            If a package that encryption needs is not installed.
        """
        return cls(directory, settings, passphrase)

    def close(self) -> None:
        """Let go of the database, of mapped files and of the processes that decode stills."""
        self._stills.close()
        self._database.close()
        self._index = None

    def __enter__(self) -> Self:
        """Return the workspace itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the workspace."""
        self.close()

    def models(self) -> tuple[ModelCard, ...]:
        """Return the cards of all models, those of the workspace last, without loading any."""
        return list_models() + list_models(self.models_directory)

    def active_model(self) -> ModelCard:
        """Return the card of the model that the settings choose, without loading it.

        Raises
        ------
        ModelUnavailable
            If there is no such model.
        """
        return read_card(self.settings.recognition.model, self._model_directory())

    def warm_up(self) -> None:
        """Load detector and network now, so that the first face does not wait for them.

        Raises
        ------
        ModelUnavailable
            If the weights are absent or damaged.
        """
        self._analyzer()

    def _analyzer(self) -> FaceAnalyzer:
        with self._engine_lock:
            if self._engine is None:
                # torch takes seconds to import, so it waits for the first picture.
                from core.analysis import load_analyzer

                self._engine = load_analyzer(self.settings, self.models_directory, self._stills.decode)
            return self._engine

    def _model_directory(self) -> Path:
        return find_model(self.settings.recognition.model, (models_directory(), self.models_directory))

    def _index_path(self, card: ModelCard) -> Path:
        return self._place.index / f"{card.model_id[:16]}.idx"

    def _current_index(self, galleries: Sequence[str] | None = None) -> Index:
        """Return the side file of the active model, built anew if it is damaged or a gallery has changed.

        The galleries that are to be searched, all for None, must have an embedding of it for every sample.
        """
        card = self.active_model()
        path = self._index_path(card)
        with self._index_lock, self._database.read() as session:
            revision = gallery.revision(session)
            index = self._index
            wanted = (card.model_id, revision, None if galleries is None else tuple(galleries))
            if wanted != self._searchable:
                _check_embedded(session, card, galleries)
                self._searchable = wanted
            if index is None or not index.is_current(card.model_id, revision):
                index = _usable(path, card.model_id, revision, self._place.seal)
            if index is None:
                rows = embedding_rows(session, card.model_id)
                index = Index.build(path, rows, card.model_id, revision, self._place.seal)
            self._index = index
            return index


def _check_embedded(session: Session, card: ModelCard, galleries: Sequence[str] | None) -> None:
    """Refuse a search that would pass over people because they were enrolled with another model."""
    have, there = embedded(session, card.model_id, galleries)
    if have < there:
        lacking = "no sample has" if not have else f"only {have:,} of {there:,} samples have"
        raise ModelMismatch(
            f"The galleries cannot be searched with the model {card.name}, because {lacking} an embedding of "
            f"it: run `discern gallery reembed --model {card.name}`, or re-embed on the Gallery page."
        )


def _open_database(place: Place) -> Database:
    if place.keys is not None:
        remove_plain(place)
    database = Database.open(place.database, place.connector)
    # Another program may have encrypted the workspace since it was looked at.
    if place.keys is None and is_protected(place.directory):
        database.close()
        raise WorkspaceUnusable(f"The workspace {place.directory} was encrypted meanwhile: open it again.")
    return database


def _usable(path: Path, model_id: str, revision: int, seal: Seal | None) -> Index | None:
    """Return the index of a file, or None when it is absent, out of date or damaged."""
    try:
        index = Index.open(path, seal)
        if not index.is_current(model_id, revision):
            return None
        index.verify()
    except (NotFound, IntegrityFailure):
        return None
    return index
