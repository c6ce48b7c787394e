"""`discern evaluate`: how well models recognize and find faces, and how well they know when they do not."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from core.cli import evaluate_detection
from core.cli.session import JsonOption, Session, WorkspaceOption
from core.errors import UsageError
from core.recognition.cards import find_model, models_directory
from core.settings import load_settings

_SIZES = "112,32,24,20,16,12,8"
_LARGEST = 112
_FITTED = range(6)


def register(application: typer.Typer) -> None:
    """Add the verb to the command line."""
    evaluate = typer.Typer(help="Measure a model on faces of known people.", no_args_is_help=True)
    application.add_typer(evaluate, name="evaluate")
    evaluate_detection.register(evaluate)

    @evaluate.command("lfw-lowres")
    def lfw_lowres(
        context: typer.Context,
        root: Annotated[Path, typer.Argument(metavar="ROOT", help="Folder with faces.csv and images/.")],
        out: Annotated[Path, typer.Option("--out", metavar="DIR", help="For evaluation.json and figures.")],
        people: Annotated[
            str, typer.Option(metavar="A-B", help="People with sha256(name) mod 10 from A to B.")
        ] = "6-7",
        sizes: Annotated[str, typer.Option(metavar="S,S,...", help="Sizes in px.")] = _SIZES,
        model: Annotated[
            str | None, typer.Option(metavar="NAME_OR_FILE", help="A model's name, or a .safetensors file.")
        ] = None,
        against: Annotated[
            list[str] | None, typer.Option(metavar="NAME_OR_FILE", help="Another model, in the same run.")
        ] = None,
        baselines: Annotated[
            bool,
            typer.Option(
                "--baselines", help="Also measure SER-FIQ and a CR-FIQA head, fitted to people 0-5."
            ),
        ] = False,
        peer: Annotated[bool, typer.Option("--peer", help="Also measure dlib's ResNet.")] = False,
        figures: Annotated[bool, typer.Option(help="Draw figures (needs matplotlib).")] = True,
        cap: Annotated[int, typer.Option(min=2, metavar="N", help="Most pictures of one person.")] = 10,
        replicates: Annotated[int, typer.Option(min=0, metavar="N", help="Bootstrap samples.")] = 1000,
        seed: Annotated[int, typer.Option(metavar="N", help="For sizes, split and bootstrap.")] = 20261124,
        workspace: WorkspaceOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Measure low-resolution recognition and error versus discard on Labeled Faces in the Wild."""
        # Importing torch takes seconds that no other verb should wait for.
        from core.evaluation.document import lfw_document, write_document
        from core.evaluation.figures import figures_available, write_figures
        from core.evaluation.peer import DlibSystem
        from core.evaluation.protocols.lfw_faces import load_lfw
        from core.evaluation.protocols.lfw_lowres import Plan, evaluate_system
        from core.evaluation.systems import FaceSystem, ModelSystem, ResampledFaces
        from core.evaluation.tables import result_tables
        from core.training.quality_baselines import QualityBaselines
        from core.training.recipe import DataRecipe

        session = Session.of(context, workspace, as_json)
        settings = load_settings(session.directory / "settings.toml")
        splits, plan = _splits(people), Plan(_sizes(sizes), seed, replicates)
        chosen, *others = (
            weights_of(name, session.directory / "models")
            for name in (model or settings.recognition.model, *(against or ()))
        )
        if baselines and splits.start < _FITTED.stop:
            raise UsageError("--baselines are fitted to people 0-5 and must be measured on others.")
        with session.progress() as progress:
            measures = None
            if baselines:
                data = DataRecipe(str(root), "lfw", tuple(_FITTED), tuple(splits))
                measures = QualityBaselines(Path(chosen), data, settings.imaging, seed, progress)
            systems: list[FaceSystem] = [ModelSystem(chosen, settings.recognition, measures)]
            systems += [ModelSystem(other, settings.recognition) for other in others]
            systems += [DlibSystem()] if peer else []
            faces = load_lfw(root, splits, cap, settings.imaging, progress)
            resampled = ResampledFaces(faces.crops)
            results = [evaluate_system(system, faces, resampled, plan, progress) for system in systems]
        for reason in faces.unreadable:
            session.warn(f"Left out: {reason}")
        path = write_document(lfw_document(faces, splits, cap, plan, results), out)
        drawn: tuple[Path, ...] = ()
        if figures and figures_available():
            drawn = write_figures(results, out)
        elif figures:
            session.warn("No figures were drawn: matplotlib is not installed (pip install matplotlib).")
        tables = result_tables(results)
        if session.json:
            session.line(
                {
                    "out": str(path),
                    "figures": [str(figure) for figure in drawn],
                    "tables": [
                        {"title": table.title, "columns": table.columns, "rows": table.rows}
                        for table in tables
                    ],
                }
            )
            return
        session.say(
            f"{len(faces.names)} people, {len(faces.person)} pictures, {faces.over_cap} left out over "
            f"{cap} a person. Each rate: value [95 % interval over people] numerator/denominator."
        )
        for table in tables:
            session.say(f"\n{table.title}")
            session.table(table.columns, table.rows)
        session.say(f"\nWritten to {path}.")


def weights_of(model: str, added: Path) -> str:
    """Return the weight file of a model.

    Parameters
    ----------
    model : str
        Name of a model that comes with the application or was added to the workspace, or a weight file.
    added : Path
        Models of the workspace.

    Returns
    -------
    str
        Path of the safetensors file.

    Raises
    ------
    ModelUnavailable
        If there is no model of this name.
    """
    if model.endswith(".safetensors"):
        return model
    return str(find_model(model, (models_directory(), added)) / f"{model}.safetensors")


def _splits(text: str) -> range:
    found = re.fullmatch(r"(\d)(?:-(\d))?", text)
    if found is None or int(found[2] or found[1]) < int(found[1]):
        raise UsageError(f"--people takes a digit or two such as 6-7, not {text!r}.")
    return range(int(found[1]), int(found[2] or found[1]) + 1)


def _sizes(text: str) -> tuple[int, ...]:
    parts = text.split(",")
    if not all(part.isdecimal() and 1 <= int(part) <= _LARGEST for part in parts):
        raise UsageError(f"--sizes takes numbers from 1 to {_LARGEST} with commas between, not {text!r}.")
    return tuple(dict.fromkeys(int(part) for part in parts))
