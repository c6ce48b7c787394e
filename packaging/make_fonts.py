"""Remakes the subset fonts of resources/fonts from packages of Debian; run by hand, never by the program.

::

    apt-get download fonts-wqy-microhei fonts-noto-core
    for package in fonts-*.deb; do dpkg-deb -x "$package" unpacked; done
    python packaging/make_fonts.py unpacked/usr/share/fonts/truetype

It needs fonttools (4.68 made the files here). The same input gives the same bytes. Hinting, vertical
metrics and glyphs without a character of the ranges below are left out; where a script needs its glyphs to
be shaped, the tables for that stay.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

EAST_ASIAN = (
    (0x2E80, 0x312F),
    (0x3130, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xAC00, 0xD7A3),
    (0xF900, 0xFAFF),
    (0xFE30, 0xFE4F),
    (0xFF00, 0xFFEF),
)
"""Blocks of Chinese, Japanese and Korean writing, with its punctuation."""

SCRIPTS = {
    "Thai": (0x0E00, 0x0E7F),
    "Devanagari": (0x0900, 0x097F),
    "Bengali": (0x0980, 0x09FF),
    "Gurmukhi": (0x0A00, 0x0A7F),
    "Tamil": (0x0B80, 0x0BFF),
}
"""Blocks of the scripts whose Noto Sans is kept."""

_ALWAYS = (0x20, 0x25CC, 0x200C, 0x200D)


def make(folder: Path, target: Path) -> None:
    """Write all subsets.

    Parameters
    ----------
    folder : Path
        Holds "wqy/wqy-microhei.ttc" and "noto/NotoSans*-Regular.ttf".
    target : Path
        Where to write to.
    """
    _write(
        folder / "wqy" / "wqy-microhei.ttc",
        EAST_ASIAN,
        (),
        target / "WenQuanYiMicroHei-Subset.ttf",
        shaped=False,
    )
    for script, block in SCRIPTS.items():
        source = folder / "noto" / f"NotoSans{script}-Regular.ttf"
        _write(source, (block,), _ALWAYS, target / f"NotoSans{script}-Subset.ttf", shaped=True)


def _write(
    source: Path, blocks: Iterable[tuple[int, int]], others: Iterable[int], target: Path, *, shaped: bool
) -> None:
    font = TTFont(source, fontNumber=0, recalcTimestamp=False)
    options = subset.Options()
    options.hinting = False
    options.layout_features = ["*"] if shaped else []
    options.drop_tables += ["vhea", "vmtx", "FFTM", "gasp"]
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.notdef_outline = True
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[*(one for first, last in blocks for one in range(first, last + 1)), *others])
    cutter.subset(font)
    font.save(target)


if __name__ == "__main__":
    make(Path(sys.argv[1]), Path(__file__).parents[1] / "resources" / "fonts")
