"""The sections of the report of a tuning, in the order in which they are read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import KeepTogether, Spacer, Table, TableStyle

from core.reporting.figures import RULE
from core.reporting.layout import (
    CODE,
    COLUMN,
    SMALL,
    SUBHEADING,
    SUBTITLE,
    TITLE,
    WIDTH,
    banner,
    bookmark,
    bullets,
    facts,
    paragraph,
    section,
)
from core.reporting.plots import Curve, curves_figure
from core.reporting.typesetting.text import Text
from core.reporting.typesetting.typefaces import SANS

_VERDICTS = {
    "promote": (
        "The gate lets the model through",
        "No rate is worse than its parent's beyond the interval, and recognizability still orders errors.",
    ),
    "refuse": (
        "The gate refuses the model",
        "At least one rate is worse than its parent's beyond the interval, or recognizability no longer "
        "orders errors.",
    ),
    "not_enough_data": (
        "Not enough data to judge",
        "Too few people are held out to tell a better model from a worse one. This is no permission.",
    ),
}
_RATES = ("Faces", "Probes", "Rate", "People", "Parent", "New", "Difference", "")
_RATE_WIDTHS = (36, 30, 24, 13, 14, 14, 28, 11)
_PARTS = ("Part", "People", "Pictures", "Bands", "RI, quartiles", "Face width in px, quartiles")
_PART_WIDTHS = (18, 15, 17, 54, 34, 32)
_CODE = ("Parent id", "New model")


def story(record: Mapping[str, Any]) -> list[Any]:
    """Return the whole report as reportlab flowables.

    Parameters
    ----------
    record : mapping
        What the JSON report holds.

    Returns
    -------
    list of Flowable
        They are spent by one build.
    """
    run, gate = record["run"], record["gate"]
    statement, explanation = ("Not judged", "The gate has not judged this run.")
    if gate is not None:
        statement, explanation = _VERDICTS.get(gate["verdict"], (str(gate["verdict"]), ""))
    return [
        bookmark("Report of a tuning"),
        paragraph("Report of a tuning", TITLE),
        paragraph(run["name"], SUBTITLE, limit=160),
        Spacer(0, 5 * mm),
        banner(statement, explanation),
        *_verdict(gate),
        *_run(record),
        *_data(record["set"]),
        *_curves(record["events"]),
        *_recipe(record["recipe"]),
    ]


def _verdict(gate: Mapping[str, Any] | None) -> list[Any]:
    if gate is None:
        return []
    rows = [
        (
            change["trial"],
            change["group"],
            change["measure"],
            str(change["people"]),
            _number(change["before"]),
            _number(change["after"]),
            *_difference(change["interval"]),
        )
        for change in gate["changes"]
    ]
    orders = [
        f"{order['trial']}: {_number(order['before'])} before and {_number(order['after'])} now."
        for order in gate["orders"]
    ]
    blocks = [*section("1 Verdict"), *bullets(gate["reasons"])]
    if rows:
        blocks += [Spacer(0, 3 * mm), _table(_RATES, rows, _RATE_WIDTHS)]
        words = "Intervals: 95 %, paired bootstrap over people, both models on the same samples."
        blocks += [Spacer(0, 1.5 * mm), paragraph(words, SMALL)]
    if orders:
        title = "Recognizability and errors: relative pAUC, where less is better and 1 is no order"
        block = [paragraph(title, SUBHEADING), Spacer(0, 1 * mm), *bullets(orders)]
        blocks += [Spacer(0, 3 * mm), KeepTogether(block)]
    return [*blocks, Spacer(0, 2 * mm), *bullets(gate["left_out"])]


def _run(record: Mapping[str, Any]) -> list[Any]:
    run = record["run"]
    rows = [(label.replace("_", " ").capitalize(), str(value)) for label, value in run.items()]
    rows.append(("New model", str((record["model"] or {}).get("model_id", ""))))
    return [*section("2 Run"), facts(rows, code=_CODE)]


def _data(described: Mapping[str, Any]) -> list[Any]:
    rows = [
        (
            name,
            str(part["people"]),
            str(part["pictures"]),
            ", ".join(f"{band} {count}" for band, count in part["bands"].items()),
            " / ".join(f"{value:.2f}" for value in part["recognizability"]),
            " / ".join(f"{value:.0f}" for value in part["face_px"]),
        )
        for name, part in described["parts"].items()
    ]
    notes = [*(warning["message"] for warning in described["warnings"]), *described["left_out"]]
    return [
        *section(f"3 Data: {described['name']}", _table(_PARTS, rows, _PART_WIDTHS)),
        Spacer(0, 2 * mm),
        *bullets(notes),
    ]


def _curves(events: Sequence[Mapping[str, Any]]) -> list[Any]:
    steps = [one for one in events if one.get("event") == "step_done"]
    checked = [one for one in events if one.get("event") == "validated"]
    terms = {"weighted sum": [(one["step"], one["loss"]) for one in steps]}
    for one in steps:
        for name, value in one["losses"].items():
            terms.setdefault(name.replace("_", " "), []).append((one["step"], value))
    losses = [Curve(name, tuple(points)) for name, points in terms.items() if points]
    blocks = section("4 Curves")
    if losses:
        figure = curves_figure(losses, "step", "loss (no unit)", log=True)
        blocks.append(KeepTogether([paragraph("Terms of the loss", SUBHEADING), Spacer(0, 1 * mm), figure]))
    if checked:
        points = tuple((one["step"], one["score"]) for one in checked)
        figure = curves_figure([Curve("acceptance", points)], "step", "TAR at FMR 0.001")
        title = "People of the curves, whom the model does not learn from"
        blocks += [Spacer(0, 3 * mm), KeepTogether([paragraph(title, SUBHEADING), figure])]
    return blocks if losses or checked else [*blocks, paragraph("Nothing was recorded.")]


def _recipe(recipe: str) -> list[Any]:
    lines = [paragraph(line or " ", CODE) for line in recipe.splitlines()]
    return [*section("5 Recipe"), *(lines or [paragraph("No recipe lies with the run.")])]


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float]) -> Table:
    def cells(values: Sequence[str], style: Any) -> Iterator[Text]:
        for value in values:
            yield paragraph(value, style, limit=300)

    style = [
        ("FONTNAME", (0, 0), (-1, -1), SANS),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-1, -1), 4),
        ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
        ("LINEBELOW", (0, 0), (-1, -1), 0.3, RULE),
    ]
    scale = WIDTH / sum(widths)
    return Table(
        [[*cells(columns, COLUMN)], *([*cells(row, SMALL)] for row in rows)],
        colWidths=[width * scale for width in widths],
        style=TableStyle(style),
        repeatRows=1,
    )


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _difference(interval: Mapping[str, float] | None) -> tuple[str, str]:
    if interval is None:
        return "not judged", ""
    told = f"{interval['low']:+.3f} to {interval['high']:+.3f}".replace("-", "−")
    if interval["low"] <= 0 <= interval["high"]:
        return told, ""
    return told, "better" if interval["low"] > 0 else "worse"
