"""The binding itself: what made the lock file exclude a version of PySide6."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtCore import QObject, Signal


class _Sender(QObject):
    sent = Signal(bool)


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="True is immortal from CPython 3.12 on")
def test_emitting_true_many_times_keeps_its_reference_count() -> None:
    sender = _Sender()
    received: list[int] = []
    sender.sent.connect(lambda value: received.append(1))
    before = sys.getrefcount(True)
    for _ in range(5000):
        sender.sent.emit(True)
    assert len(received) == 5000
    assert sys.getrefcount(True) > before - 100
