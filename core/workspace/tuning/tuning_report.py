"""The report of a tuning: data, recipe, curves, the gate's table and its verdict, as JSON and as HTML."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from core.reporting.html_markup import bullets, facts, paragraph, section, text
from core.training.sets.manifest import LabelledSet
from core.training.sets.summary import summarize
from core.workspace.tuning.tuning_run import (
    GATE,
    MODEL,
    RECIPE,
    REPORT_HTML,
    REPORT_JSON,
    read_events,
    read_record,
    read_run,
)

_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
_WIDTH, _HEIGHT, _MARGIN = 640, 200, 36
_COLUMNS = ("Faces", "Probes", "Rate", "People", "Parent", "New", "Difference", "")


def write_report(directory: Path, labelled: LabelledSet) -> tuple[Path, Path]:
    """Write the report of a run into its directory.

    Parameters
    ----------
    directory : Path
        Of the run.
    labelled : LabelledSet
        What it learnt from.

    Returns
    -------
    tuple of Path
        The JSON file and the HTML file.
    """
    record = _record(directory, labelled)
    as_json, as_html = directory / REPORT_JSON, directory / REPORT_HTML
    as_json.write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    as_html.write_text(report_html(record), encoding="utf-8")
    return as_json, as_html


def report_html(record: Mapping[str, Any]) -> str:
    """Return a report as one HTML document without anything that is fetched or run.

    Parameters
    ----------
    record : mapping
        What the JSON report holds.

    Returns
    -------
    str
        HTML.
    """
    run = record["run"]
    title = text(f"Report of a tuning: {run['name']}")
    return "\n".join(
        (
            "<!DOCTYPE html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{title}</title>",
            f"<style>\n{_style()}</style>",
            "</head>",
            f"<body>\n<header>\n<h1>{title}</h1>\n</header>\n<main>",
            _verdict(record["gate"]),
            section(
                "2 Run",
                facts(
                    [(label.replace("_", " ").capitalize(), str(value)) for label, value in run.items()]
                    + [("New model", (record["model"] or {}).get("model_id", ""))]
                ),
            ),
            _data(record["set"]),
            _curves(record["events"]),
            section("5 Recipe", f"<pre>{text(record['recipe'], lines=True)}</pre>"),
            "</main>\n</body>\n</html>\n",
        )
    )


def _record(directory: Path, labelled: LabelledSet) -> dict[str, Any]:
    run = read_run(directory)
    recipe = directory / RECIPE
    return {
        "run": dataclasses.asdict(run),
        "model": read_record(directory / MODEL / f"{run.name}.json"),
        "set": {
            "name": labelled.name,
            "created": labelled.created,
            "operator": labelled.operator,
            "parts": {name: dataclasses.asdict(part) for name, part in summarize(labelled).items()},
            "warnings": [dataclasses.asdict(warning) for warning in labelled.warnings],
            "left_out": list(labelled.left_out),
            "erased": list(labelled.erased),
        },
        "recipe": recipe.read_text(encoding="utf-8") if recipe.is_file() else "",
        "events": read_events(directory),
        "gate": read_record(directory / GATE),
    }


@cache
def _style() -> str:
    return files("resources").joinpath("report.css").read_text(encoding="utf-8")


def _verdict(gate: Mapping[str, Any] | None) -> str:
    if gate is None:
        return section("1 Verdict", paragraph("The gate has not judged this run."))
    rows = [
        (
            change["trial"],
            change["group"],
            change["measure"],
            str(change["people"]),
            _number(change["before"]),
            _number(change["after"]),
            _interval(change["interval"]),
            _direction(change["interval"]),
        )
        for change in gate["changes"]
    ]
    orders = [
        f"{order['trial']}: relative pAUC of error versus discard {_number(order['before'])} before and "
        f"{_number(order['after'])} now (difference {_interval(order['interval'])}; less is better, 1 is no "
        "order)."
        for order in gate["orders"]
    ]
    return section(
        "1 Verdict",
        paragraph(f"{gate['verdict'].replace('_', ' ').capitalize()}."),
        bullets(gate["reasons"]),
        _table(_COLUMNS, rows),
        paragraph("Recognizability and errors:"),
        bullets(orders),
        paragraph("Intervals: 95 %, paired bootstrap over people, both models on the same samples."),
        *((bullets(gate["left_out"]),) if gate["left_out"] else ()),
    )


def _data(described: Mapping[str, Any]) -> str:
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
    columns = ("Part", "People", "Pictures", "Bands", "Index (quartiles)", "Face width in px (quartiles)")
    notes = [warning["message"] for warning in described["warnings"]] + described["left_out"]
    notes += [f"Taken out since: {pseudonym}." for pseudonym in described["erased"]]
    return section(
        f"3 Data: {described['name']}", _table(columns, rows), *((bullets(notes),) if notes else ())
    )


def _curves(events: Sequence[Mapping[str, Any]]) -> str:
    loss = [(one["step"], one["loss"]) for one in events if one.get("event") == "step_done"]
    score = [(one["step"], one["score"]) for one in events if one.get("event") == "validated"]
    drawn = [
        block
        for words, points in (("Loss by step", loss), ("TAR at FMR 0.001 of the people of the curves", score))
        if points
        for block in (paragraph(words), _curve(points, words))
    ]
    return section("4 Curves", *(drawn or [paragraph("Nothing was recorded.")]))


def _curve(points: Sequence[tuple[float, float]], words: str) -> str:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    low, high = min(*ys, 0.0), max(ys)
    wide, tall = max(max(xs) - min(xs), 1), max(high - low, 1e-9)
    placed = " ".join(
        f"{_MARGIN + (x - min(xs)) / wide * (_WIDTH - 2 * _MARGIN):.1f},"
        f"{_HEIGHT - _MARGIN - (y - low) / tall * (_HEIGHT - 2 * _MARGIN):.1f}"
        for x, y in points
    )
    bottom = _HEIGHT - _MARGIN
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" role="img" aria-label="{text(words)}">'
        f'<path d="M{_MARGIN} {_MARGIN}V{bottom}H{_WIDTH - _MARGIN}" fill="none" stroke="#8a929c"/>'
        f'<polyline points="{placed}" fill="none" stroke="#2f5d8a" stroke-width="1.5"/>'
        f'<text x="4" y="{_MARGIN}" font-size="10">{high:.3g}</text>'
        f'<text x="4" y="{bottom}" font-size="10">{low:.3g}</text>'
        f'<text x="{_WIDTH - _MARGIN}" y="{_HEIGHT - 12}" font-size="10" text-anchor="end">'
        f"step {max(xs)}</text>"
        "</svg>"
    )


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    def cells(values: Sequence[str], tag: str) -> Iterator[str]:
        for value in values:
            yield f"<{tag}>{text(value)}</{tag}>"

    head = "".join(cells(columns, "th"))
    body = "\n".join(f"<tr>{''.join(cells(row, 'td'))}</tr>" for row in rows)
    return f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _interval(interval: Mapping[str, float] | None) -> str:
    return "not judged" if interval is None else f"{interval['low']:+.3f} to {interval['high']:+.3f}"


def _direction(interval: Mapping[str, float] | None) -> str:
    if interval is None or interval["low"] <= 0 <= interval["high"]:
        return ""
    return "better" if interval["low"] > 0 else "worse"
