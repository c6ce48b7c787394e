"""What strangers named cannot write over a terminal, and JSON keeps every path."""

from __future__ import annotations

import io
import json
import os

import pytest

from core.cli.printing import json_line, printable

UTF_8 = io.TextIOWrapper(io.BytesIO(), "utf-8")
ASCII = io.TextIOWrapper(io.BytesIO(), "ascii")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Ärztin 中文 עברית", "Ärztin 中文 עברית"),
        ("\nTitle\n", "\nTitle\n"),
        ("a\nb\r\x1b[31mc", "a\\x0ab\\x0d\\x1b[31mc"),
        ("\u202egpj.exe", "\\u202egpj.exe"),
        (os.fsdecode(b"a\xff.jpg"), "a\\udcff.jpg"),
        ("\n", "\n"),
        ("", ""),
    ],
)
def test_a_line_shows_what_is_hidden_in_it(text: str, shown: str) -> None:
    assert printable(text, UTF_8) == shown


def test_what_the_encoding_lacks_is_escaped() -> None:
    assert printable("é中", ASCII) == "\\xe9\\u4e2d"


@pytest.mark.parametrize("stream", [UTF_8, ASCII])
@pytest.mark.parametrize("name", ["é中😀.jpg", os.fsdecode(b"\xff\x80.jpg"), 'a"b\n\x00', "\\udcff"])
def test_json_gives_the_name_back_in_any_encoding(stream: io.TextIOWrapper, name: str) -> None:
    line = json_line({"path": name}, stream)
    line.encode(stream.encoding)
    assert "\n" not in line
    assert json.loads(line) == {"path": name}
