"""What a filled-in morphological checklist must hold to make sense."""

from __future__ import annotations

from collections.abc import Sequence

from core.errors import UsageError
from core.types import FeatureNote, Finding


def check_of_probe(features: Sequence[FeatureNote]) -> None:
    """Refuse a checklist of a probe alone that names a part twice or has a finding.

    Raises
    ------
    UsageError
        With the part.
    """
    _check_unique(features)
    for one in features:
        if one.finding is not None:
            raise UsageError(
                f"The probe alone is judged, so its {_words(one)} cannot be called {one.finding.value}."
            )


def check_of_comparison(features: Sequence[FeatureNote]) -> None:
    """Refuse a checklist of a comparison that names a part twice or compares one that cannot be seen.

    Raises
    ------
    UsageError
        With the part.
    """
    _check_unique(features)
    for one in features:
        if not one.visible and one.finding in (Finding.SIMILAR, Finding.DIFFERENT):
            raise UsageError(
                f"The {_words(one)} cannot be seen in the probe, so nothing can be {one.finding.value} there."
            )


def _check_unique(features: Sequence[FeatureNote]) -> None:
    seen = set()
    for one in features:
        if one.component in seen:
            raise UsageError(f"The checklist names the {_words(one)} twice.")
        seen.add(one.component)


def _words(one: FeatureNote) -> str:
    return one.component.value.replace("_", " ")
