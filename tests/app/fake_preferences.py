"""Settings and detectors, in memory."""

from __future__ import annotations

from typing import Any

from core.errors import ModelUnavailable
from core.settings import Settings
from core.types import DetectorCard, RetinaFaceConfig

DETECTOR = DetectorCard(
    model_id="cd" * 32,
    name="small-faces",
    architecture="retinaface",
    config=RetinaFaceConfig(),
    licence="For tests only.",
    origin="tests/app/fake_preferences.py",
    training_data="none",
    command="none",
    figures=("It was measured on nothing.",),
)


class FakePreferences:
    """The part of the fake workspace that changes settings."""

    settings: Settings

    def detectors(self) -> tuple[DetectorCard, ...]:
        """Return the only card of a detector."""
        return (DETECTOR,)

    def change_settings(self, group: str, **values: Any) -> Settings:
        """Change settings; the confidence 0.13 stands for a detector that cannot be loaded."""
        if values.get("min_confidence") == 0.13:
            raise ModelUnavailable("The weights of the detector are damaged.")
        self.changed = [*getattr(self, "changed", []), (group, values)]
        self.settings = self.settings.replace(group, **values)
        return self.settings
