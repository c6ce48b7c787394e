"""What a report tells of its case and of its own limits, the same in the PDF and in its HTML twin."""

from __future__ import annotations

import dataclasses
import io
import json
import re
import unicodedata
from html import unescape

import pypdf
import pytest

from core.reporting import limitations as limits
from core.reporting.case_searches import HIDDEN, NO_CASE, NOT_JUDGED, opening, search_rows
from core.reporting.content import ReportContent
from core.reporting.document import report_json
from core.reporting.examination import Examination
from core.reporting.html import report_html
from core.reporting.limitations import limitations, texts
from core.reporting.method_wording import method
from core.reporting.pdf import report_pdf
from core.types import Band, Suitability
from tests.core.reporting.report_samples import (
    MARKUP_NOTE,
    disagreement,
    judged,
    maps_with_a_test,
    model_card,
    sample_content,
    with_record,
)


def printed(content: ReportContent) -> str:
    pages = pypdf.PdfReader(io.BytesIO(report_pdf(content))).pages
    return unicodedata.normalize("NFKC", " ".join(" ".join(page.extract_text() for page in pages).split()))


def shown(content: ReportContent) -> str:
    page = re.sub("<style>.*?</style>", "", report_html(content).decode("utf-8"), flags=re.S)
    return unicodedata.normalize("NFKC", " ".join(unescape(re.sub("<[^>]*>", " ", page)).split()))


@pytest.fixture(scope="module")
def content() -> ReportContent:
    return with_record(
        sample_content(maps=maps_with_a_test(False), examination=disagreement("Ada", "Bob"), landmarks=False),
        derived=True,
    )


def test_every_search_of_the_case_is_listed_the_empty_and_the_contrary_ones_too(
    content: ReportContent,
) -> None:
    rows = search_rows(content)
    assert [row.reported for row in rows] == [False, False, False, True]
    lists, answers = ([row.cells[column] for row in rows] for column in (3, 4))
    assert lists[0] == "No candidate"
    assert lists[1].startswith("3 candidates")
    assert lists[2] == "Hidden"
    assert answers[0] == NOT_JUDGED
    assert answers[1] == "Nobody suitable\nRank 1: Support for two persons (Ada)"
    assert answers[2] == HIDDEN
    assert "Rejected: rank 1 (Ada)\nShortlisted: rank 2 (Ada)\nRejected: rank 2 (Bob)" in answers[3]
    assert opening(content).startswith(
        "The case has 4 searches, and all of them are listed, whatever they led to"
    )
    assert "1 of them came out empty." in opening(content)


def test_a_search_outside_a_case_says_so() -> None:
    assert opening(sample_content(case=None)) == NO_CASE
    assert search_rows(sample_content(case=None)) == ()


def test_the_twins_say_the_same_of_the_case_the_materials_the_method_and_the_limits(
    content: ReportContent,
) -> None:
    pdf, html = printed(content), shown(content)
    told = [
        opening(content),
        *limitations(content),
        *(words for _, words in method(content.card)),
        "Entry 1,234: " + "0f" * 32,
        "Request and authority",
        "Notes on the case",
        "crop (left 10, top 4.5) of picture 1",
        "ab" * 32,
        "The probe, native pixels",
        "Candidate of rank 2, aligned",
        MARKUP_NOTE,
    ]
    for words in told:
        wanted = unicodedata.normalize("NFKC", " ".join(words.split()))
        assert wanted.replace(" ", "") in pdf.replace(" ", ""), words
        assert wanted in html, words


def test_the_limits_are_those_of_this_search(content: ReportContent) -> None:
    said = limitations(content)
    plain = limitations(sample_content(band=Band.GOOD))
    assert said[0] == limits.NO_IDENTITY
    for words in (
        "aligned to its box alone",
        "derived from the original",
        "2 of 2 tested maps",
        "were hidden",
    ):
        assert any(words in one for one in said), words
        assert not any(words in one for one in plain), words
    assert any("No examiner has looked" in one for one in plain)


def test_an_examiner_without_a_second_one_is_a_limit() -> None:
    alone = sample_content(examination=Examination((judged(1, 0, "Ada", Suitability.LIMITED),)))
    assert any("No second examiner" in one for one in limitations(alone))


def test_a_character_that_no_typeface_has_is_named_among_the_limits() -> None:
    content = sample_content(("Plain", "\U0001f9ff"))
    (sentence,) = (one for one in limitations(content) if "empty box" in one)
    assert sentence.endswith(": U+1F9FF (NAZAR AMULET).")
    assert "□" in printed(content)
    assert "\U0001f9ff" in shown(content)
    assert not any("empty box" in one for one in limitations(sample_content()))


def test_every_text_of_a_record_is_found_however_deep_it_lies(content: ReportContent) -> None:
    found = set(texts(content))
    assert {"j.doe", "evidence/probe.jpg", "Ann Lee", MARKUP_NOTE, content.card.licence, "0f" * 32} <= found
    assert "fair" not in found


def test_the_method_names_the_network_and_the_papers() -> None:
    card = dataclasses.replace(model_card(), recognizability="RI", architecture="ril-mobilefacenet")
    words = dict(method(card))["The network"]
    assert "CVPR 2023" in words
    assert "MobileFaceNets" in words
    assert "Deng" in dict(method(model_card()))["The network"]
    other = dataclasses.replace(card, architecture="somenet")
    assert "built on somenet." in dict(method(other))["The network"]


def test_the_document_holds_the_rest_of_the_case(content: ReportContent) -> None:
    told = json.loads(report_json(content))
    assert [one["id"] for one in told["case_searches"]] == [39, 40, 41, 42]
    assert told["case_searches"][1]["nobody_suitable"] is True
    assert told["case_searches"][1]["judgements"][0]["answer"] == "different"
    assert told["pictures"][0]["operation"] == "crop"
    assert told["log"] == {"sequence": 1234, "entry_hash": "0f" * 32}
    assert told["limitations"] == list(limitations(content))


def test_a_report_is_dated_with_the_last_thing_it_tells_of_the_case(content: ReportContent) -> None:
    record = content.record
    assert max(record.instants) == max(
        told for one in record.searches for told in (one.search.created, *one.examination.instants)
    )
    assert sample_content(record=record).written == max(record.instants)
