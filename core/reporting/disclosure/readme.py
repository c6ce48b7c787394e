"""The README of a pack, for somebody who has never heard of Discern."""

from __future__ import annotations

import textwrap

from core.reporting.disclosure.log_extract import LogExtract
from core.reporting.plain_text import visible
from core.reporting.wording import CAUTION, LEAD_ONLY
from core.types import Case

_TEXT = """\
{statement}
{rule}

{caution}

This folder is a disclosure pack of Discern {version}: what another laboratory, a defence expert or a court
needs to check {subject} without trusting whoever made it.

WHAT IS HERE
  report/       The reports: PDF and HTML for reading, JSON and CSV for programs. All say the same.
  searches/     Every search{of_case}, those without candidates or with unwelcome ones included:
                probe, candidates, maps, conditions, embeddings.
  case.json, evidence.json, pictures.json, judgements.json
                The case, the files that were taken in, the frames and derived pictures with what was done
                to them, and what examiners judged.
  originals/    {originals}
  pictures/     Frames of videos and derived pictures, as lossless PNG files.
  crops/        Aligned crops of 112 x 112 px, as the network saw them: of probes and of enrolled samples.
  model/        The card of each model: what it is, what it was trained on, its licence and its limits.
  audit/        The log of what was done.
  reproduction.json
                Versions, device and settings of each search.
  manifest.json The size and the SHA-256 of every other file.
  verify.py     Checks all of it. One file, for Python 3.8 or later, with nothing to install. Read it first.
Files in originals, pictures and crops are named by their own SHA-256.

HOW TO CHECK IT
  1. Ask for the SHA-256 of manifest.json. Discern printed it when this pack was written, and the log of the
     laboratory has it in an entry "report.bundle". It should reach you by another way than the pack.
  2. python verify.py --manifest-sha256 THAT_HASH
     It ends with "No problem was found." and exit code 0, or names the first bad file or log entry. It can
     also check the zip file without unpacking it: python verify.py PACK.zip
  3. With Discern and the same model at hand: discern verify PACK.zip --recompute
     It computes the embeddings anew from the crops and compares similarities and ranks.

WHAT THE CHECKS SHOW, AND WHAT THEY DO NOT
  A changed, missing or added file is noticed against the manifest, and a changed manifest against the hash
  of itself that it holds. That is enough against accidents and hasty changes. It is not enough against
  somebody who writes the whole pack anew, manifest included: only the hash of step 1, kept by somebody
  else, shows that.
  verify.py checks its own file as well, but a program that was changed on purpose can say anything. Take
  another copy of it, or compare its SHA-256 with the one in the manifest by other means (sha256sum).

  The log is a chain: the hash of each entry is made from its text and from the hash of the entry before it.
  {in_full} of its {entries} are given in full, because they concern this matter or say who was at work.
  Of the others only the place and the hashes are given, because they concern other matters and people.
  - An entry that is given in full cannot be changed without changing its hash, and with it the hash that
    the next entry names. Each search carries the hash of its entry, which is printed on its report too.
  - An entry of which only hashes are given can be seen to stand in its place: its neighbours name its
    hash. What it says cannot be seen. Nobody can tell from this pack that it does not concern this matter,
    nor that its hash was made from the hash of the entry before it.
  - The laboratory can show the text of any such entry later, to a court for instance. Its hash must then be
    the one that is here: what was handed over binds the laboratory.
  - The end of the log is checked against the manifest. Whether more was logged later cannot be seen here.
    Exports of packs at the very end of the log are left out, so that packs of one state are the same.

  That the figures agree says nothing about who is in a picture. Similarity is no probability of identity.
"""

_WIDTH = 106
_CASE = """
Case: {title}
Reference: {reference}
"""


def readme(
    case: Case | None, search_ids: tuple[int, ...], log: LogExtract, originals: str, version: str
) -> bytes:
    """Return the README.

    Parameters
    ----------
    case : Case or None
        The case that the pack is on.
    search_ids : tuple of int
        The searches in it.
    log : LogExtract
        The log as the pack holds it.
    originals : str
        What the folder of the originals holds, one sentence.
    version : str
        Version of the program that writes the pack.

    Returns
    -------
    bytes
        Plain text in UTF-8.
    """
    subject = f"search {search_ids[0]}" if case is None else f"case {case.case_id}"
    text = _TEXT.format(
        statement=LEAD_ONLY.upper(),
        rule="=" * len(LEAD_ONLY),
        caution=textwrap.fill(CAUTION, _WIDTH),
        version=version,
        subject=subject,
        of_case="" if case is None else " of the case",
        originals=originals,
        in_full=log.in_full,
        entries=f"{log.entries:,} {'entry' if log.entries == 1 else 'entries'}",
    )
    if case is not None:
        text += _CASE.format(title=visible(case.title), reference=visible(case.reference or "none"))
    return text.encode("utf-8")
