"""What every test shares."""

from __future__ import annotations

import os
import sys
from importlib.abc import MetaPathFinder
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


class _QtBlocker(MetaPathFinder):
    def find_spec(self, fullname: str, path: object, target: object = None) -> None:
        if fullname.split(".")[0] in {"PySide6", "shiboken6"}:
            raise ImportError(f"{fullname} is blocked: the engine must work without Qt")


if os.environ.get("DISCERN_WITHOUT_QT"):
    sys.meta_path.insert(0, _QtBlocker())


@pytest.fixture(scope="session")
def lfw() -> Path:
    """The labelled faces beside the checkout, or a skip that says they are not there."""
    folder = ROOT.parent / "shared" / "data" / "lfw"
    if not folder.is_dir():
        pytest.skip(f"the labelled faces are not on this machine ({folder})")
    return folder
