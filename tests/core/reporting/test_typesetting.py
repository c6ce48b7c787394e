"""Text of any writing, set on a page."""

from __future__ import annotations

import io
import unicodedata
from typing import Any

import pypdf
import pytest
from bidi import get_display
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.lib.colors import black
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas

from core.reporting.typesetting.directions import base_level, levels, visual_order
from core.reporting.typesetting.legible import BOX, boxed_characters, legible
from core.reporting.typesetting.lines import NOT_FIRST, fit, pieces_of
from core.reporting.typesetting.shaping import piece
from core.reporting.typesetting.text import SetLines, Text
from core.reporting.typesetting.typefaces import BOLD, MONO, SANS, characters_of, face_for, typeface
from tests.core.reporting.report_samples import PEOPLE

STYLE = ParagraphStyle("Test", fontName=SANS, fontSize=10, leading=14, textColor=black)
MIXED = "abאבגعلم  12٣,.()[]+-%“”\u0301\u0651"


def joined(pieces: Any) -> str:
    return "".join(one.text for one in pieces)


def drawn(text: str, style: ParagraphStyle = STYLE, width: float = 500) -> bytes:
    stream = io.BytesIO()
    canvas = Canvas(stream, invariant=1, pageCompression=0, initialFontName=typeface(SANS).fontName)
    flowable = Text([(legible(text), False)], style, own_direction=True)
    flowable.wrapOn(canvas, width, 800)
    flowable.drawOn(canvas, 20, 20)
    canvas.showPage()
    canvas.save()
    return stream.getvalue()


@pytest.mark.parametrize("name", PEOPLE[:-1])
@pytest.mark.parametrize("face", [SANS, BOLD])
def test_every_writing_of_the_bundled_typefaces_is_set_without_a_missing_glyph(name: str, face: str) -> None:
    assert legible(name) == unicodedata.normalize("NFC", name)
    _, pieces = pieces_of([(name, face)], None)
    assert joined(pieces) == legible(name)
    for one in pieces:
        missing = characters_of(one.face).get(0)
        for glyph in one.glyphs or ():
            assert glyph.character != missing
        if one.glyphs is None:
            assert all(face_for(character, one.face) == one.face for character in one.text)


@pytest.mark.parametrize(
    ("text", "shown", "boxed"),
    [
        ("\u202egpj.exe", "[U+202E]gpj.exe", ()),
        ("two\nlines", "two[U+000A]lines", ()),
        ("nul\x00", "nul[U+0000]", ()),
        ("undecodable \udcff", "undecodable [U+DCFF]", ()),
        ("zero\u200bwidth a\u200cb", "zero[U+200B]width a[U+200C]b", ()),
        ("private \ue010", "private [U+E010]", ()),
        ("\U0001f9ff and \U00013000", f"{BOX} and {BOX}", ("\U00013000", "\U0001f9ff")),
        ("می\u200cخواهم", "می\u200cخواهم", ()),
        ("क्\u200dष", "क्\u200dष", ()),
    ],
)
def test_what_does_not_show_is_a_code_point_and_what_no_typeface_has_a_box(
    text: str, shown: str, boxed: tuple[str, ...]
) -> None:
    assert legible(text) == shown
    assert boxed_characters([text, text]) == boxed


def test_lines_are_kept_where_they_are_wanted_and_a_text_that_is_too_long_says_how_much_is_missing() -> None:
    assert legible("a\r\nb\rc", lines=True) == "a\nb\nc"
    assert legible("x" * 12, 10) == "x" * 10 + "… (2 more characters)"
    assert legible("x" * 10, 10) == "x" * 10
    assert legible("\n" * 3, 200, lines=True) == "\n\n… (1 more character)"


@given(st.text(alphabet=st.characters(codec=None)))
@settings(max_examples=200, deadline=None)
def test_any_text_can_be_set_and_none_of_it_is_lost(text: str) -> None:
    shown = legible(text)
    base, pieces = pieces_of([(shown, SANS)], None)
    assert joined(pieces) == "".join(" " if one.isspace() else one for one in shown)
    lines = fit(pieces, 10, (60, 60), base)
    set_again = [one for line in lines for one in line.pieces]
    assert sorted(joined(set_again).replace(" ", "")) == sorted(joined(pieces).replace(" ", ""))
    drawn(text)


