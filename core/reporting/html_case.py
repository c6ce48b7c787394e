"""The parts of the HTML report on the whole case and on the limits of the report."""

from __future__ import annotations

from core.reporting.case_searches import COLUMNS, opening, search_rows
from core.reporting.content import ReportContent
from core.reporting.html_markup import bullets, paragraph, section, text
from core.reporting.limitations import limitations


def searches_part(content: ReportContent) -> str:
    """List all searches of the case, whatever they led to.

    Parameters
    ----------
    content : ReportContent
        What to say.

    Returns
    -------
    str
        HTML.
    """
    blocks = [paragraph(opening(content))]
    found = search_rows(content)
    if found:
        header = "".join(f'<th scope="col">{text(column)}</th>' for column in COLUMNS)
        rows = "\n".join(
            f"<tr{' class=reported' if one.reported else ''}>"
            + "".join(f"<td>{_lines(cell)}</td>" for cell in one.cells)
            + "</tr>"
            for one in found
        )
        blocks.append(f'<table class="searches">\n<tr>{header}</tr>\n{rows}\n</table>')
    return section("4 All searches of the case", *blocks)


def limitations_part(content: ReportContent) -> str:
    """List what limits the report."""
    return section("8 Limitations", bullets(limitations(content)))


def _lines(cell: str) -> str:
    return "<br>".join(f"<bdi>{text(line)}</bdi>" for line in cell.split("\n"))
