"""Pieces of HTML: text that stays text, and pictures that lie in the document itself."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from html import escape

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.imaging.still import encode_png
from core.reporting.content import Picture
from core.reporting.facts import CODE, Facts
from core.reporting.figures import MAX_RASTER_PX, keeps_bytes, reduction
from core.reporting.plain_text import visible
from core.types import BoundingBox


def text(value: str, *, lines: bool = False) -> str:
    """Return text of any origin as HTML; what looks like a tag stays text.

    Parameters
    ----------
    value : str
        Any text.
    lines : bool
        Keep line breaks.

    Returns
    -------
    str
        HTML that is safe as content and inside quotation marks.
    """
    return escape(visible(value, lines=lines), quote=True).replace("\n", "<br>")


def name(value: str) -> str:
    """Return a name as HTML, in its own direction of writing, which does not leak into what surrounds it."""
    return f"<bdi>{text(value)}</bdi>"


def paragraph(value: str, style: str = "") -> str:
    """Return text as a paragraph."""
    return f"<p{_of(style)}>{text(value, lines=True)}</p>"


def bullets(sentences: Iterable[str]) -> str:
    """Return sentences as a list."""
    items = "".join(f"<li>{text(sentence)}</li>" for sentence in sentences)
    return f"<ul>{items}</ul>"


def section(title: str, *blocks: str) -> str:
    """Return blocks under a heading."""
    return "\n".join((f"<section>\n<h2>{text(title)}</h2>", *blocks, "</section>"))


def facts(rows: Facts) -> str:
    """Return labelled facts, one below the other; an empty value is shown as a dash."""
    lines = []
    for label, value in rows:
        shown = f'<bdi dir="auto">{text(value or "–", lines=True)}</bdi>'
        lines.append(f"<dt>{text(label)}</dt><dd{_of('code' if label in CODE else '')}>{shown}</dd>")
    return '<dl class="facts">' + "\n".join(lines) + "</dl>"


def pixels(picture: NDArray[np.uint8], words: str, style: str = "tile") -> str:
    """Return pixels as a picture that is enlarged without smoothing.

    Parameters
    ----------
    picture : ndarray of uint8, shape (height, width, 3)
        RGB.
    words : str
        What it shows, for who cannot see it.
    style : str
        Class of the picture.

    Returns
    -------
    str
        HTML.
    """
    return _picture(encode_png(picture), "png", words, style)


def boxed(picture: Picture, box: BoundingBox) -> str:
    """Return a picture as it was found, with a face box drawn over it.

    Parameters
    ----------
    picture : Picture
        The picture; a JPEG lies in the document byte for byte.
    box : BoundingBox
        The face, in px.

    Returns
    -------
    str
        HTML.
    """
    image = picture.image
    if keeps_bytes(picture):
        shown = _picture(picture.data, "jpeg", "The picture as found", "found")
    else:
        shown = pixels(_reduced(image.pixels, reduction(picture)), "The picture as found", "found")
    # A point of the picture lies at the centre of its pixel.
    place = f'x="{box.x + 0.5:.2f}" y="{box.y + 0.5:.2f}" width="{box.width:.2f}" height="{box.height:.2f}"'
    return (
        f'<div class="boxed" style="width: min(100%, {min(3 * image.width, MAX_RASTER_PX)}px)">{shown}'
        f'<svg viewBox="0 0 {image.width} {image.height}" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect class="under" {place}/><rect class="over" {place}/></svg></div>'
    )


def grid(values: NDArray[np.floating], scale: int) -> str:
    """Return the values of a map in their places, so that they can be read without colours.

    Parameters
    ----------
    values : ndarray, shape (rows, columns)
        The map.
    scale : int
        What to multiply values with before they are rounded to whole numbers.

    Returns
    -------
    str
        An HTML table.
    """
    rows = []
    for row in np.rint(values * scale).astype(int).tolist():
        cells = "".join("<td>" + f"{value}".replace("-", "−") + "</td>" for value in row)
        rows.append(f"<tr>{cells}</tr>")
    return f'<table class="grid">{"".join(rows)}</table>'


def _of(style: str) -> str:
    return f' class="{style}"' if style else ""


def _picture(data: bytes, kind: str, words: str, style: str) -> str:
    return (
        f'<img class="{style}" alt="{text(words)}" '
        f'src="data:image/{kind};base64,{b64encode(data).decode("ascii")}">'
    )


def _reduced(picture: NDArray[np.uint8], factor: int) -> NDArray[np.uint8]:
    if factor == 1:
        return picture
    return np.asarray(Image.fromarray(picture).reduce(factor))
