"""What a result depends on besides its input: versions, device and settings."""

from __future__ import annotations

import dataclasses
import platform
from importlib.metadata import PackageNotFoundError, version

from core import __version__
from core.settings import Settings

_WITHOUT_INFLUENCE = ("audit",)
"""Groups of settings that no result depends on."""

LIBRARIES = ("av", "numpy", "opencv-python-headless", "pillow", "torch")


def conditions(settings: Settings, device: str) -> tuple[tuple[str, str], ...]:
    """Return what to write beside a result so that it can be reproduced.

    Parameters
    ----------
    settings : Settings
        The settings in force.
    device : str
        Where the network ran.

    Returns
    -------
    tuple of (str, str)
        Values by dotted name, in a fixed order.
    """
    found = {
        "version.discern": __version__,
        "version.python": platform.python_version(),
        "platform": platform.platform(),
        "device": device,
    }
    for library in LIBRARIES:
        try:
            found[f"version.{library}"] = version(library)
        except PackageNotFoundError:
            found[f"version.{library}"] = "not installed"
    for group, values in dataclasses.asdict(settings).items():
        if isinstance(values, dict) and group not in _WITHOUT_INFLUENCE:
            found |= {f"{group}.{name}": str(value) for name, value in values.items()}
    return tuple(sorted(found.items()))
