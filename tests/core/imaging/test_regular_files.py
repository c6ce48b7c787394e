"""Only files are opened, at once, and no name breaks a sentence."""

from __future__ import annotations

import contextlib
import os
import threading
from pathlib import Path

import numpy as np
import pytest

from core.errors import UnreadableImage, UsageError
from core.imaging.digest import hash_bytes, hash_file
from core.imaging.naming import LONGEST, one_line, shown_name
from core.imaging.regular_file import open_regular, read_regular
from core.imaging.still import encode_png, list_pictures, read_still
from core.settings import ImagingSettings
from core.workspace import Workspace


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    """A pipe that nobody writes to, called a picture."""
    os.mkfifo(tmp_path / "a.jpg")
    return tmp_path / "a.jpg"


@pytest.mark.parametrize("target", ["a.jpg", "/dev/zero", "/dev/tty", ".", "missing"])
def test_what_is_no_file_is_an_error_at_once(pipe: Path, target: str) -> None:
    link = pipe.with_name("link.png")
    link.symlink_to(target)
    with pytest.raises(OSError, match=r".+"):
        open_regular(link)
    with pytest.raises(OSError, match=r".+"):
        hash_file(link)


def test_a_pipe_is_one_sentence_wherever_a_file_is_wanted(
    pipe: Path, limits: ImagingSettings, tmp_path: Path
) -> None:
    with pytest.raises(UnreadableImage, match=r"^a\.jpg is not a regular file\.$"):
        read_still(pipe, limits)
    with Workspace.open(tmp_path / "workspace") as workspace, pytest.raises(UsageError, match="CSV"):
        workspace.plan_enrolment(pipe)


def test_a_file_is_read_no_further_than_asked(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"0123456789")
    assert read_regular(path) == b"0123456789"
    assert read_regular(path, 4) == b"0123"


def test_a_file_that_is_written_while_it_is_read_is_what_was_read_or_a_sentence(
    limits: ImagingSettings, tmp_path: Path
) -> None:
    path, done = tmp_path / "a.png", threading.Event()
    contents = [encode_png(np.full((90, 70, 3), grey, np.uint8)) for grey in (10, 200)]
    path.write_bytes(contents[0])

    def _write() -> None:
        while not done.is_set():
            for content in contents:
                path.write_bytes(content)

    writer = threading.Thread(target=_write)
    writer.start()
    try:
        for _ in range(60):
            # A part of a picture is refused, and never taken for one.
            with contextlib.suppress(UnreadableImage):
                image = read_still(path, limits)
                assert image.sha256 in {hash_bytes(content) for content in contents}
                assert image.byte_size == len(contents[0])
    finally:
        done.set()
        writer.join()


def test_a_name_that_is_too_long_for_the_system_is_a_sentence(limits: ImagingSettings) -> None:
    path = Path("/tmp") / ("n" * 300 + ".jpg")
    assert list_pictures(path) == [path]
    with pytest.raises(UnreadableImage, match=r"^n+…n+\.jpg cannot be read: File name too long\.$"):
        read_still(path, limits)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("photo 1.jpg", "photo 1.jpg"),
        ("a\nb\x1b[2J.jpg", "a\\x0ab\\x1b[2J.jpg"),
        ("\u202egpj.exe", "\\u202egpj.exe"),
        ("\u0441\u043d \u4e2d \u0639.png", "\u0441\u043d \u4e2d \u0639.png"),
        (os.fsdecode(b"\xff.jpg"), "\\udcff.jpg"),
    ],
)
def test_a_sentence_shows_what_is_hidden_in_a_name(name: str, shown: str) -> None:
    assert shown_name(Path("/x") / name) == shown
    assert one_line(shown) == shown


def test_a_long_name_keeps_its_ends() -> None:
    shown = shown_name(Path("a" * 100 + "b" * 100 + ".tif"))
    assert len(shown) == LONGEST
    assert shown.startswith("aaa")
    assert shown.endswith("b.tif")
    assert shown_name(None) == "The picture"
