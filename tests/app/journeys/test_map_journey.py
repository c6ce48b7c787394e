"""Maps over the probe: chosen, tested and never louder than their verdict."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.bootstrap import Desk
from app.pages.search_page import SearchPage
from app.widgets.searches.map_panel import MapChoice
from core.errors import NotFound
from core.types import SearchMaps
from tests.app.fakes import FakeWorkspace

Screenshot = Callable[[QWidget, str], QImage]


def rest(desk: Desk, qtbot: QtBot) -> None:
    """Wait until nothing runs."""
    qtbot.waitUntil(lambda: not desk.runner.active(quiet=True))


@pytest.fixture
def page(desk: Desk, pictures: Path, qtbot: QtBot) -> SearchPage:
    """Return the search page after a face was searched for."""
    desk.window.open_paths([pictures / "astronaut.png"])
    rest(desk, qtbot)
    qtbot.keyClick(desk.window.pages.analyse.view, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    rest(desk, qtbot)
    return desk.window.pages.search


def tint(page: SearchPage) -> tuple[int, int, int]:
    """Return the colour of the map over the probe."""
    overlay = page.pair.probe.overlay
    assert overlay is not None
    colour = overlay.pixelColor(10, 10)
    return colour.red(), colour.green(), colour.blue()


def test_a_new_search_shows_tested_evidence_on_its_first_candidate(
    desk: Desk, page: SearchPage, screenshot: Screenshot
) -> None:
    assert page.maps.panel.choice is MapChoice.EVIDENCE
    assert page.maps.panel.words.startswith("Informative here: beats 20 of 20")
    assert tint(page) == (200, 0, 0)
    assert not page.maps.test_action.isEnabled()
    screenshot(desk.window, "search-evidence")


def test_a_map_that_failed_its_test_is_grey_and_says_so(
    desk: Desk, page: SearchPage, qtbot: QtBot, screenshot: Screenshot
) -> None:
    page.review.next_action.trigger()
    rest(desk, qtbot)
    assert page.maps.panel.words.startswith("Not informative here")
    assert tint(page) == (120, 120, 120)
    screenshot(desk.window, "search-not-informative")


def test_evidence_that_was_not_tested_can_be_tested_with_the_button(
    desk: Desk, page: SearchPage, workspace: FakeWorkspace, qtbot: QtBot
) -> None:
    for _ in range(4):
        page.review.next_action.trigger()
    rest(desk, qtbot)
    assert page.maps.panel.words.startswith("Not tested")
    assert page.maps.test_action.isEnabled()
    page.maps.test_action.trigger()
    rest(desk, qtbot)
    assert page.maps.panel.words.startswith("Not informative here")
    assert not page.maps.test_action.isEnabled()
    kept = workspace.search_maps(1).of(5)
    assert kept is not None
    assert kept.faithfulness is not None


def test_every_map_of_the_switch_can_be_shown_and_switched_off(
    desk: Desk, page: SearchPage, qtbot: QtBot
) -> None:
    panel, probe = page.maps.panel, page.pair.probe
    for choice, start in (
        (MapChoice.DECOMPOSITION, "Informative here"),
        (MapChoice.PERCEPTIBILITY, "Not informative here"),
    ):
        panel.choose(choice)
        rest(desk, qtbot)
        assert panel.choice is choice
        assert panel.words.startswith(start)
        assert probe.overlay is not None
    panel.choose(MapChoice.OFF)
    rest(desk, qtbot)
    assert probe.overlay is None
    assert panel.words == ""
    page.review.next_action.trigger()
    rest(desk, qtbot)
    assert panel.choice is MapChoice.OFF, "the choice outlives the candidate"


def test_a_search_of_an_older_version_offers_to_work_its_maps_out(
    desk: Desk, page: SearchPage, workspace: FakeWorkspace, qtbot: QtBot
) -> None:
    count = len(page.candidates.rows)
    workspace._maps[0] = SearchMaps((), (None,) * count)
    page.open(1)
    rest(desk, qtbot)
    assert page.maps.panel.words == "Not worked out when this search was made."
    assert page.pair.probe.overlay is None
    page.maps.test_action.trigger()
    rest(desk, qtbot)
    assert page.maps.panel.words.startswith("Informative here")
    assert page.pair.probe.overlay is not None


def test_a_test_that_cannot_be_made_is_told_in_a_sentence(
    desk: Desk, page: SearchPage, workspace: FakeWorkspace, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object) -> None:
        raise NotFound("The subject was removed.")

    monkeypatch.setattr(workspace, "test_maps", gone)
    for _ in range(4):
        page.review.next_action.trigger()
    page.maps.test_action.trigger()
    rest(desk, qtbot)
    assert page.notice.text == "The subject was removed."
    assert page.maps.test_action.isEnabled()


def test_the_analyse_page_offers_both_maps_of_a_face(
    desk: Desk, page: SearchPage, qtbot: QtBot, screenshot: Screenshot
) -> None:
    desk.window.show_page("analyse")
    rest(desk, qtbot)
    panel = desk.window.pages.analyse.panel
    assert [panel.maps.itemText(index) for index in range(panel.maps.count())] == [
        "Decomposition",
        "Perceptibility",
    ]
    panel.maps.setCurrentIndex(1)
    screenshot(desk.window, "analyse-perceptibility")
    assert panel.maps.isVisible()


def test_the_preview_of_a_report_says_what_the_maps_are_worth(
    desk: Desk, page: SearchPage, qtbot: QtBot
) -> None:
    page.report_action.trigger()
    rest(desk, qtbot)
    text = desk.window.pages.report.preview.toPlainText()
    assert "Regions of the probe" in text
    assert "Not informative here" in text
    assert "It does not prove which features two faces share" in text
