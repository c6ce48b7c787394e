"""The words of a case as the user reads them."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from core.types import CaseStatus, EvidenceMode

_translate = QCoreApplication.translate


def case_status_definition(status: CaseStatus) -> str:
    """Return what a status of a case stands for."""
    return {
        CaseStatus.OPEN: _translate("terms", "Open: the examiner works in it."),
        CaseStatus.IN_VERIFICATION: _translate(
            "terms",
            "In verification: a second examiner judges it without seeing the first opinion, names or scores.",
        ),
        CaseStatus.CLOSED: _translate(
            "terms", "Closed: it can be read and reported; nothing in it can be changed."
        ),
        CaseStatus.ARCHIVED: _translate(
            "terms", "Archived: closed, and left out of the list unless it is asked for."
        ),
    }[status]


def case_mode(blind: bool) -> str:
    """Return the name of the mode that a case is in."""
    return _translate("terms", "Examination") if blind else _translate("terms", "Review")


def case_mode_definition(blind: bool) -> str:
    """Return what the mode of a case stands for."""
    if blind:
        return _translate(
            "terms",
            "Examination: candidates stay hidden until the examiner's own judgement of the probe is stored.",
        )
    return _translate(
        "terms",
        "Review: candidates, ranks and similarities are shown at once. They may sway whoever judges the "
        "probe after seeing them.",
    )


def evidence_mode(mode: EvidenceMode) -> str:
    """Return the name of what a case keeps of its files."""
    return {
        EvidenceMode.COPIES: _translate("terms", "Copies"),
        EvidenceMode.REFERENCES: _translate("terms", "References"),
    }[mode]


def evidence_mode_definition(mode: EvidenceMode) -> str:
    """Return what it means that a case keeps copies, or references."""
    return {
        EvidenceMode.COPIES: _translate(
            "terms",
            "Copies: the bytes of each file are copied into the workspace and verified; from then on the "
            "copy is used, and the drive that the file came from is not needed.",
        ),
        EvidenceMode.REFERENCES: _translate(
            "terms",
            "References: path, size and hash of each file are kept. The file has to be at hand whenever it "
            "is used, and a change of it is found then.",
        ),
    }[mode]


def case_definition(term: str) -> str:
    """Return the definition of a particular of a case for its tooltip, by the term's key."""
    return {
        "reference": _translate("terms", "Reference: the laboratory's own number, unique among all cases."),
        "authority": _translate(
            "terms", "Authority: who asked for the examination, and on what ground. It is printed in reports."
        ),
        "status": _translate("terms", "Where the case stands: open, in verification, closed or archived."),
        "mode": _translate(
            "terms",
            "Examination hides candidates until the probe has been judged; Review shows them at once.",
        ),
        "kept": _translate(
            "terms", "What the case keeps of the files that are taken in: copies of them, or references."
        ),
        "evidence": _translate(
            "terms",
            "Evidence: the files that were taken in, with the frames and derived pictures made of them, the "
            "faces found in these, and the searches for those.",
        ),
        "examiner": _translate(
            "terms",
            "Examiner at work: named by the log in every entry. A second examiner is one with another name.",
        ),
        "log": _translate(
            "terms",
            "Head of the audit log: the hash of its last entry, which stands for all before it. The log is "
            "tamper-evident against a copy of this hash that is kept elsewhere, such as in a report.",
        ),
    }[term]
