"""The examiners' part of a report, in each of its formats."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape

import pypdf
import pytest

from core.reporting import examiner_wording as words
from core.reporting.content import ReportContent
from core.reporting.document import report_json
from core.reporting.examination import Examination
from core.reporting.examiners import ExaminersPart, examiners_part
from core.reporting.html import report_html
from core.reporting.pdf import report_pdf
from core.reporting.table import report_csv
from core.types import (
    CandidateVerdict,
    Component,
    Conclusion,
    FeatureNote,
    Finding,
    Judgement,
    ProbeFace,
    Suitability,
    Verdict,
)

MakeContent = Callable[..., ReportContent]
START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
CHECKLIST = (
    FeatureNote(Component.NOSE, True, Finding.DIFFERENT, "bridge much broader"),
    FeatureNote(Component.EYES, True, Finding.SIMILAR),
    FeatureNote(Component.HAIRLINE, True, Finding.NOT_COMPARABLE),
    FeatureNote(Component.EARS, False),
)


def judged(
    key: int,
    rank: int,
    examiner: str,
    answer: Suitability | Conclusion,
    features: tuple[FeatureNote, ...] = (),
    **changes: object,
) -> Judgement:
    """Return a judgement that was made so many minutes after the start as its key says."""
    suitability, conclusion = (answer, None) if isinstance(answer, Suitability) else (None, answer)
    made = START + timedelta(minutes=key)
    one = Judgement(key, 42, rank, examiner, False, suitability, conclusion, features, "", True, made)
    return dataclasses.replace(one, **changes)  # type: ignore[arg-type]


def verdict(rank: int, examiner: str, said: Verdict) -> CandidateVerdict:
    return CandidateVerdict(42, rank, rank, said, examiner, START)


EXAMINED = Examination(
    judgements=(
        judged(1, 0, "Ada", Suitability.LIMITED, (FeatureNote(Component.EYES, True),), note="Dark."),
        judged(2, 3, "Ada", Conclusion.UNDECIDED),
        judged(3, 3, "ADA", Conclusion.DIFFERENT, CHECKLIST, note="The nose decides."),
        judged(4, 1, "Ada", Conclusion.SAME, on_original=False),
        judged(5, 1, "Bob", Conclusion.SAME, second=True),
        judged(6, 3, "Bob", Conclusion.INSUFFICIENT, second=True),
        judged(7, 2, "Cleo", Conclusion.SAME_STRONGLY),
    ),
    verdicts=(
        verdict(1, "Ada", Verdict.SHORTLISTED),
        verdict(2, "Ada", Verdict.REJECTED),
        verdict(2, "Bob", Verdict.SHORTLISTED),
    ),
)


def part_of(make_content: MakeContent, examination: Examination) -> ExaminersPart:
    return examiners_part(make_content().search.search, examination)


def plain(html: bytes) -> str:
    return " ".join(unescape(re.sub("<[^>]*>", " ", html.decode("utf-8"))).split())


def printed(pdf: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_a_search_that_nobody_judged_says_so_in_one_sentence(make_content: MakeContent) -> None:
    content = make_content()
    assert part_of(make_content, Examination()) == ExaminersPart((words.NOTHING,))
    assert words.NOTHING in plain(report_html(content))
    assert words.NOTHING in printed(report_pdf(content))
    document = json.loads(report_json(content))
    assert (document["judgements"], document["verdicts"], document["nobody_suitable"]) == ([], [], False)


def test_disagreements_are_said_plainly_and_only_the_last_word_of_each_examiner_counts(
    make_content: MakeContent,
) -> None:
    assert part_of(make_content, EXAMINED).disagreements == (
        "The examiners disagree on candidate 2: rejected by Ada; shortlisted by Bob.",
        "The examiners disagree on candidate 3: ADA says “Support for two persons”; "
        "Bob says “Insufficient to conclude”.",
    )


def test_examiners_who_agree_are_said_to_agree_and_one_alone_is_not(make_content: MakeContent) -> None:
    alone = Examination((judged(1, 1, "Ada", Conclusion.SAME),))
    both = Examination((*alone.judgements, judged(2, 1, "Bob", Conclusion.SAME, second=True)))
    assert words.AGREE not in part_of(make_content, alone).opening
    assert words.AGREE in part_of(make_content, both).opening
    assert part_of(make_content, both).disagreements == ()


@pytest.mark.parametrize(
    ("examination", "sentence"),
    [
        (Examination(nobody_suitable=True), words.NOBODY_SUITABLE),
        (Examination(verdicts=EXAMINED.verdicts), "The probe was not judged on its own."),
        (Examination(EXAMINED.judgements[:1]), "No candidate was compared."),
    ],
)
def test_what_was_answered_and_what_was_left_out_is_said(
    make_content: MakeContent, examination: Examination, sentence: str
) -> None:
    assert sentence in part_of(make_content, examination).opening
    content = make_content(examination=examination)
    assert sentence in plain(report_html(content))
    assert sentence in printed(report_pdf(content))


def test_each_statement_names_role_examiner_time_conclusion_and_checklist(make_content: MakeContent) -> None:
    statements = part_of(make_content, EXAMINED).statements
    assert [one.title for one in statements] == [
        "The probe, first examiner",
        "Candidate of rank 1, first examiner",
        "Candidate of rank 1, second examiner",
        "Candidate of rank 2, further examiner",
        "Candidate of rank 3, first examiner",
        "Candidate of rank 3, second examiner",
    ]
    assert dict(statements[0].facts)["Visible"] == "Eyes"
    assert dict(statements[0].facts)["Note"] == "Dark."
    assert dict(statements[1].facts)["Seen"] == words.ON_DERIVED
    assert dict(statements[2].facts)["Seen"] == words.ON_ORIGINAL
    facts = dict(statements[4].facts)
    assert facts["Subject"] == "Cy Dahl"
    assert facts["Made"] == "2026-11-24 09:03:00 UTC"
    assert facts["Conclusion"].startswith("Support for two persons. What was seen supports")
    assert [facts[name] for name in ("Similar", "Different", "Not comparable", "Not visible")] == [
        "Eyes",
        "Nose",
        "Hairline",
        "Ears",
    ]
    assert facts["On: Nose"] == "bridge much broader"
    assert facts["Replaced"] == "Support for neither, 2026-11-24 09:02:00 UTC"
    assert dict(statements[5].facts)["Checklist"] == "Not filled in"


def test_page_and_pdf_hold_every_word_of_the_part_and_the_same_bytes_each_time(
    make_content: MakeContent,
) -> None:
    content = make_content(examination=EXAMINED)
    part = part_of(make_content, EXAMINED)
    spoken = [*part.opening, *part.disagreements]
    for label, value in [*part.verdicts, *(row for one in part.statements for row in one.facts)]:
        spoken += [label, value]
    for write, read in ((report_html, plain), (report_pdf, printed)):
        data = write(content)
        text = read(data)
        for one in spoken + [statement.title for statement in part.statements]:
            assert one in text, one
        assert "%" not in text.partition("3 The examiners")[2].partition("5 Materials")[0]
        assert write(make_content(examination=EXAMINED)) == data
    assert report_json(make_content(examination=EXAMINED)) == report_json(content)


def test_the_json_holds_every_judgement_and_only_adds_keys(make_content: MakeContent) -> None:
    document = json.loads(report_json(make_content(examination=EXAMINED)))
    assert [one["answer"] for one in document["judgements"]] == [
        "limited",
        "undecided",
        "different",
        "same",
        "same",
        "insufficient",
        "same_strongly",
    ]
    assert document["judgements"][2]["features"][0]["note"] == "bridge much broader"
    assert [one["verdict"] for one in document["verdicts"]] == ["shortlisted", "rejected", "shortlisted"]
    assert document["nobody_suitable"] is False
    assert document["search"]["id"] == 42


def test_the_table_says_beside_each_candidate_what_examiners_said(make_content: MakeContent) -> None:
    data = report_csv(make_content(examination=EXAMINED)).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(data, newline="")))
    assert [row["conclusions"] for row in rows] == [
        "Ada: same; Bob: same",
        "Cleo: same_strongly",
        "ADA: different; Bob: insufficient",
    ]
    assert [row["verdicts"] for row in rows] == ["Ada: shortlisted", "Ada: rejected; Bob: shortlisted", ""]
    assert {row["probe_judgements"] for row in rows} == {"Ada: limited"}
    assert {row["nobody_suitable"] for row in rows} == {"no"}


def test_the_faces_of_a_template_are_named_with_their_weights_when_there_are_several(
    make_content: MakeContent,
) -> None:
    one, several = (ProbeFace(8, 1.0),), (ProbeFace(8, 0.625), ProbeFace(5, 0.375))
    for faces in ((), one, several):
        content = make_content(search_changes={"faces": faces})
        assert json.loads(report_json(content))["probe_faces"] == [
            {"face_id": face.face_id, "weight": face.weight} for face in faces
        ]
        page = plain(report_html(content))
        assert ("face 8 (shown here) with weight 0.625, face 5 with weight 0.375" in page) is (
            faces is several
        )
    assert "one template of 2 faces" in printed(report_pdf(make_content(search_changes={"faces": several})))


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "=1+1", "محمد العربي", "x\u202ey", "\udcff\x00"]
)
def test_hostile_words_of_an_examiner_stay_text(make_content: MakeContent, text: str) -> None:
    note = FeatureNote(Component.NOSE, True, Finding.SIMILAR, text)
    said = Examination(
        (judged(1, 1, text, Conclusion.SAME, (note,), note=text),), (verdict(1, text, Verdict.REJECTED),)
    )
    content = make_content(examination=said)
    page = report_html(content).decode("utf-8")
    assert "<script>" not in page
    assert "\u202e" not in page
    assert report_pdf(content).startswith(b"%PDF")
    row = report_csv(content).decode("utf-8-sig").splitlines()[1]
    assert ",=1" not in row
    assert json.loads(report_json(content))["judgements"][0]["note"] == text


def test_very_long_notes_and_many_verdicts_can_be_laid_out(make_content: MakeContent) -> None:
    names = tuple(f"Person {number}" for number in range(1, 81))
    checklist = tuple(FeatureNote(part, True, Finding.SIMILAR, "word " * 400) for part in Component)
    said = Examination(
        (judged(1, 1, "Ada", Conclusion.SAME, checklist, note="line\n" * 300),),
        tuple(verdict(rank, "Ada", Verdict.REJECTED) for rank in range(1, 81)),
    )
    text = printed(report_pdf(make_content(names, examination=said)))
    assert "by Ada, subject Person 80" in text
