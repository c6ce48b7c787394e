"""The application talks to no other computer."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
OUTSIDE = {"socket", "ssl", "http", "urllib.request", "ftplib", "smtplib", "telnetlib", "requests", "httpx"}
QT_OUTSIDE = {"PySide6.QtNetwork", "PySide6.QtWebSockets", "PySide6.QtWebEngineCore"}

WATCHED = """
import json, sys
asked = []

def watch(event, arguments):
    if event in ("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.sendto", "urllib.Request"):
        asked.append([event, repr(arguments)])

sys.addaudithook(watch)
from core.cli import main
for line in json.loads(sys.argv[1]):
    try:
        code = main(line)
    except SystemExit as end:
        code = end.code
    assert not code, (line, code)
print("ASKED", json.dumps(asked))
"""


def imported(path: Path) -> set[str]:
    """Return every module that a file imports, by its full name."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def test_no_module_imports_what_opens_connections() -> None:
    found = {
        f"{path.relative_to(ROOT)}: {name}"
        for folder in ("core", "app", "resources")
        for path in (ROOT / folder).rglob("*.py")
        for name in imported(path)
        if name in OUTSIDE | QT_OUTSIDE
    }
    assert found == set()


def test_a_whole_examination_opens_no_connection(tmp_path: Path) -> None:
    pytest.importorskip("skimage", reason="the demonstration needs scikit-image")
    base = ["--workspace", str(tmp_path / "w")]
    lines = [[*base, "demo"], [*base, "report", "1", "--out", str(tmp_path / "r")], [*base, "verify"]]
    ran = subprocess.run(
        [sys.executable, "-c", WATCHED, json.dumps(lines)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.splitlines()[-1] == "ASKED []"
