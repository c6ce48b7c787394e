"""Settings: the defaults in `resources/default.toml`, overridden by `settings.toml` of a workspace."""

from __future__ import annotations

import dataclasses
import getpass
import json
import os
import tempfile
import tomllib
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

import platformdirs

from core.errors import UsageError


@dataclass(frozen=True, slots=True)
class ImagingSettings:
    """Limits that hold before anything is decoded.

    Attributes
    ----------
    max_file_bytes : int
        Largest still that is read.
    max_pixels : int
        Largest picture or frame that is decoded, in px.
    max_frames : int
        Longest video that is indexed, in frames.
    decode_memory_bytes : int
        Address space of a process that decodes a still or a video.
    decode_seconds : float
        Longest time that a still may take to be decoded, and a video without a sign that it goes on.
    """

    max_file_bytes: int
    max_pixels: int
    max_frames: int
    decode_memory_bytes: int
    decode_seconds: float


@dataclass(frozen=True, slots=True)
class DetectionSettings:
    """How faces are looked for.

    Attributes
    ----------
    detector : str
        Id of the detector.
    min_confidence : float
        Faces below it are not reported.
    tile_px : int
        Largest side that goes to the detector at once; larger pictures are tiled.
    tile_overlap_px : int
        Overlap of neighbouring tiles; no smaller than the largest face that only tiles would find.
    upscale_below_px : int
        Pictures whose longer side is shorter than this are also searched enlarged.
    nms_iou : float
        Boxes that overlap more than this are one face.
    """

    detector: str
    min_confidence: float
    tile_px: int
    tile_overlap_px: int
    upscale_below_px: int
    nms_iou: float


@dataclass(frozen=True, slots=True)
class RecognitionSettings:
    """Which network runs, and where.

    Attributes
    ----------
    model : str
        Name of the model in `resources/models`.
    device : str
        "auto", "cpu" or "cuda"; a device that is not there falls back to the processor.
    threads : int
        Processor threads of torch, 0 for its own choice.
    batch_size : int
        Crops per forward pass.
    min_eye_distance_px : float
        Faces with a smaller native eye distance are too small to be assessed.
    """

    model: str
    device: str
    threads: int
    batch_size: int
    min_eye_distance_px: float


@dataclass(frozen=True, slots=True)
class GallerySettings:
    """How subjects are enrolled and searched.

    Attributes
    ----------
    name : str
        The gallery used when none is named.
    min_recognizability : float
        Gate at enrolment; 0 lets everything in that could be assessed.
    top : int
        Length of a candidate list.
    fusion : str
        "best" or "weighted", see `core.types.Fusion`.
    """

    name: str
    min_recognizability: float
    top: int
    fusion: str


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """How a tuning runs beside other work.

    Attributes
    ----------
    threads : int
        Processor threads of a tuning; 0 for all cores but one, which stays for the desk.
    """

    threads: int


@dataclass(frozen=True, slots=True)
class EvidenceSettings:
    """How files are taken in.

    Attributes
    ----------
    mode : str
        What a new case keeps of them when nobody says otherwise: "copies" or "references", see
        `core.types.EvidenceMode`.
    """

    mode: str


