"""The report as a PDF, read back with another library."""

from __future__ import annotations

import dataclasses
import io
import os
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pypdf
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageOps

from core.reporting.content import ReportContent
from core.reporting.figures import upright
from core.reporting.pdf import write_pdf
from core.types import Band, BoundingBox, FrameReference

MakeContent = Callable[..., ReportContent]
LEAD_ONLY = "An investigative lead, not an identification"
FRAME = FrameReference(stream=0, pts=90_045, time_base=Fraction(1, 90_000), ordinal=25)


def noise(height: int, width: int) -> NDArray[np.uint8]:
    return np.random.default_rng(5).integers(0, 256, (height, width, 3), np.uint8)


def jpeg(mode: str = "RGB", orientation: int = 1) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    stream = io.BytesIO()
    Image.fromarray(noise(60, 80)).convert(mode).save(stream, "JPEG", quality=70, exif=exif)
    return stream.getvalue()


def written(content: ReportContent, folder: Path) -> pypdf.PdfReader:
    return pypdf.PdfReader(write_pdf(content, folder / "report.pdf"))


def words(reader: pypdf.PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def streams(reader: pypdf.PdfReader, filter_name: str) -> list[bytes]:
    """Return the raw bytes of every image that has this one filter."""
    found = []
    for page in reader.pages:
        for entry in page["/Resources"].get("/XObject", {}).values():
            image = entry.get_object()
            if image["/Subtype"] == "/Image" and list(image["/Filter"]) == [filter_name]:
                found.append(image._data)
    return found


def test_two_exports_of_one_search_are_the_same_bytes(make_content: MakeContent, tmp_path: Path) -> None:
    first = write_pdf(make_content(), tmp_path / "first.pdf").read_bytes()
    assert write_pdf(make_content(), tmp_path / "second.pdf").read_bytes() == first


@pytest.mark.parametrize("candidates", [0, 1, 50])
def test_every_page_says_lead_only_and_its_number(
    make_content: MakeContent, tmp_path: Path, candidates: int
) -> None:
    names = [f"Subject {number}" for number in range(1, candidates + 1)]
    reader = written(make_content(names), tmp_path)
    texts = [page.extract_text() for page in reader.pages]
    for number, text in enumerate(texts, start=1):
        assert LEAD_ONLY in text
        assert f"Page {number} of {len(texts)}" in text
    listed = " ".join(" ".join(texts).split())
    assert all(name in listed for name in names)


def test_the_document_names_itself_and_can_be_navigated(make_content: MakeContent, tmp_path: Path) -> None:
    reader = written(make_content(), tmp_path)
    assert reader.metadata is not None
    assert reader.metadata.title == "Report of a face search: search 42, Robbery, Main Street"
    assert reader.metadata.author == "j.doe"
    assert reader.metadata.subject == LEAD_ONLY
    assert str(reader.metadata.creation_date) == "2026-11-24 08:05:09+00:00"
    assert reader.trailer["/Root"]["/Lang"] == "en"
    titles = [entry.title for entry in reader.outline if not isinstance(entry, list)]
    assert titles == [
        "Report of a face search",
        "1 The probe",
        "2 Candidates",
        "3 The examiners",
        "4 All searches of the case",
        "5 Materials",
        "6 Method",
        "7 The model",
        "8 Limitations",
        "9 Reproduction",
    ]
    for entry in reader.outline:
        assert not isinstance(entry, list)
        page = reader.pages[reader.get_destination_page_number(entry) or 0]
        assert entry.title in " ".join(page.extract_text().split())


def test_the_report_holds_what_is_needed_to_repeat_and_to_judge_the_search(
    make_content: MakeContent, tmp_path: Path
) -> None:
    content = make_content()
    text = words(written(content, tmp_path))
    result = content.search.search.result
    for needed in (
        result.model_id,
        result.gallery_digest,
        content.search.search.audit_hash,
        content.search.search.probe.sha256,
        content.card.licence,
        content.card.limitations[0],
        content.card.figures[0],
        "Similarity is not a probability of identity.",
        "Rank 1 exists for every probe, also when the person is not in the gallery.",
        "ERS, provisional: 0.512, band “fair”",
        "Eye distance 12.0 px",
        "0.7827",
        "version.torch = 2.13.0",
        "Court order 12/26",
    ):
        assert needed in text


def test_no_candidate_is_called_a_match(make_content: MakeContent, tmp_path: Path) -> None:
    assert "match" not in words(written(make_content(), tmp_path)).lower()


@pytest.mark.parametrize(
    ("names", "gallery_size", "sentence"),
    [
        ((), 0, "held no subject. There is no candidate."),
        ((), 101, "ran over 101 subjects of gallery “default” and listed no candidate."),
        (
            ("Ann",),
            1,
            "compared with 1 subject of gallery “default”. 20 candidates were asked for, 1 is listed.",
        ),
    ],
)
def test_the_size_of_the_answer_is_said(
    make_content: MakeContent, tmp_path: Path, names: tuple[str, ...], gallery_size: int, sentence: str
) -> None:
    assert sentence in words(written(make_content(names, gallery_size=gallery_size), tmp_path))


@pytest.mark.parametrize(
    ("band", "sentence"),
    [
        (Band.UNRECOGNIZABLE, "nothing follows from the order of the candidates"),
        (Band.LOW, "Too little for a comparison;"),
        (Band.FAIR, "look-alikes are to be expected"),
        (Band.GOOD, "being at rank 1 is no identification"),
    ],
)
def test_the_consequence_of_the_band_is_said_again_where_it_forbids_most(
    make_content: MakeContent, tmp_path: Path, band: Band, sentence: str
) -> None:
    text = words(written(make_content(band=band), tmp_path))
    assert text.count(sentence) == (3 if band in (Band.UNRECOGNIZABLE, Band.LOW) else 2)


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_a_jpeg_probe_is_embedded_byte_for_byte(make_content: MakeContent, tmp_path: Path, mode: str) -> None:
    data = jpeg(mode)
    reader = written(make_content(picture=data), tmp_path)
    assert streams(reader, "/DCTDecode") == [data]
    assert "The JPEG file itself, byte for byte." in words(reader)


def test_a_jpeg_of_several_pictures_is_embedded_byte_for_byte(
    make_content: MakeContent, tmp_path: Path
) -> None:
    stream = io.BytesIO()
    first, second = (Image.fromarray(noise(60, 80)) for _ in range(2))
    first.save(stream, "MPO", save_all=True, append_images=[second])
    reader = written(make_content(picture=stream.getvalue()), tmp_path)
    assert streams(reader, "/DCTDecode") == [stream.getvalue()]


def test_a_cmyk_jpeg_that_does_not_say_how_its_inks_are_stored_is_embedded_as_pixels(
    make_content: MakeContent, tmp_path: Path
) -> None:
    data = jpeg("CMYK")
    marker = data.index(b"\xff\xee\x00\x0eAdobe")
    reader = written(make_content(picture=data[:marker] + data[marker + 16 :]), tmp_path)
    assert streams(reader, "/DCTDecode") == []
    assert "The pixels, without loss." in words(reader)


def test_a_turned_jpeg_is_shown_upright_without_being_encoded_again(
    make_content: MakeContent, tmp_path: Path
) -> None:
    data = jpeg(orientation=6)
    reader = written(make_content(picture=data, size=(80, 60)), tmp_path)
    assert streams(reader, "/DCTDecode") == [data]
    assert "It is turned upright as its EXIF orientation asks." in words(reader)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_matrix_of_an_orientation_turns_pixels_as_pillow_does(orientation: int) -> None:
    stored = np.arange(6, dtype=np.uint8).reshape(2, 3)
    exif = Image.Exif()
    exif[0x0112] = orientation
    stream = io.BytesIO()
    Image.fromarray(stored).save(stream, "PNG", exif=exif)
    wanted = np.asarray(ImageOps.exif_transpose(Image.open(stream)))
    a, b, c, d, e, f = upright(orientation)
    for (row, column), value in np.ndenumerate(stored):
        u, v = (column + 0.5) / 3, 1 - (row + 0.5) / 2
        x, y = a * u + c * v + e, b * u + d * v + f
        assert wanted[int((1 - y) * wanted.shape[0]), int(x * wanted.shape[1])] == value


def test_a_probe_that_is_no_jpeg_is_embedded_without_loss(make_content: MakeContent, tmp_path: Path) -> None:
    content = make_content()
    pixels = content.search.picture.image.pixels
    text = words(written(content, tmp_path))
    assert "The pixels, without loss." in text
    found = []
    for page in pypdf.PdfReader(tmp_path / "report.pdf").pages:
        found += [np.asarray(image.image) for image in page.images]
    repeats = [image.shape[0] // pixels.shape[0] for image in found]
    assert any(
        image.shape == (repeat * pixels.shape[0], repeat * pixels.shape[1], 3)
        and np.array_equal(image[::repeat, ::repeat], pixels)
        for image, repeat in zip(found, repeats, strict=True)
        if repeat
    )


def test_a_very_large_probe_is_reduced_and_that_is_said(make_content: MakeContent, tmp_path: Path) -> None:
    text = words(written(make_content(size=(40, 6001)), tmp_path))
    assert "each side reduced by a factor of 3 by averaging" in text


@pytest.mark.parametrize(
    "changes",
    [
        {"size": (1, 900), "box": BoundingBox(3, 0, 4, 1)},
        {"size": (900, 1), "box": BoundingBox(0, 3, 1, 4)},
        {"size": (1, 1), "box": BoundingBox(0, 0, 1, 1)},
        {"size": (60, 80), "box": BoundingBox(-40, -40, 300, 300)},
        {"size": (60, 80), "box": BoundingBox(500, 500, 3, 3)},
        {"attention": False, "landmarks": False},
        {"case": None, "evidence": None},
        {"index": -0.3, "band": Band.UNRECOGNIZABLE},
        {"index": 12.5, "band": Band.GOOD},
        {"frame": FRAME},
        {"search_changes": {"conditions": ()}, "removed": (1, 2, 3)},
        {"names": ["x" * 5000, "x " * 2500, "王" * 2000, "<b>&amp;<para>", "\n\n\n", "", "\udcff"]},
    ],
    ids=[
        "one row",
        "one column",
        "one pixel",
        "box larger than the picture",
        "box beside the picture",
        "box drawn by hand",
        "no case",
        "index below 0",
        "index above 1",
        "frame",
        "all removed",
        "hostile names",
    ],
)
def test_whatever_was_searched_can_be_laid_out(
    make_content: MakeContent, tmp_path: Path, changes: dict[str, Any]
) -> None:
    reader = written(make_content(**changes), tmp_path)
    assert all(LEAD_ONLY in page.extract_text() for page in reader.pages)


def test_long_and_hostile_texts_of_a_case_and_a_card_can_be_laid_out(
    make_content: MakeContent, tmp_path: Path
) -> None:
    plain = make_content()
    assert plain.case is not None
    case = dataclasses.replace(plain.case, title="T<br" * 800, reference="&" * 3000, authority="\n" * 4000)
    card = dataclasses.replace(plain.card, licence="</para>" * 900, limitations=("long " * 3000,), figures=())
    reader = written(make_content(case=case, card=card), tmp_path)
    assert "states no measured figures" in words(reader)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("<script>alert('x')</script> & Söhne", "<script>alert('x')</script> & Söhne"),
        ("Александр Воскресенский", "Александр Воскресенский"),
        ("Ελένη Παπαδοπούλου", "Ελένη Παπαδοπούλου"),
        ("Nguyễn Thị Hồng", "Nguyễn Thị Hồng"),
        ("王小明", "王小明"),
        ("\u202eegg", "[U+202E]egg"),
    ],
)
def test_names_are_set_as_they_are_written(
    make_content: MakeContent, tmp_path: Path, name: str, shown: str
) -> None:
    assert shown in words(written(make_content((name,)), tmp_path))


def test_every_typeface_travels_with_the_document(make_content: MakeContent, tmp_path: Path) -> None:
    reader = written(make_content(attention=False), tmp_path)
    for page in reader.pages:
        for entry in page["/Resources"]["/Font"].values():
            font = entry.get_object()
            assert "DejaVu" in font["/BaseFont"]
            assert "/FontFile2" in font["/FontDescriptor"]


def test_a_frame_of_a_video_is_named_exactly(make_content: MakeContent, tmp_path: Path) -> None:
    text = words(written(make_content(frame=FRAME), tmp_path))
    assert "Frame 25 in order of presentation" in text
    assert "stream 0, PTS 90045 × 1/90000 s = 1.000 s" in text


def test_a_report_that_cannot_be_written_leaves_the_old_one_alone(
    make_content: MakeContent, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_pdf(make_content(), tmp_path / "report.pdf")
    before = path.read_bytes()

    def fail(*_: Any) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="no space"):
        write_pdf(make_content(("Somebody else",)), path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]
