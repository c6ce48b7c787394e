"""What a bundle of a case is made of, and how large its parts may be.

==========================  =====================================================================
`manifest.json`             schema, origin, what stayed behind, and size and SHA-256 of every file
`README.txt`                the same for people
`rows/TABLE.jsonl`          the rows of the case, one JSON object a line
`candidates/search-N.json`  the faces on the candidate list of search N, and what was compared
`files/SHA256`              originals, frames, derived pictures and crops, named by their hash
`models/ID.json`            cards of the models that the case was examined with
`audit/log.jsonl`           the log: the chain of all hashes, and the text of what concerns the case
`earlier/SHA256.json`       manifests of bundles that the case came in before
`earlier/SHA256.jsonl`      the logs that came in these
==========================  =====================================================================

Files are stored, not compressed, so that a bundle is never larger than its file says.
"""

from __future__ import annotations

import re

SCHEMA = "discern.case/1"
"""What the manifest of this version says it is."""

FAMILY = "discern.case/"
"""What the manifest of any version begins with."""

MANIFEST, README, LOG = "manifest.json", "README.txt", "audit/log.jsonl"

NAME = re.compile(
    r"README\.txt|rows/[a-z_]{1,40}\.jsonl|candidates/search-[0-9]{1,18}\.json|files/[0-9a-f]{64}"
    r"|models/[0-9a-f]{64}\.json|audit/log\.jsonl|earlier/[0-9a-f]{64}\.jsonl?"
)
"""Every name that a file of a bundle may have; none of them leads out of a folder."""

MOST_FILES = 1_000_000
LARGEST_FILE = 1 << 42
LARGEST_ROWS = 1 << 36
LARGEST_LINE = 1 << 28
"""Bytes of a row; an embedding, a crop or the maps of a face are thousands of times smaller."""

LARGEST_TEXT = 1 << 28
"""Bytes of a manifest, a card, a candidate list or a log."""


def rows_file(table: str) -> str:
    """Return the name of the file with the rows of a table."""
    return f"rows/{table}.jsonl"


def candidates_file(search_id: int) -> str:
    """Return the name of the file with the candidates of a search."""
    return f"candidates/search-{search_id}.json"


def largest(name: str) -> int:
    """Return how many bytes a file of this name may have at most."""
    if name.startswith("rows/"):
        return LARGEST_ROWS
    return LARGEST_FILE if name.startswith("files/") else LARGEST_TEXT


def is_kept(name: str) -> bool:
    """Tell whether a file of a bundle goes into the file store of the workspace that imports it."""
    return not name.startswith("rows/") and name != README
