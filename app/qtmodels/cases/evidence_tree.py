"""What a case holds as a tree: files, the frames and derived pictures made of them, faces, searches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QIcon

from core.types import CaseFace, CasePicture, FaceState, Search

Index = QModelIndex | QPersistentModelIndex

_SAME_BOX_PX = 0.5


@dataclass(frozen=True, slots=True)
class EvidenceFile:
    """A file that is no picture itself: a video, or one that only searches tell of.

    Attributes
    ----------
    evidence_id : int
        Key.
    path : str
        Path as it was given at intake.
    """

    evidence_id: int
    path: str


Item = EvidenceFile | CasePicture | CaseFace | Search


@dataclass(slots=True, eq=False)
class _Node:
    item: Item | None
    parent: _Node | None
    children: list[_Node] = field(default_factory=list)
    searches: list[Search] = field(default_factory=list)
    asked: bool = False

    def add(self, item: Item) -> _Node:
        self.children.append(_Node(item, self))
        return self.children[-1]


class EvidenceTree(QAbstractItemModel):
    """The evidence of one case; the faces of a picture are asked for when it is unfolded.

    A search hangs at the face that it was run for, at the picture when that face has since been moved, and
    at the file when the case keeps no such picture.

    Parameters
    ----------
    state_name : callable
        Gives the state of a face in words.
    icon : callable
        Gives an icon by its name.
    parent : QObject, optional
        Owner.

    Attributes
    ----------
    faces_wanted : Signal(int)
        The faces of the picture with this key are to be given to :meth:`add_faces`.
    """

    faces_wanted = Signal(int)

    def __init__(
        self,
        state_name: Callable[[FaceState], str],
        icon: Callable[[str], QIcon],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._state_name, self._icon = state_name, icon
        self._root = _Node(None, None)
        self._pictures: dict[int, _Node] = {}

    def show(self, pictures: Sequence[CasePicture], searches: Sequence[Search]) -> None:
        """Show the pictures of a case, and its searches."""
        self.beginResetModel()
        self._root, self._pictures = _Node(None, None), {}
        files: dict[int, _Node] = {}
        for picture in sorted(pictures, key=lambda one: one.picture_id):
            self._pictures[picture.picture_id] = self._place(picture, files)
        self._hang(searches, files)
        self.endResetModel()

    def add_faces(self, picture_id: int, faces: Sequence[CaseFace]) -> None:
        """Put the faces of a picture, with the searches for them, before what was derived from it."""
        node = self._pictures.get(picture_id)
        if node is None or any(isinstance(child.item, CaseFace) for child in node.children):
            return
        fresh: list[_Node] = []
        left = list(node.searches)
        for face in faces:
            hanger = _Node(face, node)
            for search in [one for one in left if _was_for(one, face)]:
                hanger.add(search)
                left.remove(search)
            fresh.append(hanger)
        fresh += [_Node(search, node) for search in left]
        if fresh:
            self.beginInsertRows(self.index_of(node.item), 0, len(fresh) - 1)
            node.children[:0] = fresh
            self.endInsertRows()

    def item(self, index: Index) -> Item | None:
        """Return the file, picture, face or search of an index, None outside."""
        return self._node(index).item

    def index_of(self, item: Item | None) -> QModelIndex:
        """Return the place of an item that is in the tree, by its kind and key."""
        node = next((node for node in _walk(self._root) if key_of(node.item) == key_of(item)), self._root)
        return self._index(node)

    def index(self, row: int, column: int, parent: Index | None = None) -> QModelIndex:
        """Return the place of a child."""
        node = self._node(parent)
        if 0 <= row < len(node.children) and 0 <= column < self.columnCount():
            return self.createIndex(row, column, node.children[row])
        return QModelIndex()

    def parent(self, index: Index) -> QModelIndex:  # type: ignore[override]
        """Return the place of the parent."""
        above = self._node(index).parent
        return QModelIndex() if above is None else self._index(above)

    def rowCount(self, parent: Index | None = None) -> int:
        """Return the number of children that are known."""
        if parent is not None and parent.column() > 0:
            return 0
        return len(self._node(parent).children)

    def columnCount(self, parent: Index | None = None) -> int:
        """Return 2: the name, and what there is to say of it."""
        return 2

    def hasChildren(self, parent: Index | None = None) -> bool:
        """Return whether a row can be unfolded, its faces known or not."""
        if parent is not None and parent.column() > 0:
            return False
        node = self._node(parent)
        return bool(node.children) or self._expects(node)

    def canFetchMore(self, parent: Index) -> bool:
        """Return whether the faces of a picture have not been asked for."""
        node = self._node(parent)
        return self._expects(node) and not node.asked

    def fetchMore(self, parent: Index) -> None:
        """Ask for the faces of a picture."""
        node = self._node(parent)
        if isinstance(node.item, CasePicture) and not node.asked:
            node.asked = True
            self.faces_wanted.emit(node.item.picture_id)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return name and facts, an icon, or the item itself."""
        item = self.item(index) if index.isValid() else None
        if item is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._facts(item) if index.column() else self._name(item)
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return ", ".join(filter(None, (self._name(item), self._facts(item))))
        if role == Qt.ItemDataRole.DecorationRole and index.column() == 0:
            changed = isinstance(item, CasePicture) and bool(item.failure)
            return self._icon("warning" if changed else _icon_name(item))
        return item if role == Qt.ItemDataRole.UserRole else None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return the names of the two columns."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return (self.tr("Evidence"), self.tr("What of it"))[section]
        return None

    def _place(self, picture: CasePicture, files: dict[int, _Node]) -> _Node:
        above = self._pictures.get(picture.parent_id or 0)
        if above is not None:
            return above.add(picture)
        if picture.frame is None:
            files[picture.evidence_id] = self._root.add(picture)
            return files[picture.evidence_id]
        if picture.evidence_id not in files:
            files[picture.evidence_id] = self._root.add(EvidenceFile(picture.evidence_id, picture.path))
        return files[picture.evidence_id].add(picture)

    def _hang(self, searches: Sequence[Search], files: dict[int, _Node]) -> None:
        by_hash: dict[str, list[Search]] = defaultdict(list)
        for search in sorted(searches, key=lambda one: one.search_id):
            by_hash[search.probe.picture_sha256].append(search)
        for node in self._pictures.values():
            if isinstance(node.item, CasePicture):
                node.searches = by_hash.pop(node.item.sha256, [])
        for search in (one for left in by_hash.values() for one in left):
            probe = search.probe
            if probe.evidence_id not in files:
                files[probe.evidence_id] = self._root.add(EvidenceFile(probe.evidence_id, probe.path))
            files[probe.evidence_id].add(search)

    @staticmethod
    def _expects(node: _Node) -> bool:
        if not isinstance(node.item, CasePicture):
            return False
        return bool(node.item.faces or node.searches) and not any(
            isinstance(child.item, CaseFace | Search) for child in node.children
        )

    def _name(self, item: Item) -> str:
        if isinstance(item, Search):
            return self.tr("Search {0}").format(item.search_id)
        if isinstance(item, CaseFace):
            return self.tr("Face {0}").format(item.face_id)
        if isinstance(item, CasePicture) and item.derived:
            return item.operation
        if isinstance(item, CasePicture) and item.frame is not None:
            return self.tr("Frame {0}").format(item.frame.ordinal)
        return PurePath(item.path).name

    def _facts(self, item: Item) -> str:
        if isinstance(item, Search):
            when = item.created.astimezone().strftime("%Y-%m-%d %H:%M")
            return self.tr("{0}, {1} of {2} compared").format(
                when, len(item.result.candidates), item.result.gallery_size
            )
        if isinstance(item, CaseFace):
            index = item.recognizability
            facts = [self._state_name(item.state), self.tr("RI {0:.2f}").format(index.index) if index else ""]
            return ", ".join(filter(None, [*facts, item.reason]))
        if isinstance(item, CasePicture):
            count = self.tr("1 face") if item.faces == 1 else self.tr("{0} faces").format(item.faces)
            best = "" if item.best is None else self.tr("best RI {0:.2f}").format(item.best)
            changed = self.tr("CHANGED SINCE INTAKE: {0}").format(item.failure) if item.failure else ""
            facts = [count, best] if item.faces else [item.reason or count]
            return ", ".join(filter(None, [changed, *facts]))
        return ""

    def _node(self, index: Index | None) -> _Node:
        if index is None or not index.isValid():
            return self._root
        node = index.internalPointer()
        return node if isinstance(node, _Node) else self._root

    def _index(self, node: _Node) -> QModelIndex:
        if node.parent is None:
            return QModelIndex()
        return self.createIndex(node.parent.children.index(node), 0, node)


def key_of(item: object) -> tuple[str, int]:
    """Return kind and key of an item of the tree, which stay the same when the tree is read again."""
    if isinstance(item, CasePicture):
        return "picture", item.picture_id
    if isinstance(item, CaseFace):
        return "face", item.face_id
    if isinstance(item, Search):
        return "search", item.search_id
    return "file", item.evidence_id if isinstance(item, EvidenceFile) else 0


def _walk(node: _Node) -> Iterator[_Node]:
    for child in node.children:
        yield child
        yield from _walk(child)


def _was_for(search: Search, face: CaseFace) -> bool:
    if search.faces:
        return face.face_id in {one.face_id for one in search.faces}
    one, other = search.probe.box, face.detection.box
    pairs = ((one.x, other.x), (one.y, other.y), (one.width, other.width), (one.height, other.height))
    return all(abs(first - second) < _SAME_BOX_PX for first, second in pairs)


def _icon_name(item: Item) -> str:
    if isinstance(item, Search):
        return "search"
    if isinstance(item, CaseFace):
        return "face"
    if isinstance(item, CasePicture):
        return "picture"
    return "video"
