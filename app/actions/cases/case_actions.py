"""Actions on cases."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from app.actions.making import make_action

_translate = QCoreApplication.translate
Do = Callable[[], object]


class CaseActions:
    """Make, open, leave, edit, move on, switch the mode, export, import, find; what a first start offers.

    Parameters
    ----------
    owner : QWidget
        The page.
    new, enter, leave, edit, status, mode, export, bring, demo, pictures, find : callable
        What each of them does.
    """

    def __init__(
        self,
        owner: QWidget,
        *,
        new: Do,
        enter: Do,
        leave: Do,
        edit: Do,
        status: Do,
        mode: Do,
        export: Do,
        bring: Do,
        demo: Do,
        pictures: Do,
        find: Do,
    ) -> None:
        self.new = make_action(
            owner,
            _translate("cases", "&New case…"),
            new,
            shortcut="Ctrl+N",
            picture="add",
            tip=_translate("cases", "Begin an examination"),
            everywhere=True,
        )
        self.enter = make_action(
            owner,
            _translate("cases", "&Open this case"),
            enter,
            shortcut="Ctrl+Return",
            picture="cases",
            tip=_translate(
                "cases", "Go on where it was left; pictures and searches are filed under the open case"
            ),
        )
        self.leave = make_action(
            owner,
            _translate("cases", "&Leave the case"),
            leave,
            shortcut="Ctrl+W",
            picture="cancel",
            tip=_translate("cases", "Pictures and searches are filed under no case"),
        )
        self.edit = make_action(
            owner,
            _translate("cases", "&Particulars…"),
            edit,
            shortcut="F2",
            picture="rename",
            tip=_translate("cases", "Change title, reference, authority or notes"),
        )
        self.status = make_action(
            owner,
            _translate("cases", "&Status…"),
            status,
            shortcut="Ctrl+Shift+S",
            tip=_translate("cases", "Send the case to verification, close it, archive it, or open it again"),
        )
        self.mode = make_action(
            owner,
            _translate("cases", "&Mode…"),
            mode,
            shortcut="Ctrl+Shift+M",
            tip=_translate(
                "cases", "Switch between Examination, which hides candidates at first, and Review"
            ),
        )
        self.export = make_action(
            owner,
            _translate("cases", "E&xport case…"),
            export,
            picture="export",
            tip=_translate(
                "cases", "Write this case with all that it needs into one file, for another workspace"
            ),
        )
        self.bring = make_action(
            owner,
            _translate("cases", "&Import case…"),
            bring,
            picture="folder",
            tip=_translate("cases", "Take in a case that was exported from another workspace"),
        )
        self.demo = make_action(
            owner,
            _translate("cases", "Open the &demo case"),
            demo,
            picture="demo",
            tip=_translate(
                "cases",
                "A small gallery and a search, made offline from pictures that come with the program",
            ),
        )
        self.pictures = make_action(
            owner,
            _translate("cases", "Look at pictures"),
            pictures,
            picture="analyse",
            tip=_translate("cases", "Analyse pictures without a case; nothing of it is kept"),
        )
        self.find = make_action(
            owner,
            _translate("cases", "&Find a case"),
            find,
            shortcut="Ctrl+F",
            tip=_translate("cases", "Type a part of title, reference, authority or notes"),
        )

    @property
    def changing(self) -> list[QAction]:
        """The actions that change a case."""
        return [self.edit, self.status, self.mode]

    @property
    def in_menu(self) -> list[QAction]:
        """The actions in the order of the menu."""
        exchange = [self.export, self.bring]
        return [self.new, self.enter, self.leave, *self.changing, *exchange, self.find, self.demo]
