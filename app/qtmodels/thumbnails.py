"""Pictures for lists, decoded away from the GUI thread and kept while there is room."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage, QPixmap

from app.jobs import JobRunner, Lane
from core.errors import DiscernError
from core.progress import Progress

_BATCH = 16
_JOBS = 2
_WAITING = 512


class Thumbnails(QObject):
    """A cache of pictures by key, filled on demand with the last ones asked for first.

    Parameters
    ----------
    runner : JobRunner
        Where pictures are decoded.
    load : callable
        Called on a thread of the `IO` lane with a key; returns an image, or raises when there is none.
    capacity : int
        Pictures kept.
    parent : QObject, optional
        Owner.

    Attributes
    ----------
    loaded : Signal(list of keys)
        Pictures can now be had.
    """

    loaded = Signal(object)

    def __init__(
        self,
        runner: JobRunner,
        load: Callable[[int], QImage],
        capacity: int = 2048,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._runner = runner
        self._load = load
        self._capacity = capacity
        self._kept: OrderedDict[int, QPixmap] = OrderedDict()
        self._waiting: OrderedDict[int, None] = OrderedDict()
        self._loading: set[int] = set()
        self._jobs = 0

    def get(self, key: int) -> QPixmap | None:
        """Return the picture, or None while it is fetched; null when there is none to be had."""
        kept = self._kept.get(key)
        if kept is not None:
            self._kept.move_to_end(key)
            return kept
        if key not in self._loading:
            self._waiting[key] = None
            self._waiting.move_to_end(key)
            if len(self._waiting) > _WAITING:
                self._waiting.popitem(last=False)
            self._fetch()
        return None

    def forget(self) -> None:
        """Drop everything, so that what changed is fetched again."""
        self._kept.clear()
        self._waiting.clear()

    def _fetch(self) -> None:
        if self._jobs >= _JOBS or not self._waiting:
            return
        keys = [self._waiting.popitem()[0] for _ in range(min(_BATCH, len(self._waiting)))]
        self._loading.update(keys)
        self._jobs += 1

        def _decode(progress: Progress) -> list[tuple[int, QImage]]:
            return [(key, self._image(key)) for key in keys if not progress.cancelled]

        def _ended() -> None:
            self._jobs -= 1
            self._loading.difference_update(keys)
            self._fetch()

        self._runner.run(
            Lane.IO, self.tr("Pictures"), _decode, owner=self, then=self._keep, ended=_ended, quiet=True
        )

    def _image(self, key: int) -> QImage:
        try:
            return self._load(key)
        except DiscernError:
            return QImage()

    def _keep(self, images: list[tuple[int, QImage]]) -> None:
        for key, image in images:
            self._kept[key] = QPixmap.fromImage(image)
        while len(self._kept) > self._capacity:
            self._kept.popitem(last=False)
        self.loaded.emit([key for key, _ in images])
