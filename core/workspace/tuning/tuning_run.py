"""A tuning as it lies in a workspace: what was asked for, how far it is, and what the gate said."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import NotFound, UsageError
from core.training.tuning.presets import Method, Preset

RUN = "run.json"
RECIPE = "recipe.toml"
EVENTS = "events.jsonl"
GATE = "gate.json"
MODEL = "model"
REPORT_JSON, REPORT_HTML = "report.json", "report.html"


@dataclass(frozen=True, slots=True)
class TuningRun:
    """What was asked for.

    Attributes
    ----------
    name : str
        Of the run, and of the model it makes.
    labelled : str
        The labelled set.
    parent, parent_id : str
        The model it began with.
    preset : Preset
        How long.
    method : Method
        What may move.
    kept : str
        Labelled set whose faces keep the model to what it could do; empty for the shipped faces.
    steps : int
        In all.
    created : str
        When it was begun, ISO 8601 in UTC.
    operator : str
        Who began it.
    """

    name: str
    labelled: str
    parent: str
    parent_id: str
    preset: Preset
    method: Method
    kept: str
    steps: int
    created: str
    operator: str

    def same_as(self, other: TuningRun) -> bool:
        """Return whether the same was asked for, whoever did when."""
        return dataclasses.replace(other, created=self.created, operator=self.operator) == self


def write_run(run: TuningRun, directory: Path) -> None:
    """Write what was asked for into the directory of a run."""
    text = json.dumps(dataclasses.asdict(run), ensure_ascii=False, indent=1)
    (directory / RUN).write_text(text + "\n", encoding="utf-8")


def read_run(directory: Path) -> TuningRun:
    """Read what was asked for.

    Parameters
    ----------
    directory : Path
        Of the run.

    Returns
    -------
    TuningRun
        The run.

    Raises
    ------
    NotFound
        If there is none.
    UsageError
        If the file is damaged.
    """
    record = read_record(directory / RUN)
    if record is None:
        raise NotFound(f"There is no run named {directory.name!r}.")
    try:
        kinds = {"preset": Preset(record["preset"]), "method": Method(record["method"])}
        return TuningRun(**(record | kinds))
    except (ValueError, TypeError, KeyError) as error:
        raise UsageError(f"The run {directory / RUN} cannot be read: {error}.") from error


def read_record(path: Path) -> dict[str, Any] | None:
    """Read a JSON object.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    dict or None
        None where there is no such file.

    Raises
    ------
    UsageError
        If it is damaged.
    """
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise UsageError(f"The file {path} cannot be read: {error}.") from error
    if not isinstance(record, dict):
        raise UsageError(f"The file {path} cannot be read: it holds no object.")
    return record


def read_events(directory: Path) -> list[dict[str, Any]]:
    """Read what happened in a run, in order; a line that was cut short by a power cut is passed over."""
    try:
        lines = (directory / EVENTS).read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
    found = []
    for line in lines:
        try:
            found.append(json.loads(line))
        except ValueError:
            continue
    return found
