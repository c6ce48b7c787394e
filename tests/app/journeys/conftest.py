"""In a journey, no event handler of the GUI thread may take longer than a moment."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.app.gui_watch import GuiWatch, WatchedApplication


@pytest.fixture(autouse=True)
def gui_watch(qapp: WatchedApplication) -> Iterator[GuiWatch]:
    """Fail the journey in which a handler took more than 50 ms of processor time."""
    qapp.watch.slow.clear()
    yield qapp.watch
    assert qapp.watch.slow == []
