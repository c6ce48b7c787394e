"""A person taken out of labelled sets and of what runs keep of them, and the models that learnt from them."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import Conflict
from core.recognition.cards import read_card, write_card
from core.training.run_files import BEST, CHECKPOINT, write_whole
from core.training.sets.checks import COUNTED, people_warnings
from core.training.sets.manifest import (
    MANIFEST,
    LabelledSet,
    Part,
    SetPicture,
    SetWarning,
    read_set,
    write_set,
)
from core.training.tuning.control import RunControl
from core.workspace.tuning.child_process import LOG
from core.workspace.tuning.tuning_report import write_report
from core.workspace.tuning.tuning_run import MODEL, RUN, TuningRun, read_run

UNLEARNED = "its weights were not unlearned"


@dataclass(frozen=True, slots=True)
class Learner:
    """Who is to be erased, as labelled sets know them.

    Attributes
    ----------
    names : tuple of str
        Names that are nobody else's.
    sha256 : tuple of str
        Hashes of the pictures that the person was enrolled from.
    crops : tuple of bytes
        Aligned crops as PNG.
    pseudonym : str
        What stands instead of the name.
    """

    names: tuple[str, ...]
    sha256: tuple[str, ...]
    crops: tuple[bytes, ...]
    pseudonym: str


@dataclass(frozen=True, slots=True)
class ErasedFromTraining:
    """What was taken out, and what learnt from it.

    Attributes
    ----------
    pictures : int
        Crops that are gone.
    sets : tuple of str
        Names of the labelled sets that they were in.
    models : tuple of str
        Names of models that learnt from them, and of those tuned from these; their cards say so now.
    """

    pictures: int
    sets: tuple[str, ...]
    models: tuple[str, ...]


def erase_from_training(training: Path, models: Path, person: Learner) -> ErasedFromTraining:
    """Take a person out of all labelled sets, and out of what runs keep of them; mark what learnt from them.

    What was done before an error stays done, and the same call does the rest.

    Parameters
    ----------
    training : Path
        Directory with the sets and the runs of a workspace.
    models : Path
        Directory of its models.
    person : Learner
        Who.

    Returns
    -------
    ErasedFromTraining
        What was found.

    Raises
    ------
    Conflict
        If a run learns from one of these sets at this moment; nothing was changed then.
    """
    runs = [read_run(path.parent) for path in sorted((training / "runs").glob(f"*/{RUN}"))]
    sets = [read_set(path.parent) for path in sorted((training / "sets").glob(f"*/{MANIFEST}"))]
    held = {one.name: _pictures_of(one, training / "sets" / one.name, person) for one in sets}
    learnt_from = {name for name, found in held.items() if any(one.part is Part.TRAIN for one in found)}
    learners = [run for run in runs if {run.labelled, run.kept} & learnt_from]
    for run in learners:
        if RunControl(training / "runs" / run.name).running:
            raise Conflict(f"The run {run.name!r} learns from this person now: stop it first.")
    marked = _mark_models(training / "runs", models, runs, {run.name for run in learners}, person.pseudonym)
    for run in learners:
        # The loss keeps the mean embedding of every person in them.
        for name in (CHECKPOINT, BEST):
            (training / "runs" / run.name / name).unlink(missing_ok=True)
    after = {}
    for one in sets:
        after[one.name] = _without(one, held[one.name], person)
        if after[one.name] != one:
            write_set(after[one.name], training / "sets" / one.name)
        for picture in held[one.name]:
            (training / "sets" / one.name / picture.file).unlink(missing_ok=True)
    for run in runs:
        _clean_record(training / "runs" / run.name, after.get(run.labelled), person)
    return ErasedFromTraining(
        sum(map(len, held.values())), tuple(name for name, found in held.items() if found), marked
    )


def _pictures_of(labelled: LabelledSet, directory: Path, person: Learner) -> tuple[SetPicture, ...]:
    """Return the pictures of a person: by name, by the hash of the file, and by the crop itself.

    A picture of a case may show other people too, so that its hash says nothing.
    """
    crops = set(person.crops)

    def shown(one: SetPicture) -> bool:
        if one.subject in person.names or (one.face_id is None and one.sha256 in person.sha256):
            return True
        try:
            return (directory / one.file).read_bytes() in crops
        except OSError:
            return False

    return tuple(one for one in labelled.pictures if shown(one))


def _without(labelled: LabelledSet, gone: Collection[SetPicture], person: Learner) -> LabelledSet:
    def told(sentences: Sequence[str]) -> tuple[str, ...]:
        return tuple(_renamed(sentence, person) for sentence in sentences)

    pictures = tuple(one for one in labelled.pictures if one not in gone)
    pictures = tuple(dataclasses.replace(one, source=_renamed(one.source, person)) for one in pictures)
    warnings = tuple(
        SetWarning(one.kind, _renamed(one.message, person), one.stops)
        for one in labelled.warnings
        if not (gone and one.kind in COUNTED)
    )
    if gone:
        counted = (*people_warnings(pictures), *warnings)
        warnings = tuple(sorted(counted, key=lambda warning: not warning.stops))
    erased = (*labelled.erased, person.pseudonym) if gone else labelled.erased
    return dataclasses.replace(
        labelled, pictures=pictures, left_out=told(labelled.left_out), warnings=warnings, erased=erased
    )


def _renamed(text: str, person: Learner) -> str:
    for name in sorted(person.names, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", person.pseudonym, text)
    return text


def _mark_models(
    runs: Path, models: Path, known: Sequence[TuningRun], learners: set[str], pseudonym: str
) -> tuple[str, ...]:
    """Say in the cards of models that they, or one they were tuned from, learnt from an erased person."""
    every = set(learners)
    while more := {run.name for run in known if run.parent in every} - every:
        every |= more
    marked = []
    for name in sorted(every):
        itself = name in learners
        how = "Learnt" if itself else "Was tuned from a model that learnt"
        sentence = f"{how} from a person who was erased since ({pseudonym}); {UNLEARNED}."
        found = [place for place in (runs / name / MODEL, models) if (place / f"{name}.json").is_file()]
        for place in found:
            card = read_card(name, place)
            if sentence not in card.limitations:
                write_card(dataclasses.replace(card, limitations=(sentence, *card.limitations)), place)
        if found:
            marked.append(name)
    return tuple(marked)


def _clean_record(directory: Path, labelled: LabelledSet | None, person: Learner) -> None:
    """Put the pseudonym into what was told of a run, and write its report anew."""
    for path in _records(directory):
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines(keepends=True)
        text = "".join(lines)
        if any(name in text for name in person.names):
            each = lines if path.suffix == ".jsonl" else [text]
            write_whole(path, "".join(_renamed_record(one, person) for one in each).encode())
    (directory / LOG).unlink(missing_ok=True)
    reported = [path for path in directory.iterdir() if path.suffix in (".pdf", ".html")]
    if not reported:
        return
    # The text of a PDF is compressed: nobody can see whether it names the person.
    for path in reported:
        path.unlink()
    if labelled is not None:
        write_report(directory, labelled)


def _records(directory: Path) -> Iterator[Path]:
    yield from (path for path in sorted(directory.glob("*.json*")) if path.name != RUN)


def _renamed_record(text: str, person: Learner) -> str:
    """Put the pseudonym into the values of a JSON text; what is none, such as a line cut short, goes."""
    try:
        record = json.loads(text)
    except ValueError:
        return ""
    indent = 1 if text.count("\n") > 1 else None
    return json.dumps(_renamed_value(record, person), ensure_ascii=False, indent=indent) + "\n"


def _renamed_value(value: Any, person: Learner) -> Any:
    if isinstance(value, str):
        return _renamed(value, person)
    if isinstance(value, list):
        return [_renamed_value(one, person) for one in value]
    if isinstance(value, dict):
        return {key: _renamed_value(one, person) for key, one in value.items()}
    return value
