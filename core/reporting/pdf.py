"""The report as a PDF; equal content gives equal bytes.

It is built to PDF/A-2b, but for a picture whose JPEG has four inks: its bytes are kept, and the document then
does not call itself an archival one, since its colours depend on a press that nobody knows.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

from reportlab import rl_config
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate

from core.reporting.content import ReportContent
from core.reporting.figures import ACCENT, MUTED, RULE, has_four_inks
from core.reporting.files import replace_file
from core.reporting.layout import MARGIN, WIDTH
from core.reporting.pdfa import Description, end_streams, make_archival
from core.reporting.plain_text import visible
from core.reporting.sections import story
from core.reporting.typesetting.legible import legible
from core.reporting.typesetting.text import draw_string
from core.reporting.typesetting.typefaces import BOLD, SANS, register_typefaces
from core.reporting.wording import LEAD_ONLY, instant

# Streams stay binary, so that a JPEG lies in the PDF byte for byte.
rl_config.useA85 = 0

_FOOTER = 14 * mm
_METADATA_LIMIT = 300


def write_pdf(content: ReportContent, path: Path) -> Path:
    """Write a report as an A4 PDF.

    The original of a JPEG probe is embedded unchanged. The date of the document is the date of the report.

    Parameters
    ----------
    content : ReportContent
        What to say.
    path : Path
        The file; it appears when it is complete and replaces one that is there.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    replace_file(path, report_pdf(content))
    return path


def report_pdf(content: ReportContent) -> bytes:
    """Return a report as the bytes of an A4 PDF; see :func:`write_pdf`."""
    register_typefaces()
    # The footer says how many pages there are, which only a finished layout tells.
    _, pages = _render(content, 0)
    data, _ = _render(content, pages)
    return end_streams(data)


def _render(content: ReportContent, pages: int) -> tuple[bytes, int]:
    description = _description(content)
    stream = BytesIO()
    document = BaseDocTemplate(
        stream,
        pagesize=A4,
        invariant=1,
        lang="en",
        initialFontName=SANS,
        title=description.title,
        author=description.author,
        subject=description.subject,
        creator=description.creator,
        displayDocTitle=True,
        keywords=[],
    )
    frame = Frame(
        MARGIN,
        24 * mm,
        WIDTH,
        A4[1] - 46 * mm,
        leftPadding=0,
        rightPadding=0,
        topPadding=0,
        bottomPadding=0,
    )

    def furnish(canvas: Any, _document: Any) -> None:
        stamp = content.written.strftime("D:%Y%m%d%H%M%S+00'00'")
        canvas.setDateFormatter(lambda *_: stamp)
        canvas.showOutline()
        if canvas.getPageNumber() == 1 and not has_four_inks(content.search.picture):
            make_archival(canvas, description)
        _furnish(canvas, content, pages)

    document.addPageTemplates([PageTemplate("page", frames=[frame], onPage=furnish)])
    document.build(story(content))
    return stream.getvalue(), document.page


def _description(content: ReportContent) -> Description:
    search, case = content.search.search, content.case
    title = f"Report of a face search: search {search.search_id}" + (f", {case.title}" if case else "")
    return Description(
        title=visible(title)[:_METADATA_LIMIT],
        author=visible(search.operator)[:_METADATA_LIMIT],
        subject=LEAD_ONLY,
        creator=f"Discern {content.program_version}",
        written=content.written,
    )


def _furnish(canvas: Any, content: ReportContent, pages: int) -> None:
    search, case = content.search.search, content.case
    right, top = MARGIN + WIDTH, A4[1] - 14 * mm
    name = (case.reference or case.title) if case else ""
    heading = "Discern" + (f"  ·  {legible(name, 45)}" if name else "")
    canvas.saveState()
    draw_string(canvas, MARGIN, top, heading, SANS, 7, MUTED)
    about = f"Search {search.search_id}  ·  {instant(search.created)}"
    draw_string(canvas, right, top, about, SANS, 7, MUTED, right=True)
    canvas.setStrokeColor(RULE)
    canvas.setLineWidth(0.4)
    canvas.line(MARGIN, _FOOTER + 4.5 * mm, right, _FOOTER + 4.5 * mm)
    number = f"Page {canvas.getPageNumber()} of {pages}"
    draw_string(canvas, right, _FOOTER, number, SANS, 7.5, MUTED, right=True)
    draw_string(canvas, MARGIN, _FOOTER, LEAD_ONLY, BOLD, 8, ACCENT)
    canvas.restoreState()
