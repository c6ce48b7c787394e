"""The README of a bundle, for somebody who finds it without Discern."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from core.reporting.disclosure.log_extract import LogExtract
from core.reporting.wording import LEAD_ONLY

_TEXT = """\
{statement}

This is one case of Discern {version} with all that it needs to be worked on elsewhere. To take it into
another workspace: discern case import THIS_FILE.zip, or "Import case" in the Case menu of the desk.

WHAT IS HERE
  rows/        The rows of the case, one JSON object a line, a file for each table: particulars, evidence,
               pictures, faces, searches with candidates and maps, judgements, verdicts. Bytes are in base 64.
  candidates/  For each search the faces on its candidate list and the embeddings that were compared. The
               people on the lists do not become part of a gallery where the case is imported.
  files/       Originals, frames, derived pictures and crops, each named by its SHA-256.
  models/      The card of each model that was used. The weights are not here.
  audit/       The log: the chain of all hashes ({entries} entries), and the text of the {in_full} that
               concern the case or say who was at work. earlier/ has the logs of the
               workspaces that the case was in before.
  manifest.json
               Size and SHA-256 of every other file.

WHAT STAYED BEHIND
{left_behind}
"""


def readme(version: str, log: LogExtract, left_behind: Sequence[str]) -> bytes:
    """Return the README.

    Parameters
    ----------
    version : str
        Of Discern.
    log : LogExtract
        The log that goes along.
    left_behind : sequence of str
        What does not, one sentence each.

    Returns
    -------
    bytes
        Text in UTF-8.
    """
    lines = [textwrap.fill(one, 110, initial_indent="  - ", subsequent_indent="    ") for one in left_behind]
    text = _TEXT.format(
        statement=LEAD_ONLY,
        version=version,
        entries=log.entries,
        in_full=log.in_full,
        left_behind="\n".join(lines),
    )
    return text.encode("utf-8", "backslashreplace")
