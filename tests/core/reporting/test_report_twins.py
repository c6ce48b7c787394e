"""The HTML twin of the report, and its candidates as CSV."""

from __future__ import annotations

import base64
import csv
import io
import re
from collections.abc import Callable
from html.parser import HTMLParser

import numpy as np
import pytest
from PIL import Image

from core.reporting.content import ReportContent
from core.reporting.html import report_html
from core.reporting.plain_text import FORMULA, cell, visible
from core.reporting.table import COLUMNS, report_csv
from core.types import Band

MakeContent = Callable[..., ReportContent]
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "=cmd|' /C calc'!A0",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "  =1",
    "＝1",
    "../../etc/passwd",
    "one\nline\r\nmore",
    "محمد العربي",
    "山田太郎",
    "Nguyễn Thị Ánh",
    "x\u202ey",
    "x\udcff\x00",
)
VOID = {"meta", "img", "br"}


class Page(HTMLParser):
    """Collects what a page holds and checks that its tags are balanced."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attributes)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def page_of(content: ReportContent) -> Page:
    return Page(report_html(content).decode("utf-8"))


def test_two_exports_of_one_search_are_the_same_bytes(make_content: MakeContent) -> None:
    for write in (report_html, report_csv):
        assert write(make_content(HOSTILE)) == write(make_content(HOSTILE))
        assert write(make_content(HOSTILE)) != write(make_content())


def test_the_page_says_what_the_pdf_says(make_content: MakeContent) -> None:
    content = make_content(removed=(2,))
    text = " ".join(page_of(content).words)
    for words in (
        "An investigative lead, not an identification",
        "Robbery, Main Street",
        "LAB-2026-0117",
        "What it does not say",
        "0.512",
        "Eye distance 12.0 px",
        "Ann Lee",
        "101 subjects",
        "An empty square stands for a subject that was removed",
        content.search.search.probe.sha256,
        "Similarity is not a probability of identity",
        "9 Reproduction",
        "version.torch = 2.13.0",
        content.search.search.audit_hash,
        content.card.licence,
    ):
        assert words in text, words


def test_the_lead_only_statement_is_the_footer_of_the_page(make_content: MakeContent) -> None:
    page = report_html(make_content()).decode("utf-8")
    assert "<footer>An investigative lead, not an identification</footer>" in page
    assert re.search(r"footer \{ position: fixed;", page)


@pytest.mark.parametrize("place", ["subject", "case"])
def test_hostile_names_are_text_and_nothing_is_run_or_fetched(
    make_content: MakeContent, case: object, place: str
) -> None:
    if place == "subject":
        content = make_content(HOSTILE)
    else:
        import dataclasses

        changed = dataclasses.replace(
            case, title="".join(HOSTILE), reference=HOSTILE[0], authority=HOSTILE[1], notes="x"
        )
        content = make_content(case=changed)
    page = page_of(content)
    names = {tag for tag, _ in page.tags}
    assert not names & {"script", "iframe", "object", "link", "a", "form", "base"}
    for tag, attributes in page.tags:
        assert not [one for one in attributes if one.startswith("on")]
        if tag == "img":
            assert (attributes["src"] or "").startswith(("data:image/png;base64,", "data:image/jpeg;base64,"))
    policy = [one["content"] for tag, one in page.tags if one.get("http-equiv") == "Content-Security-Policy"]
    assert policy == ["default-src 'none'; img-src data:; style-src 'unsafe-inline'"]
    text = "".join(page.words)
    assert "محمد العربي" in text
    assert "山田太郎" in text
    assert "[U+202E]" in text
    assert "\u202e" not in text


def test_the_original_jpeg_lies_in_the_page_byte_for_byte(make_content: MakeContent) -> None:
    stream = io.BytesIO()
    pixels = np.random.default_rng(0).integers(0, 256, (60, 80, 3), np.uint8)
    Image.fromarray(pixels).save(stream, "JPEG", quality=90)
    page = page_of(make_content(picture=stream.getvalue()))
    (found,) = [one["src"] or "" for tag, one in page.tags if one.get("class") == "found"]
    assert base64.b64decode(found.removeprefix("data:image/jpeg;base64,")) == stream.getvalue()


@pytest.mark.parametrize(
    ("names", "band"), [((), Band.LOW), (("One",), Band.UNRECOGNIZABLE), (("N" * 200,) * 60, Band.GOOD)]
)
def test_a_page_holds_no_candidate_or_many_with_long_names(
    make_content: MakeContent, names: tuple[str, ...], band: Band
) -> None:
    page = page_of(make_content(names, band=band, case=None, evidence=None, attention=False))
    assert sum(one.get("class") == "crop" for _, one in page.tags) == len(names)


def rows(content: ReportContent) -> list[list[str]]:
    return list(csv.reader(io.StringIO(report_csv(content).decode("utf-8-sig"), newline="")))


def test_the_table_has_a_line_for_each_candidate_with_its_exact_numbers(make_content: MakeContent) -> None:
    content = make_content(removed=(2,))
    header, *lines = rows(content)
    assert header == list(COLUMNS)
    assert len(lines) == 3
    for line, one in zip(lines, content.search.search.result.candidates, strict=True):
        record = dict(zip(header, line, strict=True))
        assert (int(record["rank"]), record["subject"]) == (one.rank, one.subject)
        assert float(record["similarity"]) == one.similarity
        assert record["statement"] == "An investigative lead, not an identification"
    assert lines[1][header.index("crop_sha256")] == ""
    assert rows(make_content(())) == [list(COLUMNS)]


def test_no_text_of_the_table_begins_like_a_formula_and_no_name_breaks_a_line(
    make_content: MakeContent,
) -> None:
    header, *lines = rows(make_content(HOSTILE))
    assert len(lines) == len(HOSTILE)
    for line, given in zip(lines, HOSTILE, strict=True):
        subject = line[header.index("subject")]
        for text in line:
            assert not text.lstrip(" ").startswith(tuple(FORMULA))
        assert subject.removeprefix("'") == visible(given)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("=1+1", "'=1+1"),
        (" @x", "' @x"),
        ("\t=1", "'[U+0009]=1"),
        ("a\r\nb", "a[U+000D][U+000A]b"),
        ("", ""),
    ],
)
def test_a_cell_is_text(text: str, shown: str) -> None:
    assert cell(text) == shown


def test_what_does_not_show_is_shown_by_its_code_point_and_what_spelling_needs_stays() -> None:
    assert (
        visible("a\u202eb\u200fc\x00\u2028\udcff\ue000")
        == "a[U+202E]b[U+200F]c[U+0000][U+2028][U+DCFF][U+E000]"
    )
    assert visible("می\u200cخواهم") == "می\u200cخواهم"
    assert visible("e\u0301") == "é"
    assert visible("a\r\nb\rc", lines=True) == "a\nb\nc"
