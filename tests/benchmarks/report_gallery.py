"""Renders reports of every awkward kind, to be looked at.

::

    python tests/benchmarks/report_gallery.py DIR [--png]

writes one PDF and one HTML file for each kind of content, and with ``--png`` each page of the PDFs as a
picture, for which ``pdftoppm`` (poppler-utils) has to be there. All faces are noise.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from core.reporting.html import report_html  # noqa: E402
from core.reporting.pdf import report_pdf  # noqa: E402
from tests.core.reporting.report_samples import SAMPLES  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--png", action="store_true")
    parser.add_argument("--only", nargs="*", default=sorted(SAMPLES), choices=sorted(SAMPLES))
    arguments = parser.parse_args()
    arguments.directory.mkdir(parents=True, exist_ok=True)
    for name in arguments.only:
        content = SAMPLES[name]()
        pdf = arguments.directory / f"{name}.pdf"
        pdf.write_bytes(report_pdf(content))
        pdf.with_suffix(".html").write_bytes(report_html(content))
        print(f"{pdf}: {pdf.stat().st_size:,} bytes")
        if arguments.png:
            subprocess.run(["pdftoppm", "-r", "75", "-png", str(pdf), str(pdf.with_suffix(""))], check=True)


if __name__ == "__main__":
    main()
