"""All keys on one sheet."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QTextBrowser, QVBoxLayout, QWidget

from app.widgets.text import TextLabel
from app.widgets.theme import SPACING, colour

Group = tuple[str, Sequence[tuple[str, str]]]


class CheatSheet(QDialog):
    """The keys of every command that has any, page by page, in two columns.

    Parameters
    ----------
    groups : sequence of (str, sequence of (str, str))
        The name of each page, with the keys and the names of its commands.
    parent : QWidget, optional
        Parent widget.
    """

    def __init__(self, groups: Sequence[Group], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keys"))
        self.resize(920, 680)
        columns = QHBoxLayout()
        columns.setSpacing(SPACING)
        self.sheets: list[QTextBrowser] = []
        for name, half in zip((self.tr("Keys, left"), self.tr("Keys, right")), _halved(groups), strict=True):
            sheet = QTextBrowser()
            sheet.setAccessibleName(name)
            sheet.setHtml("".join(_section(group, members) for group, members in half))
            self.sheets.append(sheet)
            columns.addWidget(sheet, 1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        hint = self.tr("Keys of a page work while the keyboard is on that page. All of them can be changed.")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * SPACING, 3 * SPACING, 3 * SPACING, 2 * SPACING)
        layout.setSpacing(SPACING + 4)
        layout.addWidget(TextLabel(self.tr("Keys"), "heading"))
        layout.addWidget(TextLabel(hint, "muted", wrap=True))
        layout.addLayout(columns, 1)
        layout.addWidget(buttons)


def _halved(groups: Sequence[Group]) -> tuple[Sequence[Group], Sequence[Group]]:
    """Split where the two columns come out most alike in length."""
    lengths = [len(members) + 2 for _, members in groups]
    cuts = range(len(groups) + 1)
    cut = min(cuts, key=lambda place: abs(sum(lengths[:place]) - sum(lengths[place:])), default=0)
    return groups[:cut], groups[cut:]


def _section(group: str, commands: Sequence[tuple[str, str]]) -> str:
    rows = "".join(
        f"<tr><td width='170' style='padding:3px 16px 3px 0'><b>{escape(keys)}</b></td>"
        f"<td style='padding:3px 0'>{escape(name)}</td></tr>"
        for keys, name in commands
    )
    head = f"<p style='color:{colour('muted').name()}; margin:12px 0 4px 0'>{escape(group)}</p>"
    return f"{head}<table>{rows}</table>"
