"""What the list of sources says of each."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Qt

from app.qtmodels.pictures.source import Source, real_faces
from core.types import Outcome


class SourceWording(QObject):
    """Name, outcome and explanation of a source, and the data of its row that are text."""

    def of_role(self, source: Source, role: int) -> Any:
        """Return a row's text or the colour of its second line; None for other roles."""
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{self._title(source)}\n{self.outcome(source)}"
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{self.name(source)}, {self.outcome(source)}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{self.name(source)}\n{source.path}\n{self.outcome(source)}"
        if role == Qt.ItemDataRole.UserRole + 1:
            return self._tint(source)
        return None

    def name(self, source: Source) -> str:
        """Return the name of the file, with the frame where it is one and what was done to a derived one."""
        name = source.path.name
        if source.frame is not None:
            name = self.tr("{0}, frame {1}").format(name, source.frame.ordinal)
        return self.tr("{0}, from {1}").format(self._title(source), name) if source.derived else name

    def _title(self, source: Source) -> str:
        """Return the first line of a row; a derived picture stands below the one that it was made from."""
        picture = source.picture
        if picture is None or not picture.derived:
            return self.name(source)
        return self.tr("↳ {0}").format(done_to(picture.operation, picture.parameters))

    def outcome(self, source: Source) -> str:
        """Return what became of a source, in words."""
        if source.video:
            return self.tr("video, take a frame of it")
        if source.awaited or not source.settled:
            return self.tr("waiting …")
        faces = real_faces(source.faces)
        if not faces:
            if source.derived:
                return self.tr("derived picture")
            return source.reason or self.tr("no face")
        count = len(faces)
        text = self.tr("1 face") if count == 1 else self.tr("{0} faces").format(count)
        indices = [face.recognizability.index for face in faces if face.recognizability]
        return text + (self.tr(", best RI {0:.2f}").format(max(indices)) if indices else "")

    def explanation(self, source: Source) -> str:
        """Return why a source has no faces, and what can be done about it."""
        lost = source.outcome is Outcome.NOT_DETECTED
        advice = self.tr(" Press B to draw a box round a face.") if lost else ""
        return self.outcome(source) + advice

    @staticmethod
    def _tint(source: Source) -> str:
        if source.awaited or real_faces(source.faces):
            return "muted"
        if source.outcome is Outcome.UNREADABLE:
            return "danger"
        return "caution" if source.outcome is Outcome.NOT_DETECTED else "muted"


def done_to(operation: str, parameters: tuple[tuple[str, float], ...]) -> str:
    """Return what was done to a picture in a few words, such as "exposure +1.0".

    Parameters
    ----------
    operation : str
        Name of the operation.
    parameters : tuple of (str, float)
        Its parameters by name; the name of a single one is left out.

    Returns
    -------
    str
        The words.
    """
    single = len(parameters) == 1
    parts = []
    for name, value in parameters:
        number = f"{value:+.1f}" if name == "stops" else f"{value:.4g}"
        parts.append(number if single else f"{name} {number}")
    return f"{operation} {', '.join(parts)}".replace("-", "−").strip()
