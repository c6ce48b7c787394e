"""The report of a tuning as a PDF, in the typefaces and with the frame of the other reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

from reportlab import rl_config
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate

from core import __version__
from core.reporting.figures import ACCENT, MUTED, RULE
from core.reporting.layout import MARGIN, WIDTH
from core.reporting.plain_text import visible
from core.reporting.typesetting.legible import legible
from core.reporting.typesetting.text import draw_string
from core.reporting.typesetting.typefaces import BOLD, SANS, register_typefaces
from core.workspace.tuning.tuning_pdf_sections import story

# Streams stay binary, as in the other reports.
rl_config.useA85 = 0

STATEMENT = "Measured on the people held out here; it says nothing of other cameras"
_FOOTER = 14 * mm


def tuning_pdf(record: Mapping[str, Any]) -> bytes:
    """Return the report of a tuning as the bytes of an A4 PDF.

    Parameters
    ----------
    record : mapping
        What the JSON report holds.

    Returns
    -------
    bytes
        Equal records give equal bytes; the date of the document is that of the run.
    """
    register_typefaces()
    # The footer says how many pages there are, which only a finished layout tells.
    _, pages = _render(record, 0)
    data, _ = _render(record, pages)
    return data


def _render(record: Mapping[str, Any], pages: int) -> tuple[bytes, int]:
    run = record["run"]
    stream = BytesIO()
    document = BaseDocTemplate(
        stream,
        pagesize=A4,
        invariant=1,
        lang="en",
        initialFontName=SANS,
        title=visible(f"Report of a tuning: {run['name']}")[:300],
        author=visible(run["operator"])[:300],
        subject=STATEMENT,
        creator=f"Discern {__version__}",
        displayDocTitle=True,
        keywords=[],
    )
    room = {f"{side}Padding": 0 for side in ("left", "right", "top", "bottom")}
    frame = Frame(MARGIN, 24 * mm, WIDTH, A4[1] - 46 * mm, **room)
    stamp = datetime.fromisoformat(run["created"]).strftime("D:%Y%m%d%H%M%S+00'00'")

    def furnish(canvas: Any, _document: Any) -> None:
        canvas.setDateFormatter(lambda *_: stamp)
        canvas.showOutline()
        _furnish(canvas, (run["name"], run["created"]), pages)

    document.addPageTemplates([PageTemplate("page", frames=[frame], onPage=furnish)])
    document.build(story(record))
    return stream.getvalue(), document.page


def _furnish(canvas: Any, run: Sequence[str], pages: int) -> None:
    name, created = run
    right, top = MARGIN + WIDTH, A4[1] - 14 * mm
    canvas.saveState()
    draw_string(canvas, MARGIN, top, f"Discern  ·  {legible(name, 45)}", SANS, 7, MUTED)
    draw_string(canvas, right, top, f"Tuning  ·  begun {created}", SANS, 7, MUTED, right=True)
    canvas.setStrokeColor(RULE)
    canvas.setLineWidth(0.4)
    canvas.line(MARGIN, _FOOTER + 4.5 * mm, right, _FOOTER + 4.5 * mm)
    number = f"Page {canvas.getPageNumber()} of {pages}"
    draw_string(canvas, right, _FOOTER, number, SANS, 7.5, MUTED, right=True)
    draw_string(canvas, MARGIN, _FOOTER, STATEMENT, BOLD, 8, ACCENT)
    canvas.restoreState()