@dataclass(frozen=True, slots=True)
class AuditSettings:
    """How the log of what was done is kept.

    Attributes
    ----------
    anchor : str
        File outside the workspace that the head of the log is appended to after each search, judgement,
        verdict, report and export; empty for none. A relative path is meant from the workspace on.
    """

    anchor: str


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings.

    Attributes
    ----------
    imaging, detection, recognition, gallery, training, evidence, audit
        One group for each part of the engine.
    operator : str
        Who is at work, as the audit log writes it.
    """

    imaging: ImagingSettings
    detection: DetectionSettings
    recognition: RecognitionSettings
    gallery: GallerySettings
    training: TrainingSettings
    evidence: EvidenceSettings
    audit: AuditSettings
    operator: str = field(default_factory=lambda: _login_name())

    def replace(self, group: str, **values: Any) -> Settings:
        """Return settings with some values of one group changed.

        Parameters
        ----------
        group : str
            Name of the group.
        **values
            New values by field name.

        Returns
        -------
        Settings
            A copy.
        """
        changed = dataclasses.replace(getattr(self, group), **values)
        return dataclasses.replace(self, **{group: changed})


def load_settings(override: Path | None = None) -> Settings:
    """Read the defaults and, where it exists, a file that overrides some of them.

    Parameters
    ----------
    override : Path, optional
        A TOML file with any of the groups and keys of `resources/default.toml`.

    Returns
    -------
    Settings
        The merged settings.

    Raises
    ------
    UsageError
        If the file is no TOML, or names a key that does not exist or has the wrong type.
    """
    merged = tomllib.loads(files("resources").joinpath("default.toml").read_text(encoding="utf-8"))
    if override is not None and override.is_file():
        try:
            given = tomllib.loads(override.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise UsageError(f"The settings file {override} cannot be read: {error}.") from error
        _merge(merged, given, str(override))
    operator = merged.pop("operator", "") or _login_name()
    return Settings(
        imaging=ImagingSettings(**merged["imaging"]),
        detection=DetectionSettings(**merged["detection"]),
        recognition=RecognitionSettings(**merged["recognition"]),
        gallery=GallerySettings(**merged["gallery"]),
        training=TrainingSettings(**merged["training"]),
        evidence=EvidenceSettings(**merged["evidence"]),
        audit=AuditSettings(**merged["audit"]),
        operator=operator,
    )


def write_settings(override: Path, group: str, **values: Any) -> Settings:
    """Change some values of one group in a settings file, and leave the others in it as they are.

    Parameters
    ----------
    override : Path
        The TOML file; it is made when missing, and replaced as a whole or not at all. Comments are lost.
    group : str
        Name of the group.
    **values
        New values by key.

    Returns
    -------
    Settings
        As :func:`load_settings` reads them from now on.

    Raises
    ------
    UsageError
        If the file is no TOML, a key does not exist or a value has the wrong type; the file stays as it is.
    """
    given: dict[str, Any] = {}
    if override.is_file():
        load_settings(override)
        given = tomllib.loads(override.read_text(encoding="utf-8"))
    given.setdefault(group, {}).update(values)
    tables = {name: value for name, value in given.items() if isinstance(value, dict)}
    # Strings, numbers and truth values are written in TOML as in JSON.
    lines = [f"{name} = {_toml(value)}" for name, value in given.items() if name not in tables]
    for table, entries in tables.items():
        lines += ["", f"[{table}]", *(f"{name} = {_toml(value)}" for name, value in entries.items())]
    with tempfile.NamedTemporaryFile(
        "w", dir=override.parent, prefix=".writing-", encoding="utf-8", delete=False
    ) as file:
        draft = Path(file.name)
        file.write("\n".join(lines).lstrip() + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        settings = load_settings(draft)
        draft.replace(override)
    finally:
        draft.unlink(missing_ok=True)
    return settings


def default_workspace() -> Path:
    """Return the directory used when neither the command line nor the environment names one."""
    named = os.environ.get("DISCERN_WORKSPACE")
    return (
        Path(named) if named else Path(platformdirs.user_data_dir("discern", appauthor=False)) / "workspace"
    )


def _merge(base: dict[str, Any], given: dict[str, Any], origin: str, prefix: str = "") -> None:
    for key, value in given.items():
        name = prefix + key
        if key not in base:
            raise UsageError(f"The settings file {origin} has an unknown key {name}.")
        if isinstance(base[key], dict):
            if not isinstance(value, dict):
                raise UsageError(f"In the settings file {origin}, {name} must be a table.")
            _merge(base[key], value, origin, name + ".")
            continue
        wanted = (int, float) if isinstance(base[key], float) else type(base[key])
        if isinstance(value, bool) is not isinstance(base[key], bool) or not isinstance(value, wanted):
            kind = type(base[key]).__name__
            raise UsageError(f"In the settings file {origin}, {name} must be a {kind}, not {value!r}.")
        base[key] = value


def _toml(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _login_name() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "unknown"
