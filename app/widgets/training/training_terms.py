"""The words of tuning as a laboratory technician reads them: names, what they mean, what follows."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from core.workspace.tuning.desk import Direction, Method, Part, Preset, RunStage, Verdict

_translate = QCoreApplication.translate


def part_name(part: Part) -> str:
    """Return what the people of a part of a set are for."""
    return {
        Part.TRAIN: _translate("training", "learn"),
        Part.CURVES: _translate("training", "curves"),
        Part.HOLDOUT: _translate("training", "held out"),
    }[part]


def part_definition(part: Part) -> str:
    """Return what happens with the people of a part."""
    return {
        Part.TRAIN: _translate("training", "The network learns from these people."),
        Part.CURVES: _translate("training", "Only looked at while it learns, to draw the curves."),
        Part.HOLDOUT: _translate("training", "Never seen while it learns; the gate judges on them."),
    }[part]


def method_name(method: Method) -> str:
    """Return how much of the network may change."""
    return {
        Method.HEADS: _translate("training", "Heads only"),
        Method.LAST_STAGE: _translate("training", "Last stage"),
        Method.WHOLE: _translate("training", "Whole network"),
    }[method]


def method_definition(method: Method) -> str:
    """Return what follows from the choice of a method."""
    return {
        Method.HEADS: _translate(
            "training",
            "Only the last step, from what the network sees to the embedding, changes. Quick and hard to "
            "spoil; gains little when the camera is very different.",
        ),
        Method.LAST_STAGE: _translate(
            "training",
            "The last stage and the heads change. The usual choice: it learns the look of a camera and "
            "keeps what earlier stages know.",
        ),
        Method.WHOLE: _translate(
            "training",
            "Everything changes. Slowest, needs many people, and can lose most: look closely at what the "
            "gate says of other faces.",
        ),
    }[method]


def preset_name(preset: Preset) -> str:
    """Return the name of a length."""
    return {
        Preset.QUICK: _translate("training", "Quick look"),
        Preset.OVERNIGHT: _translate("training", "Overnight"),
        Preset.THOROUGH: _translate("training", "Thorough"),
    }[preset]


def preset_definition(preset: Preset) -> str:
    """Return what a length is good for."""
    return {
        Preset.QUICK: _translate("training", "To see whether the set teaches anything at all."),
        Preset.OVERNIGHT: _translate("training", "Enough for most cameras."),
        Preset.THOROUGH: _translate(
            "training", "For large sets; rarely better than overnight for small ones."
        ),
    }[preset]


def stage_name(stage: RunStage) -> str:
    """Return how far a run is, in a few words."""
    return {
        RunStage.UNFINISHED: _translate("training", "not finished"),
        RunStage.NOT_JUDGED: _translate("training", "waits for the gate"),
        RunStage.PROMOTABLE: _translate("training", "may be promoted"),
        RunStage.REFUSED: _translate("training", "refused by the gate"),
        RunStage.UNDECIDED: _translate("training", "not enough data to judge"),
        RunStage.INSTALLED: _translate("training", "installed, not in use"),
        RunStage.SERVING: _translate("training", "in use"),
    }[stage]


def stage_advice(stage: RunStage) -> str:
    """Return what can be done with a run next."""
    return {
        RunStage.UNFINISHED: _translate("training", "It goes on from its last checkpoint with Resume."),
        RunStage.NOT_JUDGED: _translate(
            "training",
            "Its model is made. Judge it: the gate compares it with its parent on people held out.",
        ),
        RunStage.PROMOTABLE: _translate(
            "training", "Promote it, and searches use it once all is embedded anew."
        ),
        RunStage.REFUSED: _translate(
            "training", "The model in use stays. Read the reasons, mend the set, and tune again."
        ),
        RunStage.UNDECIDED: _translate(
            "training", "The model in use stays. Hold out more people, or judge on further pictures."
        ),
        RunStage.INSTALLED: _translate("training", "It can be promoted again while its parent serves."),
        RunStage.SERVING: _translate("training", "Searches use this model. One click on Models leads back."),
    }[stage]


def verdict_title(verdict: Verdict) -> str:
    """Return a verdict of the gate in a few words."""
    return {
        Verdict.PROMOTE: _translate("training", "Promotion is possible"),
        Verdict.REFUSE: _translate("training", "Refused"),
        Verdict.NOT_ENOUGH_DATA: _translate("training", "Not enough data to judge"),
    }[verdict]


def verdict_meaning(verdict: Verdict) -> str:
    """Return what a verdict rests on."""
    return {
        Verdict.PROMOTE: _translate(
            "training",
            "No rate is worse than the parent's beyond its interval, and recognizability still orders "
            "errors.",
        ),
        Verdict.REFUSE: _translate(
            "training", "The new model is worse than its parent in at least one respect, beyond chance."
        ),
        Verdict.NOT_ENOUGH_DATA: _translate(
            "training", "Too few people are held out to tell better from worse. This is no permission."
        ),
    }[verdict]


def direction_word(direction: Direction) -> str:
    """Return how a rate moved, as a sign and a word."""
    return {
        Direction.BETTER: _translate("training", "▲ better"),
        Direction.WORSE: _translate("training", "▼ worse"),
        Direction.SAME: _translate("training", "= no difference shown"),
        Direction.NOT_JUDGED: _translate("training", "? too few people"),
    }[direction]


def warning_consequence(kind: str, *, stops: bool) -> str:
    """Return what follows from a warning about a set, by its kind."""
    known = {
        "people": _translate(
            "training", "With few people the network learns them by heart, and the gate is blind."
        ),
        "pictures": _translate("training", "A person with one picture teaches nothing about change."),
        "labels": _translate(
            "training", "Wrong names teach the network to tell the same person apart from himself."
        ),
        "copies": _translate("training", "Copies count many times and hide how little was learnt."),
        "unrecognizable": _translate("training", "From faces that show nothing, it learns to guess."),
        "camera": _translate("training", "It may become better for this camera and worse for others."),
        "holdout": _translate("training", "Who is learnt from must not judge: the figures would flatter."),
    }
    told = known.get(kind, "")
    if stops:
        stop = _translate("training", "Nothing can be tuned with this set before it is mended.")
        return f"{told} {stop}".strip()
    return told


def loss_name(term: str) -> str:
    """Return the name of a term of the loss."""
    return {
        "identity": _translate("training", "identity"),
        "direction": _translate("training", "direction (keep the embedding)"),
        "similarity": _translate("training", "similarity (keep who is alike)"),
        "contrast": _translate("training", "contrast (keep people apart)"),
        "recognizability": _translate("training", "recognizability"),
        "diversion": _translate("training", "index diversion"),
        "perceptibility": _translate("training", "perceptibility"),
    }.get(term, term.replace("_", " "))


def duration(seconds: float) -> str:
    """Return a time as a person would say it."""
    if seconds < 90:
        return _translate("training", "about {0} s").format(max(1, round(seconds)))
    if seconds < 5400:
        return _translate("training", "about {0} min").format(round(seconds / 60))
    return _translate("training", "about {0:.1f} h").format(seconds / 3600)
