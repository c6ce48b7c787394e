"""Text of any origin, made fit to be set."""

from __future__ import annotations

import unicodedata
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.pdfbase import pdfmetrics

from core.reporting.typefaces import BOLD, SANS, legible, markup, register_typefaces


@pytest.mark.parametrize(
    "name",
    ["Александр Воскресенский", "Ελένη Παπαδοπούλου", "Nguyễn Thị Hồng Nhung", "Zoë Łoś", "№ 4 – 5 × 6 ≥ −1"],
)
def test_names_in_latin_cyrillic_greek_and_vietnamese_stay_as_they_are(name: str) -> None:
    assert legible(name) == name


def test_a_decomposed_name_is_composed() -> None:
    name = "Nguyễn Thị Hồng"
    assert legible(unicodedata.normalize("NFD", name)) == name


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("王小明", "[U+738B][U+5C0F][U+660E]"),
        ("\u202egpj.exe", "[U+202E]gpj.exe"),
        ("two\nlines", "two[U+000A]lines"),
        ("nul\x00", "nul[U+0000]"),
        ("undecodable \udcff", "undecodable [U+DCFF]"),
        ("محمد", "[U+0645][U+062D][U+0645][U+062F]"),
        ("משה", "[U+05DE][U+05E9][U+05D4]"),
        ("zero\u200bwidth", "zero[U+200B]width"),
    ],
)
def test_what_cannot_be_set_is_shown_as_its_code_point(text: str, shown: str) -> None:
    assert legible(text) == shown


def test_lines_are_kept_where_they_are_wanted() -> None:
    assert legible("a\r\nb\rc", lines=True) == "a\nb\nc"
    assert markup("a\nb", lines=True) == "a<br/>b"


def test_a_text_that_is_too_long_says_how_much_is_missing() -> None:
    assert legible("x" * 12, 10) == "x" * 10 + "… (2 more characters)"
    assert legible("x" * 10, 10) == "x" * 10
    assert legible("\n" * 3, 200, lines=True) == "\n\n… (1 more character)"
    assert legible("王" * 3, 10) == "[U+738B]… (2 more characters)"


@given(st.text(alphabet=st.characters(codec=None)))
@settings(max_examples=300, deadline=None)
def test_any_text_becomes_markup_without_tags_that_both_typefaces_can_set(text: str) -> None:
    register_typefaces()
    element = ElementTree.fromstring(f"<p>{markup(text)}</p>")
    assert len(element) == 0
    shown = element.text or ""
    assert shown == legible(text)
    for name in (SANS, BOLD):
        glyphs = pdfmetrics.getFont(name).face.charToGlyph
        assert all(ord(character) in glyphs for character in shown)
