"""The candidate list as CSV, for spreadsheets.

UTF-8 with a byte order mark, which spreadsheets need, and lines that end as RFC 4180 says. No text begins
like a formula: it then stands after an apostrophe, and the JSON of the report holds it as it is. Numbers are
numbers. What examiners said last stands as "examiner: answer", several of them with semicolons between.
"""

from __future__ import annotations

import csv
import io

from core.reporting.content import ReportContent
from core.reporting.examination import Examination
from core.reporting.plain_text import cell
from core.reporting.wording import LEAD_ONLY

COLUMNS = (
    "search",
    "rank",
    "subject",
    "gallery",
    "similarity",
    "sample_recognizability",
    "sample_band",
    "sample_source",
    "subject_id",
    "sample_id",
    "template_id",
    "crop_sha256",
    "compared_subjects",
    "model_id",
    "statement",
    "probe_judgements",
    "verdicts",
    "conclusions",
    "nobody_suitable",
)
"""The names of the columns; a new one comes last, so that those before it keep their places."""


def report_csv(content: ReportContent) -> bytes:
    """Return the candidates of a report as CSV, one line each, under a line of column names.

    Parameters
    ----------
    content : ReportContent
        What to say.

    Returns
    -------
    bytes
        The same content always gives the same bytes.
    """
    search = content.search.search
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for entry in content.search.candidates:
        one = entry.candidate
        verdicts = [
            f"{said.examiner}: {said.verdict}"
            for said in content.examination.verdicts
            if said.rank == one.rank
        ]
        writer.writerow(
            (
                search.search_id,
                one.rank,
                cell(one.subject),
                cell(one.gallery),
                repr(one.similarity),
                repr(one.recognizability),
                one.band.value,
                cell(one.sample_source),
                one.subject_id,
                one.sample_id,
                one.template_id,
                entry.crop.image.sha256 if entry.crop else "",
                search.result.gallery_size,
                search.result.model_id,
                LEAD_ONLY,
                cell(_said(content.examination, 0)),
                cell("; ".join(verdicts)),
                cell(_said(content.examination, one.rank)),
                "yes" if content.examination.nobody_suitable else "no",
            )
        )
    return stream.getvalue().encode("utf-8-sig")


def _said(examination: Examination, rank: int) -> str:
    """Return the answers of all examiners on a rank, or on the probe for 0."""
    return "; ".join(
        f"{one.examiner}: {one.suitability or one.conclusion}"
        for one in examination.standing
        if one.rank == rank
    )
