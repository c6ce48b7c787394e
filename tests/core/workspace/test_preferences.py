"""Settings that are changed at work hold for now and for later, or not at all."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from core.errors import DiscernError
from core.settings import load_settings, write_settings
from core.workspace import Workspace


def test_a_changed_setting_is_used_now_kept_for_later_and_logged(tmp_path: Path) -> None:
    with Workspace.open(tmp_path) as workspace:
        workspace.change_settings("gallery", top=7)
        assert workspace.settings.gallery.top == 7
        (entry,) = workspace.audit_entries()
        assert entry.action == "settings.change"
        assert entry.details == '{"gallery":{"top":{"from":20,"to":7}}}'
    with Workspace.open(tmp_path) as workspace:
        assert workspace.settings.gallery.top == 7


@pytest.mark.parametrize(
    ("group", "values"),
    [
        ("gallery", {"top": "many"}),
        ("detection", {"detector": "nobody"}),
        ("recognition", {"model": "nobody"}),
        ("gallery", {"colour": "red"}),
        ("nothing", {"top": 3}),
    ],
)
def test_a_setting_that_cannot_hold_changes_nothing(
    tmp_path: Path, group: str, values: dict[str, Any]
) -> None:
    with Workspace.open(tmp_path) as workspace:
        before = workspace.settings
        with pytest.raises(DiscernError):
            workspace.change_settings(group, **values)
        assert workspace.settings == before
        assert workspace.audit_entries() == ()
    assert not (tmp_path / "settings.toml").exists()


def test_other_settings_of_the_file_stay(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('operator = "Zoë \\"Z\\""\n[gallery]\ntop = 5\n[detection]\nmin_confidence = 0.5\n')
    settings = write_settings(file, "gallery", name="büro", min_recognizability=0.25)
    assert tomllib.loads(file.read_text(encoding="utf-8")) == {
        "operator": 'Zoë "Z"',
        "gallery": {"top": 5, "name": "büro", "min_recognizability": 0.25},
        "detection": {"min_confidence": 0.5},
    }
    assert settings == load_settings(file)
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("text", ["[gallery", '[gallery]\ntop = "x"\n', "[nothing]\n"])
def test_a_damaged_file_is_left_as_it_is(tmp_path: Path, text: str) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(text)
    with pytest.raises(DiscernError):
        write_settings(file, "gallery", top=3)
    assert file.read_text() == text
    assert list(tmp_path.iterdir()) == [file]