@given(st.text(alphabet=MIXED, max_size=16), st.sampled_from([0, 1]))
@settings(max_examples=500, deadline=None)
def test_the_order_of_a_line_is_that_of_another_implementation_of_the_bidirectional_algorithm(
    text: str, base: int
) -> None:
    found = levels(text, base)
    kept = len(text.rstrip())
    found[kept:] = [base] * (len(text) - kept)
    ours = "".join(text[place] for place in visual_order(found))
    assert ours == get_display(text, base_dir="R" if base else "L")


@pytest.mark.parametrize(
    ("text", "level"), [("", 0), ("12 —", 0), ("12 שלום", 1), ("abc محمد", 0), ("محمد abc", 1)]
)
def test_a_text_runs_in_the_direction_of_its_first_letter(text: str, level: int) -> None:
    assert base_level(text) == level


def test_arabic_letters_join_and_run_from_right_to_left() -> None:
    glyphs = piece("محمد", SANS, 1, breaks=True).glyphs
    assert glyphs is not None
    forms = "".join(glyph.character for glyph in glyphs)
    assert unicodedata.normalize("NFKC", forms) == "محمد"[::-1]
    assert [unicodedata.name(one).rsplit(" ", 2)[-2] for one in forms] == [
        "FINAL",
        "MEDIAL",
        "MEDIAL",
        "INITIAL",
    ]


def test_brackets_around_writing_from_right_to_left_are_mirrored() -> None:
    glyphs = piece("(ב)", SANS, 1, breaks=True).glyphs
    assert glyphs is not None
    assert "".join(glyph.character for glyph in glyphs) == "(ב)"


def test_a_mark_stands_over_its_letter() -> None:
    plain, marked = (
        piece("ทน", "NotoSansThai-Subset", 0, breaks=True),
        piece("ที่น", "NotoSansThai-Subset", 0, breaks=True),
    )
    assert marked.width(10) == pytest.approx(plain.width(10))
    assert len(marked.glyphs or ()) == 4


@pytest.mark.parametrize(
    "text", ["x" * 300, "中" * 300, "محمد" * 60, "क्षत्रिय" * 40, "word " * 60, "a" * 70 + " b"]
)
@pytest.mark.parametrize("width", [30.0, 200.0])
def test_no_line_is_wider_than_its_space(text: str, width: float) -> None:
    base, pieces = pieces_of([(text, SANS)], None)
    lines = fit(pieces, 10, (width, width), base)
    assert all(line.width <= width + 1e-6 for line in lines)
    assert joined(one for line in lines for one in line.pieces).count("x") == text.count("x")


def test_east_asian_lines_end_between_characters_but_not_before_a_comma() -> None:
    base, pieces = pieces_of([("山田、" * 40, SANS)], None)
    lines = fit(pieces, 10, (47, 47), base)
    assert len(lines) > 10
    assert all(line.pieces[0].text[0] not in NOT_FIRST for line in lines)


def test_a_long_text_is_split_between_pages_and_never_leaves_one_line_alone() -> None:
    text = Text([("word " * 400, False)], STYLE)
    text.wrap(300, 1000)
    lines = round(text.height / 14)
    first, rest = text.split(300, 5 * 14)
    assert isinstance(first, SetLines)
    assert first.height + rest.height == text.height
    assert text.split(300, 14) == []
    nearly = text.split(300, (lines - 1) * 14)
    assert round(nearly[1].height / 14) == 2


def test_writing_from_right_to_left_ends_at_the_right_when_it_has_several_lines() -> None:
    for text, lines in (("שלום", 1), ("שלום " * 80, 5)):
        flowable = Text([(text, False)], STYLE, own_direction=True)
        flowable.wrap(400, 800)
        assert (flowable.height > 14) == (lines > 1)


def test_text_that_looks_like_markup_stays_text() -> None:
    text = "<b>Bold</b> &amp; <para> </font>"
    (page,) = pypdf.PdfReader(io.BytesIO(drawn(text))).pages
    assert page.extract_text() == text


def test_shaped_text_says_what_it_stands_for() -> None:
    word = "क्षत्रिय"
    assert ("FEFF" + word.encode("utf-16-be").hex().upper()).encode() in drawn(word)


def test_two_documents_of_one_text_are_the_same_bytes_whatever_was_set_between() -> None:
    first = drawn(" ".join(PEOPLE))
    drawn("क्षत्रिय " + "كتب لله")
    assert drawn(" ".join(PEOPLE)) == first


@pytest.mark.parametrize("face", [SANS, BOLD, MONO])
def test_a_character_that_the_wanted_typeface_lacks_is_taken_from_another(face: str) -> None:
    assert face_for("中", face) == "WenQuanYiMicroHei-Subset"
    assert face_for("a", face) == face
    assert face_for("\U0001f9ff", face) is None
