"""What a report on a search will say, as text to read before it is made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from pathlib import PurePath
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QUrl
from PySide6.QtGui import QImage, QTextDocument
from PySide6.QtWidgets import QTextBrowser, QWidget

from app.widgets.terms import band_name, evidence_sum, fusion_name, map_caution, map_name, verdict
from app.widgets.theme import colour
from core.types import Case, ModelCard, Search, SearchMaps

if TYPE_CHECKING:
    from core.workspace import ExaminersPart

_CROP_PX = 72
_EVIDENCE_SHOWN = 3


class ReportPreview(QTextBrowser):
    """A readable summary of a search; file names and names of people are never taken for markup.

    Parameters
    ----------
    card : ModelCard
        Card of the model in use.
    parent : QWidget, optional
        Parent widget.
    """

    def __init__(self, card: ModelCard, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._card = card
        self._shown: (
            tuple[Search, SearchMaps, Case | None, Mapping[str, QImage], ExaminersPart | None, str] | None
        ) = None
        self.setOpenLinks(False)
        self.setAccessibleName(self.tr("Preview of the report"))
        self.document().setDocumentMargin(24)

    def changeEvent(self, event: QEvent) -> None:
        """Write the preview again in the colours of another theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._shown is not None:
            self.show_search(*self._shown)

    def show_search(
        self,
        search: Search,
        maps: SearchMaps,
        case: Case | None,
        pictures: Mapping[str, QImage],
        examiners: ExaminersPart | None,
        hidden: str = "",
    ) -> None:
        """Show what a report on a search will hold.

        Parameters
        ----------
        search : Search
            The search.
        maps : SearchMaps
            What the regions of its probe contribute.
        case : Case or None
            The case it belongs to.
        pictures : mapping of str to QImage
            "probe" and "sample-<id>"; those that are missing are left out.
        examiners : ExaminersPart or None
            What the report says of the work of examiners, in its own words; None while it is hidden.
        hidden : str
            One sentence that says why candidates and judgements are not shown; empty when they are.
        """
        self._shown = (search, maps, case, pictures, examiners, hidden)
        self.clear()
        for name, image in pictures.items():
            self.document().addResource(
                int(QTextDocument.ResourceType.ImageResource.value), QUrl(name), image
            )
        self.setHtml(
            f"<h2>{escape(self.tr('Search {0}').format(search.search_id))}</h2>"
            f"<p style='color:{colour('caution').name()}'><b>"
            f"{escape(self.tr('An investigative lead, not an identification.'))}</b></p>"
            + self._case(case)
            + self._probe(search, "probe" in pictures)
            + (self._sentences([hidden]) if hidden else self._candidates(search, pictures))
            + self._examiners(examiners)
            + self._maps(search, maps)
            + self._provenance(search)
        )

    def _case(self, case: Case | None) -> str:
        if case is None:
            return self._table(self.tr("Case"), [(self.tr("Case"), self.tr("none"))])
        rows = [
            (self.tr("Title"), case.title),
            (self.tr("Reference"), case.reference),
            (self.tr("Authority"), case.authority),
        ]
        return self._table(self.tr("Case"), rows)

    def _probe(self, search: Search, pictured: bool) -> str:
        probe = search.probe
        index = probe.recognizability
        words = f"{index.kind} {index.index:.2f}, {band_name(index.band)}"
        if index.provisional:
            words = self.tr("{0} (provisional)").format(words)
        rows = [
            (self.tr("File"), PurePath(probe.path).name),
            (self.tr("SHA-256"), probe.sha256),
            (self.tr("Picture"), self.tr("{0} × {1} px").format(probe.width, probe.height)),
            (
                self.tr("Face"),
                self.tr("{0:.0f} × {1:.0f} px, eyes {2:.1f} px apart").format(
                    probe.box.width, probe.box.height, probe.eye_distance_px
                ),
            ),
            (self.tr("Recognizability"), words),
        ]
        if probe.frame is not None:
            place = self.tr("{0}, PTS {1} × {2} s").format(
                probe.frame.ordinal, probe.frame.pts, probe.frame.time_base
            )
            rows.insert(1, (self.tr("Frame"), place))
        picture = "<p><img src='probe' width='112' height='112'></p>" if pictured else ""
        return self._table(self.tr("Probe"), rows, picture)

    def _candidates(self, search: Search, pictures: Mapping[str, QImage]) -> str:
        heading = self.tr("Candidates: similarity is not a probability; rank 1 exists for every probe")
        names = (
            self.tr("Rank"),
            "",
            self.tr("Subject"),
            self.tr("Gallery"),
            self.tr("Similarity"),
            self.tr("RI"),
        )
        head = "".join(
            f"<td style='color:{colour('muted').name()}; padding:4px 20px 4px 0'>{escape(name)}</td>"
            for name in names
        )
        rows = []
        for candidate in search.result.candidates:
            key = f"sample-{candidate.sample_id}"
            image = f"<img src='{key}' width='{_CROP_PX}' height='{_CROP_PX}'>" if key in pictures else ""
            texts = [
                escape(candidate.subject),
                escape(candidate.gallery),
                f"{candidate.similarity:.4f}",
                f"{candidate.recognizability:.2f} {escape(band_name(candidate.band))}",
            ]
            cells = "".join(
                f"<td style='padding:4px 20px 4px 0' valign='middle'>{text}</td>"
                for text in [f"<b>{candidate.rank}</b>", image, *texts]
            )
            rows.append(f"<tr>{cells}</tr>")
        return f"<h3>{escape(heading)}</h3><table><tr>{head}</tr>{''.join(rows)}</table>"

    def _examiners(self, part: ExaminersPart | None) -> str:
        if part is None:
            return ""
        blocks = [
            f"<h3>{escape(self.tr('Examiners'))}</h3>",
            self._sentences(part.opening),
            f"<b>{self._sentences(part.disagreements)}</b>",
        ]
        if part.verdicts:
            blocks.append(self._table(self.tr("Verdicts on the list"), list(part.verdicts), level=4))
        blocks += [self._table(one.title, list(one.facts), level=4) for one in part.statements]
        return "".join(blocks)

    def _maps(self, search: Search, maps: SearchMaps) -> str:
        rows = [(map_name(one.kind), verdict(one)) for one in maps.probe]
        for candidate in search.result.candidates[:_EVIDENCE_SHOWN]:
            evidence = maps.of(candidate.rank)
            parts = "" if evidence is None else f"{evidence_sum(evidence)}. "
            name = self.tr("For and against {0}").format(candidate.subject)
            rows.append((name, parts + verdict(evidence)))
        caution = f"<p style='color:{colour('muted').name()}'>{escape(map_caution())}</p>"
        return self._table(self.tr("Regions of the probe"), rows, caution)

    def _provenance(self, search: Search) -> str:
        result = search.result
        return self._table(
            self.tr("What was searched, and with what"),
            [
                (self.tr("Galleries"), ", ".join(result.galleries)),
                (self.tr("Subjects compared"), str(result.gallery_size)),
                (self.tr("Gallery revision"), str(result.gallery_revision)),
                (self.tr("Gallery digest"), result.gallery_digest),
                (self.tr("Fusion"), fusion_name(result.fusion)),
                (self.tr("Model"), result.model_id),
                (
                    self.tr("Licence of the model"),
                    self._card.licence if self._card.model_id == result.model_id else "",
                ),
                (self.tr("Operator"), search.operator),
                (self.tr("Time"), search.created.astimezone().strftime("%Y-%m-%d %H:%M:%S %z")),
            ],
        )

    @staticmethod
    def _sentences(sentences: Iterable[str]) -> str:
        return "".join(f"<p>{escape(one)}</p>" for one in sentences)

    @staticmethod
    def _table(title: str, rows: list[tuple[str, str]], above: str = "", level: int = 3) -> str:
        cells = "".join(
            f"<tr><td style='color:{colour('muted').name()}; padding:3px 24px 3px 0'>{escape(name)}</td>"
            f"<td style='padding:3px 0'>{escape(value)}</td></tr>"
            for name, value in rows
            if value
        )
        return f"<h{level}>{escape(title)}</h{level}>{above}<table>{cells}</table>"
