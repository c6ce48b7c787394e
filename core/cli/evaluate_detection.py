"""`discern evaluate detection`: how well detectors find faces, small ones above all."""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.cli.session import JsonOption, Session, WorkspaceOption
from core.errors import UsageError
from core.settings import DetectionSettings, Settings, load_settings

if TYPE_CHECKING:
    from core.evaluation.protocols.mosaic_faces import Find, MosaicEvaluation
    from core.evaluation.tables import ResultTable
    from core.progress import Progress

_SIZES = "32,20,16,12,8"
_LEAST_CONFIDENCE = 0.1
"""Least confidence that detectors report here. The curves need the doubtful boxes too, but each small one
costs a second look."""


@dataclass(frozen=True, slots=True)
class _System:
    name: str
    detector_id: str
    find: Find


def register(evaluate: typer.Typer) -> None:
    """Add the verb to `discern evaluate`."""

    @evaluate.command("detection")
    def detection(
        context: typer.Context,
        data: Annotated[
            Path,
            typer.Argument(
                metavar="ROOT|CSV",
                help="Folder with faces.csv and images/ (mosaics), WIDER FACE, or a table of boxes.",
            ),
        ],
        out: Annotated[Path, typer.Option("--out", metavar="DIR", help="For evaluation.json and figures.")],
        detector: Annotated[
            str | None, typer.Option(metavar="NAME", help="The detector; else that of the settings.")
        ] = None,
        peer: Annotated[
            list[str] | None, typer.Option("--peer", metavar="NAME", help="Also measure this one.")
        ] = None,
        backgrounds: Annotated[
            Path | None, typer.Option(metavar="DIR", help="Pictures; else the folder beside ROOT.")
        ] = None,
        people: Annotated[
            str, typer.Option(metavar="A-B", help="People with sha256(name) mod 10 from A to B.")
        ] = "6-7",
        background_splits: Annotated[
            str, typer.Option(metavar="A-B", help="Backgrounds with sha256(name) mod 10 from A to B.")
        ] = "8-9",
        sizes: Annotated[str, typer.Option(metavar="S,S,...", help="Sizes in px.")] = _SIZES,
        pictures: Annotated[int, typer.Option(min=1, metavar="N", help="Mosaics of each size.")] = 200,
        false_positives: Annotated[
            float, typer.Option(min=0.0, metavar="N", help="Allowed for each picture.")
        ] = 0.1,
        replicates: Annotated[int, typer.Option(min=0, metavar="N", help="Bootstrap samples.")] = 1000,
        seed: Annotated[int, typer.Option(min=0, metavar="N", help="For mosaics and bootstrap.")] = 20261125,
        figures: Annotated[bool, typer.Option(help="Draw figures (needs matplotlib).")] = True,
        workspace: WorkspaceOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Measure detectors: recall, precision and landmarks by size of face, false positives."""
        from core.evaluation.protocols.mosaic_faces import MosaicEvaluation

        session = Session.of(context, workspace, as_json)
        settings = load_settings(session.directory / "settings.toml")
        plan = MosaicEvaluation(
            sizes=_sizes(sizes),
            pictures=pictures,
            seed=seed,
            replicates=replicates,
            false_positives=false_positives,
        )
        names = [detector or settings.detection.detector, *(peer or [])]
        parts = _splits("--people", people), _splits("--background-splits", background_splits)
        systems = [_system(name, settings, session.directory) for name in dict.fromkeys(names)]
        with session.progress() as progress:
            document, tables, results = _measure(data, backgrounds, parts, plan, systems, settings, progress)
        _tell(session, out, document, tables, results if figures else ())


def _measure(
    data: Path,
    backgrounds: Path | None,
    parts: tuple[range, range],
    plan: MosaicEvaluation,
    systems: Sequence[_System],
    settings: Settings,
    progress: Progress,
) -> tuple[dict[str, Any], tuple[ResultTable, ...], Sequence[Any]]:
    from core.evaluation.detection_document import (
        detection_document,
        detection_tables,
        wider_document,
        wider_table,
    )
    from core.evaluation.detection_pictures import evaluate_pictures, read_table
    from core.evaluation.protocols.mosaic_data import load_mosaic_sources
    from core.evaluation.protocols.mosaic_faces import evaluate_detector
    from core.evaluation.protocols.wider_face import evaluate_wider, is_wider, load_wider
    from core.imaging.mosaics.sources import people_of

    if is_wider(data):
        wider = load_wider(data)
        rated = [
            (one.name, one.detector_id, evaluate_wider(one.find, wider, settings.imaging, progress))
            for one in systems
        ]
        return wider_document({"pictures": len(wider)}, rated), (wider_table(rated),), ()
    if data.is_dir():
        folder = backgrounds or data.parent / "backgrounds"
        sources = load_mosaic_sources(data, folder, *parts, settings.imaging)
        results = [
            evaluate_detector(one.name, one.detector_id, one.find, sources, plan, progress) for one in systems
        ]
        facts = {
            "splits": list(parts[0]),
            "people": people_of(sources.frames),
            "frames": len(sources.frames),
            "background_splits": list(parts[1]),
            "backgrounds": len(sources.backgrounds),
        }
        shown = dataclasses.asdict(plan) | {"least_confidence": _LEAST_CONFIDENCE}
        document = detection_document("mosaic-faces", facts, shown, results)
        return document, detection_tables(results), results
    table = read_table(data)
    results = [
        evaluate_pictures(one.name, one.detector_id, one.find, table, settings.imaging, plan, progress)
        for one in systems
    ]
    shown = {name: getattr(plan, name) for name in ("seed", "replicates", "false_positives")}
    shown["least_confidence"] = _LEAST_CONFIDENCE
    document = detection_document("labelled-faces", {"pictures": len(table)}, shown, results)
    return document, detection_tables(results), results


def _tell(
    session: Session,
    out: Path,
    document: dict[str, Any],
    tables: Sequence[ResultTable],
    results: Sequence[Any],
) -> None:
    from core.evaluation.detection_figures import write_detection_figures
    from core.evaluation.document import write_document
    from core.evaluation.figures import figures_available

    path = write_document(document, out)
    drawn: tuple[Path, ...] = ()
    if results and figures_available():
        drawn = write_detection_figures(results, out)
    elif results:
        session.warn("No figures were drawn: matplotlib is not installed (pip install matplotlib).")
    if session.json:
        shown = [{"title": one.title, "columns": one.columns, "rows": one.rows} for one in tables]
        session.line({"out": str(path), "figures": [str(one) for one in drawn], "tables": shown})
        return
    session.say("Each rate: value [95 % interval over pictures] numerator/denominator.")
    for table in tables:
        session.say(f"\n{table.title}")
        session.table(table.columns, table.rows)
    session.say(f"\nWritten to {path}.")


def _system(name: str, settings: Settings, workspace: Path) -> _System:
    from core.detection.detector import load_detector
    from core.detection.tiling import detect_faces

    # All doubtful boxes, so that the curves are whole.
    doubtful: DetectionSettings = dataclasses.replace(settings.detection, min_confidence=_LEAST_CONFIDENCE)
    loaded = load_detector(name, doubtful, directories=(None, workspace / "models"))
    find = functools.partial(detect_faces, detector=loaded, settings=doubtful)
    return _System(name, loaded.detector_id, find)


def _splits(option: str, text: str) -> range:
    found = re.fullmatch(r"(\d)(?:-(\d))?", text)
    if found is None or int(found[2] or found[1]) < int(found[1]):
        raise UsageError(f"{option} takes a digit or two such as 6-7, not {text!r}.")
    return range(int(found[1]), int(found[2] or found[1]) + 1)


def _sizes(text: str) -> tuple[int, ...]:
    parts = text.split(",")
    if not all(part.isdecimal() and 4 <= int(part) <= 200 for part in parts):
        raise UsageError(f"--sizes takes numbers from 4 to 200 with commas between, not {text!r}.")
    return tuple(dict.fromkeys(int(part) for part in parts))
