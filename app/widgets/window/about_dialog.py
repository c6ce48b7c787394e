"""What this program and its model are, and under which licence."""

from __future__ import annotations

from html import escape

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from app.widgets.text import Notice, TextLabel
from app.widgets.theme import SPACING, colour
from core.types import ModelCard


class AboutDialog(QDialog):
    """Version, licence notice and the card of the model in use.

    Parameters
    ----------
    version : str
        Version of the program.
    card : ModelCard
        Card of the model.
    parent : QWidget, optional
        Parent widget.
    """

    def __init__(self, version: str, card: ModelCard, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("About Discern"))
        self.resize(680, 620)
        browser = QTextBrowser()
        browser.setAccessibleName(self.tr("Model card"))
        browser.setHtml(self._card(card))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        lead = self.tr("A result of this program is an investigative lead, not an identification.")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * SPACING, 3 * SPACING, 3 * SPACING, 2 * SPACING)
        layout.setSpacing(SPACING + 4)
        layout.addWidget(TextLabel(self.tr("Discern {0}").format(version), "heading"))
        layout.addWidget(Notice(lead))
        layout.addWidget(TextLabel(self.tr("Model in use"), "sectionTitle"))
        layout.addWidget(browser, 1)
        layout.addWidget(buttons)

    def _card(self, card: ModelCard) -> str:
        index = self.tr("{0} (provisional)") if card.provisional else "{0}"
        edges = card.bands
        rows = [
            (self.tr("Name"), card.name),
            (self.tr("Model id (SHA-256)"), card.model_id),
            (self.tr("Licence"), card.licence),
            (self.tr("Origin"), card.origin),
            (self.tr("Training data"), card.training_data),
            (
                self.tr("Architecture"),
                self.tr("{0}, {1} values").format(card.architecture, card.embedding_dim),
            ),
            (self.tr("Recognizability"), index.format(card.recognizability)),
            (
                self.tr("Bands begin at"),
                self.tr("low {0:.2f}, fair {1:.2f}, good {2:.2f}").format(edges.low, edges.fair, edges.good),
            ),
            (self.tr("How they were found"), edges.derivation),
            (self.tr("Figures"), "\n".join(card.figures)),
            (self.tr("Limitations"), "\n".join(card.limitations)),
            (self.tr("Made by"), card.command),
        ]
        muted = colour("muted").name()
        cells = "".join(
            f"<tr><td style='color:{muted}; padding:4px 16px 4px 0'>{escape(name)}</td>"
            f"<td style='padding:4px 0'>{escape(value).replace(chr(10), '<br>')}</td></tr>"
            for name, value in rows
            if value
        )
        return f"<table>{cells}</table>"
