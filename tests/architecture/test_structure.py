"""The shape of the repository, kept by tests."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOP_LEVEL = {"pyproject.toml", "README.md", "app", "core", "resources", "tests", "packaging"}


def tracked() -> list[str]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        pytest.skip("not a git checkout, so what belongs to the repository is not known")
    return listed.stdout.splitlines()


def modules(*packages: str) -> list[Path]:
    return [path for package in packages for path in sorted((ROOT / package).rglob("*.py"))]


def test_the_top_level_holds_what_the_client_asked_for_and_nothing_else() -> None:
    entries = {name.split("/")[0] for name in tracked()}
    assert {name for name in entries if not name.startswith(".")} == TOP_LEVEL


def test_packaging_is_no_python_package_and_so_does_not_shadow_the_one_on_pypi() -> None:
    assert not list((ROOT / "packaging").rglob("__init__.py"))


@pytest.mark.parametrize("path", modules("app", "core"), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_is_small_enough_to_be_one_idea(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 500


def test_no_module_has_a_name_that_says_nothing() -> None:
    vague = {"utils", "util", "helpers", "common", "misc", "manager"}
    assert not [path for path in modules("app", "core", "resources") if path.stem in vague]


def test_test_files_have_names_that_are_unique_so_that_they_can_be_imported_side_by_side() -> None:
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize(
    "module",
    [
        "core.types",
        "core.settings",
        "core.storage",
        "core.workspace",
        "core.cli",
        "core.recognition.cards",
        "core.training.events",
    ],
)
def test_a_light_module_leaves_torch_out(module: str) -> None:
    program = (
        "import importlib, pkgutil, sys\n"
        f"package = importlib.import_module({module!r})\n"
        f"if {module!r} in ('core.types', 'core.storage'):\n"
        "    for found in pkgutil.walk_packages(package.__path__, package.__name__ + '.'):\n"
        "        if '.migrations' not in found.name:\n"
        "            importlib.import_module(found.name)\n"
        "sys.exit('torch' in sys.modules)\n"
    )
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0


def test_the_import_contracts_hold() -> None:
    linted = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert linted.returncode == 0, linted.stdout
