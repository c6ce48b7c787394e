"""What makes the PDF one to be archived: the demands of PDF/A-2b (ISO 19005-2) that reportlab leaves open.

The colours are those of the sRGB profile in ``resources/colour``, the metadata is there in XMP as well, and
an end of line stands before each ``endstream``. The profile was made once, since Pillow dates each one, with
``ImageCmsProfile(createProfile("sRGB")).tobytes()``; bytes 24 to 35, its date, are 2026-01-01. That every
typeface travels with the document, that nothing is transparent and that nothing acts is up to whoever draws.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from typing import Any
from xml.sax.saxutils import escape

from reportlab.pdfbase import pdfdoc

_XREF = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*\Z")
_END = b"endstream\nendobj\n"


@dataclass(frozen=True, slots=True)
class Description:
    """What the document says of itself, in its information dictionary and in its metadata.

    Attributes
    ----------
    title, author, subject : str
        Without control characters.
    creator : str
        The program, with its version.
    written : datetime
        The instant that it is dated with, in UTC.
    """

    title: str
    author: str
    subject: str
    creator: str
    written: datetime


def make_archival(canvas: Any, description: Description) -> None:
    """Add metadata and the output intent to a document that is being drawn.

    Parameters
    ----------
    canvas : Canvas
        Its canvas, once in its life.
    description : Description
        What its information dictionary says.
    """
    document = canvas._doc
    metadata = pdfdoc.PDFStream(content=_xmp(description, document.info.producer))
    metadata.dictionary["Type"] = pdfdoc.PDFName("Metadata")
    metadata.dictionary["Subtype"] = pdfdoc.PDFName("XML")
    profile = pdfdoc.PDFStream(content=files("resources").joinpath("colour", "sRGB.icc").read_bytes())
    profile.dictionary["N"] = 3
    intent = pdfdoc.PDFDictionary(
        {
            "Type": pdfdoc.PDFName("OutputIntent"),
            "S": pdfdoc.PDFName("GTS_PDFA1"),
            "OutputConditionIdentifier": pdfdoc.PDFString("sRGB"),
            "Info": pdfdoc.PDFString("sRGB IEC61966-2.1"),
            "DestOutputProfile": document.Reference(profile),
        }
    )
    catalog = document.Catalog
    catalog.Metadata = metadata
    catalog.OutputIntents = pdfdoc.PDFArray([intent])
    catalog.__NoDefault__ = [*catalog.__NoDefault__, "OutputIntents"]


def end_streams(data: bytes) -> bytes:
    """Put an end of line, which is no part of the stream, before each ``endstream``.

    Parameters
    ----------
    data : bytes
        A PDF of reportlab, with one table of cross-references at its end.

    Returns
    -------
    bytes
        The same document.

    Raises
    ------
    ValueError
        If it has no such table.
    """
    found = _XREF.search(data)
    if found is None:
        raise ValueError("not a PDF as reportlab writes it")
    table = int(found[1])
    header, _, rest = data[table:].partition(b"trailer")
    entries = [line.split() for line in header.splitlines()[2:]]
    starts = sorted(int(entry[0]) for entry in entries if entry[2] == b"n")
    moved: dict[int, int] = {}
    pieces = [data[: starts[0]]]
    length = starts[0]
    for start, end in zip(starts, [*starts[1:], table], strict=True):
        piece = data[start:end]
        if piece.endswith(_END):
            piece = piece[: -len(_END)] + b"\n" + _END
        moved[start] = length
        pieces.append(piece)
        length += len(piece)
    lines = [
        b"%010d %s %s \n" % (moved[int(offset)] if kind == b"n" else int(offset), generation, kind)
        for offset, generation, kind in entries
    ]
    rest = _XREF.sub(b"startxref\n%d\n%%%%EOF\n" % length, rest)
    return b"".join([*pieces, b"xref\n0 %d\n" % len(entries), *lines, b"trailer", rest])


def _xmp(description: Description, producer: str) -> bytes:
    stamp = description.written.strftime("%Y-%m-%dT%H:%M:%S+00:00")
    title, author, subject, creator, maker = (
        escape(one)
        for one in (
            description.title,
            description.author,
            description.subject,
            description.creator,
            producer,
        )
    )
    return f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about=""
 xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/">
<pdfaid:part>2</pdfaid:part>
<pdfaid:conformance>B</pdfaid:conformance>
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{subject}</rdf:li></rdf:Alt></dc:description>
<pdf:Producer>{maker}</pdf:Producer>
<xmp:CreatorTool>{creator}</xmp:CreatorTool>
<xmp:CreateDate>{stamp}</xmp:CreateDate>
<xmp:ModifyDate>{stamp}</xmp:ModifyDate>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>
""".encode()
