"""Finding commands by a few letters."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication
from pytestqt.modeltest import ModelTester

from app.qtmodels.command_table import CommandTable
from app.qtmodels.commands import Command, CommandsModel, fitness


def command(name: str, group: str = "Search", *, enabled: bool = True) -> Command:
    """Return a command."""
    action = QAction(name)
    action.setEnabled(enabled)
    return Command(f"Page.{name}", name, ("Ctrl+K",), "A tip.", "search", group, action)


def test_the_beginning_of_a_word_fits_better_than_its_inside_and_that_better_than_scattered_letters() -> None:
    marks = [fitness("can", text) for text in ("next candidate", "toucan", "clear all notes", "zoom")]
    assert marks == sorted(marks, reverse=True)
    assert len(set(marks)) == 4
    assert marks[-1] == 0


@pytest.mark.parametrize(
    ("typed", "text", "fits"),
    [
        ("", "anything", True),
        ("NEW gal", "New gallery Gallery", True),
        ("gal new", "New gallery", True),
        ("new zzz", "New gallery", False),
        ("(", "Compare", False),
        ("nxcd", "Next candidate", True),
    ],
)
def test_every_word_has_to_be_found(typed: str, text: str, fits: bool) -> None:
    assert (fitness(typed, text) > 0) is fits


def test_commands_that_can_be_used_come_before_those_that_cannot(
    qapp: QApplication, qtmodeltester: ModelTester
) -> None:
    model = CommandsModel()
    model.show_all([command("New search", enabled=False), command("Run anew"), command("Report")])
    qtmodeltester.check(model)
    model.find("new")
    qtmodeltester.check(model)
    assert [one.name for one in model.rows] == ["Run anew", "New search"]
    model.find("")
    assert model.rowCount() == 3


def test_the_table_of_commands_is_sound_and_keeps_its_rows_when_keys_change(
    qapp: QApplication, qtmodeltester: ModelTester
) -> None:
    table = CommandTable()
    table.replace([command("Run again")])
    qtmodeltester.check(table)
    table.update([command("Run anew")])
    qtmodeltester.check(table)
    assert table.texts(table.rows[0]) == ("Run anew", "Search", "Ctrl+K")
