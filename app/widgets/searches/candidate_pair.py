"""The probe beside the selected candidate."""

from __future__ import annotations

from pathlib import PurePath

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.widgets.faces.face_card import FaceCard
from app.widgets.terms import definition
from app.widgets.theme import SPACING
from core.types import BandEdges, Candidate, FaceDetection, Probe, Recognizability


class CandidatePair(QWidget):
    """Two faces at the same size with the figures that bear on comparing them.

    Parameters
    ----------
    edges : BandEdges
        Where the bands of recognizability begin.
    parent : QWidget, optional
        Parent widget.
    """

    def __init__(self, edges: BandEdges, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._probe: Probe | None = None
        tr = self.tr
        self.probe = FaceCard(
            tr("Probe"),
            edges,
            [
                (tr("Eye distance"), definition("eye_distance")),
                (tr("Face box"), tr("Width × height in px of the picture.")),
                (tr("Picture"), tr("Size of the picture, in px.")),
                (tr("Detector"), tr("What found the face.")),
                (tr("Confidence"), definition("detector_confidence")),
            ],
        )
        self.candidate = FaceCard(
            tr("Candidate"),
            edges,
            [
                (tr("Rank"), definition("rank")),
                (tr("Similarity"), definition("similarity")),
                (tr("Gallery"), definition("gallery")),
                (tr("Sample"), definition("sample")),
                (tr("Subject"), tr("Key of the subject in this workspace.")),
            ],
        )
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING)
        for card in (self.probe, self.candidate):
            layout.addWidget(card, 0, Qt.AlignmentFlag.AlignTop)
        layout.addStretch(1)

    def show_probe(self, probe: Probe) -> None:
        """Show the probe of a search; the candidate follows."""
        self._probe = probe
        name = PurePath(probe.path).name
        by_hand = probe.detector == FaceDetection.MANUAL
        self.probe.show_face(
            self.tr("{0}, frame {1}").format(name, probe.frame.ordinal) if probe.frame else name,
            probe.recognizability,
            [
                self.tr("{0:.1f} px").format(probe.eye_distance_px),
                self.tr("{0:.0f} × {1:.0f} px").format(probe.box.width, probe.box.height),
                self.tr("{0} × {1} px").format(probe.width, probe.height),
                self.tr("drawn by hand") if by_hand else probe.detector,
                "" if probe.confidence is None else f"{probe.confidence:.2f}",
            ],
        )
        self.candidate.clear()

    def show_candidate(self, candidate: Candidate, gallery_size: int) -> None:
        """Show a candidate on a list made of `gallery_size` subjects."""
        if self._probe is None:
            return
        kind = self._probe.recognizability
        index = Recognizability(candidate.recognizability, candidate.band, kind.kind, kind.provisional)
        self.candidate.show_face(
            candidate.subject,
            index,
            [
                self.tr("{0} of {1}").format(candidate.rank, gallery_size),
                f"{candidate.similarity:.4f}",
                candidate.gallery,
                PurePath(candidate.sample_source).name,
                self.tr("number {0}").format(candidate.subject_id),
            ],
        )

    def show_hidden(self, label: str) -> None:
        """Show a candidate of whom nothing but the picture may be seen, under a neutral label."""
        self.candidate.show_label(label)

    def show_crops(self, probe: QPixmap | None, candidate: QPixmap | None) -> None:
        """Show the crops; None while one is fetched, null when there is none any more."""
        gone = self.tr("No longer in the gallery")
        for card, crop in ((self.probe, probe), (self.candidate, candidate)):
            if crop is not None:
                card.show_image(crop.toImage(), gone)
