"""What PDF/A-2b asks of the report, as far as another library can read it; veraPDF was not at hand."""

from __future__ import annotations

import io
import re
import unicodedata
from typing import Any
from xml.etree import ElementTree

import pypdf
import pytest
from PIL import Image, ImageCms
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject

from core.reporting.pdf import report_pdf
from core.reporting.pdfa import end_streams
from tests.core.reporting.report_samples import PEOPLE, noise, sample_content, with_record

NAMESPACES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "xmp": "http://ns.adobe.com/xap/1.0/",
}


def jpeg(mode: str) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(noise(60, 80)).convert(mode).save(stream, "JPEG")
    return stream.getvalue()


@pytest.fixture(scope="module")
def data() -> bytes:
    return report_pdf(with_record(sample_content(PEOPLE, picture=jpeg("RGB")), derived=True))


@pytest.fixture(scope="module")
def reader(data: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(data), strict=True)


def objects(reader: pypdf.PdfReader) -> list[Any]:
    """Return every dictionary of the document, those that lie in others too."""
    found: list[Any] = []
    seen: set[int] = set()

    def walk(one: Any) -> None:
        if isinstance(one, IndirectObject):
            if one.idnum not in seen:
                seen.add(one.idnum)
                walk(one.get_object())
        elif isinstance(one, DictionaryObject):
            found.append(one)
            for value in one.values():
                walk(value)
        elif isinstance(one, ArrayObject):
            for value in one:
                walk(value)

    walk(reader.trailer)
    return found


def test_the_file_begins_and_ends_as_an_archival_one_does(data: bytes, reader: pypdf.PdfReader) -> None:
    header, comment, _ = data.split(b"\n", 2)
    assert re.fullmatch(rb"%PDF-1\.[0-7]", header)
    assert comment[:1] == b"%"
    assert all(byte > 127 for byte in comment[1:5])
    assert data.endswith(b"%%EOF\n")
    assert data.count(b"%%EOF") == 1
    first, second = reader.trailer["/ID"]
    assert len(bytes(first)) == 16
    assert first == second
    assert "/Encrypt" not in reader.trailer


def test_the_colours_of_the_document_are_defined_by_a_profile(reader: pypdf.PdfReader) -> None:
    (intent,) = reader.trailer["/Root"]["/OutputIntents"]
    assert intent.get_object()["/S"] == "/GTS_PDFA1"
    profile = intent.get_object()["/DestOutputProfile"].get_object()
    assert profile["/N"] == 3
    read = ImageCms.ImageCmsProfile(io.BytesIO(profile.get_data()))
    assert (read.profile.xcolor_space.strip(), read.profile.device_class) == ("RGB", "mntr")
    spaces = {str(one["/ColorSpace"]) for one in objects(reader) if one.get("/Subtype") == "/Image"}
    assert spaces <= {"/DeviceRGB", "/DeviceGray"}


def test_the_metadata_name_the_level_and_say_what_the_information_dictionary_says(
    reader: pypdf.PdfReader,
) -> None:
    metadata = reader.trailer["/Root"]["/Metadata"]
    assert "/Filter" not in metadata
    found = ElementTree.fromstring(metadata.get_data().decode("utf-8"))

    def text(path: str) -> str:
        return found.findtext(path, "", NAMESPACES)

    information = reader.metadata
    assert information is not None
    assert (text(".//pdfaid:part"), text(".//pdfaid:conformance")) == ("2", "B")
    assert text(".//dc:title//rdf:li") == information.title
    assert text(".//dc:creator//rdf:li") == information.author
    assert text(".//dc:description//rdf:li") == information.subject
    assert text(".//pdf:Producer") == information.producer
    assert text(".//xmp:CreatorTool") == information.creator
    for path, raw in ((".//xmp:CreateDate", "/CreationDate"), (".//xmp:ModifyDate", "/ModDate")):
        stamp = re.sub(r"\D", "", text(path))
        assert re.sub(r"\D", "", str(information[raw])) == stamp


def test_every_typeface_travels_with_the_document_and_says_what_its_codes_mean(
    reader: pypdf.PdfReader,
) -> None:
    fonts = [one for one in objects(reader) if one.get("/Type") == "/Font"]
    assert len(fonts) > 7
    for font in fonts:
        assert font["/Subtype"] == "/TrueType"
        assert "+" in font["/BaseFont"]
        descriptor = font["/FontDescriptor"]
        assert "/FontFile2" in descriptor
        assert descriptor["/Flags"] & 4
        assert "/Encoding" not in font
        assert isinstance(font["/ToUnicode"].get_object(), StreamObject)


def test_nothing_is_transparent_and_nothing_acts(reader: pypdf.PdfReader) -> None:
    for one in objects(reader):
        assert not set(one) & {"/SMask", "/JS", "/JavaScript", "/AA", "/OpenAction", "/EmbeddedFile", "/OC"}
        assert one.get("/Type") not in ("/Action", "/Annot")
        assert one.get("/CA", 1) == 1
        assert one.get("/ca", 1) == 1
        assert one.get("/BM", "/Normal") == "/Normal"
        if one.get("/Subtype") == "/Image":
            assert not one.get("/Interpolate", False)
        filters = one.get("/Filter", [])
        assert "/LZWDecode" not in (filters if isinstance(filters, list) else [filters])


def test_every_stream_has_its_length_and_ends_with_a_line(data: bytes, reader: pypdf.PdfReader) -> None:
    streams = [one for one in objects(reader) if isinstance(one, StreamObject)]
    ends = [found.start() for found in re.finditer(rb"\nendstream\nendobj\n", data)]
    assert len(ends) == len(streams)
    starts = {match.end(): int(match[1]) for match in re.finditer(rb"/Length (\d+)[^>]*>>\s*stream\n", data)}
    assert len([end for end in ends if any(start + size == end for start, size in starts.items())]) == len(
        ends
    )


def test_each_place_in_the_table_of_cross_references_holds_its_object(data: bytes) -> None:
    table = int(re.findall(rb"startxref\n(\d+)\n", data)[-1])
    lines = data[table:].split(b"\n")
    assert lines[0] == b"xref"
    count = int(lines[1].split()[1])
    for number, line in enumerate(lines[2 : 2 + count]):
        assert len(line) == 19
        if line.split()[2] == b"n":
            assert data[int(line[:10]) :].startswith(b"%d 0 obj" % number)


@pytest.mark.parametrize(("mode", "archival"), [("L", True), ("CMYK", False)])
def test_a_picture_of_four_inks_keeps_its_bytes_and_costs_the_document_its_level(
    mode: str, archival: bool
) -> None:
    picture = jpeg(mode)
    written = report_pdf(sample_content(picture=picture))
    assert picture in written
    assert (b"pdfaid:part" in written) is archival


def test_what_reportlab_did_not_write_is_refused() -> None:
    with pytest.raises(ValueError, match="not a PDF"):
        end_streams(b"%PDF-1.4\nnothing")


def test_names_from_all_over_the_world_can_be_copied_from_the_document(reader: pypdf.PdfReader) -> None:
    text = unicodedata.normalize(
        "NFKC", " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    )
    for name in (*PEOPLE[:3], *PEOPLE[11:14], PEOPLE[14]):
        assert unicodedata.normalize("NFKC", name) in text, name
    assert "U+1F9FF (NAZAR AMULET)" in text
    assert "U+13000" in text
    assert "Unset □ □ end" in text
