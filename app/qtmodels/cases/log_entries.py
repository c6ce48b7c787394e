"""What the log says of a case, as a table."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QObject

from app.qtmodels.tables import TableModel
from core.types import AuditEntry


class LogModel(TableModel[AuditEntry]):
    """One row an entry: when, who, what, why, and the particulars as the log holds them.

    Parameters
    ----------
    parent : QObject, optional
        Owner.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__((), parent)
        self._headings = (
            self.tr("Entry"),
            self.tr("When"),
            self.tr("Who"),
            self.tr("What"),
            self.tr("Why"),
            self.tr("Particulars"),
        )

    def texts(self, item: AuditEntry) -> Sequence[str]:
        """Return the text of each column."""
        when = datetime.fromisoformat(item.created).astimezone().strftime("%Y-%m-%d %H:%M:%S")
        return (
            str(item.sequence),
            when,
            item.operator,
            item.action,
            item.reason or "",
            self._particulars(item),
        )

    def _particulars(self, item: AuditEntry) -> str:
        told = json.loads(item.details)
        withheld = told.pop("withheld", ())
        parts = [
            f"{key}: {value if isinstance(value, str) else json.dumps(value)}" for key, value in told.items()
        ]
        if withheld:
            parts.append(self.tr("withheld from you: {0}").format(", ".join(withheld)))
        return "; ".join(parts)
