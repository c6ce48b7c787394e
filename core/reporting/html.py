"""The report as one HTML file: the twin of the PDF, with the same content in the same order.

Pictures and style lie in the file, and its policy forbids it to run or to fetch anything. Each text that
somebody wrote has its own direction.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from itertools import groupby

from core.reporting import facts, wording
from core.reporting.content import CandidateContent, ReportContent, SearchContent
from core.reporting.examiners import examiners_part
from core.reporting.html_case import limitations_part, searches_part
from core.reporting.html_maps import comparison, evidence_rows, face_rows
from core.reporting.html_markup import boxed, bullets, name, paragraph, pixels, section, text
from core.reporting.html_markup import facts as fact_list
from core.reporting.method_wording import method
from core.types import Band, BandEdges, ModelCard, Recognizability

_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


def report_html(content: ReportContent) -> bytes:
    """Return a report as an HTML document.

    Parameters
    ----------
    content : ReportContent
        What to say.

    Returns
    -------
    bytes
        UTF-8; the same content always gives the same bytes.
    """
    search, case = content.search.search, content.case
    subject = case.title if case else f"Search {search.search_id}"
    title = text(f"Report of a face search: search {search.search_id}" + (f", {case.title}" if case else ""))
    lines = (
        "<!DOCTYPE html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        '<meta name="referrer" content="no-referrer">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f'<meta name="generator" content="{text(f"Discern {content.program_version}")}">',
        f"<title>{title}</title>",
        f"<style>\n{_style()}</style>",
        "</head>",
        "<body>",
        f'<header>\n<h1>Report of a face search</h1>\n<p class="subtitle">{name(subject)}</p>\n</header>',
        "<main>",
        _cover(content),
        _probe(content.search, content.card.bands),
        _candidates(content.search),
        _examiners(content),
        searches_part(content),
        section(
            "5 Materials",
            paragraph(facts.VERIFIED),
            fact_list(facts.material_facts(content.search, content.record)),
        ),
        _method(content.card),
        _model(content.card),
        limitations_part(content),
        _reproduction(content.search),
        "</main>",
        f"<footer>{text(wording.LEAD_ONLY)}</footer>",
        "</body>",
        "</html>",
    )
    return ("\n".join(lines) + "\n").encode("utf-8")


@cache
def _style() -> str:
    return files("resources").joinpath("report.css").read_text(encoding="utf-8")


def _cover(content: ReportContent) -> str:
    return "\n".join(
        (
            f'<div class="banner"><strong>{text(wording.LEAD_ONLY)}</strong>{text(wording.CAUTION)}</div>',
            fact_list(facts.cover_facts(content)),
            '<div class="columns">',
            f"<div><h3>What this report says</h3>{bullets(wording.SAYS)}</div>",
            f"<div><h3>What it does not say</h3>{bullets(wording.SAYS_NOT)}</div>",
            "</div>",
        )
    )


def _probe(content: SearchContent, edges: BandEdges) -> str:
    probe = content.search.probe
    index = probe.recognizability
    size = f"The picture as found, {probe.width} × {probe.height} px. The box is drawn over it."
    verdict = (
        f"<p><strong>{text(wording.index_name(index))}: {text(wording.number(index.index, 3))}, "
        f"band “{text(index.band)}”.</strong> {text(wording.meaning(index.band))} "
        f"{text(wording.consequence(index.band, probe.eye_distance_px))}</p>"
    )
    return section(
        "1 The probe",
        f"<figure>{boxed(content.picture, probe.box)}<figcaption>{text(size)}</figcaption></figure>",
        *face_rows(content),
        fact_list(facts.probe_facts(content)),
        "<h3>Recognizability</h3>",
        _scale(index, edges),
        verdict,
        paragraph(" ".join(wording.index_basis(index)), "small"),
    )


def _scale(index: Recognizability, edges: BandEdges) -> str:
    """Return a bar of the bands from 0 to 1, or as far as the index goes, with the index above it."""
    low, high = min(0.0, index.index), max(1.0, index.index, edges.good)
    marks = (low, edges.low, edges.fair, edges.good, high)
    names = (Band.UNRECOGNIZABLE, Band.LOW, Band.FAIR, Band.GOOD)
    bars = "".join(
        f'<span style="width: {100 * max(end - start, 0.0) / (high - low):.2f}%">{text(band)}</span>'
        for start, end, band in zip(marks[:-1], marks[1:], names, strict=True)
    )
    place = 100 * (index.index - low) / (high - low)
    return (
        f'<div class="scale">{bars}<b style="left: {place:.2f}%">{wording.number(index.index, 3)}</b></div>'
    )


def _candidates(content: SearchContent) -> str:
    search = content.search
    blocks = [paragraph(wording.searched(search.result, search.top))]
    if content.candidates:
        band = search.probe.recognizability.band
        blocks.append(paragraph(f"{wording.SIMILARITY} {wording.RANK_ONE} {wording.fusion(search.result)}"))
        if band in (Band.UNRECOGNIZABLE, Band.LOW):
            warning = (
                f'<p class="note"><strong>The probe is in the band “{text(band)}”.</strong> '
                f"{text(wording.consequence(band))}</p>"
            )
            blocks.append(warning)
        blocks.append(_table(content))
    if any(entry.crop is None for entry in content.candidates):
        blocks.append(paragraph(facts.ERASED, "small"))
    return section("2 Candidates", *blocks, *evidence_rows(content))


def _table(content: SearchContent) -> str:
    index = text(f"Index of its sample ({wording.index_name(content.search.probe.recognizability)})")
    columns = ("Rank", "", "Subject", "Similarity", index, "Band")
    header = "".join(f'<th scope="col">{column}</th>' for column in columns)
    rows = "\n".join(_row(entry) for entry in content.candidates)
    return f'<table class="candidates">\n<tr>{header}</tr>\n{rows}\n</table>'


def _row(entry: CandidateContent) -> str:
    one = entry.candidate
    if entry.crop is None:
        shown = '<div class="absent"></div>'
    else:
        shown = pixels(entry.crop.image.pixels, f"Enrolled crop of the candidate of rank {one.rank}", "crop")
    subject = (
        f"<strong>{name(one.subject)}</strong><br>"
        f'<span class="small">Gallery {name(one.gallery)}<br>'
        f"Sample {one.sample_id}, {name(one.sample_source)}</span>"
    )
    return (
        f"<tr><td><strong>{one.rank}</strong></td><td>{shown}</td><td>{subject}</td>"
        f'<td class="number">{wording.number(one.similarity, 4)}</td>'
        f'<td class="number">{wording.number(one.recognizability, 3)}</td><td>{text(one.band)}</td></tr>'
    )


def _examiners(content: ReportContent) -> str:
    part = examiners_part(content.search.search, content.examination)
    blocks = [paragraph(sentence) for sentence in part.opening]
    blocks += [f'<p class="note"><strong>{name(sentence)}</strong></p>' for sentence in part.disagreements]
    if part.verdicts:
        blocks += ["<h3>Verdicts on the list</h3>", fact_list(list(part.verdicts))]
    for rank, statements in groupby(part.statements, key=lambda one: one.rank):
        blocks += [comparison(content.search, rank)] if rank else []
        for statement in statements:
            blocks += [f"<h3>{text(statement.title)}</h3>", fact_list(list(statement.facts))]
    return section("3 The examiners", *blocks)


def _method(card: ModelCard) -> str:
    return section(
        "6 Method", *(f"<p><strong>{text(step)}.</strong> {text(words)}</p>" for step, words in method(card))
    )


def _model(card: ModelCard) -> str:
    blocks = [fact_list(facts.model_facts(card))]
    for title, sentences, none in (
        ("Figures", card.figures, "The card of the model states no measured figures."),
        ("Limitations", card.limitations, "The card of the model states no limitations."),
    ):
        blocks += [f"<h3>{title}</h3>", bullets(sentences) if sentences else paragraph(none)]
    return section("7 The model", *blocks)


def _reproduction(content: SearchContent) -> str:
    conditions = "<br>".join(f"{text(key)} = {text(value)}" for key, value in content.search.conditions)
    return section(
        "9 Reproduction",
        fact_list(facts.reproduction_facts(content)),
        "<h3>Versions, device and settings of the search</h3>",
        f'<div class="conditions">{conditions}</div>',
    )
