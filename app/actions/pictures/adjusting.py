"""Looking at a picture adjusted, keeping the result beside it, and flipping to the original."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QImage
from PySide6.QtWidgets import QWidget

from app.actions.making import make_action
from app.jobs import JobRunner, Lane
from app.qtmodels.pictures.examination import Examination
from app.qtmodels.pictures.face_edits import FaceEdits
from app.qtmodels.pictures.picture_reader import as_shown
from app.qtmodels.pictures.source import Source
from app.qtmodels.pictures.source_wording import done_to
from app.widgets.pictures.adjustment_panel import AdjustmentPanel
from core.progress import Progress

if TYPE_CHECKING:
    from core.workspace import Workspace

_PAUSE_MS = 150


class Adjusting(QObject):
    """The original is what is shown; an adjusted picture always says so, and one key leads back.

    Parameters
    ----------
    workspace : Workspace
        The front door of the engine.
    runner : JobRunner
        Where the work is done.
    examination : Examination
        The pictures.
    edits : FaceEdits
        Keeps derived pictures.
    source : callable
        Returns the source on show, or None.
    owner : QWidget
        The page.

    Attributes
    ----------
    preview_changed : Signal(QImage or None)
        An adjusted picture is to be shown in the place of the picture on show, or no longer.
    source_wanted : Signal(int)
        The source with this key is to be shown.
    opened : Signal(bool)
        The panel is to be seen, or no longer.
    failed : Signal(str)
        One sentence about what could not be done.
    """

    preview_changed = Signal(object)
    source_wanted = Signal(int)
    opened = Signal(bool)
    failed = Signal(str)

    def __init__(
        self,
        workspace: Workspace,
        runner: JobRunner,
        examination: Examination,
        edits: FaceEdits,
        source: Callable[[], Source | None],
        owner: QWidget,
    ) -> None:
        super().__init__(owner)
        self._workspace, self._runner = workspace, runner
        self._examination, self._edits, self._source = examination, edits, source
        self._preview: QImage | None = None
        self._flipped = False
        self._starting = False
        self._busy = False
        self._followed = -1
        self._came_from: dict[int, int] = {}
        edits.derived.connect(lambda _: self._set_open(False))
        self._make_actions(owner)
        self.panel = AdjustmentPanel(self.keep, self.close)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self._ask)
        self.panel.changed.connect(self._follow_panel)

    @property
    def all(self) -> list[QAction]:
        """The actions in the order of the menu."""
        return [self.adjust, self.keep, self.flip]

    @property
    def previewing(self) -> bool:
        """Whether something else than the picture on show is seen, or about to be."""
        return self._preview is not None and not self._flipped

    def follow(self, source: Source | None) -> None:
        """Begin anew for another source; news of the same one change nothing that is seen."""
        source_id = source.source_id if source is not None else -1
        if source_id == self._followed:
            self._enable(source)
            return
        self._followed = source_id
        self._drop()
        kept = source.picture if source is not None else None
        self._enable(source)
        if kept is None and self.adjust.isChecked():
            self._set_open(False)
        elif kept is not None and self.adjust.isChecked():
            self._start(kept.width, kept.height)

    @Slot()
    def follow_picture(self) -> None:
        """Forget a preview, because the picture itself was put on show."""
        self._drop()

    def banner(self, source: Source) -> str:
        """Return what stands over a picture that is not an original; empty for an original."""
        chosen = self.panel.chosen
        if self.previewing and chosen is not None:
            done = [*self._history(source), done_to(chosen.name, tuple(self.panel.parameters.items()))]
            text = self.tr("Preview, not kept: {0}, from {1}. {2} shows the original.")
        else:
            done = self._history(source)
            text = self.tr("Derived picture: {0}, from {1}. {2} shows the original.")
        if not done:
            return ""
        key = self.flip.shortcut().toString()
        return text.format(self.tr(", then ").join(done), self._origin(source), key)

    def _make_actions(self, owner: QWidget) -> None:
        tr = self.tr
        self.adjust = make_action(
            owner,
            tr("Ad&just the picture"),
            self._toggle,
            shortcut="A",
            picture="adjust",
            tip=tr("Exposure, gamma, contrast, geometry and noise, as a second picture beside the original"),
        )
        self.adjust.setCheckable(True)
        self.keep = make_action(
            owner,
            tr("&Keep as derived picture"),
            self._keep,
            shortcut="Ctrl+K",
            picture="add",
            tip=tr("Keep what is seen as a picture of its own that names its parent and what was done"),
        )
        self.flip = make_action(
            owner,
            tr("Flip to the &original"),
            self._flip,
            shortcut="O",
            picture="flip",
            tip=tr("From an adjusted picture to its original, and back"),
        )
        self.close = make_action(
            owner,
            tr("Close adjustments"),
            lambda: self._set_open(False),
            picture="cancel",
            tip=tr("Show the picture as it is"),
        )

    def _toggle(self) -> None:
        self._set_open(self.adjust.isChecked())

    def _set_open(self, opened: bool) -> None:
        source = self._source()
        kept = source.picture if source is not None else None
        opened = opened and kept is not None
        self.adjust.setChecked(opened)
        if opened and kept is not None:
            if self.panel.chosen is None:
                self.panel.offer(self._workspace.adjustments())
            self._start(kept.width, kept.height)
        else:
            self._drop()
            self.preview_changed.emit(None)
        self._enable(source)
        self.opened.emit(opened)

    def _start(self, width: int, height: int) -> None:
        self._starting = True
        self.panel.start(width, height)
        self._starting = False

    def _drop(self) -> None:
        self._timer.stop()
        self._preview, self._flipped = None, False

    @Slot()
    def _follow_panel(self) -> None:
        if self.adjust.isChecked() and not self._starting:
            self._timer.start()

    @Slot()
    def _ask(self) -> None:
        source, chosen = self._source(), self.panel.chosen
        if self._busy or chosen is None or source is None or source.picture is None:
            return
        picture_id, name, parameters = source.picture.picture_id, chosen.name, self.panel.parameters
        self._busy = True

        def _work(progress: Progress) -> QImage:
            return as_shown(self._workspace.derived_preview(picture_id, name, parameters))

        def _show(image: QImage) -> None:
            now = self._source()
            if self.adjust.isChecked() and now is not None and now.source_id == source.source_id:
                self._preview, self._flipped = image, False
                self.preview_changed.emit(image)
                self._enable(now)

        def _ended() -> None:
            self._busy = False
            now = self.panel.chosen
            moved_on = now is not chosen or parameters != self.panel.parameters
            if self.adjust.isChecked() and moved_on:
                self._timer.start()

        self._runner.run(
            Lane.IO,
            self.tr("Preview an adjustment"),
            _work,
            owner=self,
            then=_show,
            failed=self.failed.emit,
            ended=_ended,
            quiet=True,
        )

    def _keep(self) -> None:
        source, chosen = self._source(), self.panel.chosen
        if chosen is not None and source is not None and source.picture is not None:
            self._edits.derive(source.picture.picture_id, chosen.name, self.panel.parameters)

    def _flip(self) -> None:
        source = self._source()
        if self._preview is not None:
            self._flipped = not self._flipped
            self.preview_changed.emit(None if self._flipped else self._preview)
        elif source is not None and source.derived:
            origin = self._family(source)[0]
            self._came_from[origin.source_id] = source.source_id
            self.source_wanted.emit(origin.source_id)
        elif source is not None:
            back = self._came_from.get(source.source_id, self._first_derived(source))
            if self._examination.sources.source(back) is not None:
                self.source_wanted.emit(back)

    def _enable(self, source: Source | None) -> None:
        kept = source.picture if source is not None else None
        self.adjust.setEnabled(kept is not None and kept.width > 0)
        derived = source is not None and (source.derived or self._first_derived(source) >= 0)
        self.flip.setEnabled(self._preview is not None or derived)
        self.keep.setEnabled(self.adjust.isChecked())

    def _first_derived(self, source: Source) -> int:
        key = source.picture.picture_id if source.picture else None
        for one in self._examination.sources.all:
            if key is not None and one.picture is not None and one.picture.parent_id == key:
                return one.source_id
        return -1

    def _family(self, source: Source) -> list[Source]:
        line = [source]
        while line[0].picture is not None and line[0].derived:
            parent = self._examination.sources.of_picture(line[0].picture.parent_id)
            if parent is None:
                break
            line.insert(0, parent)
        return line

    def _history(self, source: Source) -> list[str]:
        pictures = [one.picture for one in self._family(source) if one.picture is not None and one.derived]
        return [done_to(picture.operation, picture.parameters) for picture in pictures]

    def _origin(self, source: Source) -> str:
        return self._examination.sources.name(self._family(source)[0])
